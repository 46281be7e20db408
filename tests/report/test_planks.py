"""Planks: as long as the share of the need, cut with their number, a stub where there is no value."""

from __future__ import annotations

from typing import Any

import pytest

from heban.report import charts
from heban.report.facts import FactsDict
from heban.report.pictures import svg
from tests.report.invented import CHARTS


@pytest.fixture
def drawn(facts: FactsDict) -> dict[str, Any]:
    return charts.specification("planks", facts, "zh", CHARTS)


def rows(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    sets = drawn["datasets"].values()
    return [row for values in sets for row in values if "length_" in row]


def test_each_place_has_a_panel_and_each_board_a_plank(drawn: dict[str, Any]) -> None:
    assert [panel["title"]["text"] for panel in drawn["concat"]] == ["甲", "乙", "丙"]
    assert len(rows(drawn)) == 6


def test_a_plank_is_as_long_as_its_share_and_cut_with_its_number(drawn: dict[str, Any]) -> None:
    length = {(row["place_name"], row["factor_name"]): row["length_"] for row in rows(drawn)}
    assert length["乙", "人才"] == 1.1
    assert length["甲", "实验室"] == 2.0
    assert "×3.4" in svg(drawn)


def test_a_board_without_a_value_is_a_stub_that_says_so(drawn: dict[str, Any]) -> None:
    (stub,) = [row for row in rows(drawn) if row["share"] is None]
    assert stub["length_"] == pytest.approx(0.04)
    assert stub["standing_name"] == "无数据"
    assert "无数据" in svg(drawn)


def test_a_board_of_nothing_is_a_board_all_the_same(drawn: dict[str, Any]) -> None:
    (nothing,) = [row for row in rows(drawn) if row["share"] == 0]
    assert nothing["length_"] == pytest.approx(0.04)
    assert nothing["standing_name"] == "短板"
