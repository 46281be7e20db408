"""Units inside the solvers: amounts in mean deficits, so that no unit of a factor changes a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from heban.plans.solve.problem import Duals, Floats, Problem, Solution


@dataclass(frozen=True, eq=False)
class Units:
    """How much of the caller's unit is one inside: of each factor, of gain, of cost and of size."""

    amount: Floats  # (m,)
    gain: float
    cost: float
    size: float

    def outside(self, found: Solution) -> Solution:
        """Return a solution in the caller's units."""
        return replace(
            found,
            amount=found.amount * self.amount[found.factor],
            gain=found.gain * self.gain,
            cost=found.cost * self.cost,
            objective=found.objective * self.gain,
            bound=found.bound * self.gain,
            duals=None if found.duals is None else self._duals(found.duals),
        )

    def inside(self, found: Solution) -> Solution:
        """Return a solution in the units inside, the reverse of `outside`."""
        back = Units(1 / self.amount, 1 / self.gain, 1 / self.cost, 1 / self.size)
        return back.outside(found)

    def _duals(self, duals: Duals) -> Duals:
        by_unit = self.gain / self.amount
        sizes = [
            None if side is None else side * self.gain / self.size for side in (duals.exports, duals.imports)
        ]
        return Duals(
            supply=duals.supply * by_unit,
            arrival=duals.arrival * by_unit,
            budget=duals.budget * self.gain / self.cost,
            exports=sizes[0],
            imports=sizes[1],
            floor=None if duals.floor is None else duals.floor * by_unit,
        )


def units_of(problem: Problem) -> Units:
    """Return the units that make a problem's numbers lie near 1.

    One of a factor is the mean of its deficits, but of a `whole` factor it stays one; one gain is the
    largest worth of such an amount, one cost the dearest move of it, one size the largest size of it.
    """
    demand = problem.demand
    count = np.maximum((demand > 0).sum(axis=0), 1)
    amount = np.where(problem.whole | ~(demand > 0).any(axis=0), 1.0, demand.sum(axis=0) / count)
    worth = np.where(problem.width > 0, problem.worth * amount[None, :, None], 0.0)
    ways = problem.effort[np.isfinite(problem.effort) & ~np.eye(len(demand), dtype=bool)]
    dearest = ways.max(initial=0.0) * (problem.rate * amount).max(initial=0.0)
    return Units(
        amount, _one(worth.max(initial=0.0)), _one(dearest), _one((problem.size * amount).max(initial=0.0))
    )


def scaled(problem: Problem, units: Units) -> Problem:
    """Return the same problem in the units inside."""

    def sides(side: Floats | None) -> Floats | None:
        return None if side is None else side / units.size

    return replace(
        problem,
        supply=problem.supply / units.amount,
        width=problem.width / units.amount[:, None],
        worth=problem.worth * units.amount[:, None] / units.gain,
        rate=problem.rate * units.amount / units.cost,
        size=problem.size * units.amount / units.size,
        price=problem.price * units.cost / units.gain,
        budget=problem.budget / units.cost,
        exports=sides(problem.exports),
        imports=sides(problem.imports),
        floor=None if problem.floor is None else problem.floor / units.amount,
        reciprocity=problem.reciprocity * units.size / units.gain,
    )


def _one(value: float) -> float:
    return float(value) if value > 0 else 1.0
