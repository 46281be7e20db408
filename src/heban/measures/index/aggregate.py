"""From children to their parent: means, median and ordered weighted average.

Every kernel reduces the last axis of `scores` (…, child); leading axes (draw, place, year) are
free. `weights` broadcast to `scores`, need not sum to 1 and are shared anew among the children
that are present; NaN is absent and never 0 (§1). `threshold` is the least share of the children,
by count, that must be present; below it the parent is absent. Whatever the kernel, a parent with
one child present has that child's score. Source: OECD/JRC Handbook (2008), step 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec

Array = npt.NDArray[np.float64]

ROUNDING = 1e-12  # shares this close to a half, or to the threshold, are on it


@dataclass(frozen=True, slots=True)
class Children:
    """Scores with the absent ones filled, and the shares of weight of those present.

    Shares sum to 1 over the last axis; they are 0 for an absent child and NaN where too few are
    present. `mask` is None when nothing is absent.
    """

    values: Array
    shares: Array
    mask: npt.NDArray[np.bool_] | None

    def mean(self, values: Array | None = None) -> Array:
        """Return the weighted mean of the values (or of others of their shape)."""
        result: Array = np.asarray((self.shares * (self.values if values is None else values)).sum(axis=-1))
        return result


def children(
    scores: npt.ArrayLike, weights: npt.ArrayLike | None, threshold: float, fill: float = 0.0
) -> Children:
    """Check scores and weights, fill the absent scores, and share the weights among the present.

    `fill` stands for an absent score, whose share is 0: it only has to survive the formula.

    >>> children([4.0, float("nan"), 8.0], [1, 1, 3], 0.5).shares
    array([0.25, 0.  , 0.75])
    """
    values = np.asarray(scores, dtype=np.float64)
    weight = checked_weights(values, weights)
    if not 0 <= threshold <= 1:
        raise BadSpec(f"threshold is a share from 0 to 1, not {threshold:g}.")
    absent = np.isnan(values)
    if not absent.any():
        with np.errstate(invalid="ignore"):
            return Children(values, weight / weight.sum(axis=-1, keepdims=True), None)
    mask = ~absent
    weight = np.where(mask, weight, 0.0)
    total = weight.sum(axis=-1, keepdims=True)
    share_present = mask.mean(axis=-1, keepdims=True)
    total = np.where((total > 0) & (share_present >= threshold - ROUNDING), total, np.nan)
    return Children(np.where(mask, values, fill), weight / total, mask)


def checked_weights(values: Array, weights: npt.ArrayLike | None) -> Array:
    """Return the weights as an array, equal when none are given; refuse those that do not fit.

    >>> checked_weights(np.zeros((2, 3)), None)
    array([1., 1., 1.])
    """
    if values.ndim == 0 or values.shape[-1] == 0:
        raise BadSpec("scores need at least one child on their last axis.")
    if weights is None:
        return np.ones(values.shape[-1])
    weight = np.asarray(weights, dtype=np.float64)
    if weight.ndim == 0 or weight.shape[-1] != values.shape[-1]:
        raise BadSpec(f"{values.shape[-1]} children need as many weights, not {weight.shape[-1:] or (1,)}.")
    if not np.isfinite(weight).all() or (weight < 0).any():
        wrong = weight[~np.isfinite(weight) | (weight < 0)].flat[0]
        raise BadSpec(f"a weight is a finite number from 0 up, not {wrong:g}.")
    try:
        np.broadcast_shapes(values.shape, weight.shape)
    except ValueError:
        raise BadSpec(f"weights of shape {weight.shape} do not fit scores of shape {values.shape}.") from None
    return weight


def arithmetic(
    scores: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, threshold: float = 0.0
) -> Array:
    """Return the weighted arithmetic mean: a point lost on one child is made good by one on another.

    y = Σ wₖxₖ / Σ wₖ over the children present.

    >>> arithmetic([[40.0, 80.0], [float("nan"), 80.0]], [3, 1])
    array([50., 80.])
    """
    return children(scores, weights, threshold).mean()


def geometric(
    scores: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, threshold: float = 0.0
) -> Array:
    """Return the weighted geometric mean: a per cent lost on one child costs a per cent gained on another.

    y = exp(Σ wₖ ln xₖ / Σ wₖ) over the children present. BadSpec when a child that has weight is
    0 or negative: the mean would be 0 or nothing whatever the others are.

    >>> geometric([[1.0, 100.0], [float("nan"), 80.0]]).round(9)
    array([10., 80.])
    """
    group = children(scores, weights, threshold, fill=1.0)
    return np.exp(group.mean(np.log(_positive(group, "geometric"))))


def harmonic(scores: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, threshold: float = 0.0) -> Array:
    """Return the weighted harmonic mean, which leans to the lowest child.

    y = Σ wₖ / Σ (wₖ/xₖ) over the children present. BadSpec when a child that has weight is 0 or
    negative.

    >>> harmonic([2.0, 6.0])
    array(3.)
    """
    group = children(scores, weights, threshold, fill=1.0)
    return np.asarray(1.0 / group.mean(1.0 / _positive(group, "harmonic")))


def power(
    scores: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    exponent: float,
    threshold: float = 0.0,
) -> Array:
    """Return the weighted power mean: the lower the exponent, the less a weak child is made good.

    y = (Σ wₖxₖᵖ / Σ wₖ)^(1/p); p = 1 is arithmetic, 0 geometric (the limit), −1 harmonic. BadSpec
    when a child that has weight is negative (p ≠ 1), or 0 with p ≤ 0.

    >>> power([[3.0, 4.0], [float("nan"), 4.0]], exponent=2).round(6)
    array([3.535534, 4.      ])
    """
    if not np.isfinite(exponent):
        raise BadSpec(f"exponent is a finite number, not {exponent:g}.")
    if exponent == 0:
        return geometric(scores, weights, threshold=threshold)
    if exponent == 1:
        return arithmetic(scores, weights, threshold=threshold)
    group = children(scores, weights, threshold, fill=1.0)
    values = _positive(group, f"power (p = {exponent:g})", zero=exponent > 0)
    # Scaled by the largest child, so that no exponent overflows.
    scale = values.max(axis=-1, keepdims=True)
    scale = np.where(scale > 0, scale, 1.0)
    return np.asarray(scale[..., 0] * group.mean((values / scale) ** exponent) ** (1 / exponent))


def _positive(group: Children, name: str, zero: bool = False) -> Array:
    """Return the values, those without weight made harmless; refuse what the mean cannot take."""
    wrong = group.values < 0 if zero else group.values <= 0
    if not wrong.any():
        return group.values
    with_weight = wrong & (group.shares > 0)
    if with_weight.any():
        values = np.broadcast_to(group.values, with_weight.shape)
        first = tuple(int(i) for i in np.argwhere(with_weight)[0])
        raise BadSpec(
            f"the {name} mean takes scores {'from 0 up' if zero else 'above 0'}; {int(with_weight.sum())} "
            f"are not, the first {values[first]:g} at {first}. Normalise to a range such as 1–100, or take "
            "the arithmetic mean."
        )
    return np.where(wrong, 1.0, group.values)


def median(scores: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, threshold: float = 0.0) -> Array:
    """Return the weighted median: the score at which half of the weight lies on either side.

    Where exactly half of the weight lies at or below a score, the mean of it and the next one;
    with equal weights this is the ordinary median.

    >>> median([[1.0, 2.0, 9.0, 10.0], [1.0, 2.0, 9.0, float("nan")]])
    array([5.5, 2. ])
    """
    group = children(scores, weights, threshold, fill=np.inf)
    values, shares = _sorted(group, group.values)
    cumulative = shares.cumsum(axis=-1)
    lower = (cumulative >= 0.5 - ROUNDING).argmax(axis=-1)[..., None]
    upper = (cumulative > 0.5 + ROUNDING).argmax(axis=-1)[..., None]
    middle = np.take_along_axis(values, lower, -1) + np.take_along_axis(values, upper, -1)
    return np.where(np.isnan(cumulative[..., -1]), np.nan, middle[..., 0] / 2)


def owa(
    scores: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    order: npt.ArrayLike | None = None,
    exponent: float | None = None,
    threshold: float = 0.0,
) -> Array:
    """Return the ordered weighted average: weights that go with the place in the order, best first.

    y = Σ vⱼ x₍ⱼ₎ with x₍₁₎ the best child. The v come from `order` (one for each child, best
    first) or from the quantifier Q(r) = rᵅ with α = `exponent` (α > 1 leans to the weak
    children, α < 1 to the strong ones, 1 is the arithmetic mean). Both are read as a
    quantifier, v = Q(S₍ⱼ₎) − Q(S₍ⱼ₋₁₎), S the cumulative share of `weights` among the children present;
    so absent children and unequal importance are treated as in Torra (1997), and equal weights
    without gaps give `order` itself. BadSpec unless exactly one of the two is given.
    Source: Yager (1988), IEEE Trans. SMC 18: 183–190; Torra (1997), Int. J. Intell. Syst. 12: 153–166.

    >>> owa([10.0, 30.0, 20.0], order=[0.5, 0.3, 0.2])
    array(23.)
    >>> owa([10.0, 30.0, float("nan")], exponent=2)
    array(15.)
    """
    group = children(scores, weights, threshold)
    key = -group.values if group.mask is None else np.where(group.mask, -group.values, np.inf)
    values, shares = _sorted(group, key)
    cumulative = np.clip(shares.cumsum(axis=-1), 0, 1)
    reached = _quantifier(cumulative, order, exponent, values.shape[-1])
    return np.asarray((np.diff(reached, axis=-1, prepend=0.0) * values).sum(axis=-1))


def _sorted(group: Children, key: Array) -> tuple[Array, Array]:
    """Return values and shares in ascending order of the key."""
    shape = np.broadcast_shapes(group.values.shape, group.shares.shape)
    position = np.broadcast_to(key.argsort(axis=-1, kind="stable"), shape)
    values = np.take_along_axis(np.broadcast_to(group.values, shape), position, -1)
    return values, np.take_along_axis(np.broadcast_to(group.shares, shape), position, -1)


def _quantifier(cumulative: Array, order: npt.ArrayLike | None, exponent: float | None, count: int) -> Array:
    if (order is None) == (exponent is None):
        raise BadSpec("owa takes either order or exponent: one of the two, not both.")
    if exponent is not None:
        if not 0 < exponent < np.inf:
            raise BadSpec(f"the exponent of owa is a finite number above 0, not {exponent:g}.")
        return np.asarray(cumulative**exponent)
    given = np.asarray(order, dtype=np.float64)
    if given.shape != (count,):
        raise BadSpec(f"order has one weight for each of the {count} children, not {given.size}.")
    if not np.isfinite(given).all() or (given < 0).any() or given.sum() == 0:
        raise BadSpec("the weights of order are finite numbers from 0 up, and not all of them 0.")
    knots = np.concatenate([[0.0], given.cumsum() / given.sum()])
    return np.asarray(np.interp(cumulative, np.linspace(0, 1, count + 1), knots))
