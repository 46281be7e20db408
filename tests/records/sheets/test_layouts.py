"""The ways in which tables lie in sheets: every one gives the same figures."""

from __future__ import annotations

from datetime import datetime

import pytest

from heban.records.sheets.mapping import Mapping
from tests.records.sheets.reader import Reader, cells, faults

TWO = {("A1", 2013, "spend"): 1.5, ("A3", 2013, "spend"): 2.0}


def test_places_in_rows_below_a_merged_head_of_three_levels(read: Reader) -> None:
    rows = [
        ["2013年各市科技统计", None, None, None],
        ["地区", "投入", None, "产出"],
        [None, "研发经费", "研发人员", "专利"],
        [None, "亿元", "人年", "件"],
        ["甲一市", 1.5, 10, 3],
        ["甲三市", 2, None, 4],
        ["注：空格为无数据", None, None, None],
    ]
    reading = read(rows, ["A1:D1", "A2:A4", "B2:C2"], sheet="Sheet1")
    assert faults(reading) == []
    assert cells(reading) == TWO | {
        ("A1", 2013, "staff"): 10,
        ("A1", 2013, "patents"): 3,
        ("A3", 2013, "patents"): 4,
    }
    assert [aside.why for aside in reading.sheets[0].aside] == ["a note"]


def test_a_merged_head_that_csv_has_lost_is_filled_forward(read: Reader) -> None:
    reading = read("地区,研发经费(亿元),,专利,\n,2012,2013,2012,2013\n甲一市,1,1.5,2,3\n")
    assert cells(reading) == {
        ("A1", 2012, "spend"): 1,
        ("A1", 2013, "spend"): 1.5,
        ("A1", 2012, "patents"): 2,
        ("A1", 2013, "patents"): 3,
    }


@pytest.mark.parametrize(
    "heads", [[2012, 2013], ["2012年", "2013 年度"], ["２０１２", "FY2013"], [2012.0, datetime(2013, 1, 1)]]
)
def test_years_in_columns_take_the_indicator_from_the_title(read: Reader, heads: list[object]) -> None:
    rows = [
        ["表3 各市研发经费"],
        ["单位：万元"],
        ["地区", *heads],
        ["甲一市", 10000, 15000],
        ["甲三市", None, 20000],
    ]
    reading = read(rows, sheet="表3")
    assert faults(reading) == []
    assert cells(reading) == TWO | {("A1", 2012, "spend"): 1}


def test_a_sheet_may_bear_the_name_of_its_indicator(read: Reader) -> None:
    sheets = {
        "研发经费(万元)": [["地区", 2013], ["甲一市", 15000], ["甲三市", 20000]],
        "专利": [["地区", 2013], ["甲一市", 3]],
    }
    reading = read(sheets, sheet="")
    assert cells(reading)[("A1", 2013, "patents")] == 3
    assert cells(reading)[("A3", 2013, "spend")] == 2


def test_places_in_columns(read: Reader) -> None:
    rows = [
        ["指标", "单位", "甲一市", "甲三市", "合计"],
        ["研发经费", "亿元", 1.5, 2, 3.5],
        ["专利", "件", 3, "—", 3],
    ]
    reading = read(rows)
    assert cells(reading) == TWO | {("A1", 2013, "patents"): 3}
    assert reading.sheets[0].lies == "places in columns"
    assert reading.sheets[0].absent == 1
    assert [(aside.where, aside.why) for aside in reading.sheets[0].aside] == [
        ("column E", "a total, not a place")
    ]


def test_years_in_rows_and_places_in_columns(read: Reader) -> None:
    rows = [
        ["研发经费", None, None],
        ["单位：亿元"],
        ["年份", "甲一市", "甲三市"],
        [2012, 1, None],
        [2013, 1.5, 2],
    ]
    assert cells(read(rows, sheet="x")) == TWO | {("A1", 2012, "spend"): 1}


def test_long_tables_convert_each_row_by_its_own_unit(read: Reader) -> None:
    rows = ("地区,年份,指标,数值,单位", "甲一市,2013,研发经费,15000,万元", "甲三市,2013,研发经费,2,亿元")
    assert cells(read("\n".join([*rows, "P1,2013,staff,7,人年"]))) == TWO | {("P1", 2013, "staff"): 7}


def test_a_table_of_places_and_years_in_rows_carries_a_merged_place_down(read: Reader) -> None:
    rows = [
        ["城市", "年份", "研发经费(亿元)"],
        ["甲一市", 2012, 1],
        [None, 2013, 1.5],
        ["甲三市", 2012, None],
        [None, 2013, 2],
    ]
    merged = read(rows, ["A2:A3", "A4:A5"], sheet="x")
    blank = read(rows, sheet="x")
    assert cells(merged) == cells(blank) == TWO | {("A1", 2012, "spend"): 1}


def test_one_place_with_indicators_in_rows_and_years_in_columns(read: Reader) -> None:
    rows = [["项目", "单位", 2012, 2013], ["研发经费", "亿元", 1, 1.5], ["专利", "件", 2, 3]]
    reading = read(rows, sheet="甲一市")
    assert reading.sheets[0].lies == "one place, years in columns"
    assert cells(reading) == {
        ("A1", 2012, "spend"): 1,
        ("A1", 2013, "spend"): 1.5,
        ("A1", 2012, "patents"): 2,
        ("A1", 2013, "patents"): 3,
    }


