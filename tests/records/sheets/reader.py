"""Sheets typed out in a test, written as a workbook or CSV and read by the names of the small package."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from heban.records.package import open_package
from heban.records.sheets.mapping import Mapping
from heban.records.sheets.understanding import Reading, understand_file

Rows = Sequence[Sequence[Any]]
Cells = dict[tuple[str, int, str], float]


def book(path: Path, sheets: dict[str, Rows], merged: Sequence[str] = ()) -> Path:
    """Write a workbook; `merged` are ranges merged in every sheet."""
    written = Workbook()
    written.remove(written.worksheets[0])
    for name, rows in sheets.items():
        sheet = written.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in merged:
            sheet.merge_cells(cells)
    written.save(path)
    return path


class Reader:
    """Reads rows by the names of one package."""

    def __init__(self, package: Path, folder: Path) -> None:
        self.package = open_package(package)
        self.folder = folder

    def __call__(
        self,
        rows: Rows | dict[str, Rows] | str,
        merged: Sequence[str] = (),
        *,
        sheet: str = "2013",
        mapping: Mapping | None = None,
        **options: Any,
    ) -> Reading:
        """Read a sheet, several, or the text of a CSV file."""
        if isinstance(rows, str):
            path = self.folder / "a.csv"
            path.write_text(rows, "utf-8")
        else:
            path = book(self.folder / "a.xlsx", rows if isinstance(rows, dict) else {sheet: rows}, merged)
        return understand_file(path, self.package, mapping, **options)


def cells(reading: Reading) -> Cells:
    """Return the figures of a reading by place, data year and indicator."""
    return {(f.place, f.data_year, f.indicator): float(f.value) for f in reading.figures}


def faults(reading: Reading) -> list[str]:
    """Return the errors of a reading as sentences."""
    return [str(finding) for finding in reading.errors]
