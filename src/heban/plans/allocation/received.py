"""What a plan does for each place: deficits before and after, gain, cost, and why a deficit stays."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.place import LANGUAGES, Language
from heban.plans.allocation.plan import Plan
from heban.plans.allocation.unfilled import NEAR, Stop, stop
from heban.plans.allocation.words import CODES, Names, amount, figure, share, thing, unit

Floats = npt.NDArray[np.float64]

LEFT: dict[Language, str] = {
    "zh": "{place}缺{thing}{deficit}，补{got}，仍缺{left}：{reason}。",
    "en": "{place} lacks {deficit} of {thing}, gets {got} and still lacks {left}: {reason}.",
}
REASONS: dict[str, dict[Language, str]] = {
    "bound": {"zh": "该要素不可调动", "en": "the factor is bound to its place"},
    "fill": {"zh": "至多补缺口的{fill}", "en": "at most {fill} of a deficit may be filled"},
    "no_donor": {"zh": "其他各地均无富余", "en": "no other place has any to give"},
    "out_of_reach": {
        "zh": "有富余之地均无法到达（禁止或路程不明）",
        "en": "no place that has any to give can reach it (forbidden, or the way is not known)",
    },
    "price": {
        "zh": "最近的{donor}每{unit}增益{gain}，成本{cost}乘价格{price}不低于此",
        "en": "even from {donor}, the cheapest, a unit gains {gain} and costs {cost} at a price of {price}",
    },
    "supply": {
        "zh": "{donor}的富余已全部调往不次于此之处",
        "en": "all that {donor} can give goes where it is worth as much or more",
    },
    "shared": {"zh": "{donor}可共享的已全部给{place}", "en": "{donor} shares all it can with {place}"},
    "budget": {"zh": "预算{budget}已用尽", "en": "the budget of {budget} is used up"},
    "exports": {
        "zh": "{donor}调出已达上限（平均需求的{exports}倍）",
        "en": "{donor} gives as much as it may ({exports} mean needs)",
    },
    "imports": {
        "zh": "{place}吸纳已达上限（平均需求的{imports}倍）",
        "en": "{place} takes as much as it can absorb ({imports} mean needs)",
    },
    "partners": {
        "zh": "{donor}或{place}的伙伴已达{partners}个",
        "en": "{donor} or {place} already deals with {partners} others",
    },
    "whole": {"zh": "所余不足一整单位", "en": "what is left is less than a whole unit"},
    "reciprocity": {
        "zh": "{donor}再调出，所得便低于互惠要求",
        "en": "{donor} would gain less than reciprocity asks for what it gives",
    },
    "gap": {"zh": "求解尚未证明最优", "en": "the solver stopped before the best plan was proven"},
}  # fmt: skip


class Lack(NamedTuple):
    """A deficit: positions of place and factor, what is lacking, what came, and why any rest stays."""

    place: int
    factor: int
    deficit: float
    came: float
    why: Stop | None

    @property
    def left(self) -> float:
        """What is left; 0 where what came is the deficit but for rounding."""
        return self.deficit - self.came if self.why else 0.0


def deficits(plan: Plan, names: Names = CODES) -> pd.DataFrame:
    """Return a row for every deficit: what it was, what arrived, what is left, and why.

    Columns place, factor (codes); need, deficit, received, left, in the factor's unit; share, the part that
    is filled; reason, empty where all is filled, else one of `unfilled.stop`; tight, all limits
    that the best further move would break; zh and en, the sentence. A deficit is what is lacking beyond the
    band; places without one, and boards that are not known, have no row.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> made = deficits(plan(*_demo()))
    >>> made[["place", "factor", "deficit", "received", "reason"]].values.tolist()
    [['b', 'hours', 20.0, 20.0, ''], ['c', 'hours', 20.0, 10.0, 'supply']]
    >>> print(made.en[1])
    c lacks 20 hours of instrument time, gets 10 hours and still lacks 10 hours: all that a can give goes
    where it is worth as much or more.
    """
    lacks, boards = lacks_of(plan), plan.boards
    needs = boards.need * boards.scale
    made = pd.DataFrame(
        {
            "place": [plan.places[one.place] for one in lacks],
            "factor": [boards.factors[one.factor].code for one in lacks],
            "need": [float(needs[one.place, one.factor]) for one in lacks],
            "deficit": [one.deficit for one in lacks],
            "received": [one.came for one in lacks],
            "left": [one.left for one in lacks],
            "share": [one.came / one.deficit for one in lacks],
            "reason": [one.why.reason if one.why else "" for one in lacks],
            "tight": [one.why.tight if one.why else () for one in lacks],
        }
    )
    return made.assign(**{lang: [_sentence(plan, one, names, lang) for one in lacks] for lang in LANGUAGES})


def lacks_of(plan: Plan) -> list[Lack]:
    """Return every deficit of the boards, place by place, factor by factor.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> [(one.place, one.deficit, one.left) for one in lacks_of(plan(*_demo()))]
    [(1, 20.0, 0.0), (2, 20.0, 10.0)]
    """
    made = []
    for j, number in np.argwhere(np.nan_to_num(plan.boards.to_fill) > 0).tolist():
        deficit = float(plan.boards.to_fill[j, number])
        if number in plan.chosen:
            f = plan.chosen.index(number)
            made.append(Lack(j, number, deficit, min(float(plan.arrived[j, f]), deficit), stop(plan, j, f)))
        else:
            made.append(Lack(j, number, deficit, 0.0, Stop("bound")))
    return made


def received(plan: Plan) -> pd.DataFrame:
    """Return a row for every place: what it lacked, takes and gives, and what it gains of what it could.

    lacked, taken, left and given are in mean needs, over the planned factors; gain, and possible, the gain
    of everything that may be filled; share = gain / possible, NaN where nothing is lacking; cost of what
    arrives.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> made = received(plan(*_demo()))
    >>> made[["lacked", "taken", "given", "gain", "share"]].round(9).values.tolist()
    [[0.0, 0.0, 0.75, 0.0, nan], [0.5, 0.5, 0.0, 0.5, 1.0], [0.5, 0.25, 0.0, 0.35, 0.7]]
    """
    problem = plan.problem
    lacked = np.nan_to_num(plan.boards.to_fill[:, plan.chosen]) * problem.size
    given, taken = plan.went @ problem.size, plan.arrived @ problem.size
    gain = plan.solution.gain.sum(axis=1)
    possible = (problem.width * problem.worth).sum(axis=(1, 2))
    cost = np.bincount(plan.solution.destination, plan.unit_costs * plan.solution.amount, len(plan.places))
    whole = lacked.sum(axis=1)
    left = np.where(whole - taken > NEAR * whole, whole - taken, 0.0)
    made = {"lacked": whole, "taken": taken, "left": left, "given": given, "gain": gain}
    ratio = np.divide(gain, possible, out=np.full(len(gain), np.nan), where=possible > 0)
    index = pd.Index(plan.places, name="place")
    return pd.DataFrame({**made, "possible": possible, "share": ratio, "cost": cost}, index=index)


def totals(plan: Plan) -> dict[str, float]:
    """Return the sums of a plan; moved, lacked and left are in mean needs, share is of the possible gain.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> {key: round(value, 9) for key, value in totals(plan(*_demo())).items()}
    {'objective': 0.79, 'gain': 0.85, 'possible': 1.0, 'share': 0.85, 'cost': 1.2, 'moves': 2, 'moved': 0.75,
    'lacked': 1.0, 'left': 0.25}
    """
    each = received(plan).sum()
    possible = float(each["possible"])
    made = {"objective": plan.objective, "gain": plan.gain, "possible": possible}
    made["share"] = plan.gain / possible if possible > 0 else math.nan
    made |= {"cost": plan.cost, "moves": len(plan.solution.amount), "moved": plan.size}
    return made | {"lacked": float(each["lacked"]), "left": float(each["left"])}


def _sentence(plan: Plan, lack: Lack, names: Names, lang: Language) -> str:
    """Return why a deficit stays, or nothing where none does."""
    why = lack.why
    if why is None:
        return ""
    factor, limits = plan.boards.factors[lack.factor], plan.spec.limits
    place = names.place(plan.places[lack.place], lang)
    because = REASONS[why.reason][lang].format(
        place=place,
        donor="" if why.donor is None else names.place(plan.places[why.donor], lang),
        unit=unit(factor, lang),
        gain=figure(why.gain),
        cost=figure(why.cost),
        price=figure(plan.problem.price),
        fill=share(limits.fill, lang),
        budget=figure(plan.problem.budget),
        exports=figure(limits.exports or 0.0),
        imports=figure(limits.absorption or 0.0),
        partners=plan.problem.partners,
    )
    deficit, got, left = (amount(one, factor, lang) for one in (lack.deficit, lack.came, lack.left))
    return LEFT[lang].format(
        place=place, thing=thing(factor, lang), deficit=deficit, got=got, left=left, reason=because
    )
