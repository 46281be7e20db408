"""Brokerage: which places pass on what others do not exchange directly, within and between groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.network.nullmodels import by_degree, significance
from heban.measures.network.requirements import Bools, Floats, directed
from heban.records.flows import Flows

ROLES = {
    "coordinator": ("协调", "coordinator"),
    "gatekeeper": ("守门员", "gatekeeper"),
    "representative": ("代表", "representative"),
    "consultant": ("顾问", "consultant"),
    "liaison": ("联络", "liaison"),
}


def brokerage(flows: Flows, groups: Mapping[str, str]) -> pd.DataFrame:
    """Return per place the open two-paths it brokers, by the groups of giver, broker and receiver.

    An open two-path i → k → j has no tie i → j; k is its broker. With the groups in that order:
    coordinator A A A (协调), gatekeeper A B B (守门员: lets in), representative A A B (代表: lets out),
    consultant A B A (顾问, also itinerant), liaison A B C (联络). total is their sum. `groups` gives the
    group of every place, such as its province. Undirected flows count each path in both directions, so
    that gatekeeper equals representative. Five products of n × n matrices.
    Source: Gould & Fernandez, Sociological Methodology 19 (1989) 89–126.

    >>> brokerage(_demo(), {"a": "P", "b": "P", "c": "Q", "d": "Q"}).loc["b"].to_dict()
    {'coordinator': 0, 'gatekeeper': 0, 'representative': 1, 'consultant': 0, 'liaison': 0, 'total': 1}
    """
    number = _numbered(flows, groups)
    table = pd.DataFrame(_counts(flows.matrix() != 0, number), index=list(flows.places), columns=list(ROLES))
    return table.assign(total=table.sum(axis=1))


def expected_brokerage(flows: Flows, groups: Mapping[str, str]) -> pd.DataFrame:
    """Return the brokerage expected by chance, its deviation and z, per place and role.

    Chance places every directed tie independently with the density p of the network; the groups stay. With
    N pairs (i, j) that fit a role, of which S ordered couples share the giver or the receiver, the mean is
    N·q with q = p²(1 − p), the variance N·q(1 − q) + S·p³(1 − p)³: two open paths hang together only
    through a tie to or from the broker that they share. Columns (role, observed | mean | sd | z); z is NaN
    where chance leaves no room. Real networks have a few places with many ties, so that these z are large
    for any place with many: `brokerage_test` keeps the degrees. Refuses undirected flows.
    Source: Gould & Fernandez (1989) for a null of given size, groups and density; the moments are derived
    here and tested by enumeration.

    >>> table = expected_brokerage(_demo(), {"a": "P", "b": "P", "c": "Q", "d": "Q"})
    >>> table.loc["b", "representative"].round(3).tolist()
    [1.0, 0.046, 0.225, 4.24]
    """
    directed(flows, "expected brokerage")
    observed, n = brokerage(flows, groups), len(flows.places)
    possible = n * (n - 1)
    p = np.count_nonzero(flows.matrix()) / possible if possible else float("nan")
    tables = {}
    for role, pairs, couples in _room(_numbered(flows, groups)):
        q = p**2 * (1 - p)
        sd = np.sqrt(pairs * q * (1 - q) + couples * p**3 * (1 - p) ** 3)
        z = np.divide(observed[role] - pairs * q, sd, out=np.full(len(sd), np.nan), where=sd > 0)
        columns = {"observed": observed[role].astype(float), "mean": pairs * q, "sd": sd, "z": z}
        tables[role] = pd.DataFrame(columns, index=list(flows.places))
    return pd.concat(tables, axis=1).reindex(columns=list(ROLES), level=0)


def brokerage_test(
    flows: Flows, groups: Mapping[str, str], rng: np.random.Generator, *, draws: int = 199
) -> pd.DataFrame:
    """Return the brokerage beside that of drawn networks in which every place keeps its degrees.

    What a place with so many givers and receivers would broker were its partners those of chance; the groups
    stay. Columns (role, observed | expected | sd | ratio | z | p) as of `nullmodels.significance`. Of the
    5·n figures one in twenty has p ≤ 0.05 by chance.
    Source: the null of Maslov & Sneppen, Science 296 (2002) 910–913 (`nullmodels.by_degree`).

    >>> table = brokerage_test(_demo(), {"a": "P", "b": "P", "c": "Q", "d": "Q"}, np.random.default_rng(1))
    >>> table.loc["b", "representative"][["observed", "expected", "p"]].tolist()
    [1.0, 1.0, 1.0]
    """
    number, observed = _numbered(flows, groups), brokerage(flows, groups)
    stacks = by_degree(flows, draws, rng)
    drawn = np.array([_counts(linked, number) for stack in stacks for linked in stack], dtype=float)
    tables = {}
    for k, role in enumerate(ROLES):
        figures = [significance(float(x), drawn[:, i, k]) for i, x in enumerate(observed[role])]
        table = pd.DataFrame(figures, index=list(flows.places))
        table.insert(0, "observed", observed[role].astype(float))
        tables[role] = table
    return pd.concat(tables, axis=1)


def _counts(linked: Bools, number: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Return the five roles of every broker, (place, role)."""
    open_pairs = ~linked & ~np.eye(len(linked), dtype=bool)
    patterns = _patterns(number[:, None] == number[None, :])
    made = {
        role: _through(linked & inward, linked & outward, open_pairs & ends)
        for role, inward, outward, ends in patterns
    }
    return np.column_stack([made[role] for role in ROLES])


