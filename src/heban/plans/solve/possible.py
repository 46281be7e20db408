"""What a place could gain if everything that can reach it served it alone."""

from __future__ import annotations

import numpy as np

from heban.plans.solve.arcs import open_pairs
from heban.plans.solve.problem import Floats, Problem


def reachable(problem: Problem) -> Floats:
    """Return the most of each factor that can arrive at each place, (n, m): its deficit, or less.

    >>> from heban.plans.solve.problem import example
    >>> reachable(example()).tolist()
    [[0.0], [3.0], [3.0]]
    """
    near = open_pairs(problem).astype(float).T @ problem.supply
    return np.asarray(np.minimum(near, problem.demand))


def filled(problem: Problem, arrived: Floats) -> Floats:
    """Return how much of each segment what arrived fills, (n, m, k), the first segments first."""
    before = np.cumsum(problem.width, axis=2) - problem.width
    return np.asarray(np.clip(arrived[:, :, None] - before, 0.0, problem.width))


def gain(problem: Problem, arrived: Floats) -> Floats:
    """Return the gain of what arrived, (n, m)."""
    return np.asarray((filled(problem, arrived) * problem.worth).sum(axis=2))


def possible_gain(problem: Problem) -> Floats:
    """Return what each place could gain if all that can reach it served it alone, (n,).

    >>> from heban.plans.solve.problem import example
    >>> possible_gain(example()).tolist()
    [0.0, 13.0, 13.0]
    """
    return np.asarray(gain(problem, reachable(problem)).sum(axis=1))
