"""Why no assignment exists: the fewest limits that exclude each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from heban.domain.errors import NoPlan
from heban.plans.assignment.ground import Ground
from heban.plans.assignment.spec import Outside
from heban.plans.solve.matching import matched
from heban.plans.solve.problem import Ints

SHOWN = 5  # needs that are named

LOOSER: dict[str, Callable[[Ground], Ground]] = {
    "outside": lambda given: replace(given, spec=given.spec.model_copy(update={"outside": Outside()})),
    "conflicts": lambda given: replace(given, barred=np.zeros_like(given.barred)),
    "floor": lambda given: replace(given, spec=given.spec.model_copy(update={"floor": 0.0})),
    "capacity": lambda given: replace(given, capacity=np.full_like(given.capacity, len(given.needs))),
}
REPAIR = {
    "least": "lower least",
    "outside": "keep fewer places for one side of outside",
    "conflicts": "clear a conflict",
    "floor": "lower the floor of relevance",
    "capacity": "raise capacities",
}


def lacking(given: Ground) -> Ints:
    """Return how many experts each need lacks of what it must get."""
    return matched(given.market, given.worth).lacking


def no_plan(given: Ground) -> NoPlan:
    """Return the error that names limits which exclude each other, none of which could be left out.

    Each limit is loosened in turn, and stays so when needs would still get less than they must.
    """
    rest, kept = given, []
    for name, loosen in LOOSER.items():
        without = loosen(rest)
        if lacking(without).any():
            rest = without
        else:
            kept.append(name)
    names = ["least", *reversed(kept)]
    return NoPlan(_sentence(given, lacking(rest), names), names)


def _sentence(given: Ground, short: Ints, names: list[str]) -> str:
    named = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    at = np.flatnonzero(short)
    shown = [f"{given.needs[n]}: {given.least[n] - short[n]} of {given.least[n]}" for n in at[:SHOWN]]
    more = f"; and {len(at) - SHOWN} more" if len(at) > SHOWN else ""
    repairs = [REPAIR[name] for name in names] + ([] if len(names) > 1 else ["add candidates"])
    repair = " or ".join(filter(None, (", ".join(repairs[:-1]), repairs[-1])))
    counted = f"{len(at)} need{'s' if len(at) != 1 else ''} would get fewer experts than must be"
    return (
        f"no assignment keeps these limits at once: {named}. {counted} ({'; '.join(shown)}{more}). "
        f"{repair[0].upper()}{repair[1:]}."
    )
