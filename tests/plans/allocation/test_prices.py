"""Prices of limits against what a little more of the limit really brings; and what they say."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.domain.place import Place
from heban.plans import allocation
from heban.plans.allocation import Names
from heban.plans.allocation.plan import again
from tests.plans.allocation.cases import boards, factor, made, spec

LITTLE = 1e-4


def _one(found: allocation.Plan, limit: str) -> dict[str, object]:
    table = allocation.prices(found)
    return table[table["limit"] == limit].iloc[0].to_dict()


def test_the_price_of_a_surplus_is_what_its_next_unit_brings() -> None:
    # a gives 8, b lacks 20: the next is in the first half, gains 1.4/40 and costs 0.05 · 1.1/40
    row = _one(made(boards([48, 20], [40, 40]), None, 0, 100), "supply")
    assert row["price"] == pytest.approx((1.4 - 0.05 * 1.1) / 40)
    assert (row["place"], row["factor"], row["unit"]) == ("a", "hours", "gain per unit (hours)")


def test_small_prices_are_told_beside_large_ones() -> None:
    two = (factor("x", weight=10.0), factor("y", weight=0.1))
    table = allocation.prices(made(boards([[48, 48], [20, 20]], [[40, 40], [40, 40]], two), None, 0, 100))
    supply = table[table["limit"] == "supply"]
    assert supply["factor"].tolist() == ["x", "y"]
    assert supply["price"].tolist() == pytest.approx([(14 - 0.055) / 40, (0.14 - 0.055) / 40])


def test_the_price_of_a_budget_is_gain_per_cost_less_its_price() -> None:
    row = _one(made(boards([80, 20], [40, 40]), spec(cost={"budget": 0.11}), 0, 100), "budget")
    assert row["price"] == pytest.approx(1.4 / 1.1 - 0.05)
    assert (row["place"], row["factor"], row["unit"]) == ("", "", "gain per unit of cost")


@pytest.mark.parametrize("seed", range(8))
def test_every_price_is_the_slope_of_the_objective(seed: int) -> None:
    """The objective is concave in a limit: its price lies between the slopes on either side."""
    rng = np.random.default_rng(seed)
    two = (factor("x"), factor("y", mobility="shareable", weight=2.0))
    has = boards(rng.uniform(0, 20, (4, 2)), rng.uniform(5, 15, (4, 2)), two)
    asked = spec(two, cost={"budget": 0.6}, limits={"exports": 0.5, "absorption": 0.4})
    found = made(has, asked, *rng.uniform(0, 300, 4), groups="PPQQ", border=0.5)
    base, duals = found.problem, found.solution.duals
    assert duals is not None and duals.exports is not None and duals.imports is not None
    assert base.exports is not None and base.imports is not None

    def between(price: float, up: object, down: object) -> None:
        higher = (again(found, up).objective - found.objective) / LITTLE  # type: ignore[arg-type]
        lower = (found.objective - again(found, down).objective) / LITTLE  # type: ignore[arg-type]
        assert higher - 1e-6 <= price <= lower + 1e-6

    between(
        duals.budget, replace(base, budget=base.budget + LITTLE), replace(base, budget=base.budget - LITTLE)
    )
    for i in range(4):
        step = np.eye(4)[i] * LITTLE
        between(
            duals.exports[i],
            replace(base, exports=base.exports + step),
            replace(base, exports=base.exports - step),
        )
        between(
            duals.imports[i],
            replace(base, imports=base.imports + step),
            replace(base, imports=base.imports - step),
        )
        for f in range(2):
            if base.supply[i, f] > LITTLE:
                bit = np.zeros((4, 2))
                bit[i, f] = LITTLE
                between(
                    duals.supply[i, f],
                    replace(base, supply=base.supply + bit),
                    replace(base, supply=base.supply - bit),
                )


def test_a_floor_has_a_price_that_is_a_loss() -> None:
    found = made(boards([80, 20], [40, 40]), spec(cost={"price": 10.0}, limits={"at_least": 0.25}), 0, 100)
    row = _one(found, "floor")
    assert row["price"] == pytest.approx((10 * 1.1 - 1.4) / 40)
    assert row["en"] == "One more unit (hours) of instrument time that b must get costs 0.24."
    assert row["zh"] == "b的仪器机时保底每提高一小时，全域净增益减0.24。"


def test_prices_are_told_with_names_and_units() -> None:
    names = Names({"a": Place("a", "合肥", "Hefei", "city"), "b": Place("b", "芜湖", "Wuhu", "city")})
    asked = spec(cost={"budget": 0.11}, limits={"exports": 0.2})
    table = allocation.prices(made(boards([80, 20], [40, 40]), asked, 0, 100), names)
    assert table["limit"].tolist() == ["arrival", "budget"]
    # gain 4 · 1.4/40 = 0.14, cost 0.11: objective 0.1345; arrival 0.035, budget 1.4/1.1 − 0.05 = 1.2227
    assert table["en"].tolist() == [
        "One more unit (hours) of instrument time arriving in Wuhu is worth 0.035, 26 % of what the whole "
        "plan is worth.",
        "One more unit of budget is worth 1.22.",
    ]
    assert table["zh"].tolist() == [
        "芜湖每多到一小时仪器机时，增益增0.035（本方案的26%）。",
        "预算每多一单位，全域净增益增1.22。",
    ]
    caps = made(boards([80, 20], [40, 40]), spec(limits={"exports": 0.2, "absorption": 0.5}), 0, 100)
    said = allocation.prices(caps, names)
    assert said[said["limit"] == "exports"]["en"].tolist() == [
        "One more mean need that Hefei may give is worth 1.35."
    ]
    assert said[said["limit"] == "exports"]["zh"].tolist() == [
        "合肥的调出上限每放宽一份平均需求，全域净增益增1.35。"
    ]
    takes = allocation.prices(
        made(boards([80, 20], [40, 40]), spec(limits={"absorption": 0.2}), 0, 100), names
    )
    assert takes[takes["limit"] == "imports"]["zh"].tolist() == [
        "芜湖的吸纳上限每放宽一份平均需求，全域净增益增1.35。"
    ]


def test_a_plan_that_counts_has_no_prices() -> None:
    found = made(boards([80, 20], [40, 40], (factor(whole=True),)), None, 0, 100)
    said = (
        "a plan with whole numbers or partners has no prices; drop `whole` and limits.partners to get those "
        "of the plan without them, or ask `sensitivity`."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        allocation.prices(found)


def test_the_border_costs_what_the_plan_without_it_is_worth_more() -> None:
    # only c lacks, across the border at 100 km: 10 of its first half. effort 4.4 instead of 1.1
    found = made(boards([50, 20], [40, 40]), None, 0, 100, groups="PQ", border=0.25)
    cost = allocation.border_cost(found)
    assert cost.lost == pytest.approx(0.05 * 10 * 3.3 / 40)
    assert cost.toll == pytest.approx(10 * 3.3 / 40)
    assert (cost.lost_gain, cost.crossing, cost.free_crossing, cost.overlap) == (0.0, 1.0, 1.0, 1.0)
    assert cost.wanted.empty


def test_moves_that_the_border_stops_are_named() -> None:
    has = boards([50, 20, 20], [40, 40, 40])
    found = made(has, None, 0, 100, -150, groups="PQP", border=0.5)
    cost = allocation.border_cost(found)
    assert cost.wanted[["origin", "destination", "amount"]].values.tolist() == [["a", "b", 10.0]]
    # 10 · (1.6 − 1.1)/40 · 0.05
    assert cost.lost == pytest.approx(0.05 * 10 * 0.5 / 40)
    assert cost.overlap == 0
    assert cost.sentences("zh") == [
        "省界（跨界只余往来的50%）使净增益由0.336降至0.33，损失0.00625（1.86%）；"
        "无界时跨界的调动占100%，有界时占0%。"
    ]


def test_without_a_border_nothing_is_lost_and_it_is_said() -> None:
    cost = allocation.border_cost(made(boards([50, 20], [40, 40]), None, 0, 100, groups="PQ"))
    assert cost.lost == 0
    assert cost.sentences("en") == ["The plan counts no border of a province."]
    assert cost.sentences("zh") == ["本方案未设省界成本。"]


def test_forbidden_pairs_stay_shut_without_the_border() -> None:
    asked = spec(limits={"forbidden": (("a", "b"),)})
    found = made(boards([50, 20, 20], [40, 40, 40]), asked, 0, 10, 200, groups="PQP", border=0.5)
    assert allocation.border_cost(found).free.moved[0, 1, 0] == 0
