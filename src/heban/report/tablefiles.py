"""The tables of results in the formats that other programs read: workbook, CSV, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.domain.faults import near

FORMATS = ("parquet", "xlsx", "csv", "json")
MOST_ROWS, MOST_COLUMNS = 1_048_575, 16_384  # what a sheet holds below its header
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def formats(text: str) -> tuple[str, ...]:
    """Return the formats that a list names, separated by commas; Parquet is always among them.

    >>> formats("csv, json")
    ('parquet', 'csv', 'json')
    >>> formats("xlxs")
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: --format 'xlxs': there is no such format. Did you mean xlsx?
    """
    named = [word.strip() for word in text.split(",") if word.strip()]
    for word in named:
        if word not in FORMATS:
            raise BadSpec(f"--format {word!r}: there is no such format. {near(word, FORMATS)}")
    return tuple(dict.fromkeys(("parquet", *named)))


def write(folder: Path, name: str, tables: Mapping[str, pd.DataFrame], wanted: tuple[str, ...]) -> None:
    """Write tables beside the Parquet ones: `NAME.xlsx`, a folder `csv`, `NAME.json`."""
    if "xlsx" in wanted:
        write_workbook(folder / f"{name}.xlsx", tables)
    if "csv" in wanted:
        (folder / "csv").mkdir()
        for table, frame in tables.items():
            frame.to_csv(folder / "csv" / f"{table}.csv", index=False, lineterminator="\n", encoding="utf-8")
    if "json" in wanted:
        text = json.dumps(records(tables), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        (folder / f"{name}.json").write_text(text, "utf-8", newline="\n")


def records(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[dict[Hashable, Any]]]:
    """Return tables as lists of plain records; what is absent is null, numbers keep every digit.

    >>> records({"t": pd.DataFrame({"x": [0.1, float("nan")]})})
    {'t': [{'x': 0.1}, {'x': None}]}
    """
    plain = {name: frame.astype(object) for name, frame in tables.items()}
    return {name: frame.where(frame.notna(), None).to_dict("records") for name, frame in plain.items()}


def write_workbook(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write a sheet for each table; one that no sheet can hold says where it is instead.

    Texts are shown and never run: what begins like a formula gets an apostrophe before it, and what no
    workbook can hold is a space, in cells and heads alike. Raises `BadSpec` for a file that cannot be
    written.
    """
    try:
        with pd.ExcelWriter(path, engine="openpyxl") as book:
            for name, frame in tables.items():
                sheet = _shown(_fitting(name, frame))
                sheet.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadSpec(f"cannot write '{path}' ({reason}). Give a file that you may write.") from error


def _fitting(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    rows, columns = frame.shape
    if rows <= MOST_ROWS and columns <= MOST_COLUMNS:
        return frame
    note = f"{rows:,} rows and {columns:,} columns are more than a sheet holds; they are in {name}.parquet."
    return pd.DataFrame({"note": [note]})


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its texts as a sheet may hold them; numbers stay numbers."""
    made = frame.rename(columns=_plain)
    for at, kind in enumerate(made.dtypes):
        if kind is np.dtype(object) or pd.api.types.is_string_dtype(kind):
            made.isetitem(at, made.iloc[:, at].astype(object).map(_plain))
    return made


def _plain(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    text = _UNWRITABLE.sub(" ", cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
