"""Compensation: what receivers would pay and donors earn, so that nobody loses by the plan."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.plans.allocation.plan import Plan
from heban.plans.allocation.words import checked

Floats = npt.NDArray[np.float64]


def compensation(plan: Plan, rule: Literal["prices", "half"] = "prices") -> pd.DataFrame:
    """Return what each place gains, bears, pays and earns when what moves is paid for; payments sum to 0.

    A row for each place: gain; cost, price · cost of what arrives, which the receiver bears; pays and
    earns, all in units of gain; net = gain − cost − pays + earns. Σ pays = Σ earns and Σ net = the plan's
    objective. rule "prices": for a unit that moves from i to j the receiver pays the donor
        max(0, arrival[j] − (price + budget) · effort · rate − size · imports[j]),
    at the prices of the limits: the price of the donor's surplus (and of what it may give), as in a market.
    The receiver keeps what earlier units gain more than the last one, what its own absorption is worth, and
    the rent of a scarce budget. Gain is concave, so its average is at least the price: nobody's net is below
    0, unless limits.at_least forces a move that does not pay. Where fairness or reciprocity raises the price
    of an arrival above that, a receiver pays no more than what the move brings on average.
    rule "half": donor and receiver halve gain − price · cost of each move; where that is negative, its loss
    too.
    Raises `BadSpec` for "prices" of a plan with whole numbers or partners, which has none.
    Source: Koopmans (1949), Econometrica 17, Suppl.: 136–146 (prices); that payments of this kind are in the
    core of the game of the places: Owen (1975), Math. Program. 9: 358–370.

    >>> from heban.plans.allocation import plan
    >>> from heban.plans.allocation.programme import _demo
    >>> compensation(plan(*_demo()))[["pays", "earns", "net"]].round(6).values.tolist()
    [[0.0, 0.3525, 0.3525], [0.235, 0.0, 0.2375], [0.1175, 0.0, 0.2]]
    """
    checked("rule", rule, ("prices", "half"))
    found, n = plan.solution, len(plan.places)
    paid = (_at_prices(plan) if rule == "prices" else _halved(plan)) * found.amount
    gain = found.gain.sum(axis=1)
    cost = plan.problem.price * np.bincount(found.destination, plan.unit_costs * found.amount, n)
    pays, earns = np.bincount(found.destination, paid, n), np.bincount(found.origin, paid, n)
    made = {"gain": gain, "cost": cost, "pays": pays, "earns": earns, "net": gain - cost - pays + earns}
    return pd.DataFrame(made, index=pd.Index(plan.places, name="place"))


def _at_prices(plan: Plan) -> Floats:
    """Return what is paid for a unit on each arc, at the prices of the limits."""
    problem, found, duals = plan.problem, plan.solution, plan.solution.duals
    if duals is None:
        raise BadSpec('a plan with whole numbers or partners has no prices to pay; use the rule "half".')
    worth = duals.arrival[found.destination, found.factor]
    if duals.imports is not None:
        worth = worth - duals.imports[found.destination] * problem.size[found.factor]
    each = worth - (problem.price + duals.budget) * plan.unit_costs
    return np.asarray(np.clip(each, 0.0, np.maximum(_rent(plan), 0.0)))


def _halved(plan: Plan) -> Floats:
    return _rent(plan) / 2


def _rent(plan: Plan) -> Floats:
    """Return what a unit on each arc gains after its cost, on average over what arrived with it."""
    found = plan.solution
    gain = found.gain[found.destination, found.factor] / plan.arrived[found.destination, found.factor]
    return np.asarray(gain - plan.problem.price * plan.unit_costs)
