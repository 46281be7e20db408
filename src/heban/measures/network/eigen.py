"""Standing by the standing of one's partners: eigenvector centrality, PageRank, hubs and authorities."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.linalg import eigh

from heban.domain.errors import BadSpec
from heban.measures.network.hierarchy import components
from heban.measures.network.requirements import Floats, known
from heban.records.flows import Flows

ALIKE = 1e-9  # leading values nearer than this, relatively, cannot be told apart


def eigenvector(flows: Flows, *, weighted: bool = True) -> pd.Series[float]:
    """Return a standing that is in proportion to the flow-weighted sum of the partners' standings.

    λx = Wx with the largest λ, scaled so that the greatest x is 1; unweighted, W is 1 for a tie. Outside the
    component to which λ belongs all are 0; without ties all are NaN. `BadSpec` when λ belongs to several
    components alike, since then their proportion is not determined, and for directed flows, of which many
    have no λ above 0: `pagerank` and `hits` are for those.
    Source: Bonacich, Journal of Mathematical Sociology 2 (1972) 113.

    >>> eigenvector(_demo()).round(4).tolist()
    [0.7071, 1.0, 0.7071, 0.0]
    """
    if flows.directed:
        raise BadSpec("eigenvector needs undirected flows, and these are directed; use pagerank or hits.")
    matrix, found = _values(flows, weighted), np.full(len(flows.places), np.nan)
    label, best, rivals = components(flows).to_numpy(), 0.0, 1
    for part in np.flatnonzero(np.bincount(label) > 1):
        inside = np.flatnonzero(label == part)
        value, vector = _leading(matrix[np.ix_(inside, inside)])
        if value > best * (1 + ALIKE):
            best, rivals = value, 1
            found = np.zeros(len(label))
            found[inside] = vector / vector.max()
        elif value > best * (1 - ALIKE):
            rivals += 1
    if rivals > 1:
        raise BadSpec(
            f"the largest eigenvalue, {best:g}, belongs to {rivals} components, so that their standing "
            "beside each other is not determined; take the giant component (paths.giant)."
        )
    return pd.Series(found, index=list(flows.places), name="eigenvector")


def pagerank(flows: Flows, *, damping: float = 0.85, weighted: bool = True) -> pd.Series[float]:
    """Return the share of time that a walk along the flows spends in each place; the shares sum to 1.

    x = d(Pᵀx + (Σ x of places that give nothing)/n) + (1 − d)/n: with chance d, the damping, the walk follows
    a flow in proportion to its size, and otherwise, or where nothing flows out, it goes to any place of the
    universe. Solved, not iterated. Undirected flows are followed either way.
    Source: Brin & Page, Computer Networks and ISDN Systems 30 (1998) 107.

    >>> pagerank(_demo()).round(4).tolist()
    [0.2445, 0.4633, 0.2445, 0.0476]
    """
    if not 0 <= damping < 1:
        raise BadSpec(f"damping is {damping:g}; give a chance from 0 to below 1, 0.85 as usual.")
    matrix, n = _values(flows, weighted), len(flows.places)
    given = matrix.sum(axis=1, keepdims=True)
    follow = np.full((n, n), 1 / max(n, 1))
    np.divide(matrix, given, out=follow, where=given > 0)
    found = np.linalg.solve(np.eye(n) - damping * follow.T, np.full(n, (1 - damping) / max(n, 1)))
    return pd.Series(found, index=list(flows.places), name="pagerank")


def hits(flows: Flows, *, weighted: bool = True) -> pd.DataFrame:
    """Return per place how much of a hub and of an authority it is; each column sums to 1.

    A hub gives to authorities, an authority receives from hubs: h ∝ Wa, a ∝ Wᵀh, the leading singular
    vectors of W. Without ties both are NaN. `BadSpec` when the leading singular value is not a single one,
    since then hubs and authorities are not determined.
    Source: Kleinberg, Journal of the ACM 46 (1999) 604.

    >>> hits(Flows(_demo().frame.assign(value=[2.0, 1.0]), tuple("abcd"), directed=True)).to_dict("list")
    {'hub': [1.0, 0.0, 0.0, 0.0], 'authority': [0.0, 1.0, 0.0, 0.0]}
    """
    matrix, index = _values(flows, weighted), list(flows.places)
    hub = authority = np.full(len(matrix), np.nan)
    if matrix.any():
        values, vectors = eigh(matrix @ matrix.T, subset_by_index=(len(matrix) - 2, len(matrix) - 1))
        if values[0] > values[1] * (1 - ALIKE):
            raise BadSpec(
                "the leading singular value of the flows is not a single one, so that hubs and authorities "
                "are not determined; use eigenvector for undirected flows, or take the giant component "
                "(paths.giant)."
            )
        authority = matrix.T @ np.abs(vectors[:, 1])
        hub = matrix @ authority
    return pd.DataFrame({"hub": hub / hub.sum(), "authority": authority / authority.sum()}, index=index)


def _values(flows: Flows, weighted: bool) -> Floats:
    matrix = known(flows)
    return matrix if weighted else (matrix > 0).astype(float)


def _leading(matrix: Floats) -> tuple[float, Floats]:
    """Return the largest eigenvalue of a component and its vector, which is above 0 everywhere."""
    last = len(matrix) - 1
    value, vector = eigh(matrix, subset_by_index=(last, last))
    return float(value[0]), np.abs(vector[:, 0])


def _demo() -> Flows:
    """Return a path of three places, and a place alone."""
    frame = pd.DataFrame({"origin": ["a", "b"], "destination": ["b", "c"], "value": [2.0, 2.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
