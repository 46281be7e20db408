"""Prices of limits, what they make of every arc, and the bound that they prove."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from heban.plans.solve.arcs import open_pairs
from heban.plans.solve.highs import Answer
from heban.plans.solve.problem import Duals, Floats, Ints, Problem
from heban.plans.solve.program import ABSENT, Program


@dataclass(frozen=True, eq=False)
class Prices:
    """A price ≥ 0 of every limit of a program; `arrival` holds what a floor adds to an arrival's worth.

    `gain` and `cost` are what one unit of each counts for.
    """

    gain: float
    cost: float
    arrival: Floats  # (n, m)
    supply: Floats  # (n, m), of the arcs that were in the program
    budget: float
    exports: Floats  # (n,)
    imports: Floats  # (n,)
    reciprocity: Floats  # (n,)
    fair: Floats  # (n,)


class Margins(NamedTuple):
    """What one unit of a factor brings on every arc beyond its price, −inf where nothing may move."""

    factor: int
    donors: Ints
    receivers: Ints
    margin: Floats  # (donors, receivers)


def prices_of(program: Program, answer: Answer) -> Prices:
    """Return the prices that HiGHS found; what is out by its tolerance is set to 0."""

    def read(rows: Ints, sign: float) -> Floats:
        there = rows != ABSENT
        found = np.zeros(rows.shape)
        found[there] = np.maximum(sign * answer.price[rows[there]], 0.0)
        return found

    rows, (gain, cost) = program.rows, program.weights
    goal = float(read(rows.goal, 1.0)[0])
    return Prices(
        gain=gain + goal,
        cost=cost + goal * program.problem.price,
        arrival=read(rows.arrival, 1.0),
        supply=read(rows.supply, -1.0),
        budget=float(read(rows.budget, -1.0)[0]),
        exports=read(rows.exports, -1.0),
        imports=read(rows.imports, -1.0),
        reciprocity=read(rows.reciprocity, 1.0),
        fair=read(rows.fair, 1.0),
    )


def margins(program: Program, prices: Prices) -> Iterator[Margins]:
    """Yield, factor by factor, the margin of every arc at these prices, before the price of supply."""
    problem = program.problem
    pairs, demand = open_pairs(problem), problem.demand
    effort = np.where(pairs, problem.effort, 0.0) * (prices.cost + prices.budget)
    giving = prices.exports + problem.reciprocity * prices.reciprocity
    for f in range(problem.supply.shape[1]):
        donors, receivers = np.flatnonzero(problem.supply[:, f] > 0), np.flatnonzero(demand[:, f] > 0)
        at = np.ix_(donors, receivers)
        worth = prices.arrival[receivers, f] - problem.size[f] * prices.imports[receivers]
        margin = worth - problem.size[f] * giving[donors][:, None] - problem.rate[f] * effort[at]
        yield Margins(f, donors, receivers, np.where(pairs[at], margin, -np.inf))


def supply_prices(program: Program, prices: Prices) -> Floats:
    """Return the least price of each supply at which no arc brings more than it costs, (n, m).

    Of a shareable factor, which a donor gives to all at once, the sum of what its arcs bring.
    """
    problem = program.problem
    found = np.zeros(problem.supply.shape)
    for factor, donors, _, margin in margins(program, prices):
        above = np.maximum(margin, 0.0)
        shared = problem.shareable[factor]
        found[donors, factor] = above.sum(axis=1) if shared else above.max(axis=1, initial=0.0)
    return found


def bound(program: Program, prices: Prices) -> float:
    """Return an upper bound of what any plan over all arcs attains, proven by these prices alone.

    Of the objective only. Weak duality: at any prices ≥ 0 of the limits the best plan is worth no more
    than the limits at these prices and what segments and arcs bring beyond them. It holds however the
    prices were found.
    """
    problem = program.problem
    most = np.minimum(problem.supply, problem.demand.sum(axis=0))  # nobody gives more than all lack
    limits = sum(
        _priced(price, limit)
        for price, limit in (
            (np.array([prices.budget]), np.array([problem.budget])),
            (prices.exports, problem.exports),
            (prices.imports, problem.imports),
            (supply_prices(program, prices), most),
        )
    )
    share = (prices.fair * program.possible).sum() * (program.purpose.share or 0.0)
    return float(limits + _segments(program, prices) - share)


def duals_of(program: Program, prices: Prices) -> Duals:
    """Return the prices as the caller knows them, the price of a floor apart from that of an arrival."""
    problem = program.problem
    arrival, floor = prices.arrival, None
    if problem.floor is not None:
        own = _worth_at(problem, problem.floor) * (1 + prices.reciprocity + prices.fair)[:, None]
        floor = np.where(problem.floor > 0, np.maximum(arrival - own, 0.0), 0.0)
        arrival = arrival - floor
    return Duals(
        supply_prices(program, prices),
        arrival,
        prices.budget,
        None if problem.exports is None else prices.exports,
        None if problem.imports is None else prices.imports,
        floor,
    )


def _worth_at(problem: Problem, amount: Floats) -> Floats:
    """Return the worth of the segment that an amount ends in, (n, m)."""
    number = (np.cumsum(problem.width, axis=2) < amount[:, :, None]).sum(axis=2)
    number = np.minimum(number, problem.width.shape[2] - 1)
    return np.asarray(np.take_along_axis(problem.worth, number[:, :, None], axis=2)[:, :, 0])


def _priced(price: Floats, limit: Floats | None) -> float:
    """Return Σ price · limit; what has no limit has no price."""
    if limit is None:
        return 0.0
    there = np.isfinite(limit)
    return float((price[there] * limit[there]).sum())


def _segments(program: Program, prices: Prices) -> float:
    """Return what the best filling of the segments brings beyond the price of arrivals."""
    place, factor, number = program.segments()
    low, high = program.segment_limits()
    weight = prices.gain + prices.reciprocity + prices.fair
    brings = program.problem.worth[place, factor, number] * weight[place] - prices.arrival[place, factor]
    return float(np.where(brings > 0, brings * high, brings * low).sum())
