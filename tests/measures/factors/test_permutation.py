"""The closed form against shuffling itself, folds that keep places whole, and what misleads."""

import itertools
import re

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from heban.domain.errors import BadSpec
from heban.measures.factors import permutation, resampling


def panel(places: int = 6, years: int = 3, factors: int = 2) -> tuple[resampling.Sample, np.ndarray]:
    rng = np.random.default_rng(1)
    place = np.repeat(np.arange(places), years)
    x = rng.normal(size=(places, factors))[place] + 0.5 * rng.normal(size=(places * years, factors))
    return resampling.sample(x, x[:, 0] + rng.normal(size=len(x)), place), place


def shuffled(rows: np.ndarray, held: np.ndarray, penalty: float) -> tuple[np.ndarray, float]:
    """The sum of squared errors over all orders of each factor in the fold, less that of the true order."""
    x, y = rows[:, 1:-1], rows[:, -1]
    model = Ridge(alpha=penalty * (~held).sum()).fit(x[~held], y[~held])
    base = ((y[held] - model.predict(x[held])) ** 2).sum()
    grown = []
    for factor in range(x.shape[1]):
        losses = []
        for order in itertools.permutations(np.flatnonzero(held)):
            mixed = x[held].copy()
            mixed[:, factor] = x[list(order), factor]
            losses.append(((y[held] - model.predict(mixed)) ** 2).sum())
        grown.append(np.mean(losses) - base)
    return np.array(grown), base


def test_the_closed_form_is_the_average_over_all_shuffles() -> None:
    sample, place = panel()
    folds = np.array([[0, 1, 2, 0, 1, 2]])
    parts = [shuffled(sample.rows, folds[0][place] == fold, 0.2) for fold in range(3)]
    expected = sum(grown for grown, _ in parts) / len(place)
    whole = np.ones((1, 6))
    np.testing.assert_allclose(permutation.increases(sample, whole, folds, 0.2)[0], expected, atol=1e-12)
    lost = sum(base for _, base in parts) / len(place)
    np.testing.assert_allclose(permutation.held_out(sample, whole, folds, 0.2), lost, atol=1e-12)


def test_a_place_drawn_twice_stays_in_one_fold() -> None:
    sample, place = panel()
    folds = np.array([[0, 1, 1, 2, 1, 2]])
    again = np.concatenate([np.flatnonzero(place == each) for each in (0, 0, 2, 3, 4, 5)])
    rows, where = sample.rows[again], folds[0][place[again]]
    parts = [shuffled(rows, where == fold, 0.2)[0] for fold in range(3)]
    found = permutation.increases(sample, np.array([[2.0, 0, 1, 1, 1, 1]]), folds, 0.2)[0]
    np.testing.assert_allclose(found, sum(parts) / len(rows) / rows[:, -1].var(), atol=1e-12)


def test_folds_hold_places_whole_and_are_of_like_size() -> None:
    found = permutation.divisions(11, 4, 3, np.random.default_rng(1))
    assert found.shape == (3, 11)
    assert all(sorted(np.bincount(row)) == [2, 3, 3, 3] for row in found)
    assert not np.array_equal(found[0], found[1])


def test_a_place_that_is_known_by_its_factor_is_no_help_for_others() -> None:
    """The outcome is a level of each place, the factor tells places apart: nothing is learnt for new ones."""
    rng = np.random.default_rng(3)
    place = np.repeat(np.arange(20), 5)
    x = rng.normal(size=(20, 8))[place]
    y = rng.normal(size=20)[place] + 0.1 * rng.normal(size=100)
    sample = resampling.sample(x, y, place)
    by_place = permutation.permutation(sample, np.random.default_rng(1))
    by_row = permutation.permutation(resampling.sample(x, y), np.random.default_rng(1))
    assert by_row.held_out > 0.1
    assert by_place.held_out < 0.0
    assert by_place.importance.max() < by_row.importance.max() / 2


def test_the_penalty_with_the_least_held_out_error_is_taken_and_the_seed_repeats() -> None:
    sample, _ = panel(20)
    found = permutation.permutation(sample, np.random.default_rng(5))
    whole = np.ones((1, 20))
    errors = [permutation.held_out(sample, whole, found.folds, each)[0] for each in permutation.PENALTIES]
    assert found.penalty == permutation.PENALTIES[int(np.argmin(errors))]
    assert found.held_out == pytest.approx(1 - min(errors))
    again = permutation.permutation(sample, np.random.default_rng(5))
    assert np.array_equal(found.importance, again.importance)


def test_a_draw_of_one_place_and_an_empty_fold_are_borne() -> None:
    sample, _ = panel()
    folds = np.array([[0, 0, 1, 1, 2, 2]])
    found = permutation.increases(sample, np.array([[6.0, 0, 0, 0, 0, 0], [3, 3, 0, 0, 0, 0]]), folds, 0.1)
    assert np.isfinite(found).all()
    assert (found == 0).all()


def test_folds_without_a_place_are_refused() -> None:
    message = (
        "1 divisions of 3 places into 5 folds were asked for; at least 1 division, 2 folds and a place for "
        "each fold are needed."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        permutation.divisions(3, 5, 1, np.random.default_rng(1))
