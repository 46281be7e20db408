"""Uncertain settings: a choice among values, an interval, a distribution of one field of a specification."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from heban.domain.errors import BadSpec
from heban.domain.faults import near
from heban.measures.uncertainty.addresses import Address, accepts, address

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several values, all equally likely; a value that stands twice is twice as likely.

    `of` is the address of a field (normalise.method, aggregate.of.2.method) or of a whole step, whose values
    are then the fields to set together. Every value is checked when the input is made.

    >>> Choice(of="normalise", values=({"method": "minmax", "range": (1, 100)}, {"method": "zscore"})).count
    2
    >>> Choice(of="normalise.method", values=("minmax", "z-score"))
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: normalise.method = 'z-score': allowed are minmax, ... Did you mean zscore?
    """

    of: str
    values: tuple[Any, ...]
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(self.values))
        object.__setattr__(self, "name", self.name or self.of)
        if not self.values:
            raise BadSpec(f"{self.of}: a choice needs at least one value.")
        for value in self.values:
            accepts(self.place, value)

    @property
    def place(self) -> Address:
        """The address, taken apart."""
        return address(self.of)

    @property
    def count(self) -> int:
        """How many values there are."""
        return len(self.values)

    def at(self, points: Floats) -> list[Any]:
        """Return the value at each point of [0, 1): value k of n on [k/n, (k + 1)/n)."""
        return [self.values[k] for k in sliced(points, self.count).tolist()]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A number between `low` and `high`, both included, all equally likely; `whole` for whole numbers.

    >>> Interval(of="treat.winmax", low=1, high=5, whole=True).at(np.array([0.0, 0.5, 0.99]))
    [1, 3, 5]
    """

    of: str
    low: float
    high: float
    whole: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.of)
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise BadSpec(f"{self.of}: from low={self.low:g} to high={self.high:g} is no interval.")
        if self.whole and (self.low != int(self.low) or self.high != int(self.high)):
            raise BadSpec(f"{self.of}: low={self.low:g} and high={self.high:g} are not whole numbers.")
        _number_accepted(self, [self.low, self.high])

    @property
    def place(self) -> Address:
        """The address, taken apart."""
        return address(self.of)

    @property
    def count(self) -> int | None:
        """How many values there are; None when they cannot be counted."""
        return int(self.high) - int(self.low) + 1 if self.whole else None

    def at(self, points: Floats) -> list[Any]:
        """Return the value at each point of [0, 1)."""
        if self.count is not None:
            return list((int(self.low) + sliced(points, self.count)).tolist())
        return list((self.low + points * (self.high - self.low)).tolist())


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """A number with a named distribution; `whole` rounds it.

    `shape` and its `parameters`: uniform (low, high), normal (mean, sd), truncated_normal (mean, sd, low,
    high), triangular (low, mode, high), beta (a, b, low, high), lognormal (median, sd of the logarithm).
    The median is checked when the input is made; a draw that the field refuses is a failed run.

    >>> half = Distribution(of="treat.skew_limit", shape="triangular",
    ...     parameters={"low": 1, "mode": 2, "high": 3})
    >>> half.at(np.array([0.5]))
    [2.0]
    """

    of: str
    shape: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    whole: bool = False
    name: str = ""
    count: None = field(default=None, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.of)
        if self.shape not in SHAPES:
            raise BadSpec(f"{self.of}: there is no distribution {self.shape!r}. {near(self.shape, SHAPES)}")
        names = SHAPES[self.shape][0]
        for name in self.parameters:
            if name not in names:
                raise BadSpec(f"{self.of}: {self.shape} has no parameter {name!r}. {near(name, names)}")
        lacking = [name for name in names if name not in self.parameters]
        if lacking:
            raise BadSpec(f"{self.of}: {self.shape} needs {', '.join(lacking)} too.")
        given = [float(self.parameters[name]) for name in names]
        if not SHAPES[self.shape][1](*given):
            listed = ", ".join(f"{name}={value:g}" for name, value in zip(names, given, strict=True))
            raise BadSpec(f"{self.of}: {self.shape} with {listed} is no distribution.")
        _number_accepted(self, self.at(np.array([0.5])))

    @property
    def place(self) -> Address:
        """The address, taken apart."""
        return address(self.of)

    def at(self, points: Floats) -> list[Any]:
        """Return the value at each point of [0, 1), by the inverse of the distribution function."""
        names, _, inverse = SHAPES[self.shape]
        # 0 itself would be minus infinity for some.
        inner = np.clip(points, 2.0**-54, None)
        values = np.asarray(inverse(inner, *(float(self.parameters[name]) for name in names)))
        made: list[Any] = (np.rint(values).astype(np.int64) if self.whole else values).tolist()
        return made


def _normal(u: Floats, mean: float, sd: float) -> Floats:
    return np.asarray(mean + sd * special.ndtri(u))


def _truncated(u: Floats, mean: float, sd: float, low: float, high: float) -> Floats:
    start, end = special.ndtr((low - mean) / sd), special.ndtr((high - mean) / sd)
    return np.clip(_normal(start + u * (end - start), mean, sd), low, high)


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    bend = (mode - low) / (high - low)
    left = low + np.sqrt(u * (high - low) * (mode - low))
    right = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < bend, left, right)


def _ordered(low: float, high: float) -> bool:
    return math.isfinite(low) and math.isfinite(high) and low < high


Shape = tuple[tuple[str, ...], Callable[..., bool], Callable[..., Floats]]
# For each shape its parameters, whether they make sense, and its inverse.
SHAPES: dict[str, Shape] = {
    "uniform": (("low", "high"), _ordered, lambda u, low, high: low + u * (high - low)),
    "normal": (("mean", "sd"), lambda mean, sd: math.isfinite(mean) and sd > 0, _normal),
    "truncated_normal": (
        ("mean", "sd", "low", "high"),
        lambda mean, sd, low, high: math.isfinite(mean) and sd > 0 and _ordered(low, high),
        _truncated,
    ),
    "triangular": (
        ("low", "mode", "high"),
        lambda low, mode, high: low <= mode <= high and _ordered(low, high),
        _triangular,
    ),
    "beta": (
        ("a", "b", "low", "high"),
        lambda a, b, low, high: a > 0 and b > 0 and _ordered(low, high),
        lambda u, a, b, low, high: low + (high - low) * special.betaincinv(a, b, u),
    ),
    "lognormal": (
        ("median", "sd"),
        lambda median, sd: median > 0 and sd > 0,
        lambda u, median, sd: median * np.exp(_normal(u, 0, sd)),
    ),
}


def sliced(points: Floats, count: int) -> npt.NDArray[np.int64]:
    """Return in which of `count` equal slices of [0, 1) each point lies, whatever the other points are.

    >>> sliced(np.array([0.0, 0.5, 0.99]), 5).tolist()
    [0, 2, 4]
    """
    return np.minimum((np.asarray(points) * count).astype(np.int64), count - 1)


def _number_accepted(given: Interval | Distribution, values: list[Any]) -> None:
    """Check the values, and unless they are whole a broken number near the first, at the address."""
    if not given.place.field:
        raise BadSpec(f"{given.of}: a whole step is no number; name one of its fields.")
    for value in values:
        whole = isinstance(value, float) and value == int(value)
        accepts(given.place, int(value) if given.whole or whole else value)
    if given.whole or len(set(values)) < 2:
        return
    try:
        accepts(given.place, values[0] + (values[1] - values[0]) / math.pi)
    except BadSpec as error:
        raise BadSpec(f"{str(error).rstrip('.')}. For whole numbers say whole=True.") from None
