"""Reruns with other needs and costs, draws from the bands, frontiers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.plans import allocation
from heban.plans.allocation.sensitivity import reruns
from tests.plans.allocation.cases import boards, factor, made, spec

TWO = (factor("x"), factor("y", weight=2.0))


def test_other_needs_change_surplus_and_deficit() -> None:
    # needs 36: a gives 14, b lacks 16: all 14. gain 8 · 1.4/36 + 6 · 0.6/36; a unit still costs 1.1/40
    table = allocation.sensitivity(made(boards([50, 20], [40, 40]), None, 0, 100), needs=(0.9,), costs=())
    assert table["changed"].tolist() == ["", "need", "need"]
    row = table.iloc[1]
    assert row["gain"] == pytest.approx((8 * 1.4 + 6 * 0.6) / 36)
    assert row["cost"] == pytest.approx(14 * 1.1 / 40)
    assert row["moved"] == pytest.approx(14 / 40)
    # 10 of 10 and of 14 are the same: 2 · 10 / 24
    assert row["overlap"] == pytest.approx(20 / 24)


def test_other_costs_of_one_factor_touch_that_factor() -> None:
    has = boards([[60, 30], [20, 10]], [[40, 20], [40, 20]], TWO)
    table = allocation.sensitivity(made(has, spec(TWO), 0, 100), needs=(), costs=(0.5, 40.0))
    rows = table.set_index(["factor", "times"])
    base = rows.loc[("", 1.0)]
    # x: 20 · 1.1/40; y: 10 · 1.1/20: both 0.55
    assert base["cost"] == pytest.approx(1.1)
    assert rows.loc[("", 0.5), "cost"] == pytest.approx(0.55)
    assert rows.loc[("x", 0.5), "cost"] == pytest.approx(0.825)
    # at 40 times x pays no more (0.05 · 40 · 1.1/40 > 1.4/40), y only its first half (2.8 > 2.2 > 1.2)
    assert rows.loc[("x", 40.0), "gain"] == pytest.approx(2 * 10 / 20)
    assert rows.loc[("y", 40.0), "gain"] == pytest.approx(20 / 40 + 2 * 0.7 * 10 / 20)


def test_a_change_that_no_plan_answers_is_a_row_without_figures() -> None:
    # at 1.5 times the need b lacks 40 and a has nothing to give: the floor cannot be kept
    asked = spec(limits={"at_least": 0.4})
    table = allocation.sensitivity(made(boards([50, 20], [40, 40]), asked, 0, 100), needs=(1.5,), costs=())
    assert table["feasible"].tolist() == [True, False, False]
    assert table.iloc[1][["objective", "gain", "cost", "moved", "overlap"]].isna().all()


def test_fragile_moves_are_named() -> None:
    # c is far: at ten times the cost it does not pay (0.05 · 10 · 9.1/40 > 1.4/40)
    found = made(boards([80, 20, 20], [40, 40, 40]), None, 0, 10, 900)
    table = allocation.steadiness(found, needs=(1.1,), costs=(10.0,)).set_index("destination")
    assert table["steady"].to_dict() == {"b": 1.0, "c": 0.5}
    assert table["amount"].to_dict() == {"b": 20.0, "c": 20.0}


def test_moves_that_only_reruns_have_stand_last() -> None:
    # with needs of 36 c lacks something as well
    found = made(boards([60, 20, 38], [40, 40, 40 * 0.95]), None, 0, 100, 10)
    table = allocation.steadiness(found, needs=(1.1,), costs=())
    assert table[["destination", "amount", "steady"]].values.tolist() == [["b", 20.0, 1.0], ["c", 0.0, 1.0]]


def test_no_reruns_say_nothing() -> None:
    table = allocation.steadiness(made(boards([60, 20], [40, 40]), None, 0, 100), needs=(), costs=())
    assert table["steady"].isna().all()
    assert reruns(made(boards([60, 20], [40, 40]), None, 0, 100), needs=(), costs=()) == []


def test_draws_follow_the_seed_and_stay_within_what_is_possible() -> None:
    has = boards([80, 20, 38, np.nan], [40, 40, 40, 40], band=0.1, need_band=0.1)
    found = made(has, None, 0, 100, 50, 60)
    one, other = (allocation.robustness(found, np.random.default_rng(7), draws=40) for _ in range(2))
    assert one.equals(other)
    assert set(one["origin"]) == {"a", "c"}  # c, neither long nor short for sure, gives in some draws
    rows = one[one["origin"] == "a"].set_index("destination")
    assert rows.loc["b", "robust"] == 1.0
    # b lacks at most 1.1 · 40 − 0.9 · 20 = 26 and at least 36 − 22 = 14, which is what the plan moves
    assert rows.loc["b", "amount"] == pytest.approx(14)
    rng = np.random.default_rng(7)
    ends = (
        (found.boards.value_low, found.boards.value_high),
        (found.boards.need_low, found.boards.need_high),
    )
    drawn = []
    for _ in range(40):
        value, need = (low + (high - low) * rng.random(low.shape) for low, high in ends)
        drawn.append(need[1, 0] - value[1, 0])  # from a and, when it has some, from c
    assert rows.loc["b", "low"] <= rows.loc["b", "high"] <= np.quantile(drawn, 0.95) + 1e-9
    assert rows.loc["b", "high"] < max(drawn)
    # and takes in others: no move in the plan, one in some draws
    assert rows.loc["c", "amount"] == 0
    assert 0 < rows.loc["c", "robust"] < 1
    assert "d" not in rows.index


def test_sure_boards_have_one_plan_only() -> None:
    found = made(boards([80, 20], [40, 40]), None, 0, 100)
    table = allocation.robustness(found, np.random.default_rng(1), draws=5)
    assert table[["robust", "low", "high"]].values.tolist() == [[1.0, 20.0, 20.0]]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda found: allocation.sensitivity(found, costs=(0.0,)),
            "a need or cost is to be multiplied by 0; give a number above 0.",
        ),
        (
            lambda found: allocation.robustness(found, np.random.default_rng(1), draws=0),
            "draws is 0; give at least 1, and 100 are usual.",
        ),
        (
            lambda found: allocation.frontier(found, points=1),
            "points is 1; a frontier needs at least 2, and 9 are usual.",
        ),
        (
            lambda found: allocation.frontier(found, "gini"),
            "by is 'gini'; it is one of cost, equity.",
        ),
    ],
)
def test_what_cannot_be_asked_is_said(call: object, said: str) -> None:
    found = made(boards([80, 20], [40, 40]), None, 0, 100)
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        call(found)  # type: ignore[operator]


def test_the_frontier_of_cost_by_hand() -> None:
    # b: 20 at 1.1/40 each: the first half costs 0.275 and gains 0.35, the second as much and gains 0.15
    table = allocation.frontier(made(boards([80, 20], [40, 40]), None, 0, 100), points=5)
    assert table["budget"].round(9).tolist() == [0.0, 0.1375, 0.275, 0.4125, 0.55]
    assert table["gain"].round(9).tolist() == [0.0, 0.175, 0.35, 0.425, 0.5]
    assert table["cost"].round(9).tolist() == [0.0, 0.1375, 0.275, 0.4125, 0.55]
    assert table.loc[1, "marginal"] == pytest.approx(0.35 / 0.275)
    assert table.loc[3, "marginal"] == pytest.approx(0.15 / 0.275)


def test_the_frontier_goes_beyond_what_the_plan_found_worth_its_cost() -> None:
    found = made(boards([80, 20], [40, 40]), spec(cost={"price": 1.0}), 0, 100)
    table = allocation.frontier(found, points=3)
    assert found.gain == pytest.approx(0.35)
    assert table["gain"].round(9).tolist() == [0.0, 0.35, 0.5]
    assert table["own"].tolist() == [True, True, False]


def test_the_frontier_goes_beyond_the_budget_of_the_plan() -> None:
    found = made(boards([80, 20], [40, 40]), spec(cost={"budget": 0.275}), 0, 100)
    table = allocation.frontier(found, points=3)
    assert table["gain"].round(9).tolist() == [0.0, 0.35, 0.5]
    assert table["own"].tolist() == [True, True, False]


def test_the_frontier_of_equity_by_hand() -> None:
    # 20 to give, b and c lack 20 each: at most half of each. c's way costs (10.1 − 1.1)/40 more a unit
    steps = {"steps": ((1.0, 1.0),)}
    found = made(boards([60, 20, 20], [40, 40, 40]), spec(objective=steps), 0, 100, 1000)
    assert found.moved[0, :, 0].round(9).tolist() == [0.0, 20.0, 0.0]
    table = allocation.frontier(found, "equity", points=3)
    assert table["share"].round(3).tolist() == [0.0, 0.25, 0.5]
    assert table["least"].round(3).tolist() == [0.0, 0.25, 0.5]
    assert table["given_up"].round(4).tolist() == [0.0, 0.0562, 0.1125]


def test_the_frontier_of_equity_leaves_out_who_cannot_be_reached() -> None:
    asked = spec(limits={"forbidden": (("a", "c"), ("b", "c"))})
    found = made(boards([60, 20, 20], [40, 40, 40]), asked, 0, 100, 1000)
    assert allocation.frontier(found, "equity", points=2)["share"].tolist() == [0.0, 1.0]


def test_a_budget_below_what_a_floor_costs_has_no_plan() -> None:
    found = made(boards([60, 20], [40, 40]), spec(limits={"at_least": 0.5}), 0, 100)
    table = allocation.frontier(found, points=3)
    assert table["gain"].isna().tolist() == [True, False, False]
