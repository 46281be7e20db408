"""Holdings: how much each place has in each class, by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from heban.domain.errors import BadSpec
from heban.records import notebook

COLUMNS = ("place", "class", "year", "value")


@dataclass(frozen=True)
class Holdings:
    """Counts by place, class and year, kept sparse: a row for what is there, none for the rest.

    >>> frame = pd.DataFrame({"place": ["a", "a"], "class": ["x", "y"], "year": [2020, 2020],
    ...     "value": [3.0, 1.0]})
    >>> Holdings(frame, ("a", "b"), ("x", "y")).table().loc["a", "x"]
    np.float64(3.0)
    """

    frame: pd.DataFrame
    places: tuple[str, ...]
    classes: tuple[str, ...]
    unit: str = ""

    def __post_init__(self) -> None:
        missing = [column for column in COLUMNS if column not in self.frame]
        if missing:
            raise BadSpec(f"holdings lack the columns {', '.join(missing)}.")
        for column, known in (("place", self.places), ("class", self.classes)):
            strangers = sorted(set(self.frame[column].unique()) - set(known))
            if strangers:
                raise BadSpec(f"holdings name an unlisted {column}: {', '.join(map(str, strangers[:10]))}.")

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        places: Iterable[str] | None = None,
        classes: Iterable[str] | None = None,
        *,
        year: int | None = None,
        unit: str = "",
    ) -> Self:
        """Build holdings from rows of place, class and value, with year where it differs.

        `year` is that of rows without such a column. `places` and `classes` are the universe, else
        all that the rows name.

        >>> rows = pd.DataFrame({"place": ["a"], "class": ["x"], "value": [3.0]})
        >>> Holdings.from_frame(rows, year=2020)
        <Holdings: 1 places, 1 classes, 1 row, 2020>
        """
        rows = frame if year is None or "year" in frame else frame.assign(year=year)
        missing = [column for column in COLUMNS if column not in rows]
        if missing:
            raise BadSpec(f"holdings lack the columns {', '.join(missing)}.")
        known = [
            tuple(sorted(rows[column].unique())) if given is None else tuple(given)
            for column, given in (("place", places), ("class", classes))
        ]
        return cls(rows[list(COLUMNS)].reset_index(drop=True), known[0], known[1], unit)

    def to_frame(self) -> pd.DataFrame:
        """Return the rows: place, class, year, value."""
        return self.frame[list(COLUMNS)].reset_index(drop=True)

    def to_networkx(self) -> Any:
        """Return the places and classes as a two-mode networkx graph; needs `heban[notebook]`.

        Nodes are ("place", code) and ("class", code), with `bipartite` 0 and 1; a tie has the holding,
        summed over the years, as `weight`.
        """
        return notebook.two_mode(self.to_frame(), self.places, self.classes)

    def to_geopandas(self, where: Mapping[str, tuple[float, float]]) -> Any:
        """Return a point for each place with a column for each class; needs `heban[notebook]`.

        `where` gives each place its longitude and latitude (WGS 84); NaN where nothing is recorded.
        """
        return notebook.points(self.table(), where)

    def table(self) -> pd.DataFrame:
        """Return the sum over the years as a place × class table; NaN where nothing is recorded."""
        wide = self.frame.pivot_table(index="place", columns="class", values="value", aggfunc="sum")
        return wide.reindex(index=list(self.places), columns=list(self.classes))

    def __repr__(self) -> str:
        rows, years = len(self.frame), sorted(int(year) for year in self.frame["year"].unique())
        span = f", {years[0]}" + (f"–{years[-1]}" if len(years) > 1 else "") if years else ""
        sizes = f"{len(self.places)} places, {len(self.classes)} classes"
        return f"<Holdings: {sizes}, {rows} row{'s' if rows != 1 else ''}{span}>"

    def _repr_html_(self) -> str:
        return notebook.html(repr(self), self.table().reset_index())
