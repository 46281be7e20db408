"""The plan: which amounts move from which donor to which receiver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from heban.domain.errors import NoPlan
from heban.plans.allocation.clash import told
from heban.plans.allocation.effort import Effort
from heban.plans.allocation.programme import problem as problem_of
from heban.plans.boards.board import Boards
from heban.plans.solve import solve, unique
from heban.plans.solve.problem import Problem, Solution
from heban.plans.spec import Factor, PlanSpec

Floats = npt.NDArray[np.float64]

TINY = 1e-7  # of a deficit or a limit: what is nearer than this is met


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan with all that it came from: boards, specification, problem, effort, and what the solver found.

    Factors of `problem` and `solution` are the planned ones, `factors`, in the order of the boards.
    """

    boards: Boards
    spec: PlanSpec
    problem: Problem
    solution: Solution
    effort: Effort

    def __repr__(self) -> str:
        counts = f"{len(self.places)} places, {len(self.factors)} factors, {len(self.solution.amount)} moves"
        return f"<Plan: {counts}, objective {self.objective:.6g}>"

    @property
    def places(self) -> tuple[str, ...]:
        """Codes of the places."""
        return self.boards.places

    @cached_property
    def chosen(self) -> list[int]:
        """Positions of the planned factors among those of the boards."""
        return [int(number) for number in np.flatnonzero(self.boards.planned)]

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """The planned factors."""
        return tuple(self.boards.factors[number] for number in self.chosen)

    @cached_property
    def moved(self) -> Floats:
        """What moves from i to j of factor f, (n, n, m)."""
        n, m = len(self.places), len(self.factors)
        made = np.zeros((n, n, m))
        found = self.solution
        np.add.at(made, (found.origin, found.destination, found.factor), found.amount)
        return made

    @cached_property
    def amounts(self) -> dict[tuple[int, int, int], float]:
        """What moves, by the positions of donor, receiver and factor."""
        found = self.solution
        ends = zip(found.origin.tolist(), found.destination.tolist(), found.factor.tolist(), strict=True)
        return dict(zip(ends, found.amount.tolist(), strict=True))

    @cached_property
    def unit_costs(self) -> Floats:
        """The cost of a unit on each arc of the solution, effort · rate."""
        found = self.solution
        return self.problem.effort[found.origin, found.destination] * self.problem.rate[found.factor]

    @cached_property
    def weights(self) -> Floats:
        """What each arc of the solution moves, in mean needs: the unit in which factors can be added."""
        return self.solution.amount * self.problem.size[self.solution.factor]

    @cached_property
    def partners(self) -> list[set[int]]:
        """With whom each place deals, as donor or receiver."""
        made: list[set[int]] = [set() for _ in self.places]
        for i, j, _ in self.amounts:
            made[i].add(j)
            made[j].add(i)
        return made

    @cached_property
    def arrived(self) -> Floats:
        """What arrives at each place of each planned factor, (n, m)."""
        return self._by_place(self.solution.destination)

    @cached_property
    def went(self) -> Floats:
        """What leaves each place of each planned factor, (n, m), summed over receivers."""
        return self._by_place(self.solution.origin)

    def _by_place(self, side: npt.NDArray[np.intp]) -> Floats:
        shape = self.problem.supply.shape
        flat = np.bincount(side * shape[1] + self.solution.factor, self.solution.amount, shape[0] * shape[1])
        return np.asarray(flat.reshape(shape), dtype=float)

    @cached_property
    def tied(self) -> bool:
        """Whether another plan is just as good, so that the order of places decided between them."""
        return not unique(self.problem)

    @property
    def gain(self) -> float:
        """The gain of all filled deficits."""
        return float(self.solution.gain.sum())

    @property
    def cost(self) -> float:
        """The cost of all moves."""
        return self.solution.cost

    @property
    def objective(self) -> float:
        """gain − price · cost."""
        return self.solution.objective

    @property
    def size(self) -> float:
        """All that moves, in mean needs."""
        return float(self.weights.sum())


def plan(boards: Boards, spec: PlanSpec, effort: Effort) -> Plan:
    """Return the plan with the greatest gain after cost within all limits.

    Maximises the gain of filled deficits (`problem`) less price · cost. Donors give only what exceeds their
    own need beyond the band of both. Raises `NoPlan` naming the limits that clash, and `BadSpec`.

    >>> from heban.plans.allocation.programme import _demo
    >>> made = plan(*_demo())
    >>> made
    <Plan: 3 places, 1 factors, 2 moves, objective 0.79>
    >>> made.moved[0, :, 0].round(9).tolist(), round(made.gain, 9), round(made.cost, 9)
    ([0.0, 20.0, 10.0], 0.85, 1.2)
    """
    made = problem_of(boards, spec, effort.matrix)
    return Plan(boards, spec, made, _solved(made, boards, spec), effort)


def again(base: Plan, problem: Problem, effort: Effort | None = None) -> Plan:
    """Return the plan of a changed problem of the same boards; `effort` where that changed too.

    >>> from dataclasses import replace
    >>> from heban.plans.allocation.programme import _demo
    >>> base = plan(*_demo())
    >>> round(again(base, replace(base.problem, budget=0.55)).cost, 9)
    0.55
    """
    found = _solved(problem, base.boards, base.spec)
    return replace(base, problem=problem, solution=found, effort=effort or base.effort)


def overlap(one: Plan, other: Plan) -> float:
    """Return how much of two plans is the same: 1 when all is, 0 when nothing is, NaN without moves.

    2 Σ min(x, y) / Σ (x + y) over donors, receivers and factors, amounts in mean needs of the first plan.
    Source: the index of Bray and Curtis (1957), Ecol. Monogr. 27: 325–349, as a similarity.

    >>> from heban.plans.allocation.programme import _demo
    >>> overlap(plan(*_demo()), plan(*_demo()))
    1.0
    """
    size = one.problem.size
    total = sum(amount * size[end[2]] for made in (one, other) for end, amount in made.amounts.items())
    same = sum(min(amount, other.amounts.get(end, 0.0)) * size[end[2]] for end, amount in one.amounts.items())
    return float(2 * same / total) if total > 0 else np.nan


def _solved(problem: Problem, boards: Boards, spec: PlanSpec) -> Solution:
    try:
        return solve(problem)
    except NoPlan as error:
        raise told(error, problem, boards, spec) from None
