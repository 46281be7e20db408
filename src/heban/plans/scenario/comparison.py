"""Scenarios side by side: what each changes, and which of them leaves the region better off."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.uncertainty.ranks import dominance
from heban.plans.scenario.change import Change
from heban.plans.scenario.tables import by_place, of_region


def compared(changes: Mapping[str, Change]) -> pd.DataFrame:
    """Return scenarios side by side: the change and its probability of each place, and of the region.

    Rows (scope, place, year, node), scope "region" first, its place empty when it is the mean of the places;
    columns (scenario, figure) with the figures change, low, high and probability. A row that a scenario
    does not have is absent there.

    >>> from heban.plans.scenario.change import _demo
    >>> made = compared({"more": _demo(1.0), "less": _demo(-0.5)})
    >>> made.loc[("place", "a", 2020, "i"), (slice(None), "change")].tolist()
    [25.0, -12.5]
    """
    _some(changes)
    figures = ["change", "low", "high", "probability"]
    parts = {}
    for name, change in changes.items():
        whole = of_region(change)[figures].reset_index().assign(scope="region", place=change.region)
        each = by_place(change)[figures].reset_index().assign(scope="place")
        both = pd.concat([whole, each], ignore_index=True)
        parts[name] = both.set_index(["scope", "place", "year", "node"])
    return pd.concat(parts, axis=1, names=["scenario", "figure"], sort=False)


def ahead(changes: Mapping[str, Change], year: int, node: str = "") -> pd.DataFrame:
    """Return the share of draws in which the region is better off in the row's scenario than the column's.

    P(better) + ½ P(equal), of the region's score after; the scenarios must start from the same state and
    have the same draws, so that draw d is the same world in all of them. NaN on the diagonal.
    Raises `BadSpec` for scenarios that were drawn apart.

    >>> from heban.plans.scenario.change import _demo
    >>> ahead({"more": _demo(1.0), "less": _demo(-0.5)}, 2020).loc["more", "less"].item()
    1.0
    """
    _some(changes)
    first, *others = changes.values()
    for name, one in zip(list(changes)[1:], others, strict=True):
        if not first.drawn_before.scores.identical(one.drawn_before.scores):
            raise BadSpec(
                f"scenario {name!r} was drawn apart from {next(iter(changes))!r}. Compare changes of one "
                "state, with the same doubts, draws and seed."
            )
    years = first.drawn_before.years
    if year not in years:
        raise unknown("year", str(year), map(str, years), "the index")
    sign = first.drawn_before.directions[node or first.drawn_before.root]
    after = [one.of_region(node)[1][1:, years.index(year)] * sign for one in changes.values()]
    names = pd.Index(list(changes), name="scenario")
    return pd.DataFrame(dominance(np.stack(after, axis=1)), index=names, columns=names.rename("other"))


def _some(changes: Mapping[str, Change]) -> None:
    if not changes:
        raise BadSpec("there is no scenario to compare; give at least one by name.")
