"""The batched lasso path against scikit-learn's, selection frequencies, and their bound."""

import re

import numpy as np
import pytest
from sklearn.linear_model import lars_path_gram

from heban.domain.errors import BadSpec
from heban.measures.factors import resampling, stability
from heban.measures.factors.lasso import entered


def of_scikit_learn(matrix: np.ndarray, first: int) -> set[int]:
    """The first to have a coefficient on the path."""
    _, _, path = lars_path_gram(matrix[:-1, -1], matrix[:-1, :-1], n_samples=50, method="lasso", max_iter=500)
    order: list[int] = []
    for column in path.T:
        order += [int(factor) for factor in np.flatnonzero(np.abs(column) > 1e-13) if factor not in order]
    return set(order[:first])


def test_the_path_is_that_of_scikit_learn_with_factors_that_leave_again() -> None:
    rng = np.random.default_rng(1)
    matrices = []
    for _ in range(60):
        x = rng.normal(size=(25, 8)) @ rng.normal(size=(8, 8))
        matrices.append(np.corrcoef(np.column_stack([x, x @ rng.normal(size=8) + rng.normal(size=25)]).T))
    for first in (1, 4, 7):
        found = entered(np.array(matrices), first, rng)
        expected = [of_scikit_learn(matrix, first) for matrix in matrices]
        assert [set(np.flatnonzero(row)) for row in found] == expected


def test_two_factors_that_say_the_same_enter_equally_often() -> None:
    matrix = np.array(
        [[1.0, 1.0, 0.2, 0.7], [1.0, 1.0, 0.2, 0.7], [0.2, 0.2, 1.0, 0.1], [0.7, 0.7, 0.1, 1.0]]
    )
    found = entered(np.repeat(matrix[None], 400, axis=0), 1, np.random.default_rng(1)).mean(axis=0)
    assert found[2] == 0
    assert abs(found[0] - 0.5) < 0.1
    assert found[0] + found[1] == 1


def test_the_path_ends_where_nothing_is_left() -> None:
    matrix = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
    assert entered(matrix[None], 2, np.random.default_rng(1)).tolist() == [[True, False]]
    assert not entered(np.eye(3)[None], 2, np.random.default_rng(1)).any()


def test_halves_hold_places_whole_and_are_complementary() -> None:
    rng = np.random.default_rng(2)
    place = np.repeat(np.arange(4), 5)
    sample = resampling.sample(rng.normal(size=(20, 3)), rng.normal(size=20), place)
    possible = set()
    for one in ([0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]):
        moments = sample.moments(resampling.counted(np.array([one]), 4))
        possible.add(tuple(entered(resampling.correlations(moments), 1, rng)[0]))
    found = stability.stability(sample, 1, np.random.default_rng(3), pairs=30)
    assert found.frequency.sum() == pytest.approx(1.0)
    seen = {factor for factor in range(3) if found.frequency[factor] > 0}
    assert seen == {row.index(True) for row in possible}


def test_drivers_are_selected_and_the_seed_repeats() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(80, 6))
    sample = resampling.sample(x, x[:, 1] - x[:, 4] + 0.5 * rng.normal(size=80))
    found = stability.stability(sample, 2, np.random.default_rng(5))
    assert found.chosen(0.9).tolist() == [False, True, False, False, True, False]
    again = stability.stability(sample, 2, np.random.default_rng(5))
    assert np.array_equal(found.frequency, again.frequency)
    assert found.false(0.9) == pytest.approx(4 / 6 / 0.8)


def test_many_draws_are_those_of_one() -> None:
    rng = np.random.default_rng(6)
    sample = resampling.sample(rng.normal(size=(30, 4)), rng.normal(size=30))
    indices = np.repeat(np.arange(30)[None], 3, axis=0)
    found = stability.frequencies(sample, indices, 2, np.random.default_rng(7), 200)
    np.testing.assert_allclose(found, np.repeat(found[:1], 3, axis=0), atol=0.15)
    np.testing.assert_allclose(found.sum(axis=1), 2)


def test_the_bound_of_noise_holds() -> None:
    """On noise all factors are alike, so the bound covers every selection."""
    rng = np.random.default_rng(8)
    wrong = []
    for _ in range(60):
        sample = resampling.sample(rng.normal(size=(40, 10)), rng.normal(size=40))
        wrong.append(stability.stability(sample, 3, rng).chosen(0.8).sum())
    assert 0 < np.mean(wrong) <= stability.bound(3, 10, 0.8, shape="unimodal") < stability.bound(3, 10, 0.8)


def test_bounds_by_hand() -> None:
    assert stability.bound(2, 20, 0.9) == pytest.approx(4 / 20 / 0.8)
    assert stability.bound(2, 20, 0.7, shape="unimodal") == pytest.approx(0.2 / (2 * (0.4 - 0.01)))
    assert stability.bound(2, 20, 0.9, shape="unimodal") == pytest.approx(0.2 * 4 * 0.11 / 1.02)


def test_what_cannot_be_halved_or_bounded_is_refused() -> None:
    rng = np.random.default_rng(9)
    sample = resampling.sample(rng.normal(size=(9, 2)), rng.normal(size=9), np.repeat([1, 2, 3], 3))
    message = "first is 3 and there are 2 factors; it lies between 1 and that."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        stability.stability(sample, 3, rng)
    message = "50 pairs of halves of 3 places were asked for; at least 1 pair and 4 places are needed."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        stability.stability(sample, 1, rng)
    message = "threshold is 0.5; the bound holds above 0.5 and up to 1."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        stability.bound(2, 10, 0.5)
    message = "the bound for one peak holds for first ≤ 5.8 and threshold > 0.698, not for 5 and 0.6."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        stability.bound(5, 10, 0.6, shape="unimodal")
