"""Imputation by one figure and along time: by hand, and the defects of COINr that concern it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.index import impute
from heban.measures.index.impute import Filling

NAN = np.nan
TWO_YEARS = np.array([[[1.0], [10.0]], [[3.0], [NAN]], [[NAN], [20.0]], [[8.0], [60.0]]])


def series(*values: float) -> np.ndarray:
    return np.array(values).reshape(1, -1, 1)


def test_a_constant_for_all_or_for_each_indicator() -> None:
    values = np.array([[[NAN, NAN, 1.0]]])
    assert impute.constant(values, value=7).values.tolist() == [[[7.0, 7.0, 1.0]]]
    made = impute.constant(values, value=[7, NAN, 9])
    np.testing.assert_array_equal(made.values, [[[7.0, NAN, 1.0]]])
    assert made.codes.tolist() == [[[Filling.CONSTANT, Filling.ABSENT, Filling.KNOWN]]]
    assert made.count == 1


def test_means_and_medians_of_a_year_the_panel_or_base_years() -> None:
    filled = {
        pool: (impute.mean(TWO_YEARS, pool=pool).values, impute.median(TWO_YEARS, pool=pool).values)
        for pool in ("year", "panel")
    }
    assert (filled["year"][0][2, 0, 0], filled["year"][0][1, 1, 0]) == (4.0, 30.0)
    assert (filled["year"][1][2, 0, 0], filled["year"][1][1, 1, 0]) == (3.0, 20.0)
    assert (filled["panel"][0][2, 0, 0], filled["panel"][0][1, 1, 0]) == (17.0, 17.0)
    assert (filled["panel"][1][2, 0, 0], filled["panel"][1][1, 1, 0]) == (9.0, 9.0)
    base = impute.mean(TWO_YEARS, pool=np.array([True, False]))
    assert base.values[1, 1, 0] == 4.0


def test_groups_without_a_known_value_and_places_without_a_group_stay_absent() -> None:
    values = np.array([1.0, NAN, NAN, NAN, 5.0, 9.0]).reshape(-1, 1, 1)
    groups = [0, 0, 1, -1, -1, 0]
    made = impute.group_mean(values, groups)
    np.testing.assert_array_equal(made.values.ravel(), [1, 5, NAN, NAN, 5, 9])
    assert made.codes.ravel().tolist() == [0, Filling.GROUP_MEAN, -1, -1, 0, 0]
    assert impute.group_median(values, groups).codes.ravel().tolist()[1] == Filling.GROUP_MEDIAN


def test_the_mean_of_the_row_is_taken_on_a_common_scale_and_in_the_direction() -> None:
    values = np.array([[[0.0, 100.0, 5.0]], [[10.0, 300.0, 6.0]], [[2.5, NAN, 9.0]]])
    up = impute.row_mean(values, groups=[0, 0, 1])
    assert up.values[2, 0, 1] == 150.0
    down = impute.row_mean(values, [1, -1, 1], groups=[0, 0, 1])
    assert down.values[2, 0, 1] == 250.0
    plain = impute.row_mean(values, groups=[0, 0, 1], rescale=False)
    assert plain.values[2, 0, 1] == 2.5
    alone = impute.row_mean(values, groups=[0, 1, 2])
    assert alone.codes[2, 0, 1] == Filling.ABSENT


def test_linear_follows_the_years_not_their_positions() -> None:
    made = impute.linear(series(0.0, NAN, NAN, 10.0), [2010, 2011, 2018, 2020])
    assert made.values.ravel().tolist() == [0.0, 1.0, 8.0, 10.0]
    assert made.codes.ravel().tolist() == [0, Filling.LINEAR, Filling.LINEAR, 0]


def test_linear_bridges_no_gap_beyond_the_limit_and_extrapolates_only_when_told() -> None:
    values, years = series(NAN, 1.0, NAN, 3.0, NAN, 6.0, NAN), [2008, 2010, 2011, 2012, 2014, 2015, 2016]
    made = impute.linear(values, years, limit=1)
    np.testing.assert_array_equal(made.values.ravel(), [NAN, 1, 2, 3, NAN, 6, NAN])
    wide = impute.linear(values, years, limit=2, outside=True)
    np.testing.assert_array_equal(wide.values.ravel(), [1, 1, 2, 3, 5, 6, 6])
    near = impute.linear(values, years, limit=1, outside=True)
    np.testing.assert_array_equal(near.values.ravel(), [NAN, 1, 2, 3, NAN, 6, 6])


def test_geometric_interpolation_grows_at_a_constant_rate() -> None:
    made = impute.linear(series(1.0, NAN, NAN, 8.0), [1, 2, 3, 4], geometric=True)
    np.testing.assert_allclose(made.values.ravel(), [1, 2, 4, 8])
    assert made.values.ravel()[[0, 3]].tolist() == [1.0, 8.0]


def test_latest_looks_back_only_and_carried_also_forward_at_the_start() -> None:
    values, years = series(NAN, 5.0, NAN, NAN), [2010, 2011, 2012, 2015]
    np.testing.assert_array_equal(impute.latest(values, years).values.ravel(), [NAN, 5, 5, 5])
    np.testing.assert_array_equal(impute.latest(values, years, limit=3).values.ravel(), [NAN, 5, 5, NAN])
    np.testing.assert_array_equal(impute.carried(values, years).values.ravel(), [5, 5, 5, 5])
    np.testing.assert_array_equal(impute.carried(values, years, limit=0).values, values)


def test_one_known_year_or_none_is_no_error() -> None:
    for rule in (impute.linear, impute.latest, impute.carried):
        assert np.isnan(rule(series(NAN, NAN), [1, 2]).values).all()
    assert np.isnan(impute.linear(series(3.0, NAN), [1, 2]).values[0, 1, 0])


ALONG_TIME = {
    "linear": impute.linear,
    "linear outside": lambda v, y, limit: impute.linear(v, y, limit=limit, outside=True),
    "latest": impute.latest,
    "carried": impute.carried,
}


@pytest.mark.parametrize("name", ALONG_TIME)
@settings(max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([None, 1, 3]))
def test_defect_09_years_in_any_order_are_filled_alike(name: str, seed: int, limit: int | None) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 50, size=(4, 7, 3)).astype(float)
    values[rng.uniform(size=values.shape) < 0.5] = NAN
    years = np.cumsum(rng.integers(1, 4, size=7))
    order = rng.permutation(7)
    made = ALONG_TIME[name](values, years, limit=limit)
    moved = ALONG_TIME[name](values[:, order], years[order], limit=limit)
    np.testing.assert_array_equal(moved.values, made.values[:, order])
    np.testing.assert_array_equal(moved.codes, made.codes[:, order])
    np.testing.assert_array_equal(made.values[~np.isnan(values)], values[~np.isnan(values)])


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_linear_is_that_of_numpy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 50, size=(3, 8, 2))
    values[rng.uniform(size=values.shape) < 0.5] = NAN
    years = np.cumsum(rng.integers(1, 5, size=8)).astype(float)
    made = impute.linear(values, years, outside=True).values
    for place, indicator in np.ndindex(3, 2):
        known = ~np.isnan(values[place, :, indicator])
        if known.any():
            right = np.interp(years, years[known], values[place, known, indicator])
            np.testing.assert_allclose(made[place, :, indicator], right, rtol=1e-12)


def test_a_leading_batch_axis_is_so_many_panels() -> None:
    rng = np.random.default_rng(4)
    batch = rng.uniform(1, 9, size=(2, 6, 4, 3))
    batch[rng.uniform(size=batch.shape) < 0.3] = NAN
    rules = [
        impute.mean,
        impute.median,
        impute.row_mean,
        lambda v: impute.group_median(v, [0, 0, 0, 1, 1, 1]),
        lambda v: impute.linear(v, range(4)),
        lambda v: impute.latest(v, range(4)),
    ]
    for rule in rules:
        for layer in (0, 1):
            np.testing.assert_array_equal(rule(batch).values[layer], rule(batch[layer]).values)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda v: impute.linear(v, [2010, 2010]),
            "years are [2010.0, 2010.0]; the values need 2 different labels.",
        ),
        (
            lambda v: impute.latest(v, [2010, 2011], limit=-1),
            "limit is -1; it is a number of years, 0 or more, or None for no limit.",
        ),
        (
            lambda v: impute.linear(v * 0, [1, 2], geometric=True),
            "geometric interpolation needs values above 0; leave geometric=False for this indicator.",
        ),
        (
            lambda v: impute.group_mean(v, [0.5, 1, 1, 1]),
            "groups are (4,) of float64; a whole number for each place, 4 of them, negative for no group.",
        ),
        (
            lambda v: impute.constant(v, value=[1, 2]),
            "value has the shape (2,); a number, or one for each of 1 indicators (NaN fills nothing).",
        ),
        (
            lambda v: impute.mean(v, pool="all"),
            "pool is 'all'; it is 'panel', 'year' or a boolean mask of the base years.",
        ),
    ],
)
def test_bad_parameters_are_refused(ask: object, sentence: str) -> None:
    with pytest.raises(BadSpec) as refusal:
        ask(TWO_YEARS)  # type: ignore[operator]
    assert str(refusal.value) == sentence
