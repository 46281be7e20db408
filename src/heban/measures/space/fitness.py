"""Fitness and complexity: places are as fit as their classes are complex, which the unfit rule out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.space.matrices import Floats, filled, presences

VANISHING = 1e-6  # a fitness below this share of the mean, and still falling, goes to 0

FLOOR = float(np.finfo(float).tiny)  # where a fitness stops that halves for ever


@dataclass(frozen=True, eq=False)
class Fitness:
    """Fitness of places and complexity of classes, each with mean 1, and whether the iteration came to rest.

    `change` is the greatest relative change of a fitness in the last step, `same_ranks` the number of last
    steps in which no two places changed their order. NaN for what has no presence. `notes` say what a reader
    should know.
    """

    fitness: pd.Series[float]
    complexity: pd.Series[float]
    iterations: int
    converged: bool
    change: float
    same_ranks: int
    notes: tuple[str, ...]


def fitness_complexity(present: pd.DataFrame, *, iterations: int = 1000, tolerance: float = 1e-10) -> Fitness:
    """Return the fitness of places and the complexity of classes, and say whether they converged.

    F_r ← Σ_c M_rc Q_c and Q_c ← 1/Σ_r(M_rc/F_r), both from the step before and each divided by its mean, from
    F = Q = 1: a class that unfit places master is simple. It ends when no fitness changes by more than
    `tolerance`, relatively, or after `iterations`. On many matrices the fitness of some places goes to 0 and
    never comes to rest; their order then does, which `same_ranks` counts.
    Sources: Tacchella, Cristelli, Caldarelli, Gabrielli & Pietronero, Scientific Reports 2 (2012) 723;
    Pugliese, Zaccaria & Pietronero, European Physical Journal Special Topics 225 (2016) 1893–1911
    (convergence).

    >>> present = pd.DataFrame({"x": [1, 1], "y": [1, 1], "z": [1, 0]}, index=["a", "b"])
    >>> found = fitness_complexity(present, iterations=3)
    >>> found.fitness.round(4).to_dict(), found.converged
    ({'a': 1.3846, 'b': 0.6154}, False)
    """
    if iterations < 1 or not tolerance > 0:
        raise BadSpec(f"iterations is {iterations} and tolerance {tolerance:g}; both must be above 0.")
    found = presences(present)
    rows, columns = filled(found)
    if not rows.any():
        raise BadSpec("no place is present in any class, so that there is nothing to be fit for.")
    matrix = found[np.ix_(rows, columns)].astype(float)
    fit, complex_, step, change, same = _iterated(matrix, iterations, tolerance)
    places, classes = np.full(len(rows), np.nan), np.full(len(columns), np.nan)
    places[rows], classes[columns] = fit, complex_
    converged = change <= tolerance
    return Fitness(
        pd.Series(places, index=present.index, name="fitness"),
        pd.Series(classes, index=present.columns, name="complexity"),
        step, converged, change, same,
        tuple(_notes(fit, None if converged else (step, change, same))),
    )  # fmt: skip


def _iterated(matrix: Floats, iterations: int, tolerance: float) -> tuple[Floats, Floats, int, float, int]:
    """Return fitness, complexity, steps, the last relative change, and the last steps with one order."""
    fit, complex_ = np.ones(matrix.shape[0]), np.ones(matrix.shape[1])
    order, same, change = np.argsort(fit, kind="stable"), 0, np.inf
    for step in range(1, iterations + 1):
        new = matrix @ complex_
        with np.errstate(divide="ignore", over="ignore"):
            harder = 1 / ((1 / fit) @ matrix)
        new, complex_ = new / new.mean(), harder / harder.mean()
        new, complex_ = np.maximum(new, FLOOR), np.maximum(complex_, FLOOR)
        change = float(np.max(np.abs(new - fit) / fit))
        ranked = np.argsort(new, kind="stable")
        same = same + 1 if np.array_equal(ranked, order) else 0
        fit, order = new, ranked
        if change <= tolerance:
            return fit, complex_, step, change, same
    return fit, complex_, iterations, change, same


def _notes(fit: Floats, moving: tuple[int, float, int] | None) -> list[str]:
    """Return what to say of an iteration that did not come to rest, or came to rest at 0."""
    notes = []
    if moving is not None:
        step, change, same = moving
        notes.append(
            f"not at rest after {step} steps: a fitness still changed by {change:.2g}, relatively; "
            f"the order of places was the same in the last {same} steps."
        )
    falling = int((fit < (VANISHING if moving is not None else 2 * FLOOR)).sum())
    if falling:
        notes.append(f"the fitness of {falling} places goes to 0: read their order, not their values.")
    return notes
