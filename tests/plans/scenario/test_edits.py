"""Edits of a panel: exactly what is said, and every fault with its row and repair."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.plans.scenario.edits import edited
from tests.plans.scenario.states import edits, three


def test_each_way_changes_its_cell_and_no_other() -> None:
    panel = three()
    rows = edits(("a", "x", "value", 9.0), ("b", "x", "factor", 0.5), ("c", "y", "add", -1.0))
    made = edited(panel, rows)
    assert made.values[:, 0, 0].values.tolist() == [9.0, 1.5, 2.0]
    assert made.values[:, 0, 1].values.tolist() == [4.0, 2.0, 2.0]
    assert panel.values.identical(three().values)
    assert made.catalogue is panel.catalogue


def test_no_rows_is_no_change() -> None:
    none = pd.DataFrame({"place": [], "year": [], "indicator": [], "add": []})
    assert edited(three(), none).values.identical(three().values)


def test_an_absent_cell_can_be_given_a_value() -> None:
    assert edited(three(a_x=np.nan), edits(("a", "x", "value", 2.0))).value("a", 2020, "x") == 2.0


def test_every_fault_is_told_with_its_row() -> None:
    rows = pd.DataFrame(
        [
            ("a", 2020, "x", 1.0, 2.0, np.nan),
            ("b", 2020, "x", np.nan, np.nan, np.nan),
            ("c", 2020, "x", np.nan, 2.0, np.nan),
            ("c", 2020, "y", np.inf, np.nan, np.nan),
            ("a", 2020, "y", np.nan, np.nan, 1.0),
            ("a", 2020, "y", np.nan, np.nan, 1.0),
        ],
        columns=["place", "year", "indicator", "value", "factor", "add"],
    )
    with pytest.raises(BadSpec) as error:
        edited(three(c_x=np.nan), rows)
    assert str(error.value) == (
        "the edits have 5 faults:\n"
        "  row 2 (a, 2020, x): it fills value, factor; fill exactly one.\n"
        "  row 3 (b, 2020, x): it fills none of value, factor, add; fill exactly one.\n"
        "  row 4 (c, 2020, x): the cell is absent and has nothing to multiply; give a value.\n"
        "  row 5 (c, 2020, y): it is not a finite number; give one.\n"
        "  row 7 (a, 2020, y): an earlier row edits the same cell; put both into one row."
    )


def test_columns_that_are_not_there() -> None:
    message = "the edits have 1 fault:\n  columns: there is no year and no one of value, factor, add; add it."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        edited(three(), pd.DataFrame({"place": ["a"], "indicator": ["x"]}))


def test_names_and_figures_that_are_none_are_told_with_their_rows() -> None:
    rows = pd.DataFrame(
        [
            ("d", "2020", "x", "1.0", np.nan),
            ("a", "2020", "xx", "many", np.nan),
            ("b", "2021", "x", np.nan, 1.0),
            ("c", "soon", "x", np.nan, 1.0),
            ("c", "2020", "x", "two", np.nan),
        ],
        columns=["place", "year", "indicator", "value", "add"],
    )
    with pytest.raises(BadSpec) as error:
        edited(three(), rows)
    assert str(error.value) == (
        "the edits have 6 faults:\n"
        "  row 2 (d, 2020, x): no place 'd' in the panel. Known: a, b, c.\n"
        "  row 3 (a, 2020, xx): no indicator 'xx' in the panel. Near names: x.\n"
        "  row 3 (a, 2020, xx): value = 'many' is not a number; write one in digits.\n"
        "  row 4 (b, 2021, x): no year '2021' in the panel. Near names: 2020.\n"
        "  row 5 (c, soon, x): no year 'soon' in the panel. Known: 2020.\n"
        "  row 6 (c, 2020, x): value = 'two' is not a number; write one in digits."
    )


def test_a_year_kept_as_text_is_a_year() -> None:
    assert edited(three(), edits(("a", "x", "value", 7.0)).astype({"year": str})).value("a", 2020, "x") == 7
