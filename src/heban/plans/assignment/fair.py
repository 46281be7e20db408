"""Fairness: first the need that gets least, then the sum of relevance; always whole experts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from heban.plans.assignment.ground import Ground
from heban.plans.assignment.swaps import Swaps
from heban.plans.solve.evenly import evenly
from heban.plans.solve.matching import Market, matched, worths
from heban.plans.solve.problem import Bools, Floats

SMALL = 1000  # pairs: up to here every step is proven by branch and bound
NEAREST = 40  # pairs of each need that stay among many, by what they bring beyond the price of the expert
FINE = 0.005  # of the best level of any need: nearer the level is not sought
PROVEN = 1e-6  # of it, where every level is proven
ROUNDS = 8  # flows before swaps
START, FASTEST = 0.02, 8  # first raise of a weight, and how often it may double
EASINGS = 5  # halvings when weights are lowered again
PRICINGS, PUSH = 40, 30.0  # rounds in which the bound is sought, and how far the first one moves weights
EVERY, ADDED = 8, 10  # rounds after which pairs are added, and how many for each need
EPS = 1e-9


class Fair(NamedTuple):
    """A fair matching of the open pairs, and how far it may be from the best."""

    chosen: Bools  # (pairs,)
    level: float  # what the worst-off need gets, of those that could get more alone
    bound: float  # no matching reaches a higher level
    before: float  # the level of the greatest sum
    weight: Floats  # (needs,), how much more the relevance of a need counts
    aside: Bools  # (needs,), needs that cannot all be served: they do not hold the others down


class Reached(NamedTuple):
    """What came of trying a level: a matching that reaches it if there is one, weights, who fell short."""

    chosen: Bools | None
    weight: Floats
    short: Bools
    proven: bool


@dataclass(frozen=True, eq=False)
class Search:
    """Pairs among which a fair matching is sought, and what each need could get alone."""

    market: Market
    worth: Floats
    relevance: Floats
    best: Floats  # (needs,), mean relevance of the best experts that a need could have

    def mean(self, chosen: Bools) -> Floats:
        """Return the mean relevance over the places that each need wants; an empty place counts 0."""
        need, count = self.market.need[chosen], len(self.market.wanted)
        total = np.bincount(need, self.relevance[chosen], minlength=count)
        return np.asarray(total / self.market.wanted)

    def level(self, chosen: Bools, aside: Bools) -> float:
        """Return what the worst-off need gets, of those that could get more alone."""
        mean = self.mean(chosen)
        held = (mean < self.best - EPS) & ~aside
        return float(mean[held].min()) if held.any() else float(self.best[~aside].max(initial=0.0))

    def at(self, kept: Bools) -> Search:
        """Return the search among some of the pairs."""
        return replace(
            self, market=self.market.at(kept), worth=self.worth[kept], relevance=self.relevance[kept]
        )

    def near(self, worth: Floats, chosen: Bools, count: int) -> Bools:
        """Return which pairs of each need bring most beyond their prices in its best matching."""
        price = worths(self.market, worth, chosen)
        margin = worth - price.expert[self.market.expert] - price.gate[self.market.gate]
        order = np.lexsort((-margin, self.market.need))
        made = np.zeros(len(chosen), dtype=bool)
        made[order] = _rank(self.market.need[order]) < count
        return made

    def floor(self, level: float, aside: Bools) -> Floats:
        """Return what each need must get at a level: the level, or its own best where that is lower."""
        return np.asarray(np.where(aside, 0.0, np.minimum(self.best, level) - EPS))


def own_best(given: Market, relevance: Floats) -> Floats:
    """Return the mean relevance each need would have with its best experts, as if alone, (needs,).

    >>> from heban.plans.solve.matching import market
    >>> two = market(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1, 2]), np.array([1, 1]))
    >>> own_best(two, np.array([0.9, 0.5, 0.8])).tolist()
    [0.9, 0.4]
    """
    there = np.flatnonzero(given.capacity[given.expert] > 0)
    order = there[np.lexsort((-relevance[there], given.gate[there]))]
    kept = order[_rank(given.gate[order]) < given.room[given.gate[order]]]
    kept = kept[np.lexsort((-relevance[kept], given.need[kept]))]
    kept = kept[_rank(given.need[kept]) < given.wanted[given.need[kept]]]
    total = np.bincount(given.need[kept], relevance[kept], minlength=len(given.wanted))
    return np.asarray(total / given.wanted)


def _rank(group: np.ndarray[tuple[int], np.dtype[np.intp]]) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the place of each row within its group, from 0; groups stand together."""
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1])) if len(group) else np.zeros(0, np.intp)
    return np.asarray(np.arange(len(group)) - np.repeat(starts, np.diff(np.append(starts, len(group)))))


