"""Edits: cells of a panel set, multiplied or added to, each said in a row of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import unknown
from heban.domain.faults import refusal
from heban.records.panel import DIMENSIONS, Panel

Floats = npt.NDArray[np.float64]

WAYS = ("value", "factor", "add")
WHAT = "the edits have"


def edited(panel: Panel, edits: pd.DataFrame) -> Panel:
    """Return the panel with some of its cells changed, as what might be instead of what is.

    `edits` has the columns place, year, indicator and one or more of `value` (the new value), `factor` (the
    old one times it) and `add` (the old one plus it); each row fills exactly one of these. Rows are
    counted as a spreadsheet does, the header being row 1. An absent cell (§1) can be given a value, not
    multiplied or added to. Origins and catalogue stay; so does the panel itself. A place that is the sum of
    others does not follow them: edit first, then `Panel.with_total`.
    Raises `BadSpec` with every fault and its row, one line each.

    >>> from heban.domain.indicator import Catalogue, Indicator
    >>> from heban.records.panel import from_frame
    >>> rows = pd.DataFrame({"place": ["a"], "year": [2020], "indicator": ["x"], "value": [4.0]})
    >>> panel = from_frame(rows, Catalogue({"x": Indicator("x", "甲", "X", "件")}))
    >>> tenth = pd.DataFrame({"place": ["a"], "year": [2020], "indicator": ["x"], "factor": [1.1]})
    >>> edited(panel, tenth).value("a", 2020, "x")
    4.4
    """
    lacking = [column for column in DIMENSIONS if column not in edits]
    ways = [way for way in WAYS if way in edits]
    if lacking or not ways:
        need = [*lacking, *(() if ways else ("one of value, factor, add",))]
        raise refusal([f"columns: there is no {' and no '.join(need)}; add it."], WHAT)
    rows = edits.assign(year=pd.to_numeric(edits["year"], errors="coerce"))
    values = panel.values.copy(deep=True)
    at = tuple(values.indexes[one].get_indexer(rows[one]) for one in DIMENSIONS)
    old = values.to_numpy()[at]
    given = {way: _column(edits, way) for way in WAYS}
    faults = list(_faults(panel, old, edits, np.column_stack(at), given))
    if faults:
        raise refusal(faults, WHAT)
    new = np.where(np.isnan(given["factor"]), old + given["add"], old * given["factor"])
    values.to_numpy()[at] = np.where(np.isnan(given["value"]), new, given["value"])
    return Panel(values, panel.catalogue, panel.origins)


def _faults(
    panel: Panel, old: Floats, edits: pd.DataFrame, at: npt.NDArray[np.intp], given: Mapping[str, Floats]
) -> Iterator[str]:
    """Yield what is wrong with each row, with the repair."""
    twice = edits.duplicated(list(DIMENSIONS)).to_numpy()
    for position, row in enumerate(edits.to_dict("records")):
        where = f"row {position + 2} ({row['place']}, {row['year']}, {row['indicator']})"
        nowhere = [one for one, index in zip(DIMENSIONS, at[position], strict=True) if index < 0]
        for one in nowhere:
            known = map(str, panel.values.indexes[one])
            yield f"{where}: {unknown(one, str(row[one]), known, 'the panel')}"
        told = {way: given[way][position] for way in WAYS if way in edits and pd.notna(row[way])}
        if wrong := _wrong(told, row, absent=not nowhere and bool(np.isnan(old[position]))):
            yield f"{where}: {wrong}"
        if twice[position]:
            yield f"{where}: an earlier row edits the same cell; put both into one row."


def _wrong(told: Mapping[str, float], row: Mapping[str, Any], *, absent: bool) -> str:
    """Return what is wrong with the figure of a row, or nothing; `told` are the ways that it fills."""
    if len(told) != 1:
        named = [way for way in WAYS if way in row]
        return f"it fills {', '.join(told) or 'none of ' + ', '.join(named)}; fill exactly one."
    ((way, number),) = told.items()
    if np.isnan(number):
        return f"{way} = {str(row[way])!r} is not a number; write one in digits."
    if np.isinf(number):
        return "it is not a finite number; give one."
    if absent and way != "value":
        return f"the cell is absent and has nothing to {_VERBS[way]}; give a value."
    return ""


_VERBS = {"factor": "multiply", "add": "add to"}


def _column(edits: pd.DataFrame, way: str) -> Floats:
    """Return what the rows give in a way, NaN where it is no number."""
    told = pd.to_numeric(edits[way], errors="coerce") if way in edits else np.full(len(edits), np.nan)
    return np.asarray(told, dtype=np.float64)
