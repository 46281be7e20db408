"""Assortativity: whether like is tied to like."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.network.requirements import Floats, known, one_of
from heban.records.flows import Flows

End = Literal["out", "in", "both"]


def degree_assortativity(
    flows: Flows, *, origin: End = "out", destination: End = "in", weighted: bool = False
) -> float:
    """Return the correlation of degrees at the two ends of ties: above 0 where the well tied meet.

    Pearson's r over all ties, those of undirected flows counted from either end. Directed: the number of
    places that the origin gives to ("out"), receives from ("in"), or the sum ("both"), and the same of the
    destination; of undirected flows all three come to the same.
    Weighted, a tie counts by its flow. NaN where degrees are all alike at either end, or without ties.
    Source: Newman, Phys. Rev. Lett. 89 (2002) 208701; directed and weighted: Foster et al., PNAS 107 (2010)
    10815; Leung & Chau, Physica A 378 (2007) 591.

    >>> round(degree_assortativity(_demo()), 4)
    -0.7143
    """
    for name, end in (("origin", origin), ("destination", destination)):
        one_of(name, end, get_args(End))
    matrix = known(flows)
    out, into = (matrix > 0).sum(axis=1), (matrix > 0).sum(axis=0)
    degrees = {"out": out, "in": into, "both": out + into}
    return _correlation(matrix, degrees[origin], degrees[destination], weighted)


def assortativity(flows: Flows, values: pd.Series[float], *, weighted: bool = False) -> float:
    """Return the correlation of a property of places at the two ends of ties.

    r as in `degree_assortativity`, of any number: an index, a share, the output per head. A place with ties
    but without a value is refused (§1).
    Source: Newman, Phys. Rev. E 67 (2003) 026126, eq. 21.

    >>> round(assortativity(_demo(), pd.Series({"a": 1.0, "b": 2.0, "c": 3.0, "d": 9.0})), 4)
    0.087
    """
    matrix = known(flows)
    number = values.reindex(list(flows.places)).to_numpy(dtype=float)
    tied = (matrix > 0).any(axis=0) | (matrix > 0).any(axis=1)
    lacking = [place for place, no in zip(flows.places, tied & np.isnan(number), strict=True) if no]
    if lacking:
        more = f" and {len(lacking) - 10} more" if len(lacking) > 10 else ""
        raise BadSpec(
            f"places with ties but without a value: {', '.join(lacking[:10])}{more}; find the values, or "
            "leave those places out of the universe and say so."
        )
    return _correlation(matrix, np.where(tied, number, 0.0), np.where(tied, number, 0.0), weighted)


def _correlation(matrix: Floats, first: np.ndarray, second: np.ndarray, weighted: bool) -> float:
    """Return Pearson's correlation of what the ends of each tie have."""
    rows, columns = np.nonzero(matrix > 0)
    if not rows.size:
        return float("nan")
    weight = matrix[rows, columns] if weighted else np.ones(len(rows))
    x, y = first[rows].astype(float), second[columns].astype(float)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    x, y = (side - np.average(side, weights=weight) for side in (x, y))
    return float((weight * x * y).sum() / np.sqrt((weight * x * x).sum() * (weight * y * y).sum()))


def _demo() -> Flows:
    """Return a triangle, and a place that hangs on it."""
    frame = pd.DataFrame({"origin": list("aabc"), "destination": list("bccd"), "value": [1.0, 2.0, 2.0, 1.0]})
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcd"), directed=False)
