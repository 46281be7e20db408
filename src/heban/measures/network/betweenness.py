"""Betweenness: through which places the shortest paths between the others run."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import spsolve_triangular

from heban.measures.network.distances import ROWS, blocks, fronts
from heban.measures.network.exactpaths import exact_dependency
from heban.measures.network.geodesics import Geodesics, Numbers, doubtful, geodesics, steps
from heban.measures.network.requirements import Floats, known
from heban.records.flows import Flows

CHECKS = 2_000_000  # comparisons of sources × ties held at once


def betweenness(flows: Flows, *, weighted: bool = False, normalised: bool = True) -> pd.Series[float]:
    """Return the share of shortest paths between other places that run through each place.

    b_v = Σ_{s≠v≠t} σ_st(v)/σ_st over ordered pairs with a path, σ_st being the number of shortest paths and
    σ_st(v) of those through v. Normalised, divided by the (n−1)(n−2) ordered pairs of other places of the
    universe, places without ties among them (§5), NaN with fewer than three; otherwise the sum, over
    unordered pairs when the flows are undirected. Unweighted, a path is as long as it has ties; weighted, a
    tie is 1/flow long, and equal lengths count as equal whatever rounding makes of them (see
    `geodesics`). A flow of unknown value is refused (§1).
    Source: Freeman, Sociometry 40 (1977) 35; weights: Newman, Phys. Rev. E 64 (2001) 016132; method:
    Brandes, Journal of Mathematical Sociology 25 (2001) 163.

    >>> betweenness(_demo()).tolist(), betweenness(_demo(), weighted=True).round(4).tolist()
    ([0.0, 0.0, 0.0, 0.0], [0.0, 0.3333, 0.0, 0.0])
    """
    matrix = known(flows)
    passing, n = through(matrix, weighted=weighted), len(matrix)
    if normalised:
        passing = passing / ((n - 1) * (n - 2)) if n > 2 else np.full(n, np.nan)
    elif not flows.directed:
        passing = passing / 2
    return pd.Series(passing, index=list(flows.places), name="betweenness")


def through(matrix: Floats, *, weighted: bool) -> Floats:
    """Return the sum over ordered pairs of the shares of shortest paths through each place of a matrix.

    >>> through(np.array([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]]), weighted=False).tolist()
    [0.0, 2.0, 0.0]
    """
    tied = matrix > 0
    alike = np.unique(matrix[tied])
    if weighted and len(alike) > 1:
        return _along_ties(geodesics(matrix))
    adjacency = tied.astype(float)
    passing = np.zeros(len(matrix))
    for block in blocks(len(matrix), ROWS * len(matrix)):
        levels = fronts(adjacency, block)
        if levels is None:
            return _along_ties(geodesics(adjacency))
        passing += _by_levels(adjacency, levels)
    return passing


def _by_levels(adjacency: Floats, levels: list[Floats]) -> Floats:
    """Return what passes through each place, from the numbers of paths that end after each number of ties."""
    paths = np.maximum(sum(levels[1:], start=levels[0]), 1.0)
    passing = np.zeros(paths.shape)
    for former, level in zip(levels[-2:0:-1], levels[:1:-1], strict=True):
        due = np.where(level > 0, (1 + passing) / paths, 0.0)
        passing += former * (due @ adjacency.T)
    return np.asarray(passing.sum(axis=0))


def _along_ties(net: Geodesics) -> Floats:
    """Return what passes through each place, from the ties on shortest paths of each source."""
    size = len(net.distance)
    passing, exactly = np.zeros(size), None
    for block in blocks(size, CHECKS * size // max(len(net.tail), 8 * size, 1)):
        sources = np.arange(size)[block]
        wrong = np.arange(len(sources))
        if net.parted:
            source, tie = steps(net, block)
            found = _solved(net, block, source, tie)
            broken = np.array(~np.isfinite(found).all(axis=1))  # more paths than floating point counts
            broken[doubtful(net, block, source, tie)] = True
            passing += found[~broken].sum(axis=0)
            wrong = np.flatnonzero(broken)
        if len(wrong):
            exactly = exactly or exact_dependency(net)
            passing += sum(exactly(int(one)) for one in sources[wrong])
    return passing


def _solved(net: Geodesics, block: slice, source: Numbers, tie: Numbers) -> Floats:
    """Return per source what passes through each place, sources × places.

    With T the steps of shortest paths, from before to after, the numbers of paths are σ = e + Tᵀσ, and
    y = (1 + passing)/σ is y = 1/σ + T y. In the order of distance both are triangular.
    """
    distance = net.distance[block]
    count, size = distance.shape
    order = np.argsort(distance, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(size)[None, :], axis=1)
    rank += np.arange(count)[:, None] * size
    before, after = rank[source, net.tail[tie]], rank[source, net.head[tie]]
    shape = (count * size, count * size)
    onward = csr_array((np.ones(len(tie)), (after, before)), shape=shape)
    system = csr_array(eye_array(count * size, format="csr") - onward)
    first = np.zeros(count * size)
    first[rank[np.arange(count), np.arange(size)[block]]] = 1.0
    paths = spsolve_triangular(system, first, lower=True, unit_diagonal=True)
    share = np.divide(1.0, paths, out=np.zeros_like(paths), where=paths > 0)
    due = spsolve_triangular(system.T, share, lower=False, unit_diagonal=True)
    with np.errstate(over="ignore", invalid="ignore"):
        passing = (paths * (onward.T @ due))[rank]
    passing[np.arange(count), np.arange(size)[block]] = 0.0
    return np.asarray(passing)


def _demo() -> Flows:
    """Return three places with one weak tie, all tied to each other, and a place alone."""
    frame = pd.DataFrame({"origin": list("aba"), "destination": list("bcc"), "value": [4.0, 2.0, 1.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
