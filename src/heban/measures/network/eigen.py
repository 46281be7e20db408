"""Standing by the standing of one's partners: eigenvector centrality, PageRank, hubs and authorities."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import eigsh

from heban.domain.errors import BadSpec
from heban.measures.network.requirements import Floats, known
from heban.records.flows import Flows

FEW = 50  # places, up to which a full decomposition is quicker
SMALL = 1e-15
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
    found = _perron(csr_array(_values(flows, weighted)))
    return pd.Series(found, index=list(flows.places), name="eigenvector")


def pagerank(flows: Flows, *, damping: float = 0.85, weighted: bool = True) -> pd.Series[float]:
    """Return the share of time that a walk along the flows spends in each place; the shares sum to 1.

    x = d(Pᵀx + (Σ x of places that give nothing)/n) + (1 − d)/n: with chance d, the damping, the walk follows
    a flow in proportion to its size, and otherwise, or where nothing flows out, it goes to any place of the
    universe. Iterated until the error, which falls by d a step, is below 10⁻¹⁵. Undirected flows are followed
    either way.
    Source: Brin & Page, Computer Networks and ISDN Systems 30 (1998) 107.

    >>> pagerank(_demo()).round(4).tolist()
    [0.2445, 0.4633, 0.2445, 0.0476]
    """
    if not 0 <= damping < 1:
        raise BadSpec(f"damping is {damping:g}; give a chance from 0 to below 1, 0.85 as usual.")
    matrix, n = csr_array(_values(flows, weighted)), len(flows.places)
    given = np.asarray(matrix.sum(axis=1))
    stuck, out = given == 0, np.where(given > 0, given, 1.0)
    follow = csr_array(matrix.multiply(1 / out[:, None])).T.tocsr()
    found, off = np.full(n, 1 / max(n, 1)), 2.0  # no two distributions are further apart than 2
    while off > SMALL and n:
        onward = damping * (follow @ found + found[stuck].sum() / n) + (1 - damping) / n
        moved = float(np.abs(onward - found).sum())
        found, off = onward, min(off * damping, moved * damping / (1 - damping))
    return pd.Series(found / found.sum(), index=list(flows.places), name="pagerank")


def hits(flows: Flows, *, weighted: bool = True) -> pd.DataFrame:
    """Return per place how much of a hub and of an authority it is; each column sums to 1.

    A hub gives to authorities, an authority receives from hubs: h ∝ Wa, a ∝ Wᵀh, the leading singular
    vectors of W. Without ties both are NaN. `BadSpec` when the leading singular value belongs to several
    parts alike, as in an undirected network of two kinds of places that are tied across only: hubs and
    authorities are not determined then.
    Source: Kleinberg, Journal of the ACM 46 (1999) 604.

    >>> hits(Flows(_demo().frame.assign(value=[2.0, 1.0]), tuple("abcd"), directed=True)).to_dict("list")
    {'hub': [1.0, 0.0, 0.0, 0.0], 'authority': [0.0, 1.0, 0.0, 0.0]}
    """
    matrix, n = csr_array(_values(flows, weighted)), len(flows.places)
    both = _perron(csr_array(block_array([[None, matrix], [matrix.T, None]]))) if n else np.empty(0)
    parts = {"hub": both[:n], "authority": both[n:]}
    return pd.DataFrame({name: part / part.sum() for name, part in parts.items()}, index=list(flows.places))


def _values(flows: Flows, weighted: bool) -> Floats:
    matrix = known(flows)
    return matrix if weighted else (matrix > 0).astype(float)


def _perron(matrix: csr_array) -> Floats:
    """Return the leading eigenvector of a symmetric matrix, part by part, each of which has one above 0."""
    count, label = connected_components(matrix, directed=False)
    found, best, rivals = np.full(len(label), np.nan), 0.0, 1
    for part in np.flatnonzero(np.bincount(label, minlength=count) > 1):
        inside = np.flatnonzero(label == part)
        value, vector = _leading(csr_array(matrix[inside][:, inside]))
        if value > best * (1 + ALIKE):
            best, rivals = value, 1
            found = np.zeros(len(label))
            found[inside] = vector / vector.max()
        elif value > best * (1 - ALIKE):
            rivals += 1
    if rivals > 1:
        raise BadSpec(
            f"the leading value, {best:g}, belongs to {rivals} parts of the network alike, so that their "
            "standing beside each other is not determined; take the giant component (paths.giant), or use "
            "pagerank."
        )
    return found


def _leading(matrix: csr_array) -> tuple[float, Floats]:
    """Return the largest eigenvalue of a connected part and its vector, which is above 0 everywhere."""
    if matrix.shape[0] <= FEW:
        values, vectors = np.linalg.eigh(matrix.toarray())
    else:
        values, vectors = eigsh(matrix, k=1, which="LA", v0=np.sqrt(matrix.sum(axis=1)))
    return float(values[-1]), np.abs(vectors[:, -1])


def _demo() -> Flows:
    """Return a path of three places, and a place alone."""
    frame = pd.DataFrame({"origin": ["a", "b"], "destination": ["b", "c"], "value": [2.0, 2.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
