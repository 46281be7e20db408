"""What a change says: by place and node, for the region, in ranks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.measures.index.statistics.ranking import TIE, ranks
from heban.measures.uncertainty.document import inventory
from heban.measures.uncertainty.ranks import spread
from heban.plans.scenario.change import Change

Floats = npt.NDArray[np.float64]

BAND = {"low": 0.025, "high": 0.975}


def by_place(change: Change) -> pd.DataFrame:
    """Return the change of each place, year and node, its 95 % interval, and how sure its sign is.

    before, after: the scores as the index stands; change = after − before; median, low, high over the draws;
    probability: the share of the draws whose change has the sign of `change`, NaN where `change` is
    0, for nothing then is to be sure of. A draw without a score in either state is left out; `draws` says
    how many stand.

    >>> from heban.plans.scenario.change import _demo
    >>> made = by_place(_demo()).loc[("a", 2020, "i")]
    >>> made[["before", "after", "change", "probability"]].tolist()
    [50.0, 75.0, 25.0, 1.0]
    """
    tables = []
    for node in change.drawn_before.nodes:
        before, after = change.nominal(node)
        first, last = change.states(node)
        made = _change(before, after, last - first)
        tables.append(_rows(change, made, node))
    return _ordered(change, pd.concat(tables))


def of_region(change: Change) -> pd.DataFrame:
    """Return the change of the region's score in each year and node; the columns as in `by_place`.

    `score` says what the region's score is: "mean" of the places with a score in both states, or "total",
    that of the place which stands for the region.

    >>> from heban.plans.scenario.change import _demo
    >>> made = of_region(_demo()).loc[(2020, "i")]
    >>> made["score"], made["change"].round(6).item(), made["probability"].item()
    ('mean', 8.333333, 1.0)
    """
    tables = []
    for node in change.drawn_before.nodes:
        before, after = change.of_region(node)
        made = _change(before[0], after[0], (after - before)[1:])
        rows = pd.MultiIndex.from_product([change.drawn_before.years, [node]], names=["year", "node"])
        tables.append(pd.DataFrame({name: values.ravel() for name, values in made.items()}, index=rows))
    made = pd.concat(tables).sort_index(level="year", sort_remaining=False)
    made.insert(0, "score", "total" if change.region else "mean")
    return made


def in_ranks(change: Change) -> pd.DataFrame:
    """Return the rank of each place, year and node in both states, with 95 % intervals, and how it moves.

    rises is the share of the draws in which the rank is better (a lower number, §2) after than
    before, falls that in which it is worse. The place that stands for the region has no rank (§16).

    >>> from heban.plans.scenario.change import _demo
    >>> in_ranks(_demo()).loc[("a", 2020, "i"), ["rank_before", "rank_after"]].tolist()
    [1.0, 1.0]
    """
    tables = []
    for node in change.drawn_before.nodes:
        sign = change.drawn_before.directions[node]
        plain = [ranks(one * sign, axis=0) for one in change.nominal(node)]
        drawn = [ranks(one * sign, axis=1) for one in change.states(node)]
        made: dict[str, Floats] = {}
        for state, rank, bands in zip(("before", "after"), plain, drawn, strict=True):
            found = spread(bands, **BAND)
            made |= {f"rank_{state}": rank, f"low_{state}": found.low, f"high_{state}": found.high}
        move = drawn[1] - drawn[0]
        known = (~np.isnan(move)).sum(axis=0)
        of = np.where(known > 0, known, np.nan)
        made |= {"rises": (move < 0).sum(axis=0) / of, "falls": (move > 0).sum(axis=0) / of}
        tables.append(_rows(change, made, node))
    return _ordered(change, pd.concat(tables))


def tables(change: Change) -> dict[str, pd.DataFrame]:
    """Return the change as the tables of a data package, by name: plain columns, one row for each fact.

    change, change_region, change_ranks: as `by_place`, `of_region`, `in_ranks`; ruler: how each indicator
    is measured in both states; inputs: what was drawn; notes: what a reader must know; failed: draws
    without a score, by state, with the reason.

    >>> from heban.plans.scenario.change import _demo
    >>> list(tables(_demo()))
    ['change', 'change_region', 'change_ranks', 'ruler', 'inputs', 'notes', 'failed']
    """
    states = {"before": change.drawn_before, "after": change.drawn_after}
    lost = [drawn.failed.assign(state=state) for state, drawn in states.items()]
    return {
        "change": by_place(change).reset_index(),
        "change_region": of_region(change).reset_index(),
        "change_ranks": in_ranks(change).reset_index(),
        "ruler": pd.DataFrame(list(change.ruler.of.items()), columns=["indicator", "ruler"]),
        "inputs": inventory(change.inputs),
        "notes": pd.DataFrame({"note": pd.Series(change.notes, dtype=str)}),
        "failed": pd.concat(lost, ignore_index=True),
    }


def _change(before: Floats, after: Floats, drawn: Floats) -> dict[str, Any]:
    """Return the figures of a change, `drawn` (draw, …) being its draws."""
    change = after - before
    scale = np.fmax(np.abs(before), np.abs(after))
    change = np.where(np.abs(change) <= TIE * scale, 0.0, change)
    change[np.isnan(after) | np.isnan(before)] = np.nan
    found = spread(drawn, **BAND)
    same = (np.sign(np.where(np.abs(drawn) <= TIE * scale, 0.0, drawn)) == np.sign(change)).sum(axis=0)
    known = np.where(found.draws > 0, found.draws, np.nan)
    sure = np.where((change == 0) | np.isnan(change), np.nan, same / known)
    return {"before": before, "after": after, "change": change, "median": found.median,
            "low": found.low, "high": found.high, "probability": sure, "draws": found.draws}  # fmt: skip


def _rows(change: Change, made: Mapping[str, Any], node: str) -> pd.DataFrame:
    labels = [change.members, change.drawn_before.years, [node]]
    rows = pd.MultiIndex.from_product(labels, names=["place", "year", "node"])
    return pd.DataFrame({name: values.ravel() for name, values in made.items()}, index=rows)


def _ordered(change: Change, table: pd.DataFrame) -> pd.DataFrame:
    """Return rows by place, then year, then node, each in its own order."""
    labels = [change.members, change.drawn_before.years, change.drawn_before.nodes]
    return table.reindex(pd.MultiIndex.from_product(labels, names=["place", "year", "node"]))
