"""The same rows from DuckDB and from Spark, for every reduction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.records import engine, reduce
from heban.records.flows import Flows
from heban.records.kinds import kind
from heban.records.package import open_package
from heban.records.reduce import pairs
from tests.records.reduce.conftest import drawn

# Spark's driver leaves the closing of the socket that results come through to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


def same(one: Flows, other: Flows) -> None:
    assert (one.places, one.directed, one.unit) == (other.places, other.directed, other.unit)
    pd.testing.assert_frame_equal(one.frame, other.frame, check_exact=True)


@pytest.fixture(scope="module")
def affiliations() -> pd.DataFrame:
    return drawn(100_000, 200, seed=1)


@pytest.mark.parametrize("counting", ["full", "newman", "pair"])
def test_pairs_of_100_000_records_row_for_row(
    affiliations: pd.DataFrame, counting: str, spark: str, tmp_path: Path
) -> None:
    affiliations.to_parquet(tmp_path / "rows.parquet")
    here, there = (
        reduce.of_rows(engine.connection(name).read_parquet(str(tmp_path / "rows.parquet")))
        for name in (engine.DUCKDB, spark)
    )
    ours = reduce.collaboration(here, counting=counting, by_class=True)
    assert len(ours.frame) > 40_000
    same(ours, reduce.collaboration(there, counting=counting, by_class=True))
    assert there.places.get_backend().name == "pyspark"


def test_the_expression_on_duckdb_is_the_expression_on_spark(affiliations: pd.DataFrame, spark: str) -> None:
    made = [
        pairs.on_engine(reduce.of_rows(engine.in_memory(affiliations, name)), by_class=False, sized=True)
        for name in (engine.DUCKDB, spark)
    ]
    for name in ("cell", "size", "records", "years", "classes", "places"):
        np.testing.assert_array_equal(getattr(made[0], name), getattr(made[1], name))


def test_coverage_and_holdings(affiliations: pd.DataFrame, spark: str) -> None:
    here, there = (reduce.of_rows(engine.in_memory(affiliations, name)) for name in (engine.DUCKDB, spark))
    pd.testing.assert_frame_equal(reduce.coverage(here), reduce.coverage(there), check_exact=True)
    for fractional in (False, True):
        ours, theirs = (reduce.held(table, fractional=fractional) for table in (here, there))
        pd.testing.assert_frame_equal(ours.frame, theirs.frame, check_exact=True)
        assert (ours.places, ours.classes) == (theirs.places, theirs.classes)


def transfers(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    places = np.array([*(f"P{i}" for i in range(40)), None], dtype=object)
    symbols = np.array(
        ["H01L31/04", "H01L0031040000", "G06F 11/30;H01M 4/00", "A61K", "", None], dtype=object
    )
    amount = np.round(rng.lognormal(3, 2, rows), 2)
    return pd.DataFrame(
        {
            "id": np.char.mod("T%d", np.arange(rows)).astype(object),
            "year": rng.integers(2011, 2023, rows),
            "origin": places[rng.integers(0, 41, rows)],
            "destination": places[rng.integers(0, 41, rows)],
            "ipc": symbols[rng.integers(0, 6, rows)],
            "class": "",
            "amount": np.where(rng.uniform(size=rows) < 0.01, np.nan, amount),
            "unit": "万元",
        }
    )


RULES = pd.DataFrame(
    [("H01L", "1.2"), ("H01L 31/04", "6.3"), ("H01L 31/04", "6.1"), ("H01M", "5.2"), ("A", "4")],
    columns=["prefix", "class"],
)


@pytest.mark.parametrize(
    "reduced",
    [
        reduce.movements,
        lambda table: reduce.movements(table, measure="amount"),
        lambda table: reduce.movements(table, measure="amount", undisclosed="left_out"),
        lambda table: reduce.movements(reduce.by_industry(table, RULES), by_class=True),
    ],
    ids=["count", "amount", "disclosed", "industry"],
)
def test_movements(reduced: Callable[[object], Flows], spark: str) -> None:
    rows = transfers(20_000)
    here, there = (reduced(engine.in_memory(rows, name)) for name in (engine.DUCKDB, spark))
    assert len(here.frame) > 10_000
    same(here, there)


def test_coverage_of_movements(spark: str) -> None:
    here, there = (
        reduce.movement_coverage(engine.in_memory(transfers(5_000), name)) for name in (engine.DUCKDB, spark)
    )
    pd.testing.assert_frame_equal(here, there)


def test_leads_to_partners(spark: str) -> None:
    rng = np.random.default_rng(2)
    projects = pd.DataFrame({"id": np.char.mod("p%d", np.arange(500)), "year": rng.integers(2014, 2020, 500)})
    projects = projects.assign(**{"class": None}).astype({"id": object})
    part = pd.DataFrame(
        {
            "project": np.char.mod("p%d", rng.integers(0, 500, 3000)).astype(object),
            "role": np.array(["lead", "partner", "partner", None], dtype=object)[rng.integers(0, 4, 3000)],
            "place": np.char.mod("P%d", rng.integers(0, 60, 3000)).astype(object),
        }
    )
    here, there = (
        reduce.lead_to_partner(engine.in_memory(projects, name), engine.in_memory(part, name))
        for name in (engine.DUCKDB, spark)
    )
    same(here, there)


def test_a_package_is_reduced_on_spark(yrd: Path, spark: str) -> None:
    here, there = open_package(yrd), open_package(yrd, on=spark)
    same(here.network("papers", counting="pair"), there.network("papers", counting="pair"))
    ours, theirs = here.held(), there.held()
    pd.testing.assert_frame_equal(ours.frame, theirs.frame, check_exact=True)


def test_text_tables_have_the_same_rows(yrd: Path, spark: str) -> None:
    frames = [
        engine.arrow(engine.table(yrd / "coaffiliation.csv", kind("flows"), engine=name)).to_pandas()
        for name in (engine.DUCKDB, spark)
    ]
    order = ["origin", "destination", "year"]
    ours, theirs = (frame.sort_values(order, ignore_index=True) for frame in frames)
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_a_process_has_one_spark(spark: str) -> None:
    engine.connection(spark)
    with pytest.raises(BadSpec) as caught:
        engine.connection("local[1]")
    assert str(caught.value) == (
        "this process already runs Spark at local[2], and a process has one Spark. "
        "Use local[1] in a process of its own."
    )
