"""Needs fitted from places of like size: no place sets its own, the interval holds, fits that fail say so."""

from __future__ import annotations

import numpy as np
import pytest

from heban.plans.boards.fitted import fitted
from heban.plans.boards.regression import regression


def names(n: int) -> tuple[str, ...]:
    return tuple(f"p{number:02d}" for number in range(n))


def test_a_place_does_not_set_its_own_requirement() -> None:
    rng = np.random.default_rng(4)
    x = rng.uniform(1, 10, 30)
    y = 3 * x + rng.normal(size=30)
    before = fitted(y, x[:, None], names(30), log=False)
    y[7] += 1000.0
    after = fitted(y, x[:, None], names(30), log=False)
    assert after.need[7] == pytest.approx(before.need[7])
    assert (after.low[7], after.high[7]) == pytest.approx((before.low[7], before.high[7]))
    assert not np.allclose(after.need, before.need)


def test_the_need_is_the_fit_to_the_others_in_the_scale_of_counts() -> None:
    rng = np.random.default_rng(8)
    x = rng.uniform(1, 100, 25)
    y = rng.poisson(x / 4).astype(float)
    made = fitted(y, x[:, None], names(25), at=0.75)
    others = np.arange(25) != 3
    design = np.column_stack([np.ones(25), np.log1p(x)])
    beta = regression(np.log1p(y[others]), design[others], 0.75, np.ones((1, 24)))[0]
    assert made.need[3] == pytest.approx(np.expm1(design[3] @ beta))
    assert (made.low <= made.need).all()
    assert (made.need <= made.high).all()


def test_a_place_whose_value_is_unknown_has_a_need_all_the_same() -> None:
    x = np.arange(1.0, 16.0)
    y = 2 * x
    y[4] = np.nan
    by = x[:, None].copy()
    by[6] = np.nan
    made = fitted(y, by, names(15), log=False)
    assert made.need[4] == pytest.approx(10.0)
    assert np.isnan(made.need[6])


@pytest.mark.parametrize("at", [0.5, 0.75])
def test_the_interval_holds_the_requirement_about_as_often_as_it_says(at: float) -> None:
    rng = np.random.default_rng(11)
    held = []
    for trial in range(60):
        x = rng.uniform(1, 10, 41)
        y = 5 + 2 * x + rng.normal(size=41) * (0.5 + 0.1 * x)
        truth = 5 + 2 * x + (0.5 + 0.1 * x) * (0.0 if at == 0.5 else 0.6744897)
        made = fitted(y, x[:, None], names(41), at=at, log=False, draws=300, seed=trial)
        held.append(np.mean((made.low <= truth) & (truth <= made.high)))
    assert 0.86 <= np.mean(held) <= 0.97


def test_too_few_places_and_places_all_alike_have_no_fit() -> None:
    rng = np.random.default_rng(0)
    few = fitted(rng.normal(size=19), rng.normal(size=(19, 2)), names(19), log=False)
    assert np.isnan(few.need).all()
    said = "Only 19 places are known and a fit asks for 20: there is no need."
    assert [note.said("en") for note in few.notes] == [said]
    x = rng.uniform(1, 2, size=(30, 1))
    cases = [
        (np.ones(30), x),
        (rng.normal(size=30), np.ones((30, 1))),
        (rng.normal(size=30), np.hstack([x, 2 * x])),
    ]
    for y, by in cases:
        made = fitted(y, by, names(30), log=False)
        assert np.isnan(made.need).all()
        assert [note.kind for note in made.notes] == ["flat"]


def test_a_place_beyond_all_others_is_named_and_a_fit_that_says_little() -> None:
    rng = np.random.default_rng(6)
    x = rng.uniform(10, 12, 40)
    x[5] = 100.0
    made = fitted(rng.normal(50, 1, 40), x[:, None], names(40), log=False)
    assert [note.kind for note in made.notes] == ["fit", "weak_fit", "extrapolated"]
    assert made.notes[0].figures["places"] == 40
    assert made.notes[2].places == ("p05",)


def test_nobody_needs_less_than_nothing() -> None:
    x = np.arange(1.0, 21.0)
    y = np.maximum(0.0, x - 12)
    made = fitted(y, x[:, None], names(20), log=False)
    assert (made.need >= 0).all()
    assert (made.low >= 0).all()
    loss = fitted(x - 12, x[:, None], names(20), log=False)  # a balance may be needed below 0
    assert loss.need[0] == pytest.approx(-11.0)


def test_what_rounding_leaves_of_nothing_is_nothing() -> None:
    x = np.arange(1.0, 21.0)
    y = np.where(x > 17, x, 0.0)
    assert set(fitted(y, x[:, None], names(20)).need[:10]) == {0.0}


def test_the_same_seed_gives_the_same_interval() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(1, 9, 20)
    y = x + rng.normal(size=20)
    ends = [fitted(y, x[:, None], names(20), log=False, seed=seed).low for seed in (1, 1, 2)]
    np.testing.assert_array_equal(ends[0], ends[1])
    assert not np.array_equal(ends[0], ends[2])
