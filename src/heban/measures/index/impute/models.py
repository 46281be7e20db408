"""Imputation from the other indicators of the row: by regression, or from the most similar rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.impute.filled import Filled, Filling, fill
from heban.measures.index.impute.rows import by_pool, patterns, standards, three_axes
from heban.measures.index.pooling import Floats, Pool

CELLS = 4_000_000  # distances held at once, 32 MB
TIED = 1e-9  # distances this close are equal: they differ by rounding only
SAME = 1e-7  # a distance below this is none


def regression(values: npt.ArrayLike, *, predictors: int = 5, pool: Pool = "panel") -> Filled:
    """Fill absent cells by least squares on the other indicators known in the same place and year.

    For each pattern of known cells: x̂_j = a + Σ b_k x_k over the `predictors` indicators known in the
    row that correlate most with j, fitted on the rows where all of them are known. With too few such
    rows fewer predictors are taken; a cell stays absent when none is left. Filled values lie on the
    line: they carry no noise and strengthen correlations; see `draws`.
    Rows are place–years of the pool. `values` place × year × indicator.
    Source: OECD/JRC Handbook (2008), step 3 (regression imputation); Little & Rubin (2002), ch. 4.

    >>> regression([[[1.0, 2.0]], [[2.0, 4.0]], [[3.0, 6.0]], [[4.0, np.nan]]]).values[3].round(9).tolist()
    [[4.0, 8.0]]
    """
    array = three_axes(values)
    if predictors < 1:
        raise BadSpec(f"predictors is {predictors}; it is how many indicators may explain one, 1 or more.")

    def work(fit: Floats, rows: Floats) -> Floats:
        return _regressed(fit, rows, predictors)

    return fill(array, by_pool(array, pool, work), Filling.REGRESSION)


def neighbours(values: npt.ArrayLike, *, k: int = 5, weights: str = "equal", pool: Pool = "year") -> Filled:
    """Fill absent cells with the mean of the k most similar rows in which the indicator is known.

    Distance: root mean square difference of the indicators known in both rows, each divided by its standard
    deviation. `weights` "equal", or "distance" for weights 1/distance (a row at distance 0 then rules).
    `pool` "year" compares places of one year; "panel" all place–years, a place's own other years
    included. Rows without a common indicator are no neighbours; fewer than k are taken as they are, and
    rows that tie with the k-th all count.
    Source: Troyanskaya et al., Bioinformatics 17 (2001) 520.

    >>> neighbours([[[1.0, 5.0]], [[9.0, 7.0]], [[1.1, np.nan]]], k=1).values[2].tolist()
    [[1.1, 5.0]]
    """
    array = three_axes(values)
    if k < 1:
        raise BadSpec(f"k is {k}; at least one neighbour is needed.")
    if weights not in ("equal", "distance"):
        raise BadSpec(f"weights is {weights!r}; it is 'equal' or 'distance'.")

    def work(fit: Floats, rows: Floats) -> Floats:
        return _from_neighbours(fit, rows, k, weights == "distance")

    return fill(array, by_pool(array, pool, work), Filling.NEIGHBOURS)


def _regressed(fit: Floats, rows: Floats, predictors: int) -> Floats:
    mean, scale = standards(fit)
    fit, scaled = (fit - mean) / scale, (rows - mean) / scale
    closeness = _closeness(fit)
    made = np.full(rows.shape, np.nan)
    for members, known in patterns(~np.isnan(rows)):
        for target in np.flatnonzero(~known).tolist():
            usable = np.flatnonzero(known & (closeness[target] > 0))
            nearest = usable[np.argsort(-closeness[target, usable], kind="stable")][:predictors]
            made[members, target] = _predicted(fit, scaled[members], target, nearest)
    return made * scale + mean


def _predicted(fit: Floats, rows: Floats, target: int, nearest: npt.NDArray[np.intp]) -> Floats:
    """Fit on the nearest predictors, dropping the weakest until there are rows enough for them."""
    for count in range(len(nearest), 0, -1):
        chosen = nearest[:count]
        complete = ~np.isnan(fit[:, [target, *chosen]]).any(axis=1)
        if complete.sum() >= count + 2:
            design = np.column_stack([np.ones(complete.sum()), fit[complete][:, chosen]])
            slopes = np.linalg.lstsq(design, fit[complete, target], rcond=None)[0]
            predicted: Floats = slopes[0] + rows[:, chosen] @ slopes[1:]
            return predicted
    return np.full(len(rows), np.nan)


def _closeness(scaled: Floats) -> Floats:
    """Return the absolute correlation of every pair over the rows where both are known, 0 without any."""
    known = (~np.isnan(scaled)).astype(np.float64)
    filled = np.where(known > 0, scaled, 0.0)
    count = known.T @ known
    one, squares = filled.T @ known, (filled**2).T @ known
    cross = filled.T @ filled - one * one.T / np.maximum(count, 1)
    spread = squares - one**2 / np.maximum(count, 1)
    product = spread * spread.T
    flat = spread <= 1e-12 * count
    tiny = (count < 3) | flat | flat.T
    closeness: Floats = np.where(tiny, 0.0, np.abs(cross) / np.sqrt(np.where(tiny, 1.0, product)))
    np.fill_diagonal(closeness, 0.0)
    return closeness


def _from_neighbours(fit: Floats, rows: Floats, k: int, by_distance: bool) -> Floats:
    mean, scale = standards(fit)
    scaled, asked = (fit - mean) / scale, (rows - mean) / scale
    flat = ~(np.fmax.reduce(fit, axis=0, initial=np.nan) > np.fmin.reduce(fit, axis=0, initial=np.nan))
    scaled[:, flat] = np.nan  # without spread it tells no row from another
    made = np.full(rows.shape, np.nan)
    lacking = np.flatnonzero(np.isnan(rows).any(axis=1))
    block = max(1, CELLS // max(1, len(fit)))
    for start in range(0, len(lacking), block):
        part = lacking[start : start + block]
        distance = _distances(asked[part], scaled)
        for target in np.flatnonzero(np.isnan(rows[part]).any(axis=0)):
            here = np.isnan(rows[part, target])
            donors = np.flatnonzero(~np.isnan(fit[:, target]))
            if donors.size:
                made[part[here], target] = _mean_of_nearest(
                    distance[np.ix_(here, donors)], fit[donors, target], k, by_distance
                )
    return made


def _distances(asked: Floats, fit: Floats) -> Floats:
    """Return root mean square differences over the columns known in both; infinite without any."""
    known, held = ~np.isnan(asked), ~np.isnan(fit)
    x, y = np.where(known, asked, 0.0), np.where(held, fit, 0.0)
    mask, hold = known.astype(np.float64), held.astype(np.float64)
    squares = x**2 @ hold.T + mask @ (y**2).T - 2 * x @ y.T
    common = mask @ hold.T
    mean = squares.clip(0.0) / np.maximum(common, 1)
    return np.where(common > 0, np.sqrt(mean), np.inf)


def _mean_of_nearest(distance: Floats, donors: Floats, k: int, by_distance: bool) -> Floats:
    """Return the mean of the k nearest donors; all that tie with the k-th count, whatever their order."""
    furthest = np.partition(distance, min(k, len(donors)) - 1, axis=1)[:, min(k, len(donors)) - 1]
    near = (distance <= furthest[:, None] * (1 + TIED) + TIED) & np.isfinite(distance)
    weight = near.astype(np.float64)
    if by_distance:
        same = near & (distance <= SAME)
        weight = np.where(near, 1 / np.maximum(distance, SAME), 0.0)
        weight = np.where(same.any(axis=1, keepdims=True), same.astype(np.float64), weight)
    total = weight.sum(axis=1)
    mean: Floats = weight @ donors / np.where(total > 0, total, np.nan)
    return mean
