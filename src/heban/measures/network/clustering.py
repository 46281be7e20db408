"""Clustering: whether the partners of a place are partners of each other."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from heban.measures.network.modularity import joined
from heban.measures.network.requirements import Floats, one_of
from heban.records.flows import Flows

By = Literal["ties", "onnela", "barrat"]


def clustering(flows: Flows, *, by: By = "ties") -> pd.Series[float]:
    """Return the share of pairs of a place's partners that are tied; NaN with fewer than two partners.

    With k partners, over ordered pairs j, h of them: by "ties", c = Σ a_jh / (k(k−1)). By "onnela", the same
    with the geometric mean of the three flows of the triangle, each over the largest flow of the network, in
    place of a_jh. By "barrat", each a_jh counts by the mean of the place's own flows to j and h, relative to
    the mean flow: c = Σ ½(w_ij + w_ih) a_jh / (s(k−1)). Directed flows count with those that come back.
    Most programs print 0 where fewer than two partners leave nothing to ask; here that is NaN (§1).
    Source: Watts & Strogatz, Nature 393 (1998) 440; Onnela et al., Phys. Rev. E 71 (2005) 065103; Barrat et
    al., PNAS 101 (2004) 3747, eq. 5.

    >>> clustering(_demo()).round(4).tolist(), clustering(_demo(), by="barrat").round(4).tolist()
    ([1.0, 1.0, 0.3333, nan], [1.0, 1.0, 0.4, nan])
    """
    one_of("by", by, get_args(By))
    weight = joined(flows).toarray()
    closed, possible = _triangles(weight, by)
    found = np.full(len(weight), np.nan)
    np.divide(closed, possible, out=found, where=possible > 0)
    return pd.Series(found, index=list(flows.places), name="clustering")


def average_clustering(flows: Flows, *, by: By = "ties", whole: bool = True) -> float:
    """Return the mean of the clustering of the places, those with fewer than two partners counting as 0.

    Unless `whole`, they are left out: they have no clustering, and in a network with many of them the mean
    over the whole tells of their number. NaN without places to average.
    Source: Watts & Strogatz, Nature 393 (1998) 440; on those left out: Kaiser, New J. Phys. 10 (2008) 083042.

    >>> round(average_clustering(_demo()), 4), round(average_clustering(_demo(), whole=False), 4)
    (0.5833, 0.7778)
    """
    found = clustering(flows, by=by)
    return float((found.fillna(0.0) if whole else found).mean())


def transitivity(flows: Flows) -> float:
    """Return the share of paths of two ties of which the ends are tied too; NaN without such paths.

    T = 3 × triangles / connected triples: every path counts once, so that places with many partners count
    more than in the average clustering.
    Source: Luce & Perry, Psychometrika 14 (1949) 95; Newman, SIAM Review 45 (2003) 167, eq. 3.

    >>> transitivity(_demo())
    0.6
    """
    closed, possible = _triangles(joined(flows).toarray(), "ties")
    return float(closed.sum() / possible.sum()) if possible.any() else float("nan")


def _triangles(weight: Floats, by: By) -> tuple[Floats, Floats]:
    """Return per place what its closed pairs of partners weigh, and what all pairs of them would."""
    tied = (weight > 0).astype(float)
    degree = tied.sum(axis=1)
    if by == "barrat":
        return ((tied @ tied) * weight).sum(axis=1), weight.sum(axis=1) * np.maximum(degree - 1, 0)
    if by == "onnela":
        tied = np.cbrt(weight / max(float(weight.max(initial=0.0)), np.finfo(float).tiny))
    return ((tied @ tied) * tied).sum(axis=1), degree * (degree - 1)


def _demo() -> Flows:
    """Return a triangle, and a place that hangs on it."""
    frame = pd.DataFrame({"origin": list("aabc"), "destination": list("bccd"), "value": [1.0, 2.0, 2.0, 1.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
