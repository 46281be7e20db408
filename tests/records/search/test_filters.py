"""Filters: decided before the ranking, and absence is not zero."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.domain.distance import great_circle
from heban.domain.errors import BadSpec, UnknownName
from heban.records import search
from heban.records.search import Filters, Index
from heban.records.search.filters import kilometres
from heban.records.texts.documents import Documents

SUZHOU = (120.5853, 31.2989)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    frame = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "kind": ["patent", "expert", "patent", "service"],
            "title": ["传感器", "传感器 传感器", "传感器", "传感器"],
            "place": ["320500", "330100", "320500", ""],
            "field": ["H01L", "G01N", "H01M", ""],
            "price_fen": [100, 200, np.nan, 0],
            "date": ["2020-01-01", "2021-06-30", None, "2022-01-01"],
            "maturity": [3, 6, 9, np.nan],
            "lon": [120.5853, 120.1551, np.nan, 121.4737],
            "lat": [31.2989, 30.2741, np.nan, 31.2304],
        }
    )
    return search.build(Documents(frame), tmp_path_factory.mktemp("offers") / "index")


@pytest.mark.parametrize(
    ("filters", "passed"),
    [
        (Filters(), "abcd"),
        (Filters(kinds=frozenset({"patent", "service"})), "acd"),
        (Filters(places=frozenset({"320500"})), "ac"),
        (Filters(places=frozenset({"999999"})), ""),
        (Filters(fields=("H01",)), "ac"),
        (Filters(fields=("H01L", "G01")), "ab"),
        (Filters(price_fen=(None, 150)), "ad"),
        (Filters(price_fen=(100, 200)), "ab"),
        (Filters(price_fen=(0, 0)), "d"),
        (Filters(price_fen=(None, 150), unknown=True), "acd"),
        (Filters(dates=(date(2020, 1, 1), date(2021, 6, 30))), "ab"),
        (Filters(dates=(date(2021, 1, 1), None)), "bd"),
        (Filters(dates=(date(2021, 1, 1), None), unknown=True), "bcd"),
        (Filters(maturity=(6, 9)), "bc"),
        (Filters(near=(*SUZHOU, 0)), "a"),
        (Filters(near=(*SUZHOU, 100)), "ad"),
        (Filters(near=(*SUZHOU, 100), unknown=True), "acd"),
        (Filters(places=frozenset({"320500"}), price_fen=(1, None)), "a"),
    ],
)
def test_what_passes(index: Index, filters: Filters, passed: str) -> None:
    assert sorted(index.search("传感器", 10, filters).ids) == list(passed)


def test_the_best_is_the_best_of_those_that_pass(index: Index) -> None:
    assert index.search("传感器", 1).ids == ["b"]
    assert index.search("传感器", 1, Filters(kinds=frozenset({"patent"}))).ids == ["a"]


def test_a_mask_and_a_list_of_rows_give_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"id": [f"{at:04d}" for at in range(4000)], "kind": "patent"})
    frame["title"] = ["钢" * int(n) for n in rng.integers(1, 30, 4000)]
    frame["price_fen"] = np.arange(4000)
    index = search.build(Documents(frame), tmp_path / "index")
    everything = index.search("钢", 4000)
    ranked = [int(name) for name in everything.ids]
    for most in (10, 900, 1100, 3900):
        wanted = [f"{at:04d}" for at in ranked if at <= most][:50]
        assert index.search("钢", 50, Filters(price_fen=(None, most))).ids == wanted


def test_distances_are_those_of_the_great_circle() -> None:
    lon, lat = np.array([120.1551, 121.4737, np.nan]), np.array([30.2741, 31.2304, 0])
    wanted = great_circle([*lon, SUZHOU[0]], [*lat, SUZHOU[1]])[:-1, -1]
    np.testing.assert_allclose(kilometres(lon, lat, SUZHOU), wanted, rtol=1e-12)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"places": "320500"},
            "places = '320500': give several codes, or one in brackets, not a plain text.",
        ),
        (
            {"price_fen": (2, 1)},
            "price_fen = (2, 1): the least is more than the most. Turn them round.",
        ),
        ({"maturity": (9, 1)}, "maturity = (9, 1): the least is more than the most. Turn them round."),
        (
            {"dates": (date(2021, 1, 1), date(2020, 1, 1))},
            "dates = (2021-01-01, 2020-01-01): the least is more than the most. Turn them round.",
        ),
        (
            {"near": (200, 0, 1)},
            "near = (200, 0, 1): give longitude, latitude and a distance of 0 km or more.",
        ),
        (
            {"near": (0, 0, float("nan"))},
            "near = (0, 0, nan): give longitude, latitude and a distance of 0 km or more.",
        ),
    ],
)
def test_filters_that_contradict_themselves(given: dict[str, tuple[float, ...]], message: str) -> None:
    with pytest.raises(BadSpec) as refused:
        Filters(**given)  # type: ignore[arg-type]
    assert str(refused.value) == message


def test_an_unknown_kind_and_codes_in_a_list() -> None:
    with pytest.raises(UnknownName) as refused:
        Filters(kinds=frozenset({"patents"}))
    assert str(refused.value) == "no kind 'patents' in documents. Near names: patent."
    assert Filters(places=["320500"]) == Filters(places=frozenset({"320500"}))  # type: ignore[arg-type]
