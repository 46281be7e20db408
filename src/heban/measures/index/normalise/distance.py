"""Scores by the distance to a mark: the best value, a reference place, a target, two goalposts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.normalise.spread import each, minmax, ordered, scale_checked
from heban.measures.index.pooling import (
    Floats,
    Pool,
    average,
    checked,
    directed,
    highest,
    lowest,
    ratio,
    signs,
)


def distance_to_max(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    lo: float = 0.0,
    hi: float = 1.0,
    pool: Pool = "panel",
) -> Floats:
    """Return scores by the distance to the best value: `hi` for the best, `lo` for the worst.

    y = d·x;  score = 1 − (max y − y)/(max y − min y), on the scale lo to hi: min–max by another way.
    Source: OECD/JRC Handbook (2008), step 5 (distance to the group leader).

    >>> distance_to_max([[[2.0]], [[4.0]], [[3.0]]]).ravel().tolist()
    [0.0, 1.0, 0.5]
    """
    return minmax(values, directions, lo=lo, hi=hi, pool=pool)


def distance_to_reference(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    place: int,
    cap: bool = False,
    lo: float = 0.0,
    hi: float = 1.0,
    pool: Pool = "panel",
) -> Floats:
    """Return scores by the distance to a reference place: `hi` for its value, `lo` for the worst.

    y = d·x;  score = 1 − (y_ref − y)/(y_ref − min y). `place` is the position of the reference; y_ref its
    value in the same year (pool "year") or its mean over the pooled years. Better places pass `hi`
    unless `cap`. Raises BadSpec where the reference is itself the worst; where it is absent,
    there is no score.
    Source: OECD/JRC Handbook (2008), step 5.

    >>> distance_to_reference([[[2.0]], [[4.0]], [[5.0]]], place=1).ravel().tolist()
    [0.0, 1.0, 1.5]
    """
    array = directed(values, directions)
    places = array.shape[-3]
    if not 0 <= place < places:
        raise BadSpec(f"place is {place}; it is a position from 0 to {places - 1}.")
    mark = average(array[..., place : place + 1, :, :], pool)
    worst = lowest(array, pool)
    worst = np.where(worst == highest(array, pool), np.nan, worst)  # no spread, no score
    return _towards(array, worst, mark, "the reference", (lo, hi, cap))


def distance_to_target(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    target: npt.ArrayLike,
    cap: bool = False,
    lo: float = 0.0,
    hi: float = 1.0,
    pool: Pool = "panel",
) -> Floats:
    """Return scores by the distance to a target: `hi` at the target, `lo` at the worst value.

    y = d·x, g = d·target;  score = 1 − (g − y)/(g − min y). `target` is in the indicator's own unit, also
    for direction −1: a number or one for each indicator. Values beyond it pass `hi` unless `cap`.
    Raises BadSpec when even the worst value has reached a target: goalposts then fit better.
    Source: OECD/JRC Handbook (2008), step 5 (distance to a reference).

    >>> distance_to_target([[[9.0]], [[5.0]], [[3.0]]], [-1], target=5).ravel().tolist()
    [0.0, 1.0, 1.5]
    """
    array = checked(values)
    sign = signs(directions, array.shape[-1])
    mark = sign * each(target, len(sign), "target")
    array = array * sign
    return _towards(array, lowest(array, pool), mark, "the target", (lo, hi, cap))


def goalposts(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    trim: bool = True,
    lo: float = 0.0,
    hi: float = 100.0,
) -> Floats:
    """Return scores between two goalposts that do not move with the data.

    score = (x − lower)/(upper − lower) for direction +1, (upper − x)/(upper − lower) for −1, on the scale
    lo to hi. `lower` and `upper` are in the indicator's own unit whatever its direction: numbers, or
    one for each indicator, lower below upper. `trim` holds scores between lo and hi.
    Source: UNDP, Human Development Report, technical notes; COINr n_goalposts.

    >>> goalposts([[[20.0]], [[50.0]], [[85.0]]], [-1], lower=20, upper=80).ravel().tolist()
    [100.0, 50.0, 0.0]
    """
    scale_checked(lo, hi)
    array = checked(values)
    sign = signs(directions, array.shape[-1])
    posts = [each(post, len(sign), name) for post, name in ((lower, "lower"), (upper, "upper"))]
    wrong = np.flatnonzero(posts[0] >= posts[1]).tolist()
    if wrong:
        raise BadSpec(
            f"lower is not below upper for the indicators {wrong}; goalposts are in natural units, "
            "the direction turns the score."
        )
    start = np.where(sign > 0, posts[0], -posts[1])
    share = (array * sign - start) / (posts[1] - posts[0])
    if trim:
        share = share.clip(0.0, 1.0)
    return share * (hi - lo) + lo


def _towards(
    array: Floats, worst: Floats, mark: Floats, name: str, scale: tuple[float, float, bool]
) -> Floats:
    lo, hi, cap = scale
    scale_checked(lo, hi)
    ordered(worst, mark, name, "the worst value")
    share = ratio(array - worst, mark - worst)  # 1 − (mark − y)/(mark − worst), rounded once less
    if cap:
        share = np.minimum(share, 1.0)
    return share * (hi - lo) + lo
