"""COINr's two tables, iData and iMeta, as a panel, a specification and groups of places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from heban.domain.errors import BadData, Finding
from heban.domain.indicator import Catalogue, Indicator
from heban.measures.index import tablefaults
from heban.measures.index.spec import IndexSpec, Node
from heban.measures.index.tablefaults import ABSENT, NODES, NUMERIC, blank, numbers
from heban.records.panel import Panel

TEXTS = ("iCode", "Type", "Parent", "iName", "Unit", "Denominator")
FIGURES = ("Direction", "Weight", "Target", "goalpost_lower", "goalpost_upper")

Groups = dict[str, dict[str, Any]]


def from_coinr(
    data: pd.DataFrame, meta: pd.DataFrame, *, year: int | None = None
) -> tuple[Panel, IndexSpec, Groups]:
    """Read COINr's iData and iMeta: return the panel, the hierarchy as a specification, and the groups.

    iData: a row for each place (`uCode`) and year (`Time`, or `year` for all), in any order, with columns of
    indicators, denominators and groups. iMeta: a row for each of these and for each aggregate, with
    `iCode`, `Type`, `Parent`, `Direction`, `Weight`; `iName`, `Unit`, `Denominator`, `Target`,
    `goalpost_lower` and `goalpost_upper` are read when there. `Level` is not needed: it follows from the
    parents, which may skip one. The specification holds the nodes and no step yet; add steps with
    `model_copy(update=…)`. Raises `BadData` with every fault of both tables, its row and its repair.
    Source: the input format of COINr (Becker et al., J. Open Source Software 7 (2022) 4567).

    >>> data = pd.DataFrame({"uCode": ["b", "a"], "x": [1.0, 2.0]})
    >>> meta = pd.DataFrame({"iCode": ["x", "i"], "Type": ["Indicator", "Aggregate"], "Parent": ["i", None],
    ...                      "Direction": [1, 1], "Weight": [1, 1]})
    >>> panel, spec, groups = from_coinr(data, meta, year=2020)
    >>> panel.places, spec.root, [node.code for node in spec.nodes]
    (['a', 'b'], 'i', ['x', 'i'])
    """
    _raise(tablefaults.of_columns(data, meta, year))
    table = _cleaned(meta)
    faults = [*tablefaults.of_meta(table), *tablefaults.between(data, table)]
    _raise([*faults, *tablefaults.of_data(data, table)])
    rows = table.to_dict("records")
    codes = [row["iCode"] for row in rows if row["Type"] in NUMERIC]
    nodes = tuple(_node(row) for row in rows if row["Type"] in NODES)
    root = next(node.code for node in nodes if not node.parent)
    catalogue = Catalogue(
        {row["iCode"]: _indicator(row) for row in rows if row["Type"] in (*NODES, "Denominator")}
    )
    groups = [row["iCode"] for row in rows if row["Type"] == "Group"]
    panel = Panel(_values(data, codes, year), catalogue)
    return panel, IndexSpec(root=root, nodes=nodes), _groups(data, groups)


def _raise(findings: Iterable[Finding]) -> None:
    found = list(findings)
    if found:
        raise BadData(found)


def _cleaned(meta: pd.DataFrame) -> pd.DataFrame:
    """Return iMeta with text for text, "" where a cell is empty, and every optional column."""
    made: dict[str, Any] = {}
    for column in TEXTS:
        some = meta[column] if column in meta else pd.Series("", index=meta.index, dtype=object)
        made[column] = ["" if pd.isna(cell) or str(cell) in ABSENT else str(cell) for cell in some]
    for column in FIGURES:
        made[column] = numbers(meta[column]) if column in meta else np.full(len(meta), np.nan)
    return pd.DataFrame(made)


def _values(data: pd.DataFrame, codes: list[str], year: int | None) -> xr.DataArray:
    places = data["uCode"].astype(str).tolist()
    years = [int(one) for one in numbers(data["Time"])] if "Time" in data.columns else [year] * len(data)
    at: dict[str, list[Any]] = {"place": sorted(set(places)), "year": sorted(set(years)), "indicator": codes}
    values = np.full([len(labels) for labels in at.values()], np.nan)
    rows, columns = pd.Index(at["place"]).get_indexer(places), pd.Index(at["year"]).get_indexer(years)
    values[rows, columns] = np.stack([numbers(data[code]) for code in codes], axis=-1)
    return xr.DataArray(values, at, tuple(at))


def _groups(data: pd.DataFrame, codes: list[str]) -> Groups:
    """Return the group of each place; None where it has none."""
    made: Groups = {}
    for code in codes:
        known = ~blank(data[code])
        of_place = dict.fromkeys(sorted(data["uCode"].astype(str)))
        of_place |= dict(zip(data["uCode"].astype(str)[known], data[code][known], strict=True))
        made[code] = of_place
    return made


def _node(row: Mapping[Any, Any]) -> Node:
    posts = (float(row["goalpost_lower"]), float(row["goalpost_upper"]))
    leaf = row["Type"] == "Indicator"
    return Node(
        code=row["iCode"],
        parent=row["Parent"],
        weight=float(row["Weight"]),
        direction=-1 if row["Direction"] == -1 else 1,
        denominator=row["Denominator"] if leaf else "",
        target=float(row["Target"]) if leaf and not np.isnan(row["Target"]) else None,
        goalposts=posts if leaf and not np.isnan(posts).any() else None,
    )


def _indicator(row: Mapping[Any, Any]) -> Indicator:
    """Return a row as an entry of the catalogue; a denominator is not judged."""
    return Indicator(
        code=row["iCode"],
        zh=row["iName"] or row["iCode"],
        en=row["iName"] or row["iCode"],
        unit=row["Unit"],
        direction=0 if row["Type"] == "Denominator" else -1 if row["Direction"] == -1 else 1,
        parent=row["Parent"] if row["Type"] in NODES else "",
        weight=1.0 if np.isnan(row["Weight"]) else float(row["Weight"]),
    )
