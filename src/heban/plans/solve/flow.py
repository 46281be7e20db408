"""Uncoupled factors: each is a transport of its own, a flow of least cost, solved by OR-tools."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from heban.domain.errors import BadSpec
from heban.plans.solve.arcs import Arcs, arcs_between, open_pairs
from heban.plans.solve.columns import ADDED, best, by_columns
from heban.plans.solve.found import Found, arrived
from heban.plans.solve.network import cheapest
from heban.plans.solve.planning import planned
from heban.plans.solve.possible import gain
from heban.plans.solve.prices import Prices, bound, duals_of
from heban.plans.solve.problem import Floats, Ints, Problem, Solution
from heban.plans.solve.program import Program, Purpose, program_of

PAYS = 1e-9  # of the largest worth: what a unit must bring beyond its price, to be added
STILL = 1e-11  # of the largest worth: prices that rise by less have come to rest
NEAREST = 20  # partners of each donor and receiver in the first flow
GAP = 1e-9  # relative: what rounding to whole numbers may cost before the simplex method polishes it
NEAR = 1e-9  # of the mean deficit: so near to a limit an amount has reached it


class Transport(NamedTuple):
    """One factor: the donors and receivers of it, and what moving a unit costs in gain."""

    donors: Ints
    receivers: Ints
    supply: Floats  # (donors,)
    width: Floats  # (receivers, k)
    worth: Floats  # (receivers, k)
    cost: Floats  # (donors, receivers), inf where nothing may move


def uncoupled(problem: Problem) -> bool:
    """Return whether nothing ties one factor of a problem to another."""
    limits = (problem.budget, problem.exports, problem.imports)
    free = all(limit is None or np.isposinf(limit).all() for limit in limits)
    counted = problem.partners is not None or bool(problem.whole.any()) or problem.fairness != "sum"
    return free and not counted and problem.floor is None and problem.reciprocity == 0


def flow(problem: Problem) -> Solution:
    """Return the best plan of a problem whose factors nothing ties together.

    Each factor is a flow of least cost: from donors over arcs to receivers, and on over an arc for each
    segment of the gain. OR-tools solves it in whole numbers: amounts in 2⁻⁴⁰ of the mean deficit, costs in
    2⁻²⁶ of the largest worth. Prices are then found in floating point from which arcs are used, and the
    gap they prove is that of the true numbers; above 1e-9 column generation goes on from there. A shareable
    factor needs no flow: each receiver takes from its cheapest donors as long as it pays.
    Raises `BadSpec` when something ties factors together.
    Source: Goldberg (1997), J. Algorithms 22: 1–29 (the method of OR-tools).

    >>> from heban.plans.solve.problem import example
    >>> found = flow(example())
    >>> found.destination.tolist(), found.amount.round(9).tolist(), round(found.objective, 9)
    ([1, 2], [2.0, 2.0], 14.0)
    """
    if not uncoupled(problem):
        raise BadSpec(
            "flow takes each factor alone; a budget, exports, imports, a floor, partners, whole numbers, "
            "reciprocity and fairness tie factors together: use columns or mixed."
        )
    return planned(problem, by_flows, "flow")


def by_flows(program: Program) -> Found:
    """Return the optimum of a program without limits that tie factors together."""
    problem = program.problem
    arrival, parts = np.zeros_like(problem.supply), []
    for f in range(problem.supply.shape[1]):
        one = transport(problem, f)
        amount, value = (shared if problem.shareable[f] else owned)(one)
        arrival[one.receivers, f] = value
        row, column = np.nonzero(amount > 0)
        parts.append((one.donors[row], one.receivers[column], np.full(len(row), f), amount[row, column]))
    origin, destination, factor, amounts = (np.concatenate(part) for part in zip(*parts, strict=True))
    arcs = arcs_between(problem, origin, destination, factor)
    return _proven(program, arcs, amounts, arrival)


def transport(problem: Problem, factor: int) -> Transport:
    """Return one factor of a problem."""
    donors = np.flatnonzero(problem.supply[:, factor] > 0)
    receivers = np.flatnonzero(problem.demand[:, factor] > 0)
    at = np.ix_(donors, receivers)
    effort = np.where(open_pairs(problem)[at], problem.effort[at], 0.0)
    cost = np.where(open_pairs(problem)[at], problem.price * problem.rate[factor] * effort, np.inf)
    width, worth = problem.width[receivers, factor], problem.worth[receivers, factor]
    return Transport(donors, receivers, problem.supply[donors, factor], width, worth, cost)


def owned(one: Transport) -> tuple[Floats, Floats]:
    """Return amounts (donors, receivers) and the worth of an arrival of a factor that is gone once given.

    As in `columns`, the first flow has the nearest partners, and arcs that would pay at its prices are added.
    """
    most = one.worth.max(axis=1, initial=0.0)
    there = best(np.where(one.cost < most, -one.cost, -np.inf), NEAREST)
    while True:
        donor, receiver = np.nonzero(there)
        cost = one.cost[donor, receiver]
        amount = cheapest(one.supply, one.width, one.worth, (donor, receiver, cost))
        scarce, value = _prices(one, donor, receiver, amount)
        margin = np.where(there, -np.inf, value - one.cost - scarce[:, None])
        new = best(np.where(margin > PAYS, margin, -np.inf), ADDED)
        if not new.any():
            moved = np.zeros_like(one.cost)
            moved[donor, receiver] = amount
            return moved, value
        there |= new


def _prices(one: Transport, donor: Ints, receiver: Ints, amount: Floats) -> tuple[Floats, Floats]:
    """Return the least prices of supplies and arrivals at which no other flow over these arcs is better.

    An arrival is worth what its next unit brings, and no less than it cost over an arc that is used; a
    supply that is spent, what it would bring elsewhere. Bellman's way from below, along the arcs.
    """
    donors, receivers = one.cost.shape
    cost = one.cost[donor, receiver]
    value = _next_worth(one, np.bincount(receiver, amount, minlength=receivers).astype(float))
    spent = np.bincount(donor, amount, minlength=donors) >= one.supply - NEAR
    bound = spent[donor]
    used = np.flatnonzero(amount > 0)
    scarce = np.zeros(donors)
    for _ in range(2 * (donors + receivers)):
        before = value.copy()
        np.maximum.at(scarce, donor[bound], value[receiver[bound]] - cost[bound])
        np.maximum.at(value, receiver[used], scarce[donor[used]] + cost[used])
        if (value <= before + STILL).all():
            break
    return scarce, value


def shared(one: Transport) -> tuple[Floats, Floats]:
    """Return amounts and the worth of an arrival of a factor that a donor gives to all at once."""
    order = np.argsort(one.cost, axis=0, kind="stable")
    cost, most = np.take_along_axis(one.cost, order, axis=0), one.supply[order]
    pays = ((one.worth > cost[:, :, None]) * one.width).sum(axis=2)
    sorted_amount = np.clip(pays - (np.cumsum(most, axis=0) - most), 0.0, most)
    amount = np.zeros_like(one.cost)
    np.put_along_axis(amount, order, sorted_amount, axis=0)
    dearest = np.where(amount > 0, one.cost, 0.0).max(axis=0, initial=0.0)
    return amount, np.maximum(_next_worth(one, amount.sum(axis=0)), dearest)


def _next_worth(one: Transport, arrived: Floats) -> Floats:
    """Return what the next unit would be worth at each receiver, 0 where the deficit is filled."""
    unfilled = np.cumsum(one.width, axis=1) > arrived[:, None] + NEAR
    return np.asarray(np.where(unfilled & (one.width > 0), one.worth, 0.0).max(axis=1, initial=0.0))


def _proven(program: Program, arcs: Arcs, amount: Floats, arrival: Floats) -> Found:
    """Return the flow with its proof, or what column generation makes of it when the gap is too wide."""
    places = len(arrival)
    none, zero = np.zeros(places), np.zeros_like(arrival)
    prices = Prices(1.0, program.problem.price, arrival, zero, 0.0, none, none, none, none)
    most = bound(program, prices)
    found = Found(arcs, amount, most, duals_of(program, prices), _value(program, arcs, amount))
    if most - found.value <= GAP * max(1.0, abs(found.value)):
        return found
    start = np.sort(arcs.keys(places))
    return by_columns(program_of(program.problem, Purpose(start=start)))


def _value(program: Program, arcs: Arcs, amount: Floats) -> float:
    gains = gain(program.problem, arrived(program.problem, arcs, amount)).sum()
    return float(gains - program.problem.price * (arcs.cost * amount).sum())
