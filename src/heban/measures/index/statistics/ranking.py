"""Ranks and levels, with ties decided by a tolerance and not by the last bit of a sum."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int64]

TIE = 1e-12  # relative to the largest absolute value compared


def levels(values: npt.ArrayLike, axis: int = 0, *, tolerance: float = TIE) -> Levels:
    """Number the distinct values along an axis from the lowest, 0, upwards; −1 where absent.

    Values nearer to their neighbour than `tolerance` times the largest absolute value are one
    level: two sums of the same numbers in another order are the same score.

    >>> levels([0.3, 0.1 + 0.2, 5.0, float("nan")]).tolist()
    [0, 0, 1, -1]
    """
    array = np.asarray(values, dtype=np.float64)
    order, new = _steps(array, axis, tolerance)
    result = np.empty(array.shape, dtype=np.int64)
    np.put_along_axis(result, order, new.cumsum(axis=axis), axis)
    result[np.isnan(array)] = -1
    return result


def ranks(scores: npt.ArrayLike, axis: int = 0, *, tolerance: float = TIE) -> Array:
    """Rank scores along an axis: 1 is the highest, equal scores share the better rank (§2).

    Absent scores have no rank (NaN) and push nobody down. `tolerance` as in `levels`.

    >>> ranks([70.0, 90.0, float("nan"), 70.0, 50.0])
    array([ 2.,  1., nan,  2.,  4.])
    """
    array = np.asarray(scores, dtype=np.float64)
    order, new = _steps(-array, axis, tolerance)
    shape = [1] * array.ndim
    shape[axis] = -1
    position = np.arange(array.shape[axis]).reshape(shape)
    first = np.maximum.accumulate(np.where(new, position, 0), axis=axis)
    result = np.empty(array.shape)
    np.put_along_axis(result, order, first + 1.0, axis)
    result[np.isnan(array)] = np.nan
    return result


def _steps(array: Array, axis: int, tolerance: float) -> tuple[Levels, npt.NDArray[np.bool_]]:
    """Return the ascending order, absent last, and where a value is above the one before it."""
    order = array.argsort(axis=axis, kind="stable")
    ascending = np.take_along_axis(array, order, axis)
    scale = np.where(np.isnan(array), 0.0, np.abs(array)).max(axis=axis, keepdims=True, initial=0.0)
    step = np.diff(ascending, axis=axis) > tolerance * scale
    first = np.zeros_like(np.take(step, [0], axis=axis)) if step.size else None
    if first is None:
        return order, np.zeros(array.shape, dtype=bool)
    return order, np.concatenate([first, step], axis=axis)
