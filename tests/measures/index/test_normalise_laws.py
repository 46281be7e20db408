"""The laws of the normalisers: direction, order, unit, absence, batches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.measures.index import normalise

NAN = np.nan
BASE = np.array([True, False, False])
UP, MIXED = np.array([1, 1]), np.array([1, -1])


# Each takes (values, directions, signs of the marks given in natural units, pool).
BY_DIFFERENCE: dict[str, Callable[..., np.ndarray]] = {
    "minmax": lambda x, d, s, pool: normalise.minmax(x, d, lo=1, hi=7, pool=pool),
    "zscore": lambda x, d, s, pool: normalise.zscore(x, d, mean=5, sd=2, pool=pool),
    "rank": lambda x, d, s, pool: normalise.rank(x, d, pool=pool),
    "borda": lambda x, d, s, pool: normalise.borda(x, d, pool=pool),
    "percentile_rank": lambda x, d, s, pool: normalise.percentile_rank(x, d, pool=pool),
    "distance_to_max": lambda x, d, s, pool: normalise.distance_to_max(x, d, pool=pool),
    "efficacy": lambda x, d, s, pool: normalise.efficacy(x, d, pool=pool),
    "efficacy given": lambda x, d, s, pool: normalise.efficacy(x, d, worst=s * -20, best=s * 30, pool=pool),
    "target": lambda x, d, s, pool: normalise.distance_to_target(x, d, target=s * 50, pool=pool),
    "goalposts": lambda x, d, s, pool: normalise.goalposts(
        x, d, lower=np.minimum(s * -3, s * 4), upper=np.maximum(s * -3, s * 4)
    ),
    "categorical": lambda x, d, s, pool: normalise.categorical(
        x, d, scores=[0, 30, 100], edges=np.sort([s * -2, s * 3], axis=0)
    ),
    "categorical shares": lambda x, d, s, pool: normalise.categorical(
        x, d, scores=[0, 30, 100], shares=[0.25, 0.75], pool=pool
    ),
}
POOLED = sorted(set(BY_DIFFERENCE) - {"goalposts", "categorical"})
POOLS = st.sampled_from(["panel", "year", np.array([True, False, True])])


@st.composite
def panels(draw: st.DrawFn) -> np.ndarray:
    """Seven places, three years, two indicators of few distinct values, some absent."""
    cells = draw(st.lists(st.integers(-9, 9) | st.none(), min_size=42, max_size=42))
    values = np.array([NAN if cell is None else float(cell) for cell in cells])
    return values.reshape(7, 3, 2)


@pytest.mark.parametrize("name", BY_DIFFERENCE)
@settings(max_examples=40)
@given(values=panels(), pool=POOLS)
def test_more_is_better_and_less_is_better_of_the_negative_agree(
    name: str, values: np.ndarray, pool: object
) -> None:
    score = BY_DIFFERENCE[name]
    np.testing.assert_array_equal(score(values, UP, UP, pool), score(-values, -UP, -UP, pool))


def test_the_reference_place_agrees_under_a_flip_too() -> None:
    rng = np.random.default_rng(2)
    values = rng.uniform(-5, 5, size=(9, 3, 1))
    values[4] = 6.0
    for pool in ("panel", "year", BASE):
        up = normalise.distance_to_reference(values, [1], place=4, pool=pool)
        down = normalise.distance_to_reference(-values, [-1], place=4, pool=pool)
        np.testing.assert_array_equal(up, down)


@pytest.mark.parametrize("name", BY_DIFFERENCE)
@settings(max_examples=25)
@given(values=panels(), seed=st.integers(0, 999))
def test_order_of_places_years_and_indicators_does_not_matter(
    name: str, values: np.ndarray, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    p, t, i = rng.permutation(7), rng.permutation(3), rng.permutation(2)
    score = BY_DIFFERENCE[name]
    for pool in ("panel", "year"):
        right = score(values, MIXED, MIXED, pool)[p][:, t][:, :, i]
        found = score(values[p][:, t][:, :, i], MIXED[i], MIXED[i], pool)
        np.testing.assert_allclose(found, right, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", sorted(set(POOLED) - {"efficacy given", "target"}))
@settings(max_examples=25)
@given(values=panels(), factor=st.sampled_from([0.01, 1000.0]), shift=st.sampled_from([-40.0, 0.0, 7.0]))
def test_scores_do_not_depend_on_the_unit(name: str, values: np.ndarray, factor: float, shift: float) -> None:
    score = BY_DIFFERENCE[name]
    if "shares" in name:  # an interpolated limit that meets a value may round either way
        factor, shift = 1024.0, 0.0
    for pool in ("panel", "year"):
        found = score(values * factor + shift, MIXED, MIXED, pool)
        np.testing.assert_allclose(found, score(values, MIXED, MIXED, pool), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", BY_DIFFERENCE)
@settings(max_examples=25)
@given(values=panels())
def test_absent_stays_absent_and_a_better_value_never_scores_less(name: str, values: np.ndarray) -> None:
    scores = BY_DIFFERENCE[name](values, MIXED, MIXED, "panel")
    assert np.isnan(scores[np.isnan(values)]).all()
    for indicator, sign in ((0, 1), (1, -1)):
        x, y = sign * values[..., indicator].ravel(), scores[..., indicator].ravel()
        both = ~np.isnan(x) & ~np.isnan(y)
        order = np.argsort(x[both], kind="stable")
        assert (np.diff(y[both][order]) >= 0).all()


@pytest.mark.parametrize("name", POOLED)
def test_a_leading_batch_axis_is_so_many_panels(name: str) -> None:
    batch = np.random.default_rng(4).uniform(-9, 9, size=(2, 3, 7, 3, 2))
    for pool in ("panel", "year", BASE):
        made = BY_DIFFERENCE[name](batch, MIXED, MIXED, pool)
        for layer in np.ndindex(2, 3):
            np.testing.assert_allclose(made[layer], BY_DIFFERENCE[name](batch[layer], MIXED, MIXED, pool))


def test_an_indicator_without_any_value_has_no_score() -> None:
    for name, score in BY_DIFFERENCE.items():
        assert np.isnan(score(np.full((3, 3, 2), NAN), MIXED, MIXED, "year")).all(), name
