"""Lags go by the calendar."""

from __future__ import annotations

import re

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.factors.lags import changes, lagged, positions


def test_a_missing_year_gives_no_value_and_the_row_before_is_not_taken() -> None:
    found = lagged([1.0, 2.0, 4.0, 8.0], ["a", "a", "a", "a"], [2010, 2012, 2013, 2015], 2)
    np.testing.assert_array_equal(found, [np.nan, 1.0, np.nan, 4.0])


def test_rows_need_no_order() -> None:
    place, year = ["b", "a", "b", "a"], [2011, 2011, 2010, 2010]
    np.testing.assert_array_equal(lagged([1.0, 2.0, 3.0, 4.0], place, year, 1), [3.0, 4.0, np.nan, np.nan])


def test_a_negative_lag_looks_ahead() -> None:
    np.testing.assert_array_equal(lagged([1.0, 2.0, 3.0], ["a"] * 3, [1, 2, 3], -1), [2.0, 3.0, np.nan])


@pytest.mark.parametrize("lag", [1, 2, 3, 7, -1, -2, -7])
def test_the_years_of_one_place_never_reach_another(lag: int) -> None:
    rng = np.random.default_rng(3)
    cells = [(place, year) for place in "abcd" for year in range(2000, 2006) if rng.random() < 0.7]
    place, year = [cell[0] for cell in cells], [cell[1] for cell in cells]
    values = rng.normal(size=(len(cells), 2))
    by_cell = dict(zip(cells, values, strict=True))
    wanted = [by_cell.get((p, y - lag), np.full(2, np.nan)) for p, y in cells]
    np.testing.assert_array_equal(lagged(values, place, year, lag), wanted)


def test_an_unknown_figure_stays_unknown() -> None:
    np.testing.assert_array_equal(changes([np.nan, 2.0, 5.0], ["a"] * 3, [1, 2, 3]), [np.nan, np.nan, 3.0])


def test_no_rows_have_no_lags() -> None:
    assert lagged([], [], [], 1).shape == (0,)


def test_a_place_with_one_year_twice_is_refused() -> None:
    said = "Wuxi has more than one row for 2012; a panel has one for each year."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        lagged([1.0, 2.0], ["Wuxi", "Wuxi"], [2012, 2012], 1)


def test_a_year_that_is_none_is_refused() -> None:
    said = "a year is missing or not a whole number; give each row its calendar year."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        positions(["a", "a"], [2010, np.nan])


def test_places_and_years_go_together() -> None:
    said = "2 places and 1 years were given; each row needs one of both."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        positions(["a", "b"], [2010])