def _numbered(flows: Flows, groups: Mapping[str, str]) -> npt.NDArray[np.intp]:
    """Return the number of the group of each place; every place must have one."""
    lacking = [place for place in flows.places if place not in groups]
    if lacking:
        raise BadSpec(
            f"places without a group: {len(lacking)} of {len(flows.places)} ({', '.join(lacking[:10])}). "
            "Give every place of the universe a group, for instance its province."
        )
    _, number = np.unique([str(groups[place]) for place in flows.places], return_inverse=True)
    return np.asarray(number, dtype=np.intp)


def _patterns(same: Bools) -> Iterator[tuple[str, Bools, Bools, Bools]]:
    """Yield per role which groups (giver, broker), (broker, receiver) and (giver, receiver) must share."""
    other = ~same
    yield "coordinator", same, same, same
    yield "gatekeeper", other, same, other
    yield "representative", same, other, other
    yield "consultant", other, other, same
    yield "liaison", other, other, other


def _through(inward: Bools, outward: Bools, open_pairs: Bools) -> npt.NDArray[np.int64]:
    """Return Σ_ij inward_ik · outward_kj · open_ij for every k."""
    reached = open_pairs.astype(float) @ outward.T.astype(float)
    return np.asarray(np.rint((inward * reached).sum(axis=0)), dtype=np.int64)


def _room(number: npt.NDArray[np.intp]) -> Iterator[tuple[str, Floats, Floats]]:
    """Yield per role and broker the pairs (i, j) that fit and the ordered couples that share an end."""
    sizes = np.bincount(number).astype(float)
    mates, others = sizes[number] - 1, len(number) - sizes[number]
    crossing = others * mates
    yield "coordinator", mates * (mates - 1), 2 * mates * (mates - 1) * (mates - 2)
    yield "gatekeeper", crossing, crossing * (mates + others - 2)
    yield "representative", crossing, crossing * (mates + others - 2)
    elsewhere = number[:, None] != np.arange(len(sizes))
    yield "consultant", elsewhere @ (sizes * (sizes - 1)), 2 * elsewhere @ (sizes * (sizes - 1) * (sizes - 2))
    third = others[:, None] - sizes
    yield (
        "liaison",
        (elsewhere * sizes * third).sum(axis=1),
        2 * (elsewhere * sizes * third * (third - 1)).sum(axis=1),
    )


def _demo() -> Flows:
    frame = pd.DataFrame(
        {"origin": ["a", "b"], "destination": ["b", "c"], "year": 2020, "class": "", "value": [3.0, 1.0]}
    )
    return Flows(frame, ("a", "b", "c", "d"), directed=True)
