"""A match is the best that its two places can do: what the solver finds, or trying every whole number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heban.plans.allocation.effort import Effort, effort
from heban.plans.allocation.programme import problem
from heban.plans.boards.board import Boards
from heban.plans.patrol.matches import beside, matches
from heban.plans.solve import solve
from heban.plans.solve.problem import Problem
from heban.plans.spec import Cost, Factor, Objective, PlanSpec

COST = Cost(fixed=0.3, price=0.6)
PLACES = tuple("abcdef")


def drawn(seed: int, *, whole: bool) -> tuple[Boards, Problem, Effort]:
    rng = np.random.default_rng(seed)
    factors = tuple(
        Factor(code=code, source=f"holdings:{code}", mobility="transferable", whole=whole, weight=weight)
        for code, weight in (("x", 1.0), ("y", 2.5))
    )
    value, need = rng.uniform(0, 40, (6, 2)), rng.uniform(5, 20, (6, 2))
    boards = Boards(PLACES, factors, value, value, value, need, need, need, rng.uniform(0.5, 2, (6, 2)))
    steps = ((0.2, 0.5), (0.6, 0.85), (1.0, 1.0))
    spec = PlanSpec(factors=factors, cost=COST, objective=Objective(steps=steps))
    km = rng.uniform(10, 200, (6, 6))
    way = effort(km + km.T, list("PPPQQQ"), COST, 0.5)
    return boards, problem(boards, spec, way.matrix), way


def alone(given: Problem, i: int, j: int, f: int) -> Problem:
    """Return the problem of one donor, one receiver and one factor."""
    supply, width = np.zeros_like(given.supply), np.zeros_like(given.width)
    supply[i, f], width[j, f] = given.supply[i, f], given.width[j, f]
    return replace(given, supply=supply, width=width)


@pytest.mark.parametrize("seed", range(3))
def test_the_net_gain_is_that_of_the_best_plan_of_the_two(seed: int) -> None:
    boards, given, way = drawn(seed, whole=False)
    every = matches(boards, given, way, beside(PLACES, way, None, None, None, None))
    assert len(every) > 5 and (every["net"] > 0).any()
    assert ((every["pays"] < every["amount"]) & (every["pays"] > 0)).any()
    for row in every.head(12).to_dict("records"):
        arc = PLACES.index(row["donor"]), PLACES.index(row["receiver"]), "xy".index(row["factor"])
        found = solve(alone(given, *arc))
        assert found.objective == pytest.approx(row["net"], abs=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_of_whole_units_the_best_number(seed: int) -> None:
    boards, given, way = drawn(seed, whole=True)
    every = matches(boards, given, way, beside(PLACES, way, None, None, None, None))
    assert (every["amount"] == every["amount"].round()).all()
    for row in every.to_dict("records"):
        i, j, f = PLACES.index(row["donor"]), PLACES.index(row["receiver"]), "xy".index(row["factor"])
        width, worth = given.width[j, f], given.worth[j, f]
        price = given.price * given.effort[i, j] * given.rate[f]

        def net(amount: int) -> float:
            left = float(amount)
            made = -price * amount  # noqa: B023 — called at once
            for wide, each in zip(width, worth, strict=True):  # noqa: B023
                made += min(left, wide) * each
                left -= min(left, wide)
            return made

        best = max(range(int(row["amount"]) + 1), key=net)
        assert row["net"] == pytest.approx(net(best))
        assert row["marginal"] == pytest.approx(net(1))


def test_no_boards_that_meet_no_rows() -> None:
    boards, given, way = drawn(0, whole=False)
    none = replace(given, supply=np.zeros_like(given.supply))
    found = matches(boards, none, way, beside(PLACES, way, None, None, None, None))
    assert found.empty and "net" in found
