"""Flows: how much goes from place to place, by year and class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec

COLUMNS = ("origin", "destination", "year", "class", "value")


@dataclass(frozen=True)
class Flows:
    """Flows between the places of a universe.

    `frame` has the columns origin, destination, year, class, value. `places` is the universe:
    a place without any flow still counts in the density (§5). An undirected flow is stored
    once, with either end as origin; a flow from a place to itself stays apart from the
    matrix (§6).
    """

    frame: pd.DataFrame
    places: tuple[str, ...]
    directed: bool
    unit: str = ""

    def __post_init__(self) -> None:
        missing = [column for column in COLUMNS if column not in self.frame]
        if missing:
            raise BadSpec(f"flows lack the columns {', '.join(missing)}.")
        if len(set(self.places)) != len(self.places):
            raise BadSpec("the universe of flows names a place twice.")
        ends = set(self.frame["origin"]) | set(self.frame["destination"])
        strangers = sorted(ends - set(self.places))
        if strangers:
            raise BadSpec(
                f"flows touch places outside their universe: {', '.join(map(str, strangers[:10]))}."
            )
        if (self.frame["value"] < 0).any():
            raise BadSpec("flows are not negative; a balance is a difference of two flows.")

    @property
    def years(self) -> list[int]:
        """The years with flows, ascending."""
        return sorted(int(year) for year in self.frame["year"].unique())

    def of_year(self, *years: int) -> Self:
        """Return the flows of some years only, over the same universe."""
        return type(self)(self.frame[self.frame["year"].isin(years)], self.places, self.directed, self.unit)

    def matrix(self) -> npt.NDArray[np.float64]:
        """Return the n × n matrix of summed flows, origins in rows, in the order of `places`.

        The diagonal is zero; an undirected matrix is symmetric.

        >>> frame = pd.DataFrame({"origin": ["a"], "destination": ["b"], "year": [2020], "class": [""],
        ...     "value": [3.0]})
        >>> Flows(frame, ("a", "b", "c"), directed=False).matrix().tolist()
        [[0.0, 3.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
        """
        position = {code: i for i, code in enumerate(self.places)}
        rows = self.frame["origin"].map(position).to_numpy(dtype=np.intp)
        columns = self.frame["destination"].map(position).to_numpy(dtype=np.intp)
        matrix = np.zeros((len(self.places), len(self.places)))
        np.add.at(matrix, (rows, columns), self.frame["value"].to_numpy(dtype=float))
        np.fill_diagonal(matrix, 0.0)
        return matrix if self.directed else matrix + matrix.T
