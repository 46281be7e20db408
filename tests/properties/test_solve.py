"""Laws of plans: they keep their limits, know no units, and are proven."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.plans.solve import Problem, columns, flow, linear, mixed, solve
from tests.plans.solve.invented import regions

seeds = st.integers(0, 10_000)
few = settings(max_examples=15)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Return a problem with any of the linear limits."""
    places, factors = draw(st.integers(2, 10)), draw(st.integers(1, 4))
    optional = {
        "budget": st.floats(0.1, 10),
        "exports": st.floats(0.1, 2).map(lambda most: np.full(places, most)),
        "imports": st.floats(0.1, 2).map(lambda most: np.full(places, most)),
        "reciprocity": st.sampled_from([0.3, 1.0]),
        "fairness": st.just("worst_off"),
        "shareable": st.lists(st.booleans(), min_size=factors, max_size=factors).map(np.array),
    }
    return regions(draw(seeds), places, factors, **draw(st.fixed_dictionaries({}, optional=optional)))


@few
@given(problems())
def test_all_arcs_and_columns_agree_and_are_proven(problem):
    whole, grown = linear(problem), columns(problem)
    assert abs(whole.objective - grown.objective) <= 1e-7 * max(1, abs(whole.objective))
    assert max(whole.gap, grown.gap) <= 1e-6


@few
@given(problems())
def test_a_plan_keeps_its_limits(problem):
    found = solve(problem)
    went, came = np.zeros_like(problem.supply), np.zeros_like(problem.supply)
    np.add.at(went, (found.origin, found.factor), found.amount)
    np.add.at(came, (found.destination, found.factor), found.amount)
    assert (found.amount > 0).all()
    assert (went[:, ~problem.shareable] <= problem.supply[:, ~problem.shareable] * (1 + 1e-12)).all()
    assert (found.amount <= problem.supply[found.origin, found.factor] * (1 + 1e-12)).all()
    assert (came <= problem.demand * (1 + 1e-12)).all()
    assert found.cost <= problem.budget * (1 + 1e-12)
    assert problem.exports is None or (went @ problem.size <= problem.exports * (1 + 1e-9)).all()
    assert problem.imports is None or (came @ problem.size <= problem.imports * (1 + 1e-9)).all()
    assert (found.gain.sum(axis=1) >= problem.reciprocity * (went @ problem.size) - 1e-7).all()


@few
@given(problems(), st.lists(st.sampled_from([1e-6, 0.01, 3.7, 1e5]), min_size=4, max_size=4))
def test_units_change_nothing(problem, units):
    unit = np.array(units[: problem.supply.shape[1]])
    other = replace(
        problem,
        supply=problem.supply * unit,
        width=problem.width * unit[:, None],
        worth=problem.worth / unit[:, None],
        rate=problem.rate / unit,
        size=problem.size / unit,
    )
    one, two = solve(problem), solve(other)
    assert abs(one.objective - two.objective) <= 1e-7 * max(1, abs(one.objective))


@few
@given(seeds)
def test_flow_linear_and_mixed_agree(seed):
    problem = regions(seed, 9, 2)
    free = flow(problem)
    assert free.gap <= 1e-9
    assert abs(free.objective - linear(problem).objective) <= 1e-8
    assert abs(mixed(replace(problem, partners=8)).objective - free.objective) <= 2e-4 * max(
        1, free.objective
    )


@few
@given(seeds, st.floats(0.5, 5))
def test_one_more_donor_never_harms(seed, budget):
    problem = regions(seed, 8, 2, budget=budget)
    supply = problem.supply.copy()
    supply[np.unravel_index(seed % supply.size, supply.shape)] += 0.7
    more = linear(replace(problem, supply=supply))
    assert more.objective >= linear(problem).objective - 1e-8


@few
@given(seeds)
def test_nothing_moves_for_nothing(seed):
    assert len(solve(regions(seed, 6, 2, budget=0.0)).amount) == 0


@few
@given(problems())
def test_what_has_a_price_is_used_up(problem):
    if problem.fairness != "sum" or problem.reciprocity:
        problem = replace(problem, fairness="sum", reciprocity=0.0)
    found = linear(problem)
    duals, value = found.duals, 0.0
    if np.isfinite(problem.budget):
        value += duals.budget * problem.budget
        assert duals.budget <= 1e-7 or found.cost >= problem.budget - 1e-7
    for price, limit in ((duals.exports, problem.exports), (duals.imports, problem.imports)):
        value += 0.0 if limit is None else float(price @ limit)
    free = np.maximum(problem.worth - duals.arrival[:, :, None], 0) * problem.width
    value += float((duals.supply * problem.supply).sum() + free.sum())
    assert abs(value - found.objective) <= 1e-7 * max(1, abs(found.objective))


@few
@given(seeds)
def test_a_price_is_what_a_little_more_brings(seed):
    problem = regions(seed, 8, 2, budget=2.0)
    step = 1e-5
    price = [
        (linear(replace(problem, budget=2.0 + by)).objective - linear(replace(problem, budget=2.0)).objective)
        / by
        for by in (step, -step)
    ]
    assert price[0] - 1e-3 <= linear(problem).duals.budget <= price[1] + 1e-3
