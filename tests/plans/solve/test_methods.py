"""All methods find the same optimum, and the one that is found by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.plans.solve import Solution, columns, flow, linear, mixed, solve
from tests.plans.solve.invented import chain, regions

LIMITS = {
    "budget": {"budget": 4.0},
    "exports": {"exports": np.full(12, 0.6)},
    "imports": {"imports": np.full(12, 0.5)},
    "shareable": {"shareable": np.array([True, False, True]), "budget": 3.0},
    "reciprocity": {"reciprocity": 0.6},
    "worst_off": {"fairness": "worst_off", "budget": 6.0},
    "all": {
        "budget": 5.0,
        "exports": np.full(12, 0.9),
        "imports": np.full(12, 0.9),
        "reciprocity": 0.2,
        "fairness": "worst_off",
        "shareable": np.array([True, False, False]),
    },
}


def plan(found: Solution) -> dict[tuple[int, int, int], float]:
    """Return the amounts of a solution by donor, receiver and factor."""
    keys = zip(found.origin.tolist(), found.destination.tolist(), found.factor.tolist(), strict=True)
    return dict(zip(keys, found.amount.round(9).tolist(), strict=True))


@pytest.mark.parametrize("method", [linear, columns, flow, mixed])
def test_a_chain_by_hand(method):
    # place 1 sends its 1 (5 − 1); place 0 sends 2 (5 − 2); then 2 − 2 brings nothing
    found = method(chain(price=0.9))
    # at 0.9 a unit from place 0 costs 1.8, so that all 4 pay: 3 · 5 + 2 · 2 − 0.9 · (1 + 8)
    assert plan(found) == {(0, 2, 0): 4.0, (1, 2, 0): 1.0}
    assert found.objective == pytest.approx(10.9, abs=1e-9)
    assert found.gap == pytest.approx(0, abs=1e-9)
    assert found.cost == pytest.approx(9)
    assert found.gain.tolist() == [[0.0], [0.0], [pytest.approx(19)]]


@pytest.mark.parametrize("method", [linear, columns, mixed])
def test_a_budget_by_hand(method):
    # 5 of cost: the unit at 1, then 2 units at 2
    found = method(chain(budget=5.0))
    assert plan(found) == {(0, 2, 0): 2.0, (1, 2, 0): 1.0}
    assert found.objective == pytest.approx(10, abs=1e-9)


@pytest.mark.parametrize("method", [linear, columns])
def test_prices_by_hand(method):
    # with a budget of 3 one unit comes from each; one more of budget moves half a unit worth 5 − 2
    duals = method(chain(budget=3.0)).duals
    assert duals.budget == pytest.approx(1.5)
    assert duals.arrival[2, 0] == pytest.approx(5)
    # a unit more at place 1 costs 1 instead of 2 · 1 and comes on top: 5 − 1 − 1.5
    assert duals.supply[:, 0] == pytest.approx([0, 2.5, 0])


def test_a_shareable_factor_goes_to_all():
    problem = replace(
        chain(shareable=np.array([True])), width=np.array([[[0, 0]], [[2, 2]], [[3, 3]]], dtype=float)
    )
    problem = replace(problem, worth=np.broadcast_to(np.array([5.0, 2.0]), (3, 1, 2)))
    for method in (linear, flow):
        found = method(problem)
        # place 0 gives 4 to place 1 at a cost of 1, and 2 to place 2, which has 1 of place 1
        assert plan(found) == {(0, 1, 0): 4.0, (0, 2, 0): 2.0, (1, 2, 0): 1.0}


def test_a_floor_forces_a_loss_and_its_price_says_so():
    found = linear(chain(price=2.0, floor=np.array([[0.0], [0.0], [4.0]])))
    # the fourth unit is worth 2 and costs 2 · 2
    assert plan(found) == {(0, 2, 0): 3.0, (1, 2, 0): 1.0}
    assert found.duals.floor[2, 0] == pytest.approx(2)
    assert found.duals.arrival[2, 0] == pytest.approx(2)
    assert found.gap == pytest.approx(0, abs=1e-9)


def test_reciprocity_keeps_a_donor_that_gets_nothing_from_giving():
    assert plan(solve(chain(reciprocity=0.5))) == {}


def test_the_worst_off_first():
    # 4 for two places that lack 4 each; one gains 5 a unit, the other 1: the sum gives all to the first
    width = np.array([[[0.0]], [[4.0]], [[4.0]]])
    worth = np.array([[[0.0]], [[5.0]], [[1.0]]])
    problem = replace(chain(), width=width, worth=worth, effort=np.ones((3, 3)), price=0.1)
    problem = replace(problem, supply=np.array([[4.0], [0.0], [0.0]]))
    assert plan(linear(problem)) == {(0, 1, 0): 4.0}
    fair = linear(replace(problem, fairness="worst_off"))
    assert plan(fair) == pytest.approx({(0, 1, 0): 2.0, (0, 2, 0): 2.0}, abs=1e-6)
    assert fair.worst == pytest.approx(0.5, abs=1e-6)
    assert linear(problem).worst is None


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS.keys())
@pytest.mark.parametrize("seed", [1, 2])
def test_columns_are_as_good_as_all_arcs(limits, seed):
    problem = regions(seed, **limits)
    whole, grown = linear(problem), columns(problem)
    assert whole.gap < 1e-9 and grown.gap < 1e-9
    assert grown.objective == pytest.approx(whole.objective, abs=1e-8)
    if whole.worst is not None:
        assert grown.worst == pytest.approx(whole.worst, abs=1e-8)


@pytest.mark.parametrize("shareable", [np.zeros(3, dtype=bool), np.array([True, False, True])])
def test_flows_are_as_good_as_the_simplex_method(shareable):
    problem = regions(3, places=40, shareable=shareable)
    found, whole = flow(problem), linear(problem)
    assert found.method == "flow" and found.gap < 1e-9
    assert found.objective == pytest.approx(whole.objective, abs=1e-8)


def test_the_duals_of_a_flow_prove_it():
    problem = regions(4, places=30)
    found = flow(problem)
    free = np.maximum(problem.worth - found.duals.arrival[:, :, None], 0)
    value = (found.duals.supply * problem.supply).sum() + (free * problem.width).sum()
    assert value == pytest.approx(found.objective, rel=1e-9)


def test_solve_chooses_the_method():
    assert solve(chain()).method == "flow"
    assert solve(chain(budget=3.0)).method == "linear"
    assert solve(chain(partners=1)).method == "mixed"
    assert solve(regions(1, places=130, factors=6, budget=5.0)).method == "columns"


def test_what_a_method_cannot_is_said():
    with pytest.raises(BadSpec, match=re.escape("linear cannot count partners; use mixed.")):
        linear(chain(partners=1))
    with pytest.raises(BadSpec, match=re.escape("columns cannot count whole numbers; use mixed.")):
        columns(chain(whole=np.array([True])))
    with pytest.raises(BadSpec) as error:
        flow(chain(budget=1.0))
    assert str(error.value) == (
        "flow takes each factor alone; a budget, exports, imports, a floor, partners, whole numbers, "
        "reciprocity and fairness tie factors together: use columns or mixed."
    )


def test_nothing_to_give_is_an_empty_plan():
    for limits in ({}, {"budget": 1.0}, {"partners": 1}, {"fairness": "worst_off"}):
        found = solve(replace(chain(**limits), supply=np.zeros((3, 1))))
        assert len(found.amount) == 0 and found.objective == 0 and found.bound == pytest.approx(0)


def test_far_more_than_anybody_lacks():
    problem = regions(4, places=20)
    found = flow(replace(problem, supply=problem.supply * 1e9))
    whole = linear(replace(problem, supply=problem.supply * 1e9))
    assert found.objective == pytest.approx(whole.objective, rel=1e-9) and found.gap < 1e-9


def test_nothing_lacking_is_an_empty_plan():
    for limits in ({}, {"budget": 1.0}, {"partners": 1}, {"fairness": "worst_off"}):
        found = solve(replace(chain(**limits), width=np.zeros((3, 1, 2))))
        assert len(found.amount) == 0 and found.objective == 0 and found.bound == pytest.approx(0)
