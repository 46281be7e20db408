"""What a measure asks of flows before it reads them, each with the repair in the refusal."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.records.flows import Flows

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def directed(flows: Flows, measure: str) -> None:
    """Refuse undirected flows to a measure that asks who gives and who receives.

    >>> directed(_demo(), "reciprocity")
    """
    if not flows.directed:
        raise BadSpec(
            f"{measure} needs directed flows, and these are undirected. "
            "Build them with directed=True, the giver as origin and the receiver as destination."
        )


def known(flows: Flows) -> Floats:
    """Return the matrix of flows between places, or refuse when a flow has no value (§1).

    >>> known(_demo()).tolist()
    [[0.0, 3.0], [1.0, 0.0]]
    """
    between = flows.frame[flows.frame["origin"] != flows.frame["destination"]]
    absent = between[between["value"].isna()]
    if len(absent):
        first = absent.iloc[0]
        raise BadSpec(
            f"flows between places without a value: {len(absent)} of {len(between)}, the first from "
            f"{first['origin']} to {first['destination']} in {first['year']}; absence is not zero (§1). "
            "Find the values, or leave those rows out and say so."
        )
    return flows.matrix()


def counts(flows: Flows) -> Floats:
    """Return the matrix of flows when they are counts of records, or refuse fractions and amounts.

    >>> counts(_demo()).tolist()
    [[0.0, 3.0], [1.0, 0.0]]
    """
    matrix = known(flows)
    broken = np.argwhere(matrix != np.rint(matrix))
    if broken.size:
        i, j = broken[0]
        raise BadSpec(
            f"the flow from {flows.places[i]} to {flows.places[j]} is {matrix[i, j]:g}, not a number of "
            "records. Count every record as 1 (full counting) before records are drawn or exchanged."
        )
    return matrix


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a setting that is none of the words it takes.

    >>> one_of("count", "ties", ("flow", "ties"))
    """
    if value not in allowed:
        raise BadSpec(f"{name} is {value!r} and takes {' or '.join(map(repr, allowed))}.")


def members(flows: Flows, groups: Mapping[str, Collection[str]]) -> Bools:
    """Return which places belong to which group, groups in rows, or refuse a place that is not known.

    >>> members(_demo(), {"first": ["a"]}).tolist()
    [[True, False]]
    """
    for name, codes in groups.items():
        if isinstance(codes, str):
            raise BadSpec(f"the group {name!r} is the text {codes!r}; give a list of codes of places.")
        for code in codes:
            if code not in flows.places:
                raise unknown("place", str(code), map(str, flows.places), f"the flows (group {name!r})")
    inside = [[place in set(codes) for place in flows.places] for codes in groups.values()]
    return np.array(inside, dtype=bool).reshape(len(groups), len(flows.places))


def _demo() -> Flows:
    frame = pd.DataFrame(
        {"origin": ["a", "b"], "destination": ["b", "a"], "year": 2020, "class": "", "value": [3.0, 1.0]}
    )
    return Flows(frame, ("a", "b"), directed=True)
