"""A need fitted from places of like size and structure: what the others let one expect of a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.plans.boards.note import Note
from heban.plans.boards.regression import loss, regression

Floats = npt.NDArray[np.float64]

LEAST_PER_QUANTITY = 10  # places for each explaining quantity; a rule of thumb (默认值待核)
DUST = 1e-9  # of the largest value: a need below is what rounding leaves of none
LITTLE = 0.1  # below this R¹ size and structure explain little; Heban's own (默认值待核)


@dataclass(frozen=True, eq=False)
class Fitted:
    """The need of each place with its interval, (n,), and what must be said of the fit."""

    need: Floats
    low: Floats
    high: Floats
    notes: tuple[Note, ...] = ()


def fitted(
    values: npt.ArrayLike,
    by: npt.ArrayLike,
    places: tuple[str, ...],
    *,
    at: float = 0.5,
    log: bool = True,
    level: float = 0.9,
    draws: int = 1000,
    seed: int = 0,
) -> Fitted:
    """Return what places of like size and structure have: a quantile regression that leaves each place out.

    `values` y is (n,), `by` X is (n, k). need_i = q(xᵢ; β₋ᵢ) where β₋ᵢ is fitted to all places but i, so
    that no place sets its own requirement: q = xβ at the quantile `at`, or exp(log(1 + x)β) − 1 of log(1 +
    y) where `log`. A quantile of a rising function is the function of the quantile, so nothing is lost on
    the way back. The interval: the (1 ∓ level)/2 quantiles of q(xᵢ; β*) over those of `draws` resamples of
    places, with all that belongs to a place, that do not contain i (about 37 in 100); widened where it
    does not hold the need. What is nowhere below 0 is not needed below 0. A place without y is given a
    need if its x are known. No fit, and NaN, below 10 known places for each quantity, and where y or an x
    is the same everywhere or an x is a sum of others. R¹ = 1 − V(X)/V(1) compares the sums that are
    minimised, of all places. A place is extrapolated when its leverage exceeds that of every place in the
    fit. Source: Koenker and Bassett (1978), Econometrica 46: 33–50; R¹: Koenker and Machado (1999), JASA
    94: 1296–1310; resampled pairs: Efron and Tibshirani (1993), ch. 9; hidden extrapolation by leverage:
    Montgomery, Peck and Vining, Introduction to Linear Regression Analysis, 3.8. Leaving out is Heban's
    own.

    >>> size = np.arange(1.0, 13.0)
    >>> made = fitted(2 * size, size[:, None], tuple("abcdefghijkl"), log=False)
    >>> made.need.round(3).tolist()
    [2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0, 24.0]
    >>> [note.said("en") for note in made.notes]
    ['The need is fitted from 12 places; R¹ = 1.00.', 'Size or structure ... extrapolated: a, l.']
    """
    y, x = np.asarray(values, dtype=float), np.asarray(by, dtype=float)
    floor = 0.0 if not (y < 0).any() else -np.inf
    if log:
        y, x = np.log1p(y), np.log1p(x)
    placed = np.isfinite(x).all(axis=1)
    known = placed & np.isfinite(y)
    refused = _refused(y[known], x[known])
    if refused:
        none = np.full(len(y), np.nan)
        return Fitted(none, none, none, (refused,))
    design = np.full((len(y), x.shape[1] + 1), np.nan)
    spread = x[known].std(axis=0)
    design[placed] = np.column_stack([np.ones(placed.sum()), (x[placed] - x[known].mean(axis=0)) / spread])
    need, low, high = _needs(y, design, known, at, level, _resamples(int(known.sum()), draws, seed))
    nothing = DUST * float(np.abs(y[known]).max())
    ends = (np.where(np.abs(part) < nothing, 0.0, part) for part in (need, low, high))
    back = [np.maximum(np.expm1(part) if log else part, floor) for part in ends]
    return Fitted(back[0], back[1], back[2], _notes(y, design, known, placed, at, places))


def _refused(y: Floats, x: Floats) -> Note | None:
    """Return why these places carry no fit; None when they do."""
    least = LEAST_PER_QUANTITY * x.shape[1]
    if len(y) < least:
        return Note("too_few", (), {"places": len(y), "least": least})
    centred = x - x.mean(axis=0)
    size = np.linalg.norm(centred, axis=0)
    if np.ptp(y) == 0 or (size <= 1e-9 * np.abs(x).max(axis=0)).any():
        return Note("flat")
    return Note("flat") if np.linalg.matrix_rank(centred / size, tol=1e-6) < x.shape[1] else None


def _resamples(n: int, draws: int, seed: int) -> Floats:
    """Return how often each of n places stands in each resample, (draws, n)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(float)


def _needs(
    y: Floats, design: Floats, known: npt.NDArray[np.bool_], at: float, level: float, times: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the need of every place with its interval, in the scale of the fit."""
    n = int(known.sum())
    own, inside = design[known], np.flatnonzero(known)
    weights = np.vstack([np.ones((1, n)), 1 - np.eye(n), times])
    beta = regression(y[known], own, at, weights)
    need = design @ beta[0]
    need[inside] = np.einsum("ip,ip->i", own, beta[1 : n + 1])
    drawn = beta[n + 1 :]
    without = np.zeros((len(drawn), len(y)), dtype=bool)
    without[:, inside] = times > 0
    guesses = np.where(without, np.nan, drawn @ design.T)
    low, high = np.full((2, len(y)), np.nan)
    some = np.isfinite(guesses).any(axis=0)
    low[some], high[some] = np.nanquantile(guesses[:, some], [(1 - level) / 2, (1 + level) / 2], axis=0)
    return need, np.fmin(low, need), np.fmax(high, need)


def _notes(
    y: Floats,
    design: Floats,
    known: npt.NDArray[np.bool_],
    placed: npt.NDArray[np.bool_],
    at: float,
    places: tuple[str, ...],
) -> tuple[Note, ...]:
    """Return how much the fit explains, and the places that it reaches beyond its data."""
    own, target = design[known], y[known]
    ones = np.ones((1, len(target)))
    plain = loss(target - regression(target, own[:, :1], at, ones)[0, 0], at)
    r1 = 1 - loss(target - own @ regression(target, own, at, ones)[0], at) / plain if plain > 0 else 0.0
    fit = Note("fit", (), {"places": len(target), "r1": r1})
    weak = (Note("weak_fit", (), {"r1": r1}),) if r1 < LITTLE else ()
    far = [number for number in np.flatnonzero(placed) if _outside(design, known, int(number))]
    beyond = (Note("extrapolated", tuple(places[number] for number in far)),) if far else ()
    return (fit, *weak, *beyond)


def _outside(design: Floats, known: npt.NDArray[np.bool_], number: int) -> bool:
    """Return whether a place lies further out than all other places of the fit."""
    others = known.copy()
    others[number] = False
    inverse = np.linalg.pinv(design[others].T @ design[others])
    reach = np.einsum("ip,pq,iq->i", design[others], inverse, design[others]).max()
    return bool(design[number] @ inverse @ design[number] > reach * (1 + 1e-9))
