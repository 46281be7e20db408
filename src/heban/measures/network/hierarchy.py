"""Hierarchy of directed flows: what runs one way only, and which places can reach each other."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from heban.measures.network.requirements import directed, one_of
from heban.records.flows import Flows

Connection = Literal["weak", "strong"]


def flow_hierarchy(flows: Flows, *, weighted: bool = True) -> float:
    """Return the share of flow that lies on no cycle: 1 for a pure order, 0 when all flow can come back.

    A tie lies on a cycle when both its ends are in one strong component. Unweighted, the share of ties;
    NaN without ties, and weighted when a value is not known (§1). Undirected flows are refused.
    Source: Luo & Magee, Complexity 16(6) (2011) 53–61.

    >>> round(flow_hierarchy(_demo()), 2), round(flow_hierarchy(_demo(), weighted=False), 4)
    (0.2, 0.3333)
    """
    directed(flows, "flow hierarchy")
    matrix = flows.matrix()
    sizes = matrix if weighted else (matrix != 0).astype(float)
    total = float(sizes.sum())
    _, label = connected_components(csr_array(matrix != 0), directed=True, connection="strong")
    apart = label[:, None] != label[None, :]
    return float(sizes[apart].sum()) / total if total else float("nan")


def components(flows: Flows, connection: Connection = "weak") -> pd.Series[int]:
    """Return the number of the component of each place, 1 for the largest.

    Weak: places joined by ties of any direction. Strong: places that can reach each other along the flows.
    A place without ties is a component of its own (§5). Components of one size are numbered in the order of
    the universe. In undirected flows both are the same.
    Source: Tarjan, SIAM Journal on Computing 1 (1972) 146–160, for the strong ones.

    >>> components(_demo()).to_dict(), components(_demo(), "strong").to_dict()
    ({'a': 1, 'b': 1, 'c': 1, 'd': 2}, {'a': 1, 'b': 1, 'c': 2, 'd': 3})
    """
    one_of("connection", connection, get_args(Connection))
    linked = csr_array(flows.matrix() != 0)
    count, label = connected_components(linked, directed=True, connection=connection)
    sizes = np.bincount(label, minlength=count)
    first = np.full(count, len(label))
    np.minimum.at(first, label, np.arange(len(label)))
    number = np.empty(count, dtype=int)
    number[np.lexsort((first, -sizes))] = np.arange(1, count + 1)
    return pd.Series(number[label], index=list(flows.places), name=connection)


def component_count(flows: Flows, connection: Connection = "weak") -> int:
    """Return the number of weak or strong components, places without ties included (§5).

    >>> component_count(_demo()), component_count(_demo(), "strong")
    (2, 3)
    """
    return int(components(flows, connection).nunique())


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
    return Flows(frame, ("a", "b", "c", "d"), directed=True)
