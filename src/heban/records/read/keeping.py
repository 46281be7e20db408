"""Keeping an import: its tables with their cards, the rejects, the list of imports, in one amendment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from heban.records.amending import amend
from heban.records.cards import Card
from heban.records.kinds import kind
from heban.records.package import DataPackage, open_package
from heban.records.read.ground import made_places, write_ground
from heban.records.read.mapping import CardKeys, Mapping, RegionKeys
from heban.records.read.staging import STANDING, Staging
from heban.records.writing import Table

if TYPE_CHECKING:
    from heban.records.read.importing import Read

NOT_STATED = "未注明 (not stated)"
LARGE = 50_000  # rows from which a table is written as Parquet
NAMED_FILES = 3  # named on the card; the table of imports has them all


@dataclass(frozen=True)
class Kept:
    """What is to be kept beside the rows: the files, the mapping, the card, the region, the day."""

    reads: list[Read]
    mapping: Mapping
    card: CardKeys
    region: RegionKeys
    retrieved: str


def keep(
    staging: Staging, kept: Kept, package: DataPackage | None, into: Path, aside: Path
) -> tuple[pd.DataFrame, list[str]]:
    """Write what was settled into the package, or a new one; return the counts and the tables written."""
    counts = _counts(staging, kept)
    if package is not None:
        tables = _tables(staging, kept, counts, package)
        amend(into, tables)
    else:
        folder = aside / into.name
        places = made_places(staging, _used(staging, kept))
        write_ground(folder, places, kept.region, _places_card(kept))
        tables = _tables(staging, kept, counts, open_package(folder))
        amend(folder, tables)
        folder.rename(into)
    return counts, [table.name for table in tables]


def _counts(staging: Staging, kept: Kept) -> pd.DataFrame:
    """Return the rows of the kind `imports`."""
    rows = [
        {
            "file": kept.reads[count.file].name,
            "sha256": kept.reads[count.file].sha256,
            "mapping": kept.mapping.sha256,
            "kind": count.table,
            "rows": count.rows,
            "kept": count.kept,
            "repeated": count.repeated,
            "rejected": count.rejected,
        }
        for table in staging.tables
        for count in staging.counts(table)
    ]
    return pd.DataFrame(rows, columns=kind("imports").columns)


def _used(staging: Staging, kept: Kept) -> list[str]:
    """Return the codes of the places that the settled rows name."""
    queries = [
        f'SELECT DISTINCT "{field.name}" AS code FROM first_{table}'
        for table in kept.mapping.sections
        for field in kind(table).fields
        if field.refers_to == "places"
    ]
    return list(staging.frame(" UNION ".join(queries))["code"]) if queries else []


def _tables(staging: Staging, kept: Kept, counts: pd.DataFrame, package: DataPackage) -> list[Table]:
    tables = []
    span = _span(staging, kept)
    for table in staging.tables:
        names = ", ".join(f'"{name}"' for name in kind(table).columns)
        rows = staging.frame(f"SELECT {names} FROM first_{table} WHERE file <> {STANDING}")
        if len(rows):
            tables.append(_grown(package, table, rows, _card(kept, counts, table, span)))
    rejects = staging.frame(
        'SELECT DISTINCT name AS file, row, col AS "column", value, reason '
        "FROM rejects JOIN named USING (file) ORDER BY ALL"
    ).drop_duplicates(kind("rejects").key)
    placed = staging.frame("SELECT DISTINCT ON (text) * FROM placed ORDER BY text")
    for name, rows, title in (
        ("addresses", placed, "地址归地 Addresses and where they were placed"),
        ("rejects", rejects, "拒收的行 Rows rejected by imports"),
        ("imports", counts, "导入清单 Files that were imported"),
    ):
        if len(rows):
            tables.append(_listed(package, name, rows, _own_card(kept, title)))
    return tables


def _grown(package: DataPackage, table: str, rows: pd.DataFrame, card: Card) -> Table:
    """Add rows to the table of the same producer, or begin another beside it."""
    name, number = table, 1
    while name in package.resources and package.card(name).producer != card.producer:
        number += 1
        name = f"{table}_{number}"
    if name in package.resources:
        old = package.card(name)
        rows = pd.concat([package.frame(name)[kind(table).columns], rows], ignore_index=True)
        made = old.made if card.made in old.made else f"{old.made} {card.made}"
        card = replace(
            old,
            year=_joined(old.year, card.year),
            retrieved=card.retrieved,
            made=made,
            synthetic=old.synthetic or card.synthetic,
        )
    return Table(name, table, rows, card, _format(rows))


def _listed(package: DataPackage, name: str, rows: pd.DataFrame, card: Card) -> Table:
    """Add rows to a table that imports keep of themselves; what stands there stays."""
    if name in package.resources:
        old = package.frame(name)[kind(name).columns]
        rows = pd.concat([old, rows], ignore_index=True).drop_duplicates(kind(name).key)
    return Table(name, name, rows, card, _format(rows))


def _format(rows: pd.DataFrame) -> Literal["csv", "parquet"]:
    return "parquet" if len(rows) >= LARGE else "csv"


def _card(kept: Kept, counts: pd.DataFrame, table: str, span: str) -> Card:
    said = kept.card
    mine = counts[counts["kind"] == table]
    names = [f"{row.file}（sha256 {row.sha256[:16]}…）" for row in mine.head(NAMED_FILES).itertuples()]
    more = f" 等 {len(mine)} 个文件" if len(mine) > NAMED_FILES else ""
    rows, stayed, again, gone = (int(mine[name].sum()) for name in ("rows", "kept", "repeated", "rejected"))
    title = said.title or kept.mapping.name
    return Card(
        title=f"{title}：{kind(table).zh}",
        title_en=f"{title}: {kind(table).en}",
        producer=said.producer or NOT_STATED,
        year=span,
        url=said.url or (kept.reads[0].name if kept.reads else NOT_STATED),
        licence=said.licence or NOT_STATED,
        retrieved=kept.retrieved,
        made=(
            f"{kept.retrieved} 由 heban import {kept.mapping.said.kind}（映射 {kept.mapping.name}）读入 "
            f"{'、'.join(names)}{more}：{rows} 行，保留 {stayed}，重复 {again}，拒收 {gone}。"
            f"Read from these files: {rows} rows, {stayed} kept, {again} repeated, {gone} rejected."
        ),
        synthetic=said.synthetic,
    )


def _own_card(kept: Kept, title: str) -> Card:
    made = "由 heban import 写出。Written by heban import."
    card = _card(kept, pd.DataFrame(columns=kind("imports").columns), "imports", kept.retrieved[:4])
    return replace(card, title=title, title_en="", producer="heban import", url="docs/import.md", made=made)


def _places_card(kept: Kept) -> Card:
    names = "、".join(read.name for read in kept.reads[:NAMED_FILES])
    made = f"由 heban import 据 {names} 的各行列出。Listed from the rows of these files by heban import."
    return replace(_own_card(kept, "地方 Places"), made=made, producer=kept.card.producer or NOT_STATED)


def _span(staging: Staging, kept: Kept) -> str:
    records = staging.tables[0]
    found = staging.frame(
        f"SELECT min(year) AS a, max(year) AS b FROM first_{records} WHERE file <> {STANDING}"
    )
    if found.isna().to_numpy().any():
        return kept.retrieved[:4]
    first, last = int(found["a"].iat[0]), int(found["b"].iat[0])
    return str(first) if first == last else f"{first}–{last}"


def _joined(one: str, other: str) -> str:
    """Return the span of two spans.

    >>> _joined("2014–2016", "2020")
    '2014–2020'
    """
    years = [year for span in (one, other) for year in span.split("–")]
    return min(years) if min(years) == max(years) else f"{min(years)}–{max(years)}"
