"""Sobol' indices against functions whose indices are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.uncertainty import design, sobol


def ishigami(points: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices() -> tuple[np.ndarray, np.ndarray, float]:
    """The closed form for a = 7, b = 0.1: Saltelli et al., Global Sensitivity Analysis (2008), p. 179."""
    a, b = 7.0, 0.1
    variance = a**2 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18 + 0.5
    one = (1 + b * np.pi**4 / 5) ** 2 / 2
    two = a**2 / 8
    with_three = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    first = np.array([one, two, 0.0]) / variance
    return first, np.array([one + with_three, two, with_three]) / variance, variance


def test_ishigami_by_sobol_sequence() -> None:
    first, total, variance = ishigami_indices()
    found = sobol.of_function(ishigami, [1, 1, 1], base=2**13, rng=np.random.default_rng(1))
    assert found.first == pytest.approx(first, abs=0.015)
    assert found.total == pytest.approx(total, abs=0.01)
    assert found.variance == pytest.approx(variance, rel=0.01)
    assert found.rows.tolist() == [2**13] * 3


def test_ishigami_by_monte_carlo_lies_within_its_intervals() -> None:
    first, total, _ = ishigami_indices()
    found = sobol.of_function(
        ishigami, [1, 1, 1], base=4000, rng=np.random.default_rng(3), design="monte_carlo", bootstrap=400
    )
    inside = (found.first_low - 0.02 <= first) & (first <= found.first_high + 0.02)
    inside &= (found.total_low - 0.02 <= total) & (total <= found.total_high + 0.02)
    assert inside.all()
    assert (found.first_low < found.first).all() and (found.first < found.first_high).all()


def test_inputs_of_several_columns_move_as_a_whole() -> None:
    # y = x₁ + x₂ + 2x₃ with x₁ and x₂ one input: variances 2, 4 of 6.
    found = sobol.of_function(
        lambda u: u[:, 0] + u[:, 1] + 2 * u[:, 2], [2, 1], base=2**12, rng=np.random.default_rng(0)
    )
    assert found.first == pytest.approx([1 / 3, 2 / 3], abs=0.01)
    assert found.total == pytest.approx([1 / 3, 2 / 3], abs=0.01)


def test_two_inputs_by_hand() -> None:
    # y = x₁ + x₁x₂ over {0, 1} × {0, 1, 2}: rows 0, 0, 0 and 1, 2, 3; mean 1, variance 14/6 − 1 = 4/3.
    # E(y|x₁) = 0, 2 → 1; E(y|x₂) = 0.5, 1, 1.5 → 1/6; V(y|x₁) = 0, 2/3 → 1/3; V(y|x₂) = 1/4, 1, 9/4 → 7/6.
    found = sobol.exact([0.0, 0.0, 0.0, 1.0, 2.0, 3.0], [2, 3])
    assert found.mean == pytest.approx(1.0)
    assert found.variance == pytest.approx(4 / 3)
    assert found.first == pytest.approx([3 / 4, 1 / 8])
    assert found.total == pytest.approx([7 / 8, 1 / 4])


def test_estimates_tend_to_the_exact_indices_of_a_finite_design() -> None:
    values = np.random.default_rng(5).normal(size=(4, 3, 2))
    exact = sobol.exact(values.ravel(), [4, 3, 2])

    def function(points: np.ndarray) -> np.ndarray:
        at = (points * [4, 3, 2]).astype(int)
        return values[at[:, 0], at[:, 1], at[:, 2]]

    found = sobol.of_function(function, [1, 1, 1], base=2**14, rng=np.random.default_rng(2))
    assert found.first == pytest.approx(exact.first, abs=0.02)
    assert found.total == pytest.approx(exact.total, abs=0.02)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_exact_indices_obey_the_law_of_total_variance(seed: int) -> None:
    counts = [3, 2, 4]
    found = sobol.exact(np.random.default_rng(seed).normal(size=24), counts)
    assert (found.first >= -1e-12).all() and (found.total <= 1 + 1e-12).all()
    assert (found.first <= found.total + 1e-12).all()
    assert found.first.sum() <= 1 + 1e-12 <= found.total.sum() + 2e-12


def test_many_results_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(4)
    results = rng.normal(size=(5 * 50, 2, 3))
    together = sobol.estimated(results, 3)
    alone = sobol.estimated(results[:, 1, 2], 3)
    assert together.first.shape == (3, 2, 3)
    assert together.first[:, 1, 2] == pytest.approx(alone.first, rel=1e-12)
    assert together.total[:, 1, 2] == pytest.approx(alone.total, rel=1e-12)


def test_a_result_that_never_changes_has_no_indices() -> None:
    found = sobol.estimated(np.full(40, 0.1) * (1 + 1e-15), 2)
    assert found.variance == 0
    assert np.isnan(found.first).all() and np.isnan(found.total).all()
    assert np.isnan(sobol.exact(np.full(6, 0.3), [2, 3]).first).all()


def test_defect_17_a_failed_run_costs_its_row_only() -> None:
    rows = design.swapped(256, [1, 1, 1], np.random.default_rng(0))
    results = ishigami(rows)
    whole = sobol.estimated(results, 3)
    results[2 * 256 + 7] = np.nan  # one run of AB₁
    found = sobol.estimated(results, 3)
    assert found.rows.tolist() == [255, 256, 256]
    assert np.isfinite(found.first).all() and np.isfinite(found.total).all()
    assert found.first[1:] == pytest.approx(whole.first[1:], rel=1e-12)
    assert found.first[0] == pytest.approx(whole.first[0], abs=0.05)
    results[3] = np.nan  # one run of A is in every row 3
    assert sobol.estimated(results, 3).rows.tolist() == [254, 255, 255]
    boot = sobol.estimated(results, 3, bootstrap=20, rng=np.random.default_rng(0))
    assert np.isfinite(boot.first_low).all()


def test_defect_17_exact_indices_leave_failed_combinations_out() -> None:
    found = sobol.exact([0.0, np.nan, 2.0, 3.0], [2, 2])
    assert found.rows.tolist() == [3, 3]
    assert np.isfinite(found.first).all()
    # V = 14/9; E(y|x₁) = 0, 2.5 of sizes 1, 2 → 25/18: S₁ = 25/28.
    assert found.first[0] == pytest.approx(25 / 28)


def test_defect_18_the_estimator_is_centred() -> None:
    """A result far from 0 must not spoil the first order index: COINr's is not centred."""
    rng = np.random.default_rng(11)
    errors, plain = [], []
    for _ in range(40):
        rows = rng.uniform(size=(100, 4))
        a, b = rows[:, :2], rows[:, 2:]
        mixed = [np.column_stack([b[:, 0], a[:, 1]]), np.column_stack([a[:, 0], b[:, 1]])]
        results = np.concatenate([block @ [1.0, 1.0] + 10 for block in (a, b, *mixed)])
        errors.append(sobol.estimated(results, 2).first[0] - 0.5)
        uncentred = (results[100:200] * (results[200:300] - results[:100])).mean() / results[:200].var(ddof=1)
        plain.append(uncentred - 0.5)
    assert np.std(errors) < 0.15
    assert np.std(plain) > 5 * np.std(errors)


