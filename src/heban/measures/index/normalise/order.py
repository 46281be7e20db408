"""Scores by order: ranks, Borda, percentile ranks, and categories."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from heban.domain.errors import BadSpec
from heban.measures.index.normalise.spread import scale_checked
from heban.measures.index.pooling import (
    Floats,
    Pool,
    checked,
    columns,
    directed,
    members,
    quantile,
    restored,
    signs,
)


def rank(values: npt.ArrayLike, directions: npt.ArrayLike | None = None, *, pool: Pool = "panel") -> Floats:
    """Return rank scores: 1 for the worst value, n for the best; ties share the lower score.

    score = 1 + number of known values of the pool that are worse. `values` (…, place, year,
    indicator). A score, not a place in a ranking: more is better.
    Source: OECD/JRC Handbook (2008), step 5 (ranking).

    >>> rank([[[5.0]], [[7.0]], [[5.0]], [[np.nan]]]).ravel().tolist()
    [1.0, 3.0, 1.0, nan]
    """
    return _worse(directed(values, directions), pool) + 1


def borda(values: npt.ArrayLike, directions: npt.ArrayLike | None = None, *, pool: Pool = "panel") -> Floats:
    """Return Borda scores: for each value, how many values of the pool are worse.

    Source: de Borda (1781); COINr n_borda.

    >>> borda([[[5.0]], [[7.0]], [[5.0]]], [-1]).ravel().tolist()
    [1.0, 0.0, 1.0]
    """
    return _worse(directed(values, directions), pool)


def percentile_rank(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    lo: float = 0.0,
    hi: float = 1.0,
    pool: Pool = "panel",
) -> Floats:
    """Return percentile ranks: the share of the other values of the pool that are worse.

    score = worse/(n − 1) on the scale lo to hi; n counts the known values of the pool. A year
    outside the base years is held at `hi`. With one known value there is no score (NaN).
    Source: OECD/JRC Handbook (2008), step 5; COINr n_prank.

    >>> percentile_rank([[[5.0]], [[7.0]], [[6.0]]]).ravel().tolist()
    [0.0, 1.0, 0.5]
    """
    scale_checked(lo, hi)
    array = directed(values, directions)
    judged, axes = members(array, pool)
    others = (~np.isnan(judged)).sum(axis=axes, keepdims=True) - 1.0
    share = np.minimum(_worse(array, pool) / np.where(others > 0, others, np.nan), 1.0)
    scores: Floats = share * (hi - lo) + lo
    return scores


def categorical(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    scores: npt.ArrayLike,
    edges: npt.ArrayLike | None = None,
    shares: npt.ArrayLike | None = None,
    pool: Pool = "panel",
) -> Floats:
    """Return the score of the category that a value falls into.

    k categories need k `scores`, from worst to best, and k − 1 limits: either `edges`, in the
    indicator's own unit, rising, (k − 1,) or (k − 1, indicator); or `shares`, quantiles of the pool
    counted from the worst end. A value that reaches a limit is in the better category, in either
    direction. `scores` need not rise: a category in the middle may be the best.
    Raises BadSpec for limits that do not rise or do not fit the scores.
    Source: OECD/JRC Handbook (2008), step 5 (categorical scales).

    >>> categorical([[[1.0]], [[5.0]], [[9.0]]], scores=[0, 50, 100], edges=[3, 9]).ravel().tolist()
    [0.0, 50.0, 100.0]
    """
    array = checked(values)
    sign = signs(directions, array.shape[-1])
    points = np.asarray(scores, dtype=np.float64)
    array = array * sign
    if (edges is None) == (shares is None):
        raise BadSpec("categorical scores need edges or shares, one of the two.")
    if edges is not None:
        limits = list(_edges(edges, sign, len(points)))
    else:
        limits = _shares(shares, array, len(points), pool)
    category = np.zeros(array.shape, dtype=np.intp)
    for limit in limits:
        category += array >= limit
    return np.where(np.isnan(array), np.nan, points[category])


def _worse(array: Floats, pool: Pool) -> Floats:
    """Count for each known value the known values of the pool below it."""
    if not isinstance(pool, str):
        return _worse_in_base(array, members(array, pool)[0])
    matrix = columns(array, pool)
    absent = np.isnan(matrix)
    matrix[absent] = np.inf  # after all known values, so that it is below none
    below = np.asarray(rankdata(matrix, method="min", axis=1), dtype=np.float64) - 1
    below[absent] = np.nan
    return restored(below, array.shape, pool).astype(np.float64, copy=False)


def _worse_in_base(array: Floats, base: Floats) -> Floats:
    asked, known = columns(array, "panel"), np.sort(columns(base, "panel"), axis=1)
    below = np.empty_like(asked)
    for row, (values, reference) in enumerate(zip(asked, known, strict=True)):
        below[row] = np.searchsorted(reference[~np.isnan(reference)], values)
    below[np.isnan(asked)] = np.nan
    return restored(below, array.shape, "panel").astype(np.float64, copy=False)


def _edges(edges: npt.ArrayLike, sign: Floats, categories: int) -> Floats:
    limits = np.asarray(edges, dtype=np.float64)
    limits = limits[:, None] if limits.ndim == 1 else limits
    _fits(len(limits), categories)
    if limits.ndim != 2 or limits.shape[1] not in (1, len(sign)):
        raise BadSpec(f"edges have the shape {limits.shape}; a list, or one row for each limit, one column "
                      f"for each of {len(sign)} indicators.")  # fmt: skip
    if not (np.isfinite(limits).all() and (np.diff(limits, axis=0) > 0).all()):
        raise BadSpec("edges do not rise; give them in the indicator's own unit, from low to high.")
    return np.where(sign > 0, limits, -limits[::-1])


def _shares(shares: Any, array: Floats, categories: int, pool: Pool) -> list[Floats]:
    parts = np.asarray(shares, dtype=np.float64)
    _fits(len(parts), categories)
    if not ((parts > 0) & (parts < 1)).all() or not (np.diff(parts) > 0).all():
        raise BadSpec(f"shares are {parts.tolist()}; they rise, between 0 and 1.")
    return [quantile(array, pool, float(part)) for part in parts]


def _fits(limits: int, categories: int) -> None:
    if limits != categories - 1:
        raise BadSpec(f"{categories} scores need {categories - 1} limits between them; {limits} are given.")
