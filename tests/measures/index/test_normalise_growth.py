"""Fixed base, growth and its chain: by hand, and over years in any order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.measures.index import normalise

NAN = np.nan
BASE = np.array([True, False, False])


def test_fixed_base_by_hand() -> None:
    values = np.array([[[4.0, 4.0], [5.0, 5.0], [8.0, NAN]], [[0.0, 2.0], [1.0, 1.0], [1.0, 1.0]]])
    scores = normalise.fixed_base(values, [1, -1], base=BASE)
    np.testing.assert_array_equal(scores[0], [[100, 100], [125, 80], [200, NAN]])
    np.testing.assert_array_equal(scores[1], [[NAN, 100], [NAN, 200], [NAN, 200]])
    two = normalise.fixed_base(values, [1, -1], base=np.array([True, True, False]))
    np.testing.assert_allclose(two[0, :, 0], [4 / 4.5 * 100, 5 / 4.5 * 100, 8 / 4.5 * 100])


def test_a_cap_holds_growth_in_both_directions_and_over_uneven_years() -> None:
    values = np.array([[[10.0], [100.0], [100.0], [10.0]]])
    years = [2010, 2011, 2013, 2014]
    base = np.array([True, False, False, False])
    up = normalise.fixed_base(values, base=base, cap=1.0, years=years)
    assert up.ravel().tolist() == pytest.approx([100, 200, 200, 100])
    down = normalise.fixed_base(values, [-1], base=base, cap=1.0, years=years)
    assert down.ravel().tolist() == pytest.approx([100, 50, 50, 100])
    wide = normalise.fixed_base(values[:, [0, 2]], base=base[:2], cap=1.0, years=[2010, 2012])
    assert wide.ravel().tolist() == pytest.approx([100, 400])


def test_defect_09_years_in_any_order_give_the_same_growth() -> None:
    rng = np.random.default_rng(1)
    values = rng.uniform(1, 9, size=(4, 5, 2))
    years = np.array([2010, 2011, 2013, 2014, 2020])
    base = years == 2013
    order = rng.permutation(5)
    capped = normalise.fixed_base(values, base=base, cap=0.3, years=years)
    moved = normalise.fixed_base(values[:, order], base=base[order], cap=0.3, years=years[order])
    np.testing.assert_allclose(moved, capped[:, order])
    growth = normalise.symmetric_growth(values, years=years)
    moved = normalise.symmetric_growth(values[:, order], years=years[order])
    np.testing.assert_array_equal(moved, growth[:, order])
    chained = normalise.chain(moved, base=base[order], years=years[order])
    np.testing.assert_allclose(chained, normalise.chain(growth, base=base, years=years)[:, order])


def test_an_absent_year_breaks_the_chain_between_it_and_the_base() -> None:
    values = np.array([[[2.0], [3.0], [NAN], [4.0], [5.0]]])
    first = normalise.fixed_base(values, base=np.arange(5) == 0, cap=1.0)
    np.testing.assert_allclose(first.ravel(), [100, 150, NAN, NAN, NAN])
    last = normalise.fixed_base(values, base=np.arange(5) == 4, cap=1.0)
    np.testing.assert_allclose(last.ravel(), [NAN, NAN, NAN, 80, 100])
    apart = normalise.fixed_base(values, base=np.array([True, False, False, False, True]), cap=1.0)
    assert np.isnan(apart).all()


def test_growth_from_zero_is_held_by_the_cap() -> None:
    values = np.array([[[0.0], [7.0], [14.0]]])
    scores = normalise.fixed_base(values, base=np.array([False, False, True]), cap=0.25)
    assert scores.ravel().tolist() == pytest.approx([64, 80, 100])


@settings(max_examples=40)
@given(st.lists(st.integers(1, 1000), min_size=12, max_size=12), st.sampled_from([1, -1]))
def test_symmetric_growth_chains_back_to_the_fixed_base(cells: list[int], direction: int) -> None:
    values = np.array(cells, dtype=float).reshape(2, 6, 1)
    base = np.arange(6) == 2
    chained = normalise.chain(normalise.symmetric_growth(values, [direction]), base=base)
    np.testing.assert_allclose(chained, normalise.fixed_base(values, [direction], base=base), rtol=1e-9)


def test_symmetric_growth_by_hand_with_a_cap() -> None:
    values = np.array([[[1.0], [3.0], [3.0], [0.0], [0.0]]])
    growth = normalise.symmetric_growth(values).ravel()
    np.testing.assert_array_equal(growth, [NAN, 100, 0, -200, NAN])
    capped = normalise.symmetric_growth(values, [-1], cap=50).ravel()
    np.testing.assert_array_equal(capped, [NAN, -50, 0, 50, NAN])
