"""How unevenly something is spread over places."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def variation(values: npt.ArrayLike) -> float:
    """Return the coefficient of variation: the standard deviation over the mean.

    The deviation is that of a population (divisor n), since the places are all of them.

    >>> round(variation([1, 2, 3]), 4)
    0.4082
    """
    array = np.asarray(values, dtype=float)
    return float(array.std() / array.mean())


def range_ratio(values: npt.ArrayLike) -> float:
    """Return the largest value over the smallest; infinite when the smallest is 0.

    >>> range_ratio([2, 5, 4])
    2.5
    """
    array = np.asarray(values, dtype=float)
    with np.errstate(divide="ignore"):
        return float(array.max() / array.min())


def gini(values: npt.ArrayLike) -> float:
    """Return the Gini coefficient of non-negative values: 0 for equality, (n−1)/n when one has all.

    G = Σ(2i − n − 1)x₍ᵢ₎ / (n Σx), x ascending, no small-sample factor. Source: Sen, On Economic
    Inequality (1973), p. 31.

    >>> gini([0, 0, 0, 4])
    0.75
    """
    array = np.sort(np.asarray(values, dtype=float))
    n = array.size
    ranks = 2 * np.arange(1, n + 1) - n - 1
    return float(ranks @ array / (n * array.sum()))
