"""What heads mean: indicators by any name, units, years; and what is said when they do not tell."""

from __future__ import annotations

import pytest

from heban.records.sheets.mapping import Mapping
from tests.records.sheets.reader import Reader, cells, faults


@pytest.mark.parametrize(
    "head",
    [
        "研发经费（万元）", "研发经费(万元)", "研发经费/万元", "研发经费，万元", "研发经费 [万元]",
        "研发经费\n（万元）", "研发 经费（单位：万元）",
        "R&D spending, 10k CNY", "R&D spending (10,000 yuan)", "R&D SPENDING (CNY 10k)", "spend(万元)",
        "研发经费 R&D spending（万元）", "2013年研发经费（万元）",
    ],
)  # fmt: skip
def test_units_in_heads_are_converted(read: Reader, head: str) -> None:
    reading = read([["地区", head], ["甲一市", 12345]])
    assert faults(reading) == []
    assert cells(reading) == {("A1", 2013, "spend"): 1.2345}


def test_a_unit_whose_ratio_is_not_known_is_refused(read: Reader) -> None:
    assert faults(read([["地区", "研发人员(人)"], ["甲一市", 3]])) == [
        "error: a.xlsx!2013 row 1, B = '研发人员(人)': the figures are in '人', 'staff' is in '人年', "
        "and the ratio is "
        "not known. Repair: convert them to 人年, or map the right indicator."
    ]


def test_a_unit_line_above_the_table_is_not_forced_on_what_it_does_not_fit(read: Reader) -> None:
    reading = read([["单位：万元"], ["地区", "研发经费", "专利"], ["甲一市", 12345, 3]])
    assert cells(reading) == {("A1", 2013, "spend"): 1.2345}
    assert faults(reading)[0].startswith(
        "error: a.xlsx!2013 row 2, C = '专利': the figures are in '万元', 'patents' is in '件', and "
        "the ratio is not known."
    )


def test_a_unit_that_is_not_stated_is_the_catalogues_and_that_is_said(read: Reader) -> None:
    reading = read([["地区", "专利"], ["甲一市", 3]])
    assert [str(finding) for finding in reading.findings] == [
        "warning: a.xlsx!2013 row 2, B = '专利': no unit is stated; the catalogue's 件 was taken. "
        "Repair: state it in the head."
    ]


def test_an_unknown_indicator_is_an_error_with_near_names(read: Reader) -> None:
    assert faults(read([["地区", "研发经费支出(亿元)", "专利"], ["甲一市", 3, 4]])) == [
        "error: a.xlsx!2013 row 1, B = '研发经费支出(亿元)': no indicator of the catalogue has this name; "
        "near: spend 研发经费. Repair: map it in [indicators], or add it with --add-indicators."
    ]


def test_the_mapping_decides_what_a_head_means(read: Reader) -> None:
    rows = [["地区", "研发经费支出(亿元)", "专利"], ["甲一市", 3, 4]]
    mapping = Mapping(
        indicators={
            "研发经费支出(亿元)": {"indicator": "spend", "unit": "万元"},
            "专利": {"skip": "other source"},
        }
    )
    reading = read(rows, mapping=mapping)
    assert cells(reading) == {("A1", 2013, "spend"): 0.0003}
    assert [(a.label, a.why) for a in reading.sheets[0].aside] == [("专利", "other source")]


def test_the_mapping_may_not_name_an_indicator_that_is_not_there(read: Reader) -> None:
    mapping = Mapping(indicators={"专利": {"indicator": "patent"}})
    assert faults(read([["地区", "专利"], ["甲一市", 4]], mapping=mapping)) == [
        "error: a.xlsx!2013 row 1, B = '专利': the mapping names 'patent', which the catalogue does "
        "not have; "
        "near: patents 专利. Repair: give a code of the catalogue, or add it in [add]."
    ]


