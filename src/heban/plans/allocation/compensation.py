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
    the rent of a scarce budget. Without limits.at_least and reciprocity nobody's net is then below 0: gain
    is concave, so its average is at least the price. Where a floor forces a move, or reciprocity raises a
    place's own gain in price, a receiver pays no more than what is left of the gain that the move brings.
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
    problem, moved = plan.problem, plan.moved
    paid = _at_prices(plan) if rule == "prices" else _halved(plan)
    price_cost = problem.price * np.where(moved > 0, plan.unit_cost, 0.0) * moved
    gain, cost = plan.solution.gain.sum(axis=1), price_cost.sum(axis=(0, 2))
    pays, earns = paid.sum(axis=(0, 2)), paid.sum(axis=(1, 2))
    made = {"gain": gain, "cost": cost, "pays": pays, "earns": earns, "net": gain - cost - pays + earns}
    return pd.DataFrame(made, index=pd.Index(plan.places, name="place"))


def _at_prices(plan: Plan) -> Floats:
    """Return what j pays i for all of f that moves, (n, n, m), at the prices of the limits."""
    problem, duals = plan.problem, plan.solution.duals
    if duals is None:
        raise BadSpec('a plan with whole numbers or partners has no prices to pay; use the rule "half".')
    unit = np.where(plan.moved > 0, plan.unit_cost, 0.0)
    kept = 0.0 if duals.imports is None else duals.imports[:, None] * problem.size
    each = (duals.arrival - kept)[None, :, :] - (problem.price + duals.budget) * unit
    most = _average(plan) - problem.price * unit
    return np.asarray(np.clip(each, 0.0, np.maximum(most, 0.0)) * plan.moved)


def _halved(plan: Plan) -> Floats:
    unit = np.where(plan.moved > 0, plan.unit_cost, 0.0)
    return np.asarray((_average(plan) - plan.problem.price * unit) * plan.moved / 2)


def _average(plan: Plan) -> Floats:
    """Return what a unit that arrived gained on average, (1, n, m)."""
    arrived = plan.arrived
    made = np.divide(plan.solution.gain, arrived, out=np.zeros_like(arrived), where=arrived > 0)
    return made[None, :, :]
