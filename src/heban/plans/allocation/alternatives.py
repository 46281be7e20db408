"""Other plans that are nearly as good, and in what they differ."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from heban.domain.errors import BadSpec
from heban.domain.place import Language
from heban.plans.allocation.plan import Plan, overlap
from heban.plans.allocation.words import share
from heban.plans.solve import alternative

SAME = 1e-6  # plans whose overlap is nearer to 1 than this are one

SPOKEN: dict[Language, str] = {
    "zh": "{differs}的调动量另作安排，净增益少{given_up}。",
    "en": "{differs} of what moves goes otherwise, for {given_up} less gain after cost.",
}


@dataclass(frozen=True, eq=False)
class Alternative:
    """Another plan; `differs` is the share of what moves that moves otherwise, 1 − `overlap`.

    `given_up` is the part of the best objective that it lacks.
    """

    plan: Plan
    differs: float
    given_up: float

    def sentence(self, lang: Language) -> str:
        """Return in words how much differs, and what that costs."""
        return SPOKEN[lang].format(differs=share(self.differs, lang), given_up=share(self.given_up, lang))


def alternatives(plan: Plan, slack: float = 0.02, count: int = 3) -> list[Alternative]:
    """Return other plans whose objective is within `slack` of the best, each as different as can be.

    The first uses the arcs of the plan least, the next those of the plan and of the first, and so on
    (`solve.alternative`). The list is shorter than `count` when no further plan is different; empty when
    there is none at all, or nothing moves. A slack of 0 finds plans that are just as good. They have no
    prices.
    Source: Brill, Chang and Hopkins (1982), Manage. Sci. 28: 221–235.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> made = alternatives(plan(*_demo()))
    >>> made[0].sentence("en")
    '1.97 % of what moves goes otherwise, for 2 % less gain after cost.'
    """
    if count < 1:
        raise BadSpec(f"count is {count}; give at least 1, and 3 are usual.")
    found: list[Plan] = [plan]
    made: list[Alternative] = []
    while len(made) < count and plan.size > 0:
        other = replace(plan, solution=alternative(plan.problem, [one.solution for one in found], slack))
        if any(not overlap(one, other) < 1 - SAME for one in found):
            break
        found.append(other)
        given_up = (plan.objective - other.objective) / abs(plan.objective) if plan.objective else 0.0
        made.append(Alternative(other, 1 - overlap(plan, other), max(0.0, given_up)))
    return made


def differences(plan: Plan, other: Plan) -> pd.DataFrame:
    """Return the moves in which two plans differ: what each moves, and the change from one to the other.

    Columns origin, destination, factor (codes), amount, other, change = other − amount, in the factor's unit;
    the largest change in mean needs first, then by factor, donor and receiver.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> base = plan(*_demo())
    >>> differences(base, alternatives(base)[0].plan).round(3).values.tolist()
    [['a', 'b', 'hours', 20.0, 18.84, -1.16]]
    """
    size, least = plan.problem.size, SAME * max(plan.size, other.size)
    rows = []
    for end in sorted({*plan.amounts, *other.amounts}, key=lambda end: (end[2], *end[:2])):
        before, after = plan.amounts.get(end, 0.0), other.amounts.get(end, 0.0)
        if abs(after - before) * size[end[2]] > least:
            i, j, f = end
            ends = (plan.places[i], plan.places[j], plan.factors[f].code)
            rows.append((-abs(after - before) * size[f], (*ends, before, after, after - before)))
    rows.sort(key=lambda row: row[0])
    columns = ["origin", "destination", "factor", "amount", "other", "change"]
    return pd.DataFrame([row for _, row in rows], columns=columns)
