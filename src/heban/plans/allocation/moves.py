"""The table of a plan: from where to where, what, how much, what it gains and costs, and why."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from heban.domain.place import LANGUAGES, Language
from heban.plans.allocation.plan import Plan
from heban.plans.allocation.words import CODES, Names, amount, figure, share, thing

SPOKEN: dict[Language, str] = {
    "zh": "{donor}的{thing}超出自身需求（含误差带）{surplus}，{receiver}缺{deficit}。"
    "调{amount}，补其缺口的{filled}{way}{border}，成本{cost}，增益{gain}。",
    "en": "{donor} has {surplus} of {thing} beyond its own need and the band; {receiver} lacks {deficit}. "
    "{amount} fill {filled} of that{way}{border}, at a cost of {cost} and for a gain of {gain}.",
}
WAY: dict[str, dict[Language, str]] = {
    "distance": {"zh": "；相距{way}公里", "en": ", over {way} km"},
    "travel": {"zh": "；路程{way}", "en": ", {way} of travel away"},
    "none": {"zh": "", "en": ""},
}
BORDER: dict[Language, str] = {"zh": "，跨{group}", "en": ", across the border of a {group}"}


class Move(NamedTuple):
    """One move: positions of donor, receiver and factor; the amount, its part of the gain, its cost."""

    donor: int
    receiver: int
    factor: int
    amount: float
    gain: float
    cost: float


def table(plan: Plan, names: Names = CODES) -> pd.DataFrame:
    """Return a row for every move: who gives what to whom, what it gains and costs, and why.

    Columns origin, destination, factor (codes); amount, in the factor's own unit; gain; cost, effort · rate ·
    amount, not yet times the price; way (km, or the value of travel); crosses, whether a border is crossed;
    zh and en, the reason. Arrivals of one place and factor fill its deficit together, so they share its gain
    in proportion to their amounts. Rows go by factor, donor and receiver.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> made = table(plan(*_demo()))
    >>> made[["origin", "destination", "amount", "gain", "cost", "crosses"]].round(9).values.tolist()
    [['a', 'b', 20.0, 0.5, 0.55, False], ['a', 'c', 10.0, 0.35, 0.65, True]]
    >>> print(made.en[1])
    a has 30 hours of instrument time beyond its own need and the band; c lacks 20 hours. 10 hours fill
    50 % of that, over 120 km, across the border of a province, at a cost of 0.65 and for a gain of 0.35.
    """
    moves, places = moves_of(plan), plan.places
    made = pd.DataFrame(
        {
            "origin": [places[move.donor] for move in moves],
            "destination": [places[move.receiver] for move in moves],
            "factor": [plan.factors[move.factor].code for move in moves],
            "amount": [move.amount for move in moves],
            "gain": [move.gain for move in moves],
            "cost": [move.cost for move in moves],
            "way": [float(plan.effort.way[move.donor, move.receiver]) for move in moves],
            "crosses": [bool(plan.effort.crosses[move.donor, move.receiver]) for move in moves],
        }
    )
    return made.assign(**{lang: [_why(plan, move, names, lang) for move in moves] for lang in LANGUAGES})


def moves_of(plan: Plan) -> list[Move]:
    """Return the moves of a plan by factor, donor and receiver.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> [(move.donor, move.receiver, round(move.gain, 9)) for move in moves_of(plan(*_demo()))]
    [(0, 1, 0.5), (0, 2, 0.35)]
    """
    found = plan.solution
    order = np.lexsort((found.destination, found.origin, found.factor))
    i, j, f = found.origin[order], found.destination[order], found.factor[order]
    moved = found.amount[order]
    gain = found.gain[j, f] * moved / plan.arrived[j, f]
    cost = plan.problem.effort[i, j] * plan.problem.rate[f] * moved
    return [Move(*row) for row in zip(*(one.tolist() for one in (i, j, f, moved, gain, cost)), strict=True)]


def _why(plan: Plan, move: Move, names: Names, lang: Language) -> str:
    """Return the reason for a move, built from its numbers."""
    factor, number = plan.factors[move.factor], plan.chosen[move.factor]
    deficit = float(plan.boards.to_fill[move.receiver, number])
    way = figure(float(plan.effort.way[move.donor, move.receiver]))
    crosses = plan.effort.crosses[move.donor, move.receiver]
    return SPOKEN[lang].format(
        donor=names.place(plan.places[move.donor], lang),
        receiver=names.place(plan.places[move.receiver], lang),
        thing=thing(factor, lang),
        surplus=amount(float(plan.boards.to_give[move.donor, number]), factor, lang),
        deficit=amount(deficit, factor, lang),
        amount=amount(move.amount, factor, lang),
        filled=share(move.amount / deficit, lang),
        way=WAY[plan.effort.by][lang].format(way=way),
        border=BORDER[lang].format(group=names.group[lang]) if crosses else "",
        cost=figure(move.cost),
        gain=figure(move.gain),
    )
