"""The network field by field: the pairs of each class of papers, by hand on the invented cities."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from heban.records.package import open_package
from heban.report.chapters.network import fields as chapter
from heban.report.facts import FactsDict
from heban.report.run import compute
from tests.report.test_network import OTHER

PAPERS = (
    ("1", 2020, "chem", "A1 A2 B1"),
    ("2", 2021, "chem", "B1 A1 A1"),
    ("3", 2021, "law", "A3 A1"),
    ("4", 2021, "", "A1 A2"),
    ("5", 2021, "law", "B2"),
    ("6", 2022, "alone", "B3 A11"),
)
CLASSES = pd.DataFrame(
    [
        ("other", "chem", "别的", "Else"),
        ("papers", "chem", "化学", "Chemistry"),
        ("papers", "law", "法学", ""),
    ],
    columns=["scheme", "code", "zh", "en"],
)


def tables(papers: tuple[tuple[str, int, str, str], ...] = PAPERS) -> dict[str, pd.DataFrame]:
    """The tables of some papers: identifier, year, class and places, as `A1 A2`."""
    works = pd.DataFrame([paper[:3] for paper in papers], columns=["id", "year", "class"])
    named = [(id, place) for id, _, _, places in papers for place in dict.fromkeys(places.split())]
    return {"works": works, "work_places": pd.DataFrame(named, columns=["work", "place"])}


def rows(facts: FactsDict, id: str, *columns: str) -> list[tuple[Any, ...]]:
    table = facts["tables"][id]
    at = [[one["name"] for one in table["columns"]].index(column) for column in columns]
    return [tuple(row[i] for i in at) for row in table["rows"]]


@pytest.fixture
def facts(demo_with: Callable[..., Path]) -> FactsDict:
    return compute(open_package(demo_with(flows=OTHER, classes=CLASSES, **tables())))[0]


def test_the_pairs_of_each_field_are_those_counted_by_hand(facts: FactsDict) -> None:
    assert rows(facts, "network.by_field", "class", "origin", "destination", "value") == [
        ("chem", "A1", "B1", 2.0),
        ("chem", "A1", "A2", 1.0),
        ("chem", "A2", "B1", 1.0),
        ("law", "A1", "A3", 1.0),
    ]
    assert rows(facts, "network.fields", "class", "cities", "ties", "pairs") == [
        ("chem", 3, 3, 4.0),
        ("law", 2, 1, 1.0),
    ]


def test_fields_bear_the_names_of_the_scheme_that_names_most_of_them(facts: FactsDict) -> None:
    assert rows(facts, "network.fields", "class_zh", "class_en") == [("化学", "Chemistry"), ("法学", "法学")]
    assert set(rows(facts, "network.by_field", "class_zh", "origin_zh")) == {
        ("化学", "甲一市"), ("化学", "苏州市"), ("法学", "甲一市"),
    }  # fmt: skip


def test_all_fields_together_are_at_most_all_papers(facts: FactsDict) -> None:
    of_all = {(a, b): value for a, b, value in rows(facts, "network.flows", "origin", "destination", "value")}
    summed: dict[tuple[str, str], float] = {}
    for a, b, value in rows(facts, "network.by_field", "origin", "destination", "value"):
        summed[a, b] = summed.get((a, b), 0.0) + value
    assert summed.items() <= {**of_all, ("A1", "A2"): 1.0}.items()
    assert of_all["A1", "A2"] == 2.0  # one of the two papers has no class
    assert all(summed[pair] <= of_all[pair] for pair in summed)


def test_the_table_says_what_it_rests_on_and_what_it_leaves_out(
    facts: FactsDict, demo_with: Callable[..., Path]
) -> None:
    table = facts["tables"]["network.by_field"]
    assert table["sources"] == ["works", "work_places"]
    assert "a paper with no class is in none of the fields" in table["notes"]["en"]
    assert "counted elsewhere" not in table["notes"]["en"]
    beside_counts, _ = compute(open_package(demo_with(**tables())))
    assert beside_counts["facts"]["network.pairs"]["value"] == 6  # of the counted pairs, not of the papers
    told = beside_counts["tables"]["network.by_field"]
    assert told["rows"] and "相差一篇" in told["notes"]["zh"]
    assert rows(beside_counts, "network.fields", "class", "class_en") == [("chem", "chem"), ("law", "law")]


@pytest.mark.parametrize("kept", [{}, {"works", "work_places"}])
def test_without_papers_that_have_a_class_there_is_no_such_table(
    kept: set[str], demo_with: Callable[..., Path]
) -> None:
    unclassed = tuple((id, year, "", places) for id, year, _, places in PAPERS)
    given = {name: table for name, table in tables(unclassed).items() if name in kept}
    facts, _ = compute(open_package(demo_with(**given)))
    assert "network.flows" in facts["tables"]
    assert not {"network.by_field", "network.fields"} & set(facts["tables"])


def test_a_cut_table_says_so_and_the_number_of_pairs_stays_whole(
    demo_with: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chapter, "DRAWN", 2)
    facts, _ = compute(open_package(demo_with(flows=OTHER, **tables())))
    assert rows(facts, "network.by_field", "class", "value") == [("chem", 2.0), ("chem", 1.0), ("law", 1.0)]
    assert rows(facts, "network.fields", "ties") == [(3,), (1,)]
    assert "strongest pairs are listed" in facts["tables"]["network.by_field"]["notes"]["en"]


def test_the_fields_of_the_delta_are_within_its_papers(full: Path) -> None:
    package = open_package(full)
    cities = [city.code for city in package.region.cities()]
    records = package.network("papers", places=cities).frame
    whole = records[records["origin"] != records["destination"]]["value"].sum()
    classes = package.frames("works")["class"]
    facts, _ = compute(package)
    sizes = rows(facts, "network.fields", "class", "pairs")
    assert 0 < sum(value for _, value in sizes) <= whole
    assert {code for code, _ in sizes} <= set(classes) - {""}
    listed = rows(facts, "network.by_field", "class", "value")
    assert {code: sum(v for c, v in listed if c == code) for code, _ in sizes} == dict(sizes)
    assert ("T", "工业技术") in rows(facts, "network.fields", "class", "class_zh")
