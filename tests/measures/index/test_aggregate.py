"""Means, median and ordered weighted average: by hand, and the laws they keep."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from heban.domain.errors import BadSpec
from heban.measures.index.aggregate import arithmetic, geometric, harmonic, median, owa, power
from heban.measures.index.outranking import copeland
from heban.measures.index.penalty import mazziotta_pareto

NAN = float("nan")
WIDE, NARROW = np.ones((3, 2)), np.ones((2, 2))
Kernel = Callable[..., np.ndarray]


def squares(scores: object, weights: object = None, *, threshold: float = 0.0) -> np.ndarray:
    return power(scores, weights, exponent=2, threshold=threshold)


def weak_first(scores: object, weights: object = None, *, threshold: float = 0.0) -> np.ndarray:
    return owa(scores, weights, exponent=3, threshold=threshold)


KERNELS: list[Kernel] = [arithmetic, geometric, harmonic, squares, median, weak_first, mazziotta_pareto]
MEANS: list[Kernel] = [arithmetic, geometric, harmonic, squares, median, weak_first]
each_kernel = pytest.mark.parametrize("kernel", KERNELS, ids=lambda f: f.__name__)

scores_of = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 5), st.integers(1, 6)), elements=st.floats(1, 100)
)


@st.composite
def groups(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Scores (place, child) with holes, and weights above 0."""
    scores = draw(scores_of)
    holes = draw(hnp.arrays(np.bool_, scores.shape))
    weights = draw(hnp.arrays(np.float64, scores.shape[1], elements=st.floats(0.1, 10)))
    return np.where(holes, np.nan, scores), weights


def test_the_means_by_hand() -> None:
    scores = [2.0, 8.0]
    assert float(arithmetic(scores, [1, 3])) == pytest.approx(6.5)
    assert float(geometric(scores, [1, 3])) == pytest.approx(2**0.25 * 8**0.75)
    assert float(harmonic(scores, [1, 3])) == pytest.approx(4 / (1 / 2 + 3 / 8))
    assert float(power(scores, [1, 3], exponent=3)) == pytest.approx(((8 + 3 * 512) / 4) ** (1 / 3))
    assert float(power(scores, exponent=0)) == pytest.approx(4)
    assert float(power(scores, exponent=-1)) == pytest.approx(float(harmonic(scores)))


def test_the_weighted_median_by_hand() -> None:
    assert float(median([1.0, 5.0, 9.0], [1, 1, 4])) == 9
    assert float(median([1.0, 5.0, 9.0], [2, 1, 1])) == 3  # half of the weight lies at 1
    assert float(median([9.0, 1.0, 5.0])) == 5
    assert float(median([0.3, 0.1, 0.2, 7.0], [0.1, 0.1, 0.1, 0.3])) == pytest.approx(3.65)


def test_owa_by_hand() -> None:
    assert float(owa([1.0, 5.0, 3.0], order=[1, 0, 0])) == 5
    assert float(owa([1.0, 5.0, 3.0], order=[0, 0, 1])) == 1
    assert float(owa([1.0, 5.0, 3.0], order=[0, 1, 0])) == 3
    assert float(owa([1.0, 5.0], [3, 1], order=[1, 0])) == pytest.approx(5 * 0.5 + 1 * 0.5)
    assert float(owa([1.0, 5.0, 3.0], [1, 1, 2], exponent=1)) == pytest.approx(3.0)


@each_kernel
def test_defect_16_every_kernel_skips_what_is_absent(kernel: Kernel) -> None:
    with_holes = [[50.0, NAN, 70.0], [NAN, NAN, NAN], [NAN, 30.0, NAN]]
    found = kernel(with_holes, [1, 5, 2])
    assert found[0] == pytest.approx(float(kernel([50.0, 70.0], [1, 2])))
    assert np.isnan(found[1])
    assert found[2] == pytest.approx(30)


@each_kernel
def test_too_few_children_leave_the_parent_absent(kernel: Kernel) -> None:
    scores = [[50.0, NAN, 70.0, 60.0], [NAN, NAN, 70.0, 60.0]]
    found = kernel(scores, [1, 9, 1, 1], threshold=0.75)  # by count: the weights do not matter
    assert np.isfinite(found[0]) and np.isnan(found[1])
    assert np.isfinite(kernel(scores, threshold=0.5)).all()


def test_defect_04_copeland_is_called_as_every_other_kernel() -> None:
    scores = np.array([[3.0, 3.0], [2.0, 2.0], [1.0, 1.0]])
    for kernel in (*KERNELS, copeland):
        assert kernel(scores, [1, 2], threshold=0.5).argmax() == 0


@each_kernel
def test_draws_places_and_years_are_free_axes(kernel: Kernel) -> None:
    rng = np.random.default_rng(1)
    scores = rng.uniform(1, 100, (3, 5, 2, 4))
    scores[rng.random(scores.shape) < 0.2] = NAN
    weights = rng.uniform(1, 2, (3, 1, 1, 4))
    found = kernel(scores, weights)
    assert found.shape == (3, 5, 2)
    for draw, place, year in np.ndindex(found.shape):
        np.testing.assert_allclose(
            found[draw, place, year], kernel(scores[draw, place, year], weights[draw, 0, 0]), rtol=1e-12
        )
    np.testing.assert_allclose(kernel(scores[0], weights)[1], kernel(scores[0], weights[1]))


@each_kernel
@given(groups(), st.randoms(use_true_random=False))
def test_the_order_of_children_and_places_does_not_matter(
    kernel: Kernel, group: tuple[np.ndarray, np.ndarray], chance: object
) -> None:
    scores, weights = group
    places, order = (np.array(chance.sample(range(n), n)) for n in scores.shape)  # type: ignore[attr-defined]
    turned = kernel(scores[places][:, order], weights[order])
    np.testing.assert_allclose(turned, kernel(scores, weights)[places], rtol=1e-9)


