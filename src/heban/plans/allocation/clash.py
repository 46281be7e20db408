"""Why there is no plan, in the words of the specification: which limits clash, where, and by how much."""

from __future__ import annotations

import numpy as np

from heban.domain.errors import NoPlan
from heban.plans.allocation.words import amount, thing
from heban.plans.boards.board import Boards
from heban.plans.solve.possible import reachable
from heban.plans.solve.problem import Problem
from heban.plans.spec import PlanSpec

SHOWN = 3  # deficits named, the worst first

LIMITS = {
    "floor": "limits.at_least ({at_least:g} of every deficit)",
    "supply": "what places have beyond their own needs",
    "budget": "cost.budget ({budget:g})",
    "exports": "limits.exports ({exports:g} mean needs a place)",
    "imports": "limits.absorption ({imports:g} mean needs a place)",
    "forbidden": "limits.forbidden, and ways that are not known",
    "partners": "limits.partners ({partners})",
    "reciprocity": "limits.reciprocity ({reciprocity:g})",
    "whole": "amounts in whole units",
}


def told(error: NoPlan, problem: Problem, boards: Boards, spec: PlanSpec) -> NoPlan:
    """Return the error of the solver with its limits named as the specification does, and the places meant.

    Places are named whose floor is above all that can reach them, then factors of which all floors together
    are above all that there is to give; where neither is, the limits alone clash.
    """
    numbers = {
        "at_least": spec.limits.at_least,
        "budget": problem.budget,
        "exports": spec.limits.exports or 0.0,
        "imports": spec.limits.absorption or 0.0,
        "partners": problem.partners,
        "reciprocity": problem.reciprocity,
    }
    meant = "; ".join(
        f"{name} is {LIMITS[name].format(**numbers)}" for name in error.clashing if name in LIMITS
    )
    said = [str(error), *([f"Here {meant}."] if meant else []), *_where(problem, boards)]
    return NoPlan(" ".join(said), error.clashing)


def _where(problem: Problem, boards: Boards) -> list[str]:
    """Return where more is asked for than can come, in sentences."""
    if problem.floor is None:
        return []
    factors = [factor for factor in boards.factors if factor.mobility != "bound"]
    reach, floor = reachable(problem), problem.floor

    def lacking(f: int, asked: float, there: float, where: str) -> str:
        asks, has = (amount(value, factors[f], "en") for value in (asked, there))
        return f"{thing(factors[f], 'en')}: {asks} asked, {has} {where}"

    short = np.argwhere(reach < floor * (1 - 1e-9)).tolist()
    if short:
        short.sort(key=lambda at: reach[tuple(at)] / floor[tuple(at)])
        named = [
            f"{boards.places[j]} ({lacking(f, float(floor[j, f]), float(reach[j, f]), 'within reach')})"
            for j, f in short[:SHOWN]
        ]
        more = f", and {len(short) - SHOWN} more" if len(short) > SHOWN else ""
        return [f"Out of reach: {', '.join(named)}{more}."]
    asked, there = floor.sum(axis=0), problem.supply.sum(axis=0)
    scarce = np.flatnonzero(~problem.shareable & (there < asked * (1 - 1e-9))).tolist()
    named = [lacking(f, float(asked[f]), float(there[f]), "to give") for f in scarce]
    return [f"Scarce: {'; '.join(named)}."] if named else []
