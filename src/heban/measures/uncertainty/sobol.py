"""Sobol' indices: how much of the variance of a result each uncertain input answers for.

First order S: the share of the variance that goes when the input is known; total order T: the share
that stays when all others are known. T − S is what the input does together with others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.uncertainty.design import Design, swapped
from heban.measures.uncertainty.ranks import quantile

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

ROUNDING = 1e-12  # a deviation this small beside the mean is none


@dataclass(frozen=True)
class Indices:
    """First and total order indices, (input, …), with intervals; the trailing axes are those of the result.

    `rows` (input, …) counts the rows of the design that could be used, those without a failed run.
    `variance` and `mean` (…) are those of the result. Intervals are NaN without bootstrap; an exact design
    has none. Indices are NaN where the result does not vary.
    """

    first: Floats
    total: Floats
    first_low: Floats
    first_high: Floats
    total_low: Floats
    total_high: Floats
    rows: Counts
    mean: Floats
    variance: Floats


def estimated(
    results: npt.ArrayLike,
    inputs: int,
    *,
    bootstrap: int = 0,
    rng: np.random.Generator | None = None,
    level: float = 0.9,
    together: bool = False,
) -> Indices:
    """Estimate the indices from the results of Saltelli's design (`design.swapped`).

    `results` (base · (d + 2), …), rows in the order A, B, AB₁ … AB_d; with f₀ and V the mean and variance of
    A and B together:
    S_i = mean((B − f₀)(AB_i − A))/V,   T_i = mean((A − AB_i)²)/(2V).
    A failed run is NaN; it takes its row with it for the inputs that need it, and for no other.
    `bootstrap` resamples whole rows, f₀ and V with them; the interval holds `level` of the estimates.
    `together` gives one index for all results, Σ V_i/Σ V (Gamboa et al. 2014), in place of one for each.
    BadSpec when the rows do not fit or `bootstrap` has no `rng`.
    Source: Saltelli et al. (2010), Comput. Phys. Commun. 181: 259–270, with the centring of Sobol' (2001);
    Jansen (1999), Comput. Phys. Commun. 117: 35–43.

    >>> a, b = np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 3.0, 0.0, 2.0])
    >>> found = estimated(np.concatenate([a, b, b]), 1)  # of one input, AB is B
    >>> found.first.round(9).tolist(), found.total.round(9).tolist()
    ([0.875], [0.875])
    """
    array = np.asarray(results, dtype=np.float64)
    base = len(array) // (inputs + 2)
    if inputs < 1 or base < 2 or base * (inputs + 2) != len(array):
        raise BadSpec(f"{len(array)} results are not base · ({inputs} inputs + 2) with a base of 2 or more.")
    if bootstrap and rng is None:
        raise BadSpec("bootstrap resamples at random; give it a generator, rng=.")
    sample = _Sample(array.reshape(inputs + 2, base, -1), together)
    shape = () if together else array.shape[1:]
    first, total = sample.indices(np.ones((1, base)))
    low, high = (1 - level) / 2, (1 + level) / 2
    bounds = [np.full_like(first[0], np.nan) for _ in range(4)]
    if bootstrap and rng is not None:
        again = rng.multinomial(base, np.full(base, 1 / base), size=bootstrap).astype(np.float64)
        bounds = [quantile(part, share) for part in sample.indices(again) for share in (low, high)]
    figures = (sample.rows, sample.mean, sample.variance)
    return _shaped(shape, [first[0], total[0], *bounds], *_summed(*figures) if together else figures)


class _Sample:
    """The rows A, B and AB of each input, (input + 2, row, result), centred; a failed run is masked."""

    def __init__(self, blocks: Floats, together: bool) -> None:
        self.together = together
        good = np.isfinite(blocks)
        self.pair = good[0] & good[1]
        self.used = (good[2:] & self.pair).astype(np.float64)
        self.both = self.pair.astype(np.float64)
        count = self.both.sum(axis=0)
        a, b = (np.where(self.pair, block, 0.0) for block in blocks[:2])
        self.mean = np.where(count > 0, (a + b).sum(axis=0) / np.maximum(2 * count, 1), np.nan)
        self.a = np.where(self.pair, a - self.mean, 0.0)
        self.b = np.where(self.pair, b - self.mean, 0.0)
        mixed = np.where(self.used > 0, blocks[2:] - self.mean, 0.0)
        self.change = np.where(self.used > 0, mixed - self.a, 0.0)
        self.rows = self.used.sum(axis=1).astype(np.int64)
        self.variance = self._spread(np.ones((1, blocks.shape[1])))[1][0]

    def indices(self, times: Floats) -> tuple[Floats, Floats]:
        """Return both indices, (sample, input, result), each row taken so many times: (sample, row)."""
        centre, variance = self._spread(times)
        rows = np.tensordot(times, self.used, axes=(1, 1))
        rows = np.where(rows > 0, rows, np.nan)
        product = np.tensordot(times, self.b * self.change, axes=(1, 1))
        drift = np.tensordot(times, self.change, axes=(1, 1))
        square = np.tensordot(times, self.change**2, axes=(1, 1))
        first, total = (product - centre[:, None] * drift) / rows, square / rows / 2
        return _shares(first, variance, self.together), _shares(total, variance, self.together)

    def _spread(self, times: Floats) -> tuple[Floats, Floats]:
        """Return mean and variance of A and B together, (sample, result); the mean is off the centre."""
        count = 2 * (times @ self.both)
        centre = (times @ (self.a + self.b)) / np.where(count > 0, count, np.nan)
        square = times @ (self.a**2 + self.b**2)
        variance = (square - count * centre**2) / np.where(count > 1, count - 1, np.nan)
        return centre, _without_rounding(variance, self.mean)


def exact(results: npt.ArrayLike, counts: Sequence[int], *, together: bool = False) -> Indices:
    """Return the exact indices of a finite design whose every combination was run.

    `results` (combination, …) in the order of `design.factorial`, all values of an input equally likely.
    S_i = V(E(y | xᵢ))/V(y),   T_i = E(V(y | all but xᵢ))/V(y).
    A failed combination (NaN) is left out; the indices are then those of the combinations that could be
    run, in which the inputs are no longer quite independent. `together` as in `estimated`. BadSpec when
    the results do not fit.
    Source: Sobol' (1993), Math. Modelling Comput. Exp. 1: 407–414; Homma and Saltelli (1996).

    >>> y = [0.0, 1.0, 0.0, 3.0]  # x₁ = 0, 1 by x₂ = 0, 1: y = x₂(1 + 2x₁)
    >>> found = exact(y, [2, 2])
    >>> found.first.round(4).tolist(), found.total.round(4).tolist()
    ([0.1667, 0.6667], [0.3333, 0.8333])
    """
    array = np.asarray(results, dtype=np.float64)
    if int(np.prod(counts)) != len(array) or not counts:
        raise BadSpec(f"{len(array)} results are not the {' × '.join(map(str, counts))} combinations.")
    grid = array.reshape(*counts, -1)
    axes = tuple(range(len(counts)))
    weight = np.isfinite(grid).astype(np.float64)
    count = weight.sum(axis=axes)
    mean = np.where(weight > 0, grid, 0.0).sum(axis=axes) / np.where(count > 0, count, np.nan)
    centred = np.where(weight > 0, grid - mean, 0.0)
    variance = (centred**2).sum(axis=axes) / np.where(count > 0, count, np.nan)
    variance = _without_rounding(variance, mean)
    first, total = np.empty((2, len(counts), grid.shape[-1]))
    for axis in axes:
        others = tuple(other for other in axes if other != axis)
        first[axis] = _between(centred, weight, others)
        total[axis] = (centred**2).sum(axis=axes) / np.where(count > 0, count, np.nan)
        total[axis] -= _between(centred, weight, (axis,))
    shares = [_shares(part, variance, together) for part in (first, total)]
    none = [np.full_like(shares[0], np.nan) for _ in range(4)]
    figures = (np.broadcast_to(count.astype(np.int64), first.shape), mean, variance)
    shape = () if together else array.shape[1:]
    return _shaped(shape, [*shares, *none], *_summed(*figures) if together else figures)


def _shares(parts: Floats, variance: Floats, together: bool) -> Floats:
    """Return parts of the variance, (…, input, result), as shares of it, (…, result)."""
    if together:
        parts = np.nansum(parts, axis=-1, keepdims=True)
        variance = np.nansum(variance, axis=-1, keepdims=True)
    return np.asarray(parts / np.where(variance > 0, variance, np.nan)[..., None, :])


def _summed(rows: Counts, mean: Floats, variance: Floats) -> tuple[Counts, Floats, Floats]:
    """Return the figures of all results together: there is no one mean of them."""
    return rows.max(axis=-1, initial=0), np.full_like(mean[:1], np.nan), np.nansum(variance, keepdims=True)


def _shaped(
    shape: tuple[int, ...], parts: list[Floats], rows: Counts, mean: Floats, variance: Floats
) -> Indices:
    """Return indices whose trailing axes are those of the result; parts come in the order of the fields."""
    first, total, low, high, below, above = (part.reshape(-1, *shape) for part in parts)
    rows, mean, variance = rows.reshape(-1, *shape), mean.reshape(shape), variance.reshape(shape)
    return Indices(first, total, low, high, below, above, rows, mean, variance)


def _without_rounding(variance: Floats, mean: Floats) -> Floats:
    """Return 0 for the variance that rounding leaves of a result which is the same in every run."""
    return np.where(variance > (ROUNDING * np.abs(mean)) ** 2, variance, 0.0)


def _between(centred: Floats, weight: Floats, over: tuple[int, ...]) -> Floats:
    """Return the variance of the means taken over some axes, about a mean of 0."""
    sizes, sums = weight.sum(axis=over), centred.sum(axis=over)
    squares = np.where(sizes > 0, sums**2 / np.where(sizes > 0, sizes, 1.0), 0.0)
    axes = tuple(range(sizes.ndim - 1))
    total = sizes.sum(axis=axes)
    return np.asarray(squares.sum(axis=axes) / np.where(total > 0, total, np.nan))


def of_function(
    function: Callable[[Floats], npt.ArrayLike],
    widths: Sequence[int],
    *,
    base: int,
    rng: np.random.Generator,
    design: Design = "sobol",
    bootstrap: int = 0,
) -> Indices:
    """Estimate the indices of any function of points of the unit cube, (row, column) → (row, …).

    `widths` are the columns of each input, `base` the rows of A; the function is called once, with
    base · (inputs + 2) rows.

    >>> found = of_function(lambda u: u[:, 0] + 2 * u[:, 1], [1, 1], base=1024, rng=np.random.default_rng(1))
    >>> found.first.round(2).tolist(), found.total.round(2).tolist()
    ([0.2, 0.8], [0.2, 0.8])
    """
    rows = swapped(base, widths, rng, design)
    return estimated(function(rows), len(widths), bootstrap=bootstrap, rng=rng)
