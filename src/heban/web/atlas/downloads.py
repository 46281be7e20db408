"""Tables as files: the same rows in the formats that other programs read, and how to cite them."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from heban.domain.errors import unknown
from heban.domain.place import Language
from heban.report.results import frame
from heban.report.tables import as_csv
from heban.web.atlas.packages import Results

TYPES: Mapping[str, str] = MappingProxyType(
    {
        "csv": "text/csv; charset=utf-8",
        "parquet": "application/vnd.apache.parquet",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "json": "application/json; charset=utf-8",
    }
)
MARK = "\ufeff"  # makes spreadsheets read the file as UTF-8
LONGEST_NAME = 31  # letters of the name of a sheet


def content(results: Results, id: str, format: str, lang: Language) -> bytes:
    """Return a whole table in a format: what is absent is empty or null.

    Numbers keep every digit, but for the workbook, whose cells hold fifteen or sixteen.

    Raises `UnknownName` for a table or a format.
    """
    table = results.table(id)
    if format not in TYPES:
        raise unknown("format", format, TYPES, "the downloads")
    if format == "parquet":
        return results.file(id).read_bytes()
    if format == "csv":
        return (MARK + as_csv(table, lang)).encode()
    if format == "json":
        said = {"about": results.about, "id": id, **table, "cards": _cards(results, id)}
        return json.dumps(said, ensure_ascii=False, allow_nan=False).encode()
    return _workbook(frame(table), id)


def citation(results: Results, id: str, lang: Language) -> str:
    """Return how to cite a table, or the whole package for "": who computed it, from what, its checksum."""
    about = results.about
    title, date = about["title"][lang], about["date"]
    edition = about["edition"][lang]
    if lang == "zh":
        made = f"合板 Heban {about['version']}"
        of = f"，表 {id}" if id else ""
        return f"{made}：《{title}》{edition}{of}，{date}。SHA-256 {results.checksum}。"
    of = f", table {id}" if id else ""
    return f"Heban {about['version']}: {title}, {edition}{of}, {date}. SHA-256 {results.checksum}."


def _cards(results: Results, id: str) -> dict[str, object]:
    return {name: results.facts["cards"][name] for name in results.table(id)["sources"]}


def _workbook(rows: pd.DataFrame, id: str) -> bytes:
    held = io.BytesIO()
    with pd.ExcelWriter(held, engine="openpyxl") as book:
        rows.to_excel(book, sheet_name=id[:LONGEST_NAME], index=False, freeze_panes=(1, 0))
    return held.getvalue()
