"""What the chapter of the space needs of a package, and what it says of one that is not the Delta's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from heban.records.package import open_package
from heban.report.chapters import CHAPTERS
from heban.report.run import compose, compute


def value(facts: Any, key: str) -> Any:
    return facts["facts"][f"space.{key}"]["value"]


def holdings(cities: dict[str, float], nation: float = 40.0) -> dict[str, pd.DataFrame]:
    """Grants of the demo's cities in two fields and two periods, with the nation behind them."""
    rows = [
        ("grants", place, field, None, year, amount * part)
        for place, amount in cities.items()
        for field, part in (("x", 0.75), ("y", 0.25))
        for year in (2010, 2015)
    ]
    rows += [("grants_nation", "N", field, year - 4, year, nation) for field in "xy" for year in (2010, 2015)]
    held = pd.DataFrame(rows, columns=["kind", "place", "class", "since", "year", "value"]).assign(unit="项")
    pairs = pd.DataFrame(
        [
            ("grants_nation", one, other, year - 4, year, 3, 9)
            for one, other in ("xx", "xy", "yy")
            for year in (2010, 2015)
        ],
        columns=["kind", "class", "other", "since", "year", "together", "places"],
    )
    classes = pd.DataFrame({"scheme": "grants", "code": ["x", "y"], "zh": ["甲", "乙"], "en": ["X", "Y"]})
    return {"holdings": held, "class_pairs": pairs, "classes": classes}


@pytest.mark.parametrize(
    ("tables", "lack"),
    [
        ({}, ["kind holdings", "kind classes", "kind class_pairs", "rows grants", "rows grants_nation"]),
        (
            holdings({"A1": 20.0, "B1": 20.0}),
            ["3 cities with 10 grants in every period and 20 in the last"],
        ),
        (
            holdings({"A1": 20.0, "A2": 20.0, "B1": 20.0}, nation=30.0),
            ["rows grants_nation of 2006–2010 that hold at least what the cities hold"],
        ),
    ],
)
def test_a_package_without_a_background_has_no_such_chapter(
    demo_with: Callable[..., Path], tables: dict[str, pd.DataFrame], lack: list[str]
) -> None:
    assert CHAPTERS["space"].lacks(open_package(demo_with(**tables))) == lack


def test_one_period_alone_is_no_history(demo_with: Callable[..., Path]) -> None:
    tables = holdings({"A1": 20.0, "A2": 20.0, "B1": 20.0}, nation=60.0)
    tables["class_pairs"] = tables["class_pairs"].query("year == 2015")
    lack = CHAPTERS["space"].lacks(open_package(demo_with(**tables)))
    assert lack == ["class_pairs of the kind grants_nation for two periods"]


def test_a_small_package_of_another_region_has_the_chapter(demo_with: Callable[..., Path]) -> None:
    """Two fields, three cities with one mix: nothing to rank, and the page says so."""
    package = open_package(demo_with(**holdings({"A1": 20.0, "A2": 20.0, "B1": 20.0}, nation=60.0)))
    facts, left_out = compute(package)
    assert "space" in {id.split(".")[0] for id in facts["facts"]}
    assert value(facts, "caveat")["en"] == "All that follows is said of these rows alone."
    assert value(facts, "entry.verdict")["en"] == "Too few entries to test whether density is of use."
    assert value(facts, "complexity")["zh"] == (
        "复杂度（ECI）在这里算不出：各城市见长的学科全都一样，或分成互不相干的几块。"
    )
    assert value(facts, "trend.verdict")["en"] == "neither moved beyond sampling error"
    for lang, words in (("zh", "以下所说都只就这些行而言"), ("en", "All that follows is said")):
        assert words in str(compose(package, facts, left_out, lang))
