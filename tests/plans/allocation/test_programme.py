"""The programme: what boards and a specification become as a problem."""

from __future__ import annotations

import re

import numpy as np
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.plans.allocation import priority, problem
from heban.plans.spec import Objective
from tests.plans.allocation.cases import boards, factor, line, spec

TWO = (factor("hours"), factor("grads", mobility="shareable", weight=3.0, rate=0.5, whole=True))


def test_supply_and_deficit_lie_beyond_the_bands_and_are_amounts() -> None:
    # value 100 ± 10, need 50 ± 5: gives 90 − 55 = 35 of the board, times scale 2
    # value 20 ± 2, need 50 ± 5: lacks 45 − 22 = 23, times scale 2
    has = boards([100, 20], [50, 50], band=0.1, need_band=0.1, scale=2.0)
    made = problem(has, spec(), line(0, 100).matrix)
    assert made.supply.round(9).tolist() == [[70.0], [0.0]]
    assert made.demand.round(9).tolist() == [[0.0], [46.0]]


def test_worth_is_weight_times_slope_over_the_need_as_an_amount() -> None:
    has = boards([[100, 8], [20, 1]], [[50, 4], [50, 4]], TWO, scale=[[2, 1], [2, 1]])
    made = problem(has, spec(TWO), line(0, 100).matrix)
    # hours: need 50 · 2 = 100; slopes 0.7/0.5 and 0.3/0.5. grads: weight 3, need 4
    assert made.worth[1].round(9).tolist() == [[0.014, 0.006], [1.05, 0.45]]
    # all of hours filled: deficit 60 of need 100
    assert float((made.width * made.worth)[1, 0].sum()) == pytest.approx(60 / 100)
    assert made.size.tolist() == [1 / 100, 1 / 4]
    assert made.rate.tolist() == [1 / 100, 0.5]
    assert made.shareable.tolist() == [False, True]
    assert made.whole.tolist() == [False, True]


def test_bound_factors_are_not_in_the_problem() -> None:
    has = boards([[5, 9], [1, 1]], [[3, 4], [3, 4]], (factor("hours", mobility="bound"), factor("grads")))
    made = problem(has, spec(has.factors), line(0, 100).matrix)
    assert made.supply.tolist() == [[5.0], [0.0]]


def test_a_board_that_is_not_known_neither_gives_nor_takes() -> None:
    made = problem(boards([np.nan, 1, 9], [4, 4, 4]), spec(), line(0, 100, 200).matrix)
    assert made.supply.ravel().tolist() == [0.0, 0.0, 5.0]
    assert made.demand.ravel().tolist() == [0.0, 3.0, 0.0]
    unknown_need = problem(boards([5, 1, 9], [4, np.nan, 4]), spec(), line(0, 100, 200).matrix)
    assert unknown_need.size.tolist() == [0.25]
    assert unknown_need.demand.sum() == 0


def test_a_fill_cuts_the_segments_where_they_stand() -> None:
    made = problem(boards([30, 0], [10, 10]), spec(limits={"fill": 0.6}), line(0, 100).matrix)
    assert made.width[1, 0].round(9).tolist() == [5.0, 1.0]
    half = problem(boards([30, 0], [10, 10]), spec(limits={"fill": 0.5}), line(0, 100).matrix)
    assert half.width[1, 0].tolist() == [5.0]
    none = problem(boards([30, 0], [10, 10]), spec(limits={"fill": 0.0}), line(0, 100).matrix)
    assert none.demand.sum() == 0


def test_limits_become_arrays() -> None:
    asked = spec(
        cost={"budget": 3.0, "price": 0.2},
        limits={"exports": 2.0, "absorption": 1.5, "at_least": 0.25, "partners": 2, "reciprocity": 0.1},
        objective={"fairness": "worst_off"},
    )
    made = problem(boards([30, 2], [10, 10]), asked, line(0, 100).matrix)
    assert made.exports is not None and made.imports is not None and made.floor is not None
    assert (made.exports.tolist(), made.imports.tolist()) == ([2.0, 2.0], [1.5, 1.5])
    assert made.floor.tolist() == [[0.0], [2.0]]
    assert (made.budget, made.price, made.partners) == (3.0, 0.2, 2)
    assert (made.reciprocity, made.fairness) == (0.1, "worst_off")


