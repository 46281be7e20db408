"""The chapter of the network: from records when nobody has counted pairs, and not at all without pairs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from heban.records.package import open_package
from heban.report.chapters import CHAPTERS
from heban.report.run import compute

OTHER = pd.DataFrame(
    {
        "kind": ["rail"],
        "origin": ["A1"],
        "destination": ["A2"],
        "year": [2020],
        "value": [1.0],
        "unit": ["列"],
    }
)


def records(*places: str) -> dict[str, pd.DataFrame]:
    """Papers, one for each group of places, as `A1 A2`."""
    ids = [str(number) for number in range(len(places))]
    works = pd.DataFrame({"id": ids, "year": [2020 + number for number in range(len(ids))]})
    named = [(id, place) for id, group in zip(ids, places, strict=True) for place in group.split()]
    return {
        "flows": OTHER,
        "works": works,
        "work_places": pd.DataFrame(named, columns=["work", "place"]),
    }


def test_records_are_counted_when_there_are_no_counted_pairs(demo_with: Callable[..., Path]) -> None:
    facts, _ = compute(open_package(demo_with(**records("A1 A2 B1", "B2", "A1 A2"))))
    figures = {key: fact["value"] for key, fact in facts["facts"].items()}
    assert figures["network.pairs"] == 4
    assert figures["network.ties"] == 3
    assert figures["network.density"] == pytest.approx(3 / 15)
    assert figures["network.what"] == {"zh": "论文", "en": "papers"}
    assert (figures["network.change.persistent"], figures["network.change.lost"]) == (1, 2)
    assert "只有" in figures["network.border"]["zh"]


@pytest.mark.parametrize(
    ("tables", "lack"),
    [
        ({"flows": OTHER}, "rows coaffiliation, or records of papers or projects"),
        (records("A1", "A2"), "records of two cities"),
    ],
)
def test_a_package_without_pairs_has_no_such_chapter(
    demo_with: Callable[..., Path], tables: dict[str, pd.DataFrame], lack: str
) -> None:
    assert CHAPTERS["network"].lacks(open_package(demo_with(**tables))) == [lack]
