"""Rounding intervals: what a printed figure may have been before it was rounded.

A figure printed with d decimals stands for every number in v ± 0.5·10^-d; an exact count
stands for itself. Sums, products and roots of such figures are intervals too, and they are
exact here: the bounds are fractions, so that a bound that is touched counts as touched.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the bounds between which the true one lies; both bounds belong to it.

    >>> printed("9.17", 2) + exact(1)
    Interval(10.17 in [10.165, 10.175])
    """

    value: Fraction
    lo: Fraction
    hi: Fraction

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.value + other.value, self.lo + other.lo, self.hi + other.hi)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.value - other.value, self.lo - other.hi, self.hi - other.lo)

    def __mul__(self, other: Interval) -> Interval:
        corners = [a * b for a in (self.lo, self.hi) for b in (other.lo, other.hi)]
        return Interval(self.value * other.value, min(corners), max(corners))

    def __truediv__(self, other: Interval) -> Interval:
        if other.lo <= 0 <= other.hi:
            raise ZeroDivisionError(f"division by {other}, which may be zero")
        return self * Interval(1 / other.value, 1 / other.hi, 1 / other.lo)

    def root(self, degree: int) -> Interval:
        """Return the root of this degree of a positive interval, rounded outwards.

        >>> (printed("262.48", 2) / exact(100)).root(11)
        Interval(1.091691 in [1.091689, 1.091693])
        """
        if self.lo <= 0 or degree < 1:
            raise ValueError(f"no root of degree {degree} of {self}")
        lo, value, hi = (float(x) ** (1 / degree) for x in (self.lo, self.value, self.hi))
        down, up = math.nextafter(lo, 0), math.nextafter(hi, math.inf)
        return Interval(Fraction(value), Fraction(down), Fraction(up))

    def meets(self, other: Interval) -> bool:
        """Return whether the two have a number in common: whether they can be the same figure.

        >>> printed("8.98", 2).meets(printed("8.97", 2))
        True
        >>> printed("8.98", 2).meets(printed("8.96", 2))
        False
        """
        return self.lo <= other.hi and other.lo <= self.hi

    @property
    def is_exact(self) -> bool:
        """Whether the interval is one number."""
        return self.lo == self.hi

    def __repr__(self) -> str:
        value, lo, hi = (f"{float(x):.7g}" for x in (self.value, self.lo, self.hi))
        return f"Interval({value} in [{lo}, {hi}])"


def exact(value: Any) -> Interval:
    """Return the interval of an exact number: the number itself.

    >>> exact(41)
    Interval(41 in [41, 41])
    """
    number = fraction(value)
    return Interval(number, number, number)


def printed(value: Any, decimals: int | None) -> Interval:
    """Return the interval of a figure printed with so many decimals: v ± 0.5·10^-d.

    Without decimals the figure is an exact count. `value` is text, a number, or a decimal;
    a float is taken as its shortest decimal form.

    >>> printed(180.2, 1)
    Interval(180.2 in [180.15, 180.25])
    """
    if decimals is None:
        return exact(value)
    return about(fraction(value), Fraction(1, 2 * 10**decimals))


def about(value: Fraction, half: Fraction) -> Interval:
    """Return the interval of this half width about a value.

    >>> about(Fraction(30), Fraction(5))
    Interval(30 in [25, 35])
    """
    return Interval(value, value - half, value + half)


def total(intervals: Iterable[Interval]) -> Interval:
    """Return the sum of intervals.

    >>> total([printed("51.71", 2), printed("48.29", 2)])
    Interval(100 in [99.99, 100.01])
    """
    result = exact(0)
    for interval in intervals:
        result += interval
    return result


def fraction(value: Any) -> Fraction:
    """Return a number as an exact fraction of its decimal form.

    >>> fraction(0.1)
    Fraction(1, 10)
    """
    return value if isinstance(value, Fraction) else Fraction(str(value))


def rounded(value: Fraction, decimals: int) -> str:
    """Return a number as text with so many decimals; halves go away from zero, as printers round.

    >>> rounded(Fraction(25, 1000), 2), rounded(Fraction(-25, 1000), 2)
    ('0.03', '-0.03')
    """
    scaled = abs(value) * 10**decimals
    whole = math.floor(scaled + Fraction(1, 2))
    digits = str(whole).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if value < 0 and whole else text
