"""How a plan stands when values and needs are drawn from within their bands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.plans.allocation.plan import Plan
from heban.plans.allocation.sensitivity import appearances, planned_with
from heban.plans.boards.board import Boards

Floats = npt.NDArray[np.float64]


def robustness(plan: Plan, rng: np.random.Generator, draws: int = 100) -> pd.DataFrame:
    """Return how often each move appears when boards are drawn from within their bands.

    Each draw takes a value and a need for every board, evenly from its band, and plans with them as if they
    were sure; what a unit costs and counts stays. Columns as in `steadiness`, with robust for steady, low
    and high, the 5th and 95th percentile of the amount over the draws that have a plan. The plan itself
    gives only what is beyond the band, so draws move more. Even draws are Heban's own (默认值待核).

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> made = robustness(plan(*_demo()), np.random.default_rng(1), draws=3)
    >>> made[["destination", "robust", "low", "high"]].round(9).values.tolist()
    [['b', 1.0, 20.0, 20.0], ['c', 1.0, 10.0, 10.0]]
    """
    if draws < 1:
        raise BadSpec(f"draws is {draws}; give at least 1, and 100 are usual.")
    boards = plan.boards
    found = []
    for _ in range(draws):
        value, need = (
            low + (high - low) * rng.random(low.shape)  # NaN stays NaN
            for low, high in ((boards.value_low, boards.value_high), (boards.need_low, boards.need_high))
        )
        drawn = planned_with(plan, _sure(boards, value, need))
        found += [] if drawn is None else [drawn]
    made = appearances(plan, found, "robust")
    if not found:
        return made.assign(low=np.nan, high=np.nan)
    position = {code: number for number, code in enumerate(plan.places)}
    factor = {one.code: number for number, one in enumerate(plan.factors)}
    ends = [
        (position[row.origin], position[row.destination], factor[row.factor]) for row in made.itertuples()
    ]
    amounts = np.array([[drawn.amounts.get(end, 0.0) for end in ends] for drawn in found])
    low, high = np.quantile(amounts.reshape(len(found), len(ends)), [0.05, 0.95], axis=0)
    return made.assign(low=low, high=high)


def _sure(boards: Boards, value: Floats, need: Floats) -> Boards:
    """Return boards whose values and needs are known to the point."""
    return replace(
        boards, value=value, value_low=value, value_high=value, need=need, need_low=need, need_high=need
    )
