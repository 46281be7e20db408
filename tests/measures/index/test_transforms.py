"""Skewness, kurtosis and the transformations, by hand and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from heban.domain.errors import BadSpec
from heban.measures.index import transforms
from heban.measures.index.moments import skew_kurt

NAN = np.nan
TAILED = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100])


def column(values: object) -> np.ndarray:
    return np.asarray(values, dtype=float).reshape(-1, 1, 1)


@settings(max_examples=60)
@given(st.lists(st.integers(-3000, 3000), min_size=5, max_size=40).map(lambda x: np.array(x, dtype=float)))
def test_skewness_and_kurtosis_are_those_of_scipy(x: np.ndarray) -> None:
    if np.ptp(x) == 0:
        return
    skew, kurt = skew_kurt(x)
    assert skew == pytest.approx(stats.skew(x, bias=False), rel=1e-12, abs=1e-12)
    assert kurt == pytest.approx(stats.kurtosis(x, bias=False), rel=1e-12, abs=1e-12)


def test_skewness_needs_three_values_and_kurtosis_four_and_both_a_spread() -> None:
    rows = [[1, 2, NAN, NAN], [1, 2, 4, NAN], [3, 3, 3, 3], [NAN] * 4, [0.1] * 4]
    skew, kurt = skew_kurt(np.array(rows))
    assert np.isnan(skew).tolist() == [True, False, True, True, True]
    assert np.isnan(kurt).all()


def test_skewness_of_huge_values_does_not_overflow() -> None:
    assert skew_kurt(TAILED * 1e200)[0] == pytest.approx(skew_kurt(TAILED)[0], rel=1e-12)


def test_the_log_family_by_hand() -> None:
    x = column([2.0, 4.0, 12.0])
    np.testing.assert_allclose(transforms.log_ct(x).ravel(), np.log([0.1, 2.1, 10.1]))
    np.testing.assert_allclose(transforms.log_ct_orig(x).ravel(), np.log([1.0, 3.0, 11.0]))
    np.testing.assert_allclose(transforms.log_gii(x).ravel(), np.log([1.0, 3.2, 12.0]))
    np.testing.assert_allclose(transforms.log_ct_plus(x), transforms.log_ct(x))
    np.testing.assert_allclose(transforms.log_ct_plus(-x), -transforms.log_ct(x))


def test_the_log_family_gives_no_value_without_spread() -> None:
    assert np.isnan(transforms.log_ct(np.full((3, 1, 1), 5.0))).all()


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.booleans())
def test_the_fitted_power_is_that_of_scipy(seed: int, shift: bool) -> None:
    x = np.random.default_rng(seed).lognormal(0, 1, size=(60, 1, 1)) + 0.5
    found = transforms.fitted_power(x, shift=shift).item()
    z = x.ravel() - x.min() + 1 if shift else x.ravel()
    right = stats.boxcox_normmax(z, method="mle", brack=(found - 0.5, found + 0.5))
    assert stats.boxcox_llf(found, z) >= stats.boxcox_llf(right, z) - 1e-9
    assert found == pytest.approx(right, abs=1e-4)
    bent = transforms.boxcox(x, shift=shift).ravel()
    np.testing.assert_allclose(bent, stats.boxcox(z, lmbda=found), rtol=1e-9)


def test_boxcox_without_shift_refuses_values_of_zero_or_less() -> None:
    with pytest.raises(BadSpec) as refusal:
        transforms.boxcox([[[1.0, 0.0]]], shift=False)
    assert str(refusal.value) == "Box–Cox needs values above 0; indicators [1] have others. Use shift=True."


def test_each_year_can_have_its_own_power() -> None:
    rng = np.random.default_rng(5)
    panel = np.concatenate([rng.lognormal(size=(50, 1, 2)), rng.uniform(1, 2, (50, 1, 2))], axis=1)
    powers = transforms.fitted_power(panel, pool="year")
    assert powers.shape == (1, 2, 2)
    for year in (0, 1):
        np.testing.assert_allclose(powers[0, year], transforms.fitted_power(panel[:, year : year + 1])[0, 0])
