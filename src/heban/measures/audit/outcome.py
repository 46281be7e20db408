"""What recomputing a claim comes to, and how a number is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from heban.measures.audit.figures import Figure, Label
from heban.measures.audit.inputs import plain
from heban.measures.intervals import Interval, rounded

State = Literal["holds", "off", "cannot be checked"]


@dataclass(frozen=True, slots=True)
class Count:
    """The whole numbers that a printed share of a count implies: from `lo` to `hi`."""

    label: Label
    lo: int
    hi: int

    @property
    def shown(self) -> str:
        """The count, or the range of counts."""
        return str(self.lo) if self.lo == self.hi else f"{self.lo}–{self.hi}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of recomputing a claim in one reading.

    `working` is the reckoning in numbers, Chinese and English; `right` the right value when
    the printed one is off; `missing` what is lacking when it cannot be checked.
    """

    state: State
    working: Label
    value: Interval | None = None
    right: Label = ("", "")
    missing: tuple[Label, ...] = ()
    counts: tuple[Count, ...] = ()
    figures: tuple[Figure, ...] = ()


def lacking(missing: Sequence[Label], figures: Sequence[Figure] = (), working: Label = ("", "")) -> Outcome:
    """Return the outcome of a claim that lacks figures."""
    return Outcome("cannot be checked", working, missing=tuple(missing), figures=tuple(figures))


def shown(interval: Interval, decimals: int, unit: str = "") -> str:
    """Return a recomputed number, with its interval when rounding leaves the last decimal open.

    >>> from heban.measures.intervals import exact, printed
    >>> shown(exact(814), 0, "件"), shown(printed("5.43", 2), 2, "%")
    ('814', '5.43% [5.425, 5.435]')
    """
    percent = "%" if unit == "%" else ""
    if interval.is_exact and interval.value.denominator == 1:
        return f"{plain(interval)}{percent}"
    places = max(decimals, 2)
    value = f"{rounded(interval.value, places)}{percent}"
    if rounded(interval.lo, places) == rounded(interval.hi, places):
        return value
    return f"{value} [{rounded(interval.lo, places + 1)}, {rounded(interval.hi, places + 1)}]"
