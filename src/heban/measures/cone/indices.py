"""Indices of concentration as functions of the places that are drawn."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.concentration import (
    gini,
    herfindahl,
    hoover,
    locational_gini,
    rank_size,
    theil_t,
    top_share,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Measure: TypeAlias = Callable[[Ints], float]
People: TypeAlias = pd.DataFrame | pd.Series

TOPS = (1, 3, 5, 10)


def indices(
    amounts: pd.Series[float],
    population: Floats | None,
    provinces: Mapping[str, str] | None,
    tops: Sequence[int],
    largest: int | None,
) -> dict[str, tuple[Measure, int]]:
    """Return the measures of a year as functions of the places drawn, with how many places they are over.

    With an unknown amount all of them are NaN (§1).

    >>> made = indices(pd.Series([3.0, 1.0], ["a", "b"]), None, None, (1,), None)
    >>> made["hoover"][0](np.array([0, 1])), made["top_1"][0](np.array([1, 1]))
    (0.25, 0.5)
    """
    values, count = amounts.to_numpy(dtype=float), len(amounts)
    made: dict[str, tuple[Measure, int]] = {
        "gini": (lambda at: gini(values[at]), count),
        "herfindahl": (lambda at: herfindahl(values[at]), count),
        "hoover": (lambda at: hoover(values[at]), count),
        "theil": (lambda at: theil_t(values[at]), count),
    }
    if population is not None:
        made["locational_gini"] = (lambda at: locational_gini(values[at], population[at]), count)
    if provinces is not None:
        number = _numbers(amounts.index, provinces)
        made["theil_between"] = (lambda at: _between(values[at], number[at]), count)
        made["theil_within"] = (lambda at: theil_t(values[at]) - _between(values[at], number[at]), count)
        made["between_share"] = (lambda at: _share(_between(values[at], number[at]), values[at]), count)
    for top in tops:
        made[f"top_{top}"] = (lambda at, top=top: top_share(values[at], top), count)  # type: ignore[misc]
    over = min(int((values > 0).sum()), largest or count)
    made["rank_size"] = (lambda at: _slope(values[at], largest), over)
    if np.isnan(values).any():
        return {name: (lambda _: float("nan"), places) for name, (_, places) in made.items()}
    known(values)
    return made


def people(population: People | None, year: Hashable, amounts: pd.DataFrame) -> Floats | None:
    """Return the population of the places in a year.

    >>> people(pd.Series({"a": 5.0}), 2020, pd.DataFrame({2020: [1.0]}, index=["a"])).tolist()
    [5.0]
    """
    if population is None:
        return None
    given = population
    if isinstance(given, pd.DataFrame):
        if year not in given.columns:
            raise unknown("year", str(year), map(str, given.columns), "the population")
        given = given[year]
    lost = [str(place) for place in amounts.index if place not in given.index]
    if lost:
        raise BadSpec(f"places without a population: {len(lost)}, the first {lost[0]}.")
    return np.asarray(given.reindex(amounts.index), dtype=float)


def resampled(places: int, draws: int, seed: int) -> Ints:
    """Return the places of each draw with replacement (draw, place).

    >>> resampled(3, 2, seed=0).shape
    (2, 3)
    """
    if draws < 1:
        raise BadSpec(f"draws is {draws} and must be 1 or more.")
    rng = np.random.default_rng(seed)
    return rng.integers(0, places, size=(draws, places))


def percentiles(drawn: Sequence[float]) -> dict[str, float]:
    """Return the ends of 95 % of the draws that have a value.

    >>> percentiles([1.0, 1.0, float("nan")])
    {'low': 1.0, 'high': 1.0}
    """
    some = np.array([one for one in drawn if not np.isnan(one)])
    low, high = np.quantile(some, (0.025, 0.975)) if len(some) else (np.nan, np.nan)
    return {"low": float(low), "high": float(high)}


def known(values: Floats) -> Floats:
    """Return amounts, or refuse what is unknown or below 0.

    >>> known(np.array([1.0, 0.0])).tolist()
    [1.0, 0.0]
    """
    odd = ~((values >= 0) & (values < np.inf))
    if odd.any():
        raise BadSpec(f"amounts that are not known or below 0: {int(odd.sum())} of {len(values)} (§1).")
    return values


def _between(values: Floats, number: Ints) -> float:
    """Return Theil's T between groups: that of their sums, each weighing its number of places."""
    places = np.bincount(number)
    return theil_t(np.bincount(number, weights=values)[places > 0], places[places > 0])


def _share(between: float, values: Floats) -> float:
    total = theil_t(values)
    return between / total if total > 0 else float("nan")


def _slope(values: Floats, largest: int | None) -> float:
    """Return the rank-size slope of what is above 0, NaN where two different sizes are lacking."""
    some = values[values > 0]
    top = np.sort(some)[::-1][:largest]
    return rank_size(top).slope if len(top) > 1 and top[0] > top[-1] else float("nan")


def _numbers(places: pd.Index[str], provinces: Mapping[str, str]) -> Ints:
    lost = [str(place) for place in places if place not in provinces]
    if lost:
        raise BadSpec(
            f"places without a province: {len(lost)}, the first {lost[0]}. Give each place its province."
        )
    return np.asarray(pd.factorize(np.array([provinces[place] for place in places], dtype=object))[0])
