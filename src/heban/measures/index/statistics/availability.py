"""How much of the data is there: by place, by group of indicators, by indicator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.tree import ancestry, leaves

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Availability:
    """Counts and shares over the last axis of the data they were taken of.

    `missing` and `zero` are counts; `available` is the share present, `nonzero` the share that is
    not 0 among those present (NaN when none is).
    """

    missing: npt.NDArray[np.int64]
    zero: npt.NDArray[np.int64]
    available: Array
    nonzero: Array


def summary(values: npt.ArrayLike) -> Availability:
    """Count what is missing and what is 0 over the last axis: of each place and year, its indicators.

    Move another axis to the end to count by indicator or by year. An absent value is no zero (§1).

    >>> found = summary([[1.0, 0.0, float("nan"), 2.0]])
    >>> found.available, found.nonzero.round(3)
    (array([0.75]), array([0.667]))
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise BadSpec("values need at least one column.")
    missing = np.asarray(np.isnan(array).sum(axis=-1))
    zero = np.asarray((array == 0).sum(axis=-1))
    present = array.shape[-1] - missing
    with np.errstate(invalid="ignore"):
        nonzero = np.where(present > 0, (present - zero) / np.maximum(present, 1), np.nan)
    return Availability(missing, zero, present / array.shape[-1], nonzero)


def by_group(values: npt.ArrayLike, parents: npt.ArrayLike) -> Array:
    """Return the share of indicators present under every node of the hierarchy.

    `values` (…, indicator), the indicators in the order of the leaves among the nodes; `parents`
    (node). Result (…, node): at a leaf 0 or 1, above it the share of all indicators below,
    whatever the level between.

    >>> by_group([[1.0, float("nan"), 3.0]], [3, 3, 4, 4, -1]).round(3)
    array([[1.   , 0.   , 1.   , 0.5  , 0.667]])
    """
    array = np.asarray(values, dtype=np.float64)
    below = ancestry(parents)[leaves(parents)].astype(np.float64)
    if array.ndim == 0 or array.shape[-1] != len(below):
        raise BadSpec(f"the hierarchy has {len(below)} indicators, the values {array.shape[-1:] or (1,)}.")
    return np.asarray((~np.isnan(array)).astype(np.float64) @ below / below.sum(axis=0))
