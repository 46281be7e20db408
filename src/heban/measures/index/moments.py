"""Skewness and excess kurtosis, corrected for bias ("type 2"), of many columns at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.measures.index.pooling import Floats


def skew_kurt(matrix: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the skewness and the excess kurtosis of each row, absent values left out.

    With mᵣ = Σ(x − x̄)ʳ/n:  skew = √(n(n−1))/(n−2) · m₃/m₂^1.5,
    kurt = ((n+1)(m₄/m₂² − 3) + 6)(n−1)/((n−2)(n−3)).
    NaN below 3 (4) known values, and for a row without spread.
    Source: Joanes & Gill, The Statistician 47 (1998) 183, G₁ and G₂; "type 2" of R's e1071.

    >>> skew, kurt = skew_kurt([[1.0, 2.0, 3.0, 4.0, 10.0, np.nan]])
    >>> skew.round(4).tolist(), kurt.round(4).tolist()
    ([1.6971], [3.152])
    """
    array = np.asarray(matrix, dtype=np.float64)
    known = ~np.isnan(array)
    count = known.sum(axis=-1)
    mean = np.where(known, array, 0.0).sum(axis=-1) / np.maximum(count, 1)
    away = np.where(known, array - mean[..., None], 0.0)
    # Scaled by the largest deviation, so that no fourth power overflows.
    away /= _nonzero(np.abs(away).max(axis=-1, initial=0.0))[..., None]
    square = away * away
    moments = (square.sum(axis=-1), (square * away).sum(axis=-1), (square * square).sum(axis=-1))
    skew, kurt = from_central(count, *(moment / np.maximum(count, 1) for moment in moments))
    flat = np.fmin.reduce(array, axis=-1, initial=np.nan) == np.fmax.reduce(array, axis=-1, initial=np.nan)
    return np.where(flat, np.nan, skew), np.where(flat, np.nan, kurt)


def from_central(
    count: npt.NDArray[np.intp], second: Floats, third: Floats, fourth: Floats
) -> tuple[Floats, Floats]:
    """Return skewness and kurtosis of type 2 from the counts and the central moments.

    >>> [float(v[0]) for v in from_central(np.array([4]), *np.array([[1.0], [0.0], [1.0]]))]
    [0.0, -6.0]
    """
    n = count.astype(np.float64)
    second = np.where(second > 0, second, np.nan)
    lead = np.where(n > 2, np.sqrt(n * (n - 1).clip(0)) / _nonzero(n - 2), np.nan)
    skew = lead * third / second**1.5
    lead = np.where(n > 3, (n - 1) / _nonzero((n - 2) * (n - 3)), np.nan)
    kurt = lead * ((n + 1) * (fourth / second**2 - 3) + 6)
    return skew, kurt


def passes(skew: Floats, kurt: Floats, skew_limit: float, kurt_limit: float) -> npt.NDArray[np.bool_]:
    """Return whether each column needs no treatment: |skew| < its limit or kurt < its limit.

    >>> passes(np.array([2.5, 2.5]), np.array([3.0, 9.0]), 2, 3.5).tolist()
    [True, False]
    """
    return (np.abs(skew) < skew_limit) | (kurt < kurt_limit)


def _nonzero(array: Floats) -> Floats:
    return np.where(array == 0, 1.0, array)
