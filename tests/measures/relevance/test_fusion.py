"""Fusion and pooling: laws and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.relevance.fields import closeness, proximity
from heban.measures.relevance.fusion import probabilities, reciprocal_ranks, standardised, z_sum
from heban.measures.relevance.pooling import pooled, recent

VIEW = st.lists(st.integers(-50, 50), min_size=2, max_size=12)


@given(VIEW, st.integers(1, 9), st.integers(-9, 9))
def test_a_view_on_another_scale_is_the_same_view(view: list[int], factor: int, shift: int) -> None:
    score = np.array(view, dtype=float)
    assert standardised(score * factor + shift) == pytest.approx(standardised(score), abs=1e-9)
    assert reciprocal_ranks([score * factor + shift]) == pytest.approx(reciprocal_ranks([score]))


@given(VIEW)
def test_one_view_keeps_its_order(view: list[int]) -> None:
    order = np.argsort(view, kind="stable")
    for fused in (z_sum([view]), reciprocal_ranks([view])):
        assert np.argsort(fused.round(9), kind="stable").tolist() == order.tolist()


def test_weights_and_their_errors() -> None:
    assert z_sum([[0, 2], [2, 0]], [2, 1]).tolist() == [-1, 1]
    with pytest.raises(BadSpec, match=r"^a fusion needs at least one view; none is given\.$"):
        z_sum([])
    with pytest.raises(BadSpec, match=r"^1 views need as many weights; 2 are given\.$"):
        reciprocal_ranks([[1, 2]], [1, 2])


def test_probabilities_need_both_kinds() -> None:
    with pytest.raises(
        BadSpec, match=r"^a probability is learnt from relevant and irrelevant cases; these are all"
    ):
        probabilities([[1.0]], [[0.0], [1.0]], [True, True])
    found = probabilities(
        [[0.0, 5.0], [1.0, 5.0]], [[0, 5], [0, 5], [1, 5], [1, 5]], [False, False, True, True]
    )
    assert found[1] > 0.5 > found[0]


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 4)), min_size=1, max_size=30))
def test_pooling_is_that_of_numpy(pairs: list[tuple[float, int]]) -> None:
    score, owner = map(np.array, zip(*pairs, strict=True))
    hands = {
        "mean": np.mean,
        "quartile": lambda x: np.quantile(x, 0.75),
        "best3": lambda x: np.mean(np.sort(x)[-3:]),
    }
    for how, by_hand in hands.items():
        expected = [by_hand(score[owner == one]) if (owner == one).any() else 0.0 for one in range(5)]
        assert pooled(score, owner, 5, how) == pytest.approx(expected)  # type: ignore[arg-type]


def test_an_unknown_pooling_is_named() -> None:
    with pytest.raises(
        UnknownName, match=r"^no pooling 'best' in the pooling of works\. Near names: best3\.$"
    ):
        pooled([1.0], [0], 1, "best")  # type: ignore[arg-type]


def test_works_of_one_date_go_by_name() -> None:
    works = pd.DataFrame({"id": "a", "work": ["z", "y", "x"], "date": [2020, 2020, None]})
    assert recent(works, 2)["work"].tolist() == ["z", "y"]
    assert recent(works, 1)["work"].tolist() == ["y"]


def test_fields_by_hand() -> None:
    rows = pd.DataFrame({"holder": ["p", "p", "q", "r"], "field": ["A", "B", "A", "C"]})
    near = proximity(rows)
    assert near.loc["A"].to_dict() == {"A": 1.0, "B": 0.5, "C": 0.0}
    assert np.isnan(closeness([None, "A"], ["A"], near)[0, 0])
    with pytest.raises(
        BadSpec, match=r"^a table of proximities has the same fields in rows and columns, in one"
    ):
        closeness(["A"], ["A"], near.iloc[:, :2])
