"""What if a reader weighs it differently: the engine's aggregation over the scores that are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.index import aggregate
from heban.report.results import frame
from heban.web.atlas.packages import Results

SCORES, PILLARS = "capacity.scores", "capacity.pillar_scores"
STEPS, RANKS = "capacity.steps", "capacity.ranks"
METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "arithmetic": aggregate.arithmetic,
        "geometric": aggregate.geometric,
        "harmonic": aggregate.harmonic,
    }
)
HEAVIEST = 100.0
CLOSE = 1e-9


@dataclass(frozen=True, eq=False)
class Ruler:
    """What the stored index was made with: the pillars' scores in a year, their weights, how they are joined.

    `scores` is place × pillar; `totals` are the stored totals; `members` are the places that are ranked.
    """

    year: int
    method: str
    places: tuple[str, ...]
    members: frozenset[str]
    pillars: tuple[tuple[str, str], ...]
    weights: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    totals: npt.NDArray[np.float64]

    def weighed(self, weights: Sequence[float]) -> npt.NDArray[np.float64]:
        """Return the total of every place under other weights, which need not sum to anything.

        Raises `BadSpec` for weights that do not fit, are negative, or are all 0.
        """
        if len(weights) != len(self.pillars):
            raise BadSpec(f"{len(self.pillars)} pillars need as many weights, not {len(weights)}.")
        if wrong := [weight for weight in weights if not 0 <= weight <= HEAVIEST]:
            raise BadSpec(f"a weight is a number from 0 to {HEAVIEST:g}, not {wrong[0]:g}.")
        if not sum(weights) > 0:
            raise BadSpec("all weights are 0, so nothing is left to weigh. Give one pillar a weight.")
        totals: npt.NDArray[np.float64] = METHODS[self.method](self.scores, np.asarray(weights, dtype=float))
        return totals

    def ranks(self, totals: npt.NDArray[np.float64]) -> list[int | None]:
        """Return the rank of every place among the members; equal totals share the better one (§2)."""
        own = [total for place, total in zip(self.places, totals, strict=True) if place in self.members]
        return [
            1 + int(sum(other > total for other in own))
            if place in self.members and not np.isnan(total)
            else None
            for place, total in zip(self.places, totals, strict=True)
        ]


@lru_cache(maxsize=32)
def ruler(results: Results) -> Ruler | None:
    """Return what the stored index was made with, or None when the stored scores do not tell.

    The weights are those that the package states, and the method is the one that gives every stored total of
    every year again (to 1e-9): a package for which none does is not weighed anew.
    """
    tables = results.facts["tables"]
    if not {SCORES, PILLARS, STEPS} <= set(tables) or not tables[PILLARS]["rows"]:
        return None
    stored = frame(tables[SCORES]).set_index(["place", "year"])["value"]
    rows = frame(tables[PILLARS])
    pillars = tuple(dict.fromkeys(zip(rows["pillar_zh"], rows["pillar_en"], strict=True)))
    wide = rows.pivot(index=["place", "year"], columns="pillar_zh", values="value")
    wide = wide.reindex(stored.index)[[zh for zh, _ in pillars]].astype(float)
    weights = _weights(frame(tables[STEPS]), [zh for zh, _ in pillars])
    for method, joined in METHODS.items():
        if np.allclose(joined(wide.to_numpy(), weights), stored, rtol=CLOSE, atol=0, equal_nan=True):
            return _of_last_year(results, method, pillars, weights, wide, stored)
    return None


def _of_last_year(
    results: Results,
    method: str,
    pillars: tuple[tuple[str, str], ...],
    weights: npt.NDArray[np.float64],
    wide: pd.DataFrame,
    stored: pd.Series[float],
) -> Ruler:
    year = int(stored.index.get_level_values("year").max())
    last = stored.xs(year, level="year")
    places = tuple(str(place) for place in last.index)
    ranked = results.facts["tables"].get(RANKS)
    members = frozenset(frame(ranked)["place"].astype(str) if ranked and ranked["rows"] else places)
    scores = wide.xs(year, level="year").reindex(last.index).to_numpy()
    return Ruler(year, method, places, members, pillars, weights, scores, last.to_numpy(dtype=float))


def _weights(steps: pd.DataFrame, pillars: Sequence[str]) -> npt.NDArray[np.float64]:
    """The weight of a pillar is the sum of what its indicators weigh in the whole."""
    summed = steps.groupby("pillar_zh")["weight"].sum()
    return np.array([float(summed.get(zh, 0.0)) for zh in pillars])
