"""Transformations that tame a skewed indicator: the log family, and Box–Cox with its power fitted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.moments import skew_kurt
from heban.measures.index.pooling import Floats, Pool, checked, columns, highest, lowest, restored

POWERS = (-5.0, 5.0)  # where a fitted power is looked for


def log_ct(values: npt.ArrayLike, *, pool: Pool = "panel") -> Floats:
    """Return ln(x − min + 0.01·(max − min)), the log of the COIN Tool, for a tail to the right.

    `values` (…, place, year, indicator). An indicator without spread becomes absent.
    Source: COIN Tool User's Guide (Becker et al., JRC, 2019); COINr log_CT.

    >>> log_ct([[[0.0]], [[99.0]]]).round(4).ravel().tolist()
    [-0.0101, 4.6051]
    """
    array = checked(values)
    least, room = _room(array, pool)
    logged: Floats = np.log(array - least + 0.01 * room)
    return logged


def log_ct_plus(values: npt.ArrayLike, *, pool: Pool = "panel") -> Floats:
    """Return log_ct where the skewness is positive, and its mirror −ln(max + a − x) where it is not.

    a = 0.01·(max − min). A tail to the left is shortened instead of drawn out.
    Source: COINr log_CT_plus.

    >>> log_ct_plus([[[0.0]], [[98.0]], [[99.0]]]).round(4).ravel().tolist()
    [-4.6051, -0.6881, 0.0101]
    """
    array = checked(values)
    least, room = _room(array, pool)
    right = right_skewed(array, pool=pool)
    inner = np.where(right, array - least, highest(array, pool) - array) + 0.01 * room
    logged: Floats = np.where(right, 1.0, -1.0) * np.log(inner)
    return logged


def right_skewed(values: npt.ArrayLike, *, pool: Pool = "panel") -> npt.NDArray[np.bool_]:
    """Return for every cell whether the skewness of its column is positive.

    >>> right_skewed([[[0.0]], [[1.0]], [[9.0]]]).ravel().tolist()
    [True, True, True]
    """
    array = checked(values)
    matrix = columns(array, pool)
    positive = np.broadcast_to((skew_kurt(matrix)[0] > 0)[:, None], matrix.shape)
    return restored(positive, array.shape, pool).astype(np.bool_)


def log_ct_orig(values: npt.ArrayLike, *, pool: Pool = "panel") -> Floats:
    """Return ln(x − min + 1), the first form of the COIN Tool's log; it depends on the unit of x.

    Source: COINr log_CT_orig.

    >>> log_ct_orig([[[3.0]], [[4.0]]]).round(4).ravel().tolist()
    [0.0, 0.6931]
    """
    array = checked(values)
    logged: Floats = np.log(array - lowest(array, pool) + 1)
    return logged


def log_gii(values: npt.ArrayLike, *, pool: Pool = "panel") -> Floats:
    """Return ln((max − 1)(x − min)/(max − min) + 1), the log of the Global Innovation Index.

    It needs a maximum above 1: below, it would turn the order round. Raises BadSpec otherwise.
    Source: Global Innovation Index 2020, as COINr's log_GII describes it (and leaves undone).

    >>> log_gii([[[0.0]], [[5.0]], [[11.0]]]).round(4).ravel().tolist()
    [0.0, 1.713, 2.3979]
    """
    array = checked(values)
    most = highest(array, pool)
    least, room = _room(array, pool)
    small = np.flatnonzero((most <= 1).reshape(-1, array.shape[-1]).any(axis=0)).tolist()
    if small:
        raise BadSpec(f"log_gii needs a maximum above 1; indicators {small} have none. Take log_ct for them.")
    logged: Floats = np.log((most - 1) * (array - least) / room + 1)
    return logged


def boxcox(
    values: npt.ArrayLike, *, power: npt.ArrayLike | None = None, shift: bool = True, pool: Pool = "panel"
) -> Floats:
    """Return (zᵖ − 1)/p, or ln z for p = 0, with z = x − min + 1 (`shift`) or x itself.

    `power` is a number or one for each indicator; None fits it by maximum likelihood, see
    `fitted_power`. Raises BadSpec without `shift` for values of zero or less.
    Source: Box & Cox, J. R. Stat. Soc. B 26 (1964) 211.

    >>> boxcox([[[1.0]], [[3.0]]], power=2).round(9).ravel().tolist()
    [0.0, 4.0]
    """
    array = checked(values)
    positive = _positive(array, shift, pool)
    given = fitted_power(array, shift=shift, pool=pool) if power is None else power
    chosen = np.asarray(given, dtype=np.float64)
    logs = np.log(positive)
    # expm1 keeps the digits of powers near 0, where (zᵖ − 1)/p cancels.
    bent: Floats = np.where(chosen == 0, logs, np.expm1(chosen * logs) / np.where(chosen == 0, 1.0, chosen))
    return bent


def fitted_power(values: npt.ArrayLike, *, shift: bool = True, pool: Pool = "panel") -> Floats:
    """Return the Box–Cox power of greatest likelihood, between −5 and 5, for each indicator.

    ℓ(p) = −n/2 · ln var(z⁽ᵖ⁾) + (p − 1) Σ ln z. Shape (…, 1, 1, indicator), with the year kept when each is
    fitted by itself; NaN below 3 known values or without spread.
    Source: Box & Cox (1964), eq. 8.

    >>> fitted_power(np.exp([[[0.0]], [[1.0]], [[2.0]], [[3.0]]]), shift=False).round(5).item()
    0.0
    """
    array = checked(values)
    logs = np.log(columns(_positive(array, shift, pool), pool))
    powers = _most_likely(logs)
    if isinstance(pool, str) and pool == "year":
        return powers.reshape(*array.shape[:-3], 1, *array.shape[-2:])
    return powers.reshape(*array.shape[:-3], 1, 1, array.shape[-1])


def _most_likely(logs: Floats) -> Floats:
    """Search all rows at once: a grid finds the hill, golden sections climb it."""
    known = ~np.isnan(logs)
    count = known.sum(axis=1)
    usable = (count > 2) & (np.fmax.reduce(logs, axis=1) > np.fmin.reduce(logs, axis=1))
    powers = np.full(len(logs), np.nan)
    logs, known, count = logs[usable], known[usable], count[usable]
    # Divided by the geometric mean, z has Σ ln z = 0 and the second term of the likelihood is gone.
    away = logs - (np.where(known, logs, 0.0).sum(axis=1) / count)[:, None]
    grid = np.linspace(*POWERS, 41)
    heights = np.stack([_log_variance(away, known, count, np.full(len(away), p)) for p in grid])
    best = grid[heights.argmin(axis=0)] if len(away) else np.empty(0)
    step = grid[1] - grid[0]
    low, high = np.maximum(best - step, POWERS[0]), np.minimum(best + step, POWERS[1])
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(48):
        left, right = high - golden * (high - low), low + golden * (high - low)
        lower = _log_variance(away, known, count, left) < _log_variance(away, known, count, right)
        low, high = np.where(lower, low, left), np.where(lower, right, high)
    powers[usable] = (low + high) / 2
    return powers


def _log_variance(
    away: Floats, known: npt.NDArray[np.bool_], count: npt.NDArray[np.intp], power: Floats
) -> Floats:
    scaled = power[:, None] * away
    safe = np.where(power == 0, 1.0, power)[:, None]
    bent = np.where(power[:, None] == 0, away, np.expm1(scaled) / safe)
    bent = np.where(known, bent, 0.0)
    mean = bent.sum(axis=1) / count
    variance = (np.where(known, bent - mean[:, None], 0.0) ** 2).sum(axis=1) / count
    logged: Floats = np.log(variance)
    return logged


def _positive(array: Floats, shift: bool, pool: Pool) -> Floats:
    if shift:
        return array - lowest(array, pool) + 1
    below = np.flatnonzero((array <= 0).reshape(-1, array.shape[-1]).any(axis=0)).tolist()
    if below:
        raise BadSpec(f"Box–Cox needs values above 0; indicators {below} have others. Use shift=True.")
    return array


def _room(array: Floats, pool: Pool) -> tuple[Floats, Floats]:
    least = lowest(array, pool)
    room = highest(array, pool) - least
    return least, np.where(room > 0, room, np.nan)
