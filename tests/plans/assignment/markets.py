"""Small markets: drawn ones, and the best of all their assignments by trying every one."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd

from heban.plans.assignment import Assignment

Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


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
    made = []
    for chosen in product(*options):
        loads = pd.Series([expert for one in chosen for expert in one], dtype=object).value_counts()
        if all(count <= room[expert] for expert, count in loads.items()):
            made.append(dict(zip(needs["need"], chosen, strict=True)))
    return made


def worth(assigned: dict[str, dict[str, float]], tables: Tables) -> float:
    """The objective of an assignment with dear empty places."""
    dear = tables[0]["relevance"].max()
    return sum(sum(one.values()) - dear * (w - len(one)) for one, w in _with_wanted(assigned, tables))


def level(assigned: dict[str, dict[str, float]], tables: Tables) -> float:
    """The least mean relevance of a need that does not have its own best."""
    rows = tables[0]
    held = []
    for (need, one), (_, wanted) in zip(assigned.items(), _with_wanted(assigned, tables), strict=True):
        best = rows.loc[rows["need"] == need, "relevance"].nlargest(wanted).sum() / wanted
        mean = sum(one.values()) / wanted
        if mean < best - 1e-9:
            held.append(mean)
    return min(held, default=np.inf)


def objective(made: Assignment) -> float:
    """The same objective of an assignment of ours."""
    return made.total - float(made.relevance.max(initial=0.0)) * made.empty


def _with_wanted(assigned: dict[str, dict[str, float]], tables: Tables) -> list[tuple[dict[str, float], int]]:
    return [(assigned[need], int(w)) for need, w in zip(tables[1]["need"], tables[1]["wanted"], strict=True)]
