"""The linear program of a problem: which limit is which row, and the columns of segments and arcs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from heban.plans.solve.arcs import Arcs
from heban.plans.solve.highs import Columns
from heban.plans.solve.possible import possible_gain
from heban.plans.solve.problem import Bools, Floats, Ints, Problem

ABSENT = -1
Aim = Literal["objective", "share", "shortfall", "cost", "apart"]


@dataclass(frozen=True, eq=False)
class Rows:
    """The row of every limit by number, ABSENT where a limit does not exist."""

    arrival: Ints  # (n, m)
    supply: Ints  # (n, m)
    budget: Ints  # (1,)
    exports: Ints  # (n,)
    imports: Ints  # (n,)
    reciprocity: Ints  # (n,)
    fair: Ints  # (n,)
    goal: Ints  # (1,)


@dataclass(frozen=True, eq=False)
class Purpose:
    """What a program is for: the best "objective", or another question about the same limits.

    "share": the largest share of its possible gain that every place can get; "shortfall": how much of the
    floors cannot be kept; "cost": the least cost; "apart": the least use of the arcs of `keys`, each by its
    weight, the objective counting `lean`. Every place keeps `share`, and the objective is at least `goal`.
    `start` are arcs on which some plan is known to keep all that.
    """

    aim: Aim = "objective"
    share: float | None = None
    goal: float = -np.inf
    start: Ints | None = None
    keys: Ints | None = None  # rising
    weights: Floats | None = None
    lean: float = 0.0


@dataclass(frozen=True, eq=False)
class Program:
    """The rows of a problem with their limits; columns are made of them."""

    problem: Problem
    purpose: Purpose
    rows: Rows
    low: Floats
    high: Floats
    possible: Floats  # (n,)

    @property
    def weights(self) -> tuple[float, float]:
        """What gain and cost count for in the aim."""
        price = self.problem.price
        if self.purpose.aim == "apart":
            return self.purpose.lean, self.purpose.lean * price
        return float(self.purpose.aim == "objective"), {"objective": price, "cost": 1.0}.get(
            self.purpose.aim, 0.0
        )

    def segments(self) -> tuple[Ints, Ints, Ints]:
        """Return place, factor and number of every segment that has a width."""
        place, factor, number = np.nonzero(self.problem.width > 0)
        return place, factor, number

    def segment_limits(self) -> tuple[Floats, Floats]:
        """Return the least and the most of each segment.

        A floor fills the first segments: they are worth most, so that no plan is lost. Where the question is
        how much the floors lack, what is lacking fills them too.
        """
        place, factor, number = self.segments()
        width = self.problem.width[place, factor, number]
        if self.problem.floor is None:
            return np.zeros(len(place)), width
        before = np.cumsum(self.problem.width, axis=2)[place, factor, number] - width
        return np.clip(self.problem.floor[place, factor] - before, 0.0, width), width

    def fixed_columns(self) -> Columns:
        """Return the columns of the segments, then those that only the aim has."""
        place, factor, number = self.segments()
        worth = self.problem.worth[place, factor, number]
        rows = self.rows
        numbers = [rows.arrival[place, factor], rows.reciprocity[place], rows.fair[place]]
        numbers.append(np.full(len(place), rows.goal[0]))
        values = np.stack([-np.ones(len(place)), worth, worth, worth], axis=1)
        low, high = self.segment_limits()
        made = columns(-self.weights[0] * worth, low, high, np.stack(numbers, axis=1), values)
        if self.purpose.aim == "share":
            return joined(made, self._share_column())
        return joined(made, self._shortfall_columns()) if self.purpose.aim == "shortfall" else made

    def arc_columns(self, arcs: Arcs) -> Columns:
        """Return the columns of arcs."""
        problem, rows, size = self.problem, self.rows, self.problem.size[arcs.factor]
        numbers = [
            *(rows.arrival[arcs.destination, arcs.factor], rows.supply[arcs.origin, arcs.factor]),
            *(np.full(len(arcs), rows.budget[0]), rows.exports[arcs.origin]),
            *(rows.imports[arcs.destination], rows.reciprocity[arcs.origin]),
            np.full(len(arcs), rows.goal[0]),
        ]
        one = np.ones(len(arcs))
        entries = [one, one, arcs.cost, size, size, -problem.reciprocity * size, -problem.price * arcs.cost]
        shared = problem.shareable[arcs.factor]
        high = np.where(shared, problem.supply[arcs.origin, arcs.factor], np.inf)
        cost = self.weights[1] * arcs.cost + self._apart(arcs)
        return columns(cost, 0 * one, high, np.stack(numbers, axis=1), np.stack(entries, axis=1))

    def _apart(self, arcs: Arcs) -> Floats:
        """Return the weight of each arc in "apart", 0 of arcs that are not weighed."""
        keys, weights = self.purpose.keys, self.purpose.weights
        if keys is None or weights is None or not len(keys):
            return np.zeros(len(arcs))
        own = arcs.keys(len(self.problem.supply))
        at = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
        return np.where(keys[at] == own, weights[at], 0.0)

    def _share_column(self) -> Columns:
        there = self.rows.fair != ABSENT
        one, count = np.ones(1), int(there.sum())
        return Columns(-one, 0 * one, one, np.array([0, count]), self.rows.fair[there], -self.possible[there])

    def _shortfall_columns(self) -> Columns:
        floor = np.zeros_like(self.problem.supply) if self.problem.floor is None else self.problem.floor
        there = floor > 0
        one = np.ones((int(there.sum()), 1))
        return columns(one[:, 0], 0 * one[:, 0], floor[there], self.rows.arrival[there][:, None], one)


def program_of(problem: Problem, purpose: Purpose | None = None) -> Program:
    """Return the program of a checked problem in the units inside."""
    made, purpose, n = _Numbering(), purpose or Purpose(), len(problem.supply)
    fair = purpose.aim == "share" or purpose.share is not None
    possible = possible_gain(problem) if fair else np.zeros(n)
    giving = np.asarray((problem.supply > 0).any(axis=1) & (problem.reciprocity > 0))
    one = np.ones(1)
    rows = Rows(
        arrival=made.rows(problem.demand > 0, 0.0, 0.0),
        supply=made.rows((problem.supply > 0) & ~problem.shareable, -np.inf, problem.supply),
        budget=made.rows(np.array([np.isfinite(problem.budget)]), -np.inf, problem.budget * one),
        exports=_side(made, problem.exports, n),
        imports=_side(made, problem.imports, n),
        reciprocity=made.rows(giving, 0.0, np.inf),
        fair=made.rows(possible > 0, possible * (purpose.share or 0.0), np.inf),
        goal=made.rows(np.array([np.isfinite(purpose.goal)]), purpose.goal * one, np.inf),
    )
    return Program(problem, purpose, rows, np.concatenate(made.low), np.concatenate(made.high), possible)


class _Numbering:
    """Numbers rows as they come, and keeps their limits."""

    def __init__(self) -> None:
        self.count = 0
        self.low: list[Floats] = []
        self.high: list[Floats] = []

    def rows(self, there: Bools, low: Floats | float, high: Floats | float) -> Ints:
        numbers = np.full(there.shape, ABSENT, dtype=np.intp)
        size = int(there.sum())
        numbers[there] = np.arange(self.count, self.count + size)
        self.count += size
        self.low.append(np.broadcast_to(low, there.shape)[there].astype(float))
        self.high.append(np.broadcast_to(high, there.shape)[there].astype(float))
        return numbers


def _side(made: _Numbering, side: Floats | None, places: int) -> Ints:
    limit = np.full(places, np.inf) if side is None else side
    return made.rows(np.isfinite(limit), -np.inf, limit)


def columns(cost: Floats, low: Floats, high: Floats, rows: Ints, values: Floats) -> Columns:
    """Return columns whose entries stand in a table, ABSENT rows and zeros left out."""
    there = (rows != ABSENT) & (values != 0)
    start = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    return Columns(cost, low, high, start, rows[there], values[there])


def joined(first: Columns, second: Columns) -> Columns:
    """Return the columns of both, one after the other."""
    names = ("cost", "low", "high", "row", "value")
    cost, low, high, row, value = (
        np.concatenate([getattr(first, name), getattr(second, name)]) for name in names
    )
    start = np.concatenate([first.start, first.start[-1] + second.start[1:]])
    return Columns(cost, low, high, start, row, value)
