"""How unevenly something is spread over places."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec

Floats = npt.NDArray[np.float64]


def variation(values: npt.ArrayLike) -> float:
    """Return the coefficient of variation: the standard deviation over the mean.

    The deviation is that of a population (divisor n), since the places are all of them.

    >>> round(variation([1, 2, 3]), 4)
    0.4082
    """
    array = np.asarray(values, dtype=float)
    return float(array.std() / array.mean())


def range_ratio(values: npt.ArrayLike) -> float:
    """Return the largest value over the smallest; infinite when the smallest is 0.

    >>> range_ratio([2, 5, 4])
    2.5
    """
    array = np.asarray(values, dtype=float)
    with np.errstate(divide="ignore"):
        return float(array.max() / array.min())


def gini(values: npt.ArrayLike, *, corrected: bool = False) -> float:
    """Return the Gini coefficient of non-negative values: 0 for equality, (n−1)/n when one has all.

    G = Σ(2i − n − 1)x₍ᵢ₎ / (n Σx), x ascending, no small-sample factor. `corrected` multiplies by n/(n−1),
    so that one that has all gives 1 however few there are (Deltas, Review of Economics and Statistics 85
    (2003) 226–234); NaN for a single value. Say which of the two a figure is: on 41 cities they differ by
    2.5 %. Source: Sen, On Economic Inequality (1973), p. 31.

    >>> gini([0, 0, 0, 4]), gini([0, 0, 0, 4], corrected=True)
    (0.75, 1.0)
    """
    array = np.sort(np.asarray(values, dtype=float))
    n = array.size
    ranks = 2 * np.arange(1, n + 1) - n - 1
    plain = float(ranks @ array) / (n * float(array.sum()) or float("nan"))
    if not corrected:
        return plain
    return plain * n / (n - 1) if n > 1 else float("nan")


def herfindahl(values: npt.ArrayLike, *, normalised: bool = False) -> float:
    """Return the Herfindahl–Hirschman index of concentration: H = Σs², s the shares of the sum.

    1/n for equality, 1 when one has all; 1/H is the number of equal places that would give as much.
    `normalised` is (H − 1/n)/(1 − 1/n), from 0 to 1, NaN for a single value. NaN when nothing is there to
    share. Source: Hirschman, American Economic Review 54 (1964) 761.

    >>> herfindahl([2, 1, 1]), round(herfindahl([2, 1, 1], normalised=True), 4)
    (0.375, 0.0625)
    """
    shares = _shares(_amounts(values))
    plain, n = float(shares @ shares), shares.size
    if not normalised:
        return plain
    return (plain - 1 / n) / (1 - 1 / n) if n > 1 else float("nan")


def hoover(values: npt.ArrayLike, population: npt.ArrayLike | None = None) -> float:
    """Return the share that would have to move for equality: the Hoover (Robin Hood) index.

    H = ½ Σ|y − p|, y the shares of the sum, p those of the population, 1/n each without `population`; from 0
    towards 1. With the size of places as population it is the coefficient of localisation. NaN when nothing
    is there to share.
    Source: Hoover, Review of Economic Statistics 18 (1936) 162–171.

    >>> hoover([3, 1]), hoover([3, 1], [3, 1])
    (0.25, 0.0)
    """
    share, weight = _both(values, population)
    return float(np.abs(share - weight).sum() / 2)


def locational_gini(values: npt.ArrayLike, population: npt.ArrayLike) -> float:
    """Return the Gini coefficient of a class over places, each place weighing its size.

    G = Σ_i Σ_j |y_i p_j − y_j p_i|/2, y the shares of the class and p those of the population, such as
    everything that the places have: 0 when the class is spread as they are, towards 1 when the smallest
    place has it all. Krugman takes the area between the curve and the diagonal, which is half of this. NaN
    when nothing is there to share.
    Sources: Hoover, Review of Economic Statistics 18 (1936) 162–171; Krugman, Geography and Trade (1991),
    pp. 55–56.

    >>> round(locational_gini([1, 0], [1, 3]), 4), locational_gini([1, 3], [1, 3])
    (0.75, 0.0)
    """
    share, weight = _both(values, population)
    there = (share > 0) | (weight > 0)
    share, weight = share[there], weight[there]
    with np.errstate(divide="ignore"):
        order = np.argsort(share / weight, kind="stable")
    share, weight = share[order].cumsum(), weight[order].cumsum()
    return float((weight[:-1] * share[1:] - weight[1:] * share[:-1]).sum())


def top_share(values: npt.ArrayLike, largest: int = 1) -> float:
    """Return the share of the sum that the largest places have together.

    With fewer places than `largest` it is 1; NaN when nothing is there to share.
    Source: the concentration ratio CR_n; Bain, Industrial Organization (1959).

    >>> top_share([5, 3, 1, 1], largest=2)
    0.8
    """
    if largest < 1:
        raise BadSpec(f"largest is {largest}; the top is at least 1 place.")
    return float(np.sort(_shares(_amounts(values)))[::-1][:largest].sum())


def theil_t(values: npt.ArrayLike, population: npt.ArrayLike | None = None) -> float:
    """Return Theil's T: Σ y ln(y/p), y the shares of the sum, p those of the population; 0 for equality.

    Without `population` every place weighs the same, p = 1/n, and T runs to ln n; the term of a place with
    nothing is 0. With it, T asks whether shares differ from those of the population, as research spending
    per head. NaN when nothing is there to share or a value is not known (§1).
    Source: Theil, Economics and Information Theory (1967), ch. 4.

    >>> round(theil_t([1, 3]), 4), round(theil_t([1, 3], [1, 3]), 4)
    (0.1308, 0.0)
    """
    return float(_terms(*_both(values, population)).sum())


def theil_l(values: npt.ArrayLike, population: npt.ArrayLike | None = None) -> float:
    """Return Theil's L, the mean logarithmic deviation: Σ p ln(p/y); infinite when a place has nothing.

    L is ruled by the small places where T is ruled by the large. Arguments as of `theil_t`; a place without
    population adds nothing.
    Source: Theil (1967), ch. 4; Shorrocks, Econometrica 48 (1980) 613–625.

    >>> round(theil_l([1, 3]), 4), theil_l([0, 3])
    (0.1438, inf)
    """
    share, weight = _both(values, population)
    return float(_terms(weight, share).sum())


@dataclass(frozen=True)
class Parts:
    """A Theil index split by groups: total = between + within, exactly.

    `groups` has a row per group: places, share (of the sum), weight (of the population), inner (the index
    inside the group) and within (what it adds to the total: share·inner for T, weight·inner for L).
    """

    total: float
    between: float
    within: float
    groups: pd.DataFrame

    @property
    def between_share(self) -> float:
        """The part of all inequality that lies between the groups, NaN where there is none."""
        return self.between / self.total if self.total else float("nan")


def theil_parts(
    values: npt.ArrayLike,
    groups: Sequence[Hashable],
    population: npt.ArrayLike | None = None,
    *,
    kind: Literal["T", "L"] = "T",
) -> Parts:
    """Return Theil's T or L split into inequality between groups and within them, such as provinces.

    T = Σ Y ln(Y/P) + Σ Y·T_g and L = Σ P ln(P/Y) + Σ P·L_g, with Y and P the group's shares of the sum and
    of the population: between is what would remain were all places of a group equal. Each place has one
    group. A group with nothing has no inequality inside; it adds nothing to T, and makes L infinite.
    Source: Theil (1967), ch. 4; Shorrocks (1980).

    >>> parts = theil_parts([1, 3, 2, 2], ["P", "P", "Q", "Q"])
    >>> round(parts.total, 4), round(parts.between, 4), parts.groups["inner"].round(4).to_dict()
    (0.0654, 0.0, {'P': 0.1308, 'Q': 0.0})
    """
    share, weight = _both(values, population)
    if kind not in ("T", "L"):
        raise BadSpec(f"kind is {kind!r} and takes 'T' or 'L'.")
    if len(groups) != len(share):
        raise BadSpec(
            f"{len(share)} values and {len(groups)} groups; every place has one value and one group."
        )
    number, names = pd.factorize(np.array(list(groups), dtype=object))
    places = np.bincount(number)
    joint, base = (np.bincount(number, weights=part).astype(float) for part in (share, weight))
    with np.errstate(divide="ignore", invalid="ignore"):
        own, own_base = share / joint[number], weight / base[number]
    ends = (own, own_base) if kind == "T" else (own_base, own)
    inner = np.bincount(number, weights=_terms(*ends))
    sides = (joint, base) if kind == "T" else (base, joint)
    within = np.where((joint == 0) | (sides[0] == 0), 0.0, sides[0] * inner)
    columns = {"places": places, "share": joint, "weight": base, "inner": inner, "within": within}
    table = pd.DataFrame(columns, index=list(names))
    total = theil_t(values, population) if kind == "T" else theil_l(values, population)
    return Parts(total, float(_terms(*sides).sum()), float(within.sum()), table)


@dataclass(frozen=True)
class RankSize:
    """The rank-size line: ln(rank − ½) = intercept − slope·ln(size), over so many places."""

    slope: float
    standard_error: float
    intercept: float
    places: int


def rank_size(values: npt.ArrayLike, *, largest: int | None = None) -> RankSize:
    """Return the rank-size slope (Pareto exponent) of the largest values with its standard error.

    Least squares of ln(rank − ½) on ln(size), rank 1 for the largest; ½ removes most of the bias of small
    samples, and the standard error is slope·√(2/n), not that of the regression, since ranks depend on each
    other. Slope 1 is Zipf's rule; the larger, the more even. `largest` keeps so many from the top. Equal
    sizes take the ranks they fill, in any order. Refuses values that are not positive or not known (§1).
    Source: Gabaix & Ibragimov, Journal of Business & Economic Statistics 29 (2011) 24–39.

    >>> line = rank_size([1 / (rank - 0.5) for rank in range(1, 9)])
    >>> round(line.slope, 4), round(line.standard_error, 4)
    (1.0, 0.5)
    """
    array = np.asarray(values, dtype=float)
    odd = int((~(array > 0)).sum())
    if odd:
        raise BadSpec(
            f"sizes not above 0 or not known: {odd} of {array.size}; they have no logarithm. "
            "Leave those places out, and say so beside the slope."
        )
    sizes = np.log(np.sort(array)[::-1][:largest])
    if len(sizes) < 2 or np.ptp(sizes) == 0:
        raise BadSpec(
            f"a rank-size line needs at least 2 different sizes; {len(sizes)} were given, all equal."
        )
    ranks = np.log(np.arange(1, len(sizes) + 1) - 0.5)
    away = sizes - sizes.mean()
    slope = -float(away @ ranks / (away @ away))
    error = abs(slope) * float(np.sqrt(2 / len(sizes)))
    return RankSize(slope, error, float(ranks.mean() + slope * sizes.mean()), len(sizes))


def _both(values: npt.ArrayLike, population: npt.ArrayLike | None) -> tuple[Floats, Floats]:
    """Return the shares of the sum and of the population, 1/n each when there is none."""
    array = _amounts(values, "values")
    if population is None:
        return _shares(array), np.full(array.size, 1 / max(array.size, 1))
    people = _amounts(population, "population")
    if people.size != array.size:
        raise BadSpec(f"{array.size} values and {people.size} populations; every place has one of each.")
    return _shares(array), _shares(people)


def _amounts(values: npt.ArrayLike, name: str = "values") -> Floats:
    """Return amounts as an array, or refuse negative ones, which have no shares."""
    array = np.asarray(values, dtype=float).ravel()
    if (array < 0).any():
        raise BadSpec(f"{name} hold {array[array < 0][0]:g}; shares are of amounts that are 0 or more.")
    return array


def _shares(array: Floats) -> Floats:
    """Return the shares of the sum, NaN where nothing is there to share."""
    return np.asarray(array / (float(array.sum()) or float("nan")))


def _terms(share: Floats, base: Floats) -> Floats:
    """Return share·ln(share/base), 0 where there is no share, infinite where it has no base."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share == 0, 0.0, share * np.log(share / base))
