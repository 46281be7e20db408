"""Notebooks: tables as graphs, as shapes on the map and as HTML; networkx and geopandas only when asked."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec

SHOWN = 10  # rows of a table in a notebook
WGS84 = "EPSG:4326"
Where = Mapping[str, tuple[float, float]]


def graph(
    matrix: npt.NDArray[np.float64], places: Iterable[str], rows: pd.DataFrame, *, directed: bool
) -> Any:
    """Return a networkx graph of a matrix of flows; what stays within a place is on its node (§6)."""
    networkx = _needed("networkx")
    made = networkx.DiGraph() if directed else networkx.Graph()
    codes = list(places)
    stays = rows[rows["origin"] == rows["destination"]].groupby("origin")["value"]
    within = _sums(stays)
    made.add_nodes_from((code, {"within": float(within.get(code, 0.0))}) for code in codes)
    ends = np.argwhere(matrix != 0)
    made.add_weighted_edges_from((codes[i], codes[j], float(matrix[i, j])) for i, j in ends)
    return made


def two_mode(rows: pd.DataFrame, places: Iterable[str], classes: Iterable[str]) -> Any:
    """Return a networkx graph between places and classes, weighted by the sum of what is held."""
    made = _needed("networkx").Graph()
    made.add_nodes_from((("place", code) for code in places), bipartite=0)
    made.add_nodes_from((("class", code) for code in classes), bipartite=1)
    for (place, kind), value in _sums(rows.groupby(["place", "class"])["value"]).items():
        made.add_edge(("place", place), ("class", kind), weight=float(value))
    return made


def lines(rows: pd.DataFrame, where: Where) -> Any:
    """Return rows of origin and destination as straight lines between the two, in WGS 84."""
    _located({*rows["origin"], *rows["destination"]}, where)
    geopandas, shapely = _needed("geopandas"), _needed("shapely")
    ends = [np.array([where[code] for code in rows[end]]) for end in ("origin", "destination")]
    shapes = shapely.linestrings(np.stack(ends, axis=1)) if len(rows) else []
    return geopandas.GeoDataFrame(rows.reset_index(drop=True), geometry=list(shapes), crs=WGS84)


def points(table: pd.DataFrame, where: Where) -> Any:
    """Return a table by place as points, in WGS 84."""
    _located(set(table.index), where)
    geopandas, shapely = _needed("geopandas"), _needed("shapely")
    shapes = [shapely.Point(where[code]) for code in table.index]
    return geopandas.GeoDataFrame(table, geometry=shapes, crs=WGS84)


def html(title: str, rows: pd.DataFrame) -> str:
    """Return a title and the first rows as HTML.

    >>> html("<Flows>", pd.DataFrame({"value": [1.5]}))[:40]
    '<div><p><code>&lt;Flows&gt;</code></p><t'
    """
    rest = len(rows) - SHOWN
    more = f"<p>… {rest:,} more</p>" if rest > 0 else ""
    table = rows.head(SHOWN).to_html(index=False, border=0, na_rep="–")
    return f"<div><p><code>{escape(title)}</code></p>{table}{more}</div>"


def _sums(values: Any) -> dict[Any, float]:
    """Return the sum of each group; a sum over an absent value is absent (§1)."""
    sums: dict[Any, float] = values.agg(lambda group: group.sum(skipna=False)).to_dict()
    return sums


def _located(codes: set[str], where: Where) -> None:
    missing = sorted(code for code in codes if code not in where)
    if missing:
        named = ", ".join(map(str, missing[:10]))
        raise BadSpec(
            f"{len(missing)} places have no coordinates: {named}. Give each its longitude and latitude."
        )


def _needed(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise BadSpec(f'{module} is not installed. Run: pip install "heban[notebook]".') from error
