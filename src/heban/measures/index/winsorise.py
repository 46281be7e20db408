"""Winsorise: pull the outermost values in, one end at a time, until skewness or kurtosis pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.measures.index.moments import from_central, passes
from heban.measures.index.pooling import Floats

BLOCK = 1_000_000  # values worked on at once: about 100 MB of sums


@dataclass(frozen=True)
class Winsorised:
    """Rows after winsorising: the matrix, and per row the limits and how many points moved at each end.

    A value below `low` was raised to it, one above `high` lowered to it.
    """

    matrix: Floats
    low: Floats
    high: Floats
    moved_low: npt.NDArray[np.intp]
    moved_high: npt.NDArray[np.intp]


def winsorise(
    matrix: Floats, *, winmax: int | None, skew_limit: float, kurt_limit: float, force: bool = False
) -> Winsorised:
    """Winsorise each row of a matrix until it passes the test or `winmax` points have moved.

    Each step looks at the skewness of the row as it stands: at 0 or above the greatest value, else the least,
    takes the value of its neighbour; points tied with it move together, so that ties may pass
    `winmax`. None sets no limit. `force` goes on to `winmax` whether the row passes or not. No step
    is taken that would leave a row with one value only. Absent values stay absent.
    Source: OECD/JRC Handbook (2008), step 5; the rule is that of COINr's winsorise().

    >>> row = np.array([[1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100]])
    >>> made = winsorise(row, winmax=5, skew_limit=2.0, kurt_limit=3.5)
    >>> made.matrix[0, -3:].tolist(), made.moved_high.tolist()
    ([10.0, 30.0, 30.0], [1])
    """
    low, high = np.empty(len(matrix)), np.empty(len(matrix))
    moved_low = np.empty(len(matrix), dtype=np.intp)
    moved_high = moved_low.copy()
    rows = max(1, BLOCK // max(1, matrix.shape[1]))
    for start in range(0, len(matrix), rows):
        part = slice(start, start + rows)
        ends = _Ends(matrix[part])
        ends.walk(winmax, skew_limit, kurt_limit, force)
        low[part], high[part] = ends.limits()
        moved_low[part], moved_high[part] = ends.low, ends.high
    clipped = np.clip(matrix, low[:, None], high[:, None])
    return Winsorised(clipped, low, high, moved_low, moved_high)


class _Ends:
    """The two ends of sorted rows as they move inwards.

    After `low` and `high` points have moved, a row is its middle values, unchanged, and two heaps at
    the limits. Power sums of the middle come from running sums taken outwards from the median, so a
    step costs the same however long the row, and a far outlier spoils no digit of the others.
    """

    def __init__(self, matrix: Floats) -> None:
        self.ordered = np.sort(matrix, axis=1)  # absent values go to the end
        rows, width = matrix.shape
        self.count = width - np.isnan(self.ordered).sum(axis=1)
        self.rows = np.arange(rows)
        self.low = np.zeros(rows, dtype=np.intp)
        self.high = np.zeros(rows, dtype=np.intp)
        centre = self.count // 2
        away = self.ordered - self.ordered[self.rows, np.minimum(centre, width - 1)][:, None]
        away[np.isnan(away)] = 0.0
        reach = np.abs(away).max(axis=1, initial=0.0)
        away /= np.where(reach > 0, reach, 1.0)[:, None]
        self.away = away
        upper = np.arange(width) >= centre[:, None]
        self.sums = [_outward(away**power, upper) for power in (1, 2, 3, 4)]
        self.first, self.last = _runs(self.ordered)

    def walk(self, winmax: int | None, skew_limit: float, kurt_limit: float, force: bool) -> None:
        """Move the ends until each row passes, has moved `winmax` points, or would lose its spread."""
        going = self.rows[self.count > 3]
        while going.size:
            if winmax is not None:
                going = going[self.low[going] + self.high[going] < winmax]
            skew, kurt = self._shape(going)
            if not force:
                failing = ~passes(skew, kurt, skew_limit, kurt_limit)
                going, skew = going[failing], skew[failing]
            going = self._step(going, skew)

    def limits(self) -> tuple[Floats, Floats]:
        """Return the least and the greatest value of each row as the ends stand."""
        bottom = np.minimum(self.low, np.maximum(self.count - 1, 0))
        top = np.maximum(self.count - 1 - self.high, 0)
        return self.ordered[self.rows, bottom], self.ordered[self.rows, top]

    def _step(self, rows: npt.NDArray[np.intp], skew: Floats) -> npt.NDArray[np.intp]:
        """Move one end of each row one distinct value inwards; return the rows that could move."""
        bottom, top = self.low[rows], self.count[rows] - 1 - self.high[rows]
        up = skew >= 0
        new_bottom = np.where(up, bottom, self.last[rows, bottom] + 1)
        new_top = np.where(up, self.first[rows, top] - 1, top)
        inside = np.clip(new_top, 0, None)
        spread = (new_top > new_bottom) & (self.first[rows, inside] > new_bottom)
        rows, new_bottom, new_top = rows[spread], new_bottom[spread], new_top[spread]
        self.low[rows] = new_bottom
        self.high[rows] = self.count[rows] - 1 - new_top
        return rows

    def _shape(self, rows: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return skewness and kurtosis of the rows as the ends stand."""
        n, low, high = self.count[rows], self.low[rows], self.high[rows]
        bottom, top = self.away[rows, low], self.away[rows, n - 1 - high]
        raw = [
            (sums[rows, n - high] - sums[rows, low] + low * bottom**power + high * top**power) / n
            for power, sums in enumerate(self.sums, start=1)
        ]
        mean, two, three, four = raw
        second = two - mean**2
        third = three - 3 * mean * two + 2 * mean**3
        fourth = four - 4 * mean * three + 6 * mean**2 * two - 3 * mean**4
        return from_central(n, second, third, fourth)


def _outward(terms: Floats, upper: npt.NDArray[np.bool_]) -> Floats:
    """Return running sums S with S[k] − S[j] = Σ terms[j:k], zero at the centre of each row."""
    sums = np.zeros((terms.shape[0], terms.shape[1] + 1))
    np.cumsum(np.where(upper, terms, 0.0), axis=1, out=sums[:, 1:])
    below = np.where(upper, 0.0, terms)[:, ::-1]
    sums[:, :-1] -= np.cumsum(below, axis=1)[:, ::-1]
    return sums


def _runs(ordered: Floats) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return for each place in the order where its run of equal values begins, and where it ends."""
    width = ordered.shape[1]
    index = np.arange(width, dtype=np.int32)
    changes = ordered[:, 1:] != ordered[:, :-1]
    first = np.zeros(ordered.shape, dtype=np.int32)
    first[:, 1:] = np.where(changes, index[1:], 0)
    np.maximum.accumulate(first, axis=1, out=first)
    last = np.full(ordered.shape, width - 1, dtype=np.int32)
    last[:, :-1] = np.where(changes, index[:-1], width - 1)
    last[:, ::-1] = np.minimum.accumulate(last[:, ::-1], axis=1)
    return first, last
