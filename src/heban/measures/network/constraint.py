"""Constraint: how far a place's flows lead back to one and the same group of partners."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.measures.network.modularity import joined
from heban.records.flows import Flows


def constraint(flows: Flows, *, weighted: bool = True) -> pd.Series[float]:
    """Return Burt's constraint: low for a place between partners who are not tied to each other.

    c_i = Σ_j (p_ij + Σ_q p_iq p_qj)² over the partners j of i, p_ij being the share of j in all flow of i,
    both directions together; unweighted, every tie is 1. It is 1 for a place with one partner who has no
    other, may be a little above 1 in very small groups, and falls towards 0 with many separate partners. NaN
    for a place without ties: it has no partners to be bound by.
    Source: Burt, Structural Holes (1992), ch. 2, eq. 2.4.

    >>> constraint(_demo()).round(4).tolist()
    [0.5, 1.0, 1.0, nan]
    """
    flow = joined(flows).toarray()
    tied = flow > 0
    values = flow if weighted else tied.astype(float)
    total = values.sum(axis=1, keepdims=True)
    share = np.divide(values, total, out=np.zeros_like(values), where=total > 0)
    bound = np.where(tied, (share + share @ share) ** 2, 0.0).sum(axis=1)
    found = np.where(total[:, 0] > 0, bound, np.nan)
    return pd.Series(found, index=list(flows.places), name="constraint")


def _demo() -> Flows:
    """Return a place with two partners who are not tied to each other, and a place alone."""
    frame = pd.DataFrame({"origin": ["a", "a"], "destination": ["b", "c"], "value": [3.0, 3.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
