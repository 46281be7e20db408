"""The facts: one plain dict, safe for JSON, and how one figure is written."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.records.cards import Card
from heban.report.facts import FactDict, Facts, FactsDict
from heban.report.formatting import number, show
from heban.report.tables import as_csv, frame, shown


def fact(value: object, decimals: int | None = None, unit: tuple[str, str] | str = "") -> FactDict:
    facts = Facts({})
    facts.fact("a", value, decimals=decimals, unit=unit)
    return facts.dict()["facts"]["a"]


def test_the_dict_is_json_and_keeps_full_precision() -> None:
    facts = Facts({})
    facts.fact("a.b", np.float64(1 / 3), decimals=1)
    facts.fact("a.none", float("nan"))
    facts.table("t", pd.DataFrame({"year": np.array([2011]), "value": [np.nan]}))
    again = json.loads(json.dumps(facts.dict(), allow_nan=False))
    assert again["facts"]["a.b"]["value"] == 1 / 3
    assert again["facts"]["a.none"]["value"] is None
    assert again["tables"]["t"]["rows"] == [[2011, None]]


def test_a_fact_given_twice_is_our_own_fault() -> None:
    facts = Facts({})
    facts.fact("a", 1)
    with pytest.raises(AssertionError, match="the fact 'a' is given twice"):
        facts.fact("a", 2)


def test_an_id_is_dotted_lower_case() -> None:
    with pytest.raises(AssertionError, match=r"dotted lower-case words, not 'Index\.Total'"):
        Facts({}).fact("Index.Total", 1)


def test_every_source_has_its_card() -> None:
    facts = Facts({})
    facts.fact("a", 1, sources=("lost",))
    with pytest.raises(AssertionError, match="facts name sources without a card: lost"):
        facts.dict()


def test_every_column_has_a_label() -> None:
    with pytest.raises(AssertionError, match="the table 't' has columns without a label: share"):
        Facts({}).table("t", pd.DataFrame({"share": [1]}))


def test_cards_stand_in_the_dict(facts: FactsDict) -> None:
    assert facts["cards"]["flows"]["synthetic"] is True
    assert facts["cards"]["index"]["sha256"] == "ab" * 32
    with pytest.raises(AssertionError, match="the card of 'a' is given twice"):
        twice = Facts({})
        for _ in range(2):
            twice.card("a", Card("T", "P", "2024", "u", "CC0-1.0", "2026-01-01", "typed", False))


def test_absence_is_said_and_never_zero() -> None:
    assert show(fact(None), "zh", ["unit"]) == "无数据"
    assert show(fact(None, unit="%"), "en") == "no data"


@pytest.mark.parametrize(
    ("value", "decimals", "options", "zh", "en"),
    [
        (35504, 0, ["unit"], "35,504件", "35,504 patents"),
        (-2237, 0, ["abs", "unit"], "2,237件", "2,237 patents"),
        (814, 0, ["signed"], "+814", "+814"),
        (-0.001, 2, ["signed"], "0.00", "0.00"),
        (0.0917, 2, ["percent"], "9.17%", "9.17%"),
        (0.2546, 2, ["percent", "1"], "25.5%", "25.5%"),
        (262.475, 2, [], "262.48", "262.48"),
    ],
)
def test_figures_are_written(value: float, decimals: int, options: list[str], zh: str, en: str) -> None:
    given = fact(value, decimals, ("件", "patents"))
    assert (show(given, "zh", options), show(given, "en", options)) == (zh, en)


def test_a_list_of_names_can_be_cut() -> None:
    given = fact([("沪", "Shanghai"), ("宁", "Nanjing"), ("杭", "Hangzhou")])
    assert show(given, "zh", ["2"]) == "沪和宁"
    assert show(given, "en") == "Shanghai, Nanjing and Hangzhou"


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(BadSpec) as told:
        show(fact(1), "zh", ["pct"])
    assert str(told.value) == "no format 'pct' for a fact; there are unit, signed, abs, percent and a digit."


def test_numbers_without_decimals_given() -> None:
    assert (number(3), number(3.0), number(2.5), number(2022, plain=True)) == ("3", "3", "2.50", "2022")


def test_a_table_in_a_language_has_one_name_column(facts: FactsDict) -> None:
    table = facts["tables"]["balance"]
    assert list(frame(table, "en").columns) == ["place", "place_name", "value"]
    printed = shown(table, "zh")
    assert printed.header == ["地区", "净输出"]
    assert printed.rows[3] == ["丁", "−2,237"]
    assert printed.numeric == [False, True]


def test_a_printed_table_says_what_is_absent(facts: FactsDict) -> None:
    assert ["丙", "2012", "无数据"] in shown(facts["tables"]["by_city"], "zh").rows


def test_csv_holds_every_column_and_full_precision(facts: FactsDict) -> None:
    lines = as_csv(facts["tables"]["total"], "en").splitlines()
    assert lines[0] == "Year,Total index (points),Low,High"
    assert lines[3] == "2013,123.455,118,129"
    head = as_csv(facts["tables"]["by_city"], "zh").splitlines()
    assert head[0] == "地区 [代码],地区 [zh],地区 [en],年份,数值"
    assert head[8] == "100300,丙,Bing,2012,"
