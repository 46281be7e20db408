"""The technology space year by year, from holdings to density in one go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.space import complexity as index
from heban.measures.space.cooccurrence import near, together
from heban.measures.space.density import around
from heban.measures.space.matrices import Floats, labelled, yearly
from heban.measures.space.quotient import above, quotients
from heban.records.holdings import Holdings


@dataclass(frozen=True, eq=False)
class YearSpace:
    """The technology space of one year.

    `amounts`, `quotient`, `present` and `density` ("hidalgo") are place × class, `proximity` class × class,
    the others as of the functions of their names. `complexity` is None in a year that has none, and `reason`
    says why.
    """

    year: int
    amounts: pd.DataFrame
    quotient: pd.DataFrame
    present: pd.DataFrame
    diversity: pd.Series[int]
    ubiquity: pd.Series[int]
    complexity: index.Complexity | None
    reason: str
    proximity: pd.DataFrame
    density: pd.DataFrame


def spaces(
    holdings: Holdings, *, quotient: float = 1.0, least: float = 0.0, giant: bool = False
) -> Iterator[YearSpace]:
    """Give the technology space of each year in turn: quotients, presence, complexity, proximity, density.

    The same figures as `location_quotient`, `presence`, `economic_complexity`, `class_proximity` and
    `relatedness_density(…, "hidalgo")` give for `table(holdings, year)`, but names are read once for all
    years and one year is held at a time. A year whose matrix falls into blocks has no complexity, and says
    so.

    >>> rows = pd.DataFrame({"place": ["a", "a", "b"], "class": ["x", "y", "y"], "year": [2020, 2021, 2021],
    ...     "value": [1.0, 2.0, 2.0]})
    >>> [(one.year, int(one.diversity["a"]), one.reason) for one in spaces(Holdings.from_frame(rows))]
    [(2020, 1, 'complexity needs ... there are 1 and 1.'),
     (2021, 1, 'complexity needs ... there are 2 and 1.')]
    """
    if not quotient >= 0 or not least >= 0:
        raise BadSpec(f"quotient is {quotient:g} and least is {least:g}; thresholds are 0 or more.")
    places, classes = pd.Index(list(holdings.places)), pd.Index(list(holdings.classes))
    for year, amounts in yearly(holdings):
        yield _space(year, amounts, (places, classes), (quotient, least), giant)


def _space(
    year: int,
    amounts: Floats,
    names: tuple[pd.Index[str], pd.Index[str]],
    thresholds: tuple[float, float],
    giant: bool,
) -> YearSpace:
    """Return the space of a year from its array of amounts."""
    places, classes = names
    ratio = quotients(amounts)
    found = above(ratio, thresholds[0]) & (amounts >= thresholds[1]) & (amounts > 0)
    present = labelled(found, places, classes)
    counts = together(found)
    ubiquity = np.diag(counts).astype(np.int64)
    proximity = near(counts)
    try:
        complexity, reason = index.economic_complexity(present, giant=giant), ""
    except BadSpec as error:
        complexity, reason = None, str(error)
    return YearSpace(
        year=year,
        amounts=labelled(amounts, places, classes),
        quotient=labelled(ratio, places, classes),
        present=present,
        diversity=pd.Series(found.sum(axis=1), index=places, name="diversity"),
        ubiquity=pd.Series(ubiquity, index=classes, name="ubiquity"),
        complexity=complexity,
        reason=reason,
        proximity=labelled(proximity, classes, classes),
        density=labelled(around(found.astype(float), proximity), places, classes),
    )
