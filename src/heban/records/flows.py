"""Flows: how much goes from place to place, by year and class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.records import notebook

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
        ends = set(self.frame["origin"].unique()) | set(self.frame["destination"].unique())
        strangers = sorted(ends - set(self.places))
        if strangers:
            raise BadSpec(
                f"flows touch places outside their universe: {', '.join(map(str, strangers[:10]))}."
            )
        if (self.frame["value"] < 0).any():
            raise BadSpec("flows are not negative; a balance is a difference of two flows.")

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        places: Iterable[str] | None = None,
        *,
        directed: bool,
        year: int | None = None,
        unit: str = "",
    ) -> Self:
        """Build flows from rows of origin, destination and value, with year and class where they differ.

        `year` is that of rows without such a column; without a class all rows are of one. `places` is
        the universe, else every place that a row names.

        >>> rows = pd.DataFrame({"origin": ["a"], "destination": ["b"], "value": [3.0]})
        >>> Flows.from_frame(rows, directed=True, year=2020)
        <Flows: 2 places, directed, 1 row, 2020>
        """
        given = {"class": ""} if year is None else {"class": "", "year": year}
        rows = frame.assign(**{name: word for name, word in given.items() if name not in frame})
        missing = [column for column in COLUMNS if column not in rows]
        if missing:
            raise BadSpec(f"flows lack the columns {', '.join(missing)}.")
        named = pd.unique(pd.concat([rows["origin"], rows["destination"]]))
        universe = tuple(sorted(named)) if places is None else tuple(places)
        return cls(rows[list(COLUMNS)].reset_index(drop=True), universe, directed, unit)

    def to_frame(self) -> pd.DataFrame:
        """Return the rows: origin, destination, year, class, value."""
        return self.frame[list(COLUMNS)].reset_index(drop=True)

    def to_networkx(self) -> Any:
        """Return a networkx graph of the flows summed over years and classes; needs `heban[notebook]`.

        Every place of the universe is a node; a tie has its flow as `weight`, a node what stays within
        it as `within` (§6).
        """
        return notebook.graph(self.matrix(), self.places, self.frame, directed=self.directed)

    def to_geopandas(self, where: Mapping[str, tuple[float, float]]) -> Any:
        """Return the flows between places as lines on the map; needs `heban[notebook]`.

        `where` gives each place its longitude and latitude (WGS 84).
        """
        between = self.to_frame().query("origin != destination")
        return notebook.lines(between, where)

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

    def __repr__(self) -> str:
        way = "directed" if self.directed else "undirected"
        rows, years = len(self.frame), self.years
        span = f", {years[0]}" + (f"–{years[-1]}" if len(years) > 1 else "") if years else ""
        return f"<Flows: {len(self.places)} places, {way}, {rows} row{'s' if rows != 1 else ''}{span}>"

    def _repr_html_(self) -> str:
        return notebook.html(repr(self), self.to_frame())
