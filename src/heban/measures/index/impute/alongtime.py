"""Imputation along time: each place and indicator by its own other years."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.impute.filled import Filled, Filling, fill
from heban.measures.index.pooling import Floats, checked


def linear(
    values: npt.ArrayLike,
    years: npt.ArrayLike,
    *,
    limit: float | None = None,
    outside: bool = False,
    geometric: bool = False,
) -> Filled:
    """Fill gaps between two known years on the straight line between them.

    x_t = x_a + (x_b − x_a)(t − a)/(b − a), a and b the nearest known years; `geometric` takes the line of the
    logarithms, constant growth, between two values above 0. `values` (…, place, year, indicator); `years` are
    the labels, in any order and unevenly spaced. `limit`: the longest gap bridged, in years without a
    value, b − a − 1. `outside` fills before the first and after the last known year with that value,
    at most `limit` years away; by default nothing is extrapolated.
    Source: OECD/JRC Handbook (2008), step 3; COINr impute_panel ("linear").

    >>> linear([[[1.0], [np.nan], [4.0]]], [2010, 2011, 2013]).values.ravel().tolist()
    [1.0, 2.0, 4.0]
    """
    array = checked(values)
    if geometric and (array <= 0).any():
        raise BadSpec(
            "geometric interpolation needs values above 0; leave geometric=False for this indicator."
        )
    time, order = _in_order(years, array.shape[-2], limit)
    ordered = np.log(array[..., order, :]) if geometric else array[..., order, :]
    before, after = _neighbours(ordered)
    inner = (before >= 0) & (after < len(time))
    left, right = np.where(inner, before, 0), np.where(inner, after, 0)
    low, high = _at(ordered, left), _at(ordered, right)
    gap = time[right] - time[left]
    step = time[:, None] - time[left]
    line = low + (high - low) * step / np.where(gap > 0, gap, 1.0)
    allowed = inner if limit is None else inner & (gap - 1 <= limit)
    line = np.where(allowed, line, np.nan)
    if outside:
        line = np.where(inner, line, _nearest(ordered, time, before, after, limit))
    line = np.exp(line) if geometric else line
    return fill(array, line[..., np.argsort(order), :], Filling.LINEAR)


def latest(values: npt.ArrayLike, years: npt.ArrayLike, *, limit: float | None = None) -> Filled:
    """Fill absent cells with the last known value before them, at most `limit` years old.

    Age counts by the labels of the years, in any order and unevenly spaced: from 2010 to 2013 it is 3.
    Source: OECD/JRC Handbook (2008), step 3; COINr impute_panel ("latest").

    >>> latest([[[1.0], [np.nan], [np.nan]]], [2010, 2011, 2013], limit=1).values.ravel().tolist()
    [1.0, 1.0, nan]
    """
    array = checked(values)
    time, order = _in_order(years, array.shape[-2], limit)
    ordered = array[..., order, :]
    before, _ = _neighbours(ordered)
    value = _nearest(ordered, time, before, np.full(before.shape, len(time)), limit)
    return fill(array, value[..., np.argsort(order), :], Filling.LATEST)


def carried(values: npt.ArrayLike, years: npt.ArrayLike, *, limit: float | None = None) -> Filled:
    """Fill absent cells with the last known value, or before the first known year with that one.

    At most `limit` years away.
    Source: COINr impute_panel ("constant"), with a limit.

    >>> carried([[[np.nan], [2.0], [np.nan]]], [2010, 2011, 2013], limit=1).values.ravel().tolist()
    [2.0, 2.0, nan]
    """
    array = checked(values)
    time, order = _in_order(years, array.shape[-2], limit)
    ordered = array[..., order, :]
    before, after = _neighbours(ordered)
    value = _nearest(ordered, time, before, np.where(before < 0, after, len(time)), limit)
    return fill(array, value[..., np.argsort(order), :], Filling.CARRIED)


def _in_order(years: npt.ArrayLike, count: int, limit: float | None) -> tuple[Floats, npt.NDArray[np.intp]]:
    labels = np.asarray(years, dtype=np.float64)
    if labels.shape != (count,) or len(np.unique(labels)) != count or not np.isfinite(labels).all():
        raise BadSpec(f"years are {labels.tolist()}; the values need {count} different labels.")
    if limit is not None and not limit >= 0:
        raise BadSpec(f"limit is {limit}; it is a number of years, 0 or more, or None for no limit.")
    order = np.argsort(labels)
    return labels[order], order


def _neighbours(ordered: Floats) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the position of the nearest known year at or before each year (−1), and at or after (T)."""
    count = ordered.shape[-2]
    known = ~np.isnan(ordered)
    position = np.arange(count)[:, None]
    before = np.maximum.accumulate(np.where(known, position, -1), axis=-2)
    after = np.flip(np.minimum.accumulate(np.flip(np.where(known, position, count), -2), axis=-2), -2)
    return before, after


def _at(ordered: Floats, position: npt.NDArray[np.intp]) -> Floats:
    return np.take_along_axis(ordered, position, axis=-2)


def _nearest(
    ordered: Floats,
    time: Floats,
    before: npt.NDArray[np.intp],
    after: npt.NDArray[np.intp],
    limit: float | None,
) -> Floats:
    """Return the value of the known year before, else of the one after, within the limit."""
    found = (before >= 0) | (after < len(time))
    position = np.where(before >= 0, before, np.where(after < len(time), after, 0))
    if limit is not None:
        found &= np.abs(time[:, None] - time[position]) <= limit
    return np.where(found, _at(ordered, position), np.nan)
