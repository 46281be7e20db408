"""Keeping what was read: into one table of the package, with its card, its mapping, and no value lost."""

from __future__ import annotations

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from heban.domain.errors import BadData, Finding
from heban.domain.indicator import Indicator
from heban.records import engine, geography, tomltext
from heban.records.amending import amend
from heban.records.cards import Card
from heban.records.kinds import kind
from heban.records.package import DataPackage
from heban.records.sheets.mapping import parse
from heban.records.sheets.understanding import CELL, Reading
from heban.records.vintage import INDEX, mapping_path, table_name
from heban.records.writing import Table


@dataclass(frozen=True)
class Plan:
    """What keeping a reading would do to a package.

    `added` and `replaced` are rows, the latter with the value that stood there as `before`;
    `same` counts the cells that the package has already. `drops` are the example tables and
    indicators that the first figures of one's own replace.
    """

    table: str
    added: pd.DataFrame
    replaced: pd.DataFrame
    same: int
    findings: tuple[Finding, ...]
    drops: tuple[str, ...] = ()
    drops_indicators: tuple[str, ...] = ()


def plan(package: DataPackage, reading: Reading, *, table: str = "", replacing: bool = False) -> Plan:
    """Return what keeping a reading would change; a value that contradicts the package is a finding.

    With `replacing`, values of the table that is written to give way; those of other tables never do.
    """
    name = table or table_name(reading.edition)
    example: AnyMapping[str, Any] = package.document.get("example", {})
    drops = tuple(n for n in example.get("tables", ()) if n in package.resources)
    before = _standing(package, drops)
    rows = reading.frame().merge(before, on=CELL, how="left", suffixes=("", "_before"))
    known = rows["value_before"].notna()
    same = known & (rows["value"] == rows["value_before"]) & (rows["data_year"] == rows["data_year_before"])
    other = rows[known & ~same]
    mine = other["table"] == name
    conflicts = other[~mine] if replacing else other
    findings = [
        *_conflicts(reading.file, conflicts, name),
        *_editions(package, reading, drops),
        *_assumed(reading),
    ]
    return Plan(
        name,
        rows[~known],
        other[mine].rename(columns={"value_before": "before"}) if replacing else other[:0],
        int(same.sum()),
        tuple(findings),
        drops,
        _unused(package, reading, example.get("indicators", ())),
    )


def keep(package: DataPackage, reading: Reading, planned: Plan, *, retrieved: str) -> list[str]:
    """Write a reading into its package, whole or not at all, and return in words what was changed.

    `retrieved` is the day of the import. Nothing is touched when the package holds
    everything already. Raises `BadData` with every error of the reading and of the plan.
    """
    errors = [f for f in (*reading.findings, *planned.findings) if f.severity == "error"]
    if errors:
        raise BadData(errors)
    tables = [*_statistics(package, reading, planned, retrieved), *_indicators(package, reading, planned)]
    files, said = _files(package, reading, planned)
    if not tables and not files:
        return []
    properties = {"example": None} if planned.drops else {}
    amend(package.folder, tables, files, without=planned.drops, properties=properties)
    return said


def _standing(package: DataPackage, drops: Sequence[str]) -> pd.DataFrame:
    """Return the statistics of the package as they stand in its files, corrections not applied."""
    names = [r.name for r in package.of_kind("statistics") if r.name not in drops]
    columns = [*CELL, "value", "data_year", "table"]
    frames = [engine.rows(package.table(n), kind("statistics")).assign(table=n)[columns] for n in names]
    if not frames:
        return pd.DataFrame(columns=columns, dtype=object).astype({"year": "int64", "value": float})
    rows = pd.concat(frames, ignore_index=True)
    # A cell that two tables hold counts once; the one that can be written to is looked at last.
    return rows.drop_duplicates(CELL)


