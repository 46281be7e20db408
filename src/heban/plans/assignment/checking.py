"""The door of an assignment: tables are checked once, and every fault is said."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.domain.errors import BadData, Finding
from heban.plans.solve.problem import Bools, Ints

REQUIRED = {
    "candidates": ("need", "expert", "relevance"),
    "needs": ("need",),
    "experts": ("expert",),
    "related": ("one", "other", "kind"),
}


def check(tables: dict[str, pd.DataFrame]) -> tuple[Ints, Ints]:
    """Return the rows of needs and of experts that candidates name, or raise `BadData` with every fault.

    >>> one = pd.DataFrame({"need": ["n"], "expert": ["e"], "relevance": [-1.0]})
    >>> check({"candidates": one, "needs": one[["need"]], "experts": one[["expert"]]})
    Traceback (most recent call last):
    heban.domain.errors.BadData: 1 fault in the data:
      error: candidates row 2, relevance = '-1.0': relevance is negative. Repair: give 0 or more.
    """
    faults = [fault for name, table in tables.items() for fault in _columns(name, table)]
    if not faults:
        for name, key in (("needs", "need"), ("experts", "expert")):
            faults += _keys(name, tables[name], key)
        for name, column, least in (
            *(("needs", "wanted", 1), ("needs", "least", 0)),
            ("experts", "capacity", 0),
        ):
            faults += _counts(name, tables[name], column, least)
        wrong, at = _candidates(tables)
        faults += wrong
    if faults:
        raise BadData(faults)
    return at[0], at[1]


def _columns(name: str, table: pd.DataFrame) -> list[Finding]:
    missing = [column for column in REQUIRED[name] if column not in table]
    return [
        Finding("error", name, 1, column, None, "the column is missing", f"add the column {column}")
        for column in missing
    ]


def _keys(name: str, table: pd.DataFrame, key: str) -> list[Finding]:
    found = _found(name, table, key, table[key].isna().to_numpy(), "the key is missing", "give every row one")
    twice = table[key].duplicated().to_numpy() & table[key].notna().to_numpy()
    return found + _found(name, table, key, twice, "the key stands twice", "keep one row of each")


def _counts(name: str, table: pd.DataFrame, column: str, least: int) -> list[Finding]:
    """Return the faults of a column of whole numbers, which may lack; a missing cell is the default."""
    if column not in table:
        return []
    given = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float)
    wrong = table[column].notna().to_numpy() & ~(
        (given >= least) & (given == np.floor(given)) & (given < 2**31)
    )
    return _found(name, table, column, wrong, "it is no count", f"give a whole number of {least} or more")


def _candidates(tables: dict[str, pd.DataFrame]) -> tuple[list[Finding], list[Ints]]:
    """Return the faults of candidates, and the rows of needs and experts that they name."""
    table: pd.DataFrame = tables["candidates"]
    faults: list[Finding] = []
    relevance = pd.to_numeric(table["relevance"], errors="coerce").to_numpy(dtype=float)
    wrong = ~np.isfinite(relevance)
    faults += _found("candidates", table, "relevance", wrong, "relevance is no number", "give a number")
    negative = np.isfinite(relevance) & (relevance < 0)
    faults += _found("candidates", table, "relevance", negative, "relevance is negative", "give 0 or more")
    at: list[Ints] = []
    for key, name in (("need", "needs"), ("expert", "experts")):
        if tables[name][key].is_unique:
            at.append(pd.Index(tables[name][key]).get_indexer(table[key]))
            repair = f"add it to {name} or drop the row"
            faults += _found("candidates", table, key, at[-1] < 0, f"no such {key} in {name}", repair)
    if not faults and len(at) == 2:
        pair = at[0].astype(np.int64) * len(tables["experts"]) + at[1]
        if not (np.diff(pair) > 0).all():
            twice = pd.Series(pair).duplicated().to_numpy()
            repair = "keep one row of each"
            faults += _found("candidates", table, "expert", twice, "the pair stands twice", repair)
    return faults, at


def _found(
    name: str, table: pd.DataFrame, column: str, wrong: Bools, message: str, repair: str
) -> list[Finding]:
    rows = np.flatnonzero(wrong)
    values = table[column].iloc[rows]
    return [
        Finding("error", name, int(row) + 2, column, str(value), message, repair)
        for row, value in zip(rows, values, strict=True)
    ]
