"""The panel as rows, one for each place and year, for models that fill a cell from the row's others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.pooling import Floats, Pool, checked, members


def three_axes(values: npt.ArrayLike) -> Floats:
    """Return values as place × year × indicator, or raise BadSpec.

    >>> three_axes([[[1.0]]]).shape
    (1, 1, 1)
    """
    array = checked(values)
    if array.ndim != 3:
        raise BadSpec(f"values have the shape {array.shape}; a model takes place × year × indicator.")
    return array


def by_pool(
    values: Floats, pool: Pool, work: Callable[[Floats, Floats], Floats], draws: tuple[int, ...] = ()
) -> Floats:
    """Return the results of `work(fit, rows)` in the shape of the values, `draws` before it.

    "panel" fits and fills all rows at once, "year" each year from itself, base years fit for all.

    >>> by_pool(np.array([[[1.0]], [[np.nan]]]), "panel", lambda fit, rows: rows * 0 + np.nanmax(fit)).ravel()
    array([ 1., nan])
    """
    indicators = values.shape[-1]
    if isinstance(pool, str) and pool == "year":
        years = [work(year, year) for year in np.moveaxis(values, 1, 0)]
        return np.stack(years, axis=-2)
    fit, _ = members(values, pool)
    made = work(fit.reshape(-1, indicators), values.reshape(-1, indicators))
    return made.reshape(*draws, *values.shape)


def standards(rows: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation (by n) of each column, the latter 1 where there is no spread.

    >>> [part.tolist() for part in standards(np.array([[1.0, 5.0], [3.0, 5.0], [np.nan, 5.0]]))]
    [[2.0, 5.0], [1.0, 1.0]]
    """
    known = ~np.isnan(rows)
    count = np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    mean = np.where(known, rows, 0.0).sum(axis=0) / count
    scale = np.sqrt((np.where(known, rows - mean, 0.0) ** 2).sum(axis=0) / count)
    flat = np.fmin.reduce(rows, axis=0, initial=np.nan) == np.fmax.reduce(rows, axis=0, initial=np.nan)
    return mean, np.where(flat | ~(scale > 0), 1.0, scale)


def patterns(known: npt.NDArray[np.bool_]) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]]:
    """Return the groups of rows with the same cells known: their positions, and the mask of the cells.

    >>> [(rows.tolist(), mask.tolist()) for rows, mask in patterns(np.array([[True], [False], [True]]))]
    [([1], [False]), ([0, 2], [True])]
    """
    masks, group = np.unique(known, axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(group.ravel(), minlength=len(masks)))[:-1]
    return list(zip(np.split(order, ends), masks, strict=True))
