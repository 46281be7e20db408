"""Concentration year by year: every index with a band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from heban.measures.cone.indices import TOPS, People, indices, people, percentiles, resampled

NORMAL = 1.959963984540054  # 95 % of a normal distribution lie within so many standard deviations


def concentrations(
    amounts: pd.DataFrame,
    *,
    provinces: Mapping[str, str] | None = None,
    population: People | None = None,
    tops: Sequence[int] = TOPS,
    largest: int | None = None,
    draws: int = 499,
    seed: int = 0,
) -> pd.DataFrame:
    """Return for each year how concentrated an amount is over places: every measure with a band of 95 %.

    `amounts` is place × year. Rows of year, measure, value, low, high, places (those the measure is over):
    - gini, without the small-sample factor, herfindahl, hoover, theil (T);
    - locational_gini, when a `population` is given, by place or place × year (`locational_gini`);
    - theil_between, theil_within and between_share, when `provinces` names each place's province;
    - top_k, the share of the k largest; rank_size, the slope of ln(rank − ½) on ln(size) over the `largest`
      places that have something (1 is Zipf's rule, the smaller, the steeper the cone).

    The band of rank_size is slope ± 1.96 slope·√(2/n); the others' are percentiles over draws of places
    with replacement: how much hangs on which places there are. Such draws lean to less concentration than
    was found. A year with an unknown amount has NaN for every measure (§1).
    Sources: the functions of the same names in `concentration`; Gabaix & Ibragimov (2011).

    >>> amounts = pd.DataFrame({2020: [6.0, 3.0, 1.0], 2021: [8.0, 1.0, 1.0]}, index=["a", "b", "c"])
    >>> found = concentrations(amounts, tops=(1,), draws=20)
    >>> found.query("measure == 'top_1'")["value"].tolist()
    [0.6, 0.8]
    """
    drawn = resampled(len(amounts), draws, seed)
    rows = []
    for year in amounts.columns:
        measures = indices(amounts[year], people(population, year, amounts), provinces, tops, largest)
        for name, (measure, places) in measures.items():
            value = measure(np.arange(len(amounts)))
            ends = (
                _line(value, places) if name == "rank_size" else percentiles([measure(one) for one in drawn])
            )
            rows.append({"year": year, "measure": name, "value": value, **ends, "places": places})
    return pd.DataFrame(rows)


def _line(slope: float, places: int) -> dict[str, float]:
    half = NORMAL * abs(slope) * float(np.sqrt(2 / max(places, 1)))
    return {"low": slope - half, "high": slope + half}
