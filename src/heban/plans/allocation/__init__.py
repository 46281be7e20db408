"""Allocation: one city's surplus fills another's deficit, at what it costs and within what is allowed."""

from heban.plans.allocation.alternatives import Alternative, alternatives, differences
from heban.plans.allocation.compensation import compensation
from heban.plans.allocation.effort import Effort, effort
from heban.plans.allocation.frontier import frontier
from heban.plans.allocation.moves import table
from heban.plans.allocation.plan import Plan, overlap, plan
from heban.plans.allocation.prices import prices
from heban.plans.allocation.programme import priority, problem
from heban.plans.allocation.received import deficits, received, totals
from heban.plans.allocation.robustness import robustness
from heban.plans.allocation.sensitivity import sensitivity, steadiness
from heban.plans.allocation.toll import BorderCost, border_cost
from heban.plans.allocation.weights import weights_from
from heban.plans.allocation.words import Names

__all__ = [
    "Alternative",
    "BorderCost",
    "Effort",
    "Names",
    "Plan",
    "alternatives",
    "border_cost",
    "compensation",
    "deficits",
    "differences",
    "effort",
    "frontier",
    "overlap",
    "plan",
    "prices",
    "priority",
    "problem",
    "received",
    "robustness",
    "sensitivity",
    "steadiness",
    "table",
    "totals",
    "weights_from",
]  # fmt: skip
