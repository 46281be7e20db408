"""Weights found by an optimiser, so that children matter in the total as much as intended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from heban.domain.errors import BadSpec
from heban.measures.index.aggregate import arithmetic
from heban.measures.index.statistics.correlation import correlate
from heban.measures.index.statistics.sample import observations
from heban.measures.index.weigh.given import by_name, equal, shared

Array = npt.NDArray[np.float64]

SLOPE = 1e-3  # of the aim, per unit of weight shifted, that still counts as level
STEP = 1e-5  # of the weights, where slopes are taken by differences

Measure = Literal["correlation", "squared"]
Total = Callable[[Array], npt.ArrayLike]


@dataclass(frozen=True)
class Optimised:
    """Weights at the optimum, and how near to the aim it is.

    `weights` sum to 1; `correlations` of each child with the total and `achieved` shares of importance are
    those at these very weights; `target` are the shares asked for (None where none were);
    `gap` is the largest |achieved − target|: weights from 0 up may be unable to reach a target, and
    the optimum is then the nearest there is. `converged` is checked here, at the weights returned:
    no shift of weight between two children improves the aim by more than a slope of `SLOPE`.
    `message` is what the optimiser said; `iterations` and `evaluations` are its work, all starts.
    """

    weights: Array
    correlations: Array
    achieved: Array
    target: Array | None
    gap: float
    converged: bool
    iterations: int
    evaluations: int
    message: str


def to_targets(
    scores: npt.ArrayLike,
    targets: Mapping[str, float] | Sequence[float] | None = None,
    *,
    names: Sequence[str] | None = None,
    total: Total | None = None,
    measure: Measure = "correlation",
    bounds: tuple[float, float] = (0.0, 1.0),
    max_iterations: int = 1000,
) -> Optimised:
    """Find weights with which each child has its target share of importance in the total.

    Minimises Σ (sₖ − tₖ)² over weights on the simplex within `bounds` (sequential quadratic
    programming, SLSQP, from three fixed starts). sₖ = rₖ/Σr with r Pearson's correlation of child
    and total ("correlation"), or rₖ²/Σr² ("squared", the linear correlation ratio). `targets` by name
    need `names`, and are matched by name whatever their order; as a sequence they go by
    position; None asks for equal importance. `scores` (place, year, child) or (row, child); `total` gives
    the total of these rows from weights, by default the arithmetic mean. BadSpec for targets or
    bounds that cannot be, and for a child that does not vary.
    Source: Becker, Saisana, Paruolo and Vandecasteele (2017), Ecological Indicators 80: 12–22 (linear case).

    >>> scores = [[0.0, 0.0], [9.0, 1.0], [1.0, 2.0], [8.0, 3.0]]
    >>> found = to_targets(scores, {"b": 3, "a": 2}, names=["a", "b"])
    >>> found.achieved.round(6), found.converged
    (array([0.4, 0.6]), True)
    """
    rows = observations(scores, least=3)
    target = _target(targets, names, rows.shape[1])
    if measure not in ("correlation", "squared"):
        raise BadSpec(f"measure is 'correlation' or 'squared', not {measure!r}.")
    reckon = _Reckoning(rows, total, measure)

    def aim(weights: Array) -> tuple[float, Array]:
        # In units of the mean share, so that tolerances mean the same for any number of children.
        off = (reckon.shares(weights) - target) * len(target)
        return float(off @ off), 2 * len(target) * off @ reckon.share_slopes(weights)

    return _solve(aim, reckon, [equal(len(target)), target], bounds, max_iterations, target)


def to_information(
    scores: npt.ArrayLike,
    *,
    total: Total | None = None,
    bounds: tuple[float, float] = (0.0, 1.0),
    max_iterations: int = 1000,
) -> Optimised:
    """Find weights with which the total has the highest mean correlation with its children.

    Maximises Σ rₖ / n over weights on the simplex within `bounds` (SLSQP); else as `to_targets`.
    Source: as `to_targets`.

    >>> scores = [[0.0, 0.0, 5.0], [1.0, 2.0, 0.0], [2.0, 1.0, 3.0], [3.0, 3.0, 2.0]]
    >>> found = to_information(scores)
    >>> found.weights.argmin(), found.converged
    (np.int64(2), True)
    """
    reckon = _Reckoning(observations(scores, least=3), total, "correlation")

    def aim(weights: Array) -> tuple[float, Array]:
        return 1.0 - float(reckon.correlations(weights).mean()), -reckon.slopes(weights).mean(axis=0)

    start = [equal(reckon.rows.shape[1])]
    return _solve(aim, reckon, start, bounds, max_iterations, None)


class _Reckoning:
    """Correlations of the children with the total, from weights."""

    def __init__(self, rows: Array, total: Total | None, measure: Measure) -> None:
        self.rows = rows
        self.total = total if total is not None else lambda weights: arithmetic(rows, weights)
        self.measure = measure
        # The mean of complete scores is linear in its weights: slopes are then exact and fast.
        linear = total is None and not np.isnan(rows).any()
        self.covariance: Array | None = np.atleast_2d(np.cov(rows, rowvar=False)) if linear else None
        low, high = np.nanmin(rows, axis=0, initial=np.inf), np.nanmax(rows, axis=0, initial=-np.inf)
        constant = np.flatnonzero(~(high > low))
        if constant.size:
            raise BadSpec(f"child number {constant[0]} does not vary: nothing correlates with it. Drop it.")

    def correlations(self, weights: Array) -> Array:
        total = np.asarray(self.total(weights), dtype=np.float64).ravel()
        if len(total) != len(self.rows):
            raise BadSpec(f"the total has {len(total)} values for {len(self.rows)} rows of scores.")
        return np.nan_to_num(correlate(self.rows, total[:, None]).coefficient[:, 0], nan=0.0)

    def shares(self, weights: Array) -> Array:
        r = self.correlations(weights)
        part = r if self.measure == "correlation" else r**2
        return part / max(float(part.sum()), 1e-6)

    def slopes(self, weights: Array) -> Array:
        """Return ∂r/∂w, (child, weight)."""
        if self.covariance is None:
            return self._differences(weights)
        with_total = self.covariance @ weights
        variance = float(weights @ with_total)
        scale = np.sqrt(np.diag(self.covariance) * variance)
        r = with_total / scale
        return np.asarray(self.covariance / scale[:, None] - np.outer(r, with_total) / variance)

    def _differences(self, weights: Array) -> Array:
        # One-sided and upwards: a weight of 0 cannot fall.
        here = self.correlations(weights)
        ahead = [
            [self.correlations(weights + k * step) for step in STEP * np.eye(len(weights))] for k in (1, 2)
        ]
        near, far = (np.array(rows).T for rows in ahead)
        return np.asarray((4 * near - far - 3 * here[:, None]) / (2 * STEP))

    def share_slopes(self, weights: Array) -> Array:
        r, slopes = self.correlations(weights), self.slopes(weights)
        if self.measure == "squared":
            r, slopes = r**2, 2 * r[:, None] * slopes
        total = max(float(r.sum()), 1e-6)
        return np.asarray((slopes - np.outer(r / total, slopes.sum(axis=0))) / total)


def _solve(
    aim: Callable[[Array], tuple[float, Array]],
    reckon: _Reckoning,
    starts: Sequence[Array],
    bounds: tuple[float, float],
    max_iterations: int,
    target: Array | None,
) -> Optimised:
    count = reckon.rows.shape[1]
    low, high = bounds
    if not 0 <= low <= 1 / count <= high <= 1:
        raise BadSpec(
            f"bounds ({low:g}, {high:g}) leave no weights: they need 0 ≤ low ≤ 1/{count} ≤ high ≤ 1 for "
            f"{count} children."
        )
    spread = np.nanstd(reckon.rows, axis=0)
    tries: list[Any] = [
        minimize(
            aim, _within(start, low, high), method="SLSQP", jac=True,
            bounds=[(low, high)] * count,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
            options={"maxiter": max_iterations, "ftol": 1e-14},
        )
        for start in [*starts, shared(1 / spread)]
    ]  # fmt: skip
    best = min(tries, key=lambda found: (round(float(found.fun), 12), not found.success))
    weights = shared(np.clip(best.x, low, high))
    achieved = reckon.shares(weights)
    level = _level(aim(weights)[1], weights, low, high)
    gap = float("nan") if target is None else float(np.abs(achieved - target).max())
    return Optimised(
        weights, reckon.correlations(weights), achieved, target, gap, level,
        int(sum(found.nit for found in tries)), int(sum(found.nfev for found in tries)), str(best.message),
    )  # fmt: skip


def _level(slope: Array, weights: Array, low: float, high: float) -> bool:
    """Whether no weight that may fall stands above one that may rise (the Karush–Kuhn–Tucker conditions)."""
    may_fall, may_rise = weights > low + 1e-9, weights < high - 1e-9
    if not may_fall.any() or not may_rise.any():
        return True
    return bool(slope[may_fall].max() - slope[may_rise].min() <= SLOPE)


def _within(start: Array, low: float, high: float) -> Array:
    """Draw a start towards equal weights until it keeps the bounds."""
    even = equal(len(start))
    for step in np.linspace(0, 1, 11):
        mixed = (1 - step) * start + step * even
        if (mixed >= low - 1e-12).all() and (mixed <= high + 1e-12).all():
            return np.asarray(np.clip(mixed, low, high))
    return even


def _target(
    targets: Mapping[str, float] | Sequence[float] | None, names: Sequence[str] | None, count: int
) -> Array:
    if targets is None:
        return equal(count)
    if isinstance(targets, Mapping):
        if names is None or len(names) != count:
            raise BadSpec(f"targets by name need the names of the {count} children, in their order.")
        return shared(by_name(targets, names, what="target"))
    if len(targets) != count:
        raise BadSpec(f"{count} children need as many targets, not {len(targets)}.")
    return shared(targets)
