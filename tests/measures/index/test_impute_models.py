"""Imputation by models: against closed forms and simulations whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.impute import KNNImputer

from heban.domain.errors import BadSpec
from heban.measures.index import impute
from heban.measures.index.impute import Filling

NAN = np.nan


def correlated(
    seed: int, places: int = 60, years: int = 3, share: float = 0.15
) -> tuple[np.ndarray, np.ndarray]:
    """A panel of five correlated indicators, whole and with cells missing at random."""
    rng = np.random.default_rng(seed)
    mixing = rng.standard_normal((5, 5))
    whole = rng.standard_normal((places, years, 5)) @ mixing * [1, 10, 1, 0.01, 1] + [0, 100, 5, 1, -3]
    holed = whole.copy()
    holed[rng.uniform(size=whole.shape) < share] = NAN
    holed[0] = whole[0]
    return whole, holed


MODELS = {
    "regression": impute.regression,
    "neighbours": impute.neighbours,
    "iterative": impute.iterative,
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("pool", ["panel", "year", "base"])
def test_known_cells_stay_and_filled_ones_are_nearer_than_the_mean(name: str, pool: str) -> None:
    whole, holed = correlated(1)
    over = np.array([True, True, False]) if pool == "base" else pool
    made = MODELS[name](holed, pool=over)
    absent = np.isnan(holed)
    np.testing.assert_array_equal(made.values[~absent], whole[~absent])
    assert (made.codes[~absent] == Filling.KNOWN).all()
    assert (made.codes[absent] == Filling[name.upper()]).mean() > 0.98
    sd = whole.std(axis=(0, 1))
    plain = impute.mean(holed).values
    error = [np.nanmean((((found - whole) / sd)[absent]) ** 2) for found in (made.values, plain)]
    assert error[0] < 0.8 * error[1]


@pytest.mark.parametrize("name", MODELS)
def test_order_and_units_do_not_matter(name: str) -> None:
    _, holed = correlated(2)
    rng = np.random.default_rng(0)
    p, t, i = rng.permutation(60), rng.permutation(3), rng.permutation(5)
    made = MODELS[name](holed).values
    np.testing.assert_allclose(
        MODELS[name](holed[p][:, t][:, :, i]).values, made[p][:, t][:, :, i], rtol=1e-6
    )
    units = np.array([1000.0, 0.1, 7.0, 1.0, 1e6])
    np.testing.assert_allclose(MODELS[name](holed * units + 3).values, made * units + 3, rtol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_a_row_of_which_nothing_is_known_is_not_filled(name: str) -> None:
    _, holed = correlated(3)
    holed[7, 1] = NAN
    made = MODELS[name](holed)
    assert (made.codes[7, 1] == Filling.ABSENT).all()
    assert np.isnan(made.values[7, 1]).all()


@pytest.mark.parametrize("name", MODELS)
def test_an_indicator_without_any_value_or_without_spread_disturbs_no_other(name: str) -> None:
    _, holed = correlated(4)
    made = MODELS[name](holed, pool="panel")
    extra = np.concatenate([holed, np.full((60, 3, 1), NAN), np.full((60, 3, 1), 4.0)], axis=2)
    extra[5, 0, 6] = NAN
    wider = MODELS[name](extra, pool="panel")
    np.testing.assert_allclose(wider.values[..., :5], made.values, rtol=1e-9)
    assert np.isnan(wider.values[..., 5]).all()
    assert wider.values[5, 0, 6] == 4.0 or wider.codes[5, 0, 6] == Filling.ABSENT


def test_regression_with_one_hole_is_least_squares() -> None:
    whole, _ = correlated(5, years=1)
    holed = whole.copy()
    holed[9, 0, 2] = NAN
    made = impute.regression(holed, predictors=4).values[9, 0, 2]
    rest = np.delete(whole[:, 0], 9, axis=0)
    others = [0, 1, 3, 4]
    design = np.column_stack([np.ones(59), rest[:, others]])
    slopes = np.linalg.lstsq(design, rest[:, 2], rcond=None)[0]
    assert made == pytest.approx(slopes[0] + whole[9, 0, others] @ slopes[1:], rel=1e-9)


def test_neighbours_are_those_of_scikit_learn() -> None:
    whole, holed = correlated(6, years=1)
    rows = holed[:, 0]
    scale = np.nanstd(rows, axis=0)
    for k, weights in ((1, "equal"), (5, "equal"), (5, "distance")):
        made = impute.neighbours(holed, k=k, weights=weights).values[:, 0]
        reference = KNNImputer(n_neighbors=k, weights="uniform" if weights == "equal" else "distance")
        np.testing.assert_allclose(made, reference.fit_transform(rows / scale) * scale, rtol=1e-7)
    assert whole.shape == holed.shape


def test_neighbours_that_tie_all_count() -> None:
    values = np.array([[0.0, 1.0], [0.0, 3.0], [0.0, 5.0], [9.0, 7.0], [0.0, NAN]])[:, None, :]
    assert impute.neighbours(values, k=2).values[4, 0, 1] == 3.0
    assert impute.neighbours(values, k=2, weights="distance").values[4, 0, 1] == 3.0


def test_em_finds_the_closed_form_of_one_hole_column() -> None:
    """With holes in one column only, the maximum of the likelihood is the regression on the others."""
    whole, _ = correlated(7, years=1, places=80)
    holed = whole.copy()
    holed[:20, 0, 4] = NAN
    made = impute.iterative(holed, tolerance=1e-10)
    design = np.column_stack([np.ones(60), whole[20:, 0, :4]])
    slopes = np.linalg.lstsq(design, whole[20:, 0, 4], rcond=None)[0]
    right = np.column_stack([np.ones(20), whole[:20, 0, :4]]) @ slopes
    np.testing.assert_allclose(made.values[:20, 0, 4], right, rtol=1e-6)
    assert made.converged == (True,)


def test_every_step_of_em_raises_the_likelihood_and_the_end_is_reported() -> None:
    _, holed = correlated(8, share=0.35)
    heights = [impute.iterative(holed, iterations=n).likelihood[0] for n in range(1, 12)]
    assert (np.diff(heights) > 0).all()
    short = impute.iterative(holed, iterations=3)
    assert short.converged == (False,)
    assert short.iterations == (3,)
    assert short.change[0] > 1e-7
    whole = impute.iterative(holed, pool="year")
    assert whole.converged == (True, True, True)
    assert max(whole.change) <= 1e-7


def test_em_without_rows_enough_asks_for_a_ridge() -> None:
    rng = np.random.default_rng(1)
    values = rng.standard_normal((6, 1, 9))
    values[2, 0, 3] = NAN
    with pytest.raises(BadSpec) as refusal:
        impute.iterative(values)
    assert str(refusal.value) == (
        "the covariance of the 9 indicators is singular: too few rows, or one indicator follows from others. "
        "Leave indicators out or give ridge=0.01 or more."
    )
    assert impute.iterative(values, ridge=0.1).converged == (True,)


def test_draws_keep_what_is_known_and_are_reproducible() -> None:
    whole, holed = correlated(9)
    made = impute.draws(holed, m=5, rng=np.random.default_rng(3))
    again = impute.draws(holed, m=5, rng=np.random.default_rng(3))
    np.testing.assert_array_equal(made.values, again.values)
    absent = np.isnan(holed)
    assert made.values.shape == (5, *holed.shape)
    assert (made.values[:, ~absent] == whole[~absent]).all()
    assert (made.codes == np.where(absent, Filling.DRAW, Filling.KNOWN)).all()
    assert made.values[:, absent].std(axis=0).min() > 0
    assert made.converged == 1.0


def test_fixed_draws_have_the_expectation_and_the_residual_spread_of_em() -> None:
    whole, _ = correlated(10, places=200, years=1)
    holed = whole.copy()
    holed[:10, 0, 0] = NAN
    made = impute.draws(holed, m=4000, rng=np.random.default_rng(5), parameters="fixed").values[:, :10, 0, 0]
    best = impute.iterative(holed).values[:10, 0, 0]
    design = np.column_stack([np.ones(190), whole[10:, 0, 1:]])
    left = whole[10:, 0, 0] - design @ np.linalg.lstsq(design, whole[10:, 0, 0], rcond=None)[0]
    np.testing.assert_allclose(made.std(axis=0), left.std(), rtol=0.06)
    np.testing.assert_allclose(made.mean(axis=0), best, atol=0.08 * left.std())


def test_bootstrap_draws_are_wider_than_fixed_ones_and_cover_the_truth() -> None:
    hits, widths = [], {"bootstrap": [], "fixed": []}
    for seed in range(12):
        whole, holed = correlated(seed, places=60, years=1, share=0.12)
        absent = np.isnan(holed)
        for parameters, width in widths.items():
            made = impute.draws(holed, m=40, rng=np.random.default_rng(seed), parameters=parameters)
            cells = made.values[:, absent]
            width.append((cells.std(axis=0) / whole.std(axis=(0, 1))[np.nonzero(absent)[2]]).mean())
            if parameters == "bootstrap":
                low, high = np.quantile(cells, [0.05, 0.95], axis=0)
                hits.append((low <= whole[absent]) & (whole[absent] <= high))
    assert np.mean(widths["bootstrap"]) > np.mean(widths["fixed"])
    # The span of the 5th and 95th percentile of 40 draws holds 0.86 when all is right.
    assert 0.78 < np.concatenate(hits).mean() < 0.94


def test_draws_over_years_and_base_years_have_their_shape() -> None:
    whole, holed = correlated(11)
    for pool in ("year", np.array([True, False, True])):
        made = impute.draws(holed, m=2, rng=np.random.default_rng(1), pool=pool)
        absent = np.isnan(holed)
        assert (made.values[:, ~absent] == whole[~absent]).all()
        assert not np.isnan(made.values).any()


def test_a_constant_indicator_is_drawn_as_itself() -> None:
    _, holed = correlated(12)
    values = np.concatenate([holed, np.full((60, 3, 1), 4.0)], axis=2)
    values[5, 0, 5] = NAN
    made = impute.draws(values, m=3, rng=np.random.default_rng(1))
    assert made.values[:, 5, 0, 5].tolist() == [4.0, 4.0, 4.0]


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda v: impute.regression(v, predictors=0),
            "predictors is 0; it is how many indicators may explain one, 1 or more.",
        ),
        (lambda v: impute.neighbours(v, k=0), "k is 0; at least one neighbour is needed."),
        (lambda v: impute.neighbours(v, weights="near"), "weights is 'near'; it is 'equal' or 'distance'."),
        (
            lambda v: impute.iterative(v, ridge=-1),
            "ridge is -1, tolerance 1e-07, iterations 1000; ridge is 0 or more, tolerance above 0, "
            "iterations 1 or more.",
        ),
        (
            lambda v: impute.draws(v, m=0, rng=np.random.default_rng(1)),
            "m is 0; at least one draw is needed.",
        ),
        (
            lambda v: impute.draws(v, m=1, rng=np.random.default_rng(1), parameters="bayes"),
            "parameters is 'bayes'; it is 'bootstrap' or 'fixed'.",
        ),
        (
            lambda v: impute.iterative(v[None]),
            "values have the shape (1, 60, 3, 5); a model takes place × year × indicator.",
        ),
    ],
)
def test_bad_parameters_are_refused(ask: object, sentence: str) -> None:
    with pytest.raises(BadSpec) as refusal:
        ask(correlated(0)[1])  # type: ignore[operator]
    assert str(refusal.value) == sentence
