"""Exposure: floors are reached at a cost that grows, and nothing irrelevant is lifted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.relevance.fairness import diversified, exposure, floor_costs, lifted

CANDIDATES = st.lists(st.tuples(st.floats(0.01, 1), st.booleans()), min_size=1, max_size=20)


def test_exposure_by_hand() -> None:
    answers = pd.DataFrame({"need": ["n", "n", "m"], "offer": ["a", "b", "b"], "rank": [1, 2, 1]})
    found = exposure(answers)
    assert found["exposure"].to_dict() == pytest.approx({"a": 1.0, "b": 1 + 1 / np.log2(3)})
    assert found["share"].sum() == pytest.approx(1)
    with pytest.raises(
        BadSpec, match=r"^offer 'b' has no owner\. Name one for every offer, or give no owners\.$"
    ):
        exposure(answers, pd.Series({"a": "X"}))


@given(CANDIDATES)
def test_no_floor_is_the_order_by_score(pairs: list[tuple[float, bool]]) -> None:
    score, small = map(np.array, zip(*pairs, strict=True))
    assert lifted(score, small, len(pairs), 0.0).tolist() == np.argsort(-score, kind="stable").tolist()


@given(CANDIDATES, st.floats(0, 1))
def test_a_floor_keeps_everyone_once_and_the_order_within_each_kind(
    pairs: list[tuple[float, bool]], floor: float
) -> None:
    score, small = map(np.array, zip(*pairs, strict=True))
    order = lifted(score, small, len(pairs), floor)
    assert sorted(order) == list(range(len(pairs)))
    for kind in (True, False):
        chosen = score[[at for at in order if small[at] == kind]]
        assert (np.diff(chosen) <= 0).all()


def test_the_floor_is_reached_while_there_are_any() -> None:
    score, small = np.linspace(1, 0.1, 40), np.arange(40) >= 20
    weight = 1 / np.log2(np.arange(2, 22))
    for floor in (0.1, 0.3, 0.5):
        order = lifted(score, small, 20, floor)
        assert weight @ small[order] >= floor * weight.sum() - weight[-1]
    assert not small[lifted(score, small, 20, 0.0)].any()


def test_what_is_not_relevant_is_never_lifted() -> None:
    assert lifted([0.9, 0.0], [False, True], 2, 0.5).tolist() == [0]
    with pytest.raises(BadSpec, match=r"^floor = 2: the floor of exposure is a share from 0 to 1\.$"):
        lifted([0.9], [False], 1, 2)


def test_a_higher_floor_shows_more_and_keeps_less() -> None:
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"need": np.repeat(np.arange(30), 20), "offer": np.tile(np.arange(20), 30)})
    rows["score"] = rng.random(600) * np.where(rows["offer"] < 4, 0.5, 1.0)
    made = floor_costs(rows.assign(worth=rows["score"]), [0, 1, 2, 3], [0.0, 0.2, 0.4])  # type: ignore[list-item]
    assert made["share"].is_monotonic_increasing
    assert made["kept"].is_monotonic_decreasing
    assert made["kept"][0] == 1


def test_diversity_is_relevance_when_it_weighs_nothing() -> None:
    alike = np.array([[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]])
    assert diversified([0.9, 0.8, 0.5], alike, 3, 0.0).tolist() == [0, 1, 2]
    assert diversified([0.9, 0.8, 0.5], alike, 2, 0.5).tolist() == [0, 2]