def fair(ground: Ground, base: Bools) -> Fair:
    """Return the matching whose worst-off need gets most, and of those one with a great sum of worth.

    A need counts with the mean relevance over its wanted places, or as served when it has its own best.
    The level is bisected. Up to 1,000 pairs each level is proven by branch and bound. Beyond, the weights of
    needs that fall short are raised in a few flows of least cost, whose experts are whole, and swaps bring
    the needs that still fall short to the level; `bound` is proven by weights of their own (weak duality),
    over all pairs. `base` is the matching with the greatest sum.
    Source of the bound: Freund and Schapire (1999), Games Econ. Behav. 29: 79–103.
    """
    market, relevance = ground.market, ground.relevance[ground.open]
    whole = Search(market, ground.worth, relevance, own_best(market, relevance))
    small = len(market.need) <= SMALL
    kept = np.ones(len(base), dtype=bool)
    if not small:
        kept = base | whole.near(ground.worth, base, NEAREST)
    aside = np.zeros(len(market.wanted), dtype=bool)
    while True:
        most = float(whole.best[~aside].max(initial=0.0))
        if not small and most > 0:
            most, kept = lowest(whole, kept, aside)
        found, short = _bisected(whole.at(kept), base[kept], aside, most)
        if found.level > EPS or not (short & ~aside).any():
            break
        aside = aside | short
    chosen = np.zeros(len(base), dtype=bool)
    chosen[kept] = found.chosen
    return found._replace(chosen=chosen, bound=max(found.bound, found.level))


def _bisected(search: Search, start: Bools, aside: Bools, most: float) -> tuple[Fair, Bools]:
    """Return the fairest matching found, and which needs fell short of the lowest level not reached."""
    small = len(search.market.need) <= SMALL
    step, fine = (_proven, PROVEN * most) if small else (_raised, FINE * most)
    low, high = search.level(start, aside), most
    chosen, weight, short = start, np.zeros(len(aside)), np.zeros(len(aside), dtype=bool)
    proven = True
    while high - low > fine:
        middle = 0.5 * (low + high)
        tried = step(search, middle, aside, weight)
        if tried.chosen is None:
            high, short, proven = middle, tried.short, proven and tried.proven
        else:
            chosen, weight = tried.chosen, tried.weight
            low = max(middle, search.level(chosen, aside))
    chosen, weight = (_summed if small else _eased)(search, low, aside, chosen, weight)
    level, before = search.level(chosen, aside), search.level(start, aside)
    return Fair(chosen, level, high if proven else most, before, weight, aside), short


def _proven(search: Search, level: float, aside: Bools, weight: Floats) -> Reached:
    """Return what branch and bound says of a level."""
    floor = search.floor(level, aside)
    share = search.relevance / search.market.wanted[search.market.need]
    chosen, proven = evenly(search.market, search.worth, share, floor)
    if chosen is not None:
        return Reached(chosen, weight, np.zeros(len(aside), dtype=bool), proven)
    least = matched(search.market, search.worth).chosen
    return Reached(None, weight, search.mean(least) < floor, proven)


