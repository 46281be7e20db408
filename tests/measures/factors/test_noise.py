"""The test against chance: exact on a small case, right in size where places repeat themselves."""

import itertools
import math
import re

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.factors.noise import noise


def statistic(x: np.ndarray, y: np.ndarray) -> float:
    design = np.column_stack([np.ones(len(y)), x])
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    r2 = 1 - rest @ rest / ((y - y.mean()) @ (y - y.mean()))
    return r2 / x.shape[1] / ((1 - r2) / (len(y) - x.shape[1] - 1))


def persistent(places: int, years: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    """Figures that hardly change within a place, and rise together over the years."""
    found = np.empty((places, years, columns))
    found[:, 0] = rng.normal(size=(places, columns))
    for year in range(1, years):
        found[:, year] = 0.95 * found[:, year - 1] + 0.31 * rng.normal(size=(places, columns))
    return (found + 0.5 * np.arange(years)[None, :, None]).reshape(places * years, columns)


def test_p_is_the_share_of_all_ways_to_deal_the_outcomes_out() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(6, 2))
    y = x[:, 0] + 0.8 * rng.normal(size=6)
    dealt = [statistic(x, y[list(order)]) for order in itertools.permutations(range(6))]
    exact = np.mean([value >= statistic(x, y) - 1e-9 for value in dealt])
    found = noise(x, y, np.random.default_rng(2), draws=4000)
    assert found.f == pytest.approx(statistic(x, y))
    assert (found.rows, found.dealt, found.draws) == (6, 6, 4000)
    assert abs(found.p - exact) < 4 * math.sqrt(exact / 4000)


def test_places_change_hands_whole_and_years_stay_years() -> None:
    """With three places there are six ways, of which three whole turns can be as good or better."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(3, 4, 1)), rng.normal(size=(3, 4))
    ways = [statistic(x.reshape(12, 1), y[list(o)].ravel()) for o in itertools.permutations(range(3))]
    exact = np.mean([value >= ways[0] - 1e-9 for value in ways])
    place, year = np.repeat(["a", "b", "c"], 4), np.tile([2018, 2019, 2020, 2021], 3)
    mixed = rng.permutation(12)
    found = noise(
        x.reshape(12, 1)[mixed], y.ravel()[mixed], rng, place=place[mixed], year=year[mixed], draws=3000
    )
    assert found.dealt == 3
    assert abs(found.p - exact) < 0.05
    assert noise(x.reshape(12, 1), y.ravel(), rng, place=place, draws=3000).p == pytest.approx(
        exact, abs=0.05
    )


def test_absent_values_leave_their_rows_out_of_each_draw() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(4, 3, 1)), rng.normal(size=(4, 3))
    y[1, 2] = x[2, 0, 0] = np.nan

    def of(order: tuple[int, ...]) -> float:
        dealt = y[list(order)].ravel()
        known = ~np.isnan(dealt) & ~np.isnan(x.ravel())
        return statistic(x.reshape(12, 1)[known], dealt[known])

    ways = [of(order) for order in itertools.permutations(range(4))]
    exact = np.mean([value >= ways[0] - 1e-9 for value in ways])
    place, year = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    found = noise(x.reshape(12, 1), y.ravel(), rng, place=place, year=year, draws=4000)
    assert found.rows == 10
    assert found.f == pytest.approx(ways[0])
    assert abs(found.p - exact) < 0.04


def test_in_noise_that_persists_within_places_p_is_not_small_too_often() -> None:
    """Rows dealt out one by one would find something in nearly all of these tables."""
    rng = np.random.default_rng(5)
    small, by_row = 0, 0
    place, year = np.repeat(np.arange(20), 5), np.tile(np.arange(5), 20)
    for _ in range(100):
        x, y = persistent(20, 5, 3, rng), persistent(20, 5, 1, rng)[:, 0]
        y[rng.random(100) < 0.1] = np.nan
        small += noise(x, y, rng, place=place, year=year, draws=99).p <= 0.05
        by_row += noise(x, y, rng, draws=99).p <= 0.05
    assert small <= 10  # 5 expected; 11 and more have a chance of 0.01
    assert by_row > 60


def test_without_a_row_to_spare_nothing_is_told() -> None:
    rng = np.random.default_rng(6)
    found = noise(rng.normal(size=(4, 3)), rng.normal(size=4), rng)
    assert math.isnan(found.p)
    assert math.isnan(found.f)
    assert found.nothing(0.02)
    assert found.r2 == pytest.approx(1.0)


def test_units_change_nothing_and_a_large_level_does_not_hide_a_small_difference() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(30, 2)), rng.normal(size=30)
    first = noise(x, y, np.random.default_rng(1), draws=99)
    second = noise(x * [1e-9, 1e9] + [0, 1e15], 1e8 + 1e-3 * y, np.random.default_rng(1), draws=99)
    assert second.p == first.p
    assert second.r2 == pytest.approx(first.r2, abs=1e-4)


def test_what_cannot_be_dealt_out_is_refused() -> None:
    rng = np.random.default_rng(8)
    message = "2 rows repeat a place and year, the first a 2020. Keep one row for each of them."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        noise(np.ones((4, 1)), np.ones(4), rng, place=list("aaab"), year=[2020] * 4)
    message = "draws is 0; at least 1 is needed, and 999 are usual."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        noise(np.ones((4, 1)), np.ones(4), rng, draws=0)