def _conflicts(file: str, rows: pd.DataFrame, table: str) -> list[Finding]:
    findings = []
    for row in rows.to_dict("records"):
        sheet, _, at = str(row["at"]).rpartition("!")
        column, number = re.fullmatch(r"([A-Z]+)(\d+)", at).groups()  # type: ignore[union-attr]
        where = "" if row["table"] == table else f" (table {row['table']})"
        message = (
            f"edition {row['edition']} has {row['value_before']:.15g} for {row['indicator']} "
            f"of {row['place']} in {row['year']}{where}, the file has {row['value']:.15g}"
        )
        repair = "import it as another edition, or give --replace"
        if where:
            repair = f"import it as another edition, or give --replace --table {row['table']}"
        name = f"{file}!{sheet}" if sheet else file
        findings.append(Finding("error", name, int(number), column, str(row["value"]), message, repair))
    return findings


def _editions(package: DataPackage, reading: Reading, drops: Sequence[str]) -> list[Finding]:
    """Warn when indicators come in several editions and nothing says which one the report is built from."""
    said = str(package.settings.get("edition", ""))
    kept = [package.frame(r.name) for r in package.of_kind("statistics") if r.name not in drops]
    if said or not kept:
        return []
    others = pd.concat(kept)
    others = others[others["edition"] != reading.edition]
    twice = sorted({figure.indicator for figure in reading.figures} & set(others["indicator"]))
    if not twice:
        return []
    message = f"{len(twice)} indicators come in several editions, as {twice[0]!r}, and none is chosen"
    repair = f'write edition = "{reading.edition}" at the top of region.toml'
    return [Finding("warning", geography.FILE, None, "edition", None, message, repair)]


def _assumed(reading: Reading) -> list[Finding]:
    """Say of new indicators what a head cannot say: whether more is better, and of what they are part."""
    new = [
        i for i in reading.added.values() if i.code not in reading.mapping.add and not _is_pillar(reading, i)
    ]
    findings = []
    for what, which in (
        ("added with “more is better”", new),
        ("added outside the hierarchy, so no index takes them in", [i for i in new if not i.parent]),
    ):
        if which:
            message = f"{len(which)} indicators are {what}: {', '.join(f'{i.code} {i.zh}' for i in which)}"
            repair = (
                "where that is wrong, set direction and parent in [add] of the mapping, or in the catalogue"
            )
            findings.append(Finding("warning", reading.file, None, None, None, message, repair))
    return findings


def _is_pillar(reading: Reading, indicator: Indicator) -> bool:
    return indicator.code not in {figure.indicator for figure in reading.figures}


def _unused(package: DataPackage, reading: Reading, examples: Sequence[str]) -> tuple[str, ...]:
    """Return the example indicators without a figure, their own or of one below them."""
    known = {i.code: i for i in package.catalogue} | reading.added
    needed: set[str] = set()
    reached = {figure.indicator for figure in reading.figures} | set(reading.added)
    while reached:
        needed |= reached
        reached = {known[code].parent for code in reached if known[code].parent} - needed
    return tuple(code for code in examples if code not in needed)


def _statistics(package: DataPackage, reading: Reading, planned: Plan, retrieved: str) -> list[Table]:
    if planned.added.empty and planned.replaced.empty:
        return []
    columns = kind("statistics").columns
    rows = pd.concat([planned.replaced[columns], planned.added[columns]], ignore_index=True)
    card = _card(reading, rows, retrieved)
    if planned.table in package.resources and planned.table not in planned.drops:
        standing = engine.rows(package.table(planned.table), kind("statistics"))
        gone = standing.set_index(CELL).index.isin(planned.replaced.set_index(CELL).index)
        rows = pd.concat([standing[~gone], rows], ignore_index=True)
        old = package.card(planned.table)
        card = replace(
            old, year=_span(rows), retrieved=retrieved, made=f"{old.made} {card.made}",
            synthetic=old.synthetic or card.synthetic,
        )  # fmt: skip
    return [Table(planned.table, "statistics", rows.assign(value=as_written(rows["value"])), card)]


