"""Holdings from records: how much each place has in each class, by year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from ibis import _

from heban.records import engine
from heban.records.holdings import COLUMNS, Holdings
from heban.records.reduce.affiliations import Affiliations

KEYS = ["place", "class", "year"]


def held(
    affiliations: Affiliations,
    *,
    fractional: bool = False,
    places: Iterable[str] | None = None,
    unit: str = "",
) -> Holdings:
    """Return the records that each place takes part in, by class and year.

    A record counts 1 in each of its n places, or 1/n when `fractional`, so that the places together
    have as many as there are records. Records without a class are held under the empty class.
    `places` is the universe, else all places named; n counts places outside it too. Rows stand by
    place, class, year, whatever the engine.

    >>> import pandas as pd
    >>> from heban.records.reduce.affiliations import of_rows
    >>> rows = {"record": ["r", "r", "s"], "year": 2020, "class": "x", "place": ["a", "b", "a"]}
    >>> held(of_rows(pd.DataFrame(rows)), fractional=True).table().to_dict()
    {'x': {'a': 1.5, 'b': 0.5}}
    """
    counts = engine.arrow(shares(affiliations)).to_pandas().sort_values([*KEYS, "size"])
    weight = 1 / counts["size"].to_numpy(dtype=float) if fractional else np.ones(len(counts))
    new = ~counts.duplicated(KEYS).to_numpy()
    value = np.bincount(np.cumsum(new) - 1, weights=counts["records"] * weight, minlength=0)
    rows = counts[new].assign(value=value, year=lambda kept: kept["year"].astype("int64"))
    named = tuple(sorted(rows["place"].unique()))
    known = named if places is None else tuple(places)
    inside = rows[rows["place"].isin(known)].astype({"place": object, "class": object})
    classes = tuple(sorted(inside["class"].unique()))
    return Holdings(inside[list(COLUMNS)].reset_index(drop=True), known, classes, unit)


def shares(affiliations: Affiliations) -> Any:
    """Return the expression of holdings: place, class, year, size, records, with `size` as in pairs."""
    record = ["record", "year", "class"]
    named = affiliations.places.select(*record, "place").distinct()
    sizes = named.group_by(record).agg(size=_.count())
    return named.join(sizes, record).group_by(*KEYS, "size").agg(records=_.count())
