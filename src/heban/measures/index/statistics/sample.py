"""Observations: the rows over which statistics of indicators are taken."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec

Array = npt.NDArray[np.float64]


def observations(values: npt.ArrayLike, least: int = 1) -> Array:
    """Return values (place, year, indicator) or (row, indicator) as rows of observations.

    BadSpec when there are other axes or fewer than `least` rows.

    >>> observations(np.zeros((3, 2, 4))).shape
    (6, 4)
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim not in (2, 3) or array.shape[-1] == 0:
        raise BadSpec(
            f"values have the axes (place, year, indicator) or (row, indicator), not {array.shape}."
        )
    rows = array.reshape(-1, array.shape[-1])
    if len(rows) < least:
        raise BadSpec(f"at least {least} observations are needed, not {len(rows)}.")
    return rows
