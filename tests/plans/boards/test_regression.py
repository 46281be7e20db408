"""Quantile regression against linear programming, statsmodels, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import QuantileRegressor

from heban.plans.boards import regression as module
from heban.plans.boards.regression import loss, regression


def weighed(y: np.ndarray, x: np.ndarray, at: float, w: np.ndarray, beta: np.ndarray) -> float:
    rest = y - x @ beta
    return float((w * rest * (at - (rest < 0))).sum())


@pytest.mark.parametrize("at", [0.1, 0.5, 0.75])
@pytest.mark.parametrize("p", [1, 2, 3])
def test_the_exchange_finds_the_minimum_of_the_linear_programme(
    at: float, p: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(p)
    x = np.column_stack([np.ones(40), rng.normal(size=(40, p - 1))])
    y = x.sum(axis=1) + rng.standard_t(3, size=40)
    w = rng.multinomial(40, np.full(40, 1 / 40), size=20).astype(float)
    exchanged = regression(y, x, at, w)
    monkeypatch.setattr(module, "PIVOTS", 0)
    programmed = regression(y, x, at, w)
    for row, one, other in zip(w, exchanged, programmed, strict=True):
        assert weighed(y, x, at, row, one) == pytest.approx(weighed(y, x, at, row, other), rel=1e-9)


def test_counts_with_many_ties_and_zeros_end_at_the_minimum_too(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(60), rng.integers(0, 4, 60)])
    y = np.log1p(rng.poisson(0.7, 60))
    w = rng.multinomial(60, np.full(60, 1 / 60), size=50).astype(float)
    exchanged = regression(y, x, 0.5, w)
    monkeypatch.setattr(module, "PIVOTS", 0)
    for row, one, other in zip(w, exchanged, regression(y, x, 0.5, w), strict=True):
        assert weighed(y, x, 0.5, row, one) == pytest.approx(weighed(y, x, 0.5, row, other), abs=1e-6)


def test_work_in_pieces_is_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(9)
    x, y = np.column_stack([np.ones(12), rng.normal(size=12)]), rng.normal(size=12)
    w = rng.multinomial(12, np.full(12, 1 / 12), size=30).astype(float)
    whole = regression(y, x, 0.5, w)
    monkeypatch.setattr(module, "LARGEST", 100)
    np.testing.assert_array_equal(regression(y, x, 0.5, w), whole)


def test_coefficients_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(12)
    x = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    y = x @ [3.0, -2.0, 1.0] + rng.normal(size=40)
    theirs = QuantileRegressor(quantile=0.75, alpha=0, fit_intercept=False, solver="highs").fit(x, y)
    np.testing.assert_allclose(regression(y, x, 0.75, np.ones((1, 40)))[0], theirs.coef_, rtol=1e-9)


def test_without_explanation_the_median_comes_back() -> None:
    y = np.array([7.0, 1.0, 3.0, 100.0, 5.0])
    assert regression(y, np.ones((5, 1)), 0.5, np.ones((1, 5)))[0, 0] == 5.0
    assert regression(y, np.ones((5, 1)), 0.5, [[1, 1, 1, 0, 0]])[0, 0] == 3.0


def test_a_weight_of_two_is_a_place_that_stands_twice() -> None:
    rng = np.random.default_rng(3)
    x, y = np.column_stack([np.ones(15), rng.normal(size=15)]), rng.normal(size=15)
    w = np.ones((1, 15))
    w[0, 4] = 2
    twice = regression(np.append(y, y[4]), np.vstack([x, x[4]]), 0.5, np.ones((1, 16)))
    np.testing.assert_allclose(regression(y, x, 0.5, w), twice)


def test_places_that_determine_no_line_have_none() -> None:
    x = np.column_stack([np.ones(4), [1.0, 1.0, 2.0, 3.0]])
    beta = regression([1, 2, 3, 4], x, 0.5, [[1, 1, 0, 0], [0, 0, 1, 1]])
    assert np.isnan(beta[0]).all()
    np.testing.assert_allclose(beta[1], [1.0, 1.0])


def test_the_loss_weighs_both_sides() -> None:
    assert loss([2.0, -1.0], 0.75) == pytest.approx(2 * 0.75 + 1 * 0.25)
