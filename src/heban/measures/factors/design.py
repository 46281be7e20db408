"""The rows and terms of a panel regression: lags by the calendar, whole rows, rows with another beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.factors.identification import Term
from heban.measures.factors.lags import before, positions, taken
from heban.measures.factors.within import Within, compared, within

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

PAST = (1, 2, 3)  # years before, in which the outcome is compared with factors


@dataclass(frozen=True, eq=False)
class Design:
    """The rows and terms that the regression uses: `x` (row, term), `y` (row,), and the effects' keys.

    `past` (row, 3) is the outcome one, two and three years before, NaN where it is unknown.
    """

    factors: tuple[str, ...]
    terms: tuple[Term, ...]
    x: Floats
    y: Floats
    place: Numbers
    year: Numbers
    time_effects: bool
    past: Floats

    def effects(self) -> Within:
        """Return the effects of places and years of these rows."""
        return within(self.place, self.year, time_effects=self.time_effects)


def designed(
    x: pd.DataFrame,
    y: npt.ArrayLike,
    place: npt.ArrayLike,
    year: npt.ArrayLike,
    lags: Sequence[int] = (0,),
    *,
    time_effects: bool = True,
) -> tuple[Design, int, int]:
    """Return the rows that are whole and can be compared, how many were not whole, and how many alone.

    Each factor and lag is a term, in the order of the factors, then of the lags. `x` (row, factor), the
    others (row,). Raises `BadSpec` for factors without names of their own, lags that look ahead, rows that
    do not go together, and when no row is left.

    >>> x = pd.DataFrame({"staff": [1.0, 2.0, 4.0, 3.0, 5.0, 8.0]})
    >>> rows, missing, alone = designed(x, x["staff"], list("aaabbb"), [1, 2, 3, 1, 2, 3], (0, 1))
    >>> [str(term) for term in rows.terms], rows.x.tolist(), missing, alone
    (['staff', 'staff (t−1)'], [[2.0, 1.0], [4.0, 2.0], [5.0, 3.0], [8.0, 5.0]], 2, 0)
    """
    outcome = np.asarray(y, dtype=np.float64).ravel()
    codes, years = positions(place, year)
    names = _allowed(x, lags, len(outcome), len(codes))
    values = figures(x)
    each = tuple(dict.fromkeys(int(lag) for lag in lags))
    parts = np.stack([taken(values, before(codes, years, lag)) for lag in each], axis=2)
    columns = parts.reshape(len(outcome), len(names) * len(each))
    known = np.isfinite(columns).all(axis=1) & np.isfinite(outcome)
    if not known.any():
        raise BadSpec(_unknown(names, values, outcome))
    keep = known.copy()
    keep[known] = compared(codes[known], years[known], time_effects=time_effects)
    if not keep.any():
        raise BadSpec("no place has two years that another place has too; nothing can be compared within.")
    terms = tuple(Term(name, lag) for name in names for lag in each)
    past = np.stack([taken(outcome, before(codes, years, lag)) for lag in PAST], axis=1)[keep]
    made = Design(names, terms, columns[keep], outcome[keep], codes[keep], years[keep], time_effects, past)
    return made, int((~known).sum()), int((known & ~keep).sum())


def figures(x: pd.DataFrame) -> Floats:
    """Return the factors as numbers, (row, factor), NaN where unknown; raise `BadSpec` for text.

    >>> figures(pd.DataFrame({"staff": [1, None]})).tolist()
    [[1.0], [nan]]
    """
    text = [
        str(name)
        for name, kind in zip(x.columns, x.dtypes, strict=True)
        if not pd.api.types.is_numeric_dtype(kind)
    ]
    if text:
        raise BadSpec(f"not a column of numbers: {', '.join(text)}; turn text into figures first.")
    return np.asarray(x.to_numpy(dtype=np.float64, na_value=np.nan))


def echoes(design: Design) -> tuple[Term, ...]:
    """Return the terms that are the outcome of one, two or three years before.

    >>> y = [1.0, 2.0, 4.0, 7.0, 5.0, 9.0, 1.0, 3.0, 2.0, 6.0]
    >>> made, *_ = designed(pd.DataFrame({"output": y}), y, list("aaaaabbbbb"), [*range(5)] * 2, (0, 1))
    >>> echoes(made)
    (Term(factor='output', lag=1),)
    """
    known = np.isfinite(design.past)
    past = np.where(known, design.past, 0.0)
    gap = np.where(known[:, None], np.abs(design.x[:, :, None] - past[:, None]), 0.0).max(axis=0)
    same = (gap <= 1e-9 * np.abs(past).max(axis=0)) & (known.sum(axis=0) > 2)
    return tuple(term for term, found in zip(design.terms, same.any(axis=1), strict=True) if found)


def _allowed(x: pd.DataFrame, lags: Sequence[int], outcomes: int, places: int) -> tuple[str, ...]:
    """Return the names of the factors when the request makes sense."""
    names = tuple(str(name) for name in x.columns)
    if not names or len(set(names)) < len(names):
        raise BadSpec("a panel regression needs one factor at least, and each needs a name of its own.")
    if not len(lags) or any(lag != int(lag) or lag < 0 for lag in lags):
        raise BadSpec(f"lags are whole years from 0 on, not {list(lags)}; a lead is no cause.")
    if not len(x) == outcomes == places:
        raise BadSpec(
            f"{len(x)} rows of factors, {outcomes} outcomes and {places} places were given; each row needs "
            "one of each."
        )
    return names


def _unknown(names: tuple[str, ...], values: Floats, y: Floats) -> str:
    counts = [*np.isfinite(values).sum(axis=0), int(np.isfinite(y).sum())]
    least, name = min(zip(counts, [*names, "the outcome"], strict=True))
    return (
        f"no row has every figure in every lag ({name} is known in {least} of {len(y)} rows); "
        "use fewer factors or lags."
    )
