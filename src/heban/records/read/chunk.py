"""A chunk of rows: their cells as text, and the rows that could not be read at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

SHOWN = 200  # characters of a value that the rejects show


class Fault(NamedTuple):
    """What is wrong with a row or a cell, and whether the row is rejected for it."""

    row: int
    column: str
    value: str
    reason: str
    fatal: bool = True


@dataclass
class Chunk:
    """Cells as text, the index of `cells` the row in the file; `faults` are rows that are no rows.

    Columns are named by their position until `named` gives them their heads.
    """

    cells: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows were read, the unreadable ones included; blank rows are none."""
        return len(self.cells) + len(self.faults)

    @classmethod
    def of(
        cls, rows: npt.NDArray[np.int64], table: Any, faults: Sequence[Fault], *, blanks: bool = False
    ) -> Chunk:
        """Make a chunk of an Arrow table; rows without any content are left out unless `blanks` count."""
        frame: pd.DataFrame = table.to_pandas()
        frame.index = pd.Index(rows, dtype="int64")
        blank = np.full(len(frame), not blanks)
        for column in frame.columns:
            if not blank.any():
                break
            blank &= (frame[column] == "").to_numpy(dtype=bool)
        return cls(frame[~blank] if blank.any() else frame, list(faults))

    def named(self, heads: Sequence[str], wanted: Sequence[str]) -> Chunk:
        """Return the columns that are wanted, by their heads; of two with one head the first."""
        places = {head: at for at, head in reversed(list(enumerate(heads))) if head in wanted}
        cells = self.cells[[str(at) for at in places.values()]]
        return Chunk(cells.set_axis(list(places), axis=1), self.faults)
