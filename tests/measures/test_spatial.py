"""Spatial statistics: their formulas written out, planted spills found, the extra asked for by name."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import spatial
from heban.measures.gravity import great_circle

Floats = npt.NDArray[np.float64]


@pytest.fixture
def pysal() -> None:
    """PySAL, which a plain installation lacks; with CI=true its absence is a failure."""
    missing = [name for name in ("libpysal", "esda", "spreg") if find_spec(name) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"{', '.join(missing)} needed in CI; pip install heban[spatial] brings PySAL")
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed; pip install heban[spatial] brings PySAL")


def scattered(n: int, seed: int = 0, k: int = 4) -> spatial.Weights:
    rng = np.random.default_rng(seed)
    km = great_circle(rng.uniform(116, 122, n), rng.uniform(28, 34, n))
    return spatial.nearest([f"p{number:03d}" for number in range(n)], km, k)


def series(values: Floats, weights: spatial.Weights) -> pd.Series[Any]:
    return pd.Series(values, index=list(weights.places))


def clustered(weights: spatial.Weights, rng: np.random.Generator, rho: float = 0.8) -> pd.Series[Any]:
    n = len(weights.places)
    return series(10 + np.linalg.solve(np.eye(n) - rho * weights.shares(), rng.normal(size=n)), weights)


def test_the_nearest_are_the_nearest_and_a_tie_goes_to_the_earlier() -> None:
    at = np.array([0.0, 1.0, 2.0, 4.0])
    made = spatial.nearest("abcd", np.abs(np.subtract.outer(at, at)), 2)
    assert [set(np.flatnonzero(row)) for row in made.matrix] == [{1, 2}, {0, 2}, {0, 1}, {1, 2}]
    assert made.shares().sum(axis=1).tolist() == [1.0] * 4


def test_neighbours_within_a_distance_are_mutual() -> None:
    at = np.array([0.0, 1.0, 3.0, 9.0])
    km = np.abs(np.subtract.outer(at, at))
    made = spatial.within("abcd", km, 2.0)
    assert made.matrix.tolist() == [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert made.islands() == ["d"]
    inverse = spatial.within("abcd", km, 9.0, power=2)
    assert inverse.matrix[0].tolist() == [0.0, 1.0, 1 / 9, 1 / 81]


def test_morans_i_is_its_formula(pysal: None) -> None:
    weights = scattered(50)
    values = clustered(weights, np.random.default_rng(1))
    made = spatial.moran(values, weights, np.random.default_rng(2))
    z = values.to_numpy() - values.mean()
    assert made.statistic == pytest.approx(z @ weights.shares() @ z / (z @ z))
    assert made.expected == pytest.approx(-1 / 49)
    assert made.p < 0.001
    assert made.p_permuted == pytest.approx(0.001)


def test_morans_i_of_values_without_order_is_not_told_and_both_p_agree(pysal: None) -> None:
    weights = scattered(60)
    found = [
        spatial.moran(series(np.random.default_rng(seed).normal(size=60), weights), weights,
                      np.random.default_rng(9))
        for seed in range(40)
    ]  # fmt: skip
    assert sum(made.p < 0.05 for made in found) <= 6
    assert max(abs(made.p - made.p_permuted) for made in found) < 0.08


def test_the_same_seed_gives_the_same_and_numpys_own_chance_is_not_touched(pysal: None) -> None:
    weights = scattered(30)
    values = clustered(weights, np.random.default_rng(1))
    before = np.random.get_state()[1].copy()
    first, second = (spatial.local_moran(values, weights, np.random.default_rng(5)) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert np.array_equal(before, np.random.get_state()[1])


def test_local_indices_add_up_to_the_global_one(pysal: None) -> None:
    weights = scattered(50)
    values = clustered(weights, np.random.default_rng(1))
    local = spatial.local_moran(values, weights, np.random.default_rng(2))
    whole = spatial.moran(values, weights, np.random.default_rng(2)).statistic
    # esda divides by the sample variance, n − 1.
    assert local["index"].sum() / 49 == pytest.approx(whole, rel=1e-9)
    z = values - values.mean()
    lag = weights.shares() @ z.to_numpy()
    names = [f"{'H' if own > 0 else 'L'}{'H' if near > 0 else 'L'}" for own, near in zip(z, lag, strict=True)]
    assert local["quadrant"].tolist() == names


def test_a_planted_cluster_is_found_and_little_else(pysal: None) -> None:
    weights = scattered(120)
    values = series(np.random.default_rng(3).normal(size=120), weights)
    core = [0, *np.flatnonzero(weights.matrix[0])]
    around = sorted({*core, *(j for i in core for j in np.flatnonzero(weights.matrix[i]))})
    values.iloc[around] += 6
    local = spatial.local_moran(values, weights, np.random.default_rng(2), draws=4999)
    assert local["cluster"].iloc[0] == "HH"
    assert set(np.flatnonzero(local["cluster"] == "HH")) <= set(around)
    spots = spatial.hot_spots(values + 10, weights)
    assert spots["spot"].iloc[0] == "hot"
    assert (spots["spot"] == "cold").sum() == 0


def test_getis_and_ords_g_is_its_formula(pysal: None) -> None:
    weights = scattered(40)
    values = clustered(weights, np.random.default_rng(1))
    x, own = values.to_numpy(), weights.matrix + np.eye(40)
    total, squares = own.sum(axis=1), (own**2).sum(axis=1)
    z = (own @ x - x.mean() * total) / (x.std() * np.sqrt((40 * squares - total**2) / 39))
    np.testing.assert_allclose(spatial.hot_spots(values, weights)["z"], z)


def spilling(
    theta: float, n: int = 300, rho: float = 0.3
) -> tuple[pd.Series[Any], pd.DataFrame, spatial.Weights]:
    weights, rng = scattered(n, seed=4), np.random.default_rng(7)
    x, other = rng.normal(size=(2, n))
    shares = weights.shares()
    own = 1.0 * x + theta * shares @ x + 0.5 * other + rng.normal(0, 0.5, n)
    y = np.linalg.solve(np.eye(n) - rho * shares, 2 + own)
    return series(y, weights), pd.DataFrame({"x": x, "other": other}, index=list(weights.places)), weights


@pytest.mark.parametrize(("theta", "word"), [(-1.2, "siphon"), (0.8, "radiation"), (-0.3, "")])
def test_planted_effects_are_found_with_their_word(theta: float, word: str, pysal: None) -> None:
    y, x, weights = spilling(theta)
    made = spatial.durbin(y, x, weights, np.random.default_rng(1))
    shares = weights.shares()
    whole = np.linalg.solve(np.eye(300) - 0.3 * shares, np.eye(300) + theta * shares)
    truth = {"direct": np.trace(whole) / 300, "total": whole.sum() / 300}
    truth["indirect"] = truth["total"] - truth["direct"]  # −0.3 with ρ 0.3 leaves almost nothing
    for kind, value in truth.items():
        found = made.effects.loc[("x", kind)]
        assert found["low"] < value < found["high"], kind
        assert found["low"] < found["estimate"] < found["high"], kind
    assert made.spill["x"] == word
    assert made.coefficients.loc["rho", "low"] < 0.3 < made.coefficients.loc["rho", "high"]
    assert made.rejected == 0


def test_effects_at_the_estimate_are_those_of_the_whole_matrix(pysal: None) -> None:
    y, x, weights = spilling(0.4)
    made = spatial.durbin(y, x, weights, np.random.default_rng(1), draws=200)
    value = made.coefficients["estimate"]
    shares, unit = weights.shares(), np.eye(300)
    whole = np.linalg.solve(unit - value["rho"] * shares, value["other"] * unit + value["W other"] * shares)
    direct, total = np.trace(whole) / 300, whole.sum() / 300
    expected = {"direct": direct, "indirect": total - direct, "total": total}
    for kind, number in expected.items():
        assert made.effects.loc[("other", kind), "estimate"] == pytest.approx(number, rel=1e-9)


def test_the_likelihood_is_at_its_greatest(pysal: None) -> None:
    y, x, weights = spilling(0.4)
    made = spatial.durbin(y, x, weights, np.random.default_rng(1), draws=100)
    shares = weights.shares()
    design = np.column_stack([np.ones(300), x, shares @ x.to_numpy()])

    def likelihood(rho: float) -> float:
        filtered = y.to_numpy() - rho * shares @ y.to_numpy()
        left = filtered - design @ np.linalg.lstsq(design, filtered, rcond=None)[0]
        jacobian = np.linalg.slogdet(np.eye(300) - rho * shares)[1]
        return float(jacobian - 150 * (np.log(2 * np.pi * (left @ left) / 300) + 1))

    rho = made.coefficients.loc["rho", "estimate"]
    assert likelihood(rho) == pytest.approx(made.likelihood, abs=1e-6)
    assert likelihood(rho) >= max(likelihood(rho - 1e-3), likelihood(rho + 1e-3))


def test_the_words_carry_the_numbers(pysal: None) -> None:
    y, x, weights = spilling(-1.2)
    made = spatial.durbin(y, x[["x"]], weights, np.random.default_rng(1))
    found = made.effects.loc[("x", "indirect")]
    low, high = f"{found['low']:.3g}", f"{found['high']:.3g}"
    said = (
        f"One more of x goes with {found['estimate']:.3g} at the neighbours (95% interval {low} to {high}): "
    )
    assert made.sentences("en") == [said + "a siphon."]
    assert made.sentences("zh")[0].endswith(f"（95%区间{low}至{high}）：虹吸。")


def test_without_pysal_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("esda", "libpysal.weights", "spreg.ml_lag"):
        monkeypatch.setitem(sys.modules, name, None)
    weights = scattered(20)
    values = series(np.arange(20.0), weights)
    said = r"^spatial statistics need PySAL, and \w+ is not installed: pip install heban\[spatial\]\.$"
    rng = np.random.default_rng(1)
    with pytest.raises(BadSpec, match=said):
        spatial.moran(values, weights, rng)
    with pytest.raises(BadSpec, match=said):
        spatial.hot_spots(values, weights)
    with pytest.raises(BadSpec, match=said):
        explained = pd.DataFrame({"x": rng.normal(size=20)}, index=list(weights.places))
        spatial.durbin(values, explained, weights, rng)


def test_what_cannot_be_reckoned_is_said() -> None:
    rng, weights = np.random.default_rng(1), scattered(20)
    values = series(np.arange(20.0), weights)
    alone = spatial.contiguous("abcd", [("a", "b")])
    islands = "2 places have no neighbour: c, d. Take the nearest places as neighbours, or leave these out."
    holes = (
        "2 places have no value: p000, p003. Absence is not zero (§1); leave them out of the weights as well."
    )
    x = pd.DataFrame({"x": values, "twice": values * 2})
    cases = [
        (islands, lambda: spatial.moran(pd.Series(1.0, index=list("abcd")), alone, rng)),
        (holes, lambda: spatial.moran(values.drop("p000").replace(3.0, np.nan), weights, rng)),
        ("every place has the same value, so there is nothing to compare.",
         lambda: spatial.hot_spots(values * 0, weights)),
        ("x, twice and their neighbours' means repeat each other; leave one of them out.",
         lambda: spatial.durbin(values**2, x, weights, rng)),
        ("5 places cannot carry 5 parameters; use fewer explanations or more places.",
         lambda: spatial.durbin(*few(), rng)),
        ("a spatial Durbin model needs at least one explanation; give a column of figures.",
         lambda: spatial.durbin(values, x[[]], weights, rng)),
        ("k is 20; 20 places have between 1 and 19 neighbours each.", lambda: scattered(20, k=20)),
        ("distances of a, b are not known; leave out what has no place.",
         lambda: spatial.nearest("ab", np.full((2, 2), np.nan), 1)),
        ("two places stand at the same spot, so an inverse distance has no value; use power 0.",
         lambda: spatial.within("ab", np.zeros((2, 2)), 1.0, power=1)),
        ("weights are finite and not negative; give 0 to places that are no neighbours.",
         lambda: spatial.Weights(("a", "b"), -np.ones((2, 2)))),
        ("no place is its own neighbour; the diagonal of weights is 0.",
         lambda: spatial.Weights(("a", "b"), np.ones((2, 2)))),
    ]  # fmt: skip
    for said, act in cases:
        with pytest.raises(BadSpec) as error:
            act()
        assert str(error.value) == said
    with pytest.raises(UnknownName, match=r"^no place 'z' in the weights\. Known: a, b\.$"):
        spatial.contiguous("ab", [("a", "z")])


def few() -> tuple[pd.Series[Any], pd.DataFrame, spatial.Weights]:
    weights = scattered(5, k=2)
    values = series(np.arange(5.0), weights)
    return values, pd.DataFrame({"x": values**2}), weights
