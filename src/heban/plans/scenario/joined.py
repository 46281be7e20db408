"""The boards after a plan, and what the plan does to the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from heban.domain.errors import unknown
from heban.measures.index.doubts import Doubts
from heban.measures.index.spec import IndexSpec
from heban.measures.uncertainty import document
from heban.measures.uncertainty.inputs import Input
from heban.plans.allocation.plan import Plan
from heban.plans.boards.board import Boards, Floats
from heban.plans.boards.standing import panel
from heban.plans.scenario.change import Change, consequences, usual
from heban.plans.scenario.planks import plank_errors, plank_index, planks
from heban.records.panel import Panel


def joined(boards: Boards, plan: Plan) -> Boards:
    """Return the boards after a plan: what arrives is added, what is given is gone unless it can be shared.

    value' = value + (received − given) / scale, given = 0 of a shareable factor; bands shift along with the
    value. Needs stay those of before: a plan is judged by the needs that it was made for, even where a need
    is a quantile of values that the plan changes. Amounts of a transferable factor keep their sum.
    `boards` may hold more places and factors than the plan's. Raises `UnknownName` for one that they lack.

    >>> from heban.plans.allocation.plan import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> boards, spec, way = _demo()
    >>> joined(boards, plan(boards, spec, way)).value[:, 0].round(9).tolist()
    [40.0, 40.0, 30.0]
    """
    moved = moves(boards, plan)
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = np.where(moved == 0, 0.0, moved / boards.scale)
    return replace(
        boards,
        value=boards.value + shift,
        value_low=boards.value_low + shift,
        value_high=boards.value_high + shift,
    )


def moves(boards: Boards, plan: Plan) -> Floats:
    """Return what each place wins or loses by a plan, as amounts, (place, factor) of the boards.

    >>> from heban.plans.allocation.plan import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> boards, spec, way = _demo()
    >>> moves(boards, plan(boards, spec, way))[:, 0].round(9).tolist()
    [-30.0, 20.0, 10.0]
    """
    codes = [factor.code for factor in boards.factors]
    for code in plan.places:
        if code not in boards.places:
            raise unknown("place", code, boards.places, "the boards")
    for factor in plan.factors:
        if factor.code not in codes:
            raise unknown("factor", factor.code, codes, "the boards")
    given = plan.moved.sum(axis=1) * np.array([one.mobility != "shareable" for one in plan.factors])
    made = np.zeros(boards.value.shape)
    rows = [boards.places.index(code) for code in plan.places]
    columns = [codes.index(factor.code) for factor in plan.factors]
    made[np.ix_(rows, columns)] = plan.arrived - given
    return made


def applied(boards: Boards, plan: Plan, year: int) -> Panel:
    """Return the panel of the boards after a plan (`joined`), to be measured again; `year` labels the state.

    >>> from heban.plans.allocation.plan import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> boards, spec, way = _demo()
    >>> round(applied(boards, plan(boards, spec, way), 2024).value("c", 2024, "hours"), 9)
    30.0
    """
    return panel(joined(boards, plan), year)


def of_plan(
    plan: Plan,
    year: int,
    *,
    seed: int,
    draws: int = 1024,
    doubts: Doubts | Sequence[Input] | None = None,
    hold: bool = True,
) -> Change:
    """Return what a plan does to the index of its boards: measure, plan, measure again.

    An index in the plan's specification (spec.index) is rebuilt from the values of the boards. Without one it
    is that of the planks (`plank_index`); its doubts, if none are given, are the usual ones (`usual`) and the
    bands of the boards. The region's score is the mean over the places. See `consequences`.

    >>> from heban.plans.allocation.plan import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> from heban.plans.scenario.tables import by_place
    >>> made = by_place(of_plan(plan(*_demo()), 2024, seed=1, draws=64)).xs("boards", level="node")
    >>> made["change"].round(6).tolist(), made["probability"].tolist()[1:]
    ([0.0, 25.0, 12.5], [1.0, 1.0])
    """
    index, measured = plan.spec.index, panel
    if index is None:
        index, measured = plank_index(plan.boards), planks
        doubts = _usual(plan.boards, index, year) if doubts is None else doubts
    before, after = (measured(one, year) for one in (plan.boards, joined(plan.boards, plan)))
    return consequences(before, after, index, doubts=doubts, draws=draws, seed=seed, hold=hold)


def _usual(boards: Boards, index: IndexSpec, year: int) -> tuple[Input, ...]:
    errors = plank_errors(boards)
    found = document.inputs(usual(index, planks(boards, year)))
    return found if errors is None else (*found, errors)
