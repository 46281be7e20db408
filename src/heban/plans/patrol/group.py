"""The patrol of a group of cities: first what they can do for each other, then what is left for outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.plans.allocation.effort import Effort
from heban.plans.allocation.plan import TINY
from heban.plans.allocation.programme import problem
from heban.plans.boards.board import Boards
from heban.plans.patrol.city import unmatched
from heban.plans.patrol.matches import beside, matches
from heban.plans.solve import solve
from heban.plans.solve.problem import Floats, Problem
from heban.plans.spec import PlanSpec


@dataclass(frozen=True, eq=False)
class GroupPatrol:
    """The matches of a group of places.

    `within` has every match between two members, as `matches` has it, and `planned`, what moves in the best
    plan of the group by itself. `matrix` (donor × receiver) is what that plan moves, in mean needs. `outward`
    and `inward` are the matches of what is then left: members' surplus for outsiders' deficits, and
    outsiders' surplus for members' deficits. `balance` has a row for each factor that can move: what the
    members have beyond their needs, what they lack, what the plan within fills, and what is left of both;
    the surplus of a shareable factor is not used up. `unmatched` as that of `Patrol`, of the members.
    """

    boards: Boards
    members: tuple[str, ...]
    within: pd.DataFrame
    matrix: pd.DataFrame
    outward: pd.DataFrame
    inward: pd.DataFrame
    balance: pd.DataFrame
    unmatched: pd.DataFrame


def patrol_group(
    boards: Boards,
    spec: PlanSpec,
    effort: Effort,
    members: Sequence[str],
    *,
    distance: npt.ArrayLike | None = None,
    ties: pd.DataFrame | None = None,
    proximity: pd.DataFrame | None = None,
    complement: pd.DataFrame | None = None,
) -> GroupPatrol:
    """Return what a group of cities, as a corridor, can do for itself, and what is left for and from outside.

    Within the group the best plan is made (`allocation.problem` with the others' boards out of it, and
    without limits.at_least, which the group alone may not reach). What it does not move is matched with the
    places outside, a deficit going on where it was filled to; `deficit` and `share` are of the whole deficit.
    Arguments and columns as in `patrol`.
    Raises `UnknownName` for a member without boards, `BadSpec` for fewer than two members.

    >>> from heban.plans.allocation.programme import _demo
    >>> made = patrol_group(*_demo(), ["a", "b"])
    >>> made.within[["donor", "receiver", "planned"]].round(6).values.tolist()
    [['a', 'b', 20.0]]
    >>> made.outward[["donor", "receiver", "amount"]].round(6).values.tolist(), len(made.inward)
    ([['a', 'c', 10.0]], 0)
    """
    rows = _rows(boards, members)
    whole = problem(boards, spec, effort.matrix)
    near = beside(boards.places, effort, distance, ties, proximity, complement)
    every = matches(boards, whole, effort, near)
    moved = _within(whole, rows)
    rest = _left(whole, moved)
    outside = matches(boards, rest, effort, near)
    gives, takes = (outside[side].isin(members) for side in ("donor", "receiver"))
    inside = every[every["donor"].isin(members) & every["receiver"].isin(members)].reset_index(drop=True)
    inside.insert(inside.columns.get_loc("pays") + 1, "planned", _planned(inside, boards, moved))
    names = list(members)
    index, columns = pd.Index(names, name="donor"), pd.Index(names, name="receiver")
    weighed = (moved * whole.size).sum(axis=2)[np.ix_(rows, rows)]
    return GroupPatrol(
        boards,
        tuple(members),
        inside,
        pd.DataFrame(weighed, index=index, columns=columns),
        outside[gives & ~takes].reset_index(drop=True),
        outside[takes & ~gives].reset_index(drop=True),
        _balance(boards, moved, rows),
        unmatched(boards, whole, every, names),
    )


def _rows(boards: Boards, members: Sequence[str]) -> list[int]:
    for place in members:
        if place not in boards.places:
            raise unknown("place", place, boards.places, "the boards")
    if len(set(members)) != len(members) or len(members) < 2:
        listed = ", ".join(members) or "none"
        raise BadSpec(f"a group has at least two different members; given: {listed}. One place has `patrol`.")
    return [boards.places.index(place) for place in members]


def _within(whole: Problem, rows: list[int]) -> Floats:
    """Return what moves within the group in its own best plan, (n, n, m)."""
    inside = np.zeros((len(whole.supply), 1))
    inside[rows] = 1.0
    alone = replace(whole, supply=whole.supply * inside, width=whole.width * inside[:, :, None], floor=None)
    moved = np.zeros((*whole.effort.shape, len(whole.rate)))
    pairs = (alone.supply > 0)[:, None, :] & (alone.demand > 0)[None, :, :]
    if not (pairs & np.isfinite(alone.effort)[:, :, None]).any():
        return moved
    found = solve(alone)
    np.add.at(moved, (found.origin, found.destination, found.factor), found.amount)
    return moved


def _left(whole: Problem, moved: Floats) -> Problem:
    """Return the problem with what moved taken from supplies, unless shared, and from the first segments."""
    given = np.where(whole.shareable, 0.0, moved.sum(axis=1))
    came = moved.sum(axis=0)
    before = np.cumsum(whole.width, axis=2) - whole.width
    filled = np.clip(came[:, :, None] - before, 0.0, whole.width)
    return replace(whole, supply=_rest(whole.supply, given), width=_rest(whole.width, filled))


def _planned(inside: pd.DataFrame, boards: Boards, moved: Floats) -> Floats:
    codes = [factor.code for factor, chosen in zip(boards.factors, boards.planned, strict=True) if chosen]
    at = [pd.Index(boards.places).get_indexer(inside[side]) for side in ("donor", "receiver")]
    return np.asarray(moved[at[0], at[1], pd.Index(codes).get_indexer(inside["factor"])])


def _balance(boards: Boards, moved: Floats, rows: list[int]) -> pd.DataFrame:
    """Return what the group has and lacks of each factor that can move, and what is left of it."""
    factors = [factor for factor in boards.factors if factor.mobility != "bound"]
    sides = (side[rows][:, boards.planned] for side in (boards.to_give, boards.to_fill))
    give, fill = (np.nan_to_num(side).sum(axis=0) for side in sides)
    filled = moved.sum(axis=(0, 1))
    used = np.array([factor.mobility != "shareable" for factor in factors]) * filled
    table = {
        "mobility": [factor.mobility for factor in factors],
        "surplus": give,
        "deficit": fill,
        "filled": filled,
        "surplus_left": _rest(give, used),
        "deficit_left": _rest(fill, filled),
    }
    return pd.DataFrame(table, index=pd.Index([factor.code for factor in factors], name="factor"))


def _rest(whole: Floats, taken: Floats) -> Floats:
    """Return what is left; what is nearer to nothing than rounding is nothing."""
    return np.where(whole - taken > TINY * whole, whole - taken, 0.0)
