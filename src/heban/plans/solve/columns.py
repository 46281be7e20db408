"""Column generation: solve with few arcs, price all the others, add what would pay, until nothing would."""

from __future__ import annotations

import numpy as np

from heban.plans.solve.arcs import arcs_from, open_pairs
from heban.plans.solve.found import Found
from heban.plans.solve.highs import ENDED_EARLY, Answer, Model, Unsolved
from heban.plans.solve.linear import proven, refuse_counting
from heban.plans.solve.planning import planned
from heban.plans.solve.prices import Prices, margins, prices_of
from heban.plans.solve.problem import Bools, Floats, Ints, Problem, Solution
from heban.plans.solve.program import Program, Purpose, program_of

NEAREST = 4  # partners of each place and factor that the first program has
PRIMAL = 4  # HiGHS' number of the primal simplex method
ADDED = 4  # arcs of each place and factor that a round adds at most
PAYS = 1e-9  # of the largest worth: what a unit must bring beyond its price, to be added
LACKING = 1e-7  # of the floors: less is the tolerance of the solver
FEW = 1 / 8  # of the arcs: up to so many new ones the old basis is a good start
STEPS = 5_000  # of the simplex method from the old basis; when it needs more, a new start is faster


def columns(problem: Problem) -> Solution:
    """Return the best plan over all arcs, without ever writing down all arcs.

    The first program has the nearest partners of each place. Its prices say what a unit on every other arc
    would bring, arc by arc; those that bring something are added, until none does. Then the plan is the
    best over all arcs, and its prices bound every other plan (`Solution.bound`).
    Raises as `linear`. Source: Ford and Fulkerson (1958), Manage. Sci. 5: 97–101; Dantzig and Wolfe (1960),
    Oper. Res. 8: 101–111.

    >>> from heban.plans.solve.problem import example
    >>> found = columns(example())
    >>> found.destination.tolist(), found.amount.tolist(), round(found.objective, 9), found.gap < 1e-9
    ([1, 2], [2.0, 2.0], 14.0, True)
    """
    refuse_counting(problem, "columns")
    return planned(problem, by_columns, "columns")


def by_columns(program: Program) -> Found:
    """Return the optimum of a program over all arcs, by adding arcs that pay."""
    keys, answer = optimum(program)
    return proven(program, arcs_from(program.problem, keys), answer)


def optimum(program: Program) -> tuple[Ints, Answer]:
    """Return arcs that suffice for an optimum over all arcs, and what HiGHS found over them."""
    keys, start = near_arcs(program.problem), program.purpose.start
    if start is not None:
        keys = np.union1d(keys, start)
    elif program.problem.floor is not None and program.purpose.aim != "shortfall":
        keys = _feasible(program, keys)
    return _grown(program, keys)


def _feasible(program: Program, keys: Ints) -> Ints:
    """Return arcs that keep the floors, found by making what the floors lack as small as possible."""
    grown, answer = _grown(program_of(program.problem, Purpose("shortfall")), keys)
    if answer.value > LACKING * max(1.0, _asked(program.problem)):
        raise Unsolved("infeasible")
    return grown


def _asked(problem: Problem) -> float:
    """Return what all floors ask for, in mean deficits."""
    return 0.0 if problem.floor is None else float(problem.floor.sum())


def _grown(program: Program, keys: Ints) -> tuple[Ints, Answer]:
    """Return the arcs that suffice, those added last at the end, and the optimum over them."""
    model = _model(program, keys)
    answer = model.solve()
    while True:
        new = np.setdiff1d(paying(program, prices_of(program, answer)), keys)
        if not len(new):
            return keys, answer
        few = len(new) <= FEW * len(keys)
        keys = np.concatenate([keys, new])
        model.add(program.arc_columns(arcs_from(program.problem, new)))
        near = _continued(model) if few else None
        if near is None:
            model = _model(program, keys)
        answer = model.solve() if near is None else near


def _continued(model: Model) -> Answer | None:
    """Return the optimum from the old basis, which fits all limits, or None when that takes too long."""
    model.set(simplex_strategy=PRIMAL, simplex_iteration_limit=STEPS)
    try:
        return model.solve()
    except Unsolved as error:
        if error.why != ENDED_EARLY:
            raise
        return None


def _model(program: Program, keys: Ints) -> Model:
    """Return the program over some arcs; presolve would cost more than it saves here."""
    model = Model(program.low, program.high, solver="simplex", presolve="off")
    model.add(program.fixed_columns())
    model.add(program.arc_columns(arcs_from(program.problem, keys)))
    return model


def near_arcs(problem: Problem, count: int = NEAREST) -> Ints:
    """Return the arcs from each donor to its nearest receivers, and to each receiver from its nearest."""
    pairs, demand, keys = open_pairs(problem), problem.demand, []
    nearness = np.where(pairs, -problem.effort, -np.inf)
    for f in range(problem.supply.shape[1]):
        donors, receivers = np.flatnonzero(problem.supply[:, f] > 0), np.flatnonzero(demand[:, f] > 0)
        there = best(nearness[np.ix_(donors, receivers)], count)
        keys.append(_keys(there, f, donors, receivers, len(pairs)))
    return np.concatenate(keys)


def paying(program: Program, prices: Prices) -> Ints:
    """Return the arcs on which a unit brings more than it costs, the best of each place and factor.

    What "apart" weighs on an arc is not subtracted: such arcs may be added in vain, but none is missed.
    """
    keys = []
    for factor, donors, receivers, margin in margins(program, prices):
        above = (
            margin - np.where(program.problem.shareable[factor], 0.0, prices.supply[donors, factor])[:, None]
        )
        there = best(np.where(above > PAYS, above, -np.inf), ADDED)
        keys.append(_keys(there, factor, donors, receivers, len(program.problem.supply)))
    return np.concatenate(keys)


def best(score: Floats, count: int) -> Bools:
    """Return which finite entries are among the `count` largest of their row or of their column.

    >>> best(np.array([[3.0, 2.0, -np.inf], [2.0, 0.0, 1.0]]), 1).tolist()
    [[True, True, False], [True, False, True]]
    """
    chosen = np.zeros(score.shape, dtype=bool)
    for axis, length in enumerate(score.shape):
        if length <= count:
            chosen[:] = True
        elif score.size:
            top = np.argpartition(score, length - count, axis=axis)
            top = top[-count:] if axis == 0 else top[:, -count:]
            np.put_along_axis(chosen, top, True, axis=axis)
    return chosen & np.isfinite(score)


def _keys(there: Bools, factor: int, donors: Ints, receivers: Ints, places: int) -> Ints:
    row, column = np.nonzero(there)
    return np.asarray((factor * places + donors[row]) * places + receivers[column])