def test_one_place_with_years_in_rows(read: Reader) -> None:
    rows = [["甲一市"], ["年份", "研发经费(亿元)", "专利"], [2012, 1, 2], [2013, 1.5, 3], ["Source: x"]]
    reading = read(rows, sheet="x")
    assert faults(reading) == []
    assert cells(reading)[("A1", 2012, "patents")] == 2


def test_years_without_any_place_are_an_error(read: Reader) -> None:
    reading = read([["年份", "专利"], [2012, 2], [2013, 3]], sheet="x")
    assert faults(reading) == [
        "error: a.xlsx!x row 2, A: the table has years but no places, and no place is named above it. "
        "Repair: give { place = … } in [sheets] of the mapping."
    ]


def test_two_tables_of_one_sheet_are_both_read(read: Reader) -> None:
    rows = [
        ["2012年"],
        ["地区", "专利", "研发经费(亿元)"],
        ["甲一市", 2, 1],
        ["合计", 2, 1],
        [],
        ["2013年"],
        ["地区", "专利", "研发经费(亿元)"],
        ["甲一市", 3, 1.5],
        ["甲三市", 4, 2],
    ]
    reading = read(rows, sheet="x")
    assert cells(reading) == TWO | {
        ("A1", 2012, "patents"): 2,
        ("A1", 2012, "spend"): 1,
        ("A1", 2013, "patents"): 3,
        ("A3", 2013, "patents"): 4,
    }


def test_a_head_repeated_on_the_next_page_changes_nothing(read: Reader) -> None:
    rows = [
        ["地区", "年份", "研发经费(亿元)"],
        ["甲一市", 2013, 1.5],
        ["地区", "年份", "研发经费(亿元)"],
        ["甲三市", 2013, 2],
    ]
    assert cells(read(rows, sheet="x")) == TWO


def test_numbers_of_rows_and_columns_codes_ranks_and_notes_are_set_aside(read: Reader) -> None:
    rows = [
        ["序号", "代码", "地区", "研发经费(亿元)", "位次", "比上年增长(%)", "备注"],
        [None, None, "甲", 1, 2, 3, None],
        [1, "A1", "甲一市", 1.5, 2, 3.1, "含县"],
        [2, "A3", "甲三市", 2, 1, 4.2, "含县"],
    ]
    reading = read(rows)
    assert faults(reading) == []
    assert cells(reading) == TWO
    assert {(aside.label, aside.why) for aside in reading.sheets[0].aside} == {
        ("序号", "a serial number"),
        ("位次", "a rank or a growth, computed from figures"),
        ("比上年增长(%)", "a rank or a growth, computed from figures"),
        ("备注", "notes"),
    }


def test_an_english_line_below_a_chinese_one_is_its_translation(read: Reader) -> None:
    rows = [
        ["地区", "研发经费", "专利", "常住人口"],
        ["Region", "R&D spending", "Patents", "Resident people"],
        [None, "亿元", "件", "万人"],
        ["甲一市", 1.5, 3, 50],
    ]
    reading = read(rows)
    assert faults(reading) == []
    assert cells(reading)[("A1", 2013, "population")] == 50


def test_a_levels_words_join_to_a_name_and_never_stand_for_the_upper_one_alone(read: Reader) -> None:
    rows = [
        ["地区", "常住", "研发经费"],
        [None, "人口", "企业资金"],
        [None, "万人", "亿元"],
        ["甲一市", 50, 1],
    ]
    reading = read(rows)
    assert cells(reading) == {("A1", 2013, "population"): 50}
    assert faults(reading) == [
        "error: a.xlsx!2013 row 3, C = '研发经费 / 企业资金 / 亿元': no indicator of the catalogue "
        "has this name. "
        "Repair: map it in [indicators], or add it with --add-indicators."
    ]


def test_a_table_that_heban_wrote_is_read_back(read: Reader) -> None:
    text = (read.package.folder / "statistics.csv").read_text("utf-8")
    reading = read(text.replace(",2012,2012,", ",2022,2012,"))
    rows = reading.frame()
    before = read.package.frame("statistics")
    assert len(rows) == len(before)
    assert set(rows["edition"]) == {"2024"}
    assert set(rows.loc[rows["data_year"] == 2012, "year"]) == {2022}
    assert sorted(rows["value"]) == sorted(before["value"])


def test_a_sheet_without_a_table_and_a_hidden_one_are_set_aside(read: Reader) -> None:
    reading = read({"说明": [["本表由示例处编印"]], "2013": [["地区", "专利"], ["甲一市", 3]]})
    assert [(a.sheet, a.why) for sheet in reading.sheets for a in sheet.aside] == [
        ("说明", "no table of places or years with figures")
    ]


def test_the_mapping_may_say_which_way_a_sheet_lies_and_where_its_body_begins(read: Reader) -> None:
    rows = [["地区", "专利"], ["甲一市", 99], ["甲三市", 4]]
    mapping = Mapping(sheets={"2013": {"turned": False, "first_row": 3}})
    assert cells(read(rows, mapping=mapping)) == {("A3", 2013, "patents"): 4}
