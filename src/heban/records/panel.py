"""Panels: place × year × indicator values, checked once and then trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from heban.domain.errors import BadSpec
from heban.domain.indicator import Catalogue
from heban.records import notebook

DIMENSIONS = ("place", "year", "indicator")


@dataclass(frozen=True)
class Panel:
    """Values by place, year and indicator, with their catalogue and their origins.

    `values` has the dimensions (place, year, indicator) in this order; what is absent is NaN,
    never 0 (§1). `year` is the year that the data describe, not the label of a report (§3).
    `origins` names the resources that each indicator comes from.
    """

    values: xr.DataArray
    catalogue: Catalogue
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.values.dims != DIMENSIONS:
            raise BadSpec(f"a panel has the dimensions {DIMENSIONS}, not {self.values.dims}.")
        for dimension in DIMENSIONS:
            labels = self.values.indexes[dimension]
            if labels.has_duplicates:
                twice = ", ".join(str(label) for label in labels[labels.duplicated()].unique())
                raise BadSpec(f"a panel has each {dimension} once; twice: {twice}.")
        for code in self.indicators:
            self.catalogue[code]
        if np.isinf(self.values.to_numpy()).any():
            raise BadSpec("a panel holds finite values; an infinite one is a division by zero upstream.")

    @staticmethod
    def from_frame(
        frame: pd.DataFrame, catalogue: Catalogue, origins: Mapping[str, Iterable[str]] | None = None
    ) -> Panel:
        """Build a panel from rows of place, year, indicator and value; see `panel.from_frame`."""
        return from_frame(frame, catalogue, origins)

    def to_frame(self) -> pd.DataFrame:
        """Return the cells that have a value: place, year, indicator, value.

        >>> from heban.domain.indicator import Indicator
        >>> rows = {"place": ["a", "b"], "year": [2020, 2020], "indicator": ["x", "x"], "value": [1.0, 2.0]}
        >>> panel = from_frame(pd.DataFrame(rows), Catalogue({"x": Indicator("x", "甲", "X", "件")}))
        >>> panel.to_frame().to_numpy().tolist()
        [['a', 2020, 'x', 1.0], ['b', 2020, 'x', 2.0]]
        """
        return self.values.rename("value").to_series().dropna().reset_index()

    def to_geopandas(self, where: Mapping[str, tuple[float, float]], year: int) -> Any:
        """Return a point for each place with a column for each indicator of a year; needs `heban[notebook]`.

        `where` gives each place its longitude and latitude (WGS 84); NaN where a value is absent (§1).
        """
        return notebook.points(self._of(year), where)

    @property
    def places(self) -> list[str]:
        """The place codes, in the order of the rows."""
        return [str(code) for code in self.values.indexes["place"]]

    @property
    def years(self) -> list[int]:
        """The years, ascending."""
        return [int(year) for year in self.values.indexes["year"]]

    @property
    def indicators(self) -> list[str]:
        """The indicator codes."""
        return [str(code) for code in self.values.indexes["indicator"]]

    def series(self, place: str, indicator: str) -> pd.Series[float]:
        """Return one indicator of one place over the years, absent years left out."""
        series: pd.Series[float] = self.values.sel(place=place, indicator=indicator).to_series()
        return series.dropna()

    def value(self, place: str, year: int, indicator: str) -> float:
        """Return one value; NaN when it is absent."""
        return float(self.values.sel(place=place, year=year, indicator=indicator))

    def with_total(self, code: str, members: Sequence[str]) -> Panel:
        """Return the panel with one more place: the sum of its members where all of them have a value.

        Only indicators that add up have a total; a sum over an absent member would be a sum
        of something else, so it is absent too (§1).

        >>> from heban.domain.indicator import Indicator
        >>> rows = {"place": ["a", "b"], "year": [2020, 2020], "indicator": ["x", "x"], "value": [1.0, 2.0]}
        >>> panel = from_frame(pd.DataFrame(rows), Catalogue({"x": Indicator("x", "甲", "X", "件")}))
        >>> panel.with_total("ab", ["a", "b"]).value("ab", 2020, "x")
        3.0
        """
        total = self.values.sel(place=list(members)).sum("place", skipna=False)
        additive = xr.DataArray(
            [self.catalogue[indicator].additive for indicator in self.indicators],
            coords={"indicator": self.indicators},
            dims="indicator",
        )
        row = total.where(additive).expand_dims(place=[code])
        return Panel(
            xr.concat([self.values, row], "place").transpose(*DIMENSIONS), self.catalogue, self.origins
        )

    def __repr__(self) -> str:
        places, years, indicators = self.values.shape
        absent = int(np.isnan(self.values.to_numpy()).sum())
        return f"<Panel: {places} places, {years} years, {indicators} indicators, {absent} cells absent>"

    def _repr_html_(self) -> str:
        if not self.years:
            return notebook.html(repr(self), pd.DataFrame())
        last = self.years[-1]
        return notebook.html(f"{self!r} {last}", self._of(last).reset_index())

    def _of(self, year: int) -> pd.DataFrame:
        cells: pd.DataFrame = self.values.sel(year=year).to_pandas()
        return cells


def from_frame(
    frame: pd.DataFrame, catalogue: Catalogue, origins: Mapping[str, Iterable[str]] | None = None
) -> Panel:
    """Build a panel from rows of place, year, indicator and value.

    Raises `BadSpec` when a cell is given twice.

    >>> from heban.domain.indicator import Indicator
    >>> rows = pd.DataFrame({"place": ["a"], "year": [2020], "indicator": ["x"], "value": [1.0]})
    >>> from_frame(rows, Catalogue({"x": Indicator("x", "甲", "X", "件")}))
    <Panel: 1 places, 1 years, 1 indicators, 0 cells absent>
    """
    cells = list(DIMENSIONS)
    twice = frame[frame.duplicated(cells, keep=False)]
    if len(twice):
        first = ", ".join(str(twice.iloc[0][c]) for c in cells)
        raise BadSpec(f"{len(twice)} rows give a cell twice, the first ({first}). Choose one edition.")
    wide = frame.set_index(cells)["value"].astype(float)
    values = xr.DataArray.from_series(wide).sortby(["place", "year"])
    order = [i.code for i in catalogue if i.code in values.indexes["indicator"]]
    named = {code: tuple(resources) for code, resources in (origins or {}).items()}
    return Panel(values.sel(indicator=order).transpose(*DIMENSIONS), catalogue, named)
