"""The door of the solvers: a problem is checked once, and every fault is said."""

from __future__ import annotations

import numpy as np

from heban.domain.faults import refusal
from heban.plans.solve.problem import Bools, Floats, Problem

TOLERANCE = 1e-9


def check(problem: Problem) -> None:
    """Raise `BadSpec` that lists every fault of a problem, or return in silence.

    >>> one = np.ones
    >>> check(Problem(-one((2, 1)), one((2, 1, 1)), one((2, 1, 1)), one((2, 2)), one(1), one(1),
    ...               np.array([False]), np.array([False])))
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the problem has 1 fault:
      supply has 2 negative values; give 0 or more.
    """
    faults = _shapes(problem) or [*_values(problem), *_numbers(problem), *_meanings(problem)]
    if faults:
        raise refusal(faults, "the problem has")


def _shapes(problem: Problem) -> list[str]:
    if problem.supply.ndim != 2:
        return [f"supply has {problem.supply.ndim} axes; it needs 2, place and factor."]
    n, m = problem.supply.shape
    k = problem.width.shape[2] if problem.width.ndim == 3 else 1
    due: dict[str, tuple[int, ...]] = {
        **{"width": (n, m, k), "worth": (n, m, k), "effort": (n, n), "rate": (m,), "size": (m,)},
        **{"shareable": (m,), "whole": (m,), "exports": (n,), "imports": (n,), "floor": (n, m)},
    }
    found = {name: getattr(problem, name) for name in due}
    return [
        f"{name} has the shape {found[name].shape}; it needs {shape}."
        for name, shape in due.items()
        if found[name] is not None and found[name].shape != shape
    ]


def _values(problem: Problem) -> list[str]:
    """Return faults of single values: not a number, negative, without end where an end is needed."""
    faults = []
    for name in ("supply", "width", "worth", "rate", "size", "effort", "exports", "imports", "floor"):
        values: Floats | None = getattr(problem, name)
        if values is None:
            continue
        endless = name in ("effort", "exports", "imports")
        faults += _wrong(name, np.isnan(values), "missing", "give a number")
        faults += _wrong(name, values < 0, "negative", "give 0 or more")
        if not endless:
            faults += _wrong(name, np.isposinf(values), "infinite", "give an end")
    return faults


def _wrong(name: str, where: Bools, kind: str, repair: str) -> list[str]:
    count = int(np.count_nonzero(where))
    return [f"{name} has {count} {kind} value{'s' if count != 1 else ''}; {repair}."] if count else []


def _numbers(problem: Problem) -> list[str]:
    faults = []
    for name, value in (("price", problem.price), ("reciprocity", problem.reciprocity)):
        if not 0 <= value < np.inf:
            faults.append(f"{name} is {value:g}; it needs a number of 0 or more.")
    if not problem.budget >= 0:
        faults.append(f"budget is {problem.budget:g}; it needs 0 or more, or inf for none.")
    if problem.partners is not None and problem.partners < 1:
        faults.append(f"partners is {problem.partners}; it needs 1 or more, or None for any number.")
    if problem.fairness not in ("sum", "worst_off"):
        faults.append(f"fairness is {problem.fairness!r}; it is sum or worst_off.")
    return faults


def _meanings(problem: Problem) -> list[str]:
    """Return faults of values that do not fit one another."""
    faults = []
    filled = problem.width > 0
    before = np.minimum.accumulate(np.where(filled, problem.worth, np.inf), axis=2)[:, :, :-1]
    rising = filled[:, :, 1:] & (problem.worth[:, :, 1:] > before * (1 + TOLERANCE))
    for j, f, k in np.argwhere(rising)[:1].tolist():
        faults.append(
            f"worth rises at place {j}, factor {f}, segment {k + 1} (in all {int(rising.sum())} times); "
            "what comes later may not be worth more."
        )
    if problem.floor is not None:
        above = problem.floor > problem.demand * (1 + TOLERANCE)
        for j, f in np.argwhere(above)[:1].tolist():
            faults.append(
                f"floor is above the deficit at place {j}, factor {f} (in all {int(above.sum())} times): "
                f"{problem.floor[j, f]:g} of {problem.demand[j, f]:g}; lower it."
            )
    return faults
