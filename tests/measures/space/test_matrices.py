"""Tables of holdings: rows are summed, periods too, and what is no amount is refused with the place named."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import space
from heban.measures.space.matrices import yearly
from heban.records.holdings import Holdings

ROWS = [
    ("a", "x", 2020, 3.0), ("a", "x", 2020, 1.0), ("b", "y", 2020, 2.0), ("a", "x", 2021, 5.0),
    ("b", "x", 2022, 7.0),
]  # fmt: skip


def holdings(rows: list[tuple[str, str, int, float]] = ROWS) -> Holdings:
    frame = pd.DataFrame(rows, columns=["place", "class", "year", "value"])
    return Holdings.from_frame(frame, places=("c", "a", "b"), classes=("y", "x"))


def test_rows_are_summed_and_the_universe_stays() -> None:
    found = space.table(holdings(), 2020)
    assert found.index.tolist() == ["c", "a", "b"]
    assert found.columns.tolist() == ["y", "x"]
    assert found.to_numpy().tolist() == [[0, 0], [0, 4], [2, 0]]


def test_a_period_is_the_sum_of_its_years() -> None:
    assert space.table(holdings(), (2020, 2021)).loc["a", "x"] == 9
    assert space.table(holdings()).loc[:, "x"].tolist() == [0, 9, 7]
    assert space.table(holdings(), np.int64(2021)).to_numpy().sum() == 5


def test_years_come_in_order_each_with_its_own_amounts() -> None:
    found = dict(yearly(holdings(ROWS[::-1])))
    assert list(found) == [2020, 2021, 2022]
    for year, values in found.items():
        np.testing.assert_array_equal(values, space.table(holdings(), year))


def test_a_year_that_is_not_there() -> None:
    told = "no year '2019' in the holdings. Near names: 2021, 2022, 2020."
    with pytest.raises(UnknownName, match=re.escape(told)):
        space.table(holdings(), 2019)


@pytest.mark.parametrize(("value", "shown"), [(float("nan"), "nan"), (-1.0, "-1.0"), (float("inf"), "inf")])
def test_a_value_that_is_no_amount_is_refused(value: float, shown: str) -> None:
    with pytest.raises(BadSpec) as error:
        space.table(holdings([*ROWS, ("b", "x", 2021, value)]))
    assert str(error.value) == (
        f"holdings that are not amounts: 1 of 6, the first {shown} of b in x, 2021; a share needs amounts "
        "that are known and 0 or more (§1). Find the values, or leave those rows out and say so."
    )


def test_a_table_with_a_gap_or_a_name_twice_is_refused() -> None:
    with pytest.raises(BadSpec) as error:
        space.table(pd.DataFrame({"x": [1.0, np.nan]}, index=["a", "b"]))
    assert str(error.value) == (
        "cells that are not amounts: 1 of 2, the first nan of b in x; a share needs amounts that are "
        "known and 0 or more (§1). Put 0 only where it was looked for and not found."
    )
    for twice, what in (
        (pd.DataFrame([[1.0], [2.0]], ["a", "a"], ["x"]), "place 'a'"),
        (pd.DataFrame([[1.0, 2.0]], ["a"], ["x", "x"]), "class 'x'"),
    ):
        with pytest.raises(BadSpec) as error:
            space.location_quotient(twice)
        assert str(error.value) == f"the {what} stands twice in the table; sum its rows first."


def test_presence_that_is_more_than_yes_and_no_is_refused() -> None:
    with pytest.raises(BadSpec) as error:
        space.diversity(pd.DataFrame({"x": [0.5]}))
    assert str(error.value) == "a table of presence holds only 0 and 1; make one with `presence(amounts)`."


def test_the_package_names_what_it_has() -> None:
    assert set(space.__all__) <= set(dir(space))
    assert all(callable(getattr(space, name)) for name in space.__all__)
    with pytest.raises(
        AttributeError, match=re.escape("module 'heban.measures.space' has no attribute 'lq'")
    ):
        _ = space.lq  # type: ignore[attr-defined]
