"""Change of concentration between two years: how much, and whether chance alone could do as much."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.cone.indices import TOPS, Floats, People, indices, people, percentiles, resampled


def concentration_change(
    amounts: pd.DataFrame,
    before: Hashable,
    after: Hashable,
    *,
    provinces: Mapping[str, str] | None = None,
    population: People | None = None,
    tops: Sequence[int] = TOPS,
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Return whether concentration changed between two years: the change of each measure with its band.

    Index measure; columns before, after, change, low, high, p, real. The band of 95 % is of draws of places
    with replacement, a place with both its years. p is the chance to find as large a change if each place's
    two years, freed of the growth of all (the mean of ln after/before), were swapped by the toss of a coin
    (two-sided, §18; NaN for locational_gini with a population of its own in each year). `real` when the
    band excludes 0 and p is at most 0.05; without p the band decides. Measures as in `concentrations`.
    Sources: Efron & Tibshirani, An Introduction to the Bootstrap (1993); Good, Permutation, Parametric and
    Bootstrap Tests of Hypotheses (2005), of pairs.

    >>> amounts = pd.DataFrame({2020: [6.0, 3.0, 1.0], 2021: [8.0, 1.0, 1.0]}, index=["a", "b", "c"])
    >>> found = concentration_change(amounts, 2020, 2021, tops=(1,), draws=99)
    >>> round(float(found.loc["top_1", "change"]), 6), bool(found.loc["top_1", "real"])
    (0.2, False)
    """
    for year in (before, after):
        if year not in amounts.columns:
            raise unknown("year", str(year), map(str, amounts.columns), "the amounts")
    if before == after:
        raise BadSpec(f"before and after are both {before}; a change is between two years.")
    pair = amounts[[before, after]]
    weights = [people(population, year, amounts) for year in (before, after)]
    sides = [
        indices(pair[year], weight, provinces, tops, None)
        for year, weight in zip((before, after), weights, strict=True)
    ]
    drawn, every = resampled(len(pair), draws, seed), np.arange(len(pair))
    chance = _swapped(pair, weights, provinces, tops, (draws, seed))
    rows = {}
    for name in sides[0]:
        one, other = (side[name][0] for side in sides)
        first, last = one(every), other(every)
        ends = percentiles([other(places) - one(places) for places in drawn])
        p = _p(last - first, chance[name]) if name in chance else float("nan")
        real = bool(ends["low"] > 0 or ends["high"] < 0) and not p > 0.05
        rows[name] = {"before": first, "after": last, "change": last - first, **ends, "p": p, "real": real}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")


def _swapped(
    pair: pd.DataFrame,
    weights: Sequence[Floats | None],
    provinces: Mapping[str, str] | None,
    tops: Sequence[int],
    chance: tuple[int, int],
) -> dict[str, Floats]:
    """Return the changes of each measure when places' two years are swapped by the toss of a coin."""
    rng = np.random.default_rng([chance[1], 1])
    one, other = _levelled(*pair.to_numpy(dtype=float).T)
    every, found = np.arange(len(pair)), []
    constant = weights[0] is None or np.array_equal(weights[0], np.asarray(weights[1]))
    for _ in range(chance[0]):
        coin = rng.random(len(pair)) < 0.5
        sides = [np.where(coin, one, other), np.where(coin, other, one)]
        first, last = (
            indices(pd.Series(side, pair.index), weights[0], provinces, tops, None) for side in sides
        )
        found.append({name: last[name][0](every) - first[name][0](every) for name in first})
    names = [name for name in found[0] if constant or name != "locational_gini"]
    return {name: np.array([row[name] for row in found]) for name in names}


def _levelled(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Return two years without the growth of all: by the mean logarithm, which no single place rules."""
    both = (one > 0) & (other > 0)
    growth = np.exp(np.log(other[both] / one[both]).mean()) if both.any() else 1.0
    return one, other / growth


def _p(change: float, drawn: Floats) -> float:
    """Return the share of draws with as large a change either way, the one found among them."""
    if np.isnan(change):
        return float("nan")
    known = drawn[~np.isnan(drawn)]
    return float((1 + (np.abs(known) >= abs(change) * (1 - 1e-12)).sum()) / (1 + len(known)))
