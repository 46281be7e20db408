"""Cores: how deep in the network a place sits when the weakly tied are peeled off again and again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from heban.measures.network.modularity import Floats, joined, present
from heban.records.flows import Flows

ROUNDING = 1e-12  # strengths so near, of the greatest, are the same


def core_number(flows: Flows) -> pd.Series[int]:
    """Return the largest k for which a place is in the k-core, 0 for a place without ties.

    The k-core is what remains when places with fewer than k ties to those remaining are taken away until
    none is left to take. Sizes and directions of flows do not matter, unknown sizes neither (§17).
    Source: Seidman, Social Networks 5 (1983) 269; Batagelj & Zaversnik, arXiv:cs/0310049.

    >>> core_number(_demo()).to_dict()
    {'a': 2, 'b': 2, 'c': 2, 'd': 1, 'e': 0}
    """
    return pd.Series(_peeled(present(flows)).astype(np.intp), index=list(flows.places), name="core_number")


def max_core(flows: Flows) -> int:
    """Return the largest k of which there is a k-core; 0 without places.

    >>> max_core(_demo())
    2
    """
    return int(core_number(flows).max()) if flows.places else 0


def strength_core(flows: Flows) -> pd.Series[float]:
    """Return the largest s for which a place is in the s-core, in the unit of the flows; 0 without ties.

    The s-core is what remains when places whose flows with those remaining sum to less than s are taken
    away until none is left to take; a directed flow counts with the one that comes back.
    Source: Eidsaa & Almaas, Phys. Rev. E 88 (2013) 062819.

    >>> strength_core(_demo()).to_dict()
    {'a': 3.0, 'b': 3.0, 'c': 3.0, 'd': 1.0, 'e': 0.0}
    """
    return pd.Series(_peeled(joined(flows)), index=list(flows.places), name="strength_core")


def _peeled(matrix: sparse.csr_array) -> Floats:
    """Take away all nodes at or below the least sum of weights that remains, raise it when none is left."""
    left = np.asarray(matrix.sum(axis=1), dtype=np.float64)
    slack = ROUNDING * float(left.max(initial=0.0))
    shell = np.zeros(len(left))
    inside = np.ones(len(left), dtype=bool)
    while inside.any():
        level = float(left[inside].min())
        while (leaving := np.flatnonzero(inside & (left <= level + slack))).size:
            shell[leaving] = level
            inside[leaving] = False
            left -= matrix[leaving].sum(axis=0)
    return shell


def _demo() -> Flows:
    """Return a triangle, a place that hangs on it and a place alone: small enough to check by hand."""
    frame = pd.DataFrame({"origin": list("aabc"), "destination": list("bccd"), "value": [2.0, 1.0, 2.0, 1.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcde"), directed=False)
