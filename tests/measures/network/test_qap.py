"""QAP: against every permutation, against plain least squares, and under the null."""

from __future__ import annotations

import itertools
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from heban.domain.errors import BadSpec
from heban.measures.network.qap import mrqap, qap
from heban.records.flows import Flows
from tests.measures.network.flowcases import flows_of, of_matrix

OFF = ~np.eye(7, dtype=bool)
matrices = hnp.arrays(float, (7, 7), elements=st.integers(0, 50).map(float)).filter(
    lambda matrix: np.ptp(matrix[OFF]) > 0
)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def correlated(left: np.ndarray, right: np.ndarray) -> float:
    off = ~np.eye(len(left), dtype=bool)
    return float(np.corrcoef(left[off], right[off])[0, 1])


@settings(max_examples=40)
@given(matrices, matrices, st.permutations(range(7)), st.floats(0.1, 10), st.floats(-50, 50))
def test_the_correlation_is_pearsons_and_knows_no_unit_order_or_side(
    left: np.ndarray, right: np.ndarray, order: list[int], factor: float, shift: float
) -> None:
    found = qap(left, right, rng(), permutations=9)
    assert found.r == pytest.approx(correlated(left, right), abs=1e-9)
    moved = np.ix_(order, order)
    other = qap(right[moved] * factor + shift, left[moved], rng(), permutations=9)
    assert other.r == pytest.approx(found.r, abs=1e-9)


@pytest.mark.parametrize("density", [0.25, 1.0])
def test_p_is_that_of_all_permutations(density: float) -> None:
    """Sparse and dense networks take different ways to the same sums."""
    chance = rng(4)
    left = chance.uniform(size=(5, 5)) * (chance.uniform(size=(5, 5)) < density)
    right = left + chance.normal(0, 0.4, size=(5, 5))
    orders = [list(order) for order in itertools.permutations(range(5))]
    exact = np.array([correlated(left, right[np.ix_(order, order)]) for order in orders])
    observed = correlated(left, right)
    found = qap(left, right, rng(), permutations=20_000)
    assert found.p_greater == pytest.approx((exact >= observed - 1e-12).mean(), abs=0.006)
    assert found.p_less == pytest.approx((exact <= observed + 1e-12).mean(), abs=0.006)
    assert found.p == pytest.approx((np.abs(exact) >= abs(observed) - 1e-12).mean(), abs=0.006)
    assert found.mean == pytest.approx(exact.mean(), abs=0.01)
    assert found.sd == pytest.approx(exact.std(), abs=0.01)


def test_a_network_goes_with_itself_and_against_its_opposite() -> None:
    matrix = rng(2).uniform(size=(12, 12))
    same, opposite = qap(matrix, matrix, rng(), permutations=99), qap(matrix, -matrix, rng(), permutations=99)
    assert (same.r, same.p_greater, same.p) == (pytest.approx(1), 0.01, 0.01)
    assert (opposite.r, opposite.p_less, opposite.p_greater) == (pytest.approx(-1), 0.01, 1)


def with_rows(seed: int) -> np.ndarray:
    """A network in which the cells of a place depend on each other, as in every real one."""
    chance = rng(seed)
    return np.add.outer(chance.normal(size=12), chance.normal(size=12)) + chance.normal(size=(12, 12)) / 2


def test_p_is_uniform_for_networks_that_have_nothing_to_do_with_each_other() -> None:
    ps = [qap(with_rows(s), with_rows(s + 1000), rng(s), permutations=99).p_greater for s in range(80)]
    assert stats.kstest(ps, "uniform").pvalue > 0.01
    off = ~np.eye(12, dtype=bool)
    naive = [stats.pearsonr(with_rows(s)[off], with_rows(s + 1000)[off]).pvalue for s in range(80)]
    assert np.mean(np.array(naive) < 0.05) > 0.2, (
        "the plain p-value must fail here, or the test proves nothing"
    )


