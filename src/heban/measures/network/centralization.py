"""Centralization: how far a whole network is like a star, with one place in the middle of all."""

from __future__ import annotations

import pandas as pd

from heban.measures.network.betweenness import betweenness
from heban.measures.network.closeness import closeness
from heban.measures.network.ties import degree
from heban.records.flows import Flows


def degree_centralization(flows: Flows) -> float:
    """Return how far the ties gather in one place: 0 when all have as many, 1 in a star.

    C = Σ_i (max k − k_i) / ((n−1)(n−2)), over every place of the universe (§5); NaN with fewer than three.
    Sizes and directions of flows do not matter.
    Source: Freeman, Social Networks 1 (1979) 215.

    >>> degree_centralization(_demo())
    1.0
    """
    n = len(flows.places)
    return _beside_star(degree(flows), (n - 1) * (n - 2))


def betweenness_centralization(flows: Flows) -> float:
    """Return how far the shortest paths run through one place: 0 when all have as many, 1 in a star.

    C = Σ_i (max b − b_i) / (n−1) with b normalised and unweighted, directions put together; NaN with
    fewer than three places.
    Source: Freeman, Social Networks 1 (1979) 215.

    >>> betweenness_centralization(_demo())
    1.0
    """
    return _beside_star(betweenness(_undirected(flows)), len(flows.places) - 1)


def closeness_centralization(flows: Flows) -> float:
    """Return how far one place is nearer to all than the others are: 0 when all are as near, 1 in a star.

    C = Σ_i (max c − c_i) / ((n−1)(n−2)/(2n−3)) with c unweighted (`closeness`), directions put together; NaN
    with fewer than three places.
    Source: Freeman, Social Networks 1 (1979) 215.

    >>> round(closeness_centralization(_demo()), 12)
    1.0
    """
    n = len(flows.places)
    return _beside_star(closeness(_undirected(flows)), (n - 1) * (n - 2) / (2 * n - 3))


def _beside_star(values: pd.Series[float], star: float) -> float:
    """Return the sum of differences to the greatest value, over what it is in a star of as many places."""
    return float((values.max() - values).sum() / star) if len(values) > 2 else float("nan")


def _undirected(flows: Flows) -> Flows:
    return Flows(flows.frame, flows.places, directed=False, unit=flows.unit)


def _demo() -> Flows:
    """Return a star of four places."""
    frame = pd.DataFrame({"origin": list("aaa"), "destination": list("bcd"), "value": [1.0, 2.0, 2.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
