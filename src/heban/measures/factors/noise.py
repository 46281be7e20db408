"""Is there anything to explain: R² beside what it is when outcomes are dealt out to places at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.factors import resampling
from heban.measures.factors.lmg import ALIKE, Floats
from heban.measures.factors.resampling import Ints

DRAWS = 999
HELD = 4_000_000  # numbers held at once


@dataclass(frozen=True)
class Noise:
    """R², adjusted R², F, and the p-value of F by chance (§18) from `draws` draws; `dealt` says of what.

    `dealt` is the number of places whose outcomes were exchanged. F and p are NaN without a row to spare.
    """

    r2: float
    adjusted: float
    f: float
    p: float
    draws: int
    rows: int
    dealt: int

    def nothing(self, level: float) -> bool:
        """Whether chance alone gives such an R² too often, or it cannot be told."""
        return not self.p <= level


def noise(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    rng: np.random.Generator,
    *,
    place: npt.ArrayLike | None = None,
    year: npt.ArrayLike | None = None,
    draws: int = DRAWS,
) -> Noise:
    """Return how often chance gives a regression of all factors as good as the one found.

    The outcomes of places are exchanged whole: place i gets all years of place j, each in its year. So the
    outcome keeps its course over time within a place, and years stay years; without `place` each row is a
    place. `x` (row, factor) and `y` (row) may hold absent values (NaN): a draw is computed over the rows
    whose factors and dealt outcome are known, as the sample itself is, and F = (R²/p)/((1 − R²)/(n − p −
    1)) of each stands on its own n. A draw without a row to spare counts as one as good. p =
    (1 + k)/(1 + draws). Without `year` the rows of a place are taken in their order. Raises `BadSpec` when
    a place has a year twice.
    Sources: Anderson and Robinson (2001), Australian & New Zealand J. Statistics 43: 75–88; whole units:
    Winkler et al. (2015), NeuroImage 123: 253–268; p: Phipson and Smyth (2010), Stat. Appl. Genet. Mol.
    Biol. 9 (39).

    >>> x, y = np.arange(12.0)[:, None], np.arange(12.0) ** 2
    >>> found = noise(x, y, np.random.default_rng(1), draws=99)
    >>> round(found.r2, 3), found.p
    (0.928, 0.01)
    """
    if draws < 1:
        raise BadSpec(f"draws is {draws}; at least 1 is needed, and 999 are usual.")
    factors, outcome = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    number, slot = _cells(len(outcome), place, year)
    grid = np.full((number.max() + 1, slot.max() + 1), np.nan)
    grid[number, slot] = _standard(outcome)
    whole = ~np.isnan(factors).any(axis=1)
    rows = np.column_stack([np.ones(whole.sum()), _standard(factors[whole])])
    places, cells = len(grid), (number[whole], slot[whole])
    own = np.arange(places, dtype=np.intp)
    fits = [_fits(rows, grid, own[None], cells)]
    step = max(1, HELD // max(len(rows), places))
    for start in range(0, draws, step):
        dealt = rng.permuted(np.tile(own, (min(step, draws - start), 1)), axis=1)
        fits.append(_fits(rows, grid, dealt, cells))
    r2, count = np.concatenate(fits, axis=1)
    return _judged(r2, count, factors.shape[1], places)


def _judged(r2: Floats, count: Floats, factors: int, places: int) -> Noise:
    spare = count - factors - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        f = np.where(spare > 0, r2 / factors / ((1 - r2) / np.where(spare > 0, spare, 1.0)), np.inf)
    draws = len(r2) - 1
    if not spare[0] > 0:
        return Noise(float(r2[0]), np.nan, np.nan, np.nan, draws, int(count[0]), places)
    p = float((1 + (f[1:] >= f[0] * (1 - 1e-12)).sum()) / (1 + draws))
    adjusted = 1 - (1 - r2[0]) * (count[0] - 1) / spare[0]
    return Noise(float(r2[0]), float(adjusted), float(f[0]), p, draws, int(count[0]), places)


def _fits(rows: Floats, grid: Floats, dealt: Ints, cells: tuple[Ints, Ints]) -> Floats:
    """Return R² and the number of rows when each place has the outcomes of another, (2, draw)."""
    width = rows.shape[1]
    each = (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), -1)
    outcome = grid[dealt[:, cells[0]], cells[1]]
    known = ~np.isnan(outcome)
    filled = np.where(known, outcome, 0.0)
    moments = np.empty((len(outcome), width + 1, width + 1))
    moments[:, :-1, :-1] = (known.astype(np.float64) @ each).reshape(-1, width, width)
    moments[:, :-1, -1] = moments[:, -1, :-1] = filled @ rows
    moments[:, -1, -1] = (filled**2).sum(axis=1)
    matrices = resampling.correlations(moments)
    inner, outer = matrices[:, :-1, :-1] + ALIKE * np.eye(width - 1), matrices[:, :-1, -1]
    r2 = (outer * np.linalg.solve(inner, outer[:, :, None])[:, :, 0]).sum(axis=1)
    return np.stack([np.clip(r2, 0.0, 1.0), known.sum(axis=1).astype(np.float64)])


def _cells(rows: int, place: npt.ArrayLike | None, year: npt.ArrayLike | None) -> tuple[Ints, Ints]:
    """Return the number of each row's place and of its year, or of its turn in the place."""
    if place is None:
        return np.arange(rows, dtype=np.intp), np.zeros(rows, dtype=np.intp)
    frame = pd.DataFrame({"place": pd.factorize(np.asarray(place, dtype=object))[0]})
    slot = frame.groupby("place").cumcount() if year is None else pd.factorize(np.asarray(year), sort=True)[0]
    frame["slot"] = slot
    twice = np.flatnonzero(frame.duplicated())
    if len(twice):
        named = f"{np.asarray(place, dtype=object)[twice[0]]} {np.asarray(year)[twice[0]]}"
        raise BadSpec(
            f"{len(twice)} rows repeat a place and year, the first {named}. Keep one row for each of them."
        )
    return frame["place"].to_numpy(dtype=np.intp), frame["slot"].to_numpy(dtype=np.intp)


def _standard(values: Floats) -> Floats:
    """Return columns with mean 0 and a largest value of 1, absent values staying absent."""
    centred = values - np.nanmean(values, axis=0)
    largest = np.nanmax(np.abs(centred), axis=0)
    return np.asarray(centred / np.where(largest > 0, largest, 1.0))
