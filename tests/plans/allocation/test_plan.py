"""Plans worked out by hand, by brute force, and what their tables and sentences say."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from heban.domain.place import Place
from heban.plans import allocation
from heban.plans.allocation import Names
from tests.plans.allocation.cases import boards, factor, line, made, spec

NAMES = Names(
    {
        "a": Place("a", "合肥", "Hefei", "city", "P"),
        "b": Place("b", "芜湖", "Wuhu", "city", "P"),
        "c": Place("c", "苏州", "Suzhou", "city", "Q"),
    }
)


def test_two_cities_one_factor() -> None:
    # a gives up to 50 − 40 = 10, b lacks 40 − 20 = 20; 100 km: effort 1.1, rate 1/40
    # first half of b's deficit: 10 · 1.4/40 = 0.35; cost 10 · 1.1/40 = 0.275; objective 0.35 − 0.05 · 0.275
    found = made(boards([50, 20], [40, 40]), None, 0, 100)
    assert found.moved[:, :, 0].round(9).tolist() == [[0.0, 10.0], [0.0, 0.0]]
    assert (found.gain, found.cost) == (pytest.approx(0.35), pytest.approx(0.275))
    assert found.objective == pytest.approx(0.35 - 0.05 * 0.275)
    assert found.size == pytest.approx(0.25)


def test_a_scarce_surplus_is_split_where_its_worth_falls() -> None:
    # b and c both lack 20 of 40; c is farther. 25 to give: the first halves (10 + 10), then 5 more to b
    found = made(boards([65, 20, 20], [40, 40, 40]), None, 0, 100, 200)
    assert found.moved[0, :, 0].round(9).tolist() == [0.0, 15.0, 10.0]


def test_what_is_shared_reaches_everyone_at_once() -> None:
    has = boards([65, 20, 20], [40, 40, 40], (factor(mobility="shareable"),))
    found = made(has, None, 0, 100, 200)
    assert found.moved[0, :, 0].round(9).tolist() == [0.0, 20.0, 20.0]


def test_a_move_that_costs_more_than_it_gains_is_not_made() -> None:
    # the first half gains 1.4/40 a unit and costs price · 1.1/40; price 1.4/1.1 is where it stops to pay
    has = boards([50, 20], [40, 40])
    assert made(has, spec(cost={"price": 1.27}), 0, 100).cost > 0
    assert made(has, spec(cost={"price": 1.28}), 0, 100).cost == 0


def test_a_budget_of_nothing_moves_nothing() -> None:
    found = made(boards([50, 20], [40, 40]), spec(cost={"budget": 0.0}), 0, 100)
    assert len(found.solution.amount) == 0
    assert allocation.table(found).empty
    assert list(allocation.table(found).columns) == [
        *("origin", "destination", "factor", "amount", "gain", "cost", "way", "crosses", "zh", "en")
    ]


def test_caps_and_budget_cut_a_plan_to_what_they_allow() -> None:
    has = boards([80, 20], [40, 40])  # gives 40, lacks 20: unlimited it would be 20, half a mean need
    for asked, amount in (
        (spec(limits={"exports": 0.2}), 8.0),
        (spec(limits={"absorption": 0.3}), 12.0),
        (spec(cost={"budget": 0.11}), 4.0),
        (spec(limits={"fill": 0.75}), 15.0),
    ):
        assert made(has, asked, 0, 100).moved[0, 1, 0] == pytest.approx(amount)


def test_a_floor_forces_what_does_not_pay() -> None:
    asked = spec(cost={"price": 10.0}, limits={"at_least": 0.25})
    found = made(boards([80, 20], [40, 40]), asked, 0, 100)
    assert found.moved[0, 1, 0] == pytest.approx(5.0)
    assert found.objective < 0


def test_the_border_turns_a_plan_to_the_own_province() -> None:
    # b is nearer (100 km) but across the border, c farther (150 km) and at home: effort 2.2 against 1.6
    has = boards([50, 20, 20], [40, 40, 40])
    here = made(has, None, 0, 100, -150, groups="PQP", border=0.5)
    assert here.moved[0, :, 0].round(9).tolist() == [0.0, 0.0, 10.0]
    free = made(has, None, 0, 100, -150, groups="PQP", border=1.0)
    assert free.moved[0, :, 0].round(9).tolist() == [0.0, 10.0, 0.0]


def test_two_factors_go_opposite_ways() -> None:
    two = (factor("hours"), factor("grads", weight=2.0))
    found = made(boards([[60, 5], [20, 25]], [[40, 15], [40, 15]], two), None, 0, 100)
    assert found.moved[0, 1].round(9).tolist() == [20.0, 0.0]
    assert found.moved[1, 0].round(9).tolist() == [0.0, 10.0]
    # b: 20/40 of hours; a: weight 2 · 10/15 of grads
    assert found.gain == pytest.approx(0.5 + 2 * 10 / 15)


def test_worst_off_shares_alike() -> None:
    has = boards([60, 20, 20], [40, 40, 40])
    fair = made(has, spec(objective={"fairness": "worst_off"}), 0, 100, 200)
    assert fair.moved[0, :, 0].round(5).tolist() == [0.0, 10.0, 10.0]
    far = made(has, spec(objective={"fairness": "worst_off", "steps": ((1.0, 1.0),)}), 0, 100, 900)
    assert far.solution.worst == pytest.approx(0.5, abs=1e-6)
    assert made(has, spec(objective={"steps": ((1.0, 1.0),)}), 0, 100, 900).moved[0, 2, 0] == 0


def test_reciprocity_lets_only_those_give_who_gain() -> None:
    # a lacks nothing, so with reciprocity it may give nothing
    asked = spec(limits={"reciprocity": 0.5})
    assert made(boards([60, 20], [40, 40]), asked, 0, 100).gain == 0
    two = (factor("hours"), factor("grads"))
    both = made(
        boards([[60, 5], [20, 25]], [[40, 15], [40, 15]], two), spec(two, limits={"reciprocity": 0.5}), 0, 100
    )
    own = both.solution.gain.sum(axis=1)
    given = (both.moved * both.problem.size).sum(axis=(1, 2))
    assert (own >= 0.5 * given - 1e-9).all()
    assert both.gain > 0


def _value(found: allocation.Plan, moved: np.ndarray) -> float:
    """The objective of whole amounts, or −inf where they break a limit: straight from the definition."""
    problem = found.problem
    if (moved.sum(axis=1) > problem.supply + 1e-9).any() or (moved.sum(axis=0) > problem.demand + 1e-9).any():
        return -np.inf
    ways = np.where(np.isinf(problem.effort), 0.0, problem.effort)
    cost = float((ways[:, :, None] * problem.rate * moved).sum())
    if cost > problem.budget + 1e-9:
        return -np.inf
    total = 0.0
    for j, f in np.ndindex(*problem.demand.shape):
        rest = moved[:, j, f].sum()
        for width, worth in zip(problem.width[j, f], problem.worth[j, f], strict=True):
            filled = min(rest, width)
            total += worth * filled
            rest -= filled
    return total - problem.price * cost


@pytest.mark.parametrize("budget", [None, 0.9])
@pytest.mark.parametrize("seed", range(4))
def test_whole_amounts_are_the_best_of_all(seed: int, budget: float | None) -> None:
    rng = np.random.default_rng(seed)
    value, need = rng.integers(0, 9, (3, 1)).astype(float), rng.integers(2, 7, (3, 1)).astype(float)
    has = boards(value, need, (factor(whole=True),))
    found = made(has, spec(has.factors, cost={"budget": budget}), 0, 60, 210, groups="PPQ", border=0.4)
    supply, demand = found.problem.supply[:, 0], found.problem.demand[:, 0]
    pairs = [(i, j) for i, j in itertools.permutations(range(3), 2) if supply[i] > 0 and demand[j] > 0]
    best = 0.0
    for amounts in itertools.product(*(range(int(min(supply[i], demand[j])) + 1) for i, j in pairs)):
        moved = np.zeros((3, 3, 1))
        for (i, j), amount in zip(pairs, amounts, strict=True):
            moved[i, j, 0] = amount
        best = max(best, _value(found, moved))
    assert found.objective == pytest.approx(best, abs=1e-9)
    assert _value(found, found.moved) == pytest.approx(found.objective, abs=1e-9)


def test_the_table_shares_the_gain_of_one_deficit_by_amount() -> None:
    # c lacks 20 of 40 and gets 6 of a and 14 of b: gain 20/40 in all
    has = boards([46, 54, 20], [40, 40, 40])
    table = allocation.table(made(has, None, 0, 10, 50))
    assert table["amount"].round(9).tolist() == [6.0, 14.0]
    assert table["gain"].round(9).tolist() == [0.15, 0.35]
    assert table["way"].tolist() == [50.0, 40.0]


def _why(**changed: Any) -> list[str]:
    has = boards([50, 30, 20], [40, 40, 40])
    found = allocation.plan(
        has, spec(**changed), line(0, 50, 120, groups="PPQ", cost=spec(**changed).cost, border=0.5)
    )
    table = allocation.table(found, NAMES)
    return [*table["zh"], *table["en"]]


def test_a_move_is_told_with_its_units() -> None:
    # 10 to give; first halves: 5 to b (gain 5 · 1.4/40, cost 5 · 0.6/40), 5 to c (cost 5 · 2.6/40)
    assert _why() == [
        "合肥的仪器机时超出自身需求（含误差带）10小时，芜湖缺10小时。"
        "调5小时，补其缺口的50%；相距50公里，成本0.075，增益0.175。",
        "合肥的仪器机时超出自身需求（含误差带）10小时，苏州缺20小时。"
        "调5小时，补其缺口的25%；相距120公里，跨省，成本0.325，增益0.175。",
        "Hefei has 10 hours of instrument time beyond its own need and the band; Wuhu lacks 10 hours. "
        "5 hours fill 50 % of that, over 50 km, at a cost of 0.075 and for a gain of 0.175.",
        "Hefei has 10 hours of instrument time beyond its own need and the band; Suzhou lacks 20 hours. "
        "5 hours fill 25 % of that, over 120 km, across the border of a province, at a cost of 0.325 and "
        "for a gain of 0.175.",
    ]


def test_a_move_without_a_way_does_not_tell_one() -> None:
    assert _why(cost={"by": "none"})[2] == (
        "Hefei has 10 hours of instrument time beyond its own need and the band; Wuhu lacks 10 hours. "
        "5 hours fill 50 % of that, at a cost of 0.0125 and for a gain of 0.175."
    )


def test_received_and_totals_add_up() -> None:
    found = made(boards([50, 30, 20], [40, 40, 40]), None, 0, 50, 120, groups="PPQ", border=0.5)
    each, table, sums = allocation.received(found), allocation.table(found), allocation.totals(found)
    assert each["gain"].sum() == pytest.approx(table["gain"].sum()) == pytest.approx(sums["gain"])
    assert each["cost"].sum() == pytest.approx(table["cost"].sum()) == pytest.approx(sums["cost"])
    assert each["given"].sum() == pytest.approx(each["taken"].sum()) == pytest.approx(sums["moved"])
    assert each.loc["c"].round(9).to_dict() == {
        "lacked": 0.5, "taken": 0.125, "left": 0.375, "given": 0.0, "gain": 0.175, "possible": 0.5,
        "share": 0.35, "cost": 0.325,
    }  # fmt: skip
    assert np.isnan(each.loc["a", "share"])


def test_the_same_plan_twice_is_the_same() -> None:
    rng = np.random.default_rng(5)
    has = boards(rng.uniform(0, 10, (6, 2)), rng.uniform(2, 8, (6, 2)), (factor("x"), factor("y")))
    one, other = (made(has, None, *rng_at) for rng_at in [(0, 9, 40, 77, 120, 300)] * 2)
    assert allocation.table(one).equals(allocation.table(other))
