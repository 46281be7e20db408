"""What a place had some calendar years before, or will have some years after."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


def lagged(values: npt.ArrayLike, place: npt.ArrayLike, year: npt.ArrayLike, lag: int) -> Floats:
    """Return for each row what its place had `lag` calendar years before; NaN where that year is missing.

    x_i,t−l, found by the year itself and never by the row before, so that a gap in the years gives no
    value (§1, §14). A negative lag looks ahead. `values` (row,) or (row, column), `place` and `year`
    (row,). Raises `BadSpec` when a place has two rows for one year.

    >>> lagged([1.0, 2.0, 4.0, 8.0], ["a", "a", "a", "b"], [2010, 2011, 2013, 2013], 1)
    array([nan,  1., nan, nan])
    """
    return taken(values, before(*positions(place, year), lag))


def before(codes: Numbers, years: Numbers, lag: int) -> Numbers:
    """Return the row of each row's place `lag` years before, −1 where there is none; from `positions`.

    >>> before(*positions(["a", "a", "a"], [2010, 2011, 2013]), 1)
    array([-1,  0, -1])
    """
    if not len(codes):
        return np.empty(0, dtype=np.int64)
    reach = int(np.ptp(years)) + 1 + 2 * abs(lag)  # no year of one place is taken for another place's
    key = codes * reach + (years - years.min())
    order = np.argsort(key)
    at = order[np.minimum(np.searchsorted(key, key - lag, sorter=order), len(key) - 1)]
    return np.where(key[at] == key - lag, at, -1)


def taken(values: npt.ArrayLike, rows: Numbers) -> Floats:
    """Return values, (row,) or (row, column), at rows; NaN where the row is −1.

    >>> taken([1.0, 2.0], np.array([1, -1]))
    array([ 2., nan])
    """
    found = np.asarray(values, dtype=np.float64)
    return np.where((rows >= 0).reshape(-1, *[1] * (found.ndim - 1)), found[rows], np.nan)


def changes(values: npt.ArrayLike, place: npt.ArrayLike, year: npt.ArrayLike) -> Floats:
    """Return for each row how much its place has gained since the calendar year before; NaN without it.

    Δx_it = x_it − x_i,t−1.

    >>> changes([1.0, 2.0, 4.0], ["a", "a", "a"], [2010, 2011, 2013])
    array([nan,  1., nan])
    """
    found = np.asarray(values, dtype=np.float64)
    return found - lagged(found, place, year, 1)


def positions(place: npt.ArrayLike, year: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """Return places as numbers in the order of their names, and years as whole numbers.

    Raises `BadSpec` when the two do not go together, a year is none, or a place has one year twice.

    >>> positions(["b", "a"], [2010, 2011])
    (array([1, 0]), array([2010, 2011]))
    """
    names, years = np.asarray(place).ravel(), np.asarray(year, dtype=np.float64).ravel()
    if len(names) != len(years):
        raise BadSpec(f"{len(names)} places and {len(years)} years were given; each row needs one of both.")
    if not np.all(np.isfinite(years) & (years == np.round(years))):
        raise BadSpec("a year is missing or not a whole number; give each row its calendar year.")
    codes, labels = pd.factorize(pd.Series(names).astype(str), sort=True)
    whole = years.astype(np.int64)
    twice = pd.DataFrame({"place": codes, "year": whole}).duplicated().to_numpy()
    if twice.any():
        row = int(np.flatnonzero(twice)[0])
        raise BadSpec(
            f"{labels[codes[row]]} has more than one row for {whole[row]}; a panel has one for each year."
        )
    return np.asarray(codes, dtype=np.int64), whole
