"""Why a deficit stays: the limit that stops the best move that would still fill some of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from heban.plans.allocation.plan import Plan

Floats = npt.NDArray[np.float64]
Reason = Literal[
    "bound", "fill", "no_donor", "out_of_reach", "price",
    "supply", "shared", "budget", "exports", "imports", "partners", "whole", "reciprocity", "gap",
]  # fmt: skip

NEAR = 1e-6  # relative: nearer than this to a limit is at it


class Stop(NamedTuple):
    """Why a deficit stays: the reason, the donor of the best move, and that move's gain and cost of a unit.

    `tight` are all limits that this move would break, the one of the greatest price first.
    """

    reason: Reason
    donor: int | None = None
    gain: float = np.nan
    cost: float = np.nan
    tight: tuple[Reason, ...] = ()


def stop(plan: Plan, j: int, f: int) -> Stop | None:
    """Return what keeps the rest of a deficit of a planned factor unfilled; None when nothing is left.

    "bound" is the reason of factors that no plan moves. In a best plan no move from one donor pays and
    breaks no limit. So either no move pays: nobody has any to give ("no_donor"), no donor can reach the
    place ("out_of_reach"), the next unit gains no more than its cost times the price ("price"), only
    limits.fill is left ("fill"). Or those that pay are stopped: of the donor with the greatest gain after
    cost, the limits are named that one more unit would break; first the one that takes most of what the
    unit would bring, at the prices of the limits (`Duals`). "gap" is left when the solver stopped before
    the best plan was proven.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> stop(plan(*_demo()), 2, 0)
    Stop(reason='supply', donor=0, gain=0.015..., cost=0.065, tight=('supply',))
    """
    problem = plan.problem
    wanted, got = float(plan.boards.to_fill[j, plan.chosen[f]]), float(plan.arrived[j, f])
    if wanted - got <= NEAR * wanted:
        return None
    rest = float(problem.demand[j, f]) - got
    donors = np.flatnonzero((problem.supply[:, f] > 0) & (np.arange(len(problem.supply)) != j))
    near = donors[np.isfinite(problem.effort[donors, j])]
    if rest <= NEAR * wanted:
        return Stop("fill")
    if not near.size:
        return Stop("out_of_reach" if donors.size else "no_donor")
    if problem.whole[f] and rest < 1 - NEAR:
        return Stop("whole")
    return _best(plan, j, f, near)


def _best(plan: Plan, j: int, f: int, donors: npt.NDArray[np.intp]) -> Stop:
    """Return what stops the move of the next unit from the donor that it costs least from."""
    gain = worth_of_next(plan, j, f)
    i = int(donors[np.argmin(plan.problem.effort[donors, j])])
    cost = float(plan.problem.effort[i, j] * plan.problem.rate[f])
    if gain - plan.problem.price * cost <= NEAR * gain:
        return Stop("price", i, gain, cost)
    parts = _parts(plan, (i, j, f), gain)
    tight = [reason for reason, slack in _slacks(plan, (i, j, f)).items() if slack <= 0]
    tight.sort(key=lambda reason: -parts.get(reason, 0.0))
    return Stop(tight[0] if tight else "gap", i, gain, cost, tuple(tight))


def worth_of_next(plan: Plan, j: int, f: int) -> float:
    """Return what the next unit that arrives gains: per unit of the open segment, or of the next whole unit.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> round(worth_of_next(plan(*_demo()), 2, 0), 9)
    0.015
    """
    problem, got = plan.problem, float(plan.arrived[j, f])
    ends = np.cumsum(problem.width[j, f])
    if problem.whole[f]:
        before = ends - problem.width[j, f]
        filled = [np.clip(arrived - before, 0.0, problem.width[j, f]) for arrived in (got, got + 1)]
        return float(((filled[1] - filled[0]) * problem.worth[j, f]).sum())
    return float(problem.worth[j, f, np.flatnonzero(got < ends - NEAR * ends[-1])[0]])


def _slacks(plan: Plan, arc: tuple[int, int, int]) -> dict[Reason, float]:
    """Return what each limit leaves for one more unit on an arc: more than 0 where it does not stop it."""
    i, j, f = arc
    problem = plan.problem
    step = 1.0 if problem.whole[f] else 0.0
    size, cost = float(problem.size[f]), float(problem.effort[i, j] * problem.rate[f])

    def left(limit: float, used: float, each: float) -> float:
        """Return what is left beyond a step, less what is only rounding."""
        return np.inf if each == 0 else limit - used - step * each + (NEAR * each if step else -NEAR * limit)

    given = plan.amounts.get(arc, 0.0) if problem.shareable[f] else plan.went[i, f]
    kind: Reason = "shared" if problem.shareable[f] else "supply"
    made: dict[Reason, float] = {kind: left(float(problem.supply[i, f]), float(given), 1.0)}
    if np.isfinite(problem.budget):
        made["budget"] = left(problem.budget, plan.cost, cost)
    if problem.exports is not None:
        made["exports"] = left(float(problem.exports[i]), float(plan.went[i] @ problem.size), size)
    if problem.imports is not None:
        made["imports"] = left(float(problem.imports[j]), float(plan.arrived[j] @ problem.size), size)
    if problem.partners is not None:
        full = (
            j not in plan.partners[i]
            and max(map(len, (plan.partners[i], plan.partners[j]))) >= problem.partners
        )
        made["partners"] = 0.0 if full else 1.0
    if problem.reciprocity > 0:
        own = float(plan.solution.gain[i].sum())
        made["reciprocity"] = left(
            own, problem.reciprocity * float(plan.went[i] @ problem.size), problem.reciprocity * size
        )
    return made


def _parts(plan: Plan, arc: tuple[int, int, int], gain: float) -> dict[Reason, float]:
    """Return what each limit takes, at its price, of what one more unit on an arc would bring."""
    i, j, f = arc
    problem, duals = plan.problem, plan.solution.duals
    if duals is None:
        return {}
    size, cost = float(problem.size[f]), float(problem.effort[i, j] * problem.rate[f])
    parts: dict[Reason, float] = {"budget": duals.budget * cost}
    if duals.exports is not None:
        parts["exports"] = size * float(duals.exports[i])
    if duals.imports is not None:
        parts["imports"] = size * float(duals.imports[j])
    rest = gain - problem.price * cost - sum(parts.values())
    if problem.shareable[f]:
        return {**parts, "shared": rest}
    parts["supply"] = float(duals.supply[i, f])
    parts["reciprocity"] = rest - parts["supply"]
    return parts
