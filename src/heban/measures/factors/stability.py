"""Stability selection: how often the lasso takes a factor among the first, in halves of places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.factors import resampling
from heban.measures.factors.lasso import entered
from heban.measures.factors.lmg import Floats
from heban.measures.factors.resampling import Ints, Sample

Bools = npt.NDArray[np.bool_]
Shape = Literal["any", "unimodal"]

PAIRS = 50  # Shah and Samworth (2013), section 2: pairs of complementary halves
HELD = 4_000_000  # numbers held at once


@dataclass(frozen=True, eq=False)
class Stability:
    """The share of halves in which each factor is among the first `first` of the lasso path."""

    frequency: Floats
    first: int
    pairs: int

    def chosen(self, threshold: float = 0.8) -> Bools:
        """Return which factors are selected in at least this share of the halves."""
        return np.asarray(self.frequency >= threshold - 1e-12)

    def false(self, threshold: float = 0.8, shape: Shape = "any") -> float:
        """Return the bound on the expected number of false selections; see `bound`."""
        return bound(self.first, len(self.frequency), threshold, pairs=self.pairs, shape=shape)


def stability(sample: Sample, first: int, rng: np.random.Generator, *, pairs: int = PAIRS) -> Stability:
    """Return how often each factor is among the first that enter the lasso path, over halves of the places.

    The places are split in two at random, `pairs` times; on each half the lasso is followed from the largest
    penalty down until `first` factors have entered. Years of one place are never split.
    Sources: Meinshausen and Bühlmann (2010), J. R. Stat. Soc. B 72: 417–473; complementary pairs: Shah and
    Samworth (2013), J. R. Stat. Soc. B 75: 55–80.

    >>> made = resampling.sample([[1, 0], [2, 1], [3, 0], [4, 1], [5, 1], [6, 0]], [1.0, 2, 3, 4, 5, 6])
    >>> stability(made, 1, np.random.default_rng(1)).frequency.tolist()
    [1.0, 0.0]
    """
    whole = np.arange(sample.places)[None]
    return Stability(frequencies(sample, whole, first, rng, pairs)[0], first, pairs)


def frequencies(sample: Sample, indices: Ints, first: int, rng: np.random.Generator, pairs: int) -> Floats:
    """Return the selection frequencies in each of many drawn sets of places, (draw, factor).

    `indices` (draw, place), as from `resampling.drawn`: a place that was drawn twice may fall into both
    halves. Raises `BadSpec` when there are too few places to halve or `first` is out of range.

    >>> made = resampling.sample([[1, 0], [2, 1], [3, 0], [4, 1], [5, 1], [6, 0]], [1.0, 2, 3, 4, 5, 6])
    >>> frequencies(made, np.arange(6)[None], 1, np.random.default_rng(1), 10).tolist()
    [[1.0, 0.0]]
    """
    if not 1 <= first <= sample.factors:
        raise BadSpec(f"first is {first} and there are {sample.factors} factors; it lies between 1 and that.")
    if pairs < 1 or sample.places < 4:
        raise BadSpec(
            f"{pairs} pairs of halves of {sample.places} places were asked for; at least 1 pair and 4 places "
            f"are needed."
        )
    step = max(1, HELD // (pairs * max(sample.places, sample.products.shape[1])))
    found = [
        _of_halves(sample, indices[start : start + step], first, rng, pairs)
        for start in range(0, len(indices), step)
    ]
    return np.concatenate(found)


def _of_halves(sample: Sample, indices: Ints, first: int, rng: np.random.Generator, pairs: int) -> Floats:
    """Return the frequencies over halves; the other half of a pair is what one leaves of the whole."""
    mixed = rng.permuted(np.repeat(indices.astype(np.int32), pairs, axis=0), axis=1)
    one = sample.moments(resampling.counted(mixed[:, : sample.places // 2], sample.places))
    whole = sample.moments(resampling.counted(indices, sample.places))
    other = np.repeat(whole, pairs, axis=0) - one
    found = np.zeros((len(indices), sample.factors))
    for moments in (one, other):
        taken = entered(resampling.correlations(moments), first, rng)
        found += taken.reshape(len(indices), pairs, -1).sum(axis=1)
    return found / (2 * pairs)


def bound(first: int, factors: int, threshold: float, *, pairs: int = PAIRS, shape: Shape = "any") -> float:
    """Return a bound on the expected number of factors that are selected often and should not be.

    Of factors whose chance of selection in a half is at most first/factors, on average no more than
    first²/(factors (2t − 1)) are selected in a share t of the halves: whatever their distribution ("any"). If
    the shares have one peak ("unimodal"), with θ = first/factors, first θ times ½/(2t − 1 − 1/(2B)) up to
    t = ¾, and 4 (1 − t + 1/(2B))/(1 + 1/B) above, for B pairs; this holds for θ ≤ 1/√3.
    Raises `BadSpec` outside the range in which the bound holds.
    Source: Shah and Samworth (2013), theorem 1 with (6), and theorem 2.

    >>> round(bound(3, 12, 0.8), 3), round(bound(3, 12, 0.8, shape="unimodal"), 3)
    (1.25, 0.618)
    """
    theta, gap = first / factors, 1 / (2 * pairs)
    if not 0.5 < threshold <= 1:
        raise BadSpec(f"threshold is {threshold:g}; the bound holds above 0.5 and up to 1.")
    if shape == "any":
        return first * theta / (2 * threshold - 1)
    least = 0.5 + min(theta**2, gap + 0.75 * theta**2)
    if theta > 3**-0.5 or threshold <= least:
        raise BadSpec(
            f"the bound for one peak holds for first ≤ {factors / 3**0.5:.1f} and threshold > {least:.3f}, "
            f"not for {first} and {threshold:g}."
        )
    if threshold <= 0.75:
        return first * theta / (2 * (2 * threshold - 1 - gap))
    return first * theta * 4 * (1 - threshold + gap) / (1 + 2 * gap)
