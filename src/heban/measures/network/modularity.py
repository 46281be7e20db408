"""Modularity: how much more flow stays within the groups of a partition than strengths alone would bring."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from heban.domain.errors import BadSpec
from heban.measures.network.requirements import known
from heban.records.flows import Flows

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Partition: TypeAlias = "Mapping[str, Hashable] | pd.Series[Hashable]"


def joined(flows: Flows) -> sparse.csr_array:
    """Return the symmetric, sparse n × n matrix of flow between places, both directions together.

    Rows and columns follow `places`, the diagonal is empty (§6), and a flow of 0 is no tie. A flow between
    places without a value is refused with `BadSpec`: what it adds is not known (§1).

    >>> joined(_demo()).toarray()[0].tolist()
    [0.0, 2.0, 1.0, 0.0, 0.0]
    """
    rows, columns, value = _between(flows)
    if np.isnan(value).any():
        known(flows)
    return _symmetric(rows, columns, value, len(flows.places))


def present(flows: Flows) -> sparse.csr_array:
    """Return the same matrix with 1 for every tie, one of unknown value included (§17).

    >>> present(_demo()).toarray()[0].tolist()
    [0.0, 1.0, 1.0, 0.0, 0.0]
    """
    rows, columns, _ = _between(flows)
    return _symmetric(rows, columns, np.ones(len(rows)), len(flows.places)).sign()


def modularity(flows: Flows, partition: Partition, *, resolution: float = 1.0) -> float:
    """Return the modularity of a partition of the places, the flows being weights without direction.

    Q = Σ_c [W_c/W − γ (S_c/2W)²]: W is all flow between places, W_c that between places of group c, S_c
    the strength of its places, and γ the resolution: above 1 it asks for smaller groups, below 1 for
    larger ones. 0 is what strengths alone would bring; NaN without flow. A directed flow counts with the
    one that comes back. `partition` gives the group of every place; a place without one is a `BadSpec`.
    Source: Newman, Phys. Rev. E 70 (2004) 056131; resolution: Reichardt & Bornholdt, Phys. Rev. E 74
    (2006) 016110.

    >>> round(modularity(_demo(), {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2}), 4)
    0.2083
    """
    return quality(joined(flows), grouped(flows.places, partition), checked(resolution))


def share_within(flows: Flows, partition: Partition) -> float:
    """Return the share of all flow between places that stays within the groups of a partition.

    W_c summed over the groups, over W; NaN without flow. It rises with larger groups: read it beside
    the modularity, which takes off what groups of such strength would have anyway.

    >>> round(share_within(_demo(), {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2}), 4)
    0.8333
    """
    return _within(joined(flows), grouped(flows.places, partition))


def quality(matrix: sparse.csr_array, groups: Numbers, resolution: float = 1.0) -> float:
    """Return the modularity of numbered groups in a symmetric matrix without diagonal."""
    total = float(matrix.sum())
    strengths = np.bincount(groups, weights=matrix.sum(axis=1))
    if not total:
        return float("nan")
    return _within(matrix, groups) - resolution * float(((strengths / total) ** 2).sum())


def grouped(places: tuple[str, ...], partition: Partition) -> Numbers:
    """Return the number of the group of each place, from 0."""
    given = pd.Series(dict(partition), dtype=object).reindex(list(places))
    lacking = [str(place) for place in given.index[given.isna()]]
    if lacking:
        more = f" and {len(lacking) - 10} more" if len(lacking) > 10 else ""
        raise BadSpec(
            f"the partition lacks {', '.join(lacking[:10])}{more}; give every place of the flows a group."
        )
    return np.asarray(pd.factorize(given)[0], dtype=np.intp)


def checked(resolution: float) -> float:
    """Return the resolution, refusing one that is not above 0."""
    if not 0 < resolution < float("inf"):
        raise BadSpec(f"the resolution is {resolution:g}; give a number above 0, 1 for modularity as usual.")
    return resolution


def _between(flows: Flows) -> tuple[Numbers, Numbers, Floats]:
    """Return origin, destination and value of each flow between two places that is not 0."""
    position = {code: number for number, code in enumerate(flows.places)}
    rows, columns = (
        flows.frame[end].map(position).to_numpy(dtype=np.intp) for end in ("origin", "destination")
    )
    value = flows.frame["value"].to_numpy(dtype=float)
    kept = (rows != columns) & (value != 0)
    return rows[kept], columns[kept], value[kept]


def _symmetric(rows: Numbers, columns: Numbers, value: Floats, size: int) -> sparse.csr_array:
    both = (np.r_[value, value], (np.r_[rows, columns], np.r_[columns, rows]))
    return sparse.coo_array(both, shape=(size, size)).tocsr()


def _within(matrix: sparse.csr_array, groups: Numbers) -> float:
    ties = matrix.tocoo()
    total = float(ties.data.sum())
    same = groups[ties.coords[0]] == groups[ties.coords[1]]
    return float(ties.data[same].sum()) / total if total else float("nan")


def _demo() -> Flows:
    """Return a triangle and a pair that one flow joins: small enough to check by hand."""
    rows = [("a", "b", 2.0), ("a", "c", 1.0), ("b", "c", 1.0), ("c", "d", 1.0), ("d", "e", 1.0)]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "value"])
    return Flows(frame.assign(**{"year": 2020, "class": ""}), tuple("abcde"), directed=False)
