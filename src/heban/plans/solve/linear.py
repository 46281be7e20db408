"""The whole linear program over all arcs, by the simplex method: the reference for every other way."""

from __future__ import annotations

from heban.domain.errors import BadSpec
from heban.plans.solve.arcs import Arcs, arcs_of
from heban.plans.solve.found import Found
from heban.plans.solve.highs import Answer, Model
from heban.plans.solve.planning import planned
from heban.plans.solve.prices import bound, duals_of, prices_of
from heban.plans.solve.problem import Problem, Solution
from heban.plans.solve.program import Program


def linear(problem: Problem) -> Solution:
    """Return the best plan, found by HiGHS' simplex method over all arcs at once.

    Raises `BadSpec` for whole numbers and partners, which are not linear, and `NoPlan` when the limits
    exclude each other. The bound is recomputed from the prices over all arcs.
    Source: Huangfu and Hall (2018), Math. Program. Comput. 10: 119–142.

    >>> from heban.plans.solve.problem import example
    >>> found = linear(example())
    >>> found.destination.tolist(), found.amount.tolist(), round(found.objective, 9), found.gap < 1e-9
    ([1, 2], [2.0, 2.0], 14.0, True)
    """
    refuse_counting(problem, "linear")
    return planned(problem, over_all_arcs, "linear")


def over_all_arcs(program: Program) -> Found:
    """Return the optimum of a program over all arcs."""
    return over(program, arcs_of(program.problem))


def over(program: Program, arcs: Arcs) -> Found:
    """Return the optimum of a program over these arcs; its bound holds over all arcs."""
    model = Model(program.low, program.high, solver="simplex")
    model.add(program.fixed_columns())
    model.add(program.arc_columns(arcs))
    return proven(program, arcs, model.solve())


def proven(program: Program, arcs: Arcs, answer: Answer) -> Found:
    """Return what was found, with the bound and the duals that the prices prove."""
    prices = prices_of(program, answer)
    amount = answer.point[len(answer.point) - len(arcs) :]
    return Found(arcs, amount, bound(program, prices), duals_of(program, prices), -answer.value)


def refuse_counting(problem: Problem, method: str) -> None:
    """Raise `BadSpec` when a problem has whole numbers or partners, which a linear method cannot count."""
    if problem.partners is not None or problem.whole.any():
        what = "partners" if problem.partners is not None else "whole numbers"
        raise BadSpec(f"{method} cannot count {what}; use mixed.")
