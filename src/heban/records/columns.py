"""Checks of one column of text cells: is each a number, a year, a known word, a known code?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from heban.domain.errors import Finding
from heban.records.kinds import Field

FIRST_YEAR, LAST_YEAR = 1900, 2100
WHOLE = r"[+-]?\d+"


def check_column(
    file: str, field: Field, cells: pd.Series[str], known: Mapping[str, set[str]]
) -> Iterator[Finding]:
    """Yield a finding for every cell that its field does not allow.

    `cells` is indexed by row; `known` holds the codes of each kind that may be referred to.
    """
    filled = cells[cells != ""]
    if field.need:
        empty = cells.index[cells == ""]
        yield from _each(file, field, empty, cells, "the cell is empty", "fill it, or delete the row")
    if field.is_number:
        yield from _check_numbers(file, field, filled)
    if field.any:
        allowed = ", ".join(field.any)
        strange = filled.index[~filled.isin(field.any)]
        yield from _each(file, field, strange, filled, "not an allowed word", f"use one of {allowed}")
    if field.refers_to is not None and field.refers_to in known:
        yield from _check_codes(file, field, filled, known[field.refers_to])


def _check_numbers(file: str, field: Field, cells: pd.Series[str]) -> Iterator[Finding]:
    numbers = pd.to_numeric(cells, errors="coerce")
    finite = numbers.notna() & (numbers.abs() != float("inf"))
    whole = finite if field.type == "number" else finite & cells.str.fullmatch(WHOLE)
    what = "a number" if field.type == "number" else "a whole number"
    repair = f"write {what} in digits, without unit, spaces or thousands marks"
    yield from _each(file, field, cells.index[~whole], cells, f"not {what} but text", repair)
    numbers = numbers[whole]
    if field.type == "year":
        outside = numbers.index[(numbers < FIRST_YEAR) | (numbers > LAST_YEAR)]
        repair = f"write a year from {FIRST_YEAR} to {LAST_YEAR}"
        yield from _each(file, field, outside, cells, "the year is out of range", repair)
    if field.min is not None:
        low = numbers.index[numbers < field.min]
        message = "a count is negative" if field.min == 0 else f"below {field.min:g}"
        yield from _each(file, field, low, cells, message, f"give {field.min:g} or more")
    if field.max is not None:
        high = numbers.index[numbers > field.max]
        yield from _each(file, field, high, cells, f"above {field.max:g}", f"give {field.max:g} or less")


def _check_codes(file: str, field: Field, cells: pd.Series[str], known: set[str]) -> Iterator[Finding]:
    thing = (field.refers_to or "").rstrip("s").replace("_", " ")
    for value in cells[~cells.isin(known)].unique():
        near = difflib.get_close_matches(value, sorted(known), n=3, cutoff=0.6)
        hint = f"near codes: {', '.join(near)}" if near else f"list it among the {field.refers_to} first"
        rows = cells.index[cells == value]
        yield from _each(file, field, rows, cells, f"unknown {thing}", hint)


def _each(
    file: str, field: Field, rows: Iterable[int], cells: pd.Series[str], message: str, repair: str
) -> Iterator[Finding]:
    for row in rows:
        yield Finding("error", file, int(row), field.name, str(cells[row]), message, repair)
