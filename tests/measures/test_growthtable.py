"""The growth table: by hand, as the published one counts, and by its laws."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import growth
from heban.measures.growthtable import growth_table


def values(table: dict[str, list[float]], years: list[int]) -> xr.DataArray:
    array = np.array([list(table.values())]).transpose(0, 2, 1)
    return xr.DataArray(
        array, dims=("place", "year", "node"), coords={"place": ["D"], "year": years, "node": list(table)}
    )


def test_growth_by_hand() -> None:
    made = growth_table(values({"x": [100, 110, 121, 133.1]}, [2019, 2020, 2021, 2022]), "D", steps=3)
    row = made.frame.iloc[0]
    assert (row["first"], row["last"], made.year, made.steps) == (100, 133.1, 2022, 3)
    assert row["last_year"] == pytest.approx(10)
    assert row["cumulative"] == pytest.approx(33.1)
    assert row["annual"] == pytest.approx(10)


def test_steps_count_years_and_not_rows() -> None:
    made = growth_table(values({"x": [100, 200, 400]}, [2011, 2012, 2022]), "D", steps=11)
    assert made.frame.loc[0, "annual"] == pytest.approx(100 * growth.annual(100, 400, 11))
    assert np.isnan(made.frame.loc[0, "last_year"])


def test_a_year_that_is_absent_is_not_replaced_by_the_nearest() -> None:
    made = growth_table(values({"x": [100, 200]}, [2018, 2022]), "D", steps=3)
    assert made.frame.loc[0, ["first", "cumulative", "annual", "rank"]].isna().all()
    assert made.summary.iloc[0].tolist()[1:5] == [0, 0, 0, 1]


@pytest.mark.parametrize("first", [0.0, -1.0, np.nan])
def test_growth_from_nothing_from_a_loss_or_from_the_unknown_is_unknown(first: float) -> None:
    made = growth_table(values({"x": [first, 5.0]}, [2021, 2022]), "D", steps=1)
    assert made.frame.loc[0, ["last_year", "cumulative", "annual"]].isna().all()


def test_a_fall_to_nothing_is_a_hundred_per_cent() -> None:
    made = growth_table(values({"x": [5.0, 0.0]}, [2021, 2022]), "D", steps=1)
    assert made.frame.loc[0, "cumulative"] == -100
    assert made.frame.loc[0, "annual"] == -100


def test_seventeen_of_twenty_rise_and_their_mean_is_told() -> None:
    rising = {f"r{n}": [100.0, 100.0 + 46 - 0.5 * n] for n in range(17)}
    others = {"f1": [100.0, 97.0], "f2": [100.0, 90.0], "same": [3.0, 3.0]}
    made = growth_table(values(rising | others, [2019, 2022]), "D", steps=3)
    summary = made.summary.iloc[0]
    assert summary[["rising", "falling", "unchanged", "unknown"]].tolist() == [17, 2, 1, 0]
    assert summary["mean"] == pytest.approx((17 * 46 - 0.5 * 136 - 3 - 10) / 20)
    ranks = made.frame.set_index("node")["rank"]
    assert (ranks["r0"], ranks["same"], ranks["f2"]) == (1, 18, 20)


def test_each_level_is_ranked_and_counted_by_itself_and_ties_share_the_better_rank() -> None:
    table = {"total": [1.0, 3.0], "a": [1.0, 2.0], "b": [2.0, 4.0], "c": [1.0, 1.5], "d": [np.nan, 1.0]}
    levels = {"total": 0, "a": 1, "b": 1, "c": 1, "d": 1}
    made = growth_table(values(table, [2021, 2022]), "D", steps=1, levels=levels)
    np.testing.assert_array_equal(made.frame["rank"], [1, 1, 1, 3, np.nan])
    assert made.summary[["level", "rising", "unknown"]].to_numpy().tolist() == [[0, 1, 0], [1, 3, 1]]


def test_another_last_year_and_another_order_of_dimensions_give_the_same() -> None:
    array = values({"x": [100, 110, 121]}, [2020, 2021, 2022])
    one = growth_table(array, "D", steps=1, year=2021).frame
    other = growth_table(
        array.transpose("node", "place", "year").rename(node="indicator"), "D", steps=1, year=2021
    ).frame
    assert one.equals(other)
    assert one.loc[0, "cumulative"] == pytest.approx(10)


@given(
    st.lists(st.floats(0.01, 1e6), min_size=4, max_size=4),
    st.floats(0.001, 1000),
    st.permutations([0, 1, 2, 3]),
)
def test_units_and_the_order_of_nodes_change_no_growth(
    numbers: list[float], scale: float, order: list[int]
) -> None:
    table = {f"n{n}": [number, number * (n + 1)] for n, number in enumerate(numbers)}
    base = growth_table(values(table, [2021, 2022]), "D", steps=1).frame.set_index("node")
    moved = {f"n{n}": [value * scale for value in table[f"n{n}"]] for n in order}
    again = growth_table(values(moved, [2021, 2022]), "D", steps=1).frame.set_index("node").loc[base.index]
    np.testing.assert_allclose(again["cumulative"], base["cumulative"], rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(again["rank"], base["rank"])


def test_what_cannot_be_asked_is_refused() -> None:
    array = values({"x": [1, 2]}, [2021, 2022])
    with pytest.raises(BadSpec, match=r"^a growth table needs at least one step, not 0\.$"):
        growth_table(array, "D", steps=0)
    with pytest.raises(UnknownName, match=r"^no place 'E' in the values\. Known: D\.$"):
        growth_table(array, "E", steps=1)
    with pytest.raises(UnknownName, match=r"^no year '2019' in the values\."):
        growth_table(array, "D", steps=1, year=2019)
    with pytest.raises(
        BadSpec, match=r"^a growth table takes values by place, year and node, not by \('place', 'year'\)\.$"
    ):
        growth_table(array.isel(node=0, drop=True), "D", steps=1)