def test_flows_are_put_in_one_order() -> None:
    left = of_matrix(rng(1).poisson(3, size=(6, 6)) * (1 - np.eye(6)))
    right = Flows(left.frame, tuple(reversed(left.places)), True)
    assert qap(left, right, rng(), permutations=9).r == pytest.approx(1)
    assert qap(left, left.matrix(), rng(), permutations=9).r == pytest.approx(1)


@pytest.mark.parametrize("permutations", [1, 7, 50])
def test_blocks_do_not_change_the_draws(permutations: int, monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = with_rows(1), with_rows(2)
    whole = qap(left, right, rng(), permutations=permutations)
    # The package shows the function qap under the name of its module.
    monkeypatch.setattr(import_module("heban.measures.network.qap"), "CELLS", 12 * 12 * 3)
    parts = qap(left, right, rng(), permutations=permutations)
    assert (parts.p, parts.p_greater) == (whole.p, whole.p_greater)
    assert (parts.mean, parts.sd) == pytest.approx((whole.mean, whole.sd), abs=1e-12)


def test_the_regression_is_least_squares_and_finds_what_drives() -> None:
    one, two, noise = with_rows(1), with_rows(2), rng(3).normal(size=(12, 12))
    drivers = {"one": one, "two": two, "idle": with_rows(4)}
    found = mrqap(2 * one - two + noise, drivers, rng(), permutations=499)
    off = ~np.eye(12, dtype=bool)
    design = np.column_stack([np.ones(off.sum()), *(driver[off] for driver in drivers.values())])
    y = (2 * one - two + noise)[off]
    plain, rest, *_ = np.linalg.lstsq(design, y, rcond=None)
    np.testing.assert_allclose(found["coefficient"], plain)
    spread = np.linalg.inv(design.T @ design).diagonal() * rest[0] / (len(y) - 4)
    np.testing.assert_allclose(found["t"][1:], (plain / np.sqrt(spread))[1:])
    assert found.loc[["one", "two"], "p"].tolist() == [1 / 500, 1 / 500]
    assert found.loc["idle", "p"] > 0.05
    assert np.isnan(found.loc["intercept", "p"])


def test_the_p_of_a_regression_is_uniform_under_the_null_though_drivers_go_together() -> None:
    ps = []
    for seed in range(60):
        one = with_rows(seed)
        two = one + with_rows(seed + 500)
        found = mrqap(one + with_rows(seed + 900), {"one": one, "two": two}, rng(seed), permutations=99)
        ps.append(found.loc["two", "p"])
    assert stats.kstest(ps, "uniform").pvalue > 0.01


def refusal(act: object) -> str:
    with pytest.raises(BadSpec) as refused:
        act()
    return str(refused.value)


def test_refusals_say_what_to_do() -> None:
    good = with_rows(1)
    assert refusal(lambda: qap(good, np.ones((12, 12)), rng())) == (
        "all cells of the right network are equal, so that nothing can go together with them."
    )
    assert refusal(lambda: qap(good, good[:5, :5], rng())) == (
        "the two networks are of 12 and 5 places; give the same places."
    )
    assert refusal(lambda: qap(good[:5], good, rng())) == (
        "the left network has the shape (5, 12); it takes a square matrix of 3 places or more."
    )
    holed = good.copy()
    holed[1, 2] = holed[3, 3] = np.nan
    assert refusal(lambda: qap(good, holed, rng())) == (
        "cells of the right network that are not known: 1; absence is not zero (§1). "
        "Leave out the places they belong to, or find the values."
    )
    assert refusal(lambda: qap(flows_of([]), flows_of([], tuple("abcdeg")), rng())) == (
        "the two networks have different universes; only one has f, g."
    )
    assert refusal(lambda: mrqap(good, {"one": good, "twice": 2 * good}, rng())) == (
        "the drivers one, twice add up to one another or do not vary. Leave one of them out."
    )
    assert refusal(lambda: mrqap(good, {}, rng())) == (
        "a regression of networks needs at least one driver; `drivers` is empty."
    )
    assert refusal(lambda: qap(good, good, rng(), permutations=0)) == (
        "permutations is 0; a test needs at least 1, and 2000 are usual."
    )