def as_written(values: pd.Series) -> pd.Series:
    """Return values as they are to be written: a whole number without the ".0" of a column of floats.

    >>> as_written(pd.Series([3.0, 0.1])).tolist()
    [3, 0.1]
    """
    plain = [int(value) if float(value).is_integer() else float(value) for value in values]
    return pd.Series(plain, index=values.index, dtype=object)


def _card(reading: Reading, rows: pd.DataFrame, retrieved: str) -> Card:
    said, given = reading.said(), reading.mapping.card
    sheets = [sheet.sheet for sheet in reading.sheets if sheet.heads and sheet.sheet]
    of = f"，工作表 {'、'.join(sheets)}" if sheets else ""
    return Card(
        title=str(given.get("title") or said["title"] or reading.file),
        producer=str(given.get("producer") or said["producer"] or "未注明 (not stated)"),
        year=str(given.get("year") or _span(rows)),
        url=str(given.get("url") or reading.file),
        licence=str(given.get("licence") or "未注明 (not stated)"),
        retrieved=retrieved,
        made=f"{retrieved} 由 heban import 读入 {reading.file}{of}（sha256 {reading.sha256[:16]}…）。",
        synthetic=bool(given.get("synthetic", reading.synthetic)),
    )


def _span(rows: pd.DataFrame) -> str:
    first, last = int(rows["data_year"].min()), int(rows["data_year"].max())
    return str(first) if first == last else f"{first}–{last}"


def _indicators(package: DataPackage, reading: Reading, planned: Plan) -> list[Table]:
    resources = package.of_kind("indicators")
    gone = set(planned.drops_indicators)
    tables = []
    for resource in resources:
        rows = package.frame(resource.name)
        kept = rows[~rows["code"].isin(gone)]
        kept = kept.assign(parent=kept["parent"].where(~kept["parent"].isin(gone), ""))
        if resource is resources[0] and reading.added:
            kept = pd.concat([kept, pd.DataFrame(map(_row, reading.added.values()))], ignore_index=True)
        if len(kept) != len(rows) or (resource is resources[0] and reading.added):
            tables.append(Table(resource.name, "indicators", kept, resource.card))
    return tables


def _row(new: Indicator) -> dict[str, Any]:
    words = ("code", "zh", "en", "unit", "unit_en", "direction", "parent", "definition_zh", "definition_en")
    row = {name: getattr(new, name) for name in words}
    weight = new.weight if new.parent else np.nan
    return row | {"weight": weight, "total": "sum" if new.additive else "none"}


def _files(package: DataPackage, reading: Reading, planned: Plan) -> tuple[dict[str, str | bytes], list[str]]:
    """Return the files to change beside the tables, and in words what changes in them."""
    files: dict[str, str | bytes] = {}
    said = []
    at = mapping_path(reading.edition)
    old = package.folder / at
    kept = reading.kept()
    kept = kept.over(parse(old.read_text("utf-8"), at)) if old.exists() else kept
    if not old.exists() or old.read_text("utf-8") != kept.text():
        files[at] = kept.text()
        said.append(f"{at}: the mapping is kept there")
    if planned.drops:
        region = (package.folder / geography.FILE).read_text("utf-8-sig")
        files[geography.FILE] = tomltext.with_value(region, "", "edition", reading.edition)
        said.append(f"{geography.FILE}: edition = {reading.edition}")
        said.append(f"the example figures were taken out: {', '.join(planned.drops)}")
        if planned.drops_indicators:
            said.append(
                f"example indicators without figures were taken out: {', '.join(planned.drops_indicators)}"
            )
        said += _based(package, reading, files)
    return files, said


def _based(package: DataPackage, reading: Reading, files: dict[str, str | bytes]) -> list[str]:
    """Let the index of an example start in the first year of the figures that replace it."""
    path = package.folder / INDEX
    if not path.exists() or "base_year" not in path.read_text("utf-8"):
        return []
    first = min(figure.data_year for figure in reading.figures)
    files[INDEX] = tomltext.with_value(path.read_text("utf-8"), "normalise", "base_year", first)
    return [f"{INDEX}: base_year = {first}"]
