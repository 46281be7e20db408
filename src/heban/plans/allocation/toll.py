"""What the border costs: the plan again without it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.place import Language
from heban.plans.allocation.moves import table
from heban.plans.allocation.plan import Plan, again, overlap
from heban.plans.allocation.words import CODES, Names, figure, share

SPOKEN: dict[Language, str] = {
    "zh": "{group}界（跨界只余往来的{border}）使净增益由{without}降至{objective}，损失{lost}（{part}）；"
    "无界时跨界的调动占{open}，有界时占{crossing}。",
    "en": "The border of a {group} (crossing leaves {border} of an exchange) lowers the gain after cost "
    "from {without} to {objective}: it costs {lost}, {part}. Without it {open} of all that moves would "
    "cross, with it {crossing}.",
}
NONE: dict[Language, str] = {
    "zh": "本方案未设{group}界成本。",
    "en": "The plan counts no border of a {group}.",
}
TOLL: dict[Language, str] = {
    "zh": "现方案中跨界调动因边界多付成本{toll}。",
    "en": "The moves of the plan that cross cost {toll} more than they would without it.",
}


@dataclass(frozen=True, eq=False)
class BorderCost:
    """What a border costs: the plan, and the plan `free` of it; `wanted` are moves that only that one has.

    `lost` is the objective that the border costs, `lost_gain` the gain; `toll` what crossing adds to the
    cost of the plan as it is; `crossing` and `free_crossing` the shares of what moves that cross, in mean
    needs.
    """

    plan: Plan
    free: Plan
    wanted: pd.DataFrame
    lost: float
    lost_gain: float
    toll: float
    crossing: float
    free_crossing: float
    overlap: float

    def sentences(self, lang: Language, names: Names = CODES) -> list[str]:
        """Return what the border costs, in words."""
        group, border = names.group[lang], self.plan.effort.border
        if border == 1:
            return [NONE[lang].format(group=group)]
        without = self.free.objective
        said = SPOKEN[lang].format(
            group=group,
            border=share(border, lang),
            without=figure(without),
            objective=figure(self.plan.objective),
            lost=figure(self.lost),
            part=share(self.lost / without if without > 0 else 0.0, lang),
            open=share(self.free_crossing, lang),
            crossing=share(self.crossing, lang),
        )
        return [said, TOLL[lang].format(toll=figure(self.toll))] if self.toll > 0 else [said]


def border_cost(plan: Plan, names: Names = CODES) -> BorderCost:
    """Return what the border costs the region: the plan against the plan with border = 1.

    lost = objective without the border − objective with it, never below 0 in a sum of gains; a budget is
    the same in both. A move that is `wanted` crosses in the plan without the border, and is not in the plan
    with it.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> made = border_cost(plan(*_demo()))
    >>> round(made.lost, 9), round(made.toll, 9), len(made.wanted)
    (0.01625, 0.325, 0)
    >>> print(made.sentences("en")[0])
    The border of a province (crossing leaves 50 % of an exchange) lowers the gain after cost from 0.806 to
    0.79: it costs 0.0163, 2.02 %. Without it 33.3 % of all that moves would cross, with it 33.3 %.
    """
    open_ = plan.effort.at(1.0)
    allowed = np.isfinite(plan.problem.effort)
    free = again(plan, replace(plan.problem, effort=np.where(allowed, open_.matrix, np.inf)), open_)
    moves = table(free, names)
    here = {tuple(row) for row in table(plan)[["origin", "destination", "factor"]].itertuples(index=False)}
    ends = moves[["origin", "destination", "factor"]].itertuples(index=False)
    new = np.array([tuple(row) not in here for row in ends], dtype=bool)
    return BorderCost(
        plan,
        free,
        moves[new & moves["crosses"].to_numpy(dtype=bool)].reset_index(drop=True),
        free.objective - plan.objective,
        free.gain - plan.gain,
        float((plan.unit_costs * plan.solution.amount)[_crosses(plan)].sum()) * (1 - plan.effort.border),
        _crossing(plan),
        _crossing(free),
        overlap(plan, free),
    )


def _crossing(plan: Plan) -> float:
    """Return the share of what moves that crosses the border, in mean needs; 0 when nothing moves."""
    return float(plan.weights[_crosses(plan)].sum()) / plan.size if plan.size > 0 else 0.0


def _crosses(plan: Plan) -> npt.NDArray[np.bool_]:
    """Return which arcs of the solution cross the border."""
    return plan.effort.crosses[plan.solution.origin, plan.solution.destination]
