"""What a method found, made into a solution: cleaned amounts, gains, cost, and the proof."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heban.plans.solve.arcs import Arcs
from heban.plans.solve.possible import gain, possible_gain
from heban.plans.solve.problem import Bools, Duals, Floats, Ints, Problem, Solution

TINY = 1e-9  # of the mean deficit of a factor: less is the solver's tolerance, not a transfer


@dataclass(frozen=True, eq=False)
class Found:
    """Arcs and amounts in the units inside, with the bound and the prices that a method ended with."""

    arcs: Arcs
    amount: Floats
    bound: float
    duals: Duals | None
    value: float = 0.0  # of the aim, to be maximised
    notes: tuple[str, ...] = ()


def arrived(problem: Problem, arcs: Arcs, amount: Floats) -> Floats:
    """Return what arrives of each factor at each place, (n, m)."""
    return _summed(arcs.destination, arcs.factor, amount, problem.supply.shape)


def solution(problem: Problem, found: Found, method: str) -> Solution:
    """Return the solution of what was found: its figures are of the amounts kept, not the solver's word."""
    amount = _within(problem, found.arcs, _clean(problem, found))
    kept = amount > 0
    arcs, amount = found.arcs.at(kept), amount[kept]
    order = np.argsort(arcs.keys(len(problem.supply)), kind="stable")
    arcs, amount = arcs.at(order), amount[order]
    gains = gain(problem, arrived(problem, arcs, amount))
    cost = float((arcs.cost * amount).sum())
    objective = float(gains.sum() - problem.price * cost)
    worst = _worst(problem, gains) if problem.fairness == "worst_off" else None
    return Solution(
        *(arcs.origin, arcs.destination, arcs.factor, amount, gains, cost, objective),
        *(max(found.bound, objective), found.duals, method, worst, found.notes),
    )


def _clean(problem: Problem, found: Found) -> Floats:
    """Return the amounts without what is only the solver's tolerance."""
    whole = problem.whole[found.arcs.factor]
    return np.where(whole, np.round(found.amount), np.where(found.amount < TINY, 0.0, found.amount))


def _within(problem: Problem, arcs: Arcs, amount: Floats) -> Floats:
    """Return amounts that keep supplies, deficits and limits exactly, not only to the solver's tolerance."""
    shape, free = problem.supply.shape, ~problem.whole[arcs.factor]
    amount = np.where(free, np.minimum(amount, problem.supply[arcs.origin, arcs.factor]), amount)
    came = _summed(arcs.destination, arcs.factor, amount, shape)
    amount = _cut(amount, free, _ratio(problem.demand, came)[arcs.destination, arcs.factor])
    went = _summed(arcs.origin, arcs.factor, amount, shape)
    ratio = np.where(problem.shareable, 1.0, _ratio(problem.supply, went))
    amount = _cut(amount, free, ratio[arcs.origin, arcs.factor])
    size = problem.size[arcs.factor]
    for limit, side in ((problem.exports, arcs.origin), (problem.imports, arcs.destination)):
        if limit is not None:
            total = np.bincount(side, size * amount, minlength=shape[0]).astype(float)
            amount = _cut(amount, free & (size > 0), _ratio(limit, total)[side])
    spent = np.array([(arcs.cost * amount).sum()])
    return _cut(amount, free & (arcs.cost > 0), _ratio(np.array([problem.budget]), spent)[0])


def _cut(amount: Floats, free: Bools, ratio: Floats) -> Floats:
    return np.where(free, amount * ratio, amount)


def _ratio(limit: Floats, total: Floats) -> Floats:
    """Return by how much a total must shrink to keep its limit, 1 where it keeps it."""
    return np.where(total > limit, limit / np.where(total > limit, total, 1.0), 1.0)


def _summed(place: Ints, factor: Ints, amount: Floats, shape: tuple[int, ...]) -> Floats:
    flat = np.bincount(place * shape[1] + factor, amount, minlength=shape[0] * shape[1])
    return np.asarray(flat.reshape(shape), dtype=float)


def _worst(problem: Problem, gains: Floats) -> float:
    possible = possible_gain(problem)
    there = possible > 0
    return float((gains.sum(axis=1)[there] / possible[there]).min(initial=1.0))
