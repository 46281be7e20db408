"""COINr's two tables: what is read, and what is said of every fault in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadData
from heban.measures.index.pipeline import build
from heban.measures.index.spec import Impute
from heban.measures.index.tables import from_coinr


def data(**columns: list[object]) -> pd.DataFrame:
    given = {
        "uCode": ["B", "A-1", "C"],
        "uName": ["Bee", "A", "Sea"],
        "Time": [2020, 2020, 2020],
        "size_group": ["S", "L", "S"],
        "pop": [2.0, 4.0, 5.0],
        "x": [1.0, np.nan, 3.0],
        "y": [5.0, 6.0, 7.0],
        **columns,
    }
    return pd.DataFrame({name: values for name, values in given.items() if values is not None})


def meta(*more: dict[str, object], **changed: dict[str, object]) -> pd.DataFrame:
    rows = {
        "x": {"Type": "Indicator", "Parent": "left", "Direction": 1, "Weight": 2, "Denominator": "pop",
              "Level": 1},
        "y": {"Type": "Indicator", "Parent": "left", "Direction": -1, "Weight": 1, "Target": 5, "Level": 1,
              "goalpost_lower": 0, "goalpost_upper": 9},
        "left": {"Type": "Aggregate", "Parent": "index", "Direction": 1, "Weight": 1, "Level": 2},
        "index": {"Type": "Aggregate", "Parent": None, "Direction": 1, "Weight": 1, "Level": 3},
        "pop": {"Type": "Denominator"},
        "size_group": {"Type": "Group"},
    }  # fmt: skip
    rows = {code: {**row, **changed.get(code, {})} for code, row in rows.items()}
    return pd.DataFrame([*({"iCode": code, **row} for code, row in rows.items()), *more])


def said(caught: pytest.ExceptionInfo[BadData]) -> list[str]:
    return [str(finding) for finding in caught.value.findings]


def test_the_tables_become_a_panel_a_specification_and_groups() -> None:
    panel, spec, groups = from_coinr(data(), meta())
    assert panel.places == ["A-1", "B", "C"] and panel.years == [2020]
    assert panel.indicators == ["x", "y", "pop"]
    assert panel.value("B", 2020, "x") == 1.0 and np.isnan(panel.value("A-1", 2020, "x"))
    assert spec.root == "index"
    nodes = {node.code: node for node in spec.nodes}
    assert nodes["x"].denominator == "pop" and nodes["x"].weight == 2.0
    assert nodes["y"].direction == -1 and nodes["y"].target == 5.0 and nodes["y"].goalposts == (0.0, 9.0)
    assert groups == {"size_group": {"A-1": "L", "B": "S", "C": "S"}}
    made = build(
        panel,
        spec.model_copy(update={"impute": Impute(method="group_mean", group="size_group")}),
        groups=groups,
    )
    assert made.frame("denominated", 2020)["x"].tolist()[1:] == [0.5, 0.6]


def test_years_come_from_time_and_rows_in_any_order() -> None:
    table = pd.DataFrame(
        {"uCode": ["b", "a", "a", "b"], "Time": [2021, 2020, 2021, 2020], "x": [4.0, 1.0, 2.0, 3.0],
         "y": [1.0] * 4, "pop": [1.0] * 4, "size_group": ["S", "L", "L", "S"]}
    )  # fmt: skip
    panel, _, _ = from_coinr(table, meta())
    assert panel.years == [2020, 2021]
    assert panel.values.sel(indicator="x").to_numpy().tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_a_table_without_time_takes_the_year_given() -> None:
    assert from_coinr(data(Time=None), meta(), year=2018)[0].years == [2018]
    with pytest.raises(BadData) as caught:
        from_coinr(data(Time=None), meta())
    assert said(caught) == [
        "error: iData, Time: the rows have no year. Repair: add the column, or give year=."
    ]


def test_text_of_numbers_and_marks_of_absence_are_read() -> None:
    panel, _, _ = from_coinr(data(x=["1.5", "NA", ""]), meta())
    assert panel.value("B", 2020, "x") == 1.5
    assert np.isnan(panel.value("A-1", 2020, "x")) and np.isnan(panel.value("C", 2020, "x"))


def test_issues_44_and_55_a_column_without_metadata_is_named() -> None:
    with pytest.raises(BadData) as caught:
        from_coinr(data(xx=[1.0, 2.0, 3.0]), meta())
    assert said(caught) == [
        "error: iData, xx: the column has no row in iMeta. Repair: add a row with this iCode, or drop the "
        "column (is it x?)."
    ]


def test_metadata_without_a_column_is_named() -> None:
    with pytest.raises(BadData) as caught:
        from_coinr(data(y=None, Y=[1.0, 2.0, 3.0]), meta())
    assert said(caught) == [
        "error: iData, Y: the column has no row in iMeta. Repair: add a row with this iCode, or "
        "drop the column.",
        "error: iMeta row 3, iCode = 'y': iData has no column for this indicator. Repair: add "
        "the column, or "
        "drop the row.",
    ]


def test_a_lacking_column_of_metadata_is_said_before_all_else() -> None:
    with pytest.raises(BadData) as caught:
        from_coinr(data(uCode=None), meta().drop(columns=["Parent", "Weight"]))
    assert said(caught) == [
        "error: iMeta, Parent: the table has no such column. Repair: add it.",
        "error: iMeta, Weight: the table has no such column. Repair: add it.",
        "error: iData, uCode: the table has no such column. Repair: add the codes of the places.",
    ]


def test_issue_52_an_index_of_one_level_works() -> None:
    rows = [
        {"iCode": "x", "Type": "Indicator", "Parent": "index", "Direction": 1, "Weight": 1},
        {"iCode": "y", "Type": "Indicator", "Parent": "index", "Direction": 1, "Weight": 1},
        {"iCode": "index", "Type": "Aggregate", "Parent": None, "Direction": None, "Weight": 1},
    ]
    table = data(pop=None, size_group=None)
    panel, spec, _ = from_coinr(table, pd.DataFrame(rows))
    made = build(panel, spec)
    assert made.frame("scores", 2020)["index"].tolist() == [50.0, 0.0, 100.0]
    alone = pd.DataFrame([{**rows[0], "Parent": None}, {"iCode": "y", "Type": "Other"}])
    panel, spec, _ = from_coinr(table, alone)
    assert build(panel, spec).frame("scores", 2020)["x"].dropna().tolist() == [0.0, 100.0]


def test_defect_08_codes_with_a_dash_are_unharmed() -> None:
    panel, spec, _ = from_coinr(data(), meta())
    made = build(panel, spec)
    assert made.places == ["A-1", "B", "C"]
    assert made.tidy("scores").query("place == 'A-1' and code == 'y'")["value"].tolist() == [50.0]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"x": {"Parent": "lft"}},
            "error: iMeta row 2, Parent = 'lft': the parent of x is no aggregate. Repair: add a row "
            "of type "
            "Aggregate for it, or correct it (is it left?).",
        ),
        (
            {"left": {"Parent": None}},
            "error: iMeta, Parent: left, index have no parent; one row, the index, has none. Repair: "
            "add a row "
            "of type Aggregate for the index and name it as their parent.",
        ),
        (
            {"y": {"Direction": 0}},
            "error: iMeta row 3, Direction = '0.0': the direction of y is neither 1 nor -1. Repair: "
            "give 1 or -1.",
        ),
        (
            {"y": {"Weight": None}},
            "error: iMeta row 3, Weight = 'nan': y has no weight of 0 or more. Repair: give a "
            "number; 1 for all "
            "is equal weights.",
        ),
        (
            {"x": {"Denominator": "popp"}},
            "error: iMeta row 2, Denominator = 'popp': the denominator of x is not listed. Repair: "
            "add a row of "
            "type Denominator for it (is it pop?).",
        ),
        (
            {"pop": {"Type": "Denom"}},
            "error: iMeta row 6, Type = 'Denom': there is no such type. Repair: use Indicator, "
            "Aggregate, Group, "
            "Denominator, Other.",
        ),
    ],
)
def test_faults_of_metadata(changed: dict[str, dict[str, object]], sentence: str) -> None:
    with pytest.raises(BadData) as caught:
        from_coinr(data(), meta(**changed))
    assert sentence in said(caught)


def test_a_code_is_listed_once() -> None:
    with pytest.raises(BadData) as caught:
        from_coinr(data(), meta({"iCode": "x", "Type": "Other"}))
    assert (
        said(caught)[0] == "error: iMeta row 8, iCode = 'x': the code is listed twice. Repair: drop one row."
    )


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (
            {"x": ["1", "many", "2"]},
            "error: iData row 3, x = 'many': this is no number. Repair: give a number, or leave the "
            "cell empty "
            "where nothing is known.",
        ),
        (
            {"x": [1.0, np.inf, 2.0]},
            "error: iData row 3, x = 'inf': this is no number. Repair: give a number, or leave the "
            "cell empty "
            "where nothing is known.",
        ),
        (
            {"uCode": ["B", "C", "C"], "size_group": ["S", "L", "L"]},
            "error: iData row 4, uCode = 'C': the place is given twice for a year. Repair: drop one "
            "row, or "
            "give each row its Time.",
        ),
        (
            {"uCode": ["B", None, "C"]},
            "error: iData row 3, uCode: the row has no code of a place. Repair: give it one.",
        ),
        (
            {"Time": [2020, "MMXX", 2020]},
            "error: iData row 3, Time = 'MMXX': this is no year. Repair: give a whole number.",
        ),
        (
            {"left": [1.0, 1.0, 1.0]},
            "error: iData, left: the column is an aggregate in iMeta. Repair: drop the column, or "
            "list it under "
            "another code.",
        ),
        (
            {"uCode": ["B", "B", "C"], "Time": [2020, 2021, 2020]},
            "error: iData, size_group = 'B': the place is in two groups. Repair: keep one group for "
            "all years.",
        ),
    ],
)
def test_faults_of_data(columns: dict[str, list[object]], sentence: str) -> None:
    with pytest.raises(BadData) as caught:
        from_coinr(data(**columns), meta())
    assert said(caught) == [sentence]


def test_a_place_without_a_group_has_none() -> None:
    assert from_coinr(data(size_group=["S", None, ""]), meta())[2]["size_group"] == {
        "A-1": None,
        "B": "S",
        "C": None,
    }


def test_every_fault_is_found_at_once() -> None:
    with pytest.raises(BadData) as caught:
        from_coinr(data(x=["a", "b", 1.0], z=[1, 2, 3]), meta(y={"Direction": 5}))
    assert len(caught.value.findings) == 4
