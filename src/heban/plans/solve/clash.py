"""Why no plan exists: the fewest limits that exclude each other, and by how much."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np

from heban.domain.errors import NoPlan
from heban.plans.solve.arcs import arcs_of
from heban.plans.solve.found import Found
from heban.plans.solve.highs import Unsolved
from heban.plans.solve.problem import Floats, Problem
from heban.plans.solve.program import Program, Purpose, program_of
from heban.plans.solve.scaling import scaled, units_of

LACKING = 1e-7  # of the floors: less is the tolerance of the solver
ROUND = 2e-4  # of the fourth digit: what is so near below or above a number is it
STEPS = 26  # of a bisection
LARGE = 10_000  # arcs: from here on only the budget that would do is looked for

Method = Callable[[Program], Found]
Change = Callable[[Problem], Problem]


def _opened(problem: Problem) -> Problem:
    """Return the problem with no pair forbidden: what was is as dear as the dearest way that was not."""
    ways = problem.effort[np.isfinite(problem.effort)]
    return replace(
        problem, effort=np.where(np.isfinite(problem.effort), problem.effort, ways.max(initial=0.0))
    )


def _supplied(problem: Problem) -> Problem:
    """Return the problem with enough of everything everywhere."""
    return replace(problem, supply=np.broadcast_to(problem.demand.sum(axis=0), problem.supply.shape))


LOOSER: dict[str, Change] = {
    "whole": lambda problem: replace(problem, whole=np.zeros_like(problem.whole)),
    "partners": lambda problem: replace(problem, partners=None),
    "forbidden": _opened,
    "reciprocity": lambda problem: replace(problem, reciprocity=0.0),
    "imports": lambda problem: replace(problem, imports=None),
    "exports": lambda problem: replace(problem, exports=None),
    "supply": _supplied,
    "budget": lambda problem: replace(problem, budget=np.inf),
    "floor": lambda problem: replace(problem, floor=None),
}


def _times(side: Floats | None, by: float) -> Floats | None:
    return None if side is None else side * by


SCALED: dict[str, Callable[[Problem, float], Problem]] = {
    "imports": lambda problem, by: replace(problem, imports=_times(problem.imports, by)),
    "exports": lambda problem, by: replace(problem, exports=_times(problem.exports, by)),
    "floor": lambda problem, by: replace(problem, floor=_times(problem.floor, 1 / by)),
}


def no_plan(problem: Problem, method: Method) -> NoPlan:
    """Return the error that names limits which exclude each other, none of which could be left out.

    A deletion filter: each limit is dropped in turn, and stays dropped when the others still exclude each
    other. Only floors ask for anything, so that they are always among the limits named.
    Source: Chinneck and Dravnieks (1991), ORSA J. Comput. 3: 157–168.
    """
    there = [name for name, loosen in LOOSER.items() if not _same(loosen(problem), problem)]
    kept, rest = list(there), problem
    for name in there:
        without = LOOSER[name](rest)
        if name != "floor" and lacking(without, method) > LACKING:
            kept.remove(name)
            rest = without
    return NoPlan(_sentence(problem, kept, method), kept)


def lacking(problem: Problem, method: Method) -> float:
    """Return the share of what the floors ask for that cannot arrive, each factor in its mean deficit."""
    inside = scaled(problem, units_of(problem))
    asked = 0.0 if inside.floor is None else float(inside.floor.sum())
    return -method(program_of(inside, Purpose("shortfall"))).value / asked if asked > 0 else 0.0


def _sentence(problem: Problem, kept: list[str], method: Method) -> str:
    named = ", ".join(kept[:-1]) + f" and {kept[-1]}" if len(kept) > 1 else kept[0]
    arrives = math.floor(1000 * (1 - lacking(problem, method)) + 1e-3) / 10
    ways = [way for name in kept if (way := _way(name, problem, method))]
    repair = f"What would do: {'; or '.join(ways)}" if ways else "Lower the floors and loosen these limits"
    first = f"no plan keeps these limits at once: {named}."
    return f"{first} At most {arrives:g} % of what the floors ask for would arrive. {repair}."


def _way(name: str, problem: Problem, method: Method) -> str:
    """Return how far one limit must be loosened for a plan to exist; empty when it alone does not help."""
    if name == "budget":
        need = _least_cost(problem, method)
        return "" if need is None else f"a budget of {_up(need):g} instead of {problem.budget:g}"
    if name not in SCALED or len(arcs_of(problem)) > LARGE:
        return ""
    factor = _enough(lambda by: SCALED[name](problem, by), method)
    if factor is None or factor > 1000:
        return ""
    return (
        f"{_down(1 / factor):g} of every floor"
        if name == "floor"
        else f"{name} {_up(factor):g} times as large"
    )


def _least_cost(problem: Problem, method: Method) -> float | None:
    """Return the least budget that keeps the floors, None when none does."""
    units = units_of(problem)
    try:
        found = method(program_of(scaled(replace(problem, budget=np.inf), units), Purpose("cost")))
    except Unsolved:
        return None
    return -found.value * units.cost


def _enough(loosened: Callable[[float], Problem], method: Method) -> float | None:
    """Return the least factor, by which loosening makes a plan possible."""
    low, high = 1.0, 2.0
    while lacking(loosened(high), method) > LACKING:
        low, high = high, high**2
        if high > 2.0**32:
            return None
    for _ in range(STEPS):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if lacking(loosened(middle), method) > LACKING else (low, middle)
    return high


def _up(value: float) -> float:
    """Return a number of four digits that is no smaller."""
    step = 10.0 ** (math.floor(math.log10(value)) - 3) if value > 0 else 1.0
    return math.ceil(value / step - ROUND) * step


def _down(value: float) -> float:
    """Return a number of four digits that is no larger."""
    step = 10.0 ** (math.floor(math.log10(value)) - 3)
    return math.floor(value / step + ROUND) * step


def _same(one: Problem, other: Problem) -> bool:
    """Return whether loosening a limit changed nothing, so that the limit is none."""
    return all(np.array_equal(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))
