"""Bands of values and intervals of quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from heban.domain.errors import BadSpec
from heban.plans.boards.bands import band
from heban.plans.boards.quantiles import quantile


def test_a_share_lies_on_either_side_of_the_size_of_a_value() -> None:
    low, high = band([10.0, -10.0, 0.0, np.nan], 0.2, 0.9)
    np.testing.assert_allclose(low, [8.0, -12.0, 0.0, np.nan])
    np.testing.assert_allclose(high, [12.0, -8.0, 0.0, np.nan])


def test_the_interval_of_a_count_is_where_the_count_is_neither_too_large_nor_too_small() -> None:
    counts = np.array([1, 5, 40])
    low, high = band(counts, "poisson", 0.95)
    np.testing.assert_allclose(poisson.sf(counts - 1, low), 0.025)
    np.testing.assert_allclose(poisson.cdf(counts, high), 0.025)
    none = band([0, np.nan], "poisson", 0.9)
    np.testing.assert_allclose(none[0], [0.0, np.nan])
    np.testing.assert_allclose(none[1], [-np.log(0.05), np.nan])


def test_garwoods_published_limits() -> None:
    # Garwood (1936), 95 %: 0 → 3.69; 1 → 0.0253–5.57; 10 → 4.80–18.39
    low, high = band([0, 1, 10], "poisson", 0.95)
    np.testing.assert_allclose(low, [0.0, 0.0253, 4.80], atol=0.005)
    np.testing.assert_allclose(high, [3.69, 5.57, 18.39], atol=0.005)


def test_a_count_below_zero_is_refused() -> None:
    with pytest.raises(BadSpec) as error:
        band([3.0, -2.0], "poisson", 0.9)
    assert str(error.value) == 'band = "poisson" is for counts; -2 is below 0. Give a share.'


def test_order_statistics_hold_the_quantile_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    for at, truth in ((0.5, 0.0), (0.25, -0.6744897)):
        made = [quantile(rng.normal(size=41), at, 0.9) for _ in range(1500)]
        held = np.mean([one.low <= truth <= one.high for one in made])
        assert 0.9 <= made[0].level < 0.97
        assert held == pytest.approx(made[0].level, abs=0.025)


def test_the_median_of_forty_one_lies_between_the_fifteenth_and_the_twenty_seventh() -> None:
    made = quantile(np.arange(41, 0, -1.0), 0.5, 0.9)
    assert (made.low, made.value, made.high) == (15.0, 21.0, 27.0)


def test_few_values_say_how_little_they_hold() -> None:
    made = quantile([4.0, np.nan, 2.0], 0.9, 0.9)
    assert (made.low, made.high) == (2.0, 4.0)
    assert made.level == pytest.approx(0.18)  # 1 − 0.9² − 0.1² of two values
    assert np.isnan(quantile([np.nan], 0.5, 0.9).value)


def test_the_extreme_quantiles_are_the_extremes() -> None:
    assert quantile([1.0, 2.0, 5.0], 1.0, 0.9).value == 5.0
    assert quantile([1.0, 2.0, 5.0], 0.0, 0.9).value == 1.0
