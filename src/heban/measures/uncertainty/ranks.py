"""What many draws say of ranks and scores: intervals, shares of ranks, pairs, rises.

Every function takes arrays with the draws on the first axis; NaN is a draw without the score (§1),
which is left out and not counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.statistics.ranking import TIE, levels

Floats = npt.NDArray[np.float64]

CELLS = 8_000_000  # of comparisons held at once


@dataclass(frozen=True)
class Spread:
    """What the draws say of one figure: mean, median, an interval, and in how many draws it stands."""

    mean: Floats
    median: Floats
    low: Floats
    high: Floats
    draws: npt.NDArray[np.int64]


def quantile(values: npt.ArrayLike, share: float) -> Floats:
    """Return a quantile over the first axis, of the known values (type 7, linear between values).

    Source: Hyndman and Fan (1996), The American Statistician 50: 361–365.

    >>> quantile([1.0, 2.0, float("nan"), 4.0], 0.5)
    array(2.)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64), axis=0)  # NaN goes to the end
    return _at(ordered, (~np.isnan(ordered)).sum(axis=0), share)


def spread(values: npt.ArrayLike, *, low: float = 0.05, high: float = 0.95) -> Spread:
    """Return mean, median and the interval from the `low` to the `high` quantile over the draws.

    `values` (draw, …): ranks for rank intervals, scores for bands.
    Source: OECD/JRC Handbook (2008), step 7; Saisana, Saltelli and Tarantola (2005), J. R. Stat. Soc. A
    168: 307–323.

    >>> found = spread(np.arange(101.0))
    >>> float(found.median), float(found.low), float(found.high)
    (50.0, 5.0, 95.0)
    """
    if not 0 <= low <= high <= 1:
        raise BadSpec(f"the interval runs from {low:g} to {high:g}; it needs 0 ≤ low ≤ high ≤ 1.")
    array = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(array)
    count = known.sum(axis=0)
    mean = np.where(known, array, 0.0).sum(axis=0) / np.where(count > 0, count, np.nan)
    ordered = np.sort(array, axis=0)
    median, lower, upper = (_at(ordered, count, share) for share in (0.5, low, high))
    return Spread(mean, median, lower, upper, count.astype(np.int64))


def acceptability(ranks: npt.ArrayLike) -> Floats:
    """Return the share of the draws in which each place has each rank, (place, rank); rows sum to 1.

    `ranks` (draw, place), 1 the best, ties sharing the better rank (§2). A place that has no rank in any
    draw has NaN.
    Source: Lahdelma and Salminen (2001), Operations Research 49: 444–454 (SMAA-2).

    >>> acceptability([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0], [1.0, 1.0]])
    array([[0.75, 0.25],
           [0.5 , 0.5 ]])
    """
    array = np.asarray(ranks, dtype=np.float64)
    if array.ndim != 2:
        raise BadSpec(f"ranks have the shape {array.shape}; draw × place is needed, one year at a time.")
    places = array.shape[1]
    known = ~np.isnan(array)
    cell = np.arange(places) * places + np.where(known, array, 1.0).astype(np.int64) - 1
    found = np.bincount(cell[known], minlength=places * places).reshape(places, places)
    total = found.sum(axis=1, keepdims=True)
    return np.asarray(found / np.where(total > 0, total, np.nan))


def dominance(scores: npt.ArrayLike) -> Floats:
    """Return the share of the draws in which each place is above each other, (place, place).

    d(i, j) = P(i above j) + ½ P(equal), over the draws in which both have a score, so that d(i, j) +
    d(j, i) = 1; NaN on the diagonal and for two places that never meet. Two scores are equal when they
    differ by a relative 1e-12. `scores` (draw, place).
    Source: pairwise winning indices, Leskinen et al. (2006), Forest Policy and Economics 9: 1–9.

    >>> dominance([[3.0, 1.0], [3.0, 1.0], [1.0, 2.0], [2.0, 2.0]])
    array([[  nan, 0.625],
           [0.375,   nan]])
    """
    level = levels(scores, axis=1)
    if level.ndim != 2:
        raise BadSpec(f"scores have the shape {level.shape}; draw × place is needed, one year at a time.")
    draws, places = level.shape
    margin, met = np.zeros((2, places, places))
    step = max(1, CELLS // max(1, places * places))
    for start in range(0, draws, step):
        part = level[start : start + step]
        present = (part >= 0).astype(np.float64)
        met += present.T @ present
        # The absent is above nobody as the first and below nobody as the second.
        second = np.where(part < 0, places, part)
        margin += (part[:, :, None] > second[:, None, :]).sum(axis=0)
    share = 0.5 + (margin - margin.T) / (2 * np.where(met > 0, met, np.nan))
    np.fill_diagonal(share, np.nan)
    return np.asarray(share)


def rising(before: npt.ArrayLike, after: npt.ArrayLike) -> Floats:
    """Return the shares of the draws in which a figure rises, stays and falls, (3, …).

    `before` and `after` (draw, …) are of the same draws, so that what a draw does to both years does not
    count as change. Equal within a relative 1e-12 is the same. Of ranks, a fall is an improvement.

    >>> rising([1.0, 1.0, 2.0, 1.0], [2.0, 3.0, 2.0, 0.0])
    array([0.5 , 0.25, 0.25])
    """
    first, last = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if first.shape != last.shape:
        raise BadSpec(f"two years of the same draws have one shape, not {first.shape} and {last.shape}.")
    change = last - first
    near = np.abs(change) <= TIE * np.maximum(np.abs(first), np.abs(last))
    known = ~np.isnan(change)
    parts = np.stack([known & ~near & (change > 0), near, known & ~near & (change < 0)])
    count = known.sum(axis=0)
    return np.asarray(parts.sum(axis=1) / np.where(count > 0, count, np.nan))


def _at(ordered: Floats, count: npt.NDArray[np.intp], share: float) -> Floats:
    """Return the quantile of columns that are in order with the absent at the end."""
    last = np.maximum(count - 1, 0)
    position = share * last
    below = np.floor(position).astype(np.intp)
    lower = np.take_along_axis(ordered, below[None], axis=0)[0]
    upper = np.take_along_axis(ordered, np.minimum(below + 1, last)[None], axis=0)[0]
    return np.asarray(lower + (upper - lower) * (position - below))
