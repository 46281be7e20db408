"""Denominate: make what counts by size comparable, per head, per area, per unit of output."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.pooling import Floats, checked, ratio


@dataclass(frozen=True)
class Denominated:
    """Values after division, and per indicator how many known values had a denominator of zero.

    `values` has the shape (place, year, indicator); `zeros` and `absent` (indicator,): cells lost because
    the denominator was zero, or absent.
    """

    values: Floats
    zeros: npt.NDArray[np.intp]
    absent: npt.NDArray[np.intp]


def denominate(
    values: npt.ArrayLike, denominators: npt.ArrayLike, *, scale: npt.ArrayLike = 1.0
) -> Denominated:
    """Divide values by their denominators and multiply by a scale.

    x' = scale · x / d, element by element. `values` (…, place, year, indicator); `denominators` of the same
    shape, or of one that broadcasts to it: (place, year, 1) for one denominator of all, ones for an
    indicator without any; `scale` a number or one for each indicator (1,000 for "per thousand").
    A value over zero is absent and counted, never infinite. Raises BadSpec for a negative
    denominator or a shape that does not fit.
    Source: OECD/JRC Handbook (2008), step 2 (data selection, size effects).

    >>> made = denominate([[[10.0]], [[6.0]]], [[[5.0]], [[0.0]]], scale=100)
    >>> made.values.ravel().tolist(), made.zeros.tolist()
    ([200.0, nan], [1])
    """
    array = checked(values)
    lower = np.asarray(denominators, dtype=np.float64)
    try:
        shape = np.broadcast_shapes(array.shape, lower.shape)
    except ValueError:
        shape = ()
    if shape != array.shape:
        raise BadSpec(
            f"denominators have the shape {lower.shape}; they need that of the values, {array.shape}."
        )
    negative = int((lower < 0).sum())
    if negative:
        raise BadSpec(f"{negative} of the denominators are negative; a denominator is a size, 0 or more.")
    known = ~np.isnan(array)
    over = tuple(range(array.ndim - 1))
    return Denominated(
        ratio(array, np.broadcast_to(lower, shape)) * np.asarray(scale, dtype=np.float64),
        (known & (lower == 0)).sum(axis=over),
        (known & np.isnan(lower)).sum(axis=over),
    )
