"""Frontiers: the most that can be gained for every cost, and for every least share that all must get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, NoPlan
from heban.plans.allocation.plan import Plan, again
from heban.plans.allocation.words import checked
from heban.plans.solve import solve
from heban.plans.solve.possible import reachable
from heban.plans.solve.problem import Problem

Floats = npt.NDArray[np.float64]

FREE = 1e-4  # of the least gain for its cost: the price at which cost hardly counts
KEPT = 1e-7  # of a floor: what may lack by rounding
HALVINGS = 12  # of the interval in which the greatest least share lies: 1/4096 of it is left


def frontier(plan: Plan, by: Literal["cost", "equity"] = "cost", points: int = 9) -> pd.DataFrame:
    """Return the most that can be gained, point by point, against cost or against equity.

    by "cost": the budget goes in equal steps from 0 to what the plan without a budget costs when cost
    hardly counts (a price of 1/10,000 of the least gain per cost of any move). Columns budget, cost, gain,
    marginal (what one more unit of cost would gain; NaN without prices), and own, whether the plan could
    afford the point: cost at most the plan's own. gain rises with the budget, ever more slowly. Limits stay
    those of the plan.

    by "equity": the share that must be filled of every deficit, as far as it may be filled and all that can
    reach it would fill it, goes in equal steps from 0, or limits.at_least, to the largest at which all get
    it at once (found by halving, to 1/4096). Columns share, objective, gain, cost, least (the least such
    share in the plan found) and given_up (the objective that the share costs). The objective falls, ever
    faster.

    Points at which the limits clash have NaN. Raises `BadSpec` for fewer than 2 points.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> base = plan(*_demo())
    >>> frontier(base, points=4)[["budget", "gain"]].round(6).values.tolist()
    [[0.0, 0.0], [0.4, 0.418182], [0.8, 0.634615], [1.2, 0.85]]
    >>> frontier(base, "equity", points=3)[["share", "objective", "least"]].round(3).values.tolist()
    [[0.0, 0.79, 0.5], [0.375, 0.79, 0.5], [0.75, 0.781, 0.75]]
    """
    checked("by", by, ("cost", "equity"))
    if points < 2:
        raise BadSpec(f"points is {points}; a frontier needs at least 2, and 9 are usual.")
    return _against_cost(plan, points) if by == "cost" else _against_equity(plan, points)


def _against_cost(plan: Plan, points: int) -> pd.DataFrame:
    free = replace(plan.problem, price=_hardly(plan), budget=np.inf)
    end = again(plan, free).cost
    rows = []
    for budget in np.linspace(0.0, end, points).tolist():
        found = _tried(plan, replace(free, budget=budget))
        if found is None:
            rows.append((budget, np.nan, np.nan, np.nan, False))
            continue
        duals = found.solution.duals
        marginal = np.nan if duals is None else duals.budget + free.price
        rows.append((budget, found.cost, found.gain, marginal, found.cost <= plan.cost * (1 + 1e-9)))
    return pd.DataFrame(rows, columns=["budget", "cost", "gain", "marginal", "own"])


def _hardly(plan: Plan) -> float:
    """Return a price so low that every move that gains anything pays."""
    problem = plan.problem
    worth = problem.worth[(problem.width > 0) & (problem.worth > 0)]
    ways = problem.effort[np.isfinite(problem.effort)]
    dearest = ways.max(initial=0.0) * problem.rate.max(initial=0.0)
    return (
        min(problem.price, FREE * float(worth.min() / dearest))
        if worth.size and dearest > 0
        else problem.price
    )


def _against_equity(plan: Plan, points: int) -> pd.DataFrame:
    problem = plan.problem
    within = reachable(problem)
    least = np.zeros_like(within) if problem.floor is None else problem.floor

    def asked(share: float) -> Problem:
        floor = np.maximum(least, share * within)
        return replace(problem, floor=np.where(problem.whole, np.floor(floor), floor))

    start = plan.spec.limits.at_least
    end = _largest(lambda share: _keeps(plan, asked(share)), start)
    rows = []
    for share in np.linspace(start, end, points).tolist():
        found = _tried(plan, asked(share))
        figures = (np.nan,) * 5
        if found is not None:
            lost = plan.objective - found.objective
            figures = (found.objective, found.gain, found.cost, _least(found, within), lost)
        rows.append((share, *figures))
    return pd.DataFrame(rows, columns=["share", "objective", "gain", "cost", "least", "given_up"])


def _tried(plan: Plan, problem: Problem) -> Plan | None:
    try:
        return again(plan, problem)
    except NoPlan:
        return None


def _keeps(plan: Plan, problem: Problem) -> bool:
    """Return whether a plan can keep the floors: whether as much can arrive when nothing else counts."""
    if problem.reciprocity > 0:
        return _tried(plan, problem) is not None
    assert problem.floor is not None
    # each factor's floors count 1 together, so that none is lost in the sum
    total = problem.floor.sum(axis=0)
    worth = np.broadcast_to(
        np.divide(1.0, total, out=np.zeros_like(total), where=total > 0), problem.floor.shape
    )
    alone = replace(
        problem,
        width=problem.floor[:, :, None],
        worth=worth[:, :, None],
        floor=None,
        price=0.0,
        fairness="sum",
    )
    return bool(solve(alone).objective >= np.count_nonzero(total) - KEPT)


def _largest(works: Callable[[float], bool], low: float) -> float:
    """Return the largest share from `low` to 1 that works, found by halving; what is smaller works too."""
    if works(1.0):
        return 1.0
    high = 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if works(middle) else (low, middle)
    return low


def _least(plan: Plan, within: Floats) -> float:
    """Return the least share that is filled of what may be and can be; NaN where nothing can."""
    there = within > 0
    return float((plan.arrived[there] / within[there]).min()) if there.any() else np.nan
