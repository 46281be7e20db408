"""Redrawn places: the same as fitting each draw anew, and sure of what is sure."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures.factors.fixedeffects import PanelFit, fit
from heban.measures.factors.inclusion import Inclusion, inclusion, sizes


def panel(
    seed: int = 1, places: int = 15, years: int = 6
) -> tuple[pd.DataFrame, pd.Series, list[int], list[int]]:
    rng = np.random.default_rng(seed)
    keep = np.flatnonzero(rng.random(places * years) > 0.15)
    place = np.repeat(np.arange(100, 100 + places), years)[keep]
    year = np.tile(np.arange(2010, 2010 + years), places)[keep]
    x = pd.DataFrame(rng.normal(size=(len(keep), 4)), columns=list("abcd"))
    y = 2 * x["a"] + x["b"] + 0.3 * x["c"] + rng.normal(size=len(keep)) + place + year
    return x, y, place.tolist(), year.tolist()


def fitted(lags: tuple[int, ...] = (0,), time_effects: bool = True) -> PanelFit:
    return fit(*panel(), lags=lags, time_effects=time_effects)


@pytest.mark.parametrize("time_effects", [True, False])
@pytest.mark.parametrize("lags", [(0,), (0, 1)])
def test_a_draw_is_the_regression_of_the_places_drawn(lags: tuple[int, ...], time_effects: bool) -> None:
    made = fitted(lags, time_effects)
    design = made.design
    rng = np.random.default_rng(5)
    places = np.unique(design.place)
    counts = rng.multinomial(len(places), np.full(len(places), 1 / len(places)), size=3).astype(float)
    names = [str(term) for term in design.terms]
    for count, found in zip(counts, sizes(design, counts), strict=True):
        rows, labels = [], []
        for place, times in zip(places, count, strict=True):
            own = np.flatnonzero(design.place == place)
            for copy in range(int(times)):
                rows += list(own)
                labels += [f"{place} {copy}"] * len(own)
        again = fit(
            pd.DataFrame(design.x[rows], columns=names),
            design.y[rows],
            labels,
            design.year[rows],
            time_effects=time_effects,
        )
        whole = (again.estimate * again.scale).reshape(4, len(lags)).sum(axis=1)
        np.testing.assert_allclose(found, whole, atol=1e-10)


def test_every_place_once_is_the_estimate() -> None:
    made = fitted()
    found = inclusion(made.design, bootstraps=5, seed=1)
    np.testing.assert_allclose(found.estimate, made.table()["standardised"])


def test_what_is_large_is_surely_first() -> None:
    table = inclusion(fitted().design, seed=1, top=2).table().set_index("factor")
    assert table.loc["a", "inclusion"] == 1.0
    assert table.loc["a", ["rank_low", "rank", "rank_high"]].tolist() == [1, 1, 1]
    assert table["inclusion"].sum() == pytest.approx(2)
    assert list(table.index[:2]) == ["a", "b"]
    assert ((table["low"] <= table["importance"]) & (table["importance"] <= table["high"])).all()


def test_one_seed_gives_one_answer() -> None:
    design = fitted().design
    first, again, other = (inclusion(design, bootstraps=50, seed=seed).weights for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_draws_that_cannot_tell_are_counted_and_not_used() -> None:
    """Only one place ever had the policy: a draw without it cannot tell, about a third of all."""
    x, y, place, year = panel()
    policy = ((np.array(place) == 103) & (np.array(year) > 2012)).astype(float)
    found = inclusion(fit(x.assign(policy=policy), y, place, year).design, seed=1)
    assert 0.25 < found.failed / 1000 < 0.45
    assert found.table()["inclusion"].notna().all()


def test_when_no_draw_can_tell_it_says_so() -> None:
    design = fitted().design
    found = Inclusion(design.factors, np.ones(4), np.full((5, 4), np.nan), 2, 1, 0.95)
    message = "no draw of places can tell the factors apart; use fewer factors or lags."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        found.table()


def test_a_single_factor_has_no_rank() -> None:
    x, y, place, year = panel()
    message = (
        "the first 3 of 1 factors over 1000 draws cannot be told; give two factors that stand at least, no "
        "more first ones than factors, and one draw."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        inclusion(fit(x[["a"]], y, place, year).design, seed=1)
