"""Imputation by one figure: a constant, a mean or median, of all places, of a group, of the row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.impute.filled import Filled, Filling, fill
from heban.measures.index.pooling import (
    Floats,
    Pool,
    average,
    checked,
    directed,
    highest,
    lowest,
    quantile,
    ratio,
    signs,
)


def constant(values: npt.ArrayLike, *, value: npt.ArrayLike) -> Filled:
    """Fill absent cells with a constant, one for all or one for each indicator.

    `values` (…, place, year, indicator). For counts that are truly zero where no record exists; anything else
    is a guess that carries no uncertainty.
    Source: OECD/JRC Handbook (2008), step 3.

    >>> constant([[[1.0, np.nan]]], value=0).values.tolist()
    [[[1.0, 0.0]]]
    """
    array = checked(values)
    given = np.asarray(value, dtype=np.float64)
    if given.shape not in ((), (array.shape[-1],)) or np.isinf(given).any():
        raise BadSpec(f"value has the shape {given.shape}; a number, or one for each of "
                      f"{array.shape[-1]} indicators (NaN fills nothing).")  # fmt: skip
    return fill(array, np.broadcast_to(given, array.shape), Filling.CONSTANT)


def mean(values: npt.ArrayLike, *, pool: Pool = "year") -> Filled:
    """Fill absent cells with the mean of the indicator over the pool.

    It leaves the mean unchanged and shrinks the spread. "year" takes the places of the same year.
    Source: OECD/JRC Handbook (2008), step 3 (unconditional mean).

    >>> mean([[[1.0]], [[3.0]], [[np.nan]]]).values.ravel().tolist()
    [1.0, 3.0, 2.0]
    """
    array = checked(values)
    return fill(array, average(array, pool), Filling.MEAN)


def median(values: npt.ArrayLike, *, pool: Pool = "year") -> Filled:
    """Fill absent cells with the median of the indicator over the pool.

    Source: OECD/JRC Handbook (2008), step 3.

    >>> median([[[1.0]], [[3.0]], [[100.0]], [[np.nan]]]).values.ravel().tolist()
    [1.0, 3.0, 100.0, 3.0]
    """
    array = checked(values)
    return fill(array, quantile(array, pool, 0.5), Filling.MEDIAN)


def group_mean(values: npt.ArrayLike, groups: npt.ArrayLike, *, pool: Pool = "year") -> Filled:
    """Fill absent cells with the mean of the indicator over the places of the same group.

    `groups` (place,) whole numbers; a negative one means no group, and nothing is filled there, nor where the
    group has no known value. `pool` as for `mean`.
    Source: OECD/JRC Handbook (2008), step 3; COINr i_mean_grp.

    >>> group_mean([[[1.0]], [[3.0]], [[np.nan]], [[9.0]]], [0, 0, 0, 1]).values.ravel().tolist()
    [1.0, 3.0, 2.0, 9.0]
    """
    array = checked(values)
    labels = _groups(groups, array.shape[-3], "place")
    proposals = np.full(array.shape, np.nan)
    for label in np.unique(labels[labels >= 0]):
        rows = labels == label
        proposals[..., rows, :, :] = average(array[..., rows, :, :], pool)
    return fill(array, proposals, Filling.GROUP_MEAN)


def group_median(values: npt.ArrayLike, groups: npt.ArrayLike, *, pool: Pool = "year") -> Filled:
    """Fill absent cells with the median of the indicator over the places of the same group.

    As `group_mean`, with the median.
    Source: OECD/JRC Handbook (2008), step 3; COINr i_median_grp.

    >>> group_median([[[1.0]], [[3.0]], [[np.nan]], [[9.0]]], [0, 0, 0, 0]).values.ravel().tolist()
    [1.0, 3.0, 3.0, 9.0]
    """
    array = checked(values)
    labels = _groups(groups, array.shape[-3], "place")
    proposals = np.full(array.shape, np.nan)
    for label in np.unique(labels[labels >= 0]):
        rows = labels == label
        proposals[..., rows, :, :] = quantile(array[..., rows, :, :], pool, 0.5)
    return fill(array, proposals, Filling.GROUP_MEDIAN)


def row_mean(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    groups: npt.ArrayLike | None = None,
    rescale: bool = True,
    pool: Pool = "panel",
) -> Filled:
    """Fill an absent cell from the other indicators of the same place, year and group of indicators.

    Each indicator is brought to 0–1 by min–max over the pool, in its direction; the cell gets the mean of the
    known ones of its group, brought back to its own unit. `groups` (indicator,) whole numbers, a negative
    one fills nothing; None is one group of all. Without `rescale` the plain mean of the row is taken:
    for indicators in one unit only.
    Source: OECD/JRC Handbook (2008), step 3; COINr's Impute by row, which normalises first.

    >>> row_mean([[[0.0, 0.0]], [[10.0, 4.0]], [[5.0, np.nan]]]).values[2].tolist()
    [[5.0, 2.0]]
    """
    array = checked(values)
    count = array.shape[-1]
    labels = np.zeros(count, dtype=np.intp) if groups is None else _groups(groups, count, "indicator")
    sign = signs(directions, count)
    least, room = np.zeros(1), np.ones(1)
    turned = array
    if rescale:
        turned = directed(array, sign)
        least = lowest(turned, pool)
        room = highest(turned, pool) - least
        turned = ratio(turned - least, room)
    proposals = np.full(array.shape, np.nan)
    for label in np.unique(labels[labels >= 0]):
        proposals[..., labels == label] = _mean_of_row(turned[..., labels == label])
    if rescale:
        proposals = (proposals * room + least) * sign
    return fill(array, proposals, Filling.ROW_MEAN)


def _mean_of_row(rows: Floats) -> Floats:
    known = ~np.isnan(rows)
    total = np.where(known, rows, 0.0).sum(axis=-1, keepdims=True)
    return ratio(total, known.sum(axis=-1, keepdims=True).astype(np.float64))


def _groups(groups: npt.ArrayLike, count: int, what: str) -> npt.NDArray[np.intp]:
    labels = np.asarray(groups)
    if labels.shape != (count,) or not np.issubdtype(labels.dtype, np.integer):
        raise BadSpec(f"groups are {labels.shape} of {labels.dtype}; a whole number for each {what}, "
                      f"{count} of them, negative for no group.")  # fmt: skip
    return labels.astype(np.intp)
