"""Drawing whole places, and sums of products in place of rows."""

import re

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.factors import resampling


def made() -> tuple[resampling.Sample, np.ndarray]:
    rng = np.random.default_rng(1)
    place = np.array(["b", "a", "b", "c", "c", "a", "d", "b"])
    return resampling.sample(rng.normal(5, 3, size=(8, 2)), rng.normal(size=8), place), place


def test_rows_are_standardised_and_places_numbered() -> None:
    sample, place = made()
    assert (sample.places, sample.factors) == (4, 2)
    np.testing.assert_allclose(sample.rows[:, 1:].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(sample.rows[:, 1:].std(axis=0), 1, atol=1e-12)
    assert all(len(set(place[sample.place == number])) == 1 for number in range(4))


def test_moments_of_a_draw_are_those_of_its_rows() -> None:
    sample, _ = made()
    indices = np.array([[0, 0, 3, 1], [2, 2, 2, 2]])
    moments = sample.moments(resampling.counted(indices, 4))
    for number, draw in enumerate(indices):
        rows = np.concatenate([sample.rows[sample.place == place] for place in draw])
        np.testing.assert_allclose(moments[number], rows.T @ rows, atol=1e-12)
    rows = np.concatenate([sample.rows[sample.place == place] for place in indices[0]])
    expected = np.corrcoef(rows[:, 1:], rowvar=False)
    np.testing.assert_allclose(resampling.correlations(moments)[0], expected, atol=1e-12)
    expected = np.cov(rows[:, 1:], rowvar=False, bias=True)
    np.testing.assert_allclose(resampling.covariances(moments)[0], expected, atol=1e-12)


def test_a_column_that_does_not_vary_in_a_draw_is_uncorrelated_there() -> None:
    sample = resampling.sample([[0.0, 1], [0, 2], [1, 5], [0, 3]], [1.0, 3, 2, 5])
    found = resampling.correlations(sample.moments([[1, 1, 0, 2]]))[0]
    np.testing.assert_array_equal(found[0], [1, 0, 0])
    assert found[1, 2] > 0.9


def test_draws_repeat_with_the_seed_and_take_as_many_places_as_there_are() -> None:
    first = resampling.drawn(6, 50, np.random.default_rng(7))
    assert np.array_equal(first, resampling.drawn(6, 50, np.random.default_rng(7)))
    counts = resampling.counted(first, 6)
    assert counts.shape == (50, 6)
    assert (counts.sum(axis=1) == 6).all()
    assert counts.std() > 0.5


def test_each_row_needs_a_place() -> None:
    message = "there are 2 places for 3 rows; each row needs one."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        resampling.sample([[1.0], [2.0], [4.0]], [1.0, 3.0, 2.0], ["a", "b"])
