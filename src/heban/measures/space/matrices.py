"""Place × class tables: how much each place has in each class, ready for the measures of the space."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.records.holdings import Holdings

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]

Amounts: TypeAlias = Holdings | pd.DataFrame


class Cells(NamedTuple):
    """Rows of holdings as numbers: the cell of a place × class table, the year's number, the value."""

    cell: Codes
    year: Codes
    value: Floats
    years: tuple[int, ...]


def table(amounts: Amounts, years: int | Collection[int] | None = None) -> pd.DataFrame:
    """Return what each place has in each class as a table, 0 where nothing is recorded.

    Rows of the same place, class and year are summed, and so are the `years`: one, several (a period), or
    all. The universe of places and classes is that of the holdings. Holdings are a complete list (§1): what
    has no row was looked for and not found. Refused are values that are unknown, negative or without end,
    places or classes named twice, and years that are not there. A table passes as it is, once checked.

    >>> rows = pd.DataFrame({"place": ["a", "a", "b"], "class": ["x", "x", "y"], "year": 2020,
    ...     "value": [1.0, 2.0, 4.0]})
    >>> table(Holdings.from_frame(rows)).loc["a"].to_dict()
    {'x': 3.0, 'y': 0.0}
    """
    if isinstance(amounts, pd.DataFrame):
        return _checked(amounts)
    found = cells(amounts)
    wanted = (
        found.years
        if years is None
        else (int(years),)
        if isinstance(years, int | np.integer)
        else tuple(years)
    )
    for year in wanted:
        if year not in found.years:
            raise unknown("year", str(year), map(str, found.years), "the holdings")
    rows = np.isin(found.year, [found.years.index(year) for year in wanted])
    return labelled(_summed(found.cell[rows], found.value[rows], amounts), amounts.places, amounts.classes)


def cells(holdings: Holdings) -> Cells:
    """Return the rows of holdings as numbers, or refuse those whose value cannot be added up.

    >>> rows = pd.DataFrame({"place": ["b", "a"], "class": ["x", "y"], "year": 2020, "value": [1.0, 2.0]})
    >>> cells(Holdings.from_frame(rows)).cell.tolist()
    [2, 1]
    """
    frame = holdings.frame
    value = frame["value"].to_numpy(dtype=float)
    odd = ~((value >= 0) & (value < np.inf))
    if odd.any():
        first = frame[odd].iloc[0]
        raise BadSpec(
            f"holdings that are not amounts: {int(odd.sum())} of {len(frame)}, the first {first['value']} of "
            f"{first['place']} in {first['class']}, {first['year']}; a share needs amounts that are known "
            "and 0 or more (§1). Find the values, or leave those rows out and say so."
        )
    place = _numbered(frame["place"], holdings.places)
    label = _numbered(frame["class"], holdings.classes)
    year, named = pd.factorize(frame["year"], sort=True)
    return Cells(place * len(holdings.classes) + label, year, value, tuple(int(one) for one in named))


def yearly(holdings: Holdings) -> Iterator[tuple[int, Floats]]:
    """Give for each year in turn the place × class array of amounts.

    >>> rows = pd.DataFrame({"place": "a", "class": ["x", "y"], "year": [2021, 2020], "value": [1.0, 2.0]})
    >>> [(year, found.tolist()) for year, found in yearly(Holdings.from_frame(rows))]
    [(2020, [[0.0, 2.0]]), (2021, [[1.0, 0.0]])]
    """
    found = cells(holdings)
    small = found.year.astype(np.int16 if len(found.years) < 2**15 else np.int64)  # short keys sort by radix
    order = np.argsort(small, kind="stable")
    ends = np.searchsorted(small[order], np.arange(len(found.years) + 1))
    for number, year in enumerate(found.years):
        rows = order[ends[number] : ends[number + 1]]
        yield year, _summed(found.cell[rows], found.value[rows], holdings)


def labelled(values: npt.NDArray[np.generic], rows: object, columns: object) -> pd.DataFrame:
    """Return an array under the names of its rows and columns, without a copy.

    >>> labelled(np.eye(2), ["a", "b"], ["x", "y"]).loc["a", "x"]
    np.float64(1.0)
    """
    names = [one if isinstance(one, pd.Index) else pd.Index(list(one)) for one in (rows, columns)]  # type: ignore[call-overload]
    return pd.DataFrame(values, index=names[0], columns=names[1], copy=False)


def alike(one: pd.DataFrame, other: pd.DataFrame, what: str) -> None:
    """Refuse two tables whose places or classes differ.

    >>> alike(pd.DataFrame([[1]]), pd.DataFrame([[2]]), "density and presence")
    """
    for axis, name in ((one.index, "places"), (one.columns, "classes")):
        beside = other.index if name == "places" else other.columns
        if not axis.equals(beside):
            raise BadSpec(
                f"{what} have different {name} ({len(axis)} and {len(beside)}, or in another order). "
                "Make both from the same table, or bring one into line with reindex."
            )


def presences(present: pd.DataFrame) -> Bools:
    """Return a table of presence as an array, or refuse one that holds more than yes and no.

    >>> presences(pd.DataFrame([[0, 1.0]])).tolist()
    [[False, True]]
    """
    _once(present)
    values = np.asarray(present.to_numpy())
    if values.dtype == np.bool_:
        return values
    if not np.isin(values.astype(float), (0.0, 1.0)).all():
        raise BadSpec("a table of presence holds only 0 and 1; make one with `presence(amounts)`.")
    return np.asarray(values, dtype=bool)


def filled(found: Bools) -> tuple[Bools, Bools]:
    """Return which rows and which columns of a presence array hold anything.

    >>> [one.tolist() for one in filled(np.array([[True, False], [False, False]]))]
    [[True, False], [True, False]]
    """
    return np.asarray(found.any(axis=1)), np.asarray(found.any(axis=0))


def _checked(amounts: pd.DataFrame) -> pd.DataFrame:
    """Return a table of amounts as floats, or refuse it."""
    _once(amounts)
    values = amounts.to_numpy(dtype=float)
    odd = np.argwhere(~((values >= 0) & (values < np.inf)))
    if odd.size:
        row, column = odd[0]
        raise BadSpec(
            f"cells that are not amounts: {len(odd)} of {values.size}, the first {values[row, column]:g} of "
            f"{amounts.index[row]} in {amounts.columns[column]}; a share needs amounts that are known and 0 "
            "or more (§1). Put 0 only where it was looked for and not found."
        )
    return labelled(values, amounts.index, amounts.columns)


def _once(frame: pd.DataFrame) -> None:
    """Refuse names that stand twice."""
    for axis, name in ((frame.index, "place"), (frame.columns, "class")):
        if axis.has_duplicates:
            twice = axis[axis.duplicated()][0]
            raise BadSpec(f"the {name} {twice!r} stands twice in the table; sum its rows first.")


def _numbered(names: pd.Series[str], universe: tuple[str, ...]) -> Codes:
    """Return the number of each name in the universe; each different name is looked up once."""
    code, different = pd.factorize(names)
    return np.asarray(pd.Index(list(universe)).get_indexer(pd.Index(list(different)))[code], dtype=np.intp)


def _summed(cell: Codes, value: Floats, holdings: Holdings) -> Floats:
    """Return the sums of the cells as a place × class array."""
    shape = len(holdings.places), len(holdings.classes)
    sums = np.bincount(cell, weights=value, minlength=shape[0] * shape[1])
    return np.asarray(sums, dtype=np.float64).reshape(shape)
