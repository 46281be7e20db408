"""From a problem to a solution: check, choose units, be fair first if asked, solve, go back to the units."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from heban.domain.errors import NoPlan
from heban.plans.solve.checking import check
from heban.plans.solve.clash import no_plan
from heban.plans.solve.found import Found, solution
from heban.plans.solve.highs import Unsolved
from heban.plans.solve.problem import Problem, Solution
from heban.plans.solve.program import Program, Purpose, program_of
from heban.plans.solve.scaling import scaled, units_of

Method = Callable[[Program], Found]
UNDECIDED = (
    "no plan was found, and none was proven impossible, before the search ended: "
    "lower the floors, or allow more partners or parts of a unit."
)
SLACK = 1e-9  # of the share of fairness, so that the second program may keep what the first one found


def planned(problem: Problem, method: Method, name: str) -> Solution:
    """Return the solution that a method finds, or raise `BadSpec` or `NoPlan`."""
    check(problem)
    units = units_of(problem)
    inside = scaled(problem, units)
    try:
        found = method(program_of(inside, purpose_of(inside, method)))
    except Unsolved as error:
        if error.why == "undecided":
            raise NoPlan(UNDECIDED) from None
        if error.why != "infeasible":
            raise AssertionError(f"the solver ended with {error.why!r}.") from error
        raise no_plan(problem, method) from None
    return units.outside(solution(inside, found, name))


def purpose_of(problem: Problem, method: Method) -> Purpose:
    """Return the purpose of a plan: the objective, if asked with the largest share that all can get."""
    if problem.fairness == "sum":
        return Purpose()
    found = method(program_of(problem, Purpose("share")))
    kept = found.arcs.at(found.amount > 0).keys(len(problem.supply))
    return Purpose(share=max(0.0, found.value * (1 - SLACK) - SLACK), start=np.sort(kept))
