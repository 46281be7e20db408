"""Leakage: factors that hold the outcome, follow it, repeat each other, or share its denominator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata
from scipy.stats import t as student

from heban.domain.errors import BadSpec, unknown
from heban.measures.factors.design import figures
from heban.measures.factors.lags import changes, lagged, positions
from heban.measures.factors.leaks import Leak
from heban.measures.factors.within import totals, within

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

TWIN = 0.98  # |r| with the outcome in levels and in changes; ours, 默认值待核
SAME = 1e-9  # 1 − r² of two columns that are one but for rounding
EXACT = 1e-6  # 1 − R² of a definition: printed figures are rounded; ours, 默认值待核
LEAST_ROWS = 8  # rows that a correlation is worth looking at in; ours, 默认值待核
SPARE = 10  # rows beyond the factors for a definition to be told from a fit; ours, 默认值待核
LEAST_PLACES = 10  # places for lead and lag to be compared; ours, 默认值待核
SURE = 0.99  # one-sided certainty that a lead correlates more than a lag; customary
WEAK = 0.3  # |r| of a lead that is not worth a word; ours, 默认值待核


def leakage(
    x: pd.DataFrame,
    y: npt.ArrayLike,
    place: npt.ArrayLike | None = None,
    year: npt.ArrayLike | None = None,
    *,
    denominators: Mapping[str, str] | None = None,
    outcome_denominator: str = "",
) -> list[Leak]:
    """Return what makes factors look important without being so, in the order that they are tested.

    - "constant": never varies; "duplicate", "opposite": r = ±1 between two factors.
    - "twin": |r| with the outcome above .98 in levels and in yearly changes; without two years in a row,
      in levels alone, "twin_level"; "order": the very same or reverse order of rows; "share", "index":
      r = ±1 within every year, within every place.
    - "sum", "product": R² = 1 on a few factors, in figures or logarithms, and those factors.
    - "future": within places and beside years, |r(x_t+1, y_t)| above |r(x_t−1, y_t)| by more than chance
      (jackknife over places, 99 %), above |r(x_t, y_t)|, and .3 at least.
    - "ratio": `denominators` (factor → name) has the `outcome_denominator` (Pearson 1897; Kronmal 1993).

    `x` (row, factor), `y`, `place`, `year` (row,); unknown figures are passed over pair by pair (§1).
    Raises `BadSpec` when lengths differ, `UnknownName` for a denominator of no factor.
    Sources: Pearson (1897), Proc. R. Soc. Lond. 60: 489–498; Kronmal (1993), J. R. Stat. Soc. A 156:
    379–392; Kaufman et al. (2012), ACM Trans. Knowl. Discov. Data 6(4): 15. Thresholds are ours (§12).

    >>> x = pd.DataFrame({"granted": [1.0, 2, 4, 8, 5, 7, 6, 3], "area": [2.0] * 8})
    >>> for each in leakage(x, 2 * x["granted"] + 1):
    ...     print(each.sentence("en"))
    area is the same in every row and explains no difference; leave it out.
    granted nearly equals the outcome (r = 1.000). It is probably the outcome itself or computed from it;
    check its source, leave it out.
    """
    values, outcome, codes, years = _read(x, y, place, year)
    names = [str(name) for name in x.columns]
    found = list(_constant(names, values))
    gone = {each.factors[0] for each in found}
    varied = [number for number, name in enumerate(names) if name not in gone]
    found += _duplicates(names, values, varied)
    held = [
        leak
        for number in varied
        for leak in [_outcome_in(names[number], values[:, number], outcome, codes, years)]
        if leak is not None
    ]
    found += held
    rest = [number for number in varied if names[number] not in {each.factors[0] for each in held}]
    found += _definitions(names, values, outcome, rest)
    if codes is not None and years is not None:
        found += _future(names, values, outcome, rest, (codes, years))
    return found + _ratios(names, dict(denominators or {}), outcome_denominator)


def _read(
    x: pd.DataFrame, y: npt.ArrayLike, place: npt.ArrayLike | None, year: npt.ArrayLike | None
) -> tuple[Floats, Floats, Numbers | None, Numbers | None]:
    values = figures(x)
    outcome = np.asarray(y, dtype=np.float64).ravel()
    if len(values) != len(outcome):
        raise BadSpec(
            f"{len(values)} rows of factors and {len(outcome)} outcomes were given; one for each row."
        )
    if (place is None) != (year is None):
        raise BadSpec("places and years go together; give both, or neither.")
    if place is None or year is None:
        return values, outcome, None, None
    codes, years = positions(place, year)
    if len(codes) != len(outcome):
        raise BadSpec(
            f"{len(codes)} places and {len(outcome)} outcomes were given; each row needs one of both."
        )
    return values, outcome, codes, years


def _constant(names: list[str], values: Floats) -> Iterator[Leak]:
    for name, column in zip(names, values.T, strict=True):
        known = column[np.isfinite(column)]
        if len(known) == 0 or np.ptp(known) <= 1e-12 * np.abs(known).max():
            yield Leak("constant", (name,))


def _duplicates(names: list[str], values: Floats, varied: list[int]) -> list[Leak]:
    found: list[Leak] = []
    for at, first in enumerate(varied):
        for second in varied[at + 1 :]:
            r = related(values[:, first], values[:, second])
            if 1 - r**2 < SAME:
                found.append(Leak("duplicate" if r > 0 else "opposite", (names[first], names[second])))
    return found


def related(first: Floats, second: Floats) -> float:
    """Return Pearson's r over the rows where both are known; NaN below 8 rows or without variation.

    >>> related(np.arange(8.0), 3 - np.arange(8.0))
    -1.0
    """
    known = np.isfinite(first) & np.isfinite(second)
    if known.sum() < LEAST_ROWS:
        return float("nan")
    a, b = first[known] - first[known].mean(), second[known] - second[known].mean()
    size = np.sqrt((a @ a) * (b @ b))
    return float(np.clip(a @ b / size, -1, 1)) if size > 0 else float("nan")


def _outcome_in(
    name: str, column: Floats, y: Floats, place: Numbers | None, year: Numbers | None
) -> Leak | None:
    """Return how a factor holds the outcome, the first that applies."""
    r, moved = related(column, y), float("nan")
    if place is not None and year is not None:
        moved = related(changes(column, place, year), changes(y, place, year))
    if abs(r) > TWIN and np.isnan(moved):
        return Leak("twin_level", (name,), {"r": r})
    if abs(r) > TWIN and abs(moved) > TWIN:
        return Leak("twin", (name,), {"r": r, "r_changes": moved})
    known = np.isfinite(column) & np.isfinite(y)
    if known.sum() >= LEAST_ROWS and abs(related(rankdata(column[known]), rankdata(y[known]))) > 1 - SAME:
        return Leak("order", (name,))
    for code, key in (("share", year), ("index", place)):
        if key is not None and _within_all(column, y, key):
            return Leak("share" if code == "share" else "index", (name,))
    return None


def _within_all(column: Floats, y: Floats, key: Numbers) -> bool:
    """Return whether the two are one but for scale in every group that could tell otherwise."""
    told = 0
    for group in np.unique(key):
        rows = (key == group) & np.isfinite(column) & np.isfinite(y)
        if rows.sum() < 4:
            continue
        joint = np.corrcoef(column[rows], y[rows]) if np.ptp(column[rows]) * np.ptp(y[rows]) > 0 else None
        if joint is None or 1 - joint[0, 1] ** 2 > EXACT:
            return False
        told += 1
    return told >= 2


def _definitions(names: list[str], values: Floats, y: Floats, which: list[int]) -> list[Leak]:
    """Return the sum, or product, that the outcome is made of."""
    known = np.isfinite(y) & np.isfinite(values[:, which]).all(axis=1)
    x, outcome = values[known][:, which], y[known]
    parts = _made_of(x, outcome)
    if parts is not None:
        return [Leak("sum", tuple(names[which[each]] for each in parts[0]), {"r2": parts[1]})]
    positive = [number for number in range(len(which)) if (x[:, number] > 0).all()]
    if not len(outcome) or (outcome <= 0).any() or not positive:
        return []
    parts = _made_of(np.log(x[:, positive]), np.log(outcome))
    if parts is None:
        return []
    return [Leak("product", tuple(names[which[positive[each]]] for each in parts[0]), {"r2": parts[1]})]


def _made_of(x: Floats, y: Floats) -> tuple[list[int], float] | None:
    """Return the fewest columns, found by leaving out one after the other, that give y exactly."""
    if len(y) < x.shape[1] + 1 + SPARE or _unexplained(x, y) > EXACT:
        return None
    left = list(range(x.shape[1]))
    for column in range(x.shape[1]):
        fewer = [each for each in left if each != column]
        if fewer and _unexplained(x[:, fewer], y) <= EXACT:
            left = fewer
    return left, 1 - _unexplained(x[:, left], y)


def _unexplained(x: Floats, y: Floats) -> float:
    """Return 1 − R²."""
    a, b = x - x.mean(axis=0), y - y.mean()
    if x.shape[1] == 0 or b @ b == 0:
        return 1.0
    a = a / np.maximum(np.sqrt((a**2).sum(axis=0)), 1e-300)
    rest = b - a @ np.linalg.lstsq(a, b, rcond=None)[0]
    return float(rest @ rest / (b @ b))


def _future(
    names: list[str], values: Floats, y: Floats, which: list[int], keys: tuple[Numbers, Numbers]
) -> list[Leak]:
    found = []
    for number in which:
        column = values[:, number]
        beside = np.column_stack([lagged(column, *keys, -1), lagged(column, *keys, 1), column, y])
        known = np.isfinite(beside).all(axis=1)
        if len(np.unique(keys[0][known])) < LEAST_PLACES:
            continue
        lead, lag, sure = _lead_and_lag(beside[known], keys[0][known], keys[1][known])
        if abs(lead) >= WEAK and sure:
            found.append(Leak("future", (names[number],), {"r_lead": lead, "r_lag": lag}))
    return found


def _lead_and_lag(beside: Floats, place: Numbers, year: Numbers) -> tuple[float, float, bool]:
    """Return r with the lead, r with the lag, and whether the first is surely the stronger.

    It must also be above r of the same year, since in short panels that one spills over into both. The
    moments of each place are left out in turn: se² = (G − 1)/G Σ (d_(i) − d̄)², d = |r_lead| − |r_lag|.
    """
    effects = within(place, year)
    z = effects.residues(beside)
    products = np.column_stack([z**2, z[:, :3] * z[:, 3:]])
    each = totals(products, effects.place)
    whole = each.sum(axis=0)
    lead, lag, same = (float(r) for r in _three(whole[None])[0])
    without = np.abs(_three(whole - each))
    gap = without[:, 0] - without[:, 1]
    places = len(each)
    se = float(np.sqrt((places - 1) / places * ((gap - gap.mean()) ** 2).sum()))
    sure = abs(lead) - abs(lag) > student.ppf(SURE, places - 1) * se
    return lead, lag, bool(sure and abs(lead) > abs(same))


def _three(moments: Floats) -> Floats:
    """Return r of lead, lag and same year with the outcome from moments (…, 7); 0 without variation."""
    size = np.sqrt(np.maximum(moments[:, :3] * moments[:, 3:4], 0.0))
    return np.where(size > 0, moments[:, 4:] / np.where(size > 0, size, 1.0), 0.0)


def _ratios(names: list[str], denominators: Mapping[str, Any], outcome: str) -> list[Leak]:
    for name in denominators:
        if name not in names:
            raise unknown("factor", str(name), names, "the table of factors")
    shared = [name for name in names if outcome and denominators.get(name) == outcome]
    return [Leak("ratio", (name,), denominator=outcome) for name in shared]
