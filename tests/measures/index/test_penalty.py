"""Mazziotta–Pareto: by hand and by its laws."""

from __future__ import annotations

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.index.penalty import ampi, mazziotta_pareto, mpi

NAN = float("nan")


def test_the_penalty_by_hand() -> None:
    # Mean 100, population deviation 10: cv = 0.1, penalty 10 · 0.1 = 1.
    assert float(mazziotta_pareto([90.0, 110.0])) == pytest.approx(99)
    assert float(mazziotta_pareto([90.0, 110.0], sign=1)) == pytest.approx(101)
    assert float(mazziotta_pareto([90.0, 110.0], [3, 1])) == pytest.approx(95 - 75 / 95)
    assert float(mazziotta_pareto([80.0, NAN])) == 80


def test_mpi_is_centred_and_blind_to_units() -> None:
    scores = np.random.default_rng(0).uniform(5, 50, (30, 4, 3))
    scores[3, 2, 1] = NAN
    found = mpi(scores)
    np.testing.assert_allclose(mpi(scores * [1, 100, 0.1] + [5, 0, -3]), found, rtol=1e-9)
    assert (found < mpi(scores, sign=1)).all()
    np.testing.assert_allclose(mpi(scores[:, 1]), found[:, 1], rtol=1e-12)
    assert not np.allclose(mpi(scores, pool="panel"), found)
    single = mpi(scores[..., :1])
    np.testing.assert_allclose(single.mean(axis=0), 100)
    np.testing.assert_allclose(single.std(axis=0), 10)


def test_ampi_runs_from_70_to_130_and_100_is_the_reference() -> None:
    scores = np.array([[[0.0], [5.0]], [[10.0], [2.5]]])
    np.testing.assert_allclose(ampi(scores)[..., 0:], [[70, 100], [130, 85]])
    np.testing.assert_allclose(ampi(scores, reference=[5.0]), [[70, 100], [130, 85]])
    np.testing.assert_allclose(ampi(scores, reference=[0.0]), [[100, 130], [160, 115]])
    np.testing.assert_allclose(ampi(scores, goalposts=[(0, 20)]), [[70, 85], [100, 77.5]])


def test_a_child_that_is_the_same_everywhere_counts_as_100() -> None:
    scores = np.array([[1.0, 7.0], [3.0, 7.0], [NAN, 7.0], [NAN, NAN]])
    np.testing.assert_allclose(mpi(scores[:, 1:]), [100, 100, 100, NAN])
    np.testing.assert_allclose(ampi(scores[:, 1:]), [100, 100, 100, NAN])
    np.testing.assert_allclose(ampi(scores), [85 - 225 / 85, 115 - 225 / 115, 100, NAN])


def test_a_child_absent_everywhere_is_no_child() -> None:
    scores = np.array([[1.0, NAN], [3.0, NAN]])
    np.testing.assert_allclose(mpi(scores), mpi(scores[:, :1]))
    np.testing.assert_allclose(ampi(scores), ampi(scores[:, :1]))


def test_draws_are_a_free_axis() -> None:
    scores = np.random.default_rng(1).uniform(5, 50, (4, 6, 2, 3))
    for kernel in (mpi, ampi):
        np.testing.assert_allclose(kernel(scores)[2], kernel(scores[2]))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(BadSpec) as caught:
        mazziotta_pareto([[1.0, -3.0]])
    assert str(caught.value) == (
        "the Mazziotta–Pareto penalty divides by the mean of the children, which must be above 0; "
        "the least is -1. "
        "Standardise to mean 100 and deviation 10 first, as mpi does."
    )
    with pytest.raises(BadSpec) as caught:
        mazziotta_pareto([1.0], sign=0)  # type: ignore[arg-type]
    assert str(caught.value) == "sign is -1 (imbalance lowers the score) or 1 (raises it), not 0."
    with pytest.raises(BadSpec) as caught:
        ampi([[1.0], [2.0]], goalposts=[(5, 5)])
    assert str(caught.value) == "goalposts are (low, high) with low below high, for each of 1 children."
    with pytest.raises(BadSpec) as caught:
        ampi([[1.0], [2.0]], reference=[NAN])
    assert str(caught.value) == "a reference is a finite number for each child."
    with pytest.raises(BadSpec):
        mpi([[1.0], [2.0]], pool="decade")  # type: ignore[arg-type]
    with pytest.raises(BadSpec):
        mpi([1.0, 2.0])
