"""Small markets: drawn ones, and the best of all their assignments by trying every one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from heban.plans.assignment import Assignment

Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
Served = dict[str, float]


def drawn(seed: int, needs: int = 4, experts: int = 4, share: float = 0.7, steps: int = 20) -> Tables:
    """Candidates with relevance in twentieths, needs that want one or two, experts that serve one or two."""
    rng = np.random.default_rng(seed)
    there = rng.random((needs, experts)) < share
    n, e = np.nonzero(there)
    rows = pd.DataFrame(
        {
            "need": [f"n{k}" for k in n],
            "expert": [f"e{k}" for k in e],
            "relevance": rng.integers(1, steps + 1, len(n)) / steps,
        }
    )
    wanted = pd.DataFrame({"need": [f"n{k}" for k in range(needs)], "wanted": rng.integers(1, 3, needs)})
    capacity = rng.integers(1, 3, experts)
    return rows, wanted, pd.DataFrame({"expert": [f"e{k}" for k in range(experts)], "capacity": capacity})


def every(tables: Tables) -> list[dict[str, dict[str, float]]]:
    """Every assignment within wants and capacities: what each need gets from whom."""
    rows, needs, experts = tables
    room = dict(zip(experts["expert"], experts["capacity"], strict=True))
    options = []
    for need, wanted in zip(needs["need"], needs["wanted"], strict=True):
        own = rows[rows["need"] == need]
        pairs = list(zip(own["expert"], own["relevance"], strict=True))
        options.append([dict(some) for k in range(wanted + 1) for some in combinations(pairs, k)])
    return [dict(zip(needs["need"], chosen, strict=True)) for chosen in _fitting(options, room)]


def _fitting(options: list[list[Served]], room: dict[str, int]) -> Iterator[list[Served]]:
    """Every choice of one option each that leaves nobody with more than there is room for."""
    if not options:
        yield []
        return
    for one in options[0]:
        if all(room[expert] for expert in one):
            less = {expert: left - (expert in one) for expert, left in room.items()}
            yield from ([one, *rest] for rest in _fitting(options[1:], less))


def worth(assigned: dict[str, dict[str, float]], tables: Tables) -> float:
    """The objective of an assignment with dear empty places."""
    dear = tables[0]["relevance"].max()
    return sum(sum(one.values()) - dear * (w - len(one)) for one, w in _with_wanted(assigned, tables))


def bests(tables: Tables) -> dict[str, list[float]]:
    """The relevances of each need, the highest first."""
    rows = tables[0]
    return {
        need: sorted(rows.loc[rows["need"] == need, "relevance"], reverse=True) for need in tables[1]["need"]
    }


def level(assigned: dict[str, Served], tables: Tables, bests: dict[str, list[float]]) -> float:
    """The least mean relevance of a need that does not have its own best."""
    held = []
    for (need, one), (_, wanted) in zip(assigned.items(), _with_wanted(assigned, tables), strict=True):
        best = sum(bests[need][:wanted]) / wanted
        mean = sum(one.values()) / wanted
        if mean < best - 1e-9:
            held.append(mean)
    return min(held, default=np.inf)


def objective(made: Assignment) -> float:
    """The same objective of an assignment of ours."""
    return made.total - float(made.relevance.max(initial=0.0)) * made.empty


def _with_wanted(assigned: dict[str, dict[str, float]], tables: Tables) -> list[tuple[dict[str, float], int]]:
    return [(assigned[need], int(w)) for need, w in zip(tables[1]["need"], tables[1]["wanted"], strict=True)]