def test_a_table_without_a_year_is_an_error_and_year_helps(read: Reader) -> None:
    rows = [["地区", "专利"], ["甲一市", 4], ["甲三市", 5]]
    assert faults(read(rows, sheet="Sheet1")) == [
        "error: a.xlsx!Sheet1 row 2, B: no year is named, neither in the head nor in the row, the "
        "title or the "
        "sheet's name. Repair: give it in [sheets] of the mapping, or with --year."
    ]
    assert cells(read(rows, sheet="Sheet1", year=2012)) == {
        ("A1", 2012, "patents"): 4,
        ("A3", 2012, "patents"): 5,
    }
    mapping = Mapping(sheets={"Sheet1": {"year": 2011}}, label_lag=1)
    figure = read(rows, sheet="Sheet1", mapping=mapping).figures[0]
    assert (figure.data_year, figure.year) == (2011, 2012)


def test_a_year_inside_a_name_is_not_guessed_against_that_of_the_sheet(read: Reader) -> None:
    assert faults(read([["地区", "专利(2010年口径)"], ["甲一市", 4]])) == [
        "error: a.xlsx!2013 row 1, B = '专利(2010年口径)': names the year 2010 in a table of 2013. "
        "Repair: map it in [indicators] with its indicator and its year."
    ]
    mapping = Mapping(indicators={"专利(2010年口径)": {"indicator": "patents"}})
    assert cells(read([["地区", "专利(2010年口径)"], ["甲一市", 4]], mapping=mapping)) == {
        ("A1", 2013, "patents"): 4
    }


def test_a_range_of_years_in_a_title_is_no_year(read: Reader) -> None:
    rows = [["2012—2013年专利"], ["地区", 2012, 2013], ["甲一市", 3, 4]]
    assert cells(read(rows, sheet="x")) == {("A1", 2012, "patents"): 3, ("A1", 2013, "patents"): 4}


def test_new_indicators_are_added_below_the_pillars_of_the_head(read: Reader) -> None:
    rows = [
        ["地区", "投入", "新支柱", "新支柱", None],
        [None, "高校数(所)", "孵化器 Incubators(个)", "每万人专利(件/万人)", "公园(个)"],
        ["甲一市", 3, 4, 5, 6],
    ]
    reading = read(rows, ["A1:A2", "C1:D1"], adding=True)
    assert faults(reading) == []
    assert {c: (i.zh, i.en, i.unit, i.parent, i.additive) for c, i in reading.added.items()} == {
        "own_1": ("高校数", "高校数", "所", "input", True),
        "own_2": ("新支柱", "新支柱", "分", "capacity", False),
        "incubators": ("孵化器", "Incubators", "个", "own_2", True),
        "own_3": ("每万人专利", "每万人专利", "件/万人", "own_2", False),
        "own_4": ("公园", "公园", "个", "", True),
    }


def test_one_name_below_two_others_is_two_indicators(read: Reader) -> None:
    rows = [["地区", "专利申请", "专利授权"], [None, "发明", "发明"], [None, "件", "件"], ["甲一市", 3, 4]]
    reading = read(rows, adding=True)
    assert [indicator.zh for indicator in reading.added.values()] == ["专利申请发明", "专利授权发明"]
    assert len(reading.figures) == 2


def test_a_new_indicator_needs_a_unit(read: Reader) -> None:
    assert faults(read([["地区", "高校数"], ["甲一市", 3]], adding=True)) == [
        "error: a.xlsx!2013 row 1, B = '高校数': a new indicator needs a unit, and the head states none. "
        "Repair: write the unit in the head, or add the indicator in the mapping's [add]."
    ]


def test_new_indicators_of_a_long_table_take_the_unit_of_their_row(read: Reader) -> None:
    reading = read("地区,年份,指标,单位,数值\n甲一市,2013,高校数,所,3\n", adding=True)
    assert (faults(reading), reading.added["own_1"].unit) == ([], "所")


def test_figures_without_a_head_are_an_error(read: Reader) -> None:
    assert faults(read([["地区", "专利", None], ["甲一市", 3, 4], ["甲三市", 3, 4]])) == [
        "error: a.xlsx!2013 row 1, C: no indicator is named. Repair: name it in the head or in [sheets]."
    ]
