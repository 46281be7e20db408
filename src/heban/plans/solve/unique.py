"""Whether another plan is just as good, so that order decided a tie and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from heban.plans.solve.alternatives import KEPT
from heban.plans.solve.arcs import Arcs, arcs_from, arcs_of
from heban.plans.solve.checking import check
from heban.plans.solve.choosing import programmed
from heban.plans.solve.columns import optimum
from heban.plans.solve.highs import Answer, Columns, Model
from heban.plans.solve.planning import purpose_of
from heban.plans.solve.problem import Floats, Ints, Problem
from heban.plans.solve.program import Program, program_of
from heban.plans.solve.scaling import scaled, units_of

TIED = 1e-9  # of the largest worth: what a unit brings beyond its price, when it brings nothing
APART = 1e-6  # mean deficits: plans that differ by less are one
APART_MIXED = 1e-3  # the same of plans that count, whose objective is equal only to the gap of the search
GOLDEN = 0.6180339887498949


def unique(problem: Problem) -> bool:
    """Return whether there is one best plan only; if not, the one found owes its choice to order.

    At prices that prove a plan the best (`columns`), the best plans are those that leave unused
    what would lose, and use up what has a price. Over them the least and the greatest of a sum of amounts,
    each arc with a weight of its own, are compared: if they are equal there is one plan. The weights are
    the fractional parts of the golden ratio times the number of the arc, which no two different plans
    balance except by a chance of measure 0. For whole numbers and partners the same is asked of all plans
    within 1e-9 of the best, by branch and bound.

    >>> from dataclasses import replace
    >>> from heban.plans.solve.problem import example
    >>> even = replace(example(), effort=np.ones((3, 3)), supply=np.array([[3.0], [0.0], [0.0]]))
    >>> unique(example()), unique(even)
    (True, False)
    """
    check(problem)
    inside = scaled(problem, units_of(problem))
    method, name = programmed(inside)
    if name == "mixed":
        return _unique_mixed(inside)
    program = program_of(inside, purpose_of(inside, method))
    keys, answer = optimum(program)
    return _spread(program, keys, answer) <= APART


def _spread(program: Program, keys: Ints, answer: Answer) -> float:
    """Return how far apart the best plans lie, by the weighted sum of their amounts, in mean deficits."""
    arcs = arcs_from(program.problem, keys)
    fixed = program.fixed_columns()
    parts = (fixed, program.arc_columns(arcs))
    points = answer.point[: len(fixed)], answer.point[len(fixed) :]
    held = [_held(part, point, answer) for part, point in zip(parts, points, strict=True)]
    low, high = _tight(program, answer)
    weights = weights_of(arcs, len(program.problem.supply))
    ends = []
    for sign in (1.0, -1.0):
        model = Model(low, high, solver="simplex")
        model.add(replace(held[0], cost=0 * points[0]))
        model.add(replace(held[1], cost=sign * weights))
        ends.append(sign * model.solve().value)
    return ends[1] - ends[0]


def _held(columns: Columns, point: Floats, answer: Answer) -> Columns:
    """Return columns that stay where they are, but for those that bring just their price."""
    column = np.repeat(np.arange(len(columns)), np.diff(columns.start))
    priced = np.bincount(column, columns.value * answer.price[columns.row], minlength=len(columns))
    free = np.abs(columns.cost - priced) <= TIED
    return replace(columns, low=np.where(free, columns.low, point), high=np.where(free, columns.high, point))


def _tight(program: Program, answer: Answer) -> tuple[Floats, Floats]:
    """Return the limits of the rows when those that have a price are used up."""
    low = np.where(answer.price < -TIED, program.high, program.low)
    return low, np.where(answer.price > TIED, program.low, program.high)


def _unique_mixed(problem: Problem) -> bool:
    """Return whether plans within `KEPT` of the best one are one plan."""
    method, _ = programmed(problem)
    purpose = purpose_of(problem, method)
    best = method(program_of(problem, purpose)).value
    arcs = arcs_of(problem)
    keys, weights = arcs.keys(len(problem.supply)), weights_of(arcs, len(problem.supply))
    goal = best - KEPT * max(1.0, abs(best))
    made = replace(purpose, aim="apart", goal=goal, keys=keys, weights=weights)
    least = method(program_of(problem, made)).value
    most = method(program_of(problem, replace(made, weights=-weights))).value
    return least + most <= APART_MIXED


def weights_of(arcs: Arcs, places: int) -> Floats:
    """Return a weight between 0 and 1 for each arc, which depends on its number alone."""
    return np.asarray(np.modf(arcs.keys(places) * GOLDEN)[0])
