"""Closeness: how near a place is to the others."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from heban.measures.network.distances import apart
from heban.measures.network.requirements import Floats, known, one_of
from heban.records.flows import Flows

Along = Literal["out", "in"]


def closeness(flows: Flows, *, weighted: bool = False, along: Along = "out") -> pd.Series[float]:
    """Return how near each place is to those it reaches, the more so the more it reaches.

    C_i = (r_i/(n−1)) · (r_i/Σ_j d_ij) over the r_i other places that i reaches, out of the n−1 others of the
    universe; 0 for a place that reaches none. With r_i = n−1 it is the inverse of the mean distance.
    Unweighted, d counts ties; weighted, it sums lengths 1/flow, and C is in the unit of the flows. Directed
    flows are followed "out" from the place, or "in" to it. A flow of unknown value is refused (§1).
    Source: Freeman, Social Networks 1 (1979) 215; parts that do not reach each other: Wasserman & Faust,
    Social Network Analysis (1994), eq. 5.22.

    >>> closeness(_demo()).round(4).tolist()
    [0.4444, 0.6667, 0.4444, 0.0]
    """
    distance = _others(flows, weighted, along)
    near = np.isfinite(distance)
    reached = near.sum(axis=1)
    total = np.where(near, distance, 0.0).sum(axis=1)
    share = reached / max(len(distance) - 1, 1)
    found = share * np.divide(reached, total, out=np.zeros(len(distance)), where=reached > 0)
    return pd.Series(found, index=list(flows.places), name="closeness")


def harmonic(
    flows: Flows, *, weighted: bool = False, along: Along = "out", normalised: bool = False
) -> pd.Series[float]:
    """Return the sum over all other places of one over the distance to them, those out of reach adding 0.

    H_i = Σ_{j≠i} 1/d_ij; normalised, the mean over the n−1 others, NaN for a place without others. Distances
    as in `closeness`.
    Source: Marchiori & Latora, Physica A 285 (2000) 539; Boldi & Vigna, Internet Mathematics 10 (2014) 222.

    >>> harmonic(_demo()).tolist()
    [1.5, 2.0, 1.5, 0.0]
    """
    found = (1 / _others(flows, weighted, along)).sum(axis=1)
    if normalised:
        found = found / (len(found) - 1 or np.nan)
    return pd.Series(found, index=list(flows.places), name="harmonic")


def _others(flows: Flows, weighted: bool, along: Along) -> Floats:
    """Return the distances to (or from) other places, ∞ on the diagonal."""
    one_of("along", along, get_args(Along))
    matrix = known(flows)
    distance = apart(matrix if along == "out" else matrix.T, weighted=weighted)
    np.fill_diagonal(distance, np.inf)
    return distance


def _demo() -> Flows:
    """Return a path of three places, and a place alone."""
    frame = pd.DataFrame({"origin": ["a", "b"], "destination": ["b", "c"], "value": [4.0, 2.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
