"""Opening a workbook or a CSV file as grids, merged ranges spread over their cells."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from heban.domain.errors import BadData, Finding
from heban.records.rawtable import decode
from heban.records.sheets.grid import Cell, Content, Grid, grid_of

BOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".tsv", ".txt")


def load(path: Path) -> tuple[list[Grid], list[Finding]]:
    """Open a file as grids, one per sheet, with findings on what of it cannot be read as it stands.

    CSV may be UTF-8 with or without byte-order mark, UTF-16 or GBK, its cells parted by commas,
    semicolons or tabs. Raises `BadData` when the file cannot be opened.
    """
    if not path.is_file():
        raise _unreadable(path, "there is no such file", "give the path of a workbook or CSV file")
    if path.suffix.lower() in BOOKS:
        return _book(path)
    if path.suffix.lower() in TEXTS:
        return _text(path)
    message = f"a file of the kind {path.suffix or 'without ending'} is not read"
    raise _unreadable(path, message, "save it as .xlsx or .csv")


def _unreadable(path: Path, message: str, repair: str) -> BadData:
    return BadData([Finding("error", path.name, None, None, None, message, repair)])


def _book(path: Path) -> tuple[list[Grid], list[Finding]]:
    try:
        formulas = load_workbook(path).worksheets if _has_formulas(path) else []
        book = load_workbook(path, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        message = f"not a readable workbook: {error}"
        raise _unreadable(path, message, "open it in a spreadsheet and save it as .xlsx") from error
    written = {sheet.title: sheet for sheet in formulas}
    grids = [_grid(path.name, sheet, written.get(sheet.title)) for sheet in book.worksheets]
    return grids, [finding for sheet in book.worksheets for finding in _hidden(path.name, sheet)]


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        return any(b"<f>" in (xml := parts.read(name)) or b"<f " in xml for name in sheets)


def _grid(file: str, sheet: Worksheet, written: Worksheet | None) -> Grid:
    cells: dict[tuple[int, int], Any] = {
        (cell.row, cell.column): cell
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }  # fmt: skip
    anchors = {
        spot: (merged.min_row, merged.min_col)
        for merged in sheet.merged_cells.ranges
        if (merged.min_row, merged.min_col) in cells
        for spot in ((r, c) for r, c in _spots(merged))
    }
    unsaved = _unsaved(written, cells) if written is not None else set()
    last_row, last_column = (max((at[i] for at in {*cells, *unsaved}), default=0) for i in (0, 1))

    def cell_at(at: tuple[int, int]) -> Cell:
        anchor = anchors.get(at, at)
        found = cells.get(anchor)
        percent = found is not None and "%" in str(found.number_format)
        return Cell(found.value if found is not None else None, *at, anchor, percent, at in unsaved)

    rows = (tuple(cell_at((r, c)) for c in range(1, last_column + 1)) for r in range(1, last_row + 1))
    visible = sheet.sheet_state == "visible"
    return Grid(file, sheet.title, tuple(rows), bool(anchors), visible)


def _spots(merged: Any) -> list[tuple[int, int]]:
    rows, columns = (range(merged.min_row, merged.max_row + 1), range(merged.min_col, merged.max_col + 1))
    return [(r, c) for r in rows for c in columns]


def _unsaved(written: Any, cells: dict[tuple[int, int], Any]) -> set[tuple[int, int]]:
    """Return the formulas that have no stored result: they would pass for blanks."""
    return {
        (cell.row, cell.column)
        for row in written.iter_rows()
        for cell in row
        if cell.data_type == "f" and (cell.row, cell.column) not in cells
    }


def _hidden(file: str, sheet: Worksheet) -> list[Finding]:
    if sheet.sheet_state != "visible":
        return []
    columns = [letter for letter, column in sheet.column_dimensions.items() if column.hidden]
    rows = [str(number) for number, row in sheet.row_dimensions.items() if row.hidden]
    said = " and ".join(
        f"{what} {', '.join(names[:5])}" for what, names in (("column", columns), ("row", rows)) if names
    )
    if not said:
        return []
    message = f"{said} hidden; what stands there was read"
    repair = "delete what should not count"
    return [Finding("warning", f"{file}!{sheet.title}", None, None, None, message, repair)]


def _text(path: Path) -> tuple[list[Grid], list[Finding]]:
    content = path.read_bytes()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        text = decode(content)
    findings = []
    if "\ufffd" in text:
        message = "some characters are neither UTF-8 nor GBK"
        repair = "save the file as UTF-8"
        findings.append(Finding("error", path.name, None, None, None, message, repair))
    records: list[list[Content]] = [
        [cell.strip() or None for cell in record]
        for record in csv.reader(io.StringIO(text), delimiter=_mark(text))
    ]
    while records and not any(records[-1]):
        records.pop()
    return [grid_of(path.name, "", records)], findings


def _mark(text: str) -> str:
    """Return the mark that parts the cells: the one that stands in most lines, and most often there."""
    lines = [line for line in text.splitlines() if line.strip()][:50]
    return max(
        ",\t;",
        key=lambda mark: (sum(mark in line for line in lines), sum(line.count(mark) for line in lines)),
    )
