"""Synthetic transfers: they agree with every published total, and say that they are synthetic."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.records.checking import check_package
from heban.records.package import DataPackage, open_package
from heban.records.synth import NAME, synthesise
from heban.records.synth.rounding import fitted, rounded, shares


@pytest.fixture(scope="module")
def made(yrd: Path, tmp_path_factory: pytest.TempPathFactory) -> DataPackage:
    out = tmp_path_factory.mktemp("synth") / "package"
    synthesise(yrd, out, seed=1, created="2026-01-01")
    return open_package(out)


@pytest.fixture(scope="module")
def rows(made: DataPackage) -> pd.DataFrame:
    province = {city.code: city.parent for city in made.region.cities()}
    frame = made.frame(NAME)
    return frame.assign(giver=frame["origin"].map(province), taker=frame["destination"].map(province))


def test_the_package_passes_the_check_and_calls_the_records_synthetic(made: DataPackage) -> None:
    assert check_package(made.folder) == []
    card = made.card(NAME)
    assert card.synthetic
    assert "synthetic" in card.title
    assert "Synthetic" in card.title_en


def test_the_yearly_totals_are_the_published_ones(rows: pd.DataFrame) -> None:
    count = rows.groupby("year").size()
    assert count[2011] == 358
    assert count[2022] == 35504
    assert count[2022] / count[2021] == pytest.approx(1.1465, abs=5e-5)
    assert (count.diff().dropna() > 0).all()
    assert (pd.to_datetime(rows["date"]).dt.year == rows["year"]).all()


@pytest.mark.parametrize("year", [2011, 2022])
def test_the_provinces_give_and_receive_what_is_published(
    rows: pd.DataFrame, made: DataPackage, year: int
) -> None:
    now = rows[(rows["year"] == year) & (rows["giver"] != rows["taker"])]
    for kind, column in (("patents_out", "giver"), ("patents_in", "taker")):
        published = made.holdings(kind).frame.query("year == @year").set_index("place")["value"]
        # In 2011 the published receipts sum to one more than the gifts; one of them must give way.
        off = (now[column].value_counts() - published).abs()
        assert off.sum() == (1 if (year, column) == (2011, "taker") else 0)


def test_the_industries_have_their_published_totals(rows: pd.DataFrame, made: DataPackage) -> None:
    between = rows[rows["giver"] != rows["taker"]]["class"].value_counts()
    published = made.holdings("patents_transferred").frame.set_index("class")["value"]
    assert between[published.index].to_dict() == published.astype(int).to_dict()


def test_the_capitals_give_mostly_what_the_report_names(rows: pd.DataFrame) -> None:
    named = {"310100": {"sei_1"}, "330100": {"sei_1"}, "320100": {"sei_3"}, "340100": {"sei_7", "sei_2"}}
    for city, classes in named.items():
        given_by = rows[(rows["origin"] == city) & (rows["class"] != "")]["class"].value_counts()
        assert given_by.index[0] in classes


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    yrd: Path, tmp_path: Path, made: DataPackage
) -> None:
    for seed in (1, 2):
        synthesise(yrd, tmp_path / str(seed), seed=seed, created="2026-01-01")
    file = made.resource(NAME).path.name
    assert (tmp_path / "1" / file).read_bytes() == (made.folder / file).read_bytes()
    assert (tmp_path / "2" / file).read_bytes() != (made.folder / file).read_bytes()


def test_a_package_that_does_not_say_how_is_refused(yrd: Path, demo: Path, tmp_path: Path) -> None:
    with pytest.raises(BadSpec) as caught:
        synthesise(demo, tmp_path / "out", seed=1, created="2026-01-01")
    assert str(caught.value) == (
        "the package demo has no synth.toml, which says what to agree with. Write one."
    )
    copy = tmp_path / "copy"
    shutil.copytree(yrd, copy)
    text = (yrd / "synth.toml").read_text("utf-8")
    (copy / "synth.toml").write_text(text.replace('"320600" =', '"320699" ='), "utf-8")
    with pytest.raises(UnknownName) as lost:
        synthesise(copy, tmp_path / "out", seed=1, created="2026-01-01")
    assert str(lost.value).startswith("no place '320699' in synth.toml of the package yrd.")
    (copy / "synth.toml").write_text(text.replace("distance = 1.0", "distance = -1"), "utf-8")
    with pytest.raises(BadSpec) as negative:
        synthesise(copy, tmp_path / "out", seed=1, created="2026-01-01")
    assert str(negative.value) == (
        "[transfers] in synth.toml has 1 fault:\n  distance = -1: it should be greater than or equal to 0."
    )
    assert not (tmp_path / "out").exists()


def test_records_are_not_put_beside_others(made: DataPackage, tmp_path: Path) -> None:
    with pytest.raises(BadSpec) as caught:
        synthesise(made.folder, tmp_path / "out", seed=1, created="2026-01-01")
    assert str(caught.value) == (
        "the package yrd has records of transfers already, in 'synthetic_transfers'."
    )


@given(
    st.lists(st.lists(st.integers(0, 50), min_size=4, max_size=4), min_size=3, max_size=3),
    st.integers(0, 2**32 - 1),
)
def test_rounding_keeps_rows_and_columns_and_moves_no_cell_by_one(table: list[list[int]], seed: int) -> None:
    whole = np.array(table, dtype=float)
    prior = np.random.default_rng(seed).random(whole.shape) + 0.1
    exact = fitted(prior, whole.sum(axis=1), whole.sum(axis=0), rounds=5000)
    made = rounded(exact)
    if whole.sum():
        assert made.sum(axis=1).tolist() == whole.sum(axis=1).tolist()
        assert made.sum(axis=0).tolist() == whole.sum(axis=0).tolist()
    assert (np.abs(made - exact) < 1 + 1e-6).all()


@given(st.lists(st.floats(0, 100), min_size=1, max_size=9), st.integers(0, 1000))
def test_shares_sum_to_the_whole(weights: list[float], total: int) -> None:
    made = shares(np.array(weights), total)
    assert made.sum() == (total if sum(weights) > 0 else made.sum())
    assert (made >= 0).all()
