"""What a step is reckoned over: the whole panel, each year by itself, or base years."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]
Pool = Literal["panel", "year"] | npt.NDArray[np.bool_]


def checked(values: npt.ArrayLike) -> Floats:
    """Return values as a float array of the shape (…, place, year, indicator), or raise BadSpec.

    NaN is absence (§1). Infinite values are refused: they would silently rule every range.

    >>> checked([[[1, 2]]]).shape
    (1, 1, 2)
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim < 3:
        raise BadSpec(f"values have the shape {array.shape}; they need place × year × indicator.")
    infinite = int(np.isinf(array).sum())
    if infinite:
        raise BadSpec(f"{infinite} of the values are infinite; an absent value is NaN.")
    return array


def directed(values: npt.ArrayLike, directions: npt.ArrayLike | None) -> Floats:
    """Return values with the sign of each indicator's direction, so that more is better.

    `directions` holds +1 or −1 for each indicator; None stands for +1 throughout.

    >>> directed([[[1.0, 2.0]]], [1, -1]).tolist()
    [[[1.0, -2.0]]]
    """
    array = checked(values)
    return array * signs(directions, array.shape[-1])


def signs(directions: npt.ArrayLike | None, indicators: int) -> Floats:
    """Return the directions as an array of +1 and −1, one for each indicator, or raise BadSpec.

    >>> signs(None, 2).tolist()
    [1.0, 1.0]
    """
    if directions is None:
        return np.ones(indicators)
    array = np.asarray(directions, dtype=np.float64)
    if array.shape != (indicators,):
        raise BadSpec(f"directions have the shape {array.shape}; one for each of {indicators} indicators.")
    if not np.isin(array, (-1.0, 1.0)).all():
        raise BadSpec(f"directions are {array.tolist()}; each is 1 (more is better) or -1 (less is better).")
    return array


def members(values: Floats, pool: Pool) -> tuple[Floats, tuple[int, ...]]:
    """Return the values that a statistic is taken of, and the axes it runs over.

    >>> members(np.zeros((3, 2, 1)), np.array([True, False]))[0].shape
    (3, 1, 1)
    """
    if isinstance(pool, str):
        if pool not in ("panel", "year"):
            raise BadSpec(f"pool is {pool!r}; it is 'panel', 'year' or a boolean mask of the base years.")
        return values, (-3,) if pool == "year" else (-3, -2)
    years = values.shape[-2]
    mask = np.asarray(pool)
    if mask.dtype != np.bool_ or mask.shape != (years,) or not mask.any():
        raise BadSpec(f"pool as a mask of base years needs {years} booleans, at least one of them true.")
    return values[..., mask, :], (-3, -2)


def lowest(values: Floats, pool: Pool) -> Floats:
    """Return the least known value of each indicator, NaN without any; dimensions are kept.

    >>> lowest(np.array([[[3.0]], [[1.0]]]), "panel").tolist()
    [[[1.0]]]
    """
    array, axes = members(values, pool)
    least: Floats = np.fmin.reduce(array, axis=axes, keepdims=True, initial=np.nan)
    return least


def highest(values: Floats, pool: Pool) -> Floats:
    """Return the greatest known value of each indicator, NaN without any; dimensions are kept.

    >>> highest(np.array([[[3.0]], [[1.0]]]), "panel").tolist()
    [[[3.0]]]
    """
    array, axes = members(values, pool)
    greatest: Floats = np.fmax.reduce(array, axis=axes, keepdims=True, initial=np.nan)
    return greatest


def average(values: Floats, pool: Pool) -> Floats:
    """Return the mean of the known values of each indicator, NaN without any; dimensions are kept.

    >>> average(np.array([[[3.0]], [[1.0]], [[np.nan]]]), "panel").tolist()
    [[[2.0]]]
    """
    array, axes = members(values, pool)
    known = ~np.isnan(array)
    count = known.sum(axis=axes, keepdims=True)
    total = np.where(known, array, 0.0).sum(axis=axes, keepdims=True)
    return ratio(total, count.astype(np.float64))


def deviation(values: Floats, pool: Pool) -> Floats:
    """Return the sample standard deviation (n − 1) of the known values, NaN below two of them.

    >>> deviation(np.array([[[3.0]], [[1.0]], [[np.nan]]]), "panel").tolist()
    [[[1.4142135623730951]]]
    """
    mean = average(values, pool)
    array, axes = members(values, pool)
    known = ~np.isnan(array)
    squares = np.where(known, array - mean, 0.0) ** 2
    count = known.sum(axis=axes, keepdims=True)
    return np.sqrt(ratio(squares.sum(axis=axes, keepdims=True), (count - 1).clip(0).astype(np.float64)))


def quantile(values: Floats, pool: Pool, share: float) -> Floats:
    """Return a quantile of the known values of each indicator (type 7, linear between values).

    >>> quantile(np.array([[[3.0]], [[1.0]], [[np.nan]]]), "panel", 0.5).tolist()
    [[[2.0]]]
    """
    array, axes = members(values, pool)
    if len(axes) == 2:
        array = array.reshape(*array.shape[:-3], -1, 1, array.shape[-1])
    ordered = np.sort(array, axis=-3)  # NaN goes to the end
    last = (~np.isnan(array)).sum(axis=-3, keepdims=True) - 1
    position = share * last.clip(0)
    below = np.floor(position).astype(np.intp)
    above = np.minimum(below + 1, last.clip(0))
    lower = np.take_along_axis(ordered, below, axis=-3)
    upper = np.take_along_axis(ordered, above, axis=-3)
    part: Floats = lower + (upper - lower) * (position - below)
    return part


def ratio(upper: Floats, lower: Floats) -> Floats:
    """Return upper / lower, NaN where the lower is zero or absent.

    >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0])).tolist()
    [0.5, nan]
    """
    lower = np.where(lower == 0, np.nan, lower)
    quotient: Floats = upper / lower
    return quotient


def columns(values: Floats, pool: Pool) -> Floats:
    """Return a matrix with one row for each column to be judged: an indicator, or one in one year.

    "panel": (… · indicator, place · year); "year": (… · year · indicator, place). A copy.

    >>> columns(np.zeros((5, 2, 3)), "year").shape
    (6, 5)
    """
    if not isinstance(pool, str):
        raise BadSpec("this step pools over 'panel' or 'year'; base years cannot be chosen.")
    members(values, pool)
    if pool == "panel":
        moved = np.moveaxis(values, -1, -3)
        return moved.reshape(-1, values.shape[-3] * values.shape[-2]).copy()
    return np.moveaxis(values, -3, -1).reshape(-1, values.shape[-3]).copy()


def restored(matrix: npt.NDArray[np.generic], shape: tuple[int, ...], pool: Pool) -> npt.NDArray[np.generic]:
    """Return a matrix of `columns` in the shape of the values it was made from.

    >>> values = np.arange(30.0).reshape(5, 2, 3)
    >>> bool((restored(columns(values, "year"), values.shape, "year") == values).all())
    True
    """
    *batch, places, years, indicators = shape
    if isinstance(pool, str) and pool == "panel":
        return np.moveaxis(matrix.reshape(*batch, indicators, places, years), -3, -1)
    return np.moveaxis(matrix.reshape(*batch, years, indicators, places), -1, -3)
