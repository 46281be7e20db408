"""Covariances beside their definitions, summed pair by pair, and their coverage."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import gravity
from tests.measures.gravity.dummies import Plain, independent, newton, plain, simulated

Floats = npt.NDArray[np.float64]
End = tuple[int, int, int]


def sandwich(model: Plain, together: Callable[[End, End], bool]) -> Floats:
    """Σ over all observations that hang together of s s′, between two inverse informations."""
    _, mean, inverse = newton(model)
    each = model.x * (model.y - mean)[:, None]
    joined = np.array([[together(a, b) for b in model.ends] for a in model.ends], dtype=float)
    return inverse @ each.T @ joined @ each @ inverse


def small_sample(model: Plain, clusters: int) -> float:
    rows, columns = model.x.shape
    return clusters / (clusters - 1) * (rows - 1) / (rows - columns)


def design(directed: bool) -> tuple[gravity.Covariates, Plain, object]:
    flows, known = simulated(np.random.default_rng(2), places=9, years=2, directed=directed, size=3.0)
    model = plain(flows, known)
    return known, Plain(independent(model.x), model.y, model.ends, model.terms), flows


@pytest.mark.parametrize("directed", [True, False])
def test_by_pair_both_directions_and_all_years_hang_together(directed: bool) -> None:
    known, model, flows = design(directed)
    made = gravity.fit(flows, known, cluster="pair")
    plainly = sandwich(model, lambda a, b: {a[1], a[2]} == {b[1], b[2]})[:2, :2]
    np.testing.assert_allclose(made.covariance, plainly * small_sample(model, 36), rtol=1e-7)
    assert (made.spread.clusters, made.spread.factor) == (36, pytest.approx(small_sample(model, 36)))


@pytest.mark.parametrize("directed", [True, False])
def test_by_place_all_pairs_with_a_place_in_common_hang_together(directed: bool) -> None:
    known, model, flows = design(directed)
    made = gravity.fit(flows, known, cluster="place")
    plainly = sandwich(model, lambda a, b: bool({a[1], a[2]} & {b[1], b[2]}))[:2, :2]
    roots, vectors = np.linalg.eigh(plainly)
    assert (roots[0] < 0) is not directed  # one of the two needs the repair
    repaired = (vectors * np.maximum(roots, 0)) @ vectors.T
    np.testing.assert_allclose(made.covariance, repaired * small_sample(model, 9), rtol=1e-7)


def test_two_ways_add_origins_and_destinations_and_take_off_what_is_both() -> None:
    known, model, flows = design(True)
    made = gravity.fit(flows, known, cluster="two_way")
    gives = sandwich(model, lambda a, b: a[1] == b[1]) * small_sample(model, 9)
    takes = sandwich(model, lambda a, b: a[2] == b[2]) * small_sample(model, 9)
    both = sandwich(model, lambda a, b: a[1:] == b[1:]) * small_sample(model, 72)
    plainly = (gives + takes - both)[:2, :2]
    assert np.linalg.eigvalsh(plainly)[0] > 0
    np.testing.assert_allclose(made.covariance, plainly, rtol=1e-7)
    assert made.spread.clusters == 9


def test_a_covariance_is_never_negative() -> None:
    for seed, cluster in itertools.product(range(12), ("two_way", "place")):
        flows, known = simulated(np.random.default_rng(seed), places=5, years=1, size=3.0)
        made = gravity.fit(flows, known, cluster=cluster)
        assert np.linalg.eigvalsh(made.covariance)[0] >= -1e-12


def test_intervals_by_pair_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(100):
        flows, known = simulated(np.random.default_rng(seed), places=25, years=2, directed=False, size=2.0)
        found = gravity.fit(flows, known).coefficients.set_index("name")
        held += int(found.loc["same", "low"] <= 0.6 <= found.loc["same", "high"])
    # Binomial(100, 0.95) lies in 88..100 but for one run in 200; too narrow intervals fall below.
    assert 88 <= held <= 100


def test_what_cannot_be_clustered_is_said() -> None:
    flows, known = simulated(np.random.default_rng(2), directed=False, size=3.0)
    said = "^an undirected network has no origins and destinations to cluster by; cluster by 'place'.$"
    with pytest.raises(BadSpec, match=said):
        gravity.fit(flows, known, cluster="two_way")
    with pytest.raises(
        UnknownName, match=r"^no clustering 'pairs' in the gravity model\. Near names: pair\.$"
    ):
        gravity.fit(flows, known, cluster="pairs")  # type: ignore[arg-type]
