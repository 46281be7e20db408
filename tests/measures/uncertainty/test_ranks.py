"""What draws say of ranks: shares sum to 1, pairs are two sides of one coin, quantiles are type 7."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heban.domain.errors import BadSpec
from heban.measures.index.statistics.ranking import ranks as ranked
from heban.measures.uncertainty import ranks

SCORES = arrays(
    np.float64,
    st.tuples(st.integers(1, 12), st.integers(1, 6)),
    elements=st.sampled_from([float("nan"), 0.0, 1.0, 2.0, 3.5]),
)


@given(SCORES)
def test_shares_of_ranks_sum_to_one(scores: np.ndarray) -> None:
    made = ranks.acceptability(ranked(scores, axis=1))
    known = ~np.isnan(scores).all(axis=0)
    assert made[known].sum(axis=1) == pytest.approx(1.0)
    assert np.isnan(made[~known]).all()


@given(SCORES)
def test_pairs_are_antisymmetric(scores: np.ndarray) -> None:
    made = ranks.dominance(scores)
    both = made + made.T
    assert both[~np.isnan(both)] == pytest.approx(1.0)
    assert np.isnan(np.diag(made)).all()
    assert (np.isnan(made) == np.isnan(made.T)).all()


@given(SCORES)
def test_pairs_are_those_counted_one_by_one(scores: np.ndarray) -> None:
    made = ranks.dominance(scores)
    for i in range(scores.shape[1]):
        for j in range(scores.shape[1]):
            met = ~np.isnan(scores[:, i] + scores[:, j])
            if i == j or not met.any():
                assert np.isnan(made[i, j])
                continue
            above = (scores[met, i] > scores[met, j]).mean() + (scores[met, i] == scores[met, j]).mean() / 2
            assert made[i, j] == pytest.approx(above)


@given(SCORES, st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.95, 1.0]))
def test_quantiles_are_those_of_numpy_over_the_known_values(scores: np.ndarray, share: float) -> None:
    made = ranks.quantile(scores, share)
    for column, value in zip(scores.T, made, strict=True):
        known = column[~np.isnan(column)]
        expected = np.quantile(known, share) if known.size else np.nan
        assert value == pytest.approx(expected, nan_ok=True)


def test_intervals_by_hand() -> None:
    drawn = np.array([[1.0, 3.0], [2.0, np.nan], [2.0, 1.0], [3.0, 2.0], [1.0, np.nan]])
    made = ranks.spread(drawn, low=0.25, high=0.75)
    assert made.mean.tolist() == [1.8, 2.0]
    assert made.median.tolist() == [2.0, 2.0]
    assert made.low.tolist() == [1.0, 1.5]
    assert made.high.tolist() == [2.0, 2.5]
    assert made.draws.tolist() == [5, 3]


def test_a_place_without_a_score_has_no_interval() -> None:
    made = ranks.spread(np.full((3, 1), np.nan))
    assert np.isnan([made.mean[0], made.median[0], made.low[0], made.high[0]]).all()
    assert made.draws.tolist() == [0]


def test_rises_are_counted_within_draws() -> None:
    before = np.array([[1.0], [5.0], [2.0], [np.nan]])
    after = np.array([[2.0], [5.0 * (1 + 1e-15)], [1.0], [3.0]])
    assert ranks.rising(before, after).ravel().tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(BadSpec) as error:
        ranks.acceptability(np.ones((2, 2, 2)))
    assert str(error.value) == "ranks have the shape (2, 2, 2); draw × place is needed, one year at a time."
    with pytest.raises(BadSpec) as error:
        ranks.spread(np.ones(3), low=0.9, high=0.1)
    assert str(error.value) == "the interval runs from 0.9 to 0.1; it needs 0 ≤ low ≤ high ≤ 1."
