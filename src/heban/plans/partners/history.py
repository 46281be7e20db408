"""History: who was linked with whom until a year, and who became linked after it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from heban.domain.errors import BadSpec
from heban.plans.solve.problem import Bools, Floats, Ints
from heban.records.flows import Flows


@dataclass(frozen=True, eq=False)
class History:
    """Links until a year among those who were there by then; undirected, whatever the flows are.

    `codes` are the places or organisations with a row until the year, alone or linked, in order; `weight` is
    their symmetric matrix of summed flows without a diagonal.
    """

    codes: tuple[str, ...]
    weight: sparse.csr_matrix
    until: int

    @cached_property
    def tie(self) -> sparse.csr_matrix:
        """1 for a link, n × n."""
        made = self.weight.copy()
        made.data = np.ones_like(made.data)
        return made

    @cached_property
    def degree(self) -> Floats:
        """How many others each one is linked with, (n,)."""
        return np.asarray(self.tie.sum(axis=1)).ravel()

    @cached_property
    def strength(self) -> Floats:
        """The sum of flows of each one, (n,)."""
        return np.asarray(self.weight.sum(axis=1)).ravel()

    def linked(self, first: int, last: int) -> Bools:
        """Return who is linked with whom, rows first to last × n."""
        return np.asarray(self.tie[first:last].toarray() > 0)


def history(flows: Flows, until: int) -> History:
    """Return the history of flows until a year, that year included.

    >>> rows = pd.DataFrame({"origin": ["a", "b"], "destination": ["b", "c"], "year": [2019, 2020],
    ...     "class": "", "value": 1.0})
    >>> history(Flows(rows, ("a", "b", "c"), directed=False), 2019).codes
    ('a', 'b')
    """
    rows = flows.frame[flows.frame["year"].astype(int) <= until]
    if not len(rows):
        raise BadSpec(f"no flow until {until}; the flows have the years {_span(flows)}.")
    codes = tuple(sorted(set(rows["origin"]) | set(rows["destination"])))
    return History(codes, _matrix(rows, codes), until)


def new_links(flows: Flows, before: History, until: int) -> sparse.csr_matrix:
    """Return the pairs of a history that became linked after it, until a year: 1 above the diagonal, n × n.

    A pair that was linked before is none, nor is one with somebody who was not there.
    """
    years = flows.frame["year"].astype(int)
    rows = flows.frame[(years > before.until) & (years <= until)]
    known = rows["origin"].isin(before.codes) & rows["destination"].isin(before.codes)
    found = _matrix(rows[known], before.codes)
    found.data = np.ones_like(found.data)
    fresh = sparse.triu(found - found.multiply(before.tie), 1).tocsr()
    fresh.eliminate_zeros()
    return fresh


def positions(codes: tuple[str, ...], values: pd.Series[str]) -> Ints:
    """Return where each value stands among the codes."""
    return np.asarray(pd.Index(codes).get_indexer(values), dtype=np.intp)


def _matrix(rows: pd.DataFrame, codes: tuple[str, ...]) -> sparse.csr_matrix:
    count = len(codes)
    one, other = positions(codes, rows["origin"]), positions(codes, rows["destination"])
    value = rows["value"].to_numpy(dtype=float)
    kept = (one != other) & (value > 0)
    ends = np.concatenate([one[kept], other[kept]]), np.concatenate([other[kept], one[kept]])
    made = sparse.csr_matrix((np.tile(value[kept], 2), ends), shape=(count, count))
    made.sum_duplicates()
    return made


def _span(flows: Flows) -> str:
    years = flows.years
    return f"{years[0]}–{years[-1]}" if years else "none"
