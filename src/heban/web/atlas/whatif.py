"""What if a reader weighs it differently: the engine's aggregation over the scores that are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.utils.translation import gettext as _

from heban.domain.errors import BadSpec
from heban.measures.index import aggregate
from heban.report.results import frame
from heban.web.atlas.figures import language
from heban.web.atlas.packages import Results

SCORES, PILLARS = "capacity.scores", "capacity.pillar_scores"
STEPS, RANKS = "capacity.steps", "capacity.ranks"
LEAVES, CATALOGUE = "capacity.indicator_scores", "capacity.catalogue"
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
class Inside:
    """What a pillar is made of: its indicators (code, zh, en), their weights and scores, how they are joined.

    `scores` is place × indicator, in the order of the places of the ruler.
    """

    indicators: tuple[tuple[str, str, str], ...]
    method: str
    weights: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ruler:
    """What the stored index was made with: the pillars' scores in a year, their weights, how they are joined.

    `scores` is place × pillar; `totals` are the stored totals; `members` are the places that are ranked.
    `insides` are what the pillars are made of; none when what is stored does not give every pillar again.
    """

    year: int
    method: str
    places: tuple[str, ...]
    members: frozenset[str]
    pillars: tuple[tuple[str, str], ...]
    weights: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    totals: npt.NDArray[np.float64]
    insides: tuple[Inside, ...] = ()

    @property
    def size(self) -> int:
        """The number of indicators that can be weighed."""
        return sum(len(inside.indicators) for inside in self.insides)

    def weighed(self, weights: Sequence[float], leaves: Sequence[float] = ()) -> npt.NDArray[np.float64]:
        """Return the total of every place under other weights, which need not sum to anything.

        `leaves` are the weights of all indicators within their pillars, in the order of the pillars; without
        them the pillars are as they are stored. Raises `BadSpec` for weights that do not fit, are negative,
        or are all 0.
        """
        _check(weights, len(self.pillars))
        if not sum(weights) > 0:
            raise BadSpec(_("All weights are 0, so nothing is left to weigh. Give one pillar a weight."))
        scores = self._pillars_of(leaves) if len(leaves) else self.scores
        totals: npt.NDArray[np.float64] = METHODS[self.method](scores, np.asarray(weights, dtype=float))
        return totals

    def _pillars_of(self, leaves: Sequence[float]) -> npt.NDArray[np.float64]:
        _check(leaves, self.size)
        columns, at = [], 0
        for inside, (zh, en) in zip(self.insides, self.pillars, strict=True):
            own = np.asarray(leaves[at : at + len(inside.indicators)], dtype=float)
            at += len(inside.indicators)
            if not own.sum() > 0:
                said = _("All indicators of the pillar “%(pillar)s” weigh 0. Give one of them a weight.")
                raise BadSpec(said % {"pillar": en if language() == "en" else zh})
            columns.append(METHODS[inside.method](inside.scores, own))
        return np.stack(columns, axis=-1)

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
    wide = wide.reindex(stored.index)[[zh for zh, _en in pillars]].astype(float)
    weights = _weights(frame(tables[STEPS]), [zh for zh, _en in pillars])
    method = _joins(wide.to_numpy(), weights, stored.to_numpy(dtype=float))
    if method is None:
        return None
    found = _of_last_year(results, method, pillars, weights, wide, stored)
    return replace(found, insides=_insides(results, found, wide))


def _joins(
    scores: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], stored: npt.NDArray[np.float64]
) -> str | None:
    """The method that gives what is stored again."""
    for method, joined in METHODS.items():
        if np.allclose(joined(scores, weights), stored, rtol=CLOSE, atol=0, equal_nan=True):
            return method
    return None


def _insides(results: Results, ruler: Ruler, pillars: pd.DataFrame) -> tuple[Inside, ...]:
    tables = results.facts["tables"]
    if not {LEAVES, CATALOGUE} <= set(tables):
        return ()
    known, rows = frame(tables[CATALOGUE]), frame(tables[LEAVES])
    wide = rows.pivot(index=["place", "year"], columns="indicator", values="value").reindex(pillars.index)
    found = []
    for zh, _en in ruler.pillars:
        own = known[known["pillar_zh"] == zh]
        scores = wide[list(own["indicator"])].astype(float)
        weights = own["weight"].to_numpy(dtype=float)
        method = _joins(scores.to_numpy(), weights, pillars[zh].to_numpy(dtype=float))
        if method is None:
            return ()
        last = scores.xs(ruler.year, level="year").reindex(list(ruler.places)).to_numpy()
        named = own[["indicator", "indicator_zh", "indicator_en"]].itertuples(index=False, name=None)
        found.append(Inside(tuple(named), method, weights, last))
    return tuple(found)


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


def no_weight(given: object) -> BadSpec:
    """Return the error for a weight that is none, in the reader's language."""
    said = _("A weight is a number from 0 to %(most)s, not %(given)s.")
    return BadSpec(said % {"most": f"{HEAVIEST:g}", "given": given})


def _check(weights: Sequence[float], wanted: int) -> None:
    if len(weights) != wanted:
        said = _("There are %(wanted)s weights to give, not %(given)s.")
        raise BadSpec(said % {"wanted": wanted, "given": len(weights)})
    if wrong := [weight for weight in weights if not 0 <= weight <= HEAVIEST]:
        raise no_weight(f"{wrong[0]:g}")


def _weights(steps: pd.DataFrame, pillars: Sequence[str]) -> npt.NDArray[np.float64]:
    """The weight of a pillar is the sum of what its indicators weigh in the whole."""
    summed = steps.groupby("pillar_zh")["weight"].sum()
    return np.array([float(summed.get(zh, 0.0)) for zh in pillars])
