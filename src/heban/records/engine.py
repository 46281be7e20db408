"""The only door to the record engines: files as lazy Ibis tables, on an embedded DuckDB or on Spark."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import sys
import uuid
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa

from heban.domain.errors import BadSpec
from heban.records.kinds import Field, Kind
from heban.records.rawtable import read_raw

DUCKDB = "duckdb"
SPARK = re.compile(r"local(\[(\d+|\*)\])?|spark://.+")
IBIS_TYPE = {"year": "int64", "integer": "int64", "number": "float64"}
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",  # a date must not depend on where the driver stands
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


def connection(engine: str = DUCKDB) -> Any:
    """Return the process's own DuckDB in memory, or its connection to Spark.

    `engine` is `duckdb`, `local[N]` (Spark on N threads of this machine) or `spark://host:port`.
    Raises `BadSpec` for another word, and when Spark or Java is missing.

    >>> connection("sparc")
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: no engine 'sparc'. Use duckdb, local[N] for Spark on N threads of this
    machine, or spark://host:port for a Spark cluster.
    """
    if engine != DUCKDB and not SPARK.fullmatch(engine):
        raise BadSpec(
            f"no engine {engine!r}. Use duckdb, local[N] for Spark on N threads of this machine, "
            "or spark://host:port for a Spark cluster."
        )
    return _connected(engine)


@cache
def _connected(engine: str) -> Any:
    if engine == DUCKDB:
        return ibis.duckdb.connect()
    session = _session(engine)  # says what is missing, before Ibis says it in its own way
    return ibis.pyspark.connect(session)


def table(path: Path, kind: Kind, encoding: str | None = None, engine: str = DUCKDB) -> Any:
    """Return a file as a lazy table whose columns have the types of its kind.

    Columns that the kind does not know are left out, columns that the file lacks are empty.
    Spark reads Parquet itself, from a path that its workers reach too; text files are read here.
    """
    raw = _raw(path, encoding, engine)
    return raw.select(**{field.name: _typed(raw, field) for field in kind.fields})


def in_memory(rows: pd.DataFrame | pa.Table, engine: str = DUCKDB) -> Any:
    """Return rows at hand as a lazy table of an engine.

    >>> in_memory(pd.DataFrame({"x": [1, 2]})).x.sum().execute()
    3
    """
    return beside(connection(engine), rows)


def beside(to: Any, rows: pd.DataFrame | pa.Table) -> Any:
    """Return rows at hand as a lazy table of the connection that another table is on."""
    arrow = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
    fields = [f.with_type(pa.string()) if pa.types.is_null(f.type) else f for f in arrow.schema]
    arrow = arrow.cast(pa.schema(fields))  # a column without any value is text without any
    name = f"heban_{uuid.uuid4().hex}"
    if to.name == DUCKDB:
        return to.create_table(name, arrow, temp=True)
    spark = importlib.import_module("pyspark.sql").SparkSession.active()
    spark.createDataFrame(arrow).createOrReplaceTempView(name)
    return to.table(name)


def arrow(expression: Any) -> pa.Table:
    """Run an expression where its tables are and return the columns as Arrow.

    >>> arrow(in_memory(pd.DataFrame({"x": [1, 2]}))).column_names
    ['x']
    """
    where = expression.get_backend()
    if where.name == DUCKDB:
        return where.to_pyarrow(expression)
    return where.raw_sql(str(ibis.to_sql(expression))).toArrow()  # Ibis's own way goes through pandas 2


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


def _raw(path: Path, encoding: str | None, engine: str) -> Any:
    if path.suffix == ".parquet":
        return connection(engine).read_parquet(str(path.resolve()) if engine != DUCKDB else path)
    if engine != DUCKDB:
        return in_memory(_raw(path, encoding, DUCKDB).to_pyarrow(), engine)
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


def _session(master: str) -> Any:
    try:
        sql = importlib.import_module("pyspark.sql")
    except ImportError as error:
        raise BadSpec(
            f"the engine {master} is Spark, and Spark is not installed. "
            'Run: pip install "heban[spark]"; Spark also needs Java 17 or newer.'
        ) from error
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        raise BadSpec(
            f"the engine {master} is Spark, which needs Java 17 or newer, and no java is found. Install it "
            "(Debian and Ubuntu: apt-get install openjdk-17-jre-headless) or name its folder in JAVA_HOME."
        )
    active = sql.SparkSession.getActiveSession()
    if active is not None and active.sparkContext.master != master:
        raise BadSpec(
            f"this process already runs Spark at {active.sparkContext.master}, and a process has one Spark. "
            f"Use {master} in a process of its own."
        )
    # Spark starts Python on its workers; it must be the one that runs here.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = sql.SparkSession.builder.master(master).appName("heban")
    local = {"spark.sql.shuffle.partitions": "8"} if master.startswith("local") else {}
    for name, value in {**SETTINGS, **local}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
