"""Tables of travel: hours, or cost, from place to place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadData, BadSpec, Finding

COLUMNS = ("origin", "destination", "value")


def travel(path: Path, codes: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the values of a CSV table with the columns origin, destination and value, n × n.

    A pair that has a row one way only is as far the other way; one without a row is NaN (§1). Raises
    `BadSpec` when there is no such file, `BadData` with every row that cannot be used.
    """
    if not path.is_file():
        raise BadSpec(f"there is no table of travel {str(path)!r}. Give cost.file beside the specification.")
    rows = pd.read_csv(path, dtype={"origin": str, "destination": str}, encoding="utf-8-sig")
    missing = [name for name in COLUMNS if name not in rows]
    if missing:
        raise BadSpec(
            f"{path.name} lacks the column {missing[0]!r}; a table of travel has {', '.join(COLUMNS)}."
        )
    at = {code: number for number, code in enumerate(codes)}
    found = np.full((len(codes), len(codes)), np.nan)
    value = pd.to_numeric(rows["value"], errors="coerce")
    faults = [_fault(path.name, n, str(raw)) for n, raw in rows.loc[~(value >= 0), "value"].items()]
    if faults:
        raise BadData(faults)
    inside = rows["origin"].isin(at) & rows["destination"].isin(at)
    one, other = (rows.loc[inside, end].map(at).to_numpy(dtype=int) for end in COLUMNS[:2])
    found[one, other] = value[inside]
    return np.where(np.isnan(found), found.T, found)


def _fault(file: str, row: object, raw: str) -> Finding:
    assert isinstance(row, int)
    return Finding("error", file, row + 2, "value", raw, "a way is a number of 0 or more", "give the number")
