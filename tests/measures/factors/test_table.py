"""Tables from panels with calendar lags, and every fault of a table said in full."""

import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.domain.indicator import Catalogue, Indicator
from heban.measures.factors.table import from_panel, rows
from heban.records.panel import Panel


def panel() -> Panel:
    cells = [("a", 2018, "rd", 1.0), ("a", 2019, "rd", 2.0), ("a", 2021, "rd", 4.0), ("b", 2018, "rd", 9.0)]
    cells += [("a", year, "patents", float(year)) for year in (2018, 2019, 2021)]
    frame = pd.DataFrame(cells, columns=["place", "year", "indicator", "value"])
    codes = {code: Indicator(code, code, code, "1") for code in ("patents", "rd")}
    return Panel.from_frame(frame, Catalogue(codes))


def good() -> pd.DataFrame:
    return pd.DataFrame(
        {"y": [1.0, 2, 4], "a": [1.0, 5, 3], "b": [2, 2, 3], "place": list("ppq"), "year": [1, 2, 1]}
    )


def refused(message: str, table: pd.DataFrame, *names: object, **keys: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        rows(table, *names, **keys)  # type: ignore[arg-type]


def test_lags_go_by_the_calendar_and_absence_stays_absent() -> None:
    table = from_panel(panel(), "patents", ["rd"], lag=1)
    assert table.columns.tolist() == ["place", "year", "patents", "rd"]
    assert table[table["place"] == "a"]["year"].tolist() == [2018, 2019, 2021]
    np.testing.assert_array_equal(table[table["place"] == "a"]["rd"], [np.nan, 1.0, np.nan])
    np.testing.assert_array_equal(table[table["place"] == "b"]["rd"], [np.nan, 9.0, np.nan])
    assert table[table["place"] == "b"]["patents"].isna().all()
    same = from_panel(panel(), "patents", ["rd"])
    np.testing.assert_array_equal(same["rd"], [1.0, 2.0, 4.0, 9.0, np.nan, np.nan])


def test_a_panel_refuses_what_it_does_not_have() -> None:
    with pytest.raises(UnknownName, match=r"^no indicator 'rdd' in the panel\. Near names: rd\.$"):
        from_panel(panel(), "patents", ["rdd"])
    message = "lag is -1; factors come from the outcome's year (0) or earlier ones."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        from_panel(panel(), "patents", ["rd"], lag=-1)


def test_rows_that_lack_something_are_told_apart() -> None:
    table = good()
    table.loc[0, "a"] = np.nan
    made = rows(
        table.assign(b=[1, None, 3], y=[1.0, 2, 4], c=[1.0, 2, 3]), "y", ["c"], place="place", year="year"
    )
    assert made.whole.tolist() == [True, True, True]
    assert rows(table, "y", ["a"]).whole.tolist() == [False, True, True]
    assert made.year is not None and made.year.dtype == np.int64


def test_names_are_checked() -> None:
    with pytest.raises(UnknownName, match=r"^no column 'aa' in the table\. Near names: a\.$"):
        rows(good(), "y", ["aa"])
    refused("no factors are named; at least one is needed.", good(), "y", [])
    refused("'a' is the outcome and a factor too; it would explain itself.", good(), "a", ["a", "b"])
    refused("these factors are named twice: b.", good(), "y", ["b", "a", "b"])
    message = "the year is column 'year' and no place is given; name the column of places too."
    refused(message, good(), "y", ["a"], year="year")


def test_values_are_checked() -> None:
    text = good().assign(a=["1", "x", "2"])
    refused("column 'a' holds something that is no number; make it numeric first.", text, "y", ["a"])
    endless = good().assign(a=[1.0, np.inf, 2.0])
    refused("column 'a' holds an infinite value, a division by zero upstream.", endless, "y", ["a"])
    nowhere = good().assign(place=["p", None, "q"])
    refused("1 rows have no place; each row needs one.", nowhere, "y", ["a"], place="place")
    half = good().assign(year=[1.5, 2, 3])
    message = "column 'year' holds a year that is no whole number."
    refused(message, half, "y", ["a"], place="place", year="year")
    still = good().assign(a=[np.nan, 5, 3])
    message = "over the 2 rows that lack nothing these do not vary: c. Leave them out."
    refused(message, still.assign(c=[9.0, 7, 7]), "y", ["a", "c"])
    bare = good().assign(a=[np.nan, np.nan, 3])
    refused("1 of 3 rows have the outcome and all factors; 2 are the least.", bare, "y", ["a"])
