"""Aggregates of which less is better: how their score is turned before it enters their parent.

The rule follows the scale of the scores below the aggregate:

- a range lo–hi (minmax, percentile, goalposts, efficacy, distances, share of the maximum from 0,
  categories from the least to the greatest score): lo + hi − score;
- z-scores with mean m: 2m − score, which is −score for m = 0; growth and directed values: −score;
- ranks of n values: n + 1 − score; Borda: n − 1 − score;
- fixed base 100, a ratio: 100²/score;
- above Copeland: −score; above benefit of the doubt: 1 − score.

Nothing else changes: the aggregate keeps its own score, and only what enters the parent is turned. A negative
aggregate whose children stand on different scales is refused, for there is no one rule for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from heban.domain.errors import BadSpec
from heban.measures.index.hierarchy import Array, Hierarchy
from heban.measures.index.settings import of_node, range_of, settled
from heban.measures.index.spec import IndexSpec

BASE = 100.0


@dataclass(frozen=True)
class Turn:
    """How a score of a scale is turned: `about` − score, or `about` / score for a ratio.

    `reference` is the score from which levels are explained: the lower end of a range, the mean of
    z-scores, 100 of a fixed base, else 0. `mixed` says that the scales below differ: nothing turns them.
    """

    about: float
    ratio: bool = False
    reference: float = 0.0
    mixed: bool = False

    def turned(self, scores: Array) -> Array:
        """Return the turned scores; turning twice gives the score back.

        >>> Turn(100.0).turned(np.array([30.0])), Turn(1e4, ratio=True).turned(np.array([200.0]))
        (array([70.]), array([50.]))
        """
        if self.ratio:
            return np.asarray(self.about / np.where(scores == 0, np.nan, scores))
        return np.asarray(self.about - scores)


def turns(hierarchy: Hierarchy, spec: IndexSpec, *, places: int, years: int) -> tuple[Turn, ...]:
    """Return how the score of every node is turned where its direction is −1.

    `places` and `years` are the extent of the scores, which ranks are counted in. Raises `BadSpec` for an
    aggregate with direction −1 whose children stand on different scales.
    """
    whole = spec.normalise
    count = places * years if whole.pool == "panel" else places
    found = [_of_indicator(settled(whole, whole.of.get(code)), count) for code in hierarchy.leaves]
    for node in range(hierarchy.size, len(hierarchy.codes)):
        code = hierarchy.codes[node]
        method = of_node(spec.aggregate, code, int(hierarchy.levels[node]))["method"]
        below = [found[child] for child in hierarchy.children[node]]
        found.append(_OWN.get(method) or replace(below[0], mixed=any(one != below[0] for one in below)))
        if found[node].mixed and hierarchy.directions[node] < 0 and node != hierarchy.root:
            raise BadSpec(
                f"{code} has direction -1 and children on different scales, so its score cannot be turned; "
                "normalise them alike, or give their own directions."
            )
    return tuple(found)


_OWN = {"copeland": Turn(0.0), "benefit_of_the_doubt": Turn(1.0)}


def _of_indicator(said: Mapping[str, Any], count: int) -> Turn:
    low, high = range_of(said)
    scores = said.get("scores") or (0.0,)
    mean = said["mean"]
    special = {
        "fixed_base": Turn(BASE**2, ratio=True, reference=BASE),
        "zscore": Turn(2 * mean, reference=mean),
        "symmetric_growth": Turn(0.0),
        "none": Turn(0.0),
        "rank": Turn(count + 1.0, reference=1.0),
        "borda": Turn(count - 1.0),
        "categorical": Turn(min(scores) + max(scores), reference=min(scores)),
        "share_of_maximum": Turn(high),
    }
    return special.get(said["method"], Turn(low + high, reference=low))
