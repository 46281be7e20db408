"""The choice of an engine, and what is said when one is missing."""

from __future__ import annotations

import shutil
import sys

import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.records import engine


@pytest.mark.parametrize("name", ["spark", "local[two]", "DuckDB", "spark://", ""])
def test_another_engine_is_refused(name: str) -> None:
    with pytest.raises(BadSpec) as caught:
        engine.connection(name)
    assert str(caught.value) == (
        f"no engine {name!r}. Use duckdb, local[N] for Spark on N threads of this machine, "
        "or spark://host:port for a Spark cluster."
    )


def test_spark_that_is_missing_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(BadSpec) as caught:
        engine.connection("spark://a:7077")
    assert str(caught.value) == (
        "the engine spark://a:7077 is Spark, and Spark is not installed. "
        'Run: pip install "heban[spark]"; Spark also needs Java 17 or newer.'
    )


def test_java_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="the extra heban[spark] is not installed")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(BadSpec) as caught:
        engine.connection("local[3]")
    assert str(caught.value) == (
        "the engine local[3] is Spark, which needs Java 17 or newer, and no java is found. Install it "
        "(Debian and Ubuntu: apt-get install openjdk-17-jre-headless) or name its folder in JAVA_HOME."
    )


def test_duckdb_is_the_engine_unless_another_is_named() -> None:
    assert engine.connection() is engine.connection("duckdb") is not None
    table = engine.in_memory(pd.DataFrame({"x": ["a", None], "empty": None}))
    assert table.get_backend() is engine.connection()
    assert engine.arrow(table.order_by("x")).to_pydict() == {"x": ["a", None], "empty": [None, None]}


def test_reading_records_does_not_load_spark() -> None:
    import subprocess

    code = (
        "import sys, heban.records.package; print([m for m in sys.modules if m.split('.')[0] == 'pyspark'])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
