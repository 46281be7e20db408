"""Copeland: each place meets each other place, and the score is wins less defeats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.index.aggregate import Array, checked_weights, children
from heban.measures.index.statistics.ranking import Levels, levels

TIE = 1e-9  # share of the weight by which a win must exceed a defeat
CELLS = 4_000_000  # of the table of meetings held at once


def copeland(
    scores: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    threshold: float = 0.0,
    tolerance: float = TIE,
) -> Array:
    """Return wins less defeats of each place against all others of the same year.

    i beats j when the weight of the children on which i is above j exceeds the weight of those
    on which j is above i; score(i) = #beaten − #beaten by. A child that either of the two lacks
    counts for neither, so the order of the rows never matters; scores of a year sum to 0. The
    two weights tie when they differ by at most `tolerance` of all weight, two values when they
    differ by a relative 1e-12: the last bit of a sum decides nothing.
    `scores` (…, place, year, child) or (place, child); the result drops the last axis. A place
    with fewer children than `threshold` (share, by count), or none, is absent and meets nobody.
    BadSpec when weights differ between places.
    Source: Copeland (1951), mimeographed, University of Michigan; Munda and Nardo (2009), Applied
    Economics 41: 1513–1523, for the weighing.

    >>> copeland([[3.0, 1.0], [2.0, 2.0], [1.0, float("nan")]], [2, 1])
    array([ 2.,  0., -2.])
    """
    round_ = _round(scores, weights, threshold)
    net = np.empty(round_.levels.shape[1:])
    for part, won in round_.won():
        margin = won - won.swapaxes(-1, -2)
        net[part] = (margin > tolerance).sum(axis=-1) - (margin < -tolerance).sum(axis=-1)
    return np.where(round_.absent, np.nan, round_.by_place(net))


def outranking(
    scores: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, threshold: float = 0.0
) -> Array:
    """Return the share of the weight on which each place is above each other, ties shared by halves.

    m(i, j) = (W(i above j) + ½ W(equal)) / W(both present), so m(i, j) + m(j, i) = 1; NaN on the
    diagonal and where two places share no child that has weight. `scores` as in `copeland`; the
    last axis of the result is the place met: (…, place, year, place) or (place, place).

    >>> outranking([[3.0, 1.0], [2.0, 2.0]], [2, 1]).round(3)
    array([[  nan, 0.667],
           [0.333,   nan]])
    """
    round_ = _round(scores, weights, threshold)
    places = round_.levels.shape[-1]
    matrix = np.empty((*round_.levels.shape[1:], places))
    for part, won in round_.won():
        shared = round_.shared(part)
        with np.errstate(invalid="ignore", divide="ignore"):
            matrix[part] = np.where(shared > 0, 0.5 + (won - won.swapaxes(-1, -2)) / (2 * shared), np.nan)
    matrix[:, np.arange(places), np.arange(places)] = np.nan
    return round_.by_place(matrix)


@dataclass(frozen=True, slots=True)
class _Round:
    """All meetings: levels (child, meeting, place), −1 absent; weights (child, meeting), summing to 1.

    A meeting is one year of one draw. `shape` is (…, place, year) of the scores, the place alone
    when they had no year; `absent` has that shape.
    """

    levels: Levels
    weights: Array
    absent: npt.NDArray[np.bool_]

    def won(self) -> Iterator[tuple[slice, Array]]:
        """Yield the weight with which each place is above each other, some meetings at a time."""
        _, meetings, places = self.levels.shape
        step = max(1, CELLS // max(1, places * places))
        # Absent loses to nobody and beats nobody: lowest as a winner, highest as a loser.
        loser = np.where(self.levels < 0, places, self.levels)
        for start in range(0, meetings, step):
            part = slice(start, start + step)
            total = np.zeros((len(range(meetings)[part]), places, places))
            for mine, theirs, weight in zip(self.levels, loser, self.weights, strict=True):
                above = mine[part, :, None] > theirs[part, None, :]
                total += above * weight[part, None, None]
            yield part, total

    def shared(self, part: slice) -> Array:
        """Return the weight of the children that both places have."""
        present = (self.levels[:, part] >= 0).astype(np.float64)
        weighted = present * self.weights[:, part, None]
        result: Array = np.einsum("kmi,kmj->mij", weighted, present)
        return result

    def by_place(self, values: Array) -> Array:
        """Turn (meeting, place, …) into the axes of the scores."""
        rest = values.shape[2:]
        if self.absent.ndim == 1:
            return np.asarray(values[0])
        *draws, places, years = self.absent.shape
        shaped = values.reshape(*draws, years, places, *rest)
        return np.asarray(np.moveaxis(shaped, len(draws), len(draws) + 1))


def _round(scores: npt.ArrayLike, weights: npt.ArrayLike | None, threshold: float) -> _Round:
    given = np.asarray(scores, dtype=np.float64)
    if given.ndim < 2:
        raise BadSpec(
            "Copeland compares places: scores have the axes (…, place, year, child) or (place, child)."
        )
    values = given[:, None, :] if given.ndim == 2 else given
    weight = checked_weights(values, weights)
    if weight.ndim >= 3 and weight.shape[-3] != 1:
        raise BadSpec(
            "Copeland weighs a child alike for all places: give weights of shape (…, 1, year or 1, child)."
        )
    absent = np.isnan(children(values, weight, threshold).mean())
    shape = np.broadcast_shapes(values.shape, weight.shape)
    *draws, places, years, count = shape
    level = np.broadcast_to(levels(values, axis=-3), shape)
    level = np.where(absent[..., None], -1, level)
    flat = np.moveaxis(level, (-1, -3), (0, -1)).reshape(count, -1, places)
    with np.errstate(invalid="ignore"):
        weight = weight / weight.sum(axis=-1, keepdims=True)
    of_meeting = np.broadcast_to(weight, (*draws, 1, years, count))
    by_meeting = np.moveaxis(of_meeting, -1, 0).reshape(count, -1)
    return _Round(flat.astype(np.int64), by_meeting, absent[:, 0] if given.ndim == 2 else absent)
