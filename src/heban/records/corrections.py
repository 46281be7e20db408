"""Corrections of a source: records with a reason, applied only while the old value still stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from heban.domain.errors import Finding

CELL = ["edition", "place", "year", "indicator"]


def correct(
    frame: pd.DataFrame, corrections: pd.DataFrame, resource: str
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return a table with its corrections applied, and a finding for each that no longer fits.

    A correction names a cell (edition, place, year, indicator), the old value it expects there
    and the new one; an empty new value drops the row. When the source has another value by
    now, or no such row, the correction is not applied and says so.

    >>> cell = {"edition": ["e"], "place": ["a"], "year": [2020], "indicator": ["x"]}
    >>> frame = pd.DataFrame({**cell, "value": [10.0]})
    >>> notes = pd.DataFrame({"resource": ["t"], **cell, "expected": [10.0], "value": [1.0]})
    >>> correct(frame, notes, "t")[0]["value"].tolist()
    [1.0]
    """
    mine = corrections[corrections["resource"] == resource].rename(columns={"value": "corrected"})
    if mine.empty:
        return frame, []
    matched = frame.merge(mine[[*CELL, "expected", "corrected"]], on=CELL, how="left")
    applies = (matched["value"] == matched["expected"]).to_numpy()
    value = matched["value"].where(~applies, matched["corrected"])
    corrected = frame.assign(value=value.to_numpy())
    return corrected[corrected["value"].notna()].reset_index(drop=True), _stale(mine, frame)


def _stale(mine: pd.DataFrame, frame: pd.DataFrame) -> list[Finding]:
    found = mine.merge(frame[[*CELL, "value"]], on=CELL, how="left")
    stale = found[found["value"] != found["expected"]]
    return [_finding(row) for row in stale.to_dict("records")]


def _finding(row: Mapping[Any, Any]) -> Finding:
    cell = ", ".join(str(row[column]) for column in CELL)
    now = "has no such row" if pd.isna(row["value"]) else f"now holds {row['value']}"
    message = (
        f"the correction of ({cell}) expects {row['expected']}, but {row['resource']} {now}; not applied"
    )
    repair = "check the new value against the source, then update or delete the correction"
    return Finding("warning", "corrections", None, "expected", str(row["expected"]), message, repair)
