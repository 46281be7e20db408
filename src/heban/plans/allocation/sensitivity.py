"""How a plan answers when needs, costs and boards are other than thought: rerun, compare, count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, NoPlan
from heban.plans.allocation.plan import Plan, again, overlap
from heban.plans.allocation.programme import problem as problem_of
from heban.plans.boards.board import Boards

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rerun:
    """A plan of changed needs or costs: what was changed, of which factor (empty for all), times what."""

    changed: str
    factor: str
    times: float
    plan: Plan | None
    """None when the limits then clash"""


def reruns(
    plan: Plan, needs: Sequence[float] = (0.9, 1.1), costs: Sequence[float] = (0.5, 2.0)
) -> list[Rerun]:
    """Return the plan again with needs times each of `needs`, then with costs times each of `costs`.

    All factors together, then each alone. What a unit costs to move, and what it counts in mean needs,
    stays that of the plan: a need that is thought higher makes nothing cheaper. Raises `BadSpec` for a
    change of 0 or less.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> [(run.changed, run.factor, run.times) for run in reruns(plan(*_demo()), needs=(1.1,), costs=())]
    [('need', '', 1.1), ('need', 'hours', 1.1)]
    """
    for times in (*needs, *costs):
        if not times > 0:
            raise BadSpec(f"a need or cost is to be multiplied by {times:g}; give a number above 0.")
    which: list[tuple[str, Sequence[int]]] = [("", range(len(plan.factors)))]
    which += [(factor.code, [f]) for f, factor in enumerate(plan.factors)]
    made = [("need", code, times, _needing(plan, of, times)) for times in needs for code, of in which]
    made += [("cost", code, times, _costing(plan, of, times)) for times in costs for code, of in which]
    return [Rerun(*change) for change in made]


def sensitivity(
    plan: Plan,
    needs: Sequence[float] = (0.9, 1.1),
    costs: Sequence[float] = (0.5, 2.0),
    *,
    runs: Sequence[Rerun] | None = None,
) -> pd.DataFrame:
    """Return what the plan becomes with other needs and costs: a row for the plan, one for each change.

    Columns changed ("", "need", "cost"), factor (empty: all), times, objective, gain, cost, moved (mean
    needs), overlap with the plan (`overlap`), feasible. Changes are those of `reruns`; figures are NaN
    where the limits then clash. `runs` are reruns made already, in place of those of `needs` and `costs`.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> made = sensitivity(plan(*_demo()), needs=(), costs=(20,))
    >>> made[["changed", "times", "gain", "cost", "overlap"]].round(6).values.tolist()[:2]
    [['', 1.0, 0.85, 1.2, 1.0], ['cost', 20.0, 0.35, 5.5, 0.5]]
    """
    made = reruns(plan, needs, costs) if runs is None else runs
    return pd.DataFrame([_row(plan, run) for run in (Rerun("", "", 1.0, plan), *made)])


def steadiness(
    plan: Plan,
    needs: Sequence[float] = (0.9, 1.1),
    costs: Sequence[float] = (0.5, 2.0),
    *,
    runs: Sequence[Rerun] | None = None,
) -> pd.DataFrame:
    """Return how often each move appears in the reruns of `sensitivity`, moves of the plan first.

    Columns origin, destination, factor, amount (of the plan; 0 for a move that only reruns have), steady: the
    share of the reruns that have a plan in which the move appears. A small share names a fragile move.
    `runs` as in `sensitivity`.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> made = steadiness(plan(*_demo()), needs=(), costs=(0.5, 20))
    >>> made[["destination", "amount", "steady"]].values.tolist()
    [['b', 20.0, 1.0], ['c', 10.0, 0.5]]
    """
    made = reruns(plan, needs, costs) if runs is None else runs
    return appearances(plan, [run.plan for run in made if run.plan is not None], "steady")


def appearances(plan: Plan, others: Sequence[Plan], name: str) -> pd.DataFrame:
    """Return the share of other plans in which each move appears; moves of the plan first, then the rest.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> base = plan(*_demo())
    >>> appearances(base, [base], "there").there.tolist()
    [1.0, 1.0]
    """
    count = Counter(end for other in others for end in other.amounts)
    ends = sorted({*plan.amounts, *count}, key=lambda end: (end not in plan.amounts, end[2], *end[:2]))
    rows = [
        (
            plan.places[i],
            plan.places[j],
            plan.factors[f].code,
            plan.amounts.get((i, j, f), 0.0),
            count[i, j, f],
        )
        for i, j, f in ends
    ]
    made = pd.DataFrame(rows, columns=["origin", "destination", "factor", "amount", name])
    made[name] = made[name] / len(others) if others else np.nan
    return made


def planned_with(plan: Plan, boards: Boards) -> Plan | None:
    """Return the plan of other boards, or None when the limits clash; a unit costs and counts what it did.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> base = plan(*_demo())
    >>> planned_with(base, base.boards).objective == base.objective
    True
    """
    made = problem_of(boards, plan.spec, plan.problem.effort)
    same = replace(made, rate=plan.problem.rate, size=plan.problem.size)
    try:
        return again(replace(plan, boards=boards), same)
    except NoPlan:
        return None


def _needing(plan: Plan, of: Sequence[int], times: float) -> Plan | None:
    boards = plan.boards
    by = np.ones(len(boards.factors))
    by[[plan.chosen[f] for f in of]] = times
    low, high = boards.need_low * by, boards.need_high * by
    return planned_with(plan, replace(boards, need=boards.need * by, need_low=low, need_high=high))


def _costing(plan: Plan, of: Sequence[int], times: float) -> Plan | None:
    by = np.ones(len(plan.factors))
    by[list(of)] = times
    try:
        return again(plan, replace(plan.problem, rate=plan.problem.rate * by))
    except NoPlan:
        return None


def _row(plan: Plan, run: Rerun) -> dict[str, object]:
    head = {"changed": run.changed, "factor": run.factor, "times": run.times}
    found = run.plan
    if found is None:
        figures = dict.fromkeys(("objective", "gain", "cost", "moved", "overlap"), np.nan)
        return {**head, **figures, "feasible": False}
    moved = {"moved": found.size, "overlap": overlap(plan, found)}
    figures = {"objective": found.objective, "gain": found.gain, "cost": found.cost, **moved}
    return {**head, **figures, "feasible": True}
