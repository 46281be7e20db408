"""Files as offices save them: encodings, marks, hidden parts, files that are none."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from openpyxl import Workbook

from heban.domain.errors import BadData, UnknownName
from heban.records.package import open_package
from heban.records.sheets.understanding import understand_file
from heban.records.sheets.workbook import load
from tests.records.sheets.reader import Reader, book, cells

TEXT = "地区,年份,专利(件)\n甲一市,2013,3\n"
FOUND = {("A1", 2013, "patents"): 3.0}


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8"),
        codecs.BOM_UTF8 + TEXT.encode("utf-8"),
        TEXT.encode("gbk"),
        TEXT.replace(",", ";").encode("utf-8"),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode("gb18030"),
        (TEXT + ",,\n,,\n").encode("utf-8"),
    ],
)
def test_csv_is_read_in_any_of_its_usual_forms(demo: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    reading = understand_file(tmp_path / "a.csv", open_package(demo))
    assert (reading.findings, cells(reading)) == ([], FOUND)


def test_bytes_that_are_no_text_are_an_error(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(TEXT.encode("gbk") + b"\xff\xff\xff")
    reading = understand_file(tmp_path / "a.csv", open_package(demo))
    assert str(reading.findings[0]) == (
        "error: a.csv: some characters are neither UTF-8 nor GBK. Repair: save the file as UTF-8."
    )


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xls", b"", "error: a.xls: a file of the kind .xls is not read. "
                       "Repair: save it as .xlsx or .csv."),
        ("a.xlsx", b"no zip", "error: a.xlsx: not a readable workbook: File is not a zip file. "
                              "Repair: open it in a spreadsheet and save it as .xlsx."),
        (None, b"", "error: b.csv: there is no such file. Repair: give the path of a workbook or CSV file."),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_said(
    tmp_path: Path, name: str | None, content: bytes, sentence: str
) -> None:
    path = tmp_path / (name or "b.csv")
    if name:
        path.write_bytes(content)
    with pytest.raises(BadData) as no:
        load(path)
    assert str(no.value) == f"1 fault in the data:\n  {sentence}"


def test_only_the_sheets_asked_for_are_read_and_unknown_ones_are_named(read: Reader) -> None:
    sheets = {"2012": [["地区", "专利(件)"], ["甲一市", 2]], "2013": [["地区", "专利(件)"], ["甲一市", 3]]}
    assert cells(read(sheets, sheets=("2013",))) == FOUND
    with pytest.raises(UnknownName, match=r"^no sheet '2014' in a\.xlsx\. Near names: 2013, 2012\.$"):
        read(sheets, sheets=("2014",))


def test_hidden_sheets_are_set_aside_and_hidden_columns_are_read_and_said(demo: Path, tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        {"2013": [["地区", "专利(件)"], ["甲一市", 3]], "2012": [["地区", "专利(件)"], ["甲一市", 2]]},
    )
    from openpyxl import load_workbook

    written = load_workbook(path)
    written["2012"].sheet_state = "hidden"
    written["2013"].column_dimensions["B"].hidden = True
    written.save(path)
    reading = understand_file(path, open_package(demo))
    assert cells(reading) == FOUND
    assert [a.why for sheet in reading.sheets for a in sheet.aside] == ["the sheet is hidden"]
    assert [str(finding) for finding in reading.findings] == [
        "warning: a.xlsx!2013: column B hidden; what stands there was read. Repair: delete what "
        "should not count."
    ]


def test_a_file_without_figures_is_an_error(read: Reader) -> None:
    assert [str(f) for f in read([["说明"], ["没有表"]]).errors] == [
        "error: a.xlsx: no figure was found in the file. "
        "Repair: give a table with places or years, or name the sheet with --sheet."
    ]


def test_merged_ranges_without_content_stay_blank(tmp_path: Path) -> None:
    written = Workbook()
    written.worksheets[0].append(["x"])
    written.worksheets[0].merge_cells("B1:C3")
    written.save(tmp_path / "a.xlsx")
    (grid,), _ = load(tmp_path / "a.xlsx")
    assert [[cell.text for cell in row] for row in grid.rows] == [["x"]]


def test_a_file_that_says_it_is_made_up_is_synthetic(read: Reader) -> None:
    table = [["地区", "专利(件)"], ["甲一市", 3]]
    assert not read(table).synthetic
    assert read({"说明": [["合成数据，仅供演示"]], "2013": table}).synthetic
    assert read([*table, ["Note: synthetic figures"]]).synthetic
