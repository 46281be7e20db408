"""Laws of key factors: what neither units nor the order of rows and factors may change."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.measures.factors import permutation, resampling, stability
from heban.measures.factors.lmg import correlation, lmg, lmg_many
from heban.measures.factors.noise import noise
from heban.measures.factors.orders import sampled
from heban.measures.factors.ranking import Importance
from heban.measures.factors.size import cases, likeness

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int, factors: int, rows: int = 24) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, factors)) @ rng.normal(size=(factors, factors))
    return x, x @ rng.normal(size=factors) * rng.integers(0, 2) + rng.normal(size=rows)


@settings(max_examples=40)
@given(SEEDS, st.integers(1, 6))
def test_shares_are_at_least_zero_and_sum_to_r2(seed: int, factors: int) -> None:
    x, y = drawn(seed, factors)
    found = lmg(x, y)
    matrix = correlation(x, y)
    r2 = matrix[-1, :-1] @ np.linalg.solve(matrix[:-1, :-1], matrix[:-1, -1])
    assert found.min() > -1e-9
    assert abs(found.sum() - r2) < 1e-7


@settings(max_examples=30)
@given(SEEDS, st.integers(2, 6), st.floats(-6, 6), st.floats(-1e3, 1e3))
def test_units_and_the_order_of_factors_and_rows_change_nothing(
    seed: int, factors: int, power: float, start: float
) -> None:
    x, y = drawn(seed, factors)
    rng = np.random.default_rng(seed)
    order, rows = rng.permutation(factors), rng.permutation(len(y))
    scale = -(10.0**power)
    again = lmg((x * scale)[rows][:, order], start * abs(scale) + scale * y[rows])
    np.testing.assert_allclose(again, lmg(x, y)[order], atol=1e-6)


@settings(max_examples=20)
@given(SEEDS, st.integers(2, 5))
def test_a_group_of_its_own_is_a_factor_and_one_group_has_all_of_r2(seed: int, factors: int) -> None:
    x, y = drawn(seed, factors)
    np.testing.assert_allclose(lmg(x, y, groups=list(range(factors))), lmg(x, y), atol=1e-12)
    np.testing.assert_allclose(lmg(x, y, groups=["one"] * factors), [lmg(x, y).sum()], atol=1e-9)


@settings(max_examples=20)
@given(SEEDS, st.integers(2, 5))
def test_sampled_orders_share_out_the_same_r2(seed: int, factors: int) -> None:
    x, y = drawn(seed, factors)
    found = sampled(x, y, orders=6, seed=seed % 1000)
    assert abs(found.shares.sum() - lmg(x, y).sum()) < 1e-9


@settings(max_examples=20)
@given(SEEDS, st.integers(2, 5))
def test_all_places_drawn_once_are_the_sample_itself(seed: int, factors: int) -> None:
    x, y = drawn(seed, factors)
    place = np.random.default_rng(seed).integers(6, size=len(y))
    sample = resampling.sample(x, y, place)
    matrices = resampling.correlations(sample.moments(np.ones((1, sample.places))))
    np.testing.assert_allclose(lmg_many(matrices)[0], lmg(x, y), atol=1e-9)


@settings(max_examples=20)
@given(SEEDS, st.integers(2, 5), st.floats(-6, 6))
def test_units_change_no_method(seed: int, factors: int, power: float) -> None:
    x, y = drawn(seed, factors)
    scaled = x * 10.0**power, 5 - 3 * y
    first, second = resampling.sample(x, y), resampling.sample(*scaled)
    one, other = (
        permutation.permutation(each, np.random.default_rng(1)).importance for each in (first, second)
    )
    np.testing.assert_allclose(one, other, atol=1e-7)
    one, other = (
        stability.stability(each, 1, np.random.default_rng(1)).frequency for each in (first, second)
    )
    np.testing.assert_allclose(one, other, atol=1e-12)
    p = [noise(*each, np.random.default_rng(1), draws=49).p for each in ((x, y), scaled)]
    assert p[0] == p[1]


@settings(max_examples=30)
@given(SEEDS, st.integers(1, 6), st.integers(1, 40))
def test_inclusion_sums_to_the_number_of_the_first_and_grows_with_it(
    seed: int, factors: int, draws: int
) -> None:
    values = np.random.default_rng(seed).integers(0, 4, size=(draws, factors)).astype(float)
    made = Importance("any", tuple("abcdef"[:factors]), values[0], values)
    chances = np.array([made.inclusion(top) for top in range(1, factors + 1)])
    np.testing.assert_allclose(chances.sum(axis=1), range(1, factors + 1))
    assert (np.diff(chances, axis=0) >= -1e-12).all()
    table = made.table(1)
    assert (table["rank_low"] <= table["rank_high"]).all()


@settings(max_examples=30)
@given(SEEDS, st.integers(2, 8), st.integers(1, 6))
def test_a_sample_weighs_no_less_than_its_places_and_no_more_than_its_rows(
    seed: int, places: int, years: int
) -> None:
    rng = np.random.default_rng(seed)
    place = np.repeat(np.arange(places), years)
    y = rng.normal(size=places)[place] * rng.integers(0, 5) + rng.normal(size=len(place))
    assert 0 <= likeness(y, place) <= 1
    assert places - 1e-9 <= cases(y, place) <= len(y) + 1e-9
