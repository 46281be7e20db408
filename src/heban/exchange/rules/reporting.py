"""The sheets in which open use is reported, and the check of a row before it is sent."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from heban.domain.errors import BadData, Finding, unknown


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its key, its name, whether it is needed, and the words allowed."""

    key: str
    zh: str
    need: bool = False
    any: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a platform: what it is, where its fields are known from, and its columns in order."""

    code: str
    zh: str
    en: str
    source: str
    columns: tuple[Column, ...]


@cache
def sheets() -> Mapping[str, Sheet]:
    """Return the sheets by code. What their sources do not name is not in them: 默认值待核 (§12).

    >>> {code: len(sheet.columns) for code, sheet in sheets().items()}
    {'national': 33, 'zhejiang_instrument': 24, 'zhejiang_service': 11}
    """
    document = tomllib.loads((files("heban.exchange.rules") / "fields.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            code: Sheet(
                code, row["zh"], row["en"], row["source"],
                tuple(
                    Column(key, one["zh"], one.get("need", False), tuple(one.get("any", ())))
                    for key, one in row["fields"].items()
                ),
            )
            for code, row in document.items()
        }
    )  # fmt: skip


def written(code: str, rows: Iterable[Mapping[str, object]]) -> list[list[str]]:
    """Return rows as the cells of a sheet, its header of Chinese names first; what is absent is empty.

    Every fault of every row is found before any is sent: a key that the sheet has not, a needed cell that
    is empty, a word that is not allowed. They raise `BadData`.

    >>> row = {"orderCode": "o1", "assetCode": "a1", "serviceDate": 2.5, "servicingTime": "2026-03-02",
    ...        "servicingSource": 2}
    >>> written("zhejiang_service", [row])[1]
    ['o1', 'a1', '2.5', '', '', '2026-03-02', '', '', '', '2', '']
    """
    if code not in sheets():
        raise unknown("sheet", code, sheets(), "the reports")
    sheet = sheets()[code]
    table = [dict(row) for row in rows]
    if found := [fault for number, row in enumerate(table, 2) for fault in _faults(sheet, number, row)]:
        raise BadData(found)
    cells = [[_cell(row.get(column.key)) for column in sheet.columns] for row in table]
    return [[column.zh for column in sheet.columns], *cells]


def _faults(sheet: Sheet, number: int, row: Mapping[str, object]) -> list[Finding]:
    known = {column.key for column in sheet.columns}

    def fault(key: str, value: str | None, message: str, repair: str) -> Finding:
        return Finding("error", sheet.code, number, key, value, message, repair)

    found = [
        fault(key, None, "the sheet has no such column", "leave it out") for key in row if key not in known
    ]
    for column in sheet.columns:
        cell = _cell(row.get(column.key))
        if column.need and not cell:
            found.append(fault(column.key, None, "a needed cell is empty", f"give {column.zh}"))
        if cell and column.any and cell not in column.any:
            found.append(fault(column.key, cell, "the word is not allowed", f"use {', '.join(column.any)}"))
    return found


def _cell(value: object) -> str:
    return "" if value is None else str(value)
