"""The treatment of outliers: by hand, against the rule written out plainly, and COINr's defects."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from heban.domain.errors import BadSpec
from heban.measures.index import transforms
from heban.measures.index.treat import Treatment, treat

NAN = np.nan
TAILED = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100])


def column(values: object) -> np.ndarray:
    return np.asarray(values, dtype=float).reshape(-1, 1, 1)


def plain_winsorise(x: np.ndarray, winmax: float) -> tuple[np.ndarray, int]:
    """The rule as one would write it for a single column."""
    x, low, high = x.copy(), np.array([], dtype=int), np.array([], dtype=int)
    while len(low) + len(high) < winmax:
        skew = stats.skew(x, bias=False)
        if abs(skew) < 2 or stats.kurtosis(x, bias=False) < 3.5:
            break
        end = np.flatnonzero(x == (x.max() if skew >= 0 else x.min()))
        rest = np.delete(x, end)
        if np.ptp(rest) == 0:
            break
        x[end] = rest.max() if skew >= 0 else rest.min()
        low, high = (low, end) if skew >= 0 else (end, high)
    return x, len(low) + len(high)


columns_with_tails = st.lists(st.integers(0, 6), min_size=10, max_size=40).flatmap(
    lambda body: st.lists(st.integers(-3000, 3000), min_size=1, max_size=6).map(
        lambda tail: np.array(body + tail, dtype=float)
    )
)


@settings(max_examples=200)
@given(columns_with_tails, st.sampled_from([0, 1, 2, 5, None]))
def test_winsorising_is_the_plain_rule(x: np.ndarray, winmax: int | None) -> None:
    if np.ptp(x) == 0 or len(np.unique(x)) < 3:
        return
    right, moved = plain_winsorise(x, np.inf if winmax is None else winmax)
    made = treat(column(x), steps=("winsorise",), winmax=winmax)
    np.testing.assert_array_equal(made.values.ravel(), right)
    assert made.details.moved.item() == moved
    np.testing.assert_array_equal(made.codes.ravel() == Treatment.LOWERED, x > right)
    np.testing.assert_array_equal(made.codes.ravel() == Treatment.RAISED, x < right)


def test_a_far_outlier_spoils_no_digit_of_the_steps_after_it() -> None:
    near = np.concatenate([TAILED, [-1e9]])
    made = treat(column(near), steps=("winsorise",), winmax=2).values.ravel()
    assert sorted(made)[:3] == [1.0, 1.0, 2.0]
    assert made.max() == 30.0


def test_tied_extremes_move_together_beyond_the_limit() -> None:
    x = np.concatenate([np.arange(60.0) / 60, [50.0] * 3])
    made = treat(column(x), winmax=1, steps=("winsorise",))
    assert made.details.moved.item() == 3
    assert (made.codes.ravel()[-3:] == Treatment.LOWERED).all()


def test_the_log_acts_on_the_original_column_or_with_combine_on_the_winsorised() -> None:
    x = np.exp(np.linspace(0, 12, 40))
    alone = treat(column(x), winmax=2)
    np.testing.assert_allclose(alone.values, transforms.log_ct(column(x)))
    assert alone.details.what.tolist() == ["log_CT"]
    assert (alone.details.moved.item(), alone.details.tried.item()) == (0, 2)
    assert (alone.codes == Treatment.TRANSFORMED).all()
    both = treat(column(x), winmax=2, combine=True)
    first = treat(column(x), winmax=2, steps=("winsorise",))
    np.testing.assert_allclose(both.values, transforms.log_ct(first.values))
    assert both.details.what.tolist() == ["winsorised+log_CT"]
    assert both.codes.ravel()[-2:].tolist() == [Treatment.LOWERED | Treatment.TRANSFORMED] * 2


def test_force_goes_on_to_the_limit() -> None:
    made = treat(column(TAILED), winmax=3, force=True, steps=("winsorise",))
    assert made.details.moved.item() == 3
    # The third step finds the skewness below 0 and moves the lower end.
    assert made.values.ravel().tolist() == [2.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]
    assert made.details.skew_after.item() == pytest.approx(stats.skew(made.values.ravel(), bias=False))


def test_a_column_that_cannot_be_changed_is_named_and_left() -> None:
    binary = column([0.0] * 50 + [1.0])
    columns = [binary, column([7.0] * 51), column([NAN] * 51), column([0.0, 1.0] * 25 + [1.0])]
    values = np.concatenate(columns, axis=2)
    made = treat(values)
    assert made.details.what.tolist() == ["untreatable", "untreatable", "untreatable", "none"]
    assert made.details.passed.tolist() == [False, False, False, True]
    np.testing.assert_array_equal(made.values, values)


def test_winsorising_never_leaves_one_value_only() -> None:
    x = [0.0] * 48 + [1.0, 1.0, 5.0]
    made = treat(column(x), steps=("winsorise",), winmax=None)
    assert sorted(set(made.values.ravel())) == [0.0, 1.0]


def test_absent_cells_stay_absent_and_unmarked() -> None:
    made = treat(column([*TAILED, NAN]))
    assert np.isnan(made.values[-1]).all()
    assert made.codes[-1].item() == Treatment.NONE
    assert made.values.ravel()[-2] == 30.0
    logged = treat(column([*np.exp(np.linspace(0, 12, 40)), NAN]), winmax=1)
    assert logged.codes.ravel()[-2:].tolist() == [Treatment.TRANSFORMED, Treatment.NONE]


def test_defect_07_a_pooled_panel_is_treated_once_for_all_years() -> None:
    rng = np.random.default_rng(2)
    tame = rng.uniform(10, 20, size=(40, 1, 1))
    wild = np.exp(rng.standard_normal((40, 1, 1)) * 2.5)
    panel = np.concatenate([tame, wild], axis=1)
    by_year = treat(panel, pool="year", winmax=1)
    assert by_year.details.what.tolist() == [["none"], ["log_CT"]]
    pooled = treat(panel, winmax=1)
    assert pooled.details.what.tolist() == ["log_CT"]
    assert (pooled.codes == Treatment.TRANSFORMED).all()
    order = np.argsort(panel.ravel(), kind="stable")
    assert (np.diff(pooled.values.ravel()[order]) >= 0).all(), "equal raw values stay equal across years"
    assert not (np.diff(by_year.values.ravel()[order]) >= 0).all()


def test_defect_10_none_is_none() -> None:
    x = column([*TAILED, 1e6])
    made = treat(x, steps="none")
    np.testing.assert_array_equal(made.values, x)
    assert not made.codes.any()
    assert made.details.what.tolist() == ["none"]
    assert not made.details.passed.item()


def test_defect_11_winmax_none_is_no_limit() -> None:
    x = np.concatenate([np.arange(200.0), 10.0 ** np.arange(4, 12)])
    limited = treat(column(x), steps=("winsorise",), winmax=5)
    free = treat(column(x), steps=("winsorise",), winmax=None)
    assert limited.details.moved.item() == 5
    assert not limited.details.passed.item()
    assert free.details.moved.item() > 5
    assert free.details.passed.item()


def test_defect_12_one_parameter_leaves_the_other_defaults_and_absent_values_do_no_harm() -> None:
    x = column([*TAILED, NAN])
    made = treat(x, winmax=1)
    assert made.details.what.tolist() == ["winsorised"]
    np.testing.assert_array_equal(
        made.values, treat(x, winmax=1, skew_limit=2.0, kurt_limit=3.5, steps=("winsorise", "log_CT")).values
    )


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (
            {"steps": ("winsorize",)},
            "steps name 'winsorize'; allowed are winsorise, log_CT, log_CT_plus, log_CT_orig, log_GII, "
            'boxcox, or "none" for no treatment.',
        ),
        ({"steps": "log_CT"}, "steps is 'log_CT'; give a tuple of steps, ('log_CT',), or \"none\"."),
        (
            {"winmax": -1},
            "winmax is -1; it is a whole number of points, 0 or more, or None for no limit.",
        ),
        (
            {"winmax": 2.5},
            "winmax is 2.5; it is a whole number of points, 0 or more, or None for no limit.",
        ),
        (
            {"winmax": None, "force": True},
            "force moves exactly winmax points; with winmax=None it has no end. Give a number.",
        ),
        (
            {"skew_limit": 0},
            "skew_limit is 0 and kurt_limit 3.5; give a number above 0 and a number.",
        ),
        (
            {"pool": np.array([True])},
            "this step pools over 'panel' or 'year'; base years cannot be chosen.",
        ),
        (
            {"steps": ("log_GII",)},
            "log_gii needs a maximum above 1; indicators [0] have none. Take log_ct for them.",
        ),
    ],
)
def test_defect_13_a_bad_parameter_is_an_error(parameters: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadSpec) as refusal:
        treat(column(TAILED / 1000), **parameters)
    assert str(refusal.value) == sentence


def test_defect_15_log_gii_transforms() -> None:
    made = treat(column(TAILED), steps=("log_GII",))
    np.testing.assert_allclose(made.values.ravel(), np.log(TAILED))
    assert made.details.what.tolist() == ["log_GII"]


def test_boxcox_as_a_step_reports_its_power() -> None:
    made = treat(column(np.exp(np.linspace(0, 9, 40))), steps=("boxcox",))
    assert made.details.passed.item()
    assert made.details.power.item() == pytest.approx(transforms.fitted_power(
        column(np.exp(np.linspace(0, 9, 40)))).item())  # fmt: skip
    given = treat(column(np.exp(np.linspace(0, 9, 40))), steps=("boxcox",), power=0.0)
    assert given.details.power.item() == 0.0


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from(["panel", "year"]))
def test_treatment_does_not_depend_on_the_order_or_the_unit(seed: int, pool: str) -> None:
    rng = np.random.default_rng(seed)
    x = np.round(np.exp(rng.standard_normal((30, 3, 4)) * [0.1, 1.0, 1.5, 2.5]), 2)
    x[rng.uniform(size=x.shape) < 0.1] = NAN
    made = treat(x, pool=pool)
    p, t, i = rng.permutation(30), rng.permutation(3), rng.permutation(4)
    moved = treat(x[p][:, t][:, :, i], pool=pool)
    np.testing.assert_allclose(moved.values, made.values[p][:, t][:, :, i], rtol=1e-13)
    np.testing.assert_array_equal(moved.codes, made.codes[p][:, t][:, :, i])
    scaled = treat(x * 1000, pool=pool)
    np.testing.assert_array_equal(scaled.codes, made.codes)
    transformed = made.codes == Treatment.TRANSFORMED
    np.testing.assert_allclose(
        scaled.values, np.where(transformed, made.values + np.log(1000), made.values * 1000)
    )


def test_a_leading_batch_axis_is_so_many_panels() -> None:
    rng = np.random.default_rng(9)
    batch = np.exp(rng.standard_normal((3, 20, 2, 4)) * 1.5)
    for pool in ("panel", "year"):
        made = treat(batch, pool=pool)
        for layer in range(3):
            one = treat(batch[layer], pool=pool)
            np.testing.assert_allclose(made.values[layer], one.values, rtol=1e-13)
            assert made.details.what[layer].tolist() == one.details.what.tolist()
