"""What if: three firms and a budget, replayed by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from heban.domain.errors import BadSpec
from heban.exchange.rules.application import Application
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.whatif import ASSUMED, PastOrder, replay

START = datetime(2026, 3, 1, 1, tzinfo=UTC)
ASKED = Application(frozenset({"tech_sme"}), "testing", "310118", "330421")


def order(number: int, firm: str, yuan: int, controller: str = "", **changes: object) -> PastOrder:
    price = yuan * 100
    application = replace(ASKED, **changes)  # type: ignore[arg-type]
    at = START + timedelta(days=number)
    return PastOrder(f"o{number}", at, firm, controller or firm, "lab", application, price, price // 2)


ORDERS = [
    order(0, "a", 100_000),
    order(1, "b", 80_000, use="medical"),
    order(2, "a", 40_000),
    order(3, "c", 60_000, controller="a"),
    order(4, "d", 200_000),
    order(5, "e", 10_000),
]
DRAFT = Terms(ratio_bp=4_000, firm_year_cap_fen=5_000_000, region_budget_fen=10_000_000)


def test_each_order_by_hand() -> None:
    found = replay(DRAFT, reversed(ORDERS))
    assert [(one.fen, one.refused, one.binding) for one in found.outcomes] == [
        (4_000_000, (), "share"),  # 40 % of 100,000
        (0, ("service.use",), ""),
        (1_000_000, (), "firm"),  # 16,000 by share, 10,000 left of a's 50,000
        (0, ("voucher.controller",), ""),  # a controls c, and nothing is left
        (5_000_000, (), "firm"),  # 80,000 by share, the cap is 50,000: the budget is used up as well
        (0, ("voucher.budget",), ""),
    ]


def test_cost_changes_refusals_and_the_day_the_budget_runs_out() -> None:
    found = replay(DRAFT, ORDERS)
    assert found.cost_fen() == {2026: (24_500_000, 10_000_000)}
    assert found.cost_by_region() == {"310118": 10_000_000}
    assert found.changes() == {
        "e": -500_000,
        "a": -2_000_000,
        "c": -3_000_000,
        "b": -4_000_000,
        "d": -5_000_000,
    }
    assert found.refusals() == {"service.use": 1, "voucher.budget": 1, "voucher.controller": 1}
    assert found.bindings() == {"firm": 2, "share": 1}
    assert {key: day.date().isoformat() for key, day in found.runs_out().items()} == {
        ("310118", 2026): "2026-03-06"
    }
    assert found.assumed is ASSUMED
    assert "held fixed" in ASSUMED.en


def test_the_terms_in_force_change_nothing_when_no_cap_binds() -> None:
    ample = Terms(excluded_uses=(), region_budget_fen=10**12)
    found = replay(ample, ORDERS)
    assert set(found.changes().values()) == {0}
    assert found.runs_out() == {}


def test_caps_are_of_a_year_in_shanghai() -> None:
    late = [
        replace(ORDERS[0], id="x", at=datetime(2026, 12, 31, 15, 59, tzinfo=UTC)),
        replace(ORDERS[0], id="y", at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC)),
    ]
    found = replay(replace_budget(4_000_000), late)
    assert [one.fen for one in found.outcomes] == [4_000_000, 4_000_000]
    assert list(found.cost_fen()) == [2026, 2027]
    same = [replace(late[0], id="w"), late[0]]
    assert [one.refused for one in replay(replace_budget(4_000_000), same).outcomes] == [
        (),
        ("voucher.budget",),
    ]


def replace_budget(fen: int) -> Terms:
    return DRAFT.model_copy(update={"region_budget_fen": fen})


def test_a_shared_voucher_costs_both_regions() -> None:
    shared = DRAFT.model_copy(update={"payer_weights": (2, 1)})
    assert replay(shared, ORDERS[:1]).cost_by_region() == {"310118": 2_666_667, "330421": 1_333_333}


def test_faulty_orders_are_refused() -> None:
    said = "the order 'o0' stands twice; each is replayed once."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        replay(DRAFT, [ORDERS[0], ORDERS[0]])
    with pytest.raises(BadSpec, match=r"^the terms have no budget of the region; set region_budget_fen\.$"):
        replay(Terms(), ORDERS)
