"""The only door to the record engine: files as lazy Ibis tables on an embedded DuckDB."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import ibis
import pandas as pd

from heban.records.kinds import Field, Kind
from heban.records.rawtable import read_raw

IBIS_TYPE = {"year": "int64", "integer": "int64", "number": "float64"}


@cache
def connection() -> Any:
    """Return the process's own DuckDB, in memory."""
    return ibis.duckdb.connect()


def table(path: Path, kind: Kind, encoding: str | None = None) -> Any:
    """Return a file as a lazy table whose columns have the types of its kind.

    Columns that the kind does not know are left out, columns that the file lacks are empty.
    """
    raw = _raw(path, encoding)
    return raw.select(**{field.name: _typed(raw, field) for field in kind.fields})


def rows(expression: Any, kind: Kind) -> pd.DataFrame:
    """Run an expression; absent text becomes empty, whole numbers stay whole."""
    frame: pd.DataFrame = expression.execute()
    for field in kind.fields:
        if field.name not in frame:
            continue
        if field.type in ("year", "integer"):
            frame[field.name] = frame[field.name].astype("Int64")
            if field.need:
                frame[field.name] = frame[field.name].astype("int64")
        elif not field.is_number:
            frame[field.name] = frame[field.name].fillna("").astype(object)
    return frame


def _raw(path: Path, encoding: str | None) -> Any:
    if path.suffix == ".parquet":
        return connection().read_parquet(path)
    if _is_utf8(path):
        return connection().read_csv(path, all_varchar=True, header=True, nullstr="", sep=",", quote='"')
    return ibis.memtable(read_raw(path, path.name, encoding).cells.astype("string"))


def _is_utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _typed(raw: Any, field: Field) -> Any:
    to = IBIS_TYPE.get(field.type, "string")
    if field.name not in raw.columns:
        return ibis.null(to)
    column = raw[field.name]
    return column.try_cast(to) if to != "string" else column.cast("string")
