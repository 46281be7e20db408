"""What stands in a cell: figures however they are typed, absences however they are marked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from heban.records.sheets.figures import read as read_cell
from heban.records.sheets.grid import grid_of
from heban.records.sheets.mapping import Mapping
from tests.records.sheets.reader import Reader, cells, faults


def one(content: object) -> object:
    found = read_cell(grid_of("a", "", [[content]]).rows[0][0])
    return found.problem or (found.kind if found.number is None else float(found.number))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (0, 0.0), ("0", 0.0), (0.0, 0.0), (1.5, 1.5), ("1.5", 1.5), ("  7 ", 7.0),
        ("1,234.5", 1234.5), ("1，234，567", 1234567.0), ("1 234", 1234.0), ("1'234", 1234.0),
        ("１２．５", 12.5),
        ("-3", -3.0), ("−3", -3.0), ("－3", -3.0), ("(3.5)", -3.5), ("+3", 3.0), ("1e3", 1000.0), (".5", 0.5),
        ("5.2%", 5.2), ("５.２％", 5.2), ("123①", 123.0), ("123*", 123.0), ("12³", 12.0), ("88[1]", 88.0),
        (None, "blank"), ("", "blank"), ("　", "blank"),
        ("—", "absent"), ("——", "absent"), ("-", "absent"), ("…", "absent"), ("...", "absent"),
        ("n.a.", "absent"),
        ("N/A", "absent"), ("#N/A", "absent"), ("无数据", "absent"), ("/", "absent"),
        ("about 5", "not a number but text"), ("12万", "not a number but text"),
        ("1.234.5", "commas and points that do not mark thousands and decimals"),
        ("1,23", "commas and points that do not mark thousands and decimals"),
        (True, "true or false, not a number"),
        ("#DIV/0!", "an error of the spreadsheet (#DIV/0!)"),
    ],
)  # fmt: skip
def test_a_cell_is_a_figure_an_absence_or_a_fault(content: object, found: object) -> None:
    assert one(content) == found


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_number_is_kept_to_the_last_bit(number: float) -> None:
    assert one(number) == number


@given(st.integers(-(10**15), 10**15), st.integers(0, 4))
def test_thousands_marks_change_nothing(number: int, decimals: int) -> None:
    value = number / 10**decimals
    assert one(f"{value:,.{decimals}f}") == float(f"{value:.{decimals}f}")


def test_blank_dash_and_zero_are_three_things(read: Reader) -> None:
    reading = read([["地区", "专利"], ["甲一市", 0], ["甲三市", "—"], ["乙一市", None], ["乙三市", 4]])
    assert cells(reading) == {("A1", 2013, "patents"): 0, ("B3", 2013, "patents"): 4}


def test_further_marks_of_absence_come_from_the_mapping(read: Reader) -> None:
    rows = [["地区", "专利"], ["甲一市", 3], ["甲三市", "待补"]]
    assert faults(read(rows)) == [
        "error: a.xlsx!2013 row 3, B = '待补': not a number but text. "
        "Repair: write the figure in digits, or — where there is none."
    ]
    assert faults(read(rows, mapping=Mapping(absent=("待补",)))) == []


def test_a_percentage_format_is_read_as_it_is_shown(demo: Path, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["地区", "占比(%)", "专利"], ["甲一市", 0.0235, 3]):
        sheet.append(row)
    sheet["B2"].number_format = "0.00%"
    book.save(tmp_path / "b.xlsx")
    from heban.records.package import open_package
    from heban.records.sheets.understanding import understand_file

    reading = understand_file(tmp_path / "b.xlsx", open_package(demo), adding=True, year=2013)
    assert [float(f.value) for f in reading.figures] == [2.35, 3.0]


def test_a_percentage_in_a_column_of_another_unit_is_an_error(read: Reader) -> None:
    assert faults(read([["地区", "专利(件)"], ["甲一市", "5%"], ["甲三市", 1]])) == [
        "error: a.xlsx!2013 row 2, B = '5%': a percentage in a column of '件'. "
        "Repair: write the figure in the unit of its column."
    ]


def test_a_figure_merged_over_two_places_belongs_to_nobody(read: Reader) -> None:
    reading = read([["地区", "专利"], ["甲一市", 3], ["甲三市", None]], ["B2:B3"])
    assert cells(reading) == {("A1", 2013, "patents"): 3}
    assert faults(reading) == [
        "error: a.xlsx!2013 row 3, B = '3': the figure is merged over several cells: it is not said "
        "whose it is. "
        "Repair: split the cells and give each its own."
    ]


def test_a_formula_without_a_stored_result_is_an_error_and_no_blank(read: Reader) -> None:
    assert faults(read([["地区", "专利"], ["甲一市", 3], ["甲三市", "=B2+1"]])) == [
        "error: a.xlsx!2013 row 3, B: a formula without a stored result. "
        "Repair: write the figure in digits, or — where there is none."
    ]


def test_a_footnote_mark_is_taken_off_and_said(read: Reader) -> None:
    reading = read([["地区", "专利(件)"], ["甲一市", "3①"], ["甲三市", "4①"]])
    assert cells(reading) == {("A1", 2013, "patents"): 3, ("A3", 2013, "patents"): 4}
    assert [str(f) for f in reading.findings] == [
        "warning: a.xlsx!2013 row 2, B = '3①': the mark ① after a figure was taken off. Repair: read "
        "its footnote."
    ]


def test_the_same_cell_twice_counts_once_and_two_values_are_an_error(read: Reader) -> None:
    same = read([["地区", "专利"], ["甲一市", 3], ["Alpha", "3.0"]])
    assert (faults(same), cells(same)) == ([], {("A1", 2013, "patents"): 3})
    assert faults(
        read({"2013": [["地区", "专利"], ["甲一市", 3]], "2013年": [["地区", "专利"], ["甲一市", 4]]})
    ) == [
        "error: a.xlsx!2013年 row 2, B = '4': patents of A1 in 2013 is 4 here and 3 in 2013!B2. "
        "Repair: keep one of the two, or map one of the labels to skip."
    ]
