"""Whole amounts and partners, against every plan there is."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from heban.domain.errors import NoPlan
from heban.plans.solve import Problem, linear, mixed
from heban.plans.solve.possible import gain, reachable
from tests.plans.solve.invented import chain, regions


def small(seed: int, **limits: object) -> Problem:
    """Return three or four places with whole supplies of up to 2 and deficits of up to 2."""
    rng = np.random.default_rng(seed)
    supply = np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    width = np.zeros((4, 2, 2))
    width[2, 0], width[3, 0], width[0, 1], width[3, 1] = (1, 1), (1, 0), (1, 0), (1, 0)
    worth = rng.uniform(1, 3, (4, 2, 1)) * np.array([1.0, 0.6])
    effort = rng.uniform(0.2, 2.0, (4, 4))
    one, no = np.ones(2), np.zeros(2, dtype=bool)
    made = {"price": 0.5, "shareable": no, "whole": ~no, **limits}
    return Problem(supply, width, worth, effort, one, one, **made)  # type: ignore[arg-type]


def exhaustive(problem: Problem) -> float:
    """Return the best objective of all plans in whole numbers, one by one."""
    arcs = [
        (i, j, f)
        for f in range(2)
        for i in range(4)
        for j in range(4)
        if i != j and problem.supply[i, f] > 0 and problem.demand[j, f] > 0
    ]
    most = [int(min(problem.supply[i, f], problem.demand[j, f])) for i, j, f in arcs]
    best = 0.0
    for amounts in itertools.product(*(range(one + 1) for one in most)):
        x = np.zeros((4, 4, 2))
        for (i, j, f), amount in zip(arcs, amounts, strict=True):
            x[i, j, f] = amount
        best = max(best, _value(problem, x))
    return best


def _value(problem: Problem, x: np.ndarray) -> float:
    """Return the objective of a plan, −inf when it breaks a limit."""
    arrived, cost = x.sum(axis=0), float((x.sum(axis=2) * problem.effort).sum())
    broken = (
        (x.sum(axis=1) > problem.supply).any() or (arrived > problem.demand).any() or cost > problem.budget
    )
    if problem.partners is not None:
        dealt = x.sum(axis=2) > 0
        broken |= ((dealt | dealt.T).sum(axis=1) > problem.partners).any()
    return -np.inf if broken else float(gain(problem, arrived).sum() - problem.price * cost)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "limits", [{}, {"budget": 2.0}, {"partners": 1}, {"partners": 2, "budget": 2.5}], ids=str
)
def test_no_plan_of_all_is_better(seed, limits):
    problem = small(seed, **limits)
    found = mixed(problem)
    assert found.objective == pytest.approx(exhaustive(problem), abs=1e-7)
    assert found.gap < 1e-6 and found.duals is None
    assert (found.amount == np.round(found.amount)).all()


def test_a_partner_counts_whichever_way_things_move():
    # 1 gives to 2 and takes from 0: two partners; with one it must choose
    problem = replace(chain(price=0.1), width=np.array([[[0.0, 0]], [[2.0, 0]], [[3.0, 0]]]))
    problem = replace(problem, worth=np.broadcast_to(np.array([5.0, 0.0]), (3, 1, 2)))
    problem = replace(problem, effort=np.where(np.eye(3, k=2) > 0, np.inf, problem.effort))
    assert linear(problem).amount.round(6).tolist() == [2.0, 1.0]
    found = mixed(replace(problem, partners=1))
    assert (found.origin.tolist(), found.destination.tolist()) == ([0], [1])


def test_many_partners_are_no_limit():
    problem = regions(5, budget=4.0)
    assert mixed(replace(problem, partners=11)).objective == pytest.approx(
        linear(problem).objective, rel=1e-6
    )


def test_few_partners_bind_and_the_bound_is_true():
    problem = regions(5, budget=4.0)
    found = mixed(replace(problem, partners=1))
    assert found.objective < linear(problem).objective - 0.01
    assert found.bound >= found.objective and found.gap < 1e-6
    pairs = {frozenset(pair) for pair in zip(found.origin.tolist(), found.destination.tolist(), strict=True)}
    assert max(sum(place in pair for pair in pairs) for place in range(12)) == 1


def test_a_search_that_ends_early_says_so():
    problem = regions(4, places=14, factors=4, partners=2)
    found = mixed(problem, gap=0.0, nodes=1)
    assert found.notes == ("the search ended after 1 nodes, before the gap was 0.",)
    assert found.bound > found.objective


def test_the_worst_off_in_whole_numbers():
    problem = replace(small(1), fairness="worst_off")
    found = mixed(problem)
    assert found.worst is not None
    plain = mixed(replace(problem, fairness="sum"))
    assert found.objective <= plain.objective + 1e-9


def test_a_search_that_ends_before_it_found_anything():
    problem = regions(4, places=14, factors=4, partners=4)
    problem = replace(problem, floor=0.02 * reachable(problem))
    with pytest.raises(NoPlan) as error:
        mixed(problem, nodes=0)
    assert str(error.value) == (
        "no plan was found, and none was proven impossible, before the search ended: "
        "lower the floors, or allow more partners or parts of a unit."
    )
    assert error.value.clashing == []
