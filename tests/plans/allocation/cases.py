"""Small boards by hand: values, needs and ways that fit a line, so that a test can write its arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from heban.plans import allocation
from heban.plans.boards.board import Boards
from heban.plans.spec import Cost, Factor, Limits, Objective, PlanSpec


def factor(code: str = "hours", **changed: Any) -> Factor:
    told = {
        "zh": "仪器机时",
        "en": "instrument time",
        "unit": "小时",
        "unit_en": "hours",
        "mobility": "transferable",
    }
    return Factor(code=code, source=f"holdings:{code}", **{**told, **changed})


def boards(
    value: npt.ArrayLike,
    need: npt.ArrayLike,
    factors: Sequence[Factor] = (),
    *,
    band: float = 0.0,
    need_band: float = 0.0,
    scale: npt.ArrayLike = 1.0,
) -> Boards:
    """Places a, b, c, …; bands are shares of a value and of a need on either side."""
    has = np.array(value, dtype=float)
    has = has[:, None] if has.ndim == 1 else has
    wants = np.array(need, dtype=float)
    wants = wants[:, None] if wants.ndim == 1 else wants
    wants = np.broadcast_to(wants, has.shape)
    return Boards(
        tuple("abcdefgh"[: len(has)]),
        tuple(factors) or (factor(),),
        has,
        has * (1 - band),
        has * (1 + band),
        wants,
        wants * (1 - need_band),
        wants * (1 + need_band),
        np.broadcast_to(np.asarray(scale, dtype=float), has.shape),
    )


def spec(
    factors: Sequence[Factor] = (),
    *,
    cost: Mapping[str, Any] | None = None,
    limits: Mapping[str, Any] | None = None,
    objective: Mapping[str, Any] | None = None,
) -> PlanSpec:
    return PlanSpec(
        factors=tuple(factors) or (factor(),),
        cost=Cost(**(cost or {})),
        limits=Limits(**(limits or {})),
        objective=Objective(**(objective or {})),
    )


def line(
    *at: float, groups: Sequence[str | None] | str = "", cost: Cost | None = None, border: float = 1.0
) -> allocation.Effort:
    """Places along a line, at kilometres; one province unless groups are given."""
    km = np.abs(np.subtract.outer(np.array(at), np.array(at)))
    return allocation.effort(km, list(groups) or ["P"] * len(at), cost or Cost(), border)


def made(
    has: Boards,
    asked: PlanSpec | None = None,
    *at: float,
    groups: Sequence[str | None] | str = "",
    border: float = 1.0,
) -> allocation.Plan:
    """The plan of boards along a line."""
    asked = asked or spec(has.factors)
    return allocation.plan(has, asked, line(*at, groups=groups, cost=asked.cost, border=border))
