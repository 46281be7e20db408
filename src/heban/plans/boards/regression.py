"""Quantile regression, exactly and for many weightings of the same places at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

SPREAD = 1e-9  # of the outcome's range: how far ties are drawn apart, so that no vertex is met twice
ALIKE = 1e-8  # what is left of a row, relatively, that adds nothing to the others
PIVOTS = 400
LARGEST = 4_000_000  # numbers that one piece of the work holds at a time


def regression(explained: npt.ArrayLike, by: npt.ArrayLike, at: float, weights: npt.ArrayLike) -> Floats:
    """Return the coefficients of quantile regressions of the same n places under b weightings, (b, p).

    Minimises Σᵢ wᵢ ρ(yᵢ − xᵢβ), ρ(r) = r·(at − 1[r < 0]), for each row w ≥ 0 of `weights` (b, n);
    `explained` y is (n,), `by` X is (n, p) with its column of ones. A solution passes through p places;
    from one such set the search exchanges a place at a time along the steepest edge until no edge goes
    down: that is the minimum, since the sum is convex. For the search ties are drawn apart by 10⁻⁹ of the
    range of y. Where the places with a weight do not determine β, its row is NaN. A search that does not
    end goes to a linear programme (HiGHS). Source: Koenker and Bassett (1978), Econometrica 46: 33–50; the
    exchange: Barrodale and Roberts (1973), SIAM J. Numer. Anal. 10: 839–848.

    >>> x = np.column_stack([np.ones(5), [1, 2, 3, 4, 5]])
    >>> regression([3, 5, 90, 9, 11], x, 0.5, [[1, 1, 1, 1, 1], [0, 0, 1, 0, 1]]).round(4).tolist()
    [[1.0, 2.0], [208.5, -39.5]]
    """
    y, x, w = (np.asarray(part, dtype=float) for part in (explained, by, weights))
    rest = np.abs(y - x @ _lines(y, x, at, np.ones((1, len(y))), np.ones(len(y)))[0])
    off = np.nan_to_num(rest + rest.mean() / 10)
    near = 1 / off if (off > 0).all() else np.ones(len(y))
    pieces = max(1, -(-w.size * x.shape[1] // LARGEST))
    return np.concatenate([_lines(y, x, at, part, near) for part in np.array_split(w, pieces)])


def loss(residuals: npt.ArrayLike, at: float) -> float:
    """Return Σ ρ(r), the sum that a quantile regression makes small.

    >>> loss([2.0, -1.0], 0.75)
    1.75
    """
    rest = np.asarray(residuals, dtype=float)
    return float(np.sum(rest * (at - (rest < 0))))


def _lines(y: Floats, x: Floats, at: float, w: Floats, near: Floats) -> Floats:
    """Return the coefficients of one piece of the weightings; the search starts from places that are near."""
    apart = y + SPREAD * max(float(np.ptp(y)), 1e-300) * _spread(len(y))
    through, determined = _start(x * near[:, None], w)
    rows = np.flatnonzero(determined)
    for _ in range(PIVOTS):
        if rows.size == 0:
            break
        rows = rows[_exchange(apart, x, at, w[rows], through, rows)]
    beta = np.full((len(w), x.shape[1]), np.nan)
    met = through[determined]
    beta[determined] = np.linalg.solve(x[met], y[met][:, :, None])[:, :, 0]
    for row in rows:
        beta[row] = _programme(y, x, at, w[row])
    return beta


def _spread(n: int) -> Floats:
    """Return n numbers in (−½, ½) without pattern: the fractional parts of k·√5."""
    return np.asarray(np.modf(np.arange(1, n + 1) * np.sqrt(5.0))[0] - 0.5)


def _start(x: Floats, w: Floats) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return p places that determine a line for each weighting, (b, p), and where there are such."""
    b, p = len(w), x.shape[1]
    left = np.where(w[:, :, None] > 0, x[None], 0.0)
    most = np.linalg.norm(left, axis=2).max(axis=1)
    through, determined = np.zeros((b, p), dtype=np.intp), np.ones(b, dtype=bool)
    for k in range(p):
        length = np.linalg.norm(left, axis=2)
        chosen = length.argmax(axis=1)
        through[:, k] = chosen
        size = length[np.arange(b), chosen]
        determined &= size > ALIKE * most
        way = left[np.arange(b), chosen] / np.maximum(size, 1e-300)[:, None]
        left = left - np.einsum("bnp,bp->bn", left, way)[:, :, None] * way[:, None, :]
    return through, determined


def _exchange(y: Floats, x: Floats, at: float, w: Floats, through: Ints, rows: Ints) -> npt.NDArray[np.bool_]:
    """Exchange one of the places that each line goes through; return for which lines that paid."""
    here, each = through[rows], np.arange(len(rows))
    inverse = np.linalg.inv(x[here])
    beta = np.einsum("bij,bj->bi", inverse, y[here])
    rest = y - beta @ x.T
    rest[each[:, None], here] = 0.0
    pull = w * np.where(rest > 0, at, at - 1)
    pull[each[:, None], here] = 0.0
    price = -np.einsum("bp,bpk->bk", pull @ x, inverse)  # subgradients of the places passed through
    own = w[each[:, None], here]
    slopes = np.stack([own * at - price, own * (1 - at) + price], axis=2)  # leaving upwards, downwards
    best = slopes.reshape(len(rows), -1).argmin(axis=1)
    leaving, down = np.divmod(best, 2)
    slope = slopes[each, leaving, down]
    going = slope < -1e-10 * w.sum(axis=1)
    way = inverse[each, :, leaving] * np.where(down == 1, 1.0, -1.0)[:, None]
    entering = _crossing(rest, way @ x.T, w, slope)
    moved = rows[going]
    through[moved, leaving[going]] = entering[going]
    return np.asarray(going)


def _crossing(rest: Floats, speed: Floats, w: Floats, slope: Floats) -> Ints:
    """Return the place whose residual turns when going further along an edge no longer pays."""
    with np.errstate(divide="ignore", invalid="ignore"):
        when = np.where((rest * speed > 0) & (w > 0), rest / speed, np.inf)
    order = when.argsort(axis=1)
    gained = np.take_along_axis(np.where(np.isfinite(when), w * np.abs(speed), 0.0), order, axis=1)
    reached = slope[:, None] + gained.cumsum(axis=1) >= 0
    last = np.isfinite(when).sum(axis=1) - 1
    step = np.minimum(np.where(reached.any(axis=1), reached.argmax(axis=1), last), np.maximum(last, 0))
    return np.asarray(np.take_along_axis(order, step[:, None], axis=1)[:, 0])


def _programme(y: Floats, x: Floats, at: float, w: Floats) -> Floats:
    """Return the coefficients by a linear programme: residual = over − under, both ≥ 0."""
    kept = w > 0
    n, p = int(kept.sum()), x.shape[1]
    cost = np.concatenate([np.zeros(p), at * w[kept], (1 - at) * w[kept]])
    sums = np.hstack([x[kept], np.eye(n), -np.eye(n)])
    bounds = [(None, None)] * p + [(0, None)] * (2 * n)
    found = linprog(cost, A_eq=sums, b_eq=y[kept], bounds=bounds, method="highs")
    return np.asarray(found.x[:p])
