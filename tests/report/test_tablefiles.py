"""The workbook of any tables: its texts are shown, and neither run nor break it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from heban.domain.errors import BadSpec
from heban.report import tablefiles
from heban.report.tablefiles import write_workbook


def cells(path: Path) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(path)["t"].iter_rows()]


def test_what_begins_like_a_formula_is_a_text(tmp_path: Path) -> None:
    odd = ["=1+1", "+1", "-1", "@x", "\tx", "a=1", "石墨烯"]
    frame = pd.DataFrame({"=cmd": odd, "n": range(-3, 4), "mixed": ["=2", -2.5, None, True, "b", "", "c"]})
    write_workbook(tmp_path / "t.xlsx", {"t": frame})
    head, *rows = cells(tmp_path / "t.xlsx")
    assert head == ["'=cmd", "n", "mixed"]
    assert [row[0] for row in rows] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "a=1", "石墨烯"]
    assert [row[1] for row in rows] == [-3, -2, -1, 0, 1, 2, 3]
    assert [row[2] for row in rows[:5]] == ["'=2", -2.5, None, True, "b"]


def test_columns_of_one_name_are_both_guarded(tmp_path: Path) -> None:
    write_workbook(tmp_path / "t.xlsx", {"t": pd.DataFrame([["=1", "=2"]], columns=["a", "a"])})
    assert cells(tmp_path / "t.xlsx") == [["a", "a"], ["'=1", "'=2"]]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(), min_size=1, max_size=20))
def test_any_text_can_be_written_and_none_is_run(tmp_path: Path, text: str) -> None:
    write_workbook(tmp_path / "t.xlsx", {"t": pd.DataFrame({text: [text]})})
    sheet = load_workbook(tmp_path / "t.xlsx")["t"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "e"}


def test_control_characters_and_halves_of_characters_become_spaces(tmp_path: Path) -> None:
    odd = pd.Series(["x\x00\x0by\ud800z", "\x00=1"], dtype=object)
    write_workbook(tmp_path / "t.xlsx", {"t": pd.DataFrame({"a": odd})})
    assert cells(tmp_path / "t.xlsx") == [["a"], ["x  y z"], [" =1"]]


def test_the_table_itself_is_not_changed(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": ["=1"]})
    write_workbook(tmp_path / "t.xlsx", {"t": frame})
    assert frame["a"].tolist() == ["=1"]


def test_a_table_wider_than_a_sheet_says_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tablefiles, "MOST_COLUMNS", 2)
    write_workbook(tmp_path / "t.xlsx", {"t": pd.DataFrame([[1, 2, 3]])})
    assert cells(tmp_path / "t.xlsx")[1] == [
        "1 rows and 3 columns are more than a sheet holds; they are in t.parquet."
    ]


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(BadSpec) as caught:
        write_workbook(tmp_path, {"t": pd.DataFrame({"a": [1]})})
    assert str(caught.value) == f"cannot write '{tmp_path}' (Is a directory). Give a file that you may write."
