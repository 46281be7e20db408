"""A need taken from the places themselves: a quantile of what they have, with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile, the ends of its interval, and the level at which the interval holds; NaN of nothing."""

    value: float
    low: float
    high: float
    level: float


def quantile(values: npt.ArrayLike, at: float, level: float) -> Quantile:
    """Return a quantile of what places have, with an interval that assumes no law.

    The value is that of linear interpolation (numpy's, type 7 of Hyndman and Fan 1996), the interval
    runs between the order statistics x₍ₗ₎ and x₍ᵤ₎ with P(l ≤ B < u) ≥ level for B ~ Bin(n, at), each tail
    at most (1 − level)/2. With too few values for that it ends at the smallest or largest one, and
    `level` is what remains. Values that are not known are left out.
    Source: Conover, Practical Nonparametric Statistics (3rd ed. 1999), ch. 3.2.

    >>> quantile(range(1, 42), 0.5, 0.9)
    Quantile(value=21.0, low=15.0, high=27.0, level=0.94...)
    >>> quantile([1, 2, 3], 0.5, 0.9)
    Quantile(value=2.0, low=1.0, high=3.0, level=0.75)
    """
    given = np.sort(np.asarray(values, dtype=float))
    known = given[~np.isnan(given)]
    n = known.size
    if n == 0:
        return Quantile(np.nan, np.nan, np.nan, np.nan)
    tail = (1 - level) / 2
    below = int(binom.ppf(tail, n, at))  # the largest l with P(B < l) ≤ tail
    above = int(binom.ppf(1 - tail, n, at)) + 1  # the smallest u with P(B ≥ u) ≤ tail
    lower, upper = max(below, 1), min(above, n)
    held = float(binom.cdf(upper - 1, n, at) - binom.cdf(lower - 1, n, at))
    value = float(np.quantile(known, at))
    return Quantile(value, min(float(known[lower - 1]), value), max(float(known[upper - 1]), value), held)
