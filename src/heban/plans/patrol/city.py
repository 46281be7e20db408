"""The patrol of one city: what it could give to whom and get from whom, and what cannot be matched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import unknown
from heban.plans.allocation.effort import Effort
from heban.plans.allocation.programme import problem
from heban.plans.boards.board import Boards
from heban.plans.patrol.matches import beside, matches
from heban.plans.solve.problem import Problem
from heban.plans.spec import PlanSpec

UNMATCHED = ("place", "factor", "side", "amount", "reason")


@dataclass(frozen=True, eq=False)
class Patrol:
    """One city's matches.

    `offers` is ranked by net gain, with the receiver; `wants` likewise, with the donor. `unmatched` has a
    row for each long, short or unknown board without a match that pays: side "long", "short" or "unknown",
    the amount beyond or below the need (NaN if unknown), and the reason: "bound", the factor stays in its
    place, and the amount is in the unit of the board; "no_receiver", "no_donor", nobody is short, or long,
    of it; "fill", nothing of a deficit may be filled; "out_of_reach", only places without a way are;
    "whole", no whole unit is left; "price", no unit gains more than it costs; "no_data" (§1).
    """

    boards: Boards
    place: str
    offers: pd.DataFrame
    wants: pd.DataFrame
    unmatched: pd.DataFrame


def patrol(
    boards: Boards,
    spec: PlanSpec,
    effort: Effort,
    place: str,
    *,
    distance: npt.ArrayLike | None = None,
    ties: pd.DataFrame | None = None,
    proximity: pd.DataFrame | None = None,
    complement: pd.DataFrame | None = None,
) -> Patrol:
    """Return what one city could give and get: 以某个城市的长板，巡查匹配其他城市短板.

    Each long board of the city is held against the short boards of all others, and each short board against
    their long ones (`matches`): amounts, share of the deficit, gain and cost as in `allocation.problem`.
    Beside each pair stand, where given, the distance (n × n km; the effort's own if none), existing `ties`
    (places × places, from donor to receiver), the `proximity` of disciplines (`space.jaffe`) and their
    `complement` (`disciplinary_complement`: what the donor holds in classes that the receiver is short
    of); none of them changes the ranking. No number of partners is asked for: who has nothing to offer has no
    rows. Raises `UnknownName` for a place without boards.

    >>> from heban.plans.allocation.programme import _demo
    >>> made = patrol(*_demo(), "c")
    >>> len(made.offers), made.wants[["donor", "amount", "share"]].values.tolist()
    (0, [['a', 20.0, 1.0]])
    """
    if place not in boards.places:
        raise unknown("place", place, boards.places, "the boards")
    given = problem(boards, spec, effort.matrix)
    near = beside(boards.places, effort, distance, ties, proximity, complement)
    every = matches(boards, given, effort, near)
    offers = every[every["donor"] == place].drop(columns="donor").reset_index(drop=True)
    wants = every[every["receiver"] == place].drop(columns="receiver").reset_index(drop=True)
    return Patrol(boards, place, offers, wants, unmatched(boards, given, every, [place]))


def unmatched(boards: Boards, given: Problem, every: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Return the boards of some places that no match pays for, with the reason.

    >>> from heban.plans.allocation.programme import _demo
    >>> from heban.plans.patrol.matches import matches
    >>> boards, spec, way = _demo()
    >>> given = problem(boards, spec, way.matrix)
    >>> every = matches(boards, given, way, beside(boards.places, way, None, None, None, None))
    >>> unmatched(boards, given, every, ["a", "b"]).empty
    True
    """
    rows = []
    planned = np.flatnonzero(boards.planned).tolist()
    paying = every[every["net"] > 0]
    for place in places:
        p = boards.places.index(place)
        for number, factor in enumerate(boards.factors):
            side, amount = _side(boards, p, number)
            if not side:
                continue
            if side == "unknown":
                rows.append((place, factor.code, side, np.nan, "no_data"))
            elif number not in planned:
                rows.append((place, factor.code, side, amount, "bound"))
            else:
                end = "donor" if side == "long" else "receiver"
                mine = (paying["factor"] == factor.code) & (paying[end] == place)
                if not mine.any():
                    reason = _reason(given, p, planned.index(number), side)
                    rows.append((place, factor.code, side, amount, reason))
    return pd.DataFrame(rows, columns=list(UNMATCHED))


def _side(boards: Boards, place: int, factor: int) -> tuple[str, float]:
    """Return how a board stands, empty if even, and by how much it misses its need."""
    if np.isnan(boards.value[place, factor]) or np.isnan(boards.need[place, factor]):
        return "unknown", np.nan
    sides = (boards.to_give, boards.to_fill) if boards.planned[factor] else (boards.surplus, boards.deficit)
    give, fill = (float(side[place, factor]) for side in sides)
    if give > 0:
        return "long", give
    return ("short", fill) if fill > 0 else ("", 0.0)


def _reason(given: Problem, place: int, f: int, side: str) -> str:
    """Return why no match of a planned factor pays."""
    if side == "long":
        others, way, none = given.demand[:, f] > 0, given.effort[place], "no_receiver"
        most = np.minimum(given.supply[place, f], given.demand[:, f])
    else:
        if not given.demand[place, f] > 0:
            return "fill"
        others, way, none = given.supply[:, f] > 0, given.effort[:, place], "no_donor"
        most = np.minimum(given.demand[place, f], given.supply[:, f])
    others[place] = False
    if not others.any():
        return none
    reached = others & np.isfinite(way)
    if not reached.any():
        return "out_of_reach"
    return "whole" if given.whole[f] and not (most[reached] >= 1 - 1e-9).any() else "price"
