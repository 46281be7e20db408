"""Faults of COINr's two tables, each with its row and its repair."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import Finding

TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
NODES = ("Indicator", "Aggregate")
NUMERIC = ("Indicator", "Denominator")
SPECIAL = ("uCode", "uName", "Time")
NEEDED = ("iCode", "Type", "Parent", "Direction", "Weight")
ABSENT = ("", "NA", "NaN")


def _finding(
    table: str, message: str, repair: str, *, row: int | None = None, column: str = "", value: Any = None
) -> Finding:
    return Finding(
        "error", table, row, column or None, None if value is None else str(value), message, repair
    )


_data = partial(_finding, "iData")
_meta = partial(_finding, "iMeta")


def of_columns(data: pd.DataFrame, meta: pd.DataFrame, year: int | None) -> Iterator[Finding]:
    """Yield what must be repaired before the tables can be read at all."""
    for column in NEEDED:
        if column not in meta.columns:
            yield _meta("the table has no such column", "add it", column=column)
    if "uCode" not in data.columns:
        yield _data("the table has no such column", "add the codes of the places", column="uCode")
    if "Time" not in data.columns and year is None:
        yield _data("the rows have no year", "add the column, or give year=", column="Time")
    for finding, table in ((_data, data), (_meta, meta)):
        for column in table.columns[table.columns.duplicated()].unique():
            yield finding("two columns have this name", "rename one", column=str(column))


def of_meta(meta: pd.DataFrame) -> Iterator[Finding]:
    """Yield the faults of iMeta by itself, its text cells "" where empty."""
    inner = set(meta.loc[meta["Type"] == "Aggregate", "iCode"])
    seen: set[str] = set()
    for number, row in enumerate(meta.to_dict("records"), start=2):
        at = partial(_meta, row=number)
        code, kind = row["iCode"], row["Type"]
        if not code:
            yield at("the row has no code", "give it one", column="iCode")
        if code in seen:
            yield at("the code is listed twice", "drop one row", column="iCode", value=code)
        seen.add(code)
        if kind not in TYPES:
            yield at("there is no such type", f"use {', '.join(TYPES)}", column="Type", value=kind)
        if kind in NODES:
            yield from _of_node(row, inner, at)
    roots = meta[meta["Type"].isin(NODES) & (meta["Parent"] == "")]["iCode"].tolist()
    if len(roots) != 1:
        what = f"{', '.join(roots)} have no parent" if roots else "everything has a parent"
        repair = "add a row of type Aggregate for the index and name it as their parent"
        yield _meta(f"{what}; one row, the index, has none", repair, column="Parent")


def _of_node(row: Mapping[Any, Any], inner: Collection[str], at: partial[Finding]) -> Iterator[Finding]:
    code, direction, weight = row["iCode"], row["Direction"], row["Weight"]
    unsaid = row["Type"] == "Aggregate" and np.isnan(direction)
    if direction not in (1, -1) and not unsaid:
        message = f"the direction of {code} is neither 1 nor -1"
        yield at(message, "give 1 or -1", column="Direction", value=direction)
    if not 0 <= weight < np.inf:
        repair = "give a number; 1 for all is equal weights"
        yield at(f"{code} has no weight of 0 or more", repair, column="Weight", value=weight)
    if row["Parent"] and row["Parent"] not in inner:
        repair = f"add a row of type Aggregate for it, or correct it{_near(row['Parent'], inner)}"
        yield at(f"the parent of {code} is no aggregate", repair, column="Parent", value=row["Parent"])


def between(data: pd.DataFrame, meta: pd.DataFrame) -> Iterator[Finding]:
    """Yield what one table names and the other lacks."""
    types = dict(zip(meta["iCode"], meta["Type"], strict=True))
    columns = [str(column) for column in data.columns]
    for column in columns:
        if column not in SPECIAL and column not in types:
            repair = f"add a row with this iCode, or drop the column{_near(column, types)}"
            yield _data("the column has no row in iMeta", repair, column=column)
        elif types.get(column) == "Aggregate":
            repair = "drop the column, or list it under another code"
            yield _data("the column is an aggregate in iMeta", repair, column=column)
    for number, row in enumerate(meta.to_dict("records"), start=2):
        code, kind, lower = row["iCode"], row["Type"], row["Denominator"]
        if kind in (*NUMERIC, "Group") and code not in columns:
            repair = f"add the column, or drop the row{_near(code, columns)}"
            yield _meta(
                f"iData has no column for this {kind.lower()}", repair, row=number, column="iCode", value=code
            )
        if lower and types.get(lower) not in NUMERIC:
            repair = f"add a row of type Denominator for it{_near(lower, types)}"
            message = f"the denominator of {code} is not listed"
            yield _meta(message, repair, row=number, column="Denominator", value=lower)


def of_data(data: pd.DataFrame, meta: pd.DataFrame) -> Iterator[Finding]:
    """Yield the faults of iData's rows: codes, years, numbers, groups."""
    keys = [column for column in ("uCode", "Time") if column in data.columns]
    for number in np.flatnonzero(blank(data["uCode"])).tolist():
        yield _data("the row has no code of a place", "give it one", row=number + 2, column="uCode")
    for number in np.flatnonzero(data.duplicated(keys)).tolist():
        value = data["uCode"].iloc[number]
        repair = "drop one row, or give each row its Time"
        yield _data(
            "the place is given twice for a year", repair, row=number + 2, column="uCode", value=value
        )
    if "Time" in data.columns:
        times = numbers(data["Time"])
        for number in np.flatnonzero(~(times == np.round(times))).tolist():
            value = data["Time"].iloc[number]
            yield _data("this is no year", "give a whole number", row=number + 2, column="Time", value=value)
    for code, kind in zip(meta["iCode"], meta["Type"], strict=True):
        if kind in NUMERIC and code in data.columns:
            yield from _of_numbers(data, code)
        if kind == "Group" and code in data.columns:
            counts = data.groupby("uCode", sort=True)[code].nunique()
            for place in counts[counts > 1].index:
                repair = "keep one group for all years"
                yield _data("the place is in two groups", repair, column=code, value=place)


def _of_numbers(data: pd.DataFrame, code: str) -> Iterator[Finding]:
    found = numbers(data[code])
    wrong = np.isinf(found) | (np.isnan(found) & ~blank(data[code]))
    for number in np.flatnonzero(wrong).tolist():
        repair = "give a number, or leave the cell empty where nothing is known"
        value = data[code].iloc[number]
        yield _data("this is no number", repair, row=number + 2, column=code, value=value)


def blank(column: pd.Series[Any]) -> npt.NDArray[np.bool_]:
    """Return where a column is empty, or holds R's NA.

    >>> blank(pd.Series(["NA", "0", None])).tolist()
    [True, False, True]
    """
    return np.array([bool(pd.isna(cell)) or str(cell).strip() in ABSENT for cell in column], dtype=np.bool_)


def numbers(column: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Return a column as numbers, NaN where a cell is none.

    >>> numbers(pd.Series(["1.5", "x", None])).tolist()
    [1.5, nan, nan]
    """
    return np.asarray(pd.to_numeric(column, errors="coerce"), dtype=np.float64)


def _near(name: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(name, [str(one) for one in known], n=1)
    return f" (is it {found[0]}?)" if found else ""
