"""Which method solves which problem."""

from __future__ import annotations

from heban.plans.solve.arcs import arcs_of
from heban.plans.solve.checking import check
from heban.plans.solve.columns import by_columns
from heban.plans.solve.flow import flow, uncoupled
from heban.plans.solve.linear import over_all_arcs
from heban.plans.solve.mixed import branched
from heban.plans.solve.planning import Method, planned
from heban.plans.solve.problem import Problem, Solution

MANY = 20_000  # arcs: from here on column generation is faster than all arcs at once


def solve(problem: Problem) -> Solution:
    """Return the best plan of joined boards: what to move from where to where, and the proof.

    A problem that nothing ties together is a `flow` for each factor; one with whole numbers or partners is
    `mixed`; any other is `linear`, by `columns` from 20,000 arcs on. All find the same optimum. Amounts keep
    supplies and deficits exactly, and depend on the units of no factor; amounts below 1e-9 of a mean deficit
    are none. Raises `BadSpec` that lists every fault of the problem, and `NoPlan` that names the fewest
    limits which exclude each other.

    >>> from heban.plans.solve.problem import example
    >>> found = solve(example())
    >>> found.method, found.amount.round(9).tolist(), round(found.objective, 9), found.gap < 1e-9
    ('flow', [2.0, 2.0], 14.0, True)
    """
    check(problem)
    if uncoupled(problem):
        return flow(problem)
    method, name = programmed(problem)
    return planned(problem, method, name)


def programmed(problem: Problem) -> tuple[Method, str]:
    """Return the method for a problem that is not a flow, and its name."""
    if problem.partners is not None or problem.whole.any():
        return branched(), "mixed"
    many = len(arcs_of(problem)) > MANY
    return (by_columns, "columns") if many else (over_all_arcs, "linear")
