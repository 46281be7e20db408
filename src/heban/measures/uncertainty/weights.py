"""Uncertain weights: noise about them, draws from the simplex, indicators in or out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from heban.domain.errors import BadSpec
from heban.measures.uncertainty.fields import sliced

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class WeightNoise:
    """Every weight of the levels times a number of its own, uniform from 1 − factor to 1 + factor.

    Level 1 holds the indicators; None is every level below the root. The noise multiplies whatever
    weights the step weigh gives. With `sets` so many sets of weights are drawn beforehand, all
    equally likely, and the input is finite: COINr's vignette has 100.
    Source: COINr get_noisy_weights (w × (1 + U(−f, f))).

    >>> WeightNoise(factor=0.25, levels=(2, 3)).name
    'weights of level 2, 3'
    """

    factor: float = 0.25
    levels: tuple[int, ...] | None = None
    sets: int | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if self.levels is not None:
            object.__setattr__(self, "levels", tuple(self.levels))
        listed = f" of level {', '.join(map(str, self.levels))}" if self.levels else ""
        object.__setattr__(self, "name", self.name or f"weights{listed}")
        if not 0 <= self.factor <= 1:
            raise BadSpec(f"{self.name}: factor is {self.factor:g}; it is a share from 0 to 1.")
        _sets_checked(self.name, self.sets)

    @property
    def count(self) -> int | None:
        """How many sets there are; None when each draw has its own."""
        return self.sets

    def members(self, levels: Numbers, parents: Numbers) -> Numbers:
        """Return the numbers of the nodes whose weight is uncertain; `parents` is −1 at the root."""
        chosen = parents >= 0
        if self.levels is not None:
            _levels_exist(self.name, self.levels, levels[chosen])
            chosen &= np.isin(levels, self.levels)
        return np.flatnonzero(chosen)

    def weights(self, points: Floats, nominal: Floats) -> Floats:
        """Return the weights of one group of siblings, (draw, member), about the nominal ones (…, member)."""
        return np.asarray(nominal * (1 + self.factor * (2 * points - 1)))


@dataclass(frozen=True, kw_only=True)
class Simplex:
    """Weights of a level drawn from a Dirichlet distribution within each group of siblings.

    α = concentration · K · share of the K siblings, so that the mean is the nominal weights; with equal
    weights and concentration 1 every set of weights is equally likely, and the larger it is, the
    nearer they stay. The sum of the group's weights is kept. `sets` as in `WeightNoise`.
    Source: OECD/JRC Handbook (2008), step 7; uniform weights as in Lahdelma and Salminen (2001).

    >>> even = Simplex(level=1)
    >>> even.weights(np.array([[0.5, 0.5]]), np.array([1.0, 1.0])).tolist()
    [[1.0, 1.0]]
    """

    level: int
    concentration: float = 1.0
    sets: int | None = None
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or f"weights of level {self.level}")
        if not (self.concentration > 0 and np.isfinite(self.concentration)):
            raise BadSpec(f"{self.name}: concentration is {self.concentration:g}; it is a number above 0.")
        _sets_checked(self.name, self.sets)

    @property
    def count(self) -> int | None:
        """How many sets there are; None when each draw has its own."""
        return self.sets

    def members(self, levels: Numbers, parents: Numbers) -> Numbers:
        """Return the numbers of the nodes whose weight is uncertain; `parents` is −1 at the root."""
        _levels_exist(self.name, (self.level,), levels[parents >= 0])
        return np.flatnonzero((levels == self.level) & (parents >= 0))

    def weights(self, points: Floats, nominal: Floats) -> Floats:
        """Return the weights of one group of siblings, (draw, member), with the mean of the nominal ones."""
        total = nominal.sum(axis=-1, keepdims=True)
        share = nominal / np.where(total > 0, total, np.nan)
        return np.asarray(total * dirichlet(points, self.concentration * nominal.shape[-1] * share))


@dataclass(frozen=True, kw_only=True)
class Include:
    """Indicators in or out of the index; one that is out has no weight, and its siblings share it.

    `how` "each": each by itself in or out, all combinations equally likely; "one": none of them or
    exactly one is out. A model that imputes other indicators may still look at one that is out.

    >>> Include(indicators=("rd", "gdp"), how="one").at(np.array([0.0, 0.5, 0.9])).tolist()
    [[True, True], [False, True], [True, False]]
    """

    indicators: tuple[str, ...]
    how: str = "each"
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "indicators", tuple(self.indicators))
        object.__setattr__(self, "name", self.name or f"in or out: {', '.join(self.indicators)}")
        if self.how not in ("each", "one"):
            raise BadSpec(f"{self.name}: how is {self.how!r}; it is 'each' or 'one'.")
        if not self.indicators or len(set(self.indicators)) != len(self.indicators):
            raise BadSpec(f"{self.name}: name at least one indicator, and each once.")
        if self.how == "each" and len(self.indicators) > 50:
            raise BadSpec(f"{self.name}: {len(self.indicators)} indicators are too many for one input of 50.")

    @property
    def count(self) -> int:
        """How many combinations there are."""
        return 2 ** len(self.indicators) if self.how == "each" else 1 + len(self.indicators)

    def at(self, points: Floats) -> npt.NDArray[np.bool_]:
        """Return which indicators are in, (draw, indicator), at each point of [0, 1)."""
        number = sliced(points, self.count)[:, None]
        column = np.arange(len(self.indicators))
        return np.asarray(number - 1 != column if self.how == "one" else (number >> column) & 1 == 0)


def dirichlet(points: Floats, alpha: Floats) -> Floats:
    """Return shares with a Dirichlet distribution at points of the unit cube; a share with α = 0 is 0.

    Gamma quantiles of the points over their sum; in logarithms, so that a small α gives no 0/0.

    >>> dirichlet(np.array([0.5, 0.5, 0.3]), np.array([2.0, 2.0, 0.0])).tolist()
    [0.5, 0.5, 0.0]
    """
    inner = np.clip(points, 2.0**-54, 1 - 2.0**-53)
    some = np.where(alpha > 0, alpha, 1.0)
    drawn = special.gammaincinv(some, inner)
    # Below the smallest number, P(a, x) = xᵃ/Γ(a + 1) to all digits.
    tail = (np.log(inner) + special.gammaln(some + 1)) / some
    logs = np.where(drawn > 1e-280, np.log(np.where(drawn > 0, drawn, 1.0)), tail)
    logs = np.where(alpha > 0, logs, -np.inf)
    part = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return np.asarray(part / part.sum(axis=-1, keepdims=True))


def _sets_checked(name: str, sets: int | None) -> None:
    if sets is not None and sets < 1:
        raise BadSpec(f"{name}: sets is {sets}; at least one set of weights is needed, or None.")


def _levels_exist(name: str, wanted: tuple[int, ...], levels: Numbers) -> None:
    for level in wanted:
        if level not in levels:
            there = ", ".join(map(str, np.unique(levels)))
            raise BadSpec(f"{name}: no weights stand at level {level}; there are levels {there}.")
