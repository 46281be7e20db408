"""What many draws say of factors' importance: intervals, ranks with intervals, chance of being at the top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.factors.lmg import Floats
from heban.measures.index.statistics.ranking import levels

STANDS = 0.8  # the issue's: a factor stands at the top from this inclusion probability on


@dataclass(frozen=True, eq=False)
class Importance:
    """The importance of each factor by one method, in the sample and in each of many draws of it.

    `values` (factor), `draws` (draw, factor): larger is more important. `level` is that of the intervals.
    """

    method: str
    factors: tuple[str, ...]
    values: Floats
    draws: Floats
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.factors),) or self.draws.shape[1:] != self.values.shape:
            raise BadSpec(
                f"{self.method}: {len(self.factors)} factors have values {self.values.shape} and draws "
                f"{self.draws.shape}; factor, and draw × factor are needed."
            )
        if not 0 < self.level < 1:
            raise BadSpec(f"level is {self.level:g} and must lie above 0 and below 1, as 0.95.")

    def inclusion(self, top: int) -> Floats:
        """Return the share of the draws in which each factor is among the first `top`; the sum is `top`.

        Where factors tie at the edge, each counts with the share of the tied that has room.
        """
        if not 1 <= top <= len(self.factors):
            raise BadSpec(
                f"top is {top} and there are {len(self.factors)} factors; it lies between 1 and that."
            )
        best, worst = places_of(self.draws)
        return np.asarray(np.clip((top - best + 1) / (worst - best + 1), 0, 1).mean(axis=0))

    def table(self, top: int) -> pd.DataFrame:
        """Return a row for each factor, the most important first, never without its uncertainty.

        Columns: factor, method, importance, low, high, rank (ties share the better, §2), rank_low,
        rank_high, inclusion. Intervals are percentiles over the draws; the interval of ranks takes a tie
        for its better rank at the better end and for its worse at the other.

        >>> made = Importance("lmg", ("a", "b"), np.array([0.3, 0.1]), np.array([[0.3, 0.1], [0.2, 0.2]]))
        >>> made.table(1)[["factor", "rank", "rank_low", "rank_high", "inclusion"]].values.tolist()
        [['a', 1, 1, 2, 0.75], ['b', 2, 1, 2, 0.25]]
        """
        tail = (1 - self.level) / 2
        best, worst = places_of(self.draws)
        frame = pd.DataFrame(
            {
                "factor": self.factors,
                "method": self.method,
                "importance": self.values,
                "low": np.quantile(self.draws, tail, axis=0),
                "high": np.quantile(self.draws, 1 - tail, axis=0),
                "rank": places_of(self.values[None])[0][0],
                "rank_low": np.quantile(best, tail, axis=0, method="lower"),
                "rank_high": np.quantile(worst, 1 - tail, axis=0, method="higher"),
                "inclusion": self.inclusion(top),
            }
        )
        return frame.sort_values("rank", kind="stable", ignore_index=True)

    def of(self, factor: str, top: int) -> dict[str, object]:
        """Return the row of one factor, as in `table`, or raise `UnknownName`."""
        if factor not in self.factors:
            raise unknown("factor", factor, self.factors, "the ranking")
        table = self.table(top)
        return {str(name): value for name, value in table[table["factor"] == factor].iloc[0].items()}


def places_of(values: Floats) -> tuple[Floats, Floats]:
    """Return the best and the worst rank of each factor in each draw, 1 the most important.

    They differ for factors that tie (nearer than 10⁻¹² of the largest).

    >>> [side.tolist() for side in places_of(np.array([[0.5, 0.2, 0.5]]))]
    [[[1, 3, 1]], [[2, 3, 2]]]
    """
    level = levels(values, axis=1)
    above = (level[:, :, None] < level[:, None, :]).sum(axis=2)
    equal = (level[:, :, None] == level[:, None, :]).sum(axis=2)
    return above + 1, above + equal
