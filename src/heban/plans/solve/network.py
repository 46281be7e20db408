"""OR-tools behind one door: a transport with segments of gain as a flow of least cost in whole numbers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from heban.plans.solve.problem import Floats, Ints

AMOUNT = 2.0**40
COST = 2.0**26  # finer steps take longer and find the same flow; the gap is proven in the true numbers
LARGEST = 2.0**60  # of all amounts together, in whole numbers of 63 bits


def cheapest(supply: Floats, width: Floats, worth: Floats, arcs: tuple[Ints, Ints, Floats]) -> Floats:
    """Return the amount on each arc (donors, receivers, costs) of the plan that gains most beyond its cost.

    Numbers are near 1 (`scaling`). Donors and receivers are nodes, and one more takes what arrives, over an
    arc for each segment of a receiver, and what stays, over one from each donor.

    >>> arcs = np.array([0, 0]), np.array([0, 1]), np.array([0.1, 0.2])
    >>> cheapest(np.array([2.0]), np.array([[1.0], [3.0]]), np.array([[1.0], [0.5]]), arcs).tolist()
    [1.0, 1.0]
    """
    donor, receiver, cost = arcs
    donors, (place, number) = len(supply), np.nonzero(width > 0)
    end = donors + len(width)
    if not len(cost):
        return np.zeros(0)
    total = float(width.sum())  # more than this nobody gives
    parts = min(AMOUNT, LARGEST / (donors * max(total, 1.0)))
    owned = np.floor(np.minimum(supply, total) * parts).astype(np.int64)
    tails = np.concatenate([donor, donors + place, np.arange(donors)])
    heads = np.concatenate([donors + receiver, np.full(len(place) + donors, end)])
    room = np.concatenate([owned[donor], np.floor(width[place, number] * parts), owned])
    unit = np.rint(np.concatenate([cost, -worth[place, number], np.zeros(donors)]) * COST)
    engine: Any = import_module("ortools.graph.python.min_cost_flow").SimpleMinCostFlow()
    numbers = engine.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), room.astype(np.int64), unit.astype(np.int64)
    )
    nodes = np.append(np.arange(donors), end).astype(np.int32)
    engine.set_nodes_supplies(nodes, np.append(owned, -owned.sum()))
    status = engine.solve()
    assert status == engine.OPTIMAL, f"the flow ended with {status}"
    return np.asarray(engine.flows(numbers[: len(donor)]) / parts)
