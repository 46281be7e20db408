"""Weights that are simply stated, and what they come to at the top of the hierarchy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec, unknown
from heban.measures.index.tree import ancestry, checked

Array = npt.NDArray[np.float64]


def equal(count: int) -> Array:
    """Return equal weights that sum to 1.

    >>> equal(4)
    array([0.25, 0.25, 0.25, 0.25])
    """
    if count < 1:
        raise BadSpec(f"weights are for at least one child, not {count}.")
    return np.full(count, 1 / count)


def by_name(given: Mapping[str, float], names: Sequence[str], *, what: str = "weight") -> Array:
    """Return numbers given by name in the order of the names, never in another.

    UnknownName for a name that is none of `names`, BadSpec for a name without a number or a
    number that is negative or not finite.

    >>> by_name({"b": 2, "a": 1}, ["b", "a"])
    array([2., 1.])
    """
    for name in given:
        if name not in names:
            raise unknown("child", name, names, f"this group, which the {what}s name")
    lacking = [name for name in names if name not in given]
    if lacking:
        raise BadSpec(f"no {what} for {', '.join(lacking)}: give one for each of {', '.join(names)}.")
    numbers = np.array([given[name] for name in names], dtype=np.float64)
    for name, number in zip(names, numbers, strict=True):
        if not np.isfinite(number) or number < 0:
            raise BadSpec(f"the {what} of {name} is a finite number from 0 up, not {number:g}.")
    return numbers


def shared(weights: npt.ArrayLike) -> Array:
    """Return weights scaled to sum to 1 over their last axis; BadSpec for negative ones or all 0.

    >>> shared([1, 3])
    array([0.25, 0.75])
    """
    given = np.asarray(weights, dtype=np.float64)
    total = given.sum(axis=-1, keepdims=True)
    if not np.isfinite(given).all() or (given < 0).any() or not (total > 0).all():
        raise BadSpec("weights are finite numbers from 0 up, and not all of them 0.")
    return np.asarray(given / total)


def effective(
    parents: npt.ArrayLike, weights: npt.ArrayLike, *, present: npt.ArrayLike | None = None
) -> Array:
    """Return the weight of every node in its root, from the weights that were in fact used.

    eff(i) = Π over i and its ancestors of weight / Σ weights of the siblings; 1 at a root. The
    leaves of a root sum to 1. `parents` (node): number of the parent, −1 at a root; `weights`
    (…, node) as handed to the aggregation, any scale; with `present` (…, node; False where a
    score is absent) they are those of each place and year, shared anew among the siblings
    present. Where all siblings weigh 0 each has 0: their parent has no score, and so no weight in
    what lies above it. Exact for the arithmetic mean; for other means it is the nominal weight.
    Source: OECD/JRC Handbook (2008), step 6.

    >>> effective([2, 2, 4, 4, -1], [1, 3, 1, 1, 1])
    array([0.125, 0.375, 0.5  , 0.5  , 1.   ])
    """
    up = checked(parents)
    above = ancestry(up)
    given = np.asarray(weights, dtype=np.float64)
    if given.ndim == 0 or given.shape[-1] != up.size:
        raise BadSpec(f"{up.size} nodes need as many weights, not {given.shape[-1:] or (1,)}.")
    if not np.isfinite(given).all() or (given < 0).any():
        raise BadSpec("weights are finite numbers from 0 up.")
    if present is not None:
        given = np.where(np.asarray(present, dtype=bool), given, 0.0)
    # Siblings have one parent; each root stands alone.
    siblings = (up[:, None] == up[None, :]) & (up >= 0)[:, None] | np.eye(up.size, dtype=bool)
    total = given @ siblings
    share = np.where(up >= 0, given / np.where(total > 0, total, 1.0), 1.0)
    result = np.ones(share.shape)
    for node in range(up.size):
        result[..., node] = share[..., above[node]].prod(axis=-1)
    return result
