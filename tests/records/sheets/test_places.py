"""Which place a row is of: homonyms, sections, municipalities, counties, totals, unknown names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from heban.records.sheets.mapping import Mapping
from tests.records.sheets.reader import Reader, cells, faults

HEAD = ["地区", "专利"]


def patents(reading: object) -> dict[str, float]:
    return {place: value for (place, _, _), value in cells(reading).items()}  # type: ignore[arg-type]


def test_a_homonym_is_told_by_the_province_above_it(read: Reader) -> None:
    rows = [HEAD, ["First Province", 9], ["Suzhou", 1], ["Second Province", 9], ["Suzhou", 2]]
    assert patents(read(rows)) == {"P1": 9, "A2": 1, "P2": 9, "B2": 2}


def test_a_homonym_is_told_by_a_section_without_figures_and_by_a_column_beside_it(read: Reader) -> None:
    assert patents(read([HEAD, ["甲省", None], ["Suzhou", 1], ["乙省", None], ["Suzhou", 2]])) == {
        "A2": 1,
        "B2": 2,
    }
    beside = [["省份", "城市", "专利"], ["甲省", "Suzhou", 1], [None, "Gamma", 3], ["乙省", "Suzhou", 2]]
    assert patents(read(beside, ["A2:A3"])) == {"A2": 1, "A3": 3, "B2": 2}


def test_a_homonym_that_nothing_tells_is_an_error_and_the_mapping_decides(read: Reader) -> None:
    rows = [HEAD, ["Alpha", 3], ["Suzhou", 1]]
    assert faults(read(rows)) == [
        "error: a.xlsx!2013 row 3, A = 'Suzhou': the name means several places: A2 苏州市 (甲省); B2 "
        "宿州市 (乙省). "
        "Repair: give the province in a row above or a column beside it, or map it in [places]."
    ]
    assert patents(read(rows, mapping=Mapping(places={"Suzhou": ("B2",)}))) == {"A1": 3, "B2": 1}


def test_a_list_of_provinces_does_not_lend_the_last_one_to_the_cities_below(read: Reader) -> None:
    rows = [HEAD, ["甲省", 9], ["乙省", 9], ["Alpha", 3], ["Suzhou", 1]]
    assert faults(read(rows))[0].startswith(
        "error: a.xlsx!2013 row 5, A = 'Suzhou': the name means several places"
    )


def test_totals_groups_and_the_region_are_set_aside_and_the_nation_is_not(read: Reader) -> None:
    rows = [
        HEAD,
        ["全国", 90],
        ["示例区", 9],
        ["甲一市", 3],
        ["合 计", 3],
        ["甲省合计", 3],
        ["核心城市", 3],
        ["平均", 3],
    ]
    reading = read(rows)
    assert faults(reading) == []
    assert patents(reading) == {"A1": 3}
    assert {(a.label, a.why) for a in reading.sheets[0].aside} == {
        ("全国", "a total, not a place"),
        ("示例区", "a total, not a place"),
        ("合 计", "a total, not a place"),
        ("甲省合计", "a total, not a place"),
        ("核心城市", "a group of places, not a place"),
        ("平均", "a total, not a place"),
    }


def test_the_nation_by_its_name_is_a_place(read: Reader) -> None:
    assert patents(read([HEAD, ["示例国", 90], ["甲一市", 3]])) == {"N": 90, "A1": 3}


def test_a_county_is_a_place_and_its_homonym_is_told_by_its_city(
    demo_with: Callable[..., Path], tmp_path: Path
) -> None:
    rows = [
        ("N", "国", "nation", ""), ("D", "示例区", "region", ""), ("P1", "甲省", "province", "N"),
        ("P2", "乙省", "province", "N"), ("A1", "甲一市", "city", "P1"), ("A2", "甲二市", "city", "P1"),
        ("A3", "甲三市", "city", "P1"), ("B1", "乙一市", "city", "P2"), ("B2", "乙二市", "city", "P2"),
        ("B3", "乙三市", "city", "P2"), ("A11", "鼓楼区", "county", "A1"), ("A21", "鼓楼区", "county", "A2"),
        ("A22", "昆县", "county", "A2"),
    ]  # fmt: skip
    places = pd.DataFrame(rows, columns=["code", "zh", "level", "parent"])
    statistics = pd.DataFrame([("P1", 2012, 2012, "patents", 1.0, "件", "e")])
    statistics.columns = ["place", "year", "data_year", "indicator", "value", "unit", "edition"]
    package = demo_with(
        places=places,
        statistics=statistics,
        flows=pd.DataFrame(columns=["kind", "origin", "destination", "year", "value", "unit"]),
    )
    read = Reader(package, tmp_path)
    table = [HEAD, ["甲一市", 5], ["#鼓楼区", 1], ["甲二市", 6], ["其中：鼓楼区", 2], ["昆县", 3]]
    assert patents(read(table)) == {"A1": 5, "A11": 1, "A2": 6, "A21": 2, "A22": 3}
    assert "means several places" in faults(read([HEAD, ["乙一市", 5], ["鼓楼区", 1]]))[0]


@pytest.fixture
def municipal(demo_with: Callable[..., Path], tmp_path: Path) -> Reader:
    """A reader in whose region 申市 is a province and its only city."""
    from tests.conftest import _places

    more = pd.DataFrame([("M", "申市", "Shen", "province", "N"), ("M1", "申市", "Shen", "city", "M")])
    more.columns = ["code", "zh", "en", "level", "parent"]
    return Reader(demo_with(places=pd.concat([_places(), more])), tmp_path)


def test_a_municipality_is_what_the_other_rows_are(municipal: Reader) -> None:
    assert patents(municipal([HEAD, ["申市", 7], ["甲一市", 3]])) == {"M1": 7, "A1": 3}
    assert patents(municipal([HEAD, ["申市", 7], ["甲省", 3]])) == {"M": 7, "P1": 3}
    assert patents(municipal([HEAD, ["申市", 7], ["甲省", 3], ["甲一市", 3]])) == {
        "M": 7,
        "M1": 7,
        "P1": 3,
        "A1": 3,
    }


def test_a_section_without_figures_does_not_make_a_municipality_a_province(municipal: Reader) -> None:
    assert patents(municipal([HEAD, ["甲省", None], ["甲一市", 3], ["申市", 7]])) == {"A1": 3, "M1": 7}


def test_a_code_beside_the_name_decides(municipal: Reader) -> None:
    rows = [
        ["代码", "地区", "专利"],
        ["M", "申市", 7],
        ["M1", "申市", 6],
        ["A1", "甲一市", 3],
        [None, "合计", 9],
    ]
    assert patents(municipal(rows)) == {"M": 7, "M1": 6, "A1": 3}


def test_a_label_and_a_column_beside_it_that_contradict_each_other_are_an_error(read: Reader) -> None:
    rows = [["省份", "城市", "专利"], ["乙省", "甲一市", 1], ["乙省", "乙一市", 2], ["甲省", "甲三市", 2]]
    assert faults(read(rows)) == [
        "error: a.xlsx!2013 row 2, B = '甲一市': the row is of A1 by this label, and of P2 by the "
        "column beside it. "
        "Repair: correct one of the two; put tables side by side on sheets of their own."
    ]


def test_an_unknown_place_with_figures_is_an_error_wherever_it_stands(read: Reader) -> None:
    rows = [HEAD, ["甲二市", 1], ["甲一市", 3], ["假市", 2], ["备用", None]]
    found = faults(read(rows))
    assert [fault.split(". Repair")[0] for fault in found] == [
        "error: a.xlsx!2013 row 2, A = '甲二市': no place of the package has this name; near: 甲三市, 甲一市",
        "error: a.xlsx!2013 row 4, A = '假市': no place of the package has this name",
    ]
    skipped = read(rows, mapping=Mapping(places={"甲二市": (), "假市": ("A3",)}))
    assert patents(skipped) == {"A1": 3, "A3": 2}


def test_the_mapping_may_not_name_a_place_that_is_not_there(read: Reader) -> None:
    reading = read([HEAD, ["甲一市", 3], ["假市", 2]], mapping=Mapping(places={"假市": ("Z9",)}))
    assert faults(reading) == [
        "error: a.xlsx!2013 row 3, A = '假市': the mapping gives it the code Z9, which the package "
        "does not have. "
        "Repair: give a code of the places."
    ]


def test_figures_in_a_row_without_a_label_are_an_error(read: Reader) -> None:
    assert faults(read([HEAD, ["甲一市", 3], [None, 2]])) == [
        "error: a.xlsx!2013 row 3, B = '2': figures in a row without a label. Repair: name the place, "
        "or delete the row."
    ]


def test_english_names_and_spaces_within_a_name_are_read(read: Reader) -> None:
    assert patents(read([HEAD, ["甲 一 市", 3], ["GAMMA City", 2]])) == {"A1": 3, "A3": 2}
