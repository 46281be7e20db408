"""Four cities and five factors, small enough to match by hand; d lies in another province."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from heban.plans.allocation.effort import Effort, effort
from heban.plans.boards.board import Boards
from heban.plans.spec import Cost, Factor, Limits, PlanSpec


def _factor(code: str, zh: str, en: str, units: str, **more: Any) -> Factor:
    unit, unit_en = units.split()
    return Factor(code=code, source=f"holdings:{code}", zh=zh, en=en, unit=unit, unit_en=unit_en, **more)


HOURS = _factor("hours", "机时", "instrument time", "小时 hours", mobility="transferable")
CARDS = _factor("cards", "借书证", "library cards", "张 pieces", mobility="shareable")
LABS = _factor("labs", "实验室", "laboratories", "个 units", mobility="transferable", whole=True)
FUNDS = _factor("funds", "资金", "funds", "元 yuan", mobility="transferable")
WEALTH = _factor("wealth", "财富", "wealth", "元 yuan")
FACTORS = (HOURS, CARDS, LABS, FUNDS, WEALTH)
COST = Cost(fixed=0.0, price=0.1)
KM = np.array([[0, 100, 200, 100], [100, 0, 100, 300], [200, 100, 0, 100], [100, 300, 100, 0]], dtype=float)
VALUE = np.array([
    # hours, cards, labs, funds, wealth
    [50.0, 30.0, 5.5, 8.0, 9.0],
    [10.0, 10.0, 2.0, 8.0, 2.0],
    [16.0, 25.0, 2.0, 8.0, 5.0],
    [20.0, 4.0, 4.0, np.nan, 5.0],
])  # fmt: skip
NEED = np.array([[20.0, 20.0, 4.0, 10.0, 5.0]] * 4)


def boards(**more: Any) -> Boards:
    """a gives 30 hours, 10 cards, 1.5 labs; b lacks 10, 10, 2; c lacks 4 hours, 2 labs; d lacks 16 cards."""
    made = Boards(tuple("abcd"), FACTORS, VALUE, VALUE, VALUE, NEED, NEED, NEED, np.ones((4, 5)))
    return replace(made, **more)


def spec(**limits: Any) -> PlanSpec:
    return PlanSpec(factors=FACTORS, cost=COST, limits=Limits(**limits))


def way(border: float = 0.5) -> Effort:
    return effort(KM, ["P", "P", "P", "Q"], COST, border)
