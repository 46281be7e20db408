"""The chapter of transfers between cities, on synthetic records: recomputed by hand from the rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from heban.records.package import open_package
from heban.records.synth import NAME
from heban.report.chapters import CHAPTERS
from heban.report.run import compute


def table(facts: Any, id: str) -> pd.DataFrame:
    made = facts["tables"][id]
    return pd.DataFrame(made["rows"], columns=[column["name"] for column in made["columns"]])


def value(facts: Any, key: str) -> Any:
    return facts["facts"][f"transfer.cities.{key}"]["value"]


def test_given_received_and_kept_are_counts_of_the_records(full_facts: Any, full: Path) -> None:
    rows = open_package(full).frame(NAME).query("year == 2022")
    roles = table(full_facts, "transfer.cities.roles").set_index("place")
    for city in ("310100", "320500", "330400"):
        out = rows[(rows["origin"] == city) & (rows["destination"] != city)]
        own = rows[(rows["origin"] == city) & (rows["destination"] == city)]
        assert roles.loc[city, "given"] == len(out)
        assert roles.loc[city, "within"] == len(own)


def test_a_balance_that_is_not_different_from_zero_makes_no_source(full_facts: Any) -> None:
    """Shanghai gave 4,445 and received 4,427: eighteen more, which is no role."""
    roles = table(full_facts, "transfer.cities.roles").set_index("place")
    shanghai = roles.loc["310100"]
    assert (shanghai["given"], shanghai["received"]) == (4445, 4427)
    assert shanghai["low"] < 0 < shanghai["high"]
    assert shanghai["role"] == "hub"
    assert roles.loc["330400", "role"] == "sink"


def test_the_share_of_a_corridor_is_that_of_the_records(full_facts: Any, full: Path) -> None:
    opened = open_package(full)
    rows = opened.frame(NAME).query("year == 2022 and origin != destination")
    members = opened.region.groups["g60"].members
    inside = rows["origin"].isin(members) & rows["destination"].isin(members)
    assert value(full_facts, "corridor.g60.last") == pytest.approx(100 * inside.mean())


def test_the_maps_show_four_years_from_the_first_to_the_last(full_facts: Any) -> None:
    flows = table(full_facts, "transfer.cities.flows")
    assert sorted(flows["year"].unique()) == [2011, 2015, 2018, 2022]
    assert value(full_facts, "first.total") == 358
    assert value(full_facts, "last.total") == 35504


@pytest.mark.parametrize(("lang", "word"), [("zh", "合成数据"), ("en", "synthetic data")])
def test_every_figure_of_the_chapter_says_that_it_is_synthetic(
    full_report: Callable[[str], Path], lang: str, word: str
) -> None:
    page = full_report(lang).read_text("utf-8")
    chapter = page.split('id="chapter-transfer_cities"')[1].split("<section")[0]
    figures = chapter.split("<figcaption")[1:]
    assert len(figures) >= 8
    assert all(word in figure.split("</figcaption>")[0] for figure in figures)


def test_records_that_stay_within_their_city_make_no_chapter(
    demo_with: Callable[..., Path],
) -> None:
    rows = pd.DataFrame({"id": ["1"], "year": [2020], "origin": ["A1"], "destination": ["A1"]})
    package = open_package(demo_with(transfers=rows))
    assert CHAPTERS["transfer_cities"].lacks(package) == ["transfers between two cities"]


def test_the_first_year_that_is_drawn_has_something_to_draw(demo_with: Callable[..., Path]) -> None:
    rows = pd.DataFrame(
        {
            "id": ["1", "2", "3"],
            "year": [2020, 2021, 2022],
            "origin": ["A1", "A1", "B1"],
            "destination": ["A1", "A2", "A1"],
        }
    )
    facts, left_out = compute(open_package(demo_with(transfers=rows)))
    assert "transfer_cities" not in [maker.id for maker in left_out]
    assert value(facts, "first_year") == 2021
    assert value(facts, "capitals.top") == {"zh": "无", "en": "none"}
