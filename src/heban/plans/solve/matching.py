"""Matching as a flow of least cost: needs with places to fill, experts with limits, pairs with a worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from heban.plans.solve.problem import Bools, Floats, Ints

Wholes = npt.NDArray[np.int64]

FINEST = 26  # bits of the largest worth in whole numbers
ROOM = 60  # bits of whole numbers that the flow may use


@dataclass(frozen=True, eq=False)
class Market:
    """Who may be matched: pairs of a need and an expert, in the order of needs and then of experts.

    A need fills at most `wanted` places and at least `least`, an expert at most `capacity`. Every pair goes
    through a gate of its need, which lets at most `room` pairs through.
    """

    need: Ints  # (pairs,)
    expert: Ints  # (pairs,)
    gate: Ints  # (pairs,)
    owner: Ints  # (gates,), the need of a gate
    room: Ints  # (gates,)
    wanted: Ints  # (needs,)
    least: Ints  # (needs,)
    capacity: Ints  # (experts,)

    def at(self, kept: Bools) -> Market:
        """Return the market with some of its pairs."""
        return replace(self, need=self.need[kept], expert=self.expert[kept], gate=self.gate[kept])

    @cached_property
    def first(self) -> Ints:
        """Where the pairs of each need begin, and where the last one's end, (needs + 1,)."""
        return np.searchsorted(self.need, np.arange(len(self.wanted) + 1))


class Matched(NamedTuple):
    """Which pairs are matched, and how many of the places that a need must fill stay empty."""

    chosen: Bools  # (pairs,)
    lacking: Ints  # (needs,)


def market(need: Ints, expert: Ints, wanted: Ints, capacity: Ints, *, least: Ints | None = None) -> Market:
    """Return a market without gates that let fewer pairs through than their need wants."""
    none = np.zeros(len(wanted), dtype=np.intp)
    return Market(
        *(need, expert, need, np.arange(len(wanted)), wanted, wanted),
        *(none if least is None else least, capacity),
    )


def matched(given: Market, worth: Floats) -> Matched:
    """Return the pairs with the greatest sum of worth, every need having filled what it must, if it can.

    A flow of least cost in whole numbers, worths rounded to 2⁻²⁶ of the largest (fewer bits for more than
    thirty thousand needs and experts); a flow in whole numbers is a matching. Worth is 0 or more. What a need
    must fill is dearer to leave empty than anything that rearranging all other pairs could bring.
    Source: Goldberg (1997), J. Algorithms 22: 1–29 (the method of OR-tools).

    >>> two = market(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1, 1]), np.array([1, 1]))
    >>> matched(two, np.array([0.9, 0.5, 0.8])).chosen.tolist()
    [False, True, True]
    """
    needs, pairs = len(given.wanted), len(given.need)
    whole = on_grid(given, worth)[0]
    dear = 2 * (needs + len(given.capacity)) * (int(whole.max(initial=0)) + 1)
    tails, heads, room, cost = _arcs(given, -whole, dear)
    engine: Any = import_module("ortools.graph.python.min_cost_flow").SimpleMinCostFlow()
    numbers = engine.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), room, cost
    )
    supply = np.append(given.wanted, -given.wanted.sum()).astype(np.int64)
    ends = np.append(np.arange(needs), heads[-1:])
    engine.set_nodes_supplies(ends.astype(np.int32), supply)
    status = engine.solve()
    assert status == engine.OPTIMAL, f"the flow ended with {status}"
    return Matched(engine.flows(numbers[:pairs]) > 0, engine.flows(numbers[len(numbers) - needs :]))


def _arcs(given: Market, cost: Wholes, dear: int) -> tuple[Wholes, Wholes, Wholes, Wholes]:
    """Return the arcs of the flow: tails, heads, room and cost; pairs come first and what lacks last.

    A gate that shuts nothing out needs no node of its own.
    """
    needs, gates = np.arange(len(given.wanted)), np.arange(len(given.owner))
    narrow = bool((given.room < given.wanted[given.owner]).any())
    experts = len(needs) + (len(gates) if narrow else 0) + np.arange(len(given.capacity))
    end, one = np.array([experts[-1] + 1 if len(experts) else len(needs)]), np.ones(1)
    parts = [
        (len(needs) + given.gate if narrow else given.need, experts[given.expert], one, cost),
        (experts, end, given.capacity, 0 * one),
        (needs, end, given.wanted - given.least, 0 * one),
        (needs, end, given.least, dear * one),
    ]
    if narrow:
        parts.insert(1, (given.owner, len(needs) + gates, given.room, 0 * one))
    columns = (
        np.concatenate([np.broadcast_to(part[k], part[0].shape).astype(np.int64) for part in parts])
        for k in range(4)
    )
    tails, heads, room, price = columns
    return tails, heads, room, price


def on_grid(given: Market, worth: Floats) -> tuple[Wholes, float]:
    """Return worths in whole numbers, and what one of them is."""
    nodes = len(given.wanted) + len(given.owner) + len(given.capacity) + 2
    bits = min(FINEST, ROOM - 2 * int(np.ceil(np.log2(nodes))) - 3)
    unit = float(worth.max(initial=0.0)) / 2.0**bits
    return np.rint(worth / unit if unit > 0 else worth).astype(np.int64), unit


class Worths(NamedTuple):
    """What one more of an expert's capacity is worth, and what a place at a gate must bring to be filled."""

    expert: Floats  # (experts,)
    gate: Floats  # (gates,)


def worths(given: Market, worth: Floats, chosen: Bools) -> Worths:
    """Return the least prices of experts at which no other matching is worth more.

    Since a flow in whole numbers has its corners there, the least price of an expert is exactly what one
    more of its capacity would bring. Bellman's way from below, in whole numbers and so to its end: an expert
    at the limit costs what the best pair that it does not serve would bring beyond the pair given up there.

    >>> one = market(np.array([0, 1]), np.array([0, 0]), np.array([1, 1]), np.array([1]))
    >>> worths(one, np.array([0.9, 0.5]), np.array([True, False])).expert.round(6).tolist()
    [0.5]
    """
    whole, unit = on_grid(given, worth)
    full = np.bincount(given.expert[chosen], minlength=len(given.capacity)) >= given.capacity
    price = np.zeros(len(given.capacity), dtype=np.int64)
    while True:
        gate = _given_up(given, whole, chosen, price)
        above = np.zeros_like(price)
        np.maximum.at(above, given.expert[~chosen], (whole - gate[given.gate])[~chosen])
        higher = np.where(full, np.maximum(price, above), 0)
        if np.array_equal(higher, price):
            return Worths(price.astype(np.float64) * unit, gate.astype(np.float64) * unit)
        price = higher


def _given_up(given: Market, whole: Wholes, chosen: Bools, price: Wholes) -> Wholes:
    """Return what the pair brings that gives way to another at each gate; 0 where a place is empty."""
    none = np.iinfo(np.int64).max
    brings = (whole - price[given.expert])[chosen]
    by_gate, by_need = np.full(len(given.owner), none), np.full(len(given.wanted), none)
    np.minimum.at(by_gate, given.gate[chosen], brings)
    np.minimum.at(by_need, given.need[chosen], brings)
    through = np.bincount(given.gate[chosen], minlength=len(given.owner))
    filled = np.bincount(given.need[chosen], minlength=len(given.wanted))
    open_ = np.where((filled >= given.wanted) & (by_need < none), by_need, np.minimum(by_need, 0))
    shut = through >= given.room
    return np.asarray(np.where(shut, by_gate, open_[given.owner]))