def test_defect_18_the_estimate_does_not_depend_on_the_level_of_the_result() -> None:
    results = np.random.default_rng(1).normal(size=60)
    near, far = sobol.estimated(results, 4), sobol.estimated(results + 1e4, 4)
    assert far.first == pytest.approx(near.first, abs=1e-7)


def test_defect_19_the_bootstrap_resamples_whole_rows() -> None:
    """An index of 1 is 1 in every resample only if variance and products come from the same rows."""
    rng = np.random.default_rng(8)
    a, b = rng.normal(size=(2, 60))
    # The second input does nothing: AB₂ = A, so T₂ = 0 and S₂ = 0 in every resample.
    found = sobol.estimated(np.concatenate([a, b, b, a]), 2, bootstrap=200, rng=rng)
    assert found.first_low[1] == found.first_high[1] == 0
    assert found.total_low[1] == found.total_high[1] == 0
    # T₁ = Σ(a − b)²/(2nV) with V of the same rows scatters far less than with V held fixed.
    times = np.random.default_rng(0).multinomial(60, np.full(60, 1 / 60), size=2000)
    fixed = (times @ (a - b) ** 2) / 60 / 2 / np.concatenate([a, b]).var(ddof=1)
    joint = found.total_high[0] - found.total_low[0]
    assert joint < 0.8 * (np.quantile(fixed, 0.95) - np.quantile(fixed, 0.05))


def test_wrong_sizes_are_refused() -> None:
    with pytest.raises(BadSpec) as error:
        sobol.estimated(np.zeros(9), 2)
    assert str(error.value) == "9 results are not base · (2 inputs + 2) with a base of 2 or more."
    with pytest.raises(BadSpec) as error:
        sobol.estimated(np.zeros(8), 2, bootstrap=10)
    assert str(error.value) == "bootstrap resamples at random; give it a generator, rng=."
    with pytest.raises(BadSpec) as error:
        sobol.exact(np.zeros(5), [2, 3])
    assert str(error.value) == "5 results are not the 2 × 3 combinations."