def test_forbidden_pairs_are_shut_one_way() -> None:
    made = problem(boards([30, 2], [10, 10]), spec(limits={"forbidden": (("a", "b"),)}), line(0, 100).matrix)
    assert np.isinf(made.effort[0, 1])
    assert made.effort[1, 0] == 1.1


def test_priority_rises_from_the_longest_boards_to_the_shortest() -> None:
    # composites: a 1 (a long board is capped at its need), b 0.5, c 0.25
    has = boards([30, 5, 2.5], [10, 10, 10])
    assert priority(has, Objective(poorest=2.0)).round(9).tolist() == [1.0, round(1 + 2 * 0.5 / 0.75, 9), 3.0]
    assert priority(has, Objective()).tolist() == [1.0, 1.0, 1.0]
    assert priority(boards([1, 1], [10, 10]), Objective(poorest=2.0)).tolist() == [1.0, 1.0]


def test_the_poor_are_worth_more() -> None:
    has = boards([30, 5, 0], [10, 10, 10])
    made = problem(has, spec(objective={"poorest": 1.0}), line(0, 1, 2).matrix)
    # composites 1, 0.5, 0: b counts 1.5 times, c twice
    assert made.worth[:, 0, 0].round(9).tolist() == [0.0, round(1.5 * 1.4 / 10, 9), round(2 * 1.4 / 10, 9)]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (((0.5, 0.3), (1.0, 1.0)), "(0.5, 0.3), (1, 1)"),
        (((0.5, 0.7),), "(0.5, 0.7)"),
        ((), ""),
        (((0.5, 0.7), (0.5, 0.8), (1.0, 1.0)), "(0.5, 0.7), (0.5, 0.8), (1, 1)"),
    ],
)
def test_steps_that_are_not_concave_are_refused(steps: tuple[tuple[float, float], ...], said: str) -> None:
    sentence = (
        f"objective.steps are {said}; give points whose shares rise, whose slopes from (0, 0) on do not, "
        "and whose last is (1, 1)."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(sentence)}$"):
        problem(boards([3, 1], [2, 2]), spec(objective={"steps": steps}), line(0, 1).matrix)


def test_a_floor_above_the_fill_is_refused() -> None:
    asked = spec(limits={"fill": 0.4, "at_least": 0.5})
    with pytest.raises(BadSpec) as error:
        problem(boards([3, 1], [2, 2]), asked, line(0, 1).matrix)
    assert (
        str(error.value)
        == "limits.at_least is 0.5 and limits.fill 0.4: no more than 0.4 may be filled; lower at_least."
    )


def test_a_forbidden_place_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownName) as error:
        problem(boards([3, 1], [2, 2]), spec(limits={"forbidden": (("a", "z"),)}), line(0, 1).matrix)
    assert str(error.value) == "no place 'z' in the boards (limits.forbidden). Known: a, b."


def test_an_effort_of_another_region_is_refused() -> None:
    with pytest.raises(BadSpec) as error:
        problem(boards([3, 1], [2, 2]), spec(), np.ones((3, 3)))
    assert str(error.value) == "the effort is (3, 3), and 2 places need (2, 2)."


def test_nothing_to_plan_is_said() -> None:
    has = boards([3, 1], [2, 2], (factor(mobility="bound"),))
    with pytest.raises(BadSpec) as error:
        problem(has, spec(has.factors), line(0, 1).matrix)
    assert str(error.value) == (
        "all factors are bound to their place, so there is nothing to plan; one must be transferable or "
        "shareable."
    )
