"""From tables to a market: who may serve which need, and what shuts the others out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from heban.domain.errors import BadData, BadSpec, Finding
from heban.plans.assignment.checking import check
from heban.plans.assignment.conflicts import conflicts, marked
from heban.plans.assignment.spec import AssignmentSpec
from heban.plans.solve.matching import Market
from heban.plans.solve.problem import Bools, Floats, Ints

HOME, OUTSIDE = 0, 1


@dataclass(frozen=True, eq=False)
class Ground:
    """What an assignment stands on: ids in their order, counts, and every candidate with what shuts it out.

    Pairs stand in the order of needs and then of experts, both by id.
    """

    spec: AssignmentSpec
    needs: tuple[str, ...]
    experts: tuple[str, ...]
    wanted: Ints
    least: Ints
    capacity: Ints
    need: Ints  # (pairs,)
    expert: Ints  # (pairs,)
    relevance: Floats  # (pairs,)
    barred: Bools  # (pairs,), a conflict of interest
    outside: Bools  # (pairs,), need and expert are of different provinces
    kinds: pd.DataFrame  # of conflicts: need, expert, kind

    @cached_property
    def above(self) -> Bools:
        """Which pairs reach the floor of relevance."""
        return self.relevance >= self.spec.floor

    @cached_property
    def room(self) -> Ints:
        """Places of each need open to experts of its own province and of others, (needs, 2)."""
        shares = self.spec.outside
        kept = np.ceil(np.round(shares.at_least * self.wanted, 9)).astype(np.intp)
        most = np.floor(np.round(shares.at_most * self.wanted, 9)).astype(np.intp)
        return np.stack([self.wanted - kept, most], axis=1)

    @cached_property
    def open(self) -> Bools:
        """Which pairs may be assigned."""
        side = np.where(self.outside, OUTSIDE, HOME)
        return self.above & ~self.barred & (self.room[self.need, side] > 0)

    @cached_property
    def market(self) -> Market:
        """The market of the pairs that may be assigned; gates hold the places kept for other provinces."""
        need, expert = self.need[self.open], self.expert[self.open]
        count = len(self.needs)
        if (self.room == self.wanted[:, None]).all():
            gate, owner, room = need, np.arange(count), self.wanted
        else:
            gate = 2 * need + self.outside[self.open]
            owner, room = np.repeat(np.arange(count), 2), self.room.ravel()
        return Market(need, expert, gate, owner, room, self.wanted, self.least, self.capacity)

    @cached_property
    def worth(self) -> Floats:
        """What each open pair is worth: its relevance, and the empty place that it spares."""
        relevance = self.relevance[self.open]
        return relevance + self.spec.unfilled * float(relevance.max(initial=0.0))

    def with_more(self, expert: int, more: int) -> Ground:
        """Return the ground on which one expert serves more needs."""
        capacity = self.capacity.copy()
        capacity[expert] += more
        return replace(self, capacity=capacity)


def ground(
    candidates: pd.DataFrame,
    needs: pd.DataFrame,
    experts: pd.DataFrame,
    spec: AssignmentSpec,
    related: pd.DataFrame | None = None,
) -> Ground:
    """Return what an assignment stands on, or raise `BadData` that lists every fault, or `BadSpec`."""
    tables = {"candidates": candidates, "needs": needs, "experts": experts}
    _balanced(spec)
    at = check(tables if related is None else {**tables, "related": related})
    wanted_from = _counts(needs, "need", {"wanted": spec.wanted, "least": spec.least})
    capacity_from = _counts(experts, "expert", {"capacity": spec.capacity})
    ids, names = wanted_from.index, capacity_from.index
    wanted, least = wanted_from["wanted"].to_numpy(np.intp), wanted_from["least"].to_numpy(np.intp)
    _fitting(ids, wanted, least)
    need, expert = ids.get_indexer(needs["need"])[at[0]], names.get_indexer(experts["expert"])[at[1]]
    relevance = candidates["relevance"].to_numpy(dtype=float)
    pair = need.astype(np.int64) * len(names) + expert
    if not (np.diff(pair) > 0).all():
        order = np.argsort(pair, kind="stable")
        need, expert, relevance, pair = need[order], expert[order], relevance[order], pair[order]
    found = conflicts(needs, experts, related, same_organisation=spec.same_organisation)
    shut = ids.get_indexer(found["need"]).astype(np.int64) * len(names) + names.get_indexer(found["expert"])
    return Ground(
        *(spec, tuple(ids), tuple(names), wanted, least, capacity_from["capacity"].to_numpy(np.intp)),
        *(
            need,
            expert,
            relevance,
            marked(pair, shut),
            _outside(needs, experts, spec, ids, names, need, expert),
        ),
        found,
    )


def _balanced(spec: AssignmentSpec) -> None:
    shares = spec.outside
    if shares.at_least > shares.at_most:
        raise BadSpec(
            f"outside asks for at least {shares.at_least:g} and at most {shares.at_most:g} of the places; "
            "lower at_least or raise at_most."
        )


def _counts(table: pd.DataFrame, key: str, defaults: dict[str, int]) -> pd.DataFrame:
    """Return the counts of each row by key, in the order of the keys' text."""
    made = {
        name: table[name].astype(float).fillna(value).to_numpy() if name in table else value
        for name, value in defaults.items()
    }
    rows = pd.DataFrame(made, index=pd.Index(table[key])).astype(np.intp)
    return rows.iloc[np.argsort(np.array([str(one) for one in rows.index]), kind="stable")]


def _fitting(ids: pd.Index, wanted: Ints, least: Ints) -> None:
    above = np.flatnonzero(least > wanted)
    if len(above):
        n = above[0]
        raise BadSpec(
            f"need {ids[n]!r} must get at least {least[n]} and wants {wanted[n]} "
            f"(in all {len(above)} needs); lower least or raise wanted."
        )


def _outside(
    needs: pd.DataFrame,
    experts: pd.DataFrame,
    spec: AssignmentSpec,
    ids: pd.Index,
    names: pd.Index,
    need: Ints,
    expert: Ints,
) -> Bools:
    """Return which pairs are of different provinces; needed only where the specification asks for it."""
    tables = (("needs", "need", needs, ids), ("experts", "expert", experts, names))
    lacking = [name for name, _, table, _ in tables if "province" not in table]
    asked = spec.outside.at_least > 0 or spec.outside.at_most < 1
    if lacking and not asked:
        return np.zeros(len(need), dtype=bool)
    if lacking:
        raise BadSpec(f"outside counts provinces; add the column province to {' and '.join(lacking)}.")
    sides = [table.set_index(key)["province"].reindex(at) for _, key, table, at in tables]
    faults = [
        Finding("error", name, None, "province", str(one), "the province is missing", "give every row one")
        for (name, *_), side in zip(tables, sides, strict=True)
        for one in side.index[side.isna()]
    ]
    if faults and asked:
        raise BadData(faults)
    codes = pd.factorize(pd.concat(sides))[0]
    here, there = codes[: len(ids)][need], codes[len(ids) :][expert]
    return np.asarray((here != there) & (here >= 0) & (there >= 0))
