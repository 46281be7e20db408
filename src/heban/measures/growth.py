"""Growth over years."""

from __future__ import annotations

BASE = 100  # an index of growth in its base year


def total(first: float, last: float) -> float:
    """Return the relative growth from the first value to the last: last/first − 1.

    >>> total(80, 100)
    0.25
    """
    return last / first - 1


def annual(first: float, last: float, steps: int) -> float:
    """Return the compound annual growth over a number of yearly steps: (last/first)^(1/steps) − 1.

    From 2011 to 2022 there are 11 steps, not 12.

    >>> round(100 * annual(100, 262.48, 2022 - 2011), 2)
    9.17
    """
    return float((last / first) ** (1 / steps)) - 1
