"""Reciprocity: how much of what is given comes back from the same place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.measures.network.requirements import Bools, directed
from heban.records.flows import Flows

NAN = float("nan")


def reciprocity(flows: Flows) -> float:
    """Return the share of directed ties that have a tie back: r = L↔/L, NaN without ties.

    Source: Wasserman & Faust, Social Network Analysis (1994), ch. 13.

    >>> round(reciprocity(_demo()), 4)
    0.6667
    """
    linked = _linked(flows, "reciprocity")
    ties = np.count_nonzero(linked)
    return float(np.count_nonzero(linked & linked.T) / ties) if ties else NAN


def excess_reciprocity(flows: Flows) -> float:
    """Return how far reciprocity exceeds that of ties placed by chance: ρ = (r − a)/(1 − a).

    a is the density, the reciprocity expected of as many ties placed anywhere. ρ = 0 by chance, 1 when
    every tie is returned, below 0 when ties avoid their return. NaN without ties and when all are present.
    Source: Garlaschelli & Loffredo, Physical Review Letters 93 (2004) 268701.

    >>> round(excess_reciprocity(_demo()), 4)
    0.3333
    """
    linked = _linked(flows, "excess reciprocity")
    ties, possible = int(np.count_nonzero(linked)), linked.size - len(linked)
    if not 0 < ties < possible:
        return NAN
    density = ties / possible
    return (reciprocity(flows) - density) / (1 - density)


def weighted_reciprocity(flows: Flows) -> float:
    """Return the share of all flow that is matched by a flow back: r = Σ min(w_ij, w_ji) / Σ w_ij.

    Both sums run over all ordered pairs i ≠ j. 1 when every pair is even, NaN without flow and when the
    value of a flow is not known (§1).
    Source: Squartini, Picciolo, Ruzzenenti & Garlaschelli, Scientific Reports 3 (2013) 2729.

    >>> round(weighted_reciprocity(_demo()), 4)
    0.4
    """
    directed(flows, "weighted reciprocity")
    matrix = flows.matrix()
    total = float(matrix.sum())
    return float(np.minimum(matrix, matrix.T).sum()) / total if total else NAN


def reciprocated(flows: Flows) -> pd.DataFrame:
    """Return per place what of its flow is mutual, what it only gives and what it only receives.

    mutual = Σ_j min(w_ij, w_ji), given_only = Σ_j w_ij − mutual, received_only = Σ_j w_ji − mutual;
    share = 2·mutual / (given + received), NaN for a place without flow.
    Source: Squartini et al., Scientific Reports 3 (2013) 2729.

    >>> reciprocated(_demo()).loc["a"].to_dict()
    {'mutual': 1.0, 'given_only': 2.0, 'received_only': 0.0, 'share': 0.5}
    """
    directed(flows, "reciprocated flow")
    matrix = flows.matrix()
    mutual = np.minimum(matrix, matrix.T).sum(axis=1)
    given, received = matrix.sum(axis=1), matrix.sum(axis=0)
    columns = {"mutual": mutual, "given_only": given - mutual, "received_only": received - mutual}
    table = pd.DataFrame(columns, index=list(flows.places))
    return table.assign(share=2 * table["mutual"] / (given + received))


def _linked(flows: Flows, measure: str) -> Bools:
    """Return which ordered pairs are tied; a flow of unknown size is a tie all the same."""
    directed(flows, measure)
    return np.asarray(flows.matrix() != 0)


def _demo() -> Flows:
    frame = pd.DataFrame(
        {
            "origin": ["a", "b", "b"],
            "destination": ["b", "a", "c"],
            "year": 2020,
            "class": "",
            "value": [3.0, 1.0, 1.0],
        }
    )
    return Flows(frame, ("a", "b", "c"), directed=True)
