"""Cells: counts by year, class, origin and destination as codes, and the flows that they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.records.flows import Flows
from heban.records.reduce.counting import Counting, Ints, apart, totals

Labels = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Cells:
    """How many records of which size touch a cell; `counting.pairs_of` says how a cell is numbered.

    The stratum of a cell is year · number of classes + class. Cells ascend, and within a cell the
    sizes; so every engine's counts come in one order.
    """

    cell: Ints
    size: Ints
    records: Ints
    years: Labels
    classes: Labels
    places: Labels

    def flows(
        self, counting: Counting, universe: Iterable[str] | None, unit: str, *, directed: bool
    ) -> Flows:
        """Return the cells' values as flows over a universe; what leaves it is left out."""
        cell, value = totals(self.cell, self.size, self.records, counting)
        known = tuple(self.places) if universe is None else tuple(universe)
        year, kind, origin, destination = self._apart(cell)
        frame = pd.DataFrame(
            {
                "origin": pd.Series(self.places[origin], dtype=object),
                "destination": pd.Series(self.places[destination], dtype=object),
                "year": self.years.astype(np.int64)[year],
                "class": pd.Series(self.classes[kind], dtype=object),
                "value": value,
            }
        )
        if universe is not None:
            inside = np.isin(self.places, np.array(known, dtype=object))
            frame = frame[inside[origin] & inside[destination]].reset_index(drop=True)
        return Flows(frame, known, directed, unit)

    def _apart(self, cell: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        rest, destination = apart(cell, max(self.places.size, 1))
        stratum, origin = apart(rest, max(self.places.size, 1))
        year, kind = apart(stratum, max(self.classes.size, 1))
        return year, kind, origin, destination
