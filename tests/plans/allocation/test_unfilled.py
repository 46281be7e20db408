"""Why a deficit stays: each reason, in a case in which only that one can be right, and in words."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from heban.plans import allocation
from heban.plans.allocation.received import REASONS
from heban.plans.allocation.unfilled import Reason, stop
from tests.plans.allocation.cases import boards, factor, made, spec

SHARED = (factor(mobility="shareable"),)
START = "b lacks 20 hours of instrument time, gets "


def _reason(found: allocation.Plan, place: str = "b") -> tuple[str, str]:
    rows = allocation.deficits(found).set_index("place")
    return rows.loc[place, "reason"], rows.loc[place, "en"]


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(get_args(Reason))


def test_all_filled_has_no_reason() -> None:
    found = made(boards([80, 20], [40, 40]), None, 0, 100)
    assert _reason(found) == ("", "")
    assert allocation.deficits(found).loc[0, "left"] == 0


def test_nobody_has_any() -> None:
    found = made(boards([40, 20], [40, 40]), None, 0, 100)
    assert _reason(found) == (
        "no_donor",
        START + "0 hours and still lacks 20 hours: no other place has any to give.",
    )


def test_nobody_can_reach_it() -> None:
    found = made(boards([80, 20], [40, 40]), spec(limits={"forbidden": (("a", "b"),)}), 0, 100)
    assert _reason(found) == (
        "out_of_reach",
        START
        + "0 hours and still lacks 20 hours: no place that has any to give can reach it (forbidden, or the "
        "way is not known).",
    )


def test_bound_to_its_place() -> None:
    two = (factor(mobility="bound"), factor("grads"))
    assert _reason(made(boards([[80, 4], [20, 4]], [[40, 4], [40, 4]], two), None, 0, 100)) == (
        "bound",
        START + "0 hours and still lacks 20 hours: the factor is bound to its place.",
    )


def test_only_so_much_may_be_filled() -> None:
    found = made(boards([80, 20], [40, 40]), spec(limits={"fill": 0.75}), 0, 100)
    assert _reason(found) == (
        "fill",
        START + "15 hours and still lacks 5 hours: at most 75 % of a deficit may be filled.",
    )


def test_the_next_unit_does_not_pay() -> None:
    # first half: 0.035 a unit against 0.0275 · 1; second half: 0.015 < 0.0275
    # c, farther away, has some to give as well
    found = made(boards([80, 20, 80], [40, 40, 40]), spec(cost={"price": 1.0}), 0, 100, 300)
    assert _reason(found) == (
        "price",
        START + "10 hours and still lacks 10 hours: even from a, the cheapest, a unit gains 0.015 and costs "
        "0.0275 at a price of 1.",
    )


def test_the_surplus_is_used_up() -> None:
    found = made(boards([55, 20, 20], [40, 40, 40]), None, 0, 100, 10)
    assert _reason(found) == (
        "supply",
        START
        + "5 hours and still lacks 15 hours: all that a can give goes where it is worth as much or more.",
    )


def test_all_is_shared_with_it_already() -> None:
    found = made(boards([55, 20, 20], [40, 40, 40], SHARED), None, 0, 100, 10)
    assert _reason(found)[0] == "shared"
    assert _reason(found)[1] == START + "15 hours and still lacks 5 hours: a shares all it can with b."


def test_what_is_shared_with_others_is_not_used_up() -> None:
    # 15 to b (effort 1.1) would cost 0.4125, c at 10 km has its 15 (0.2): the budget ends with 4 for b
    asked = spec(SHARED, cost={"budget": (15 * 0.2 + 4 * 1.1) / 40}, objective={"steps": ((1.0, 1.0),)})
    found = made(boards([55, 20, 20], [40, 40, 40], SHARED), asked, 0, 100, 10)
    assert found.went[0, 0] == pytest.approx(19)
    assert _reason(found) == (
        "budget",
        START + "4 hours and still lacks 16 hours: the budget of 0.185 is used up.",
    )
    assert allocation.deficits(found)["tight"].tolist() == [("budget",), ("shared", "budget")]


def test_the_budget_is_used_up() -> None:
    found = made(boards([80, 20], [40, 40]), spec(cost={"budget": 0.11}), 0, 100)
    assert _reason(found) == (
        "budget",
        START + "4 hours and still lacks 16 hours: the budget of 0.11 is used up.",
    )


def test_caps_of_donor_and_receiver() -> None:
    exports = made(boards([80, 20], [40, 40]), spec(limits={"exports": 0.2}), 0, 100)
    assert _reason(exports) == (
        "exports",
        START + "8 hours and still lacks 12 hours: a gives as much as it may (0.2 mean needs).",
    )
    imports = made(boards([80, 20], [40, 40]), spec(limits={"absorption": 0.2}), 0, 100)
    assert _reason(imports) == (
        "imports",
        START + "8 hours and still lacks 12 hours: b takes as much as it can absorb (0.2 mean needs).",
    )


def test_reciprocity_stops_a_donor_that_gains_nothing() -> None:
    found = made(boards([80, 20], [40, 40]), spec(limits={"reciprocity": 0.1}), 0, 100)
    assert _reason(found) == (
        "reciprocity",
        START
        + "0 hours and still lacks 20 hours: a would gain less than reciprocity asks for what it gives.",
    )


def test_partners_stop_a_third() -> None:
    found = made(boards([120, 20, 30], [40, 40, 40]), spec(limits={"partners": 1}), 0, 100, 110)
    assert found.solution.duals is None
    assert _reason(found, "c") == (
        "partners",
        "c lacks 10 hours of instrument time, gets 0 hours and still lacks 10 hours: a or c already deals "
        "with 1 others.",
    )


def test_less_than_a_whole_unit_is_left() -> None:
    found = made(boards([80, 20.5], [40, 40], (factor(whole=True),)), None, 0, 100)
    assert _reason(found) == (
        "whole",
        "b lacks 19.5 hours of instrument time, gets 19 hours and still lacks 0.5 hours: what is left is "
        "less than a whole unit.",
    )


def test_of_two_tight_limits_the_dearer_is_named_first() -> None:
    # a gives 10 and may cost 0.275: both end at 10 to b, the nearer. One more to give is worth nothing
    # without budget, one more of budget nothing without surplus: both stop, both are named
    found = made(boards([50, 20], [40, 40]), spec(cost={"budget": 0.275}), 0, 100)
    why = stop(found, 1, 0)
    assert why is not None
    assert set(why.tight) == {"supply", "budget"}
    duals = found.solution.duals
    assert duals is not None
    dearer = "supply" if duals.supply[0, 0] >= duals.budget * 1.1 / 40 else "budget"
    assert why.reason == dearer


@pytest.mark.parametrize("seed", range(30))
def test_what_is_named_is_what_stops(seed: int) -> None:
    """Loosening the limit that is named, and nothing else, fills more of that deficit or pays elsewhere."""
    rng = np.random.default_rng(seed)
    has = boards(rng.uniform(0, 20, (5, 1)), rng.uniform(5, 15, (5, 1)))
    limits = {"exports": 0.35, "absorption": 0.3}
    found = made(
        has, spec(cost={"budget": 0.5}, limits=limits), *rng.uniform(0, 300, 5), groups="PPQQQ", border=0.5
    )
    rows = allocation.deficits(found)
    open_ = rows[rows["left"] > 0]
    assert (open_["reason"] != "").all()
    assert (open_["reason"] != "gap").all()
    duals = found.solution.duals
    assert duals is not None and duals.exports is not None and duals.imports is not None
    for row in open_.itertuples():
        j = found.places.index(row.place)
        why = stop(found, j, 0)
        assert why is not None
        if why.donor is None or why.reason == "price":
            continue
        taken = {
            "supply": duals.supply[why.donor, 0],
            "budget": duals.budget * why.cost,
            "exports": duals.exports[why.donor] * found.problem.size[0],
            "imports": duals.imports[j] * found.problem.size[0],
        }
        # complementary slackness: the prices take all that the next unit would bring, the named one most
        assert sum(taken.values()) >= why.gain - found.problem.price * why.cost - 1e-9
        assert taken[why.reason] == pytest.approx(max(taken.values()))
        assert taken[why.reason] > 0
