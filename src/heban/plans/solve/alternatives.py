"""Other plans: nearly as good and as different as possible, or just as good at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from heban.domain.errors import BadSpec
from heban.plans.solve.checking import check
from heban.plans.solve.choosing import programmed
from heban.plans.solve.found import solution
from heban.plans.solve.problem import Floats, Ints, Problem, Solution
from heban.plans.solve.program import Purpose, program_of
from heban.plans.solve.scaling import scaled, units_of

LEAN = 1e-3  # what the whole objective counts for beside all the amounts moved, to choose among equals
KEPT = 1e-9  # relative: what a plan may miss of its goal by rounding


def alternative(problem: Problem, found: Solution | Sequence[Solution], slack: float = 0.05) -> Solution:
    """Return a plan that uses the arcs of other plans least, and whose objective is nearly the best.

    Minimise Σ (number of the plans `found` that use arc i, j, f) · x[i, j, f] in mean deficits, keeping
    objective ≥ best − slack · |best|, where best is the objective of the first of them. Ask again with all
    found so far for another one. With fairness "worst_off" every place keeps 1 − slack of its share. The
    bound is that of the best plan, so that the gap says what the alternative gives up. It has no duals.
    Raises `BadSpec` when there is no plan to differ from or slack is not between 0 and 1.
    Source: Brill (1979), Manage. Sci. 25: 413–422; Brill, Chang and Hopkins (1982), Manage. Sci. 28: 221–235.

    >>> from heban.plans.solve import linear
    >>> from heban.plans.solve.problem import example
    >>> best = linear(example())
    >>> other = alternative(example(), best, slack=0.1)
    >>> best.amount.round(6).tolist(), other.amount.round(6).tolist(), round(other.objective, 6)
    ([2.0, 2.0], [2.0, 1.533333], 12.6)
    """
    every = (found,) if isinstance(found, Solution) else tuple(found)
    if not every:
        raise BadSpec("an alternative differs from plans, and none is given; solve the problem first.")
    if not 0 <= slack < 1:
        raise BadSpec(f"slack is {slack:g}; it needs 0 or more and less than 1, as 0.05.")
    check(problem)
    units = units_of(problem)
    inside, first = scaled(problem, units), units.inside(every[0])
    keys, weights = _use(every, len(problem.supply))
    made = Purpose(
        "apart",
        share=None if first.worst is None else first.worst * (1 - slack) * (1 - KEPT),
        goal=first.objective - slack * abs(first.objective) - KEPT * max(1.0, abs(first.objective)),
        start=keys,
        keys=keys,
        weights=weights,
        lean=LEAN * float(first.amount.sum()) / max(abs(first.objective), KEPT),
    )
    method, name = programmed(inside)
    other = replace(method(program_of(inside, made)), bound=first.bound, duals=None)
    return units.outside(solution(inside, other, name))


def _use(plans: Sequence[Solution], places: int) -> tuple[Ints, Floats]:
    """Return the arcs that plans use, by number, and how many of the plans use each."""
    keys = [(plan.factor * places + plan.origin) * places + plan.destination for plan in plans]
    found, count = np.unique(np.concatenate(keys), return_counts=True)
    return found.astype(np.intp), count.astype(float)
