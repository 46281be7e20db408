"""Understanding a file: all its sheets together, the edition, what it adds, and the mapping to keep."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from heban.domain.errors import Finding, unknown
from heban.domain.indicator import Indicator
from heban.records.kinds import kind
from heban.records.package import DataPackage
from heban.records.sheets.grid import Grid
from heban.records.sheets.heads import Head
from heban.records.sheets.lexicon import lexicon
from heban.records.sheets.mapping import Mapping
from heban.records.sheets.reading import Figure, SheetReading, read_sheet
from heban.records.sheets.workbook import load

CELL = ["place", "year", "indicator", "edition"]
_SYNTHETIC = re.compile(r"合成数据|合成统计|虚构|模拟数据|\bsynthetic\b|\binvented\b", re.IGNORECASE)
_SOURCE = re.compile(r"^[(\[]?(?:资料来源|数据来源|来源|sources?)\s*[:：]\s*(.+?)[)\]]?$", re.IGNORECASE)


@dataclass
class Reading:
    """What a file holds: its figures once each, how its labels were understood, and what was found wrong.

    `added` are the indicators that the catalogue does not have yet; `synthetic` tells that
    the file says of itself that its figures were made up.
    """

    file: str
    sha256: str
    edition: str
    sheets: list[SheetReading]
    mapping: Mapping
    units: dict[str, str]
    added: dict[str, Indicator] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    synthetic: bool = False

    @property
    def errors(self) -> list[Finding]:
        """The findings that stand in the way of an import."""
        return [finding for finding in self.findings if finding.severity == "error"]

    def frame(self) -> pd.DataFrame:
        """Return the figures as rows of the kind `statistics`, with the cell that each was read from."""
        records = [
            {
                "place": f.place,
                "year": f.year,
                "data_year": f.data_year,
                "indicator": f.indicator,
                "value": float(f.value),
                "unit": self.units[f.indicator],
                "edition": f.edition,
                "at": f"{f.sheet}!{f.column}{f.row}" if f.sheet else f"{f.column}{f.row}",
            }
            for f in self.figures
        ]
        frame = pd.DataFrame(records, columns=[*kind("statistics").columns, "at"])
        return frame.astype({"year": "int64", "value": float})  # also where there is no row

    def kept(self) -> Mapping:
        """Return the mapping that would lead to the same understanding without any guess."""
        indicators: dict[str, dict[str, Any]] = {}
        places: dict[str, tuple[str, ...]] = {}
        sheets: dict[str, dict[str, Any]] = {}
        for sheet in self.sheets:
            if not sheet.heads:
                why = next((aside.why for aside in sheet.aside), "")
                sheets[sheet.sheet] = {"skip": why}
            elif sheet.year is not None:
                sheets[sheet.sheet] = {"year": sheet.year}
            for _, head in sheet.heads:
                if head.label and not head.problem:
                    indicators[head.label] = _entry(head)
            places |= {row.key: row.places for row in sheet.rows if row.key and (row.places or row.why)}
        places = {key: codes for key, codes in places.items() if key in self.mapping.places or codes}
        made = Mapping(
            self.edition,
            sheets=sheets if len(sheets) > 1 else {},
            indicators=indicators,
            places=places,
            add=self.added,
        )
        return self.mapping.over(made)

    def said(self) -> dict[str, str]:
        """Return what the file says of itself beside its tables: its title and its source."""
        notes = [note for sheet in self.sheets for note in sheet.notes]
        source = next((match[1] for note in notes if (match := _SOURCE.match(note))), "")
        title = next((note for note in notes if len(note) > 5 and not _SOURCE.match(note)), "")
        return {"title": title.replace("\n", " "), "producer": source}


def _entry(head: Head) -> dict[str, Any]:
    if head.aside:
        return {"skip": head.aside}
    return {"indicator": head.indicator} | ({"unit": head.unit} if head.unit else {})


def understand_file(
    path: Path,
    package: DataPackage,
    mapping: Mapping | None = None,
    *,
    sheets: Sequence[str] = (),
    edition: str = "",
    year: int | None = None,
    adding: bool = False,
) -> Reading:
    """Read a workbook or CSV file by the names of a package; nothing is written.

    The edition is the one given, that of the mapping, or that which the package is built
    from; else the last year of the data. Everything that is wrong is in `findings`. Raises `UnknownName`
    for a sheet that the file does not have and `BadData` for a file that cannot be opened.
    """
    mapping = mapping or Mapping()
    words = lexicon(package, mapping, adding=adding)
    grids, findings = load(path)
    chosen = _chosen(grids, sheets, path.name)
    readings = [read_sheet(grid, words, "", year) for grid in chosen]
    findings += [finding for reading in readings for finding in reading.findings]
    figures = [figure for reading in readings for figure in reading.figures]
    edition = edition or mapping.edition or _usual(package, figures)
    figures = [replace(figure, edition=figure.edition or edition) for figure in figures]
    once, twice = _once(figures, path.name)
    added = {code: new for code, new in words.indicators.known.items() if code not in package.catalogue}
    result = Reading(
        path.name,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        edition,
        readings,
        mapping,
        {code: indicator.unit for code, indicator in words.indicators.known.items()},
        added,
        once,
        [*findings, *twice],
        any(
            _SYNTHETIC.search(cell.text)
            for grid in grids
            for row in grid.rows
            for cell in row
            if cell.content
        ),
    )
    if not once and not result.errors:
        message = "no figure was found in the file"
        repair = "give a table with places or years, or name the sheet with --sheet"
        result.findings.append(Finding("error", path.name, None, None, None, message, repair))
    return result


def _chosen(grids: Sequence[Grid], wanted: Sequence[str], file: str) -> list[Grid]:
    names = [grid.sheet for grid in grids]
    for name in wanted:
        if name not in names:
            raise unknown("sheet", name, names, file)
    return [grid for grid in grids if not wanted or grid.sheet in wanted]


def _usual(package: DataPackage, figures: Sequence[Figure]) -> str:
    """Return the edition that the package is built from, or the last year of the figures."""
    said = str(package.settings.get("edition", ""))
    if said and "example" not in package.document:
        return said
    return str(max((figure.data_year for figure in figures), default=""))


def _once(figures: Iterable[Figure], file: str) -> tuple[list[Figure], list[Finding]]:
    """Keep each cell once; two values for one cell are a finding."""
    first: dict[tuple[str, int, str, str], Figure] = {}
    findings = []
    for figure in figures:
        key = (figure.place, figure.year, figure.indicator, figure.edition)
        before = first.setdefault(key, figure)
        if before.value != figure.value:
            where = (
                f"{before.sheet}!{before.column}{before.row}"
                if before.sheet
                else f"{before.column}{before.row}"
            )
            message = (
                f"{figure.indicator} of {figure.place} in {figure.year} is {_plain(figure)} here "
                f"and {_plain(before)} in {where}"
            )
            name = f"{file}!{figure.sheet}" if figure.sheet else file
            repair = "keep one of the two, or map one of the labels to skip"
            findings.append(
                Finding("error", name, figure.row, figure.column, figure.written, message, repair)
            )
    return list(first.values()), findings


def _plain(figure: Figure) -> str:
    return f"{figure.value.normalize():f}"
