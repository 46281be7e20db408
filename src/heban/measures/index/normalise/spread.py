"""Scores by the spread of an indicator: min–max, z-score, and the efficacy function 功效函数."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.pooling import (
    Floats,
    Pool,
    average,
    checked,
    deviation,
    directed,
    highest,
    lowest,
    ratio,
    signs,
)


def minmax(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    lo: float = 0.0,
    hi: float = 100.0,
    pool: Pool = "panel",
) -> Floats:
    """Return scores from `lo` for the worst value to `hi` for the best.

    y = d·x;  score = (y − min y)/(max y − min y) · (hi − lo) + lo.
    `values` (…, place, year, indicator), `directions` d of +1 or −1 (indicator,). With base years as
    `pool`, other years may leave the range. An indicator without spread has no score (NaN).
    Source: OECD/JRC Handbook (2008), step 5.

    >>> minmax([[[2.0, 2.0]], [[4.0, 4.0]], [[3.0, 3.0]]], [1, -1])[:, 0].tolist()
    [[0.0, 100.0], [100.0, 0.0], [50.0, 50.0]]
    """
    scale_checked(lo, hi)
    array = directed(values, directions)
    least = lowest(array, pool)
    return ratio(array - least, highest(array, pool) - least) * (hi - lo) + lo


def zscore(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    mean: float = 0.0,
    sd: float = 1.0,
    pool: Pool = "panel",
) -> Floats:
    """Return scores with a given mean and standard deviation.

    y = d·x;  score = (y − ȳ)/s · sd + mean, s with n − 1. Without spread there is no score (NaN).
    Source: OECD/JRC Handbook (2008), step 5.

    >>> zscore([[[1.0]], [[2.0]], [[3.0]]], mean=10, sd=2).ravel().tolist()
    [8.0, 10.0, 12.0]
    """
    if not (sd > 0 and np.isfinite(mean)):
        raise BadSpec(f"mean is {mean} and sd {sd}; the mean is a number, the sd one above 0.")
    array = directed(values, directions)
    flat = lowest(array, pool) == highest(array, pool)  # rounding may leave a spread of 1e-17
    spread = np.where(flat, np.nan, deviation(array, pool))
    return ratio(array - average(array, pool), spread) * sd + mean


def efficacy(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    floor: float = 60.0,
    span: float = 40.0,
    worst: npt.ArrayLike | None = None,
    best: npt.ArrayLike | None = None,
    pool: Pool = "panel",
) -> Floats:
    """Return scores of the efficacy function used by Chinese statistical offices.

    功效函数：score = c + (x − x不允许)/(x满意 − x不允许) · d, c = `floor`, d = `span`; by default 60 and 40
    (默认值待核). `worst` and `best` are 不允许值 and 满意值 in natural units, a number or one for each
    indicator; without them the worst and the best value of the pool. Scores are not trimmed.
    Raises BadSpec when a given best is not better than its worst.
    Source: the method of efficacy coefficients 功效系数法; parameters 默认值待核.

    >>> efficacy([[[2.0]], [[4.0]]], [-1]).ravel().tolist()
    [100.0, 60.0]
    """
    if not (span > 0 and np.isfinite(floor)):
        raise BadSpec(f"floor is {floor} and span {span}; the floor is a number, the span one above 0.")
    array = checked(values)
    sign = signs(directions, array.shape[-1])
    array = array * sign
    bottom = lowest(array, pool) if worst is None else sign * each(worst, len(sign), "worst")
    top = highest(array, pool) if best is None else sign * each(best, len(sign), "best")
    if worst is not None or best is not None:
        ordered(bottom, top, "best", "worst")
    return floor + ratio(array - bottom, top - bottom) * span


def scale_checked(lo: float, hi: float) -> None:
    """Raise BadSpec unless `lo` and `hi` are finite and in order.

    >>> scale_checked(0, 100)
    """
    if not (np.isfinite(lo) and np.isfinite(hi) and lo < hi):
        raise BadSpec(f"scores from lo={lo} to hi={hi}; two numbers are needed, lo below hi.")


def each(given: npt.ArrayLike, indicators: int, name: str) -> Floats:
    """Return a parameter given once, or once for each indicator, as an array of the latter shape.

    >>> each(3, 2, "target").tolist()
    [3.0, 3.0]
    """
    array = np.asarray(given, dtype=np.float64)
    if array.shape not in ((), (indicators,)):
        raise BadSpec(
            f"{name} has the shape {array.shape}; a number, or one for each of {indicators} indicators."
        )
    absent = np.flatnonzero(~np.isfinite(np.broadcast_to(array, (indicators,)))).tolist()
    if absent:
        raise BadSpec(
            f"{name} is not a number for the indicators {absent}; give one in the indicator's unit."
        )
    return np.broadcast_to(array, (indicators,)).astype(np.float64)


def ordered(bottom: Floats, top: Floats, better: str, worse: str) -> None:
    """Raise BadSpec, naming the indicators, unless the top is above the bottom where both are known.

    >>> ordered(np.array([0.0]), np.array([1.0]), "best", "worst")
    """
    wrong = ~(top > bottom) & ~np.isnan(top) & ~np.isnan(bottom)
    names = np.flatnonzero(wrong.reshape(-1, wrong.shape[-1]).any(axis=0)).tolist()
    if names:
        raise BadSpec(
            f"{better} is not better than {worse} for the indicators {names}; mind their direction."
        )
