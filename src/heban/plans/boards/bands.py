"""Bands of values: how far from its figure the true value of a board may lie."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]


def band(amounts: npt.ArrayLike, width: float | Literal["poisson"], level: float) -> tuple[Floats, Floats]:
    """Return the lower and upper ends of the bands of amounts.

    A share b of the amount on either side: v ∓ b·|v|. Or "poisson", for counts of independent events: the
    exact interval of the mean, from ½χ²(α/2; 2v) to ½χ²(1 − α/2; 2v + 2), α = 1 − level, where the lower
    end of 0 is 0. Counts shared among places need not be whole; the interval runs on between whole ones.
    NaN stays NaN (§1). Raises `BadSpec` for a count below 0. Source: Garwood (1936), Biometrika 28:
    437–442.

    >>> [end.round(2).tolist() for end in band([0, 10], "poisson", 0.9)]
    [[0.0, 5.43], [3.0, 16.96]]
    >>> [end.tolist() for end in band([200.0], 0.1, 0.9)]
    [[180.0], [220.0]]
    """
    value = np.asarray(amounts, dtype=float)
    if width != "poisson":
        return value - width * np.abs(value), value + width * np.abs(value)
    if (value < 0).any():
        raise BadSpec(
            f'band = "poisson" is for counts; {float(np.nanmin(value)):g} is below 0. Give a share.'
        )
    tail = (1 - level) / 2
    low = np.where(value > 0, chi2.ppf(tail, 2 * np.maximum(value, 0.5)) / 2, value)
    return low, np.asarray(chi2.isf(tail, 2 * value + 2) / 2)
