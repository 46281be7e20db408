"""Benefit of the doubt: by hand, its limits and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from heban.domain.errors import BadSpec
from heban.measures.index.frontier import benefit_of_the_doubt

NAN = float("nan")

tables = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.integers(1, 4)),
    elements=st.floats(0.5, 100).map(lambda x: round(x, 2)),
)


def test_by_hand() -> None:
    # (2,1) and (1,2) are best practice; (1,1) has at most 2/3 with equal weights 1/3.
    found = benefit_of_the_doubt([[2.0, 1.0], [1.0, 2.0], [1.0, 1.0], [0.5, 2.0]])
    np.testing.assert_allclose(found.scores, [1, 1, 2 / 3, 1], rtol=1e-9)
    np.testing.assert_allclose(found.weights[2], [1 / 3, 1 / 3], rtol=1e-9)
    np.testing.assert_allclose(found.shares[2], [0.5, 0.5], rtol=1e-9)
    assert found.converged.all() and (found.message == "").all()


def test_bounds_on_the_shares_are_kept_and_cost_something() -> None:
    scores = np.random.default_rng(4).uniform(1, 10, (20, 4))
    free, bound = benefit_of_the_doubt(scores), benefit_of_the_doubt(scores, share_bounds=(0.1, 0.4))
    assert bound.converged.all()
    assert (bound.scores <= free.scores + 1e-9).all() and (bound.scores < free.scores - 1e-3).any()
    assert (bound.shares >= 0.1 - 1e-7).all() and (bound.shares <= 0.4 + 1e-7).all()
    np.testing.assert_allclose(bound.shares.sum(axis=1), 1, rtol=1e-9)
    equal = benefit_of_the_doubt(scores, share_bounds=(0.25, 0.25))
    np.testing.assert_allclose(equal.shares, 0.25, rtol=1e-6)


@settings(max_examples=40)
@given(tables, st.randoms(use_true_random=False))
def test_no_score_is_above_1_and_no_weights_lift_another_place_above_1(
    scores: np.ndarray, chance: object
) -> None:
    found = benefit_of_the_doubt(scores)
    assert found.converged.all()
    assert ((found.scores > 0) & (found.scores <= 1)).all()
    assert found.scores.max() == pytest.approx(1, abs=1e-7)
    assert (found.weights >= 0).all()
    assert (found.weights @ scores.T <= 1 + 1e-6).all()
    order = chance.sample(range(len(scores)), len(scores))  # type: ignore[attr-defined]
    np.testing.assert_allclose(benefit_of_the_doubt(scores[order]).scores, found.scores[order], atol=1e-7)
    other_units = scores * 10.0 ** np.arange(scores.shape[1])
    np.testing.assert_allclose(benefit_of_the_doubt(other_units).scores, found.scores, atol=1e-6)


def test_a_gap_never_lifts_a_place_and_a_peer_s_gap_never_lowers_another() -> None:
    scores = np.random.default_rng(6).uniform(1, 10, (8, 3))
    whole = benefit_of_the_doubt(scores).scores
    holed = scores.copy()
    holed[2, 1] = NAN
    found = benefit_of_the_doubt(holed)
    assert found.scores[2] <= whole[2] + 1e-9 and found.weights[2, 1] == 0
    others = np.arange(8) != 2
    assert (found.scores[others] >= whole[others] - 1e-9).all()


def test_a_place_with_nothing_or_too_little_has_no_score() -> None:
    scores = [[1.0, 2.0], [NAN, NAN], [2.0, NAN], [0.0, 0.0]]
    found = benefit_of_the_doubt(scores, threshold=0.6)
    np.testing.assert_allclose(found.scores, [1, NAN, NAN, 0])
    assert found.converged.tolist() == [True, False, False, True]
    assert benefit_of_the_doubt(scores).scores[2] == pytest.approx(1)


def test_the_peers_are_those_of_the_year_or_of_all_years() -> None:
    scores = [[[1.0], [2.0]], [[2.0], [4.0]]]
    np.testing.assert_allclose(benefit_of_the_doubt(scores).scores, [[0.5, 0.5], [1, 1]])
    np.testing.assert_allclose(benefit_of_the_doubt(scores, pool="panel").scores, [[0.25, 0.5], [0.5, 1]])


def test_bounds_that_the_children_present_cannot_meet_are_reported_not_hidden() -> None:
    found = benefit_of_the_doubt([[1.0, NAN], [1.0, 2.0]], share_bounds=(0, 0.6))
    assert found.converged.tolist() == [False, True]
    assert np.isnan(found.scores[0])
    assert found.message[0] == "the upper bounds of the children present sum to less than 1"


def test_a_child_of_0_with_a_share_to_carry_leaves_the_score_0() -> None:
    found = benefit_of_the_doubt([[1.0, 0.0], [1.0, 2.0]], share_bounds=(0.2, 0.9))
    np.testing.assert_allclose(found.scores[0], 0)
    found = benefit_of_the_doubt([[1.0, 0.0], [1.0, 2.0]], share_bounds=(0.0, 0.9))
    np.testing.assert_allclose(found.scores[0], 0, atol=1e-12)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(BadSpec) as caught:
        benefit_of_the_doubt([[-1.0, 2.0]])
    assert str(caught.value) == (
        "benefit of the doubt takes scores from 0 up; the least is -1. Normalise to 0–1 or 0–100 first."
    )
    with pytest.raises(BadSpec) as caught:
        benefit_of_the_doubt([[1.0, 2.0]], share_bounds=(0.6, 0.7))
    assert str(caught.value) == (
        "share_bounds cannot be met: the lower ones sum to 1.2 and the upper ones to 1.4, "
        "and the shares to 1."
    )
    for wrong in ((0.5, 0.2), (-0.1, 1), [[0, 1]] * 3):
        with pytest.raises(BadSpec):
            benefit_of_the_doubt([[1.0, 2.0]], share_bounds=wrong)
    with pytest.raises(BadSpec):
        benefit_of_the_doubt([[1.0]], pool="decade")  # type: ignore[arg-type]
    with pytest.raises(BadSpec):
        benefit_of_the_doubt([1.0])
