"""The table that key factors are sought in: a row for each place and year, the outcome and the factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.factors.lmg import Floats, varying
from heban.records.panel import Panel


@dataclass(frozen=True, eq=False)
class Rows:
    """The factors, the outcome, and the place and year of each row; absent values are NaN.

    `whole` tells the rows that lack nothing.
    """

    names: tuple[str, ...]
    x: Floats
    y: Floats
    place: npt.NDArray[np.object_] | None
    year: npt.NDArray[np.int64] | None

    @property
    def whole(self) -> npt.NDArray[np.bool_]:
        """Which rows lack neither a factor nor the outcome."""
        return ~(np.isnan(self.x).any(axis=1) | np.isnan(self.y))


def from_panel(panel: Panel, outcome: str, factors: Sequence[str], lag: int = 0) -> pd.DataFrame:
    """Return a row for each place and year: place, year, the outcome, and the factors `lag` years before.

    The year is that of the outcome. A factor whose earlier year the panel lacks is absent (NaN, §1), so is
    every cell without a value. Years are calendar years, not steps. Raises `UnknownName` for an
    indicator that the panel lacks, `BadSpec` for a lag below 0 or an indicator named twice.

    >>> from heban.domain.indicator import Catalogue, Indicator
    >>> codes = {code: Indicator(code, code, code, "1") for code in ("patents", "rd")}
    >>> rows = [("a", 2020, "rd", 3.0), ("a", 2021, "rd", 4.0), ("a", 2021, "patents", 7.0)]
    >>> frame = pd.DataFrame(rows, columns=["place", "year", "indicator", "value"])
    >>> from_panel(Panel.from_frame(frame, Catalogue(codes)), "patents", ["rd"], lag=1).values.tolist()
    [['a', 2020, nan, nan], ['a', 2021, 7.0, 3.0]]
    """
    if lag < 0:
        raise BadSpec(f"lag is {lag}; factors come from the outcome's year (0) or earlier ones.")
    _distinct(outcome, factors)
    for code in (outcome, *factors):
        if code not in panel.indicators:
            raise unknown("indicator", code, panel.indicators, "the panel")
    years = np.asarray(panel.years)
    keys = pd.MultiIndex.from_product([panel.places, years], names=["place", "year"])
    frame = pd.DataFrame(index=keys)
    frame[outcome] = panel.values.sel(indicator=outcome).to_numpy().ravel()
    for code in factors:
        earlier = panel.values.sel(indicator=code).reindex(year=years - lag)
        frame[code] = earlier.to_numpy().ravel()
    return frame.reset_index()


def rows(
    table: pd.DataFrame,
    outcome: str,
    factors: Sequence[str],
    *,
    place: str | None = None,
    year: str | None = None,
) -> Rows:
    """Return the named columns of a table as arrays, checked.

    Raises `UnknownName` for a column that the table lacks, `BadSpec` for a column named twice or without
    numbers, a year without a place, a place and year twice, an infinite value, or a column that does not vary
    over the rows that lack nothing.

    >>> made = rows(pd.DataFrame({"y": [1.0, 2.0, 4.0], "a": [1.0, None, 3.0]}), "y", ["a"])
    >>> made.whole.tolist()
    [True, False, True]
    """
    _distinct(outcome, factors)
    known = [str(column) for column in table.columns]
    for column in (outcome, *factors, *(name for name in (place, year) if name is not None)):
        if column not in known:
            raise unknown("column", column, known, "the table")
    if year is not None and place is None:
        raise BadSpec(f"the year is column {year!r} and no place is given; name the column of places too.")
    x, y = np.column_stack([_numbers(table, name) for name in factors]), _numbers(table, outcome)
    where = None if place is None else _labels(table, place).to_numpy(dtype=object)
    when = None if year is None else _years(table, year)
    made = Rows(tuple(factors), x, y, where, when)
    _varied(made, outcome)
    return made


def _distinct(outcome: str, factors: Sequence[str]) -> None:
    if not factors:
        raise BadSpec("no factors are named; at least one is needed.")
    if outcome in factors:
        raise BadSpec(f"{outcome!r} is the outcome and a factor too; it would explain itself.")
    twice = sorted({name for name in factors if list(factors).count(name) > 1})
    if twice:
        raise BadSpec(f"these factors are named twice: {', '.join(twice)}.")


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    try:
        found = table[name].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise BadSpec(f"column {name!r} holds something that is no number; make it numeric first.") from None
    if np.isinf(found).any():
        raise BadSpec(f"column {name!r} holds an infinite value, a division by zero upstream.")
    return np.asarray(found)


def _labels(table: pd.DataFrame, name: str) -> pd.Series[object]:
    if table[name].isna().any():
        raise BadSpec(f"{int(table[name].isna().sum())} rows have no {name}; each row needs one.")
    found: pd.Series[object] = table[name]
    return found


def _years(table: pd.DataFrame, name: str) -> npt.NDArray[np.int64]:
    _labels(table, name)
    found = _numbers(table, name)
    if (found != np.round(found)).any():
        raise BadSpec(f"column {name!r} holds a year that is no whole number.")
    return found.astype(np.int64)


def _varied(made: Rows, outcome: str) -> None:
    whole = made.whole
    if whole.sum() < 2:
        raise BadSpec(
            f"{int(whole.sum())} of {len(whole)} rows have the outcome and all factors; 2 are the least."
        )
    table = np.column_stack([made.x, made.y])[whole]
    still = [name for name, varies in zip((*made.names, outcome), varying(table), strict=True) if not varies]
    if still:
        raise BadSpec(
            f"over the {int(whole.sum())} rows that lack nothing these do not vary: {', '.join(still)}. "
            f"Leave them out."
        )
