"""Laws of a plan, over boards drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.plans import allocation
from heban.plans.allocation.plan import again
from heban.plans.boards.board import Boards
from heban.plans.spec import Cost, Factor, Limits, Objective, PlanSpec

NEAR = 1e-6


@dataclass(frozen=True)
class Case:
    boards: Boards
    spec: PlanSpec
    km: np.ndarray
    groups: tuple[str, ...]

    def plan(self, **cost: Any) -> allocation.Plan:
        spec = self.spec.model_copy(update={"cost": self.spec.cost.model_copy(update=cost)})
        return allocation.plan(self.boards, spec, self.effort())

    def effort(self) -> allocation.Effort:
        return allocation.effort(self.km, self.groups, self.spec.cost, 0.5)


def _boards(value: np.ndarray, need: np.ndarray, factors: tuple[Factor, ...]) -> Boards:
    places = tuple(f"p{number}" for number in range(len(value)))
    ends = (value, value * 0.95, value * 1.05, need, need * 0.9, need * 1.1)
    return Boards(places, factors, *ends, np.ones(value.shape))


@st.composite
def cases(draw: st.DrawFn, **limits: Any) -> Case:
    n, m = draw(st.integers(2, 6)), draw(st.integers(1, 3))
    amounts = st.integers(0, 40).map(float)
    known = amounts | st.just(np.nan)
    value = np.array(draw(st.lists(known, min_size=n * m, max_size=n * m))).reshape(n, m)
    need = np.array(draw(st.lists(amounts, min_size=n * m, max_size=n * m))).reshape(n, m) + 1
    kinds = draw(st.lists(st.sampled_from(["transferable", "shareable"]), min_size=m, max_size=m))
    weights = draw(st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=m, max_size=m))
    factors = tuple(
        Factor(code=f"f{number}", source="holdings:x", mobility=kind, weight=weight)
        for number, (kind, weight) in enumerate(zip(kinds, weights, strict=True))
    )
    at = np.array(draw(st.lists(st.integers(0, 900), min_size=n, max_size=n)), dtype=float)
    objective = Objective(poorest=draw(st.sampled_from([0.0, 1.0])))
    spec = PlanSpec(
        factors=factors,
        cost=Cost(price=draw(st.sampled_from([0.05, 0.4]))),
        limits=Limits(**limits),
        objective=objective,
    )
    groups = tuple(draw(st.lists(st.sampled_from("PQ"), min_size=n, max_size=n)))
    return Case(_boards(value, need, factors), spec, np.abs(np.subtract.outer(at, at)), groups)


@settings(max_examples=60)
@given(cases(exports=1.5, absorption=1.0))
def test_donors_keep_what_they_need_and_nothing_is_lost(case: Case) -> None:
    found = case.plan()
    boards, moved = case.boards, found.moved
    shared = np.array([one.mobility == "shareable" for one in case.boards.factors])
    given_ = moved.sum(axis=1)
    left = boards.value_low - np.where(shared, 0.0, given_)
    donors = given_ > NEAR
    assert (left[donors] >= boards.need_high[donors] - NEAR).all()
    # no place both gives and takes the same factor, none takes more than it lacks, none from itself
    assert not (donors & (found.arrived > NEAR)).any()
    assert (found.arrived <= np.nan_to_num(boards.to_fill) + NEAR).all()
    assert np.trace(moved.sum(axis=2)) == 0
    # each place's arrivals are what its donors give
    table = allocation.table(found)
    assert table["amount"].sum() == pytest.approx(found.arrived.sum())
    assert table["gain"].sum() == pytest.approx(found.gain)
    assert table["cost"].sum() == pytest.approx(found.cost)
    # caps
    assert ((moved * found.problem.size).sum(axis=(1, 2)) <= 1.5 + NEAR).all()
    assert ((moved * found.problem.size).sum(axis=(0, 2)) <= 1.0 + NEAR).all()


@settings(max_examples=40)
@given(cases(), st.sampled_from([1e-4, 0.01, 1e5]))
def test_another_unit_changes_no_share(case: Case, unit: float) -> None:
    base = case.plan()
    boards = case.boards
    told = {
        name: getattr(boards, name) * unit
        for name in ("value", "value_low", "value_high", "need", "need_low", "need_high")
    }
    other = replace(case, boards=replace(boards, **told)).plan()
    assert other.objective == pytest.approx(base.objective, abs=1e-7)
    assert other.gain == pytest.approx(base.gain, abs=1e-5)
    # the amounts too, unless another plan is as good
    if not base.tied:
        np.testing.assert_allclose(
            other.moved / unit * base.problem.size, base.moved * base.problem.size, atol=1e-5
        )


@settings(max_examples=40)
@given(cases(), st.integers(0, 900), st.sampled_from("PQ"))
def test_another_donor_never_makes_a_plan_worse(case: Case, at: int, group: str) -> None:
    base = case.plan()
    away = np.abs(case.km[0] - at)[:, None]
    km = np.block([[case.km, away], [away.T, np.zeros((1, 1))]])

    boards = case.boards
    need = boards.need.mean(axis=0)  # so that the unit of cost stays what it was
    has, wants = np.vstack([boards.value, 3 * need]), np.vstack([boards.need, need])
    joined = _boards(has, wants, boards.factors)
    wider = replace(case, boards=joined, km=km, groups=(*case.groups, group))
    plain = wider.spec.model_copy(update={"objective": Objective()})
    assert replace(wider, spec=plain).plan().objective >= replace(case, spec=plain).plan().objective - NEAR
    assert base.objective >= -NEAR


@settings(max_examples=40)
@given(cases())
def test_no_budget_moves_nothing_and_a_price_that_is_too_high_neither(case: Case) -> None:
    assert len(case.plan(budget=0.0).solution.amount) == 0
    assert len(case.plan(price=1e6).solution.amount) == 0


@settings(max_examples=30)
@given(cases(), st.floats(0.1, 0.9))
def test_the_price_of_the_budget_is_the_slope_of_the_objective(case: Case, part: float) -> None:
    free = case.plan()
    if free.cost < 1e-3:
        return
    tight = case.plan(budget=part * free.cost)
    duals = tight.solution.duals
    assert duals is not None
    step = 1e-4 * free.cost
    up = again(tight, replace(tight.problem, budget=tight.problem.budget + step)).objective
    down = again(tight, replace(tight.problem, budget=tight.problem.budget - step)).objective
    assert (up - tight.objective) / step - 1e-4 <= duals.budget <= (tight.objective - down) / step + 1e-4


@settings(max_examples=25)
@given(cases())
def test_the_frontier_of_cost_rises_ever_more_slowly(case: Case) -> None:
    table = allocation.frontier(case.plan(), points=6)
    steps = np.diff(table["gain"].to_numpy())
    assert (steps >= -NEAR).all()
    assert (np.diff(steps) <= NEAR).all()
    assert (table["cost"] <= table["budget"] + NEAR).all()


@settings(max_examples=15)
@given(cases())
def test_the_frontier_of_equity_falls_ever_faster(case: Case) -> None:
    found = case.plan()
    table = allocation.frontier(found, "equity", points=5)
    values = table["objective"].to_numpy()
    assert values[0] == pytest.approx(found.objective, abs=1e-7)
    assert (np.diff(values) <= NEAR).all()
    assert (np.diff(values, 2) <= NEAR).all()


@settings(max_examples=30)
@given(cases())
def test_without_the_border_a_plan_is_never_worse(case: Case) -> None:
    cost = allocation.border_cost(case.plan())
    assert cost.lost >= -NEAR
    assert cost.lost <= _toll(cost) + NEAR


def _toll(cost: allocation.BorderCost) -> float:
    """The plan without the border, made with it: a bound of what the border can cost."""
    free, border = cost.free, cost.plan.effort.border
    crosses = free.effort.crosses[free.solution.origin, free.solution.destination]
    spent = float((free.unit_costs * free.solution.amount)[crosses].sum())
    return cost.plan.problem.price * spent * (1 / border - 1)


@settings(max_examples=30)
@given(cases(exports=1.0))
def test_payments_leave_nobody_worse_off(case: Case) -> None:
    found = case.plan()
    paid = allocation.compensation(found)
    assert (paid["net"] >= -NEAR).all()
    assert paid["net"].sum() == pytest.approx(found.objective, abs=NEAR)


@settings(max_examples=30)
@given(cases(exports=1.0, absorption=0.7))
def test_every_deficit_that_stays_has_a_reason(case: Case) -> None:
    table = allocation.deficits(case.plan(budget=1.0))
    assert ((table["reason"] == "") == (table["left"] == 0)).all()
    assert "gap" not in set(table["reason"])


@settings(max_examples=40)
@given(cases(), st.data())
def test_like_places_get_alike_or_the_tie_is_said(case: Case, data: st.DataObject) -> None:
    """A twin of a place, at the same spot: it gets as much, or a tie is said."""
    twin = data.draw(st.integers(0, len(case.groups) - 1))
    rows = [*range(len(case.groups)), twin]
    boards = case.boards
    doubled = _boards(boards.value[rows], boards.need[rows], boards.factors)
    found = replace(
        case, boards=doubled, km=case.km[np.ix_(rows, rows)], groups=tuple(case.groups[row] for row in rows)
    ).plan()
    weighed = found.moved * found.problem.size
    alike = np.allclose(weighed[:, twin].sum(axis=0), weighed[:, -1].sum(axis=0), atol=1e-6) and np.allclose(
        weighed[twin].sum(axis=0), weighed[-1].sum(axis=0), atol=1e-6
    )
    assert alike or found.tied
