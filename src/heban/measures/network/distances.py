"""Distances: how far apart places are in a network, in ties or in lengths of ties."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from heban.measures.network.requirements import Bools, Floats, known
from heban.records.flows import Flows

HUBS = 32  # so many strongest places are tried as a way round each tie
SURELY = 1 + 1e-9  # a way round is shorter beyond any rounding when the tie is longer by this factor
ROWS = 128  # sources taken at once into products of matrices
DENSE = 200  # product of matrices against walk along ties: places² × steps that cost as much as one tie


def distances(flows: Flows, *, weighted: bool = False) -> pd.DataFrame:
    """Return the distance from each place (row) to each other (column), ∞ where no path leads.

    Unweighted, the least number of ties on a path. Weighted, the least sum of lengths 1/flow, in the
    inverse of the unit of the flows: twice the flow is half as far. A flow of 0 is no tie; directed flows
    are followed from origin to destination; a flow of unknown value is refused (§1).
    Source: Dijkstra, Numerische Mathematik 1 (1959) 269; lengths: Newman, Phys. Rev. E 64 (2001) 016132.

    >>> distances(_demo(), weighted=True).loc["a"].tolist()
    [0.0, 0.25, 0.75, inf]
    """
    found = apart(known(flows), weighted=weighted)
    return pd.DataFrame(found, index=list(flows.places), columns=list(flows.places))


def apart(matrix: Floats, *, weighted: bool) -> Floats:
    """Return the n × n distances of a matrix of flows, lengths being 1/flow or, unweighted, 1.

    >>> apart(np.array([[0.0, 4.0], [0.0, 0.0]]), weighted=True).tolist()
    [[0.0, 0.25], [inf, 0.0]]
    """
    return shortest(short_ties(lengths(matrix))) if weighted else hops(matrix > 0)


def lengths(matrix: Floats) -> Floats:
    """Return 1/flow for each tie, ∞ where there is none.

    >>> lengths(np.array([[0.0, 4.0], [0.0, 0.0]])).tolist()
    [[inf, 0.25], [inf, inf]]
    """
    length = np.full(matrix.shape, np.inf)
    np.divide(1.0, matrix, out=length, where=matrix > 0)
    return length


def short_ties(length: Floats) -> Floats:
    """Return the lengths without ties that are surely longer than a way round by a place of many short ties.

    Such a tie is on no shortest path. In networks with a few strong places hardly any tie remains.

    >>> short_ties(np.array([[np.inf, 1, 9], [1, np.inf, 2], [9, 2, np.inf]])).tolist()
    [[inf, 1.0, inf], [1.0, inf, 2.0], [inf, 2.0, inf]]
    """
    present = length[np.isfinite(length)]
    if present.max(initial=0.0) <= 2 * present.min(initial=np.inf):  # no two ties are shorter than one
        return length
    around, near = length.copy(), 1 / length
    for hub in np.argsort(-(near.sum(axis=0) + near.sum(axis=1)), kind="stable")[:HUBS]:
        np.minimum(around, length[:, hub, None] + length[hub], out=around)
    return np.where(length <= around * SURELY, length, np.inf)


def shortest(length: Floats) -> Floats:
    """Return the least sums of lengths from each place to each, by Dijkstra's way from every place.

    >>> shortest(np.array([[np.inf, 1, np.inf], [1, np.inf, 2], [np.inf, 2, np.inf]]))[0].tolist()
    [0.0, 1.0, 3.0]
    """
    tail, head = np.nonzero(np.isfinite(length))
    graph = csr_array((length[tail, head], (tail, head)), shape=length.shape)
    return np.asarray(dijkstra(graph, directed=True)) if len(length) else length.copy()


def hops(tied: Bools) -> Floats:
    """Return the least numbers of ties from each place to each, ∞ where no path leads.

    >>> hops(np.array([[False, True], [False, False]])).tolist()
    [[0.0, 1.0], [inf, 0.0]]
    """
    found, adjacency = np.full(tied.shape, np.inf), tied.astype(float)
    for block in blocks(len(tied), ROWS * len(tied)):
        reached = fronts(adjacency, block)
        if reached is None:
            return np.asarray(dijkstra(csr_array(tied), directed=True, unweighted=True))
        for step, front in enumerate(reached):
            found[block][front > 0] = step
    return found


def fronts(adjacency: Floats, block: slice) -> list[Floats] | None:
    """Return per number of steps how many shortest paths end where: matrices of sources × places.

    One product of matrices a step; None when a walk along the ties is surely quicker, as in sparse
    networks and in long ones.

    >>> [front.tolist() for front in fronts(np.array([[0.0, 1.0], [1.0, 0.0]]), slice(0, 1)) or []]
    [[[1.0, 0.0]], [[0.0, 1.0]]]
    """
    size = len(adjacency)
    most = DENSE * np.count_nonzero(adjacency) / max(size, 1) ** 2
    front = np.eye(size)[block]
    found: list[Floats] = []
    unseen = np.ones(front.shape, dtype=bool)
    while front.any():
        if len(found) > most:
            return None
        found.append(front)
        unseen &= front == 0
        front = (front @ adjacency) * unseen
    return found


def blocks(size: int, cells: int) -> Iterator[slice]:
    """Yield the sources in blocks, so that a matrix of sources × places stays small.

    >>> list(blocks(5, 10))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = max(1, cells // max(size, 1))
    for start in range(0, size, step):
        yield slice(start, min(start + step, size))


def _demo() -> Flows:
    """Return a strong path of three places beside a weak tie of its ends, and a place alone."""
    frame = pd.DataFrame({"origin": list("aba"), "destination": list("bcc"), "value": [4.0, 2.0, 1.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
