"""Tables as files: cells read from CSV and Excel, and cells and frames written so that none is a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook, load_workbook

from heban.domain.errors import BadSpec
from heban.exchange.china import local

_FORMULA = re.compile(r"[=@\t\r]|[+-](?![0-9.]+$)")


def cells(file: Path) -> list[list[object]]:
    """Return the cells of a CSV file in UTF-8, or of the first sheet of a workbook; a day there is a date."""
    if file.suffix == ".xlsx":
        with closing(load_workbook(file, read_only=True, data_only=True)) as book:
            rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        return [[cell.date() if isinstance(cell, datetime) else cell for cell in row] for row in rows]
    if file.suffix != ".csv":
        raise BadSpec(f"{file.name} is no sheet that is read. Give a .csv in UTF-8, or an .xlsx.")
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return [list(row) for row in csv.reader(lines)]
    except UnicodeDecodeError:
        raise BadSpec(f"{file.name} is not in UTF-8. Save it as CSV UTF-8, or as .xlsx.") from None


def write(rows: Sequence[Sequence[object]], file: Path) -> None:
    """Write cells as CSV or as a workbook.

    In a workbook every text is a text. In CSV a text that a spreadsheet would take for a formula begins with
    an apostrophe.
    """
    if file.suffix == ".xlsx":
        book = Workbook()
        sheet: Any = book.active
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row, 1):
                made = sheet.cell(number, place, cell)
                if isinstance(cell, str):
                    made.data_type = "s"
        book.save(file)
    elif file.suffix == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as lines:
            csv.writer(lines).writerows([_harmless(cell) for cell in row] for row in rows)
    else:
        raise BadSpec(f"{file.name} is no form that is written. Give .csv, .xlsx, or .parquet for a table.")


def write_frame(frame: pd.DataFrame, file: Path) -> None:
    """Write a table as Parquet, or as CSV or a workbook with moments on the clock of Asia/Shanghai."""
    if file.suffix == ".parquet":
        frame.to_parquet(file, index=False)
        return
    said = frame.astype(object).where(frame.notna(), "")
    write([list(frame.columns), *([_told(cell) for cell in row] for row in said.to_numpy())], file)


def _told(cell: object) -> object:
    return f"{local(cell):%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else cell


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
