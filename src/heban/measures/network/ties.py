"""Ties of a network: density, degree and strength, over a stated universe of cities."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from heban.records.flows import Flows


def possible_ties(places: int, *, directed: bool) -> int:
    """Return how many ties a network of n places could have: n(n−1)/2, or n(n−1) when directed.

    >>> possible_ties(41, directed=False)
    820
    """
    ordered = places * (places - 1)
    return ordered if directed else ordered // 2


def ties(flows: Flows) -> int:
    """Return the number of pairs of places with a flow between them, whatever its size.

    >>> ties(_demo())
    2
    """
    present = int(np.count_nonzero(flows.matrix()))
    return present if flows.directed else present // 2


def density(flows: Flows) -> float:
    """Return the share of possible ties that are present.

    Undirected: 2L/(N(N−1)), N being every place of the universe, also those without ties (§5).
    Source: Wasserman & Faust, Social Network Analysis (1994), ch. 4.

    >>> round(density(_demo()), 4)
    0.3333
    """
    possible = possible_ties(len(flows.places), directed=flows.directed)
    return ties(flows) / possible if possible else float("nan")


def weighted_density(flows: Flows) -> float:
    """Return the mean flow over all possible ties, in the unit of the flows; a pair without a tie counts 0.

    Undirected: 2W/(N(N−1)), W being the sum of flows between places (§5, §6). Unlike the density it does
    not saturate when nearly all pairs are tied. Source: Wasserman & Faust (1994), ch. 4.3.

    >>> round(weighted_density(_demo()), 4)
    0.6667
    """
    possible = possible_ties(len(flows.places), directed=flows.directed)
    total = float(flows.matrix().sum()) / (1 if flows.directed else 2)
    return total / possible if possible else float("nan")


def degree(flows: Flows) -> pd.Series[int]:
    """Return how many other places each place is tied to, 0 for a place without ties.

    >>> degree(_demo()).to_dict()
    {'a': 1, 'b': 2, 'c': 1, 'd': 0}
    """
    matrix = flows.matrix()
    linked = (matrix != 0) | (matrix.T != 0)
    return pd.Series(linked.sum(axis=1), index=list(flows.places), name="degree")


def strength(flows: Flows) -> pd.Series[float]:
    """Return the sum of the flows that touch each place; flows within a place do not count (§6).

    Source: Barrat et al., PNAS 101 (2004) 3747, eq. 2.

    >>> strength(_demo()).to_dict()
    {'a': 3.0, 'b': 4.0, 'c': 1.0, 'd': 0.0}
    """
    matrix = flows.matrix()
    total = matrix.sum(axis=1) if not flows.directed else matrix.sum(axis=0) + matrix.sum(axis=1)
    return pd.Series(total, index=list(flows.places), name="strength")


def taking_part(flows: Flows) -> int:
    """Return the number of places with at least one tie.

    >>> taking_part(_demo())
    3
    """
    return int((degree(flows) > 0).sum())


def share_touching(flows: Flows, members: Collection[str]) -> float:
    """Return the share of all flow that has at least one end in a group of places; NaN without flow.

    >>> share_touching(_demo(), {"a"})
    0.75
    """
    between = flows.frame[flows.frame["origin"] != flows.frame["destination"]]
    touching = between["origin"].isin(list(members)) | between["destination"].isin(list(members))
    total = float(between["value"].sum())
    return float(between.loc[touching, "value"].sum()) / total if total else float("nan")


def pairs(flows: Flows) -> pd.DataFrame:
    """Return the summed flow of each tied pair, largest first: origin, destination, value.

    >>> pairs(_demo()).to_numpy().tolist()
    [['a', 'b', 3.0], ['b', 'c', 1.0]]
    """
    between = flows.frame[flows.frame["origin"] != flows.frame["destination"]]
    ends = between[["origin", "destination"]]
    if not flows.directed:
        ends = pd.DataFrame(np.sort(ends.to_numpy(dtype=str), axis=1), columns=ends.columns, index=ends.index)
    summed = ends.assign(value=between["value"]).groupby(["origin", "destination"], as_index=False).sum()
    return summed.sort_values(
        ["value", "origin", "destination"], ascending=[False, True, True], ignore_index=True
    )


def _demo() -> Flows:
    """Return four places of which one is alone: small enough to check by hand."""
    frame = pd.DataFrame(
        {"origin": ["a", "b"], "destination": ["b", "c"], "year": 2020, "class": "", "value": [3.0, 1.0]}
    )
    return Flows(frame, ("a", "b", "c", "d"), directed=False)
