"""Copeland: by hand, with holes, with ties, and fast enough."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from heban.domain.errors import BadSpec
from heban.measures.index.outranking import copeland, outranking
from heban.measures.index.statistics.ranking import levels, ranks

NAN = float("nan")


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    """Scores (place, child) with ties and holes."""
    shape = draw(st.tuples(st.integers(1, 7), st.integers(1, 5)))
    scores = draw(hnp.arrays(np.float64, shape, elements=st.integers(0, 4)))
    return np.where(draw(hnp.arrays(np.bool_, shape)), np.nan, scores)


def plainly(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Copeland by its words, with whole-number weights."""
    places = len(scores)
    result = np.zeros(places)
    for i in range(places):
        for j in range(places):
            won = sum(w for a, b, w in zip(scores[i], scores[j], weights, strict=True) if a > b)
            lost = sum(w for a, b, w in zip(scores[i], scores[j], weights, strict=True) if a < b)
            result[i] += int(won > lost) - int(won < lost)
    result[np.isnan(scores).all(axis=1)] = np.nan
    return result


def test_wins_less_defeats_by_hand() -> None:
    scores = [[5.0, 1.0, 1.0], [4.0, 2.0, 2.0], [3.0, 3.0, 0.0]]
    assert copeland(scores).tolist() == [0, 2, -2]  # b beats a 2:1, a beats c 2:1, b beats c 2:1
    assert copeland(scores, [3, 1, 1]).tolist() == [2, 0, -2]
    np.testing.assert_allclose(outranking(scores)[1], [2 / 3, NAN, 2 / 3])


@given(tables(), st.data())
def test_it_is_what_its_words_say(scores: np.ndarray, data: st.DataObject) -> None:
    weights = data.draw(hnp.arrays(np.int64, scores.shape[1], elements=st.integers(1, 5)))
    np.testing.assert_array_equal(copeland(scores, weights), plainly(scores, weights))


@given(tables(), st.randoms(use_true_random=False))
def test_defect_03_the_order_of_rows_does_not_matter_with_holes(scores: np.ndarray, chance: object) -> None:
    order = chance.sample(range(len(scores)), len(scores))  # type: ignore[attr-defined]
    np.testing.assert_array_equal(copeland(scores[order]), copeland(scores)[order])


@given(tables())
def test_defect_03_a_missing_comparison_counts_for_neither(scores: np.ndarray) -> None:
    found = copeland(scores)
    assert np.nansum(found) == 0
    absent = np.isnan(scores).all(axis=1)
    np.testing.assert_array_equal(np.isnan(found), absent)
    matrix = outranking(scores)
    known = ~np.isnan(matrix)
    np.testing.assert_array_equal(known, known.T)
    np.testing.assert_allclose((matrix + matrix.T)[known], 1)


def test_two_places_without_a_common_child_do_not_meet() -> None:
    scores = [[9.0, NAN], [NAN, 1.0], [5.0, 5.0]]
    assert copeland(scores).tolist() == [1, -1, 0]
    assert np.isnan(outranking(scores)[0, 1])


def test_defect_28_mirrored_weights_tie_exactly() -> None:
    rng = np.random.default_rng(5)
    for _ in range(1000):
        half = rng.random(4)
        weights = np.concatenate([half, half[::-1]])
        scores = np.array([[1.0] * 4 + [0.0] * 4, [0.0] * 4 + [1.0] * 4])
        assert copeland(scores, weights).tolist() == [0, 0]


def test_defect_28_values_equal_but_for_the_last_bit_tie() -> None:
    assert copeland([[0.1 + 0.2, 1.0], [0.3, 1.0]]).tolist() == [0, 0]
    assert copeland([[0.3001, 1.0], [0.3, 1.0]]).tolist() == [1, -1]


def test_years_and_draws_stand_by_themselves() -> None:
    rng = np.random.default_rng(2)
    scores = rng.random((3, 6, 4, 5))
    scores[rng.random(scores.shape) < 0.2] = NAN
    weights = rng.random((3, 1, 4, 5))
    found = copeland(scores, weights)
    matrix = outranking(scores, weights)
    for draw, year in np.ndindex(3, 4):
        alone, of_year = scores[draw, :, year], weights[draw, 0, year]
        np.testing.assert_array_equal(found[draw, :, year], copeland(alone, of_year))
        np.testing.assert_allclose(matrix[draw, :, year], outranking(alone, of_year), atol=1e-15)


def test_many_weights_meet_one_table_of_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    scores, weights = rng.random((6, 1, 5)), rng.random((20, 1, 1, 5))
    whole = copeland(scores, weights)
    assert whole.shape == (20, 6, 1)
    monkeypatch.setattr("heban.measures.index.outranking.CELLS", 80)  # two meetings at a time
    np.testing.assert_array_equal(copeland(scores, weights), whole)
    np.testing.assert_array_equal(whole[7, :, 0], copeland(scores[:, 0], weights[7, 0, 0]))


def test_a_place_with_too_few_children_meets_nobody() -> None:
    scores = [[1.0, 2.0], [3.0, NAN], [0.0, 0.0]]
    np.testing.assert_array_equal(copeland(scores, threshold=0.6), [1, NAN, -1])


def test_weights_that_differ_between_places_are_refused() -> None:
    with pytest.raises(BadSpec) as caught:
        copeland(np.ones((3, 1, 2)), np.ones((3, 1, 2)))
    assert str(caught.value) == (
        "Copeland weighs a child alike for all places: give weights of shape (…, 1, year or 1, child)."
    )
    with pytest.raises(BadSpec):
        copeland([1.0, 2.0])


def test_ranks_share_the_better_place_and_skip_the_absent() -> None:
    assert ranks([3.0, 3.0, 5.0, 1.0]).tolist() == [2, 2, 1, 4]
    np.testing.assert_array_equal(ranks([[NAN, 1.0], [2.0, 1.0]]), [[NAN, 1], [1, 1]])
    np.testing.assert_array_equal(ranks([[1.0, 3.0, 2.0]], axis=1), [[3, 1, 2]])
    assert ranks([0.1 + 0.2, 0.3]).tolist() == [1, 1]
    assert ranks([0.1 + 0.2, 0.3], tolerance=0).tolist() == [1, 2]
    assert levels([[5.0], [-1.0], [5.0]]).ravel().tolist() == [1, 0, 1]
    assert levels([]).tolist() == [] and ranks([7.0]).tolist() == [1]
