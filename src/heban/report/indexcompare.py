"""Two indices side by side, each from its results folder or built from its package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from heban.domain.errors import BadSpec, unknown
from heban.domain.place import Language
from heban.measures.index.comparison import Comparison, compare_scores
from heban.report.indexing import built, name_tables
from heban.report.tablefiles import records, write_workbook

MOVERS = 10


@dataclass(frozen=True, eq=False)
class Scored:
    """The scores of an index, (place, year, node), and what is needed to rank and to name them."""

    folder: Path
    root: str
    scores: xr.DataArray
    directions: Mapping[str, float]
    places: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Compared:
    """Two indices compared at a node; `rows` are those of one year, `movers` its largest changes of rank."""

    folders: tuple[str, str]
    nodes: tuple[str, str]
    year: int
    found: Comparison
    rows: pd.DataFrame
    movers: pd.DataFrame


def compare_folders(
    first: Path, second: Path, *, node: str = "", year: int | None = None, lang: Language = "zh"
) -> Compared:
    """Compare two indices at a node, by default at their roots, in a year, by default the last in common.

    A folder is one that `heban index build` wrote, or a package with an `index.toml`, which is built on the
    way. Raises `BadSpec` for any other, and `UnknownName` for a node or a year that they do not have.
    """
    both = [scored(folder) for folder in (first, second)]
    nodes = [node or one.root for one in both]
    arrays = [_at(one, code) for one, code in zip(both, nodes, strict=True)]
    signs = [one.directions[code] for one, code in zip(both, nodes, strict=True)]
    found = compare_scores(arrays[0], arrays[1], directions=(signs[0], signs[1]))
    years = [int(one) for one in found.by_year.index]
    told = years[-1] if year is None else year
    if told not in years:
        raise unknown("year", str(told), map(str, years), "both indices")
    names = pd.concat([one.places for one in both]).drop_duplicates("place").set_index("place")[lang]
    rows = found.table.xs(told, level="year").reset_index()
    rows.insert(1, "name", rows["place"].map(names).fillna(rows["place"]))
    rows = rows.sort_values(["rank_first", "rank_second", "place"], ignore_index=True)
    return Compared((str(first), str(second)), (nodes[0], nodes[1]), told, found, rows, _movers(rows))


def scored(folder: Path) -> Scored:
    """Return the scores of a results folder, or of a package, whose index is built first."""
    if (folder / "scores.parquet").is_file() and (folder / "weights.parquet").is_file():
        return _read(folder)
    if not (folder / "region.toml").is_file():
        raise BadSpec(
            f"'{folder}' is neither a results folder of `heban index build` nor the folder of a package. "
            "Give one of these."
        )
    package, _, result = built(folder)
    signs = dict(zip(result.hierarchy.codes, result.hierarchy.directions.tolist(), strict=True))
    signs |= dict.fromkeys(result.hierarchy.leaves, 1.0)  # their scores have their direction already
    return Scored(folder, result.root, result.scores, signs, name_tables(package, result)["places"])


def _read(folder: Path) -> Scored:
    weights = pd.read_parquet(folder / "weights.parquet").set_index("node")
    leaf = weights["level"] == 1
    signs = weights["direction"].astype(float).where(~leaf, 1.0)
    table = pd.read_parquet(folder / "scores.parquet").set_index(["place", "year"])
    table.columns.name = "node"
    scores = table.stack(future_stack=True).to_xarray().reindex(node=list(table.columns))
    ordered = scores.reindex(place=list(table.index.unique("place")), year=sorted(table.index.unique("year")))
    root = weights.index[weights["parent"] == ""][0]
    names = pd.read_parquet(folder / "places.parquet")
    return Scored(folder, str(root), ordered, signs.to_dict(), names)


def _at(one: Scored, node: str) -> xr.DataArray:
    if node not in one.directions:
        raise unknown("node", node, one.directions, f"the index of '{one.folder}'")
    return one.scores.sel(node=node, drop=True)


def _movers(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the places whose rank changes most; of equal ones that whose score changes most first."""
    moved = rows[rows["rise"].abs() > 0]
    size = pd.DataFrame({"rise": moved["rise"].abs(), "difference": moved["difference"].abs()})
    order = size.sort_values(["rise", "difference"], ascending=False, kind="stable").index
    return moved.loc[order].head(MOVERS).reset_index(drop=True)


def document(compared: Compared) -> dict[str, Any]:
    """Return a comparison as a plain dict; what is absent is null."""
    found = compared.found
    tables = {
        "by_year": found.by_year.reset_index(), "places": compared.rows, "movers": compared.movers,
    }  # fmt: skip
    return {
        "first": {"folder": compared.folders[0], "node": compared.nodes[0], "only": list(found.only_first)},
        "second": {"folder": compared.folders[1], "node": compared.nodes[1], "only": list(found.only_second)},
        "year": compared.year,
        **records(tables),
    }


def write(compared: Compared, path: Path) -> None:
    """Write a comparison as a workbook: agreement by year, the year told, its movers, every year."""
    only = [("first", one) for one in compared.found.only_first]
    only += [("second", one) for one in compared.found.only_second]
    names = compared.rows.set_index("place")["name"]
    every = compared.found.table.reset_index()
    every.insert(1, "name", every["place"].map(names))
    tables = {
        "by_year": compared.found.by_year.reset_index(),
        f"places_{compared.year}": compared.rows,
        "movers": compared.movers,
        "every_year": every,
        "only_in_one": pd.DataFrame(only, columns=["index", "place_or_year"]),
    }
    write_workbook(path, tables)


def text(compared: Compared) -> str:
    """Return a comparison as JSON."""
    return json.dumps(document(compared), ensure_ascii=False, indent=2, allow_nan=False)
