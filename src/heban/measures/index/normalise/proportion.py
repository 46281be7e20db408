"""Scores by proportion: share of the maximum, fixed base 100, growth and its chain. For ratio scales."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.pooling import (
    Floats,
    Pool,
    average,
    checked,
    highest,
    lowest,
    members,
    ratio,
    signs,
)


def share_of_max(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    hi: float = 1.0,
    pool: Pool = "panel",
) -> Floats:
    """Return each value as a share of the best: x/max x, or min x/x where less is better.

    `values` (…, place, year, indicator), times `hi`. For direction −1 the reciprocal is taken, so
    that the best has `hi` and twice as bad has half; zero has no reciprocal and is refused there.
    Raises BadSpec for negative values: a share needs a scale with a true zero.
    Source: OECD/JRC Handbook (2008), step 5 (distance to the leader).

    >>> share_of_max([[[1.0, 1.0]], [[2.0, 2.0]], [[4.0, 4.0]]], [1, -1])[:, 0].tolist()
    [[0.25, 1.0], [0.5, 0.5], [1.0, 0.25]]
    """
    array = checked(values)
    sign = signs(directions, array.shape[-1])
    _true_zero(array, sign, "share_of_max")
    share = np.where(sign > 0, ratio(array, highest(array, pool)), ratio(lowest(array, pool), array))
    return share * hi


def fixed_base(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    base: npt.NDArray[np.bool_],
    cap: float | None = None,
    years: npt.ArrayLike | None = None,
    start: float = 100.0,
) -> Floats:
    """Return each value as a percentage of the place's own value in the base year.

    score = 100·x/x₀, or 100·x₀/x where less is better. `base` is a boolean mask of years; of several,
    x₀ is the mean of those known. With `cap` c the score is chained from growth year by year, each
    factor held between 1/(1+c) and 1+c; a step over g years may use it g times; then `years` gives
    the labels, in any order, and a missing year breaks the chain: impute along time first. A base
    of zero gives no score. Raises BadSpec for negative values, and for zeros where less is better.
    Source: OECD/JRC Handbook (2008), step 5; fixed-base indices of official statistics.

    >>> fixed_base([[[4.0], [5.0], [12.0]]], base=np.array([True, False, False])).ravel().tolist()
    [100.0, 125.0, 300.0]
    >>> first = np.array([True, False, False])
    >>> fixed_base([[[4.0], [5.0], [12.0]]], base=first, cap=0.5, years=[2011, 2012, 2013]).ravel().tolist()
    [100.0, 125.0, 187.5]
    """
    array = checked(values)
    sign = signs(directions, array.shape[-1])
    _true_zero(array, sign, "fixed_base")
    _base(array, base)
    if cap is None:
        own = _own_base(array, base)
        return np.where(sign > 0, ratio(array, own), ratio(own, array)) * start
    if not cap > 0:
        raise BadSpec(f"cap is {cap}; it is the greatest growth in a year, 0.5 for 50 %, or None.")
    order, gaps = _order(years, array.shape[-2])
    ordered = array[..., order, :]
    before, after = ordered[..., :-1, :], ordered[..., 1:, :]
    factor = np.where(sign > 0, ratio(after, before), ratio(before, after))
    factor[(before == 0) & (after > 0)] = np.inf  # growth from zero is held by the cap
    limit = (1 + cap) ** gaps[:, None]
    return _chained(np.clip(factor, 1 / limit, limit), ~np.isnan(ordered), order, base, start)


def symmetric_growth(
    values: npt.ArrayLike,
    directions: npt.ArrayLike | None = None,
    *,
    years: npt.ArrayLike | None = None,
    cap: float | None = None,
) -> Floats:
    """Return growth on the year before, in per cent of the mean of both years.

    V = 200·(x_t − x_s)/(x_t + x_s), s the year before t in the order of the labels `years`; between
    −200 and 200, and a rise followed by the fall back sums to 0. −V where less is better. The first
    year has none, nor has a year beside an absent one, nor two zeros. `cap` holds V between −cap
    and cap.
    Source: 国家统计局《中国创新指数（CII）研究》, from memory: 默认值待核.

    >>> symmetric_growth([[[4.0], [12.0], [4.0]]]).ravel().tolist()
    [nan, 100.0, -100.0]
    """
    array = checked(values)
    sign = signs(directions, array.shape[-1])
    if (array < 0).any():
        raise BadSpec(_negative("symmetric_growth", array < 0))
    if cap is not None and not 0 < cap <= 200:
        raise BadSpec(
            f"cap is {cap}; symmetric growth lies within 200 %, so the cap is above 0 and at most 200."
        )
    order, _ = _order(years, array.shape[-2])
    ordered = array[..., order, :]
    before, after = ordered[..., :-1, :], ordered[..., 1:, :]
    growth = np.full_like(array, np.nan)
    growth[..., order[1:], :] = 200 * ratio(after - before, after + before) * sign
    return growth if cap is None else np.clip(growth, -cap, cap)


def chain(
    growth: npt.ArrayLike,
    *,
    base: npt.NDArray[np.bool_],
    years: npt.ArrayLike | None = None,
    start: float = 100.0,
) -> Floats:
    """Return the fixed-base index that symmetric growth, of indicators or of their mean, adds up to.

    I_t = I_s · (200 + V_t)/(200 − V_t), I = 100 in the base year (the mean of several). `growth` (…,
    place, year, node) as `symmetric_growth` gives it, V of the first year being ignored; an absent V
    breaks the chain. Growth of ±200 % (from or to zero) has no factor and breaks it too.
    Source: 国家统计局《中国创新指数（CII）研究》, from memory: 默认值待核.

    >>> first = np.array([True, False, False])
    >>> chain([[[np.nan], [100.0], [-100.0]]], base=first).round(9).ravel().tolist()
    [100.0, 300.0, 100.0]
    """
    array = checked(growth)
    _base(array, base)
    if (np.abs(array) > 200).any():
        raise BadSpec("growth passes 200 %; symmetric growth is within 200 % by its definition.")
    order, _ = _order(years, array.shape[-2])
    factor = ratio(200 + array, 200 - array)[..., order, :][..., 1:, :]
    # A year linked to none of its neighbours has no evidence of a level.
    end = np.zeros((*factor.shape[:-2], 1, factor.shape[-1]), dtype=np.bool_)
    linked = np.concatenate([end, factor > 0], axis=-2) | np.concatenate([factor > 0, end], axis=-2)
    return _chained(factor, linked, order, base, start)


def _chained(
    factor: Floats,
    known: npt.NDArray[np.bool_],
    order: npt.NDArray[np.intp],
    base: npt.NDArray[np.bool_],
    start: float,
) -> Floats:
    """Chain factors between neighbouring years; years cut off from the base years stay absent."""
    broken = ~(factor > 0)
    logs = np.log(np.where(broken, 1.0, factor))
    first = np.zeros((*factor.shape[:-2], 1, factor.shape[-1]))
    level = np.exp(np.concatenate([first, np.cumsum(logs, axis=-2)], axis=-2))
    piece = np.concatenate([first, np.cumsum(broken, axis=-2)], axis=-2)
    in_base = np.asarray(base)[order]
    based = np.where(in_base[:, None] & known, piece, np.nan)
    home = np.fmin.reduce(based, axis=-2, keepdims=True, initial=np.nan)
    whole = home == np.fmax.reduce(based, axis=-2, keepdims=True, initial=np.nan)
    level = np.where(known & whole & (piece == home), level, np.nan)
    index = np.full_like(level, np.nan)
    index[..., order, :] = ratio(level, _own_base(level, in_base)) * start
    return index


def _own_base(array: Floats, base: npt.NDArray[np.bool_]) -> Floats:
    """Return the mean of each place's own known values in the base years."""
    own = array[..., base, :]
    return np.swapaxes(average(np.swapaxes(own, -3, -2), "year"), -3, -2)


