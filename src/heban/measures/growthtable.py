"""The growth table: how much each node of an index grew, last year and over several, and which grew most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from heban.domain.errors import BadSpec, unknown
from heban.measures.index.statistics.ranking import ranks

Array = npt.NDArray[np.float64]
COLUMNS = ("node", "level", "first", "last", "last_year", "cumulative", "annual", "rank")


@dataclass(frozen=True, eq=False)
class GrowthTable:
    """Growth of every node of one place from `year - steps` to `year`.

    `frame` has a row for each node: its code, its level (0 the total), its value in the first and the last
    year, the growth over the last year, over all the steps, per step, and its rank by cumulative growth
    within its level (1 grew most; ties share the better rank, §2). Growth is in per cent, NaN where
    a value is absent or where the earlier one is not positive. `summary` has a row for each level: how many
    nodes rose, fell, stayed, are not known, and the mean of the known cumulative growths.
    """

    place: str
    year: int
    steps: int
    frame: pd.DataFrame
    summary: pd.DataFrame


def growth_table(
    values: xr.DataArray,
    place: str,
    *,
    steps: int,
    year: int | None = None,
    levels: Mapping[str, int] | None = None,
) -> GrowthTable:
    """Return the growth table of one place.

    `values` has the dimensions (place, year, node), in any order; the last may be called indicator. `steps`
    is the number of yearly steps k of cumulative growth, so that "three years" to 2022 begins in 2019 (§13);
    `year` is the last year by default. `levels` gives the level of each node, all 0 without it, and the order
    of rows is that of the nodes. With x the value,

        last year   100 · (x(t) / x(t−1) − 1)
        cumulative  100 · (x(t) / x(t−k) − 1)
        annual      100 · ((x(t) / x(t−k))^(1/k) − 1)

    A year that the values do not have is absent: nothing stands in for it (§1). Raises `BadSpec` for
    fewer than one step and `UnknownName` for a place or a year that the values do not have.

    The second-level indicators of the 2023 edition of the Delta's index are printed so: the growth of
    three years, 17 of 20 rising, mean 36 %.

    >>> years = [2019, 2020, 2021, 2022]
    >>> scores = xr.DataArray([[[100.0, 50.0], [110.0, 50.0], [121.0, np.nan], [133.1, 40.0]]],
    ...     dims=("place", "year", "node"), coords={"place": ["D"], "year": years, "node": ["total", "x"]})
    >>> made = growth_table(scores, "D", steps=3, levels={"total": 0, "x": 1})
    >>> made.frame[["node", "last_year", "cumulative", "annual", "rank"]].round(2)
        node  last_year  cumulative  annual  rank
    0  total       10.0        33.1   10.00   1.0
    1      x        NaN       -20.0   -7.17   1.0
    >>> made.summary
       level  rising  falling  unchanged  unknown  mean
    0      0       1        0          0        0  33.1
    1      1       0        1          0        0 -20.0
    """
    if steps < 1:
        raise BadSpec(f"a growth table needs at least one step, not {steps}.")
    node = next((name for name in ("node", "indicator") if name in values.dims), "node")
    if {str(name) for name in values.dims} != {"place", "year", node}:
        raise BadSpec(f"a growth table takes values by place, year and node, not by {values.dims}.")
    places, years = (list(values.indexes[name]) for name in ("place", "year"))
    if place not in places:
        raise unknown("place", place, map(str, places), "the values")
    last = int(max(years)) if year is None else year
    if last not in years:
        raise unknown("year", str(last), map(str, years), "the values")
    table = values.sel(place=place).transpose("year", node)
    ends = table.reindex(year=[last - steps, last - 1, last]).to_numpy().astype(np.float64)
    codes = [str(code) for code in values.indexes[node]]
    order = np.array([(levels or {}).get(code, 0) for code in codes], dtype=np.int64)
    frame = _frame(codes, order, ends, steps)
    return GrowthTable(str(place), last, steps, frame, _summary(frame))


def _frame(codes: Sequence[str], levels: npt.NDArray[np.int64], ends: Array, steps: int) -> pd.DataFrame:
    first, before, last = ends
    ratio = _ratio(last, first)
    cumulative = 100 * (ratio - 1)
    rank = np.full(len(codes), np.nan)
    for level in np.unique(levels):
        rank[levels == level] = ranks(ratio[levels == level])
    columns = (
        codes,
        levels,
        first,
        last,
        100 * (_ratio(last, before) - 1),
        cumulative,
        100 * (np.power(ratio, 1 / steps, where=~np.isnan(ratio), out=np.full_like(ratio, np.nan)) - 1),
        rank,
    )
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _ratio(later: Array, earlier: Array) -> Array:
    """Return the ratio of what is not negative to what is positive; NaN elsewhere."""
    fits = (earlier > 0) & (later >= 0)
    return np.divide(later, earlier, where=fits, out=np.full_like(later, np.nan))


def _summary(frame: pd.DataFrame) -> pd.DataFrame:
    records = []
    for level, rows in frame.groupby("level", sort=True):
        # A growth of 1e-14 per cent is the rounding of a division.
        growth = rows["cumulative"].round(9)
        rising, falling, same = (int((growth > 0).sum()), int((growth < 0).sum()), int((growth == 0).sum()))
        known = rows["cumulative"].dropna()
        mean = float(known.mean()) if len(known) else np.nan
        records.append((level, rising, falling, same, int(growth.isna().sum()), mean))
    return pd.DataFrame(records, columns=["level", "rising", "falling", "unchanged", "unknown", "mean"])
