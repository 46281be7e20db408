"""Edits: cells of a panel set, multiplied or added to, each said in a row of a table."""

from __future__ import annotations

from collections.abc import Iterator

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
    Raises `UnknownName` for a place, year or indicator that the panel does not have, `BadSpec` with every
    other fault.

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
    _known(panel, edits)
    values = panel.values.copy(deep=True)
    at = tuple(values.indexes[one].get_indexer(edits[one]) for one in DIMENSIONS)
    old = values.to_numpy()[at]
    faults = list(_faults(old, edits, ways))
    if faults:
        raise refusal(faults, WHAT)
    given = {way: _column(edits, way) for way in WAYS}
    new = np.where(np.isnan(given["factor"]), old + given["add"], old * given["factor"])
    values.to_numpy()[at] = np.where(np.isnan(given["value"]), new, given["value"])
    return Panel(values, panel.catalogue, panel.origins)


def _known(panel: Panel, edits: pd.DataFrame) -> None:
    for dimension in DIMENSIONS:
        labels = panel.values.indexes[dimension]
        for label in edits[dimension].unique():
            if label not in labels:
                raise unknown(dimension, str(label), map(str, labels), "the panel")


def _faults(old: Floats, edits: pd.DataFrame, ways: list[str]) -> Iterator[str]:
    """Yield what is wrong with each row, with the repair."""
    said = edits[ways].notna().sum(axis=1).to_numpy()
    twice = edits.duplicated(list(DIMENSIONS)).to_numpy()
    infinite = np.isinf(edits[ways].to_numpy(dtype=float)).any(axis=1)
    for position, row in enumerate(edits.to_dict("records")):
        where = f"row {position + 2} ({row['place']}, {row['year']}, {row['indicator']})"
        if said[position] != 1:
            filled = [way for way in ways if pd.notna(row[way])]
            yield f"{where}: it fills {', '.join(filled) or 'none of ' + ', '.join(WAYS)}; fill exactly one."
        elif infinite[position]:
            yield f"{where}: it is not a finite number; give one."
        elif pd.isna(row.get("value")) and np.isnan(old[position]):
            way = next(way for way in ways if pd.notna(row[way]))
            yield f"{where}: the cell is absent and has nothing to {_VERBS[way]}; give a value."
        if twice[position]:
            yield f"{where}: an earlier row edits the same cell; put both into one row."


_VERBS = {"factor": "multiply", "add": "add to"}


def _column(edits: pd.DataFrame, way: str) -> Floats:
    return np.asarray(edits[way] if way in edits else np.full(len(edits), np.nan), dtype=np.float64)
