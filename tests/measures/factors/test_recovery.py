"""What a sample can carry, on the data of `benchmarks.recovery`, with fewer runs and fixed seeds."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import recovery


def rng(seed: int = recovery.SEED) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("rho", "rows", "published"), [(0.2, 41, 0.80), (0.6, 41, 0.68), (0.6, 100, 0.80), (0.6, 300, 0.97)]
)
def test_lmg_recovers_what_the_design_page_says(rho: float, rows: int, published: float) -> None:
    """200 samples; the standard error of the share is about .015, and the design is not fully known."""
    made = recovery.tables(rng(), 200, rows, rho)
    share = recovery.recovered(recovery.lmg_many(recovery.correlated(made.x, made.y)), made.true)
    assert share == pytest.approx(published, abs=0.05)


def test_shares_are_those_of_a_sample_without_end() -> None:
    made = recovery.tables(rng(), 2, 200_000, 0.6)
    found = recovery.lmg_many(recovery.correlated(made.x, made.y))
    np.testing.assert_allclose(found, made.shares, atol=0.005)
    np.testing.assert_allclose(made.shares.sum(axis=1), recovery.EXPLAINED)


def test_intervals_of_the_panel_regression_hold_the_truth() -> None:
    """41 places of 8 years with gaps, errors that drift and differ in spread: at least 90 of 100."""
    held = recovery.covered(rng(), 100, 41)
    counts = {name: round(100 * held[name]) for name in ("β = 1", "β = .5", "β = 0")}
    assert held["refused"] == 0
    assert counts == {"β = 1": 97, "β = .5": 96, "β = 0": 98}
    assert held["sum of lags = 1"] == pytest.approx(93 / 99)  # one of the hundred was refused


def test_with_few_places_intervals_hold_or_are_refused() -> None:
    held = recovery.covered(rng(), 100, 10)
    assert min(held[name] for name in ("β = 1", "β = .5", "β = 0", "sum of lags = 1")) >= 0.90
    assert held["refused"] == pytest.approx(41 / 300)


@pytest.mark.parametrize(("places", "years"), [(41, 1), (41, 8)])
def test_noise_is_called_noise(places: int, years: int) -> None:
    assert recovery.silent(rng(), 100, places, years)["nothing found"] >= 0.95


def test_what_places_always_had_misleads_lmg_and_not_the_panel_regression() -> None:
    """Drivers at random would be found in a quarter of the cases."""
    found = recovery.panels(rng(), 20, 100, 0.2)
    assert found["LMG over all rows"] < 0.4
    assert found["fixed effects"] > 0.8
