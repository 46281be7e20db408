"""LMG: how much of R² is owed to each factor, as the Shapley value over all orders of entering."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]
Parts = tuple[tuple[int, ...], ...]

MOST = 18  # players of which all subsets are gone through
ALIKE = 1e-10  # a factor whose variance the others leave less than this share of adds nothing
CELLS = 50_000  # numbers held at once; they stay near the processor


def lmg(x: npt.ArrayLike, y: npt.ArrayLike, *, groups: Sequence[Hashable] | None = None) -> Floats:
    """Return the share of R² that each factor contributes, on average over all orders of entering.

    share(j) = Σ over S without j of |S|! (p − 1 − |S|)!/p! · (R²(S ∪ j) − R²(S)), exact over all 2ᵖ
    subsets. `x` (row, factor), `y` (row); shares (factor) are at least 0 and sum to R². With `groups`, a
    label for each column, the columns of one label enter together and the shares are those of the labels,
    in the order of their first column. Other units of a factor change nothing. Of two factors that say the
    same, the second adds nothing, so they share equally. Raises `BadSpec` above 18 factors (`orders.sampled`
    serves them) and for values that are absent or a column that does not vary.
    Sources: Lindeman, Merenda and Gold (1980), Introduction to Bivariate and Multivariate Analysis,
    pp. 119 ff.; Grömping (2007), The American Statistician 61: 139–147.

    >>> x = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    >>> lmg(x, [3.0, 1.0, -1.0, -3.0]).round(6).tolist()
    [0.8, 0.2]
    """
    matrix = correlation(x, y)
    return np.asarray(lmg_many(matrix[None], groups=groups)[0])


def lmg_many(correlations: npt.ArrayLike, *, groups: Sequence[Hashable] | None = None) -> Floats:
    """Return the LMG shares of many correlation matrices at once, (draw, factor).

    `correlations` (draw, factor + 1, factor + 1), the outcome in the last row and column. See `lmg`.

    >>> lmg_many([[[1.0, 0.5, 0.6], [0.5, 1.0, 0.6], [0.6, 0.6, 1.0]]]).round(6).tolist()
    [[0.24, 0.24]]
    """
    matrices = _square(correlations)
    players = parts(matrices.shape[1] - 1, groups)
    if len(players) > MOST:
        raise BadSpec(
            f"{len(players)} factors have 2^{len(players)} subsets; up to {MOST} are gone through exactly. "
            f"Use `orders.sampled`, or fewer factors."
        )
    signs = _coefficients(len(players))
    step = max(1, CELLS // 2 ** (len(players) + 1))
    shares = np.empty((len(matrices), len(players)))
    for start in range(0, len(matrices), step):
        shares[start : start + step] = (signs @ explained(matrices[start : start + step], players)).T
    return shares


def explained(correlations: Floats, players: Parts) -> Floats:
    """Return R² of all subsets of the players, (subset, draw); bit j of a subset's number is player j.

    The players are gone through once. Each either stays out or is swept out of what comes after
    (M ← M − m mᵀ/m₀₀, a Schur complement); after the last, what is left of the outcome is 1 − R². Subsets
    share all sweeps of their common beginning, so that one subset costs a dozen operations.

    >>> explained(np.array([[[1.0, 0.6], [0.6, 1.0]]]), ((0,),)).tolist()
    [[0.0], [0.36]]
    """
    order = [column for player in players for column in player] + [correlations.shape[1] - 1]
    left = np.ascontiguousarray(correlations[:, order][:, :, order].transpose(1, 2, 0))[:, :, None, :]
    for player in players:
        inside = left
        for _ in player:
            inside = swept(inside)
        size = len(player)
        left = np.concatenate([left[size:, size:], inside], axis=2)
    return np.asarray(1.0 - left[0, 0])


def correlation(x: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the correlations of the factors and, in the last row and column, the outcome.

    Raises `BadSpec` when shapes do not fit, a value is absent, or a column does not vary.

    >>> correlation([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0]).round(6).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    factors, outcome = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if factors.ndim != 2 or outcome.shape != (len(factors),) or factors.shape[1] == 0:
        raise BadSpec(
            f"x has the shape {factors.shape} and y {outcome.shape}; row × factor and row are needed."
        )
    table = np.column_stack([factors, outcome])
    if not np.isfinite(table).all():
        rows = int((~np.isfinite(table)).any(axis=1).sum())
        raise BadSpec(f"{rows} rows lack a value or hold an infinite one; leave them out first.")
    still = [str(column) for column in np.flatnonzero(~varying(table))]
    if still:
        raise BadSpec(
            f"these columns do not vary, so nothing can depend on them (the outcome is column "
            f"{factors.shape[1]}): {', '.join(still)}. Leave them out."
        )
    centred = table - table.mean(axis=0)
    centred /= np.abs(centred).max(axis=0)  # so that squares neither overflow nor vanish
    return np.asarray(np.corrcoef(centred, rowvar=False))


def varying(table: Floats) -> npt.NDArray[np.bool_]:
    """Return which columns vary, beyond what rounding makes of a constant one.

    >>> varying(np.array([[1.0, 2.0], [1.0, 3.0]])).tolist()
    [False, True]
    """
    width = table.max(axis=0) - table.min(axis=0)
    return np.asarray(width > 1e-12 * np.abs(table).max(axis=0))


def parts(columns: int, groups: Sequence[Hashable] | None) -> Parts:
    """Return the columns of each player: one each, or those of one label together.

    >>> parts(3, ["size", "people", "size"])
    ((0, 2), (1,))
    """
    if groups is None:
        return tuple((column,) for column in range(columns))
    if len(groups) != columns:
        raise BadSpec(f"there are {len(groups)} group labels for {columns} factors; each factor needs one.")
    found: dict[Hashable, list[int]] = {}
    for column, label in enumerate(groups):
        found.setdefault(label, []).append(column)
    return tuple(tuple(members) for members in found.values())


def swept(left: Floats) -> Floats:
    """Return what is left of the other variables after the first is taken out, (q − 1, q − 1, …).

    A first variable of which the earlier ones left next to nothing takes nothing out.

    >>> swept(np.array([[1.0, 0.5], [0.5, 1.0]])).tolist()
    [[0.75]]
    """
    own = left[0, 0]
    some = own > ALIKE
    share = np.where(some, left[0, 1:] / np.where(some, own, 1.0), 0.0)
    return left[1:, 1:] - share[:, None] * left[0, None, 1:]


def _square(correlations: npt.ArrayLike) -> Floats:
    matrices = np.asarray(correlations, dtype=np.float64)
    if matrices.ndim != 3 or matrices.shape[1] != matrices.shape[2] or matrices.shape[1] < 2:
        raise BadSpec(
            f"correlations have the shape {matrices.shape}; draw × (factor + 1) × (factor + 1) is needed."
        )
    return matrices


def _coefficients(players: int) -> Floats:
    """Return by how much R² of each subset counts in each share, (player, subset)."""
    number = np.arange(2**players)
    inside = (number[None, :] >> np.arange(players)[:, None]) & 1
    size = inside.sum(axis=0)
    weight = np.array([1.0 / (players * math.comb(players - 1, s)) for s in range(players)])
    return np.asarray(np.where(inside == 1, weight[size - 1], -weight[np.minimum(size, players - 1)]))
