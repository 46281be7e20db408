"""Metrics by hand, and laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.relevance.metrics import interval, judged, ndcg, pair_cost, pair_loss, paired_gain

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=2, max_size=14)


def test_ndcg_by_hand() -> None:
    assert ndcg([4, 3, 2, 1], [4, 3, 2, 1]) == 1
    assert ndcg([1, 2], [4, 1]) == pytest.approx(1 / np.log2(3))
    assert ndcg([1, 1], [4, 1]) == pytest.approx((1 + 1 / np.log2(3)) / 2)  # a tie earns the mean
    assert ndcg([2, 1], [1, 4], k=1) == 0
    assert np.isnan(ndcg([2, 1], [1, 1]))


def test_pair_loss_by_hand() -> None:
    assert pair_cost([1, 2, 3], [5.0, 1.0, 3.0]) == (6.0, 8.0)  # 4 and 2 wrong, 2 right
    assert pair_loss([1, 1, 1], [5.0, 1.0, 3.0]) == 0.5
    assert np.isnan(pair_loss([1, 2], [3, 3]))
    with pytest.raises(
        BadSpec, match=r"^scores and levels are two lists of one length; these have 1 and 2\.$"
    ):
        pair_loss([1.0], [1, 2])


@given(PAIRS)
def test_the_opposite_order_loses_what_the_order_wins(pairs: list[tuple[int, int]]) -> None:
    score, level = map(np.array, zip(*pairs, strict=True))
    if len(set(level)) > 1:
        assert pair_loss(score, level) + pair_loss(-score, level) == pytest.approx(1)
        assert pair_loss(level, level) == 0
        assert 0 <= ndcg(score, level) <= ndcg(level, level) == pytest.approx(1)


@given(PAIRS)
def test_metrics_do_not_know_the_order_of_rows(pairs: list[tuple[int, int]]) -> None:
    score, level = map(np.array, zip(*pairs, strict=True))
    assert ndcg(score[::-1], level[::-1]) == pytest.approx(ndcg(score, level), nan_ok=True)
    assert pair_cost(score[::-1], level[::-1]) == pair_cost(score, level)


def test_a_need_with_one_level_is_left_out() -> None:
    rows = pd.DataFrame({"need": list("aabb"), "score": [1.0, 2, 1, 2], "level": [1, 1, 1, 2]})
    assert judged(rows)["need"].tolist() == ["b"]


def test_a_gain_over_itself_is_none_and_does_not_hold() -> None:
    table = pd.DataFrame({"need": ["a", "b"], "ndcg": [0.5, 0.7], "cost": [1.0, 2.0], "most": [4.0, 4.0]})
    gain = paired_gain(table, table, seed=1)
    assert gain.table[["gain", "low", "high"]].to_numpy().tolist() == [[0, 0, 0], [0, 0, 0]]
    assert not gain.holds
    assert interval(table, seed=1)["value"].tolist() == pytest.approx([0.6, 0.375])


def test_a_gain_that_harms_the_other_metric_does_not_hold() -> None:
    other = pd.DataFrame({"need": ["a", "b"], "ndcg": [0.5, 0.7], "cost": [1.0, 2.0], "most": [4.0, 4.0]})
    ours = other.assign(ndcg=[0.6, 0.8], cost=[1.5, 2.5])
    gain = paired_gain(ours, other, seed=1)
    assert (gain.table["low"] > 0).tolist() == [True, False]
    assert not gain.holds


def test_different_needs_are_not_compared() -> None:
    table = pd.DataFrame({"need": ["a"], "ndcg": [0.5], "cost": [1.0], "most": [4.0]})
    with pytest.raises(
        BadSpec, match=r"^a paired gain compares the same needs in the same order; these are diff"
    ):
        paired_gain(table, table.assign(need="b"), seed=1)
    with pytest.raises(
        BadSpec, match=r"^a paired gain needs at least one need with offers of different levels"
    ):
        paired_gain(table.iloc[:0], table.iloc[:0], seed=1)
