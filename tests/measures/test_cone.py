"""The cone: rank and share, every index year by year, and whether a change is more than chance."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import concentration
from heban.measures.cone import concentration_change, concentrations, rank_shares

PLACES = list("abcdefgh")
PROVINCES = dict(zip(PLACES, "PPPQQQQQ", strict=True))
AMOUNTS = pd.DataFrame({2020: [9.0, 7, 5, 4, 3, 2, 1, 0], 2021: [30.0, 7, 5, 4, 3, 2, 1, 0]}, index=PLACES)
PEOPLE = pd.Series([4.0, 4, 3, 3, 2, 2, 1, 1], PLACES)


def value(found: pd.DataFrame, measure: str, year: int = 2020) -> float:
    return float(found.query("measure == @measure and year == @year")["value"].iloc[0])


def test_the_curve_from_the_largest_down() -> None:
    found = rank_shares(pd.Series({"a": 2.0, "b": 5.0, "c": 2.0, "d": 1.0, "e": 0.0}))
    assert found.index.tolist() == ["b", "a", "c", "d", "e"]
    assert found["rank"].tolist() == [1, 2, 2, 4, 5]
    assert found["cumulated"].tolist() == pytest.approx([0.5, 0.7, 0.9, 1.0, 1.0])


def test_on_a_rank_size_line_the_fit_is_the_curve() -> None:
    found = rank_shares(pd.Series([1 / (rank - 0.5) ** 2 for rank in range(1, 9)], PLACES))
    assert found["cumulated_fitted"].tolist() == pytest.approx(found["cumulated"].tolist())
    assert rank_shares(pd.Series({"a": 1.0, "b": 1.0}))["cumulated_fitted"].isna().all()


def test_every_index_is_the_function_of_its_name() -> None:
    found = concentrations(AMOUNTS, provinces=PROVINCES, population=PEOPLE, tops=(2,), draws=3)
    values = AMOUNTS[2020].to_numpy()
    parts = concentration.theil_parts(values, list(PROVINCES.values()))
    expected = {
        "gini": concentration.gini(values), "herfindahl": concentration.herfindahl(values),
        "hoover": concentration.hoover(values), "theil": parts.total, "theil_between": parts.between,
        "theil_within": parts.within, "between_share": parts.between_share,
        "locational_gini": concentration.locational_gini(values, PEOPLE),
        "top_2": 16 / 31, "rank_size": concentration.rank_size(values[:7]).slope,
    }  # fmt: skip
    assert set(found["measure"]) == set(expected)
    for name, figure in expected.items():
        assert value(found, name) == pytest.approx(figure)


def test_the_band_of_the_slope_is_its_standard_error() -> None:
    found = (
        concentrations(AMOUNTS, draws=3, largest=5).query("measure == 'rank_size' and year == 2020").iloc[0]
    )
    line = concentration.rank_size(AMOUNTS[2020].to_numpy()[:5])
    assert found["places"] == 5
    assert found["high"] - found["value"] == pytest.approx(1.959964 * line.standard_error, rel=1e-6)
    assert found["value"] - found["low"] == pytest.approx(line.slope * np.sqrt(2 / 5) * 1.959964, rel=1e-6)


def test_other_bands_are_of_draws_of_places() -> None:
    found = concentrations(AMOUNTS, draws=60, seed=8).query("measure == 'gini' and year == 2021").iloc[0]
    drawn = np.random.default_rng(8).integers(0, 8, (60, 8))
    values = [concentration.gini(AMOUNTS[2021].to_numpy()[at]) for at in drawn]
    assert [found["low"], found["high"]] == pytest.approx(np.quantile(values, [0.025, 0.975]).tolist())


def test_a_year_with_an_unknown_amount_has_no_index() -> None:
    odd = AMOUNTS.copy()
    odd.loc["a", 2020] = np.nan
    found = concentrations(odd, draws=3)
    assert found.query("year == 2020")[["value", "low", "high"]].isna().all(axis=None)
    assert found.query("year == 2021")["value"].notna().all()


def test_population_may_change_with_the_year() -> None:
    people = pd.DataFrame({2020: PEOPLE, 2021: AMOUNTS[2021]})
    found = concentrations(AMOUNTS, population=people, draws=3)
    assert value(found, "locational_gini", 2021) == pytest.approx(0)
    assert value(found, "locational_gini", 2020) > 0.1


def test_a_strong_rise_over_many_places_is_real_and_none_is_not() -> None:
    rng = np.random.default_rng(2)
    before = rng.lognormal(0, 0.5, 60)
    amounts = pd.DataFrame({1: before, 2: before**3, 3: before * rng.lognormal(0, 0.02, 60) * 7})
    rise = concentration_change(amounts, 1, 2, draws=199)
    assert rise.loc[["gini", "hoover", "theil", "rank_size"], "real"].all()
    assert (rise.loc[["gini", "hoover", "theil"], "change"] > 0).all()
    assert rise.loc["rank_size", "change"] < 0
    assert rise.loc["gini", "p"] == pytest.approx(1 / 200)
    none = concentration_change(amounts, 1, 3, draws=199)
    assert not none.loc[["gini", "hoover", "theil"], "real"].any()
    assert (none.loc[["gini", "hoover", "theil"], "p"] > 0.05).all()


def test_of_few_places_the_swap_says_that_chance_could_do_it() -> None:
    amounts = pd.DataFrame({1: [1.0, 1, 1, 1], 2: [1.0, 2, 4, 8]}, index=list("abcd"))
    found = concentration_change(amounts, 1, 2, draws=399).loc["gini"]
    assert found["low"] > 0
    assert found["p"] == pytest.approx(1 / 8, abs=0.06)  # none or all of four swapped, of sixteen ways
    assert not found["real"]


def test_growth_of_all_alike_changes_nothing() -> None:
    amounts = AMOUNTS.assign(**{"2": AMOUNTS[2020] * 5})
    found = concentration_change(amounts, 2020, "2", provinces=PROVINCES, population=PEOPLE, draws=19)
    assert found["change"].tolist() == pytest.approx([0] * len(found))
    assert not found["real"].any()


def test_with_a_population_of_each_year_there_is_no_swap() -> None:
    people = pd.DataFrame({2020: PEOPLE, 2021: PEOPLE * np.arange(1, 9)})
    found = concentration_change(AMOUNTS, 2020, 2021, population=people, draws=19)
    assert np.isnan(found.loc["locational_gini", "p"])
    assert 0 < found.loc["gini", "p"] <= 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rank_shares(pd.Series([1.0, -1.0])), "amounts that are not known or below 0: 1 of 2 (§1)."),
        (lambda: concentrations(AMOUNTS, draws=0), "draws is 0 and must be 1 or more."),
        (
            lambda: concentrations(AMOUNTS, provinces={"a": "P"}),
            "places without a province: 7, the first b. Give each place its province.",
        ),
        (
            lambda: concentrations(AMOUNTS, population=PEOPLE.drop("c")),
            "places without a population: 1, the first c.",
        ),
        (
            lambda: concentration_change(AMOUNTS, 2020, 2020),
            "before and after are both 2020; a change is between two years.",
        ),
    ],
)
def test_faults_are_named(call, message: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        call()


def test_unknown_years_are_named() -> None:
    with pytest.raises(UnknownName) as error:
        concentration_change(AMOUNTS, 2020, 2012)
    assert str(error.value) == "no year '2012' in the amounts. Near names: 2021, 2020."
    with pytest.raises(UnknownName) as error:
        concentrations(AMOUNTS, population=pd.DataFrame({2020: PEOPLE}))
    assert str(error.value) == "no year '2021' in the population. Near names: 2020."
