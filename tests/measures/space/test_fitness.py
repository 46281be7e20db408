"""Fitness and complexity: steps by hand, the fixed point, and an honest word when there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures import space

SMALL = pd.DataFrame({"x": [1, 1], "y": [1, 1], "z": [1, 0]}, index=["a", "b"])


def dense(seed: int = 3) -> pd.DataFrame:
    """A matrix full enough for the iteration to come to rest."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.random((20, 15)) < 0.7)


def test_two_steps_by_hand() -> None:
    """F¹ = (3, 2)/2.5, Q¹ = (½, ½, 1)/⅔; F² = Q¹ summed = (3, 1.5)/2.25, Q² = (.48, .48, 1.2)/.72."""
    found = space.fitness_complexity(SMALL, iterations=2)
    assert found.fitness.tolist() == pytest.approx([4 / 3, 2 / 3])
    assert found.complexity.tolist() == pytest.approx([2 / 3, 2 / 3, 5 / 3])
    assert (found.iterations, found.converged) == (2, False)
    assert found.change == pytest.approx(1 - (2 / 3) / 0.8)


def test_at_rest_one_more_step_changes_nothing() -> None:
    present = dense()
    found, held = space.fitness_complexity(present), present.to_numpy(float)
    assert found.converged
    assert found.change <= 1e-10
    assert found.notes == ()
    fitness = held @ found.complexity.to_numpy()
    np.testing.assert_allclose(fitness / fitness.mean(), found.fitness, rtol=1e-8)
    hard = 1 / (held.T @ (1 / found.fitness.to_numpy()))
    np.testing.assert_allclose(hard / hard.mean(), found.complexity, rtol=1e-8)
    assert found.fitness.mean() == pytest.approx(1)
    assert found.complexity.mean() == pytest.approx(1)


def test_a_place_that_lacks_what_others_have_and_adds_nothing_is_less_fit() -> None:
    present = dense()
    present.loc[20] = present.loc[0] & (np.arange(15) % 2 == 0)
    found = space.fitness_complexity(present).fitness
    assert found[20] < found[0]


def test_fitness_that_goes_to_zero_is_told_and_the_order_stands() -> None:
    """A triangle: the fitness of all but the first place falls for ever."""
    triangle = pd.DataFrame(np.tril(np.ones((8, 8)))[::-1])
    found = space.fitness_complexity(triangle, iterations=400)
    assert not found.converged
    assert found.same_ranks > 300
    assert found.fitness.is_monotonic_decreasing
    falling = int((found.fitness < 1e-6).sum())
    assert falling > 0
    assert found.notes == (
        f"not at rest after 400 steps: a fitness still changed by {found.change:.2g}, relatively; the "
        f"order of places was the same in the last {found.same_ranks} steps.",
        f"the fitness of {falling} places goes to 0: read their order, not their values.",
    )


def test_fitness_that_halves_for_ever_is_told_though_it_comes_to_rest() -> None:
    """z is as easy as b and c are unfit, who have nothing else: a quarter is left of them in each step."""
    present = pd.DataFrame({"x": [1, 0, 0], "y": [1, 0, 0], "z": [1, 1, 1]}, index=list("abc"))
    found = space.fitness_complexity(present, iterations=5000)
    assert found.converged
    assert found.fitness["a"] == pytest.approx(3)
    assert found.notes == ("the fitness of 2 places goes to 0: read their order, not their values.",)


def test_what_is_nowhere_has_no_figure() -> None:
    found = space.fitness_complexity(SMALL.reindex(index=["a", "b", "c"], columns=list("wxyz"), fill_value=0))
    assert np.isnan(found.fitness["c"])
    assert np.isnan(found.complexity["w"])
    np.testing.assert_allclose(found.fitness[:2], space.fitness_complexity(SMALL).fitness)


def test_what_is_refused() -> None:
    with pytest.raises(BadSpec) as error:
        space.fitness_complexity(SMALL, iterations=0)
    assert str(error.value) == "iterations is 0 and tolerance 1e-10; both must be above 0."
    with pytest.raises(BadSpec) as error:
        space.fitness_complexity(SMALL * 0)
    assert str(error.value) == "no place is present in any class, so that there is nothing to be fit for."