def _raised(search: Search, level: float, aside: Bools, weight: Floats) -> Reached:
    """Return what comes of raising the weights of needs that fall short of a level, and of swaps then."""
    market, floor = search.market, search.floor(level, aside)
    weight, run = weight.copy(), np.zeros(len(aside))
    for _ in range(ROUNDS):
        chosen = matched(market, search.worth + weight[market.need] * search.relevance).chosen
        short = search.mean(chosen) < floor
        if not short.any():
            return Reached(chosen, weight, short, True)
        run = np.where(short, np.minimum(run + 1, FASTEST), 0)
        weight += np.where(short, START * 2.0**run, 0.0)
    chosen = Swaps(market, search.relevance, chosen, floor).mend()
    short = search.mean(chosen) < floor
    return Reached(None if short.any() else chosen, weight, short, False)


def _summed(
    search: Search, level: float, aside: Bools, chosen: Bools, weight: Floats
) -> tuple[Bools, Floats]:
    """Return the matching of a level with the greatest sum, by branch and bound."""
    found = _proven(search, level, aside, weight).chosen
    return (chosen if found is None else found), weight


def _eased(search: Search, level: float, aside: Bools, chosen: Bools, weight: Floats) -> tuple[Bools, Floats]:
    """Return the matching of a level with a greater sum: weights lowered as far as the level allows."""
    market, floor = search.market, search.floor(level, aside)
    low, high = 0.0, 1.0
    for _ in range(EASINGS if weight.any() else 0):
        part = 0.5 * (low + high)
        tried = matched(market, search.worth + part * weight[market.need] * search.relevance).chosen
        if (search.mean(tried) < floor).any():
            low = part
        else:
            high, chosen = part, tried
    return chosen, high * weight


def lowest(search: Search, kept: Bools, aside: Bools) -> tuple[float, Bools]:
    """Return a level that no matching exceeds, and the pairs that it took to see it.

    Any weights of needs prove a bound. Weights are multiplied round by round, up for a need that gets less
    than the level, among few pairs at first; pairs that would bring more at these weights are added.
    """
    most = float(search.best[~aside].max(initial=0.0))
    rise, found = np.where(aside, -np.inf, 0.0), most
    for number in range(PRICINGS):
        few = search.at(kept)
        weight = np.exp(rise - rise.max())
        weight /= weight.mean()
        brings = weight[few.market.need] * few.relevance
        mean = few.mean(matched(few.market, brings).chosen)
        level = _balanced(search, weight, float((weight * search.market.wanted * mean).sum()), most)
        rise -= PUSH / (1 + number / 20) * (mean - np.minimum(level, search.best)) / most
        if number % EVERY == EVERY - 1:
            proven, chosen = bound(search, weight)
            found = min(found, proven)
            kept = kept | chosen | search.near(weight[search.market.need] * search.relevance, chosen, ADDED)
    return found, kept


def bound(search: Search, weight: Floats) -> tuple[float, Bools]:
    """Return a level that no matching exceeds, proven by weights of needs, and the matching that proves it.

    Σ_n weight · wanted · min(level, own best) is at most what the best matching brings at these weights.
    """
    brings = weight[search.market.need] * search.relevance
    free = replace(search.market, least=np.zeros_like(search.market.least))
    chosen = matched(free, brings).chosen
    most = float(search.best[weight > 0].max(initial=0.0))
    return _balanced(search, weight, float(brings[chosen].sum()) * (1 + EPS), most), chosen


def _balanced(search: Search, weight: Floats, brings: float, most: float) -> float:
    """Return the highest level whose floors together weigh no more than a matching brings."""
    due = weight * search.market.wanted
    order = np.argsort(search.best, kind="stable")
    best, due = search.best[order], due[order]
    before, after = np.cumsum(due * best) - due * best, np.cumsum(due[::-1])[::-1]
    fits = before + after * best <= brings  # floors when the level is the own best of this need
    if fits.all():
        return most
    first = int(np.argmin(fits))
    return float(min(most, (brings - before[first]) / after[first])) if after[first] > 0 else most
