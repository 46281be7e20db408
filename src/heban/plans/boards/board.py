"""Boards: each place's value of every factor against its need, with the band in which it is neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from heban.plans.boards.note import Note
from heban.plans.spec import Factor

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Boards:
    """Values, needs and their bands, (n places, m factors), in the unit of the board; NaN where unknown (§1).

    A board is value = amount / (per / per_size). `scale` = per / per_size turns a board's unit back into
    amounts (1 where the factor is measured per nothing). Beyond the band means that the whole interval of the
    value lies above, or below, the whole interval of the need.
    """

    places: tuple[str, ...]
    factors: tuple[Factor, ...]
    value: Floats
    value_low: Floats
    value_high: Floats
    need: Floats
    need_low: Floats
    need_high: Floats
    scale: Floats
    missing: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """factors that the specification names and the package lacks, with the reason in Chinese and English"""
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)
    """what a reader of a factor's boards must know: a fit that carries little, as an example"""

    @property
    def surplus(self) -> Floats:
        """What exceeds the need beyond the band (多余), in its unit: max(0, value_low − need_high)."""
        return np.maximum(self.value_low - self.need_high, 0.0)

    @property
    def deficit(self) -> Floats:
        """What is lacking beyond the band, in the board's unit: max(0, need_low − value_high)."""
        return np.maximum(self.need_low - self.value_high, 0.0)

    @property
    def to_give(self) -> Floats:
        """The surplus as an amount: surplus · scale."""
        return self.surplus * self.scale

    @property
    def to_fill(self) -> Floats:
        """The deficit as an amount: deficit · scale."""
        return self.deficit * self.scale

    @property
    def planned(self) -> Bools:
        """Which factors a plan can move, (m,): those not bound to their place."""
        return np.array([one.mobility != "bound" for one in self.factors], dtype=bool)

    @property
    def mean_need(self) -> Floats:
        """The mean over places of what they need, as an amount, (m,); NaN where no need is known."""
        need = self.need * self.scale
        known = np.isfinite(need).sum(axis=0)
        mean = np.full(len(self.factors), np.nan)
        np.divide(np.nansum(need, axis=0), known, out=mean, where=known > 0)
        return mean