@pytest.mark.parametrize("kernel", MEANS, ids=lambda f: f.__name__)
@given(groups())
def test_a_mean_lies_between_its_children_and_is_one_when_it_is_alone(
    kernel: Kernel, group: tuple[np.ndarray, np.ndarray]
) -> None:
    scores, weights = group
    for row, found in zip(scores, kernel(scores, weights), strict=True):
        present = row[~np.isnan(row)]
        if present.size == 0:
            assert np.isnan(found)
            continue
        assert present.min() * (1 - 1e-9) <= found <= present.max() * (1 + 1e-9)


@each_kernel
@given(groups())
def test_an_absent_child_is_as_no_child(kernel: Kernel, group: tuple[np.ndarray, np.ndarray]) -> None:
    scores, weights = group
    wider = np.concatenate([scores, np.full((len(scores), 1), NAN)], axis=1)
    np.testing.assert_allclose(kernel(wider, [*weights, 7.0]), kernel(scores, weights), rtol=1e-9)
    zero = np.concatenate([scores, np.full((len(scores), 1), 55.0)], axis=1)
    alone = np.isnan(scores).all(axis=1)
    np.testing.assert_allclose(
        kernel(zero, [*weights, 0.0])[~alone], kernel(scores, weights)[~alone], rtol=1e-9
    )


@given(groups())
def test_the_less_a_weak_child_is_made_good_the_lower_the_mean(group: tuple[np.ndarray, np.ndarray]) -> None:
    scores, weights = group
    ladder = [harmonic(scores, weights), geometric(scores, weights), arithmetic(scores, weights)]
    ladder.append(power(scores, weights, exponent=4))
    for lower, higher in pairwise(ladder):
        assert (lower <= higher * (1 + 1e-9))[~np.isnan(lower)].all()


@given(groups(), st.floats(0.1, 1000))
def test_means_scale_with_their_children(group: tuple[np.ndarray, np.ndarray], factor: float) -> None:
    scores, weights = group
    for kernel in MEANS:
        np.testing.assert_allclose(kernel(scores * factor, weights), kernel(scores, weights) * factor, 1e-9)


@given(groups())
def test_equal_places_get_equal_scores_to_the_last_bit(group: tuple[np.ndarray, np.ndarray]) -> None:
    scores, weights = group
    for kernel in KERNELS:
        twice = kernel(np.concatenate([scores, scores]), weights)
        np.testing.assert_array_equal(twice[: len(scores)], twice[len(scores) :])


def test_large_and_small_exponents_do_not_overflow() -> None:
    assert float(power([1.0, 100.0], exponent=500)) == pytest.approx(100 * 0.5 ** (1 / 500))
    assert float(power([1.0, 100.0], exponent=-150)) == pytest.approx(1 * 0.5 ** (-1 / 150))
    assert float(power([0.0, 0.0], exponent=2)) == 0


def test_defect_29_the_geometric_mean_says_why_it_takes_no_zero() -> None:
    with pytest.raises(BadSpec) as caught:
        geometric([[10.0, 20.0], [0.0, 20.0]])
    assert str(caught.value) == (
        "the geometric mean takes scores above 0; 1 are not, the first 0 at (1, 0). "
        "Normalise to a range such as 1–100, or take the arithmetic mean."
    )
    assert float(geometric([0.0, 20.0], [0, 1])) == pytest.approx(20)
    assert float(arithmetic([-10.0, 20.0])) == 5


REFUSED = {
    "weights of shape (2, 2) do not fit scores of shape (3, 2).": lambda: arithmetic(WIDE, NARROW),
    "3 children need as many weights, not (2,).": lambda: arithmetic([1.0, 2.0, 3.0], [1, 2]),
    "a weight is a finite number from 0 up, not -1.": lambda: geometric([1.0, 2.0], [2, -1]),
    "a weight is a finite number from 0 up, not nan.": lambda: geometric([1.0, 2.0], [2, NAN]),
    "threshold is a share from 0 to 1, not 60.": lambda: median([1.0], threshold=60),
    "exponent is a finite number, not inf.": lambda: power([1.0], exponent=np.inf),
    "owa takes either order or exponent: one of the two, not both.": lambda: owa([1.0]),
    "order has one weight for each of the 2 children, not 3.": lambda: owa([1.0, 2.0], order=[1, 1, 1]),
    "the weights of order are finite numbers from 0 up, and not all of them 0.":
        lambda: owa([1.0], order=[0]),
    "the exponent of owa is a finite number above 0, not 0.": lambda: owa([1.0], exponent=0),
    "scores need at least one child on their last axis.": lambda: arithmetic([]),
    "the power (p = 2) mean takes scores from 0 up; 1 are not, the first -1 at (0,). Normalise to a range "
    "such as 1–100, or take the arithmetic mean.": lambda: power([-1.0, 2.0], exponent=2),
}  # fmt: skip


@pytest.mark.parametrize(("sentence", "act"), REFUSED.items())
def test_what_cannot_be_is_refused_with_what_can(sentence: str, act: Callable[[], object]) -> None:
    with pytest.raises(BadSpec) as caught:
        act()
    assert str(caught.value) == sentence


def test_weights_that_are_all_zero_leave_no_score() -> None:
    assert np.isnan(arithmetic([1.0, 2.0], [0, 0]))
    assert np.isnan(arithmetic([1.0, NAN], [0, 1]))
