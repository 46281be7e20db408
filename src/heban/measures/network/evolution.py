"""Evolution of a network: links that come, go and stay, and how far its structure moves between periods."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.network.requirements import Floats
from heban.records.flows import Flows

Status = Literal["new", "lost", "persistent"]
NAN = float("nan")


def links(before: Flows, after: Flows) -> pd.DataFrame:
    """Return every pair tied in either period: origin, destination, before, after, change, status.

    status is "new", "lost" or "persistent"; the largest changes come first. Undirected pairs are named once,
    in the order of the universe. A tie of unknown value is a tie; its change is unknown (§1).

    >>> links(*_demo())[["origin", "destination", "change", "status"]].to_numpy().tolist()
    [['b', 'c', -4.0, 'lost'], ['a', 'c', 2.0, 'new'], ['a', 'b', 1.0, 'persistent']]
    """
    first, second = _matched(before, after)
    rows, columns = np.nonzero((first != 0) | (second != 0))
    places = np.array(before.places, dtype=object)
    old, new = first[rows, columns], second[rows, columns]
    table = pd.DataFrame(
        {
            "origin": places[rows],
            "destination": places[columns],
            "before": old,
            "after": new,
            "change": new - old,
            "status": np.select([old == 0, new == 0], ["new", "lost"], "persistent"),
        }
    )
    return table.iloc[np.argsort(-np.abs(table["change"].to_numpy()), kind="stable")].reset_index(drop=True)


def change(before: Flows, after: Flows) -> pd.Series[float]:
    """Return how a network changed from one period to the next, over the same universe.

    new, lost, persistent count ties; jaccard = persistent/(new + lost + persistent); gained and ceased are
    the flow on new and on lost ties, grown and shrunk that added and removed on persistent ones; growth =
    after/before of all flow. Structure, whatever the size: cosine = Σxy/√(Σx²Σy²) of the cells;
    bray_curtis = Σ|x − y|/Σ(x + y), which also sees size; turnover = ½Σ|x/Σx − y/Σy|, the share of the
    flow that runs over other pairs than before. NaN where a sum is 0 or not known (§1).
    Sources: Jaccard (1901); Bray & Curtis, Ecological Monographs 27 (1957) 325–349.

    >>> change(*_demo())[["new", "lost", "persistent", "jaccard", "turnover"]].round(4).tolist()
    [1.0, 1.0, 1.0, 0.3333, 0.5714]
    """
    first, second = _matched(before, after)
    x, y = first.ravel(), second.ravel()
    old, new, moved = x != 0, y != 0, y - x
    total, later = float(x.sum()), float(y.sum())
    both, either = int((old & new).sum()), int((old | new).sum())
    stay = moved[old & new]
    figures = {
        "new": int((new & ~old).sum()),
        "lost": int((old & ~new).sum()),
        "persistent": both,
        "jaccard": both / (either or NAN),
        "gained": y[~old].sum(),
        "ceased": x[~new].sum(),
        "grown": np.maximum(stay, 0).sum(),
        "shrunk": np.maximum(-stay, 0).sum(),
        "growth": later / (total or NAN),
        "cosine": float(x @ y) / (float(np.sqrt((x @ x) * (y @ y))) or NAN),
        "bray_curtis": float(np.abs(moved).sum()) / ((total + later) or NAN),
        "turnover": float(np.abs(y / (later or NAN) - x / (total or NAN)).sum()) / 2,
    }
    return pd.Series(figures, dtype=float)


def evolution(flows: Flows, periods: Sequence[Sequence[int]] | None = None) -> pd.DataFrame:
    """Return the change from each period to the next: from, to, and the figures of `change`.

    A period is a list of years taken together, by default each year with flows. from and to are the last
    years of their periods. A year that belongs to no flow at all makes an empty network, and is refused:
    whether nothing was exchanged or nothing recorded, only the records can tell (§1).

    >>> before, after = _demo()
    >>> rows = pd.concat([before.frame, after.frame.assign(year=2021)])
    >>> evolution(Flows(rows, before.places, False))[["from", "to", "new", "lost"]].to_numpy().tolist()
    [[2020.0, 2021.0, 1.0, 1.0]]
    """
    spans = [[year] for year in flows.years] if periods is None else [list(period) for period in periods]
    absent = sorted({year for span in spans for year in span} - set(flows.years))
    if absent:
        raise BadSpec(
            f"no flows of {', '.join(map(str, absent))}; known years: {', '.join(map(str, flows.years))}. "
            "Leave those years out of the periods."
        )
    rows = [
        pd.concat(
            [pd.Series({"from": max(old), "to": max(new)}), change(flows.of_year(*old), flows.of_year(*new))]
        )
        for old, new in pairwise(spans)
    ]
    table = pd.DataFrame(rows)
    return table.astype({"from": int, "to": int}) if rows else table


def _matched(before: Flows, after: Flows) -> tuple[Floats, Floats]:
    """Return both matrices in the order of the first universe; of undirected flows the upper half."""
    if before.directed != after.directed:
        raise BadSpec("one period has directed flows and the other undirected ones; give both of one kind.")
    apart = sorted(map(str, set(before.places) ^ set(after.places)))
    if apart:
        raise BadSpec(
            f"the periods have different universes; only one of them has {', '.join(apart[:10])}. "
            "Give both the same places: a place outside the universe is not a place without flow (§5)."
        )
    order = pd.Index(after.places).get_indexer(list(before.places))
    first, second = before.matrix(), after.matrix()[np.ix_(order, order)]
    return (first, second) if before.directed else (np.triu(first), np.triu(second))


def _demo() -> tuple[Flows, Flows]:
    def of(rows: list[tuple[str, str, float]]) -> Flows:
        frame = pd.DataFrame(rows, columns=["origin", "destination", "value"])
        return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abc"), directed=False)

    return of([("a", "b", 3), ("b", "c", 4)]), of([("a", "b", 4), ("a", "c", 2)])
