"""Solve the flows of one file and print their gain: what a process of its own takes, its loading included.

`python -m benchmarks.one_flow heban|pot FILE`; `benchmarks.plans` writes FILE and times both.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np


def heban(held: Mapping[str, Any]) -> float:
    """Return the gain that the flow finds from the places' figures."""
    solve = import_module("heban.plans.solve")
    none = np.zeros(len(held["rate"]), dtype=bool)
    names = ("supply", "width", "worth", "effort", "rate", "size")
    problem = solve.Problem(*(held[name] for name in names), none, none, price=float(held["price"]))
    return float(solve.flow(problem).objective)


def pot(held: Mapping[str, Any]) -> float:
    """Return the gain that POT finds from tables that are ready for it."""
    ot: Any = import_module("ot")
    total = 0.0
    for number in range(len(held["rate"])):
        gives, takes, table = (held[f"{part}_{number}"] for part in ("gives", "takes", "table"))
        total -= float((ot.emd(gives, takes, table, 10**7) * table).sum())
    return total


if __name__ == "__main__":
    print({"heban": heban, "pot": pot}[sys.argv[1]](np.load(sys.argv[2])))
