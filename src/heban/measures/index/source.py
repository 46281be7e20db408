"""What the steps of an index take from a panel: arrays, labels, groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from heban.domain.errors import BadSpec
from heban.measures.index.consistency import check
from heban.measures.index.hierarchy import Array, Hierarchy
from heban.measures.index.spec import IndexSpec
from heban.records.panel import Panel

Groups = Mapping[str, Mapping[str, Any]]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Source:
    """The values of a panel as the steps need them.

    `values` (place, year, indicator), the indicators in the order of the hierarchy, over all years of the
    panel in the order of time; `inside` marks the years of the index. `denominators` (place, year) by code;
    `groups` (place,) by the name of the grouping, a number for each group and −1 for none.
    """

    values: Array
    denominators: Mapping[str, Array]
    places: list[str]
    years: list[int]
    inside: npt.NDArray[np.bool_]
    groups: Mapping[str, Numbers]

    @property
    def span(self) -> slice:
        """The years of the index as a slice; they stand side by side."""
        within = np.flatnonzero(self.inside)
        return slice(int(within[0]), int(within[-1]) + 1)

    @property
    def of_index(self) -> list[int]:
        """The years of the index."""
        return self.years[self.span]


def taken(panel: Panel, spec: IndexSpec, hierarchy: Hierarchy, groups: Groups | None = None) -> Source:
    """Take from a panel what the steps need, and check the specification against it.

    `groups` gives the group of every place under the name of the grouping, beside the panel's own: its
    coordinates along places. Raises `BadSpec` naming every key that does not fit.
    """
    values, years, inside = _years(panel, spec)
    known = {**_coordinates(panel), **(groups or {})}
    source = Source(
        _picked(values, hierarchy.indicators),
        {code: _picked(values, [code])[..., 0] for code in sorted(set(hierarchy.denominators)) if code},
        panel.places,
        years,
        inside,
        _numbered(known, panel.places),
    )
    check(spec, hierarchy, places=source.places, years=source.of_index, groups=known)
    return source


def _years(panel: Panel, spec: IndexSpec) -> tuple[xr.DataArray, list[int], npt.NDArray[np.bool_]]:
    values = panel.values.sortby("year")
    known = [int(year) for year in values.indexes["year"]]
    if not known or not panel.places:
        raise BadSpec("the panel is empty: it has no place or no year.")
    first = known[0] if spec.first_year is None else spec.first_year
    last = known[-1] if spec.last_year is None else spec.last_year
    if spec.every_year and first <= last:
        every = list(range(min(first, known[0]), max(last, known[-1]) + 1))
        values, known = values.reindex(year=every), every
    inside = np.array([first <= year <= last for year in known])
    if not inside.any():
        raise BadSpec(
            f"first_year = {first} and last_year = {last}: the panel has no year between them; it runs "
            f"{known[0]}–{known[-1]}."
        )
    return values, known, inside


def _coordinates(panel: Panel) -> dict[str, Mapping[str, Any]]:
    """Return the panel's own groupings: coordinates along its places."""
    coordinates = panel.values.coords.items()
    own = {str(name): c for name, c in coordinates if c.dims == ("place",) and name != "place"}
    return {name: dict(zip(panel.places, one.to_numpy(), strict=True)) for name, one in own.items()}


def _numbered(groups: Groups, places: Sequence[str]) -> dict[str, Numbers]:
    made = {}
    for name, of_place in groups.items():
        labels = pd.Series([of_place.get(place) for place in places], dtype=object).replace("", None)
        made[name] = pd.factorize(labels, sort=False)[0].astype(np.intp)
    return made


def _picked(values: xr.DataArray, codes: Sequence[str]) -> Array:
    at = values.indexes["indicator"].get_indexer(list(codes))
    picked: Array = values.to_numpy()[..., at].astype(np.float64, copy=False)
    return picked