def _base(array: Floats, base: npt.NDArray[np.bool_]) -> None:
    if isinstance(base, str):
        raise BadSpec(f"base is {base!r}; it is a boolean mask of the years.")
    members(array, base)


def _order(years: npt.ArrayLike | None, count: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return the order of the years in time, and the years between neighbours."""
    labels = np.arange(count) if years is None else np.asarray(years)
    if labels.shape != (count,) or len(np.unique(labels)) != count:
        raise BadSpec(f"years are {labels.tolist()}; {count} different labels are needed.")
    order = np.argsort(labels)
    return order, np.diff(labels[order]).astype(np.float64)


def _true_zero(array: Floats, sign: Floats, name: str) -> None:
    if (array < 0).any():
        raise BadSpec(_negative(name, array < 0))
    zero = np.flatnonzero(((array == 0) & (sign < 0)).reshape(-1, len(sign)).any(axis=0)).tolist()
    if zero:
        raise BadSpec(
            f"{name} takes reciprocals where less is better, and the indicators {zero} have zeros; "
            "take minmax or goalposts for them."
        )


def _negative(name: str, below: npt.NDArray[np.bool_]) -> str:
    found = np.flatnonzero(below.reshape(-1, below.shape[-1]).any(axis=0)).tolist()
    return (
        f"{name} needs a scale with a true zero, and the indicators {found} have negative values; "
        "take minmax or goalposts for them."
    )
