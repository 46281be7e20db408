"""Paths: the largest part of a network that hangs together, and how long its ways are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.measures.network.distances import apart
from heban.measures.network.hierarchy import Connection, components
from heban.measures.network.requirements import Floats, known
from heban.records.flows import Flows


def giant(flows: Flows, connection: Connection = "weak") -> Flows:
    """Return the flows of the largest component, its places being the universe.

    Of components of one size the one with the earliest place. Weak and strong as in `components`.

    >>> giant(_demo()).places
    ('a', 'b', 'c')
    """
    inside = components(flows, connection).eq(1)
    places = tuple(str(place) for place in inside.index[inside])
    frame = flows.frame
    kept = frame["origin"].isin(places) & frame["destination"].isin(places)
    return Flows(frame[kept], places, flows.directed, flows.unit)


def isolates(flows: Flows) -> tuple[str, ...]:
    """Return the places without a tie to another place, in the order of the universe.

    >>> isolates(_demo())
    ('d',)
    """
    tied = flows.matrix() != 0
    alone = ~(tied.any(axis=1) | tied.any(axis=0))
    return tuple(place for place, is_alone in zip(flows.places, alone, strict=True) if is_alone)


def average_path_length(flows: Flows, *, weighted: bool = False) -> float:
    """Return the mean distance over all ordered pairs of places that a path joins; NaN if none does.

    L = Σ d_ij / (number of pairs i ≠ j with a path). Distances as in `distances`: in ties, or weighted in
    the inverse of the unit of the flows. Pairs without a path do not count, so that several components
    make L small: take it of the `giant` component, and say how many places that leaves out.
    Source: Watts & Strogatz, Nature 393 (1998) 440.

    >>> round(average_path_length(_demo()), 4)
    1.3333
    """
    joined = _joined(flows, weighted)
    return float(joined.mean()) if joined.size else float("nan")


def diameter(flows: Flows, *, weighted: bool = False) -> float:
    """Return the longest distance between places that a path joins; NaN if none does.

    Distances as in `distances`; pairs without a path do not count, as in `average_path_length`.

    >>> diameter(_demo()), diameter(_demo(), weighted=True)
    (2.0, 0.75)
    """
    joined = _joined(flows, weighted)
    return float(joined.max()) if joined.size else float("nan")


def global_efficiency(flows: Flows, *, weighted: bool = False) -> float:
    """Return the mean over all ordered pairs of one over the distance, 0 for a pair without a path.

    E = Σ_{i≠j} (1/d_ij) / (n(n−1)); it compares networks that do not all hang together, which the average
    path length cannot. NaN with fewer than two places.
    Source: Latora & Marchiori, Phys. Rev. Lett. 87 (2001) 198701.

    >>> round(global_efficiency(_demo()), 4)
    0.4167
    """
    n = len(flows.places)
    return float((1 / _joined(flows, weighted)).sum()) / (n * (n - 1) or float("nan"))


def _joined(flows: Flows, weighted: bool) -> Floats:
    """Return the distances of all ordered pairs of different places that a path joins."""
    distance = apart(known(flows), weighted=weighted)
    np.fill_diagonal(distance, np.inf)
    return distance[np.isfinite(distance)]


def _demo() -> Flows:
    """Return a path of three places, and a place alone."""
    frame = pd.DataFrame({"origin": ["a", "b"], "destination": ["b", "c"], "value": [4.0, 2.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
