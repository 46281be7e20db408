"""Designs: even, reproducible, and with the columns where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.uncertainty import design


@pytest.mark.parametrize("kind", design.DESIGNS)
@given(draws=st.integers(1, 70), width=st.integers(0, 5), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_points_lie_in_the_cube_and_come_again(
    kind: design.Design, draws: int, width: int, seed: int
) -> None:
    made = design.points(draws, width, np.random.default_rng(seed), kind)
    assert made.shape == (draws, width)
    assert (made >= 0).all() and (made < 1).all()
    assert (made == design.points(draws, width, np.random.default_rng(seed), kind)).all()


def test_a_latin_hypercube_has_one_point_in_each_slice() -> None:
    made = design.points(50, 3, np.random.default_rng(0), "latin")
    for column in made.T:
        assert sorted((column * 50).astype(int)) == list(range(50))


def test_the_sobol_sequence_fills_every_dyadic_interval_evenly() -> None:
    made = design.points(64, 2, np.random.default_rng(0), "sobol")
    cells = (made * 8).astype(int)
    assert (np.bincount(cells[:, 0] * 8 + cells[:, 1], minlength=64) == 1).all()


def test_saltelli_rows_are_a_b_and_a_with_one_input_of_b() -> None:
    rows = design.swapped(3, [2, 1, 1], np.random.default_rng(0), "monte_carlo")
    a, b, *mixed = rows.reshape(5, 3, 4)
    for block, columns in zip(mixed, ([0, 1], [2], [3]), strict=True):
        others = [column for column in range(4) if column not in columns]
        assert (block[:, columns] == b[:, columns]).all()
        assert (block[:, others] == a[:, others]).all()
    assert not (a == b).any()


def test_a_factorial_has_every_combination_once() -> None:
    made = design.factorial([2, 3])
    assert made.shape == (6, 2)
    assert len({tuple(row) for row in (made * [2, 3]).astype(int)}) == 6


def test_what_cannot_be_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(BadSpec) as error:
        design.points(3, 1, rng, "sobolev")  # type: ignore[arg-type]
    assert str(error.value) == "design is 'sobolev'; it is monte_carlo, latin, sobol."
    with pytest.raises(BadSpec) as error:
        design.points(0, 1, rng)
    assert str(error.value) == "a design has at least one draw, not 0."
    with pytest.raises(BadSpec) as error:
        design.factorial([2000, 2000])
    assert (
        str(error.value)
        == "2000 × 2000 = 4,000,000 combinations are more than 1,000,000; draw a sample of them."
    )
