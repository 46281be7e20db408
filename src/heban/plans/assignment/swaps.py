"""Swaps: a need that falls short takes an expert over, and the one that gives it up takes another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from heban.plans.solve.matching import Market
from heban.plans.solve.problem import Bools, Floats, Ints

NONE = -1
PASSES = 4  # times that all needs which still fall short are visited


class Swap(NamedTuple):
    """What a swap drops and takes: pairs, NONE for an empty place or an expert with room."""

    drops: int
    takes: int
    given_up: int = NONE  # the pair of another need with the expert taken
    instead: int = NONE  # the pair that the other need has instead


class Swaps:
    """A matching that is mended swap by swap; every limit holds before and after each."""

    def __init__(self, market: Market, relevance: Floats, chosen: Bools, floor: Floats) -> None:
        self.market, self.relevance, self.floor = market, relevance, floor
        self.chosen = chosen.copy()
        self.key = market.need.astype(np.int64) * len(market.capacity) + market.expert
        self.load = np.bincount(market.expert[chosen], minlength=len(market.capacity))
        self.through = np.bincount(market.gate[chosen], minlength=len(market.owner))
        total = np.bincount(market.need[chosen], relevance[chosen], minlength=len(market.wanted))
        self.total = total.astype(float)
        self.by_expert = np.argsort(market.expert, kind="stable")
        self.starts = np.searchsorted(market.expert[self.by_expert], np.arange(len(market.capacity) + 1))

    def mean(self) -> Floats:
        """Return the mean relevance over the places that each need wants."""
        return np.asarray(self.total / self.market.wanted)

    def mend(self) -> Bools:
        """Return the matching after swaps that bring needs nearer to their floors."""
        for _ in range(PASSES):
            short = np.flatnonzero(self.mean() < self.floor)
            moved = sum(self._lift(int(need)) for need in short)
            if not moved:
                break
        return self.chosen

    def _lift(self, need: int) -> int:
        """Swap for a need until it has its floor, and return how many swaps that took."""
        count = 0
        while self.total[need] / self.market.wanted[need] < self.floor[need]:
            swap = self._best(need)
            if swap is None:
                break
            self._apply(swap)
            count += 1
        return count

    def _best(self, need: int) -> Swap | None:
        """Return the swap that brings a need nearest to its floor, and of those the one that loses least."""
        first, last = self.market.first[need : need + 2]
        own = np.arange(first, last)
        mine, free = own[self.chosen[own]], own[~self.chosen[own]]
        drops = [int(pair) for pair in mine]
        if len(mine) < self.market.wanted[need]:
            drops.insert(0, NONE)
        lacks = self.floor[need] * self.market.wanted[need] - self.total[need]
        spare = self._spare()
        found: tuple[float, float, Swap] | None = None
        for drop in drops:
            lost = 0.0 if drop == NONE else float(self.relevance[drop])
            taken = free[(self.relevance[free] > lost) & self._passes(free, drop)]
            for option in self._options(taken, drop, lost, spare, lacks):
                if found is None or option[:2] > found[:2]:
                    found = option
        return None if found is None else found[2]

    def _options(
        self, taken: Ints, drop: int, lost: float, spare: tuple[Floats, Ints], lacks: float
    ) -> list[tuple[float, float, Swap]]:
        """Return the best swap with an expert that has room, and the best with one that another gives up."""
        market, made = self.market, []
        gain = self.relevance[taken] - lost
        room = self.load[market.expert[taken]] < market.capacity[market.expert[taken]]
        if room.any():
            at = int(np.argmax(np.where(room, gain, -np.inf)))
            made.append((min(float(gain[at]), lacks), float(gain[at]), Swap(drop, int(taken[at]))))
        taken, gain = taken[~room], gain[~room]
        low, high = self.starts[market.expert[taken]], self.starts[market.expert[taken] + 1]
        number = np.repeat(np.arange(len(taken)), high - low)
        steps = np.arange(len(number)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
        held = self.by_expert[low[number] + steps]
        number, held = number[self.chosen[held]], held[self.chosen[held]]
        if not len(held):
            return made
        brings, instead = self._instead(held, drop, spare)
        other = market.need[held]
        after = self.total[other] - self.relevance[held] + brings
        bears = after >= np.minimum(self.floor[other] * market.wanted[other], self.total[other])
        sum_ = np.where(bears & (instead != NONE), gain[number] + brings - self.relevance[held], -np.inf)
        reach = np.where(np.isfinite(sum_), np.minimum(gain[number], lacks), -np.inf)
        best = int(np.lexsort((sum_, reach))[-1])
        if np.isfinite(sum_[best]):
            swap = Swap(drop, int(taken[number[best]]), int(held[best]), int(instead[best]))
            made.append((float(reach[best]), float(sum_[best]), swap))
        return made

    def _instead(self, held: Ints, drop: int, spare: tuple[Floats, Ints]) -> tuple[Floats, Ints]:
        """Return what the need of each pair gets instead of it: an expert with room, or the dropped one."""
        market = self.market
        brings, pair = spare[0][market.need[held]], spare[1][market.need[held]]
        fits = (pair != NONE) & self._passes(pair, held)
        brings, pair = np.where(fits, brings, -np.inf), np.where(fits, pair, NONE)
        if drop == NONE:
            return brings, pair
        key = market.need[held].astype(np.int64) * len(market.capacity) + market.expert[drop]
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        better = (self.key[at] == key) & ~self.chosen[at] & (self.relevance[at] > brings)
        better &= self._passes(at, held)
        return np.where(better, self.relevance[at], brings), np.where(better, at, pair)

    def _spare(self) -> tuple[Floats, Ints]:
        """Return, for each need, the best expert with room that it does not have: relevance and pair."""
        market = self.market
        room = (self.load < market.capacity)[market.expert] & ~self.chosen
        pair = np.flatnonzero(room)
        best = np.full(len(market.wanted), -np.inf)
        np.maximum.at(best, market.need[pair], self.relevance[pair])
        at = np.full(len(market.wanted), NONE)
        hit = pair[self.relevance[pair] == best[market.need[pair]]][::-1]
        at[market.need[hit]] = hit
        return best, at

    def _passes(self, pair: Ints, instead_of: Ints | int) -> Bools:
        """Return which pairs pass their gate once others have left."""
        gate = self.market.gate
        same = gate[pair] == gate[instead_of]
        if isinstance(instead_of, int) and instead_of == NONE:
            same = np.zeros(len(pair), dtype=bool)
        return np.asarray(same | (self.through[gate[pair]] < self.market.room[gate[pair]]))

    def _apply(self, swap: Swap) -> None:
        for pair, sign in ((swap.drops, -1), (swap.given_up, -1), (swap.takes, 1), (swap.instead, 1)):
            if pair != NONE:
                self.chosen[pair] = sign > 0
                self.load[self.market.expert[pair]] += sign
                self.through[self.market.gate[pair]] += sign
                self.total[self.market.need[pair]] += sign * self.relevance[pair]
