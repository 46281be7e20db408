"""Alternatives keep what they promise, and a tie is said to be one."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.plans.solve import alternative, linear, mixed, solve, unique
from tests.plans.solve.invented import chain, regions


def shared(one, other) -> float:
    """Return the share of what a plan moves that runs over arcs of another one."""
    keys = {*zip(other.origin.tolist(), other.destination.tolist(), other.factor.tolist(), strict=True)}
    own = zip(one.origin.tolist(), one.destination.tolist(), one.factor.tolist(), strict=True)
    return float(sum(a for key, a in zip(own, one.amount, strict=True) if key in keys) / one.amount.sum())


@pytest.mark.parametrize(
    "limits", [{}, {"budget": 8.0}, {"fairness": "worst_off", "budget": 8.0}, {"partners": 4}], ids=str
)
def test_an_alternative_is_nearly_as_good_and_different(limits):
    problem = regions(7, **limits)
    best = solve(problem)
    other = alternative(problem, best, slack=0.1)
    third = alternative(problem, [best, other], slack=0.1)
    for plan in (other, third):
        assert plan.objective >= 0.9 * best.objective - 1e-6
        assert plan.bound == pytest.approx(best.bound) and plan.duals is None
    assert shared(other, best) < 0.9
    assert shared(third, best) < 1 and shared(third, other) < 1
    if best.worst is not None:
        assert other.worst >= 0.9 * best.worst - 1e-6


def test_an_alternative_moves_least_over_the_arcs_of_the_plan():
    # only place 1 and place 0 can give; without slack nothing else is as good
    best = linear(chain(budget=5.0))
    same = alternative(chain(budget=5.0), best, slack=0.0)
    assert same.amount.tolist() == pytest.approx(best.amount.tolist(), abs=1e-6)


def test_what_an_alternative_cannot_be():
    best = solve(chain())
    with pytest.raises(BadSpec, match=re.escape("slack is 1; it needs 0 or more and less than 1, as 0.05.")):
        alternative(chain(), best, slack=1.0)
    said = "an alternative differs from plans, and none is given; solve the problem first."
    with pytest.raises(BadSpec, match=re.escape(said)):
        alternative(chain(), [])


def test_a_plan_without_rivals():
    assert unique(regions(8))
    assert unique(regions(8, budget=4.0, fairness="worst_off"))
    assert unique(replace(regions(8, places=8), partners=1))


def test_two_equal_places_are_a_tie():
    width = np.array([[[0.0]], [[4.0]], [[4.0]]])
    worth = np.array([[[0.0]], [[5.0]], [[5.0]]])
    problem = replace(chain(), width=width, worth=worth, effort=np.ones((3, 3)))
    problem = replace(problem, supply=np.array([[4.0], [0.0], [0.0]]))
    assert not unique(problem)
    assert not unique(replace(problem, partners=1))
    assert not unique(replace(problem, whole=np.array([True])))
    # with worth that falls, both get the same: the plan is symmetric, and the only one
    even = replace(problem, width=np.full((3, 1, 2), 2.0) * np.array([0, 1, 1])[:, None, None])
    even = replace(even, worth=np.broadcast_to(np.array([5.0, 3.0]), (3, 1, 2)))
    assert unique(even)
    assert linear(even).amount.tolist() == pytest.approx([2.0, 2.0])
    fair = replace(problem, fairness="worst_off")
    assert unique(fair) and linear(fair).amount.tolist() == pytest.approx([2.0, 2.0], abs=1e-6)


def test_enough_for_both_is_no_tie_of_receivers():
    problem = replace(chain(), supply=np.array([[9.0], [9.0], [0.0]]), effort=np.ones((3, 3)))
    assert not unique(problem)  # which of two equal donors gives is open
    assert unique(replace(problem, supply=np.array([[9.0], [0.0], [0.0]])))


def test_the_same_plan_every_time():
    for problem, method in ((regions(9, budget=5.0), linear), (regions(9, partners=2, budget=5.0), mixed)):
        first, second = method(problem), method(problem)
        assert first.amount.tolist() == second.amount.tolist()
