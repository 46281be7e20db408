"""Reading documents from files: every cell that cannot be understood is a finding with its row."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pandas as pd

from heban.domain.errors import BadData, Finding
from heban.records.read.cells import amount, day
from heban.records.read.chunk import SHOWN
from heban.records.read.columns import Column
from heban.records.read.mapping import FileShape
from heban.records.read.sources import open_source
from heban.records.texts.documents import COLUMNS, NUMBERS, WORKS, Documents, faults

CHINESE = {
    "编号": "id",
    "类别": "kind",
    "标题": "title",
    "名称": "title",
    "内容": "text",
    "描述": "text",
    "简介": "text",
    "语言": "language",
    "领域": "field",
    "地区": "place",
    "机构": "organisation",
    "日期": "date",
    "经度": "lon",
    "纬度": "lat",
    "价格": "price",
    "成熟度": "maturity",
    "容量": "capacity",
}
_YUAN = Column(column=("price",), unit="元")
_REPAIRS = {"date": "write it as 2024-05-31", "price": "write it in yuan, as 35000 or 3.5万元"}


def read_documents(path: Path, kind: str, works: Path | None, fields: Collection[str] | None) -> Documents:
    """Return the documents of a file, with their works; raises `BadData` with every fault of both."""
    table, found = _cells(path)
    found += _require(table, path, ("id",) if kind else ("id", "kind"))
    if kind:
        table["kind"] = kind
    beside, more = (pd.DataFrame(columns=list(WORKS)), []) if works is None else _cells(works)
    found += more
    if works is not None:
        found += _require(beside, works, WORKS[:2])
    if fields is not None and "field" in table:
        found += _strange_fields(table["field"], fields, path.name)
    if any(finding.severity == "error" for finding in found):
        raise BadData([*found, *_further(table, path)])
    return Documents(table, beside, path.name, table.index)


def _further(table: pd.DataFrame, path: Path) -> list[Finding]:
    """Return what the check of the whole would find too, so that one reading tells everything."""
    full = table.reindex(columns=[*COLUMNS, *(c for c in table if c not in COLUMNS)])
    if "id" not in table or "kind" not in table:
        return []
    for column in COLUMNS:
        if column not in NUMBERS and column != "date":
            full[column] = full[column].astype("string").fillna("").astype(str)
    return faults(full, path.name, table.index)


def _cells(path: Path) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the cells of a file under our heads, of their types, and what could not be understood."""
    source = open_source(path, FileShape())
    heads = (
        list(source.heads) if source.heads is not None else list(dict.fromkeys((*COLUMNS, "price", "work")))
    )
    found: list[Finding] = []
    frames = []
    for chunk in source.chunks(heads):
        frames.append(chunk.named(heads, heads).cells if len(chunk.cells) else None)
        for fault in chunk.faults:
            column, value = fault.column or None, fault.value[:SHOWN] or None
            reason = fault.reason.partition(";")[0]  # what follows speaks of a mapping
            repair = "save the file as UTF-8" if "characters that are not" in reason else "mend the row"
            found.append(Finding("error", path.name, fault.row, column, value, reason, repair))
    kept = [frame for frame in frames if frame is not None]
    frame = pd.concat(kept) if kept else pd.DataFrame(columns=heads, dtype=str)
    names = {head: CHINESE.get(head.strip(), head.strip().lower()) for head in frame}
    frame = frame.rename(columns=names).loc[:, lambda t: ~t.columns.duplicated()]
    return _understood(frame, path.name, found), found


def _understood(frame: pd.DataFrame, file: str, found: list[Finding]) -> pd.DataFrame:
    readers: dict[str, Callable[[str], Any]] = dict.fromkeys(NUMBERS, _number) | {
        "date": _date,
        "price": _fen,
    }
    for column, reader in readers.items():
        if column not in frame:
            continue
        values = []
        for row, cell in zip(frame.index.tolist(), frame[column].str.strip(), strict=True):
            value = reader(cell) if cell else None
            if isinstance(value, str):
                repair = _REPAIRS.get(column, "write a plain number, or leave it empty")
                found.append(Finding("error", file, row, column, cell[:SHOWN], value, repair))
                value = None
            values.append(value)
        frame[column] = pd.Series(values, index=frame.index, dtype=object)
    if "price" in frame:
        given = (
            frame["price_fen"] if "price_fen" in frame else pd.Series(None, index=frame.index, dtype=object)
        )
        frame["price_fen"] = given.where(given.notna(), frame["price"])
        frame = frame.drop(columns="price")
    return frame


def _number(cell: str) -> float | str:
    try:
        number = float(cell)
    except ValueError:
        return "not a number"
    return number if math.isfinite(number) else "not a number"


def _fen(cell: str) -> float | str:
    found = amount(cell, _YUAN)
    if isinstance(found, str):
        return found
    return float(round(found[0] * 100)) if found[1] == "元" else "an amount that is not in yuan"


def _date(cell: str) -> pd.Timestamp | str:
    found = day(cell)
    if isinstance(found, str):
        return found
    year, told = found
    return pd.Timestamp(f"{told or year}-01-01"[:10] if len(told) != 7 else f"{told}-01")


def _require(frame: pd.DataFrame, path: Path, columns: tuple[str, ...]) -> list[Finding]:
    said = "the column is missing"
    return [
        Finding("error", path.name, 1, column, None, said, f"add a column {column}")
        for column in columns
        if column not in frame
    ]


def _strange_fields(fields: pd.Series, known: Collection[str], file: str) -> list[Finding]:
    found = []
    for row, name in fields[~fields.isin(["", *known])].items():
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        repair = f"perhaps {' or '.join(near)} is meant" if near else "give a field of the list"
        found.append(Finding("error", file, int(row), "field", name, "the field is not in the list", repair))
    return found
