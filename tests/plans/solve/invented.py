"""Invented problems: random ones of a seed, and one small enough to solve by hand."""

from __future__ import annotations

import numpy as np

from heban.plans.solve import Problem


def regions(seed: int, places: int = 12, factors: int = 3, **limits: object) -> Problem:
    """Return places at random points, each with surpluses of some factors and deficits of others."""
    rng = np.random.default_rng(seed)
    at = rng.random((places, 2)) * 5
    effort = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) + 0.1
    off = rng.normal(size=(places, factors)) * rng.lognormal(0, 0.5, (places, factors))
    supply, deficit = np.maximum(off - 0.1, 0), np.maximum(-off - 0.1, 0)
    width = deficit[:, :, None] * np.array([0.5, 0.3, 0.2])
    worth = rng.uniform(0.5, 1.5, (places, factors, 1)) * np.array([1.5, 0.8, 0.3])
    one = rng.uniform(0.5, 2, factors)
    no = np.zeros(factors, dtype=bool)
    made = {"price": 0.2, "shareable": no, "whole": no, **limits}
    return Problem(supply, width, worth, effort, one, one.copy(), **made)  # type: ignore[arg-type]


def chain(**limits: object) -> Problem:
    """Return three places in a row, 1 apart: the first has 4, the second has 1, the third lacks 6.

    A unit is worth 5, from the fourth on 2; moving it costs its distance.
    """
    effort = np.abs(np.subtract.outer(np.arange(3.0), np.arange(3.0)))
    width, worth = np.zeros((3, 1, 2)), np.zeros((3, 1, 2))
    width[2, 0], worth[2, 0] = (3, 3), (5, 2)
    one, no = np.ones(1), np.zeros(1, dtype=bool)
    made = {"price": 1.0, "shareable": no, "whole": no, **limits}
    return Problem(np.array([[4.0], [1.0], [0.0]]), width, worth, effort, one, one, **made)  # type: ignore[arg-type]
