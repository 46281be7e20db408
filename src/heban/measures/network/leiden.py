"""The Leiden algorithm: move places between groups, refine the groups, join what was refined, begin again.

Source: Traag, Waltman & van Eck, From Louvain to Leiden: guaranteeing well-connected communities,
Scientific Reports 9 (2019) 5233, with modularity as the quality. Where the paper keeps a queue of places
whose neighbours moved, all gains are computed at once here and only places that gain are visited, until
none does: fewer visits, and at the end no place gains by moving, which the last screen has shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import exp

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from heban.measures.network.modularity import Floats, Numbers

ROUNDING = 1e-10  # gains below this are rounding; the mean weight of a tie is 1
THETA = 0.01  # how far refinement strays from the best merge, in the mean weight of a tie
RARE = 40 * THETA  # a merge so much worse than the best has a chance below 1e-17
FULL = 2**22  # up to so many cells a full table is summed faster than a sparse one


@dataclass(frozen=True)
class Level:
    """A network at one level of joining: weights between nodes, and the strength each node stands for.

    Every tie is stored both ways, sorted by row; `strength` holds also what lies within a node.
    """

    rows: Numbers
    columns: Numbers
    weights: Floats
    strength: Floats

    @property
    def size(self) -> int:
        """The number of nodes."""
        return len(self.strength)

    @cached_property
    def neighbours(self) -> list[tuple[list[int], list[float]]]:
        """The neighbours of each node and the weights: plain lists, far faster than arrays one by one."""
        starts = np.searchsorted(self.rows, np.arange(self.size + 1)).tolist()
        columns, weights = self.columns.tolist(), self.weights.tolist()
        return [(columns[a:b], weights[a:b]) for a, b in pairwise(starts)]

    def quality(self, groups: Numbers, resolution: float) -> float:
        """Return the modularity of numbered groups of nodes."""
        total = float(self.strength.sum())
        within = float(self.weights[groups[self.rows] == groups[self.columns]].sum())
        strengths = np.bincount(groups, weights=self.strength) / total
        return within / total - resolution * float((strengths**2).sum())


def ground(matrix: sparse.csr_array) -> Level:
    """Return the level of the places themselves, the mean weight of a tie made 1."""
    ties = (matrix / matrix.data.mean()).tocoo()
    rows, columns = (np.asarray(end, dtype=np.intp) for end in ties.coords)
    return Level(rows, columns, ties.data, _totals(rows, ties.data, matrix.shape[0]))


def partition(ground: Level, resolution: float, rng: np.random.Generator) -> Numbers:
    """Return the group of each place, from 0: the whole algorithm again and again until it gains no more.

    Every group is connected. Two runs with other chances may differ.

    >>> two_pairs = sparse.csr_array([[0.0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
    >>> partition(ground(two_pairs), 1.0, np.random.default_rng(1)).tolist()
    [0, 0, 1, 1]
    """
    best = _pass(ground, np.arange(ground.size), resolution, rng)
    reached = ground.quality(best, resolution)
    while True:
        again = _pass(ground, best, resolution, rng)
        found = ground.quality(again, resolution)
        if found <= reached + ROUNDING / float(ground.strength.sum()):
            return best
        best, reached = again, found


def _pass(ground: Level, groups: Numbers, resolution: float, rng: np.random.Generator) -> Numbers:
    """Move, refine and join, level upon level, until no two nodes share a group."""
    pull = resolution / float(ground.strength.sum())
    level, node = ground, np.arange(ground.size)
    while True:
        groups = _moved(level, groups, pull, rng)
        if groups.max() + 1 == level.size:
            break
        parts = _refined(level, groups, pull, rng)
        if parts.max() + 1 == level.size:
            break
        above = np.empty(parts.max() + 1, dtype=np.intp)
        above[parts] = groups
        level, node, groups = _joined(level, parts), parts[node], above
    return _connected(ground, groups[node])


def _moved(level: Level, groups: Numbers, pull: float, rng: np.random.Generator) -> Numbers:
    """Move every node to where it gains most, in an order of chance, until none gains."""
    alone = groups.max() + 1 == level.size
    gaining = np.arange(level.size) if alone else _gaining(level, groups, pull)
    while len(gaining):
        after = _swept(level, groups, pull, rng.permutation(gaining).tolist())
        if np.array_equal(after, groups):  # what the screen saw was rounding
            break
        groups = np.unique(after, return_inverse=True)[1]
        gaining = _gaining(level, groups, pull)
    return groups


def _swept(level: Level, groups: Numbers, pull: float, order: list[int]) -> Numbers:
    """Visit nodes once and move each to the group where it gains most, or out of one it is better without."""
    group, strength, near = groups.tolist(), level.strength.tolist(), level.neighbours
    total = np.bincount(groups, weights=level.strength, minlength=level.size).tolist()
    count = np.bincount(groups, minlength=level.size).tolist()
    empty = [number for number, members in enumerate(count) if not members]
    for v in order:
        own, force = group[v], pull * strength[v]
        links = _links(near[v], group)
        total[own] -= strength[v]
        best, gain = own, links.get(own, 0.0) - force * total[own] + ROUNDING
        for other, weight in links.items():
            if weight - force * total[other] > gain:
                best, gain = other, weight - force * total[other]
        if gain < 0:
            best = empty.pop()
        total[best] += strength[v]
        if best != own:
            group[v] = best
            count[own], count[best] = count[own] - 1, count[best] + 1
            if not count[own]:
                empty.append(own)
    return np.array(group, dtype=np.intp)


def _gaining(level: Level, groups: Numbers, pull: float) -> Numbers:
    """Return the nodes that would gain by leaving their group."""
    count = int(groups.max()) + 1
    total = np.bincount(groups, weights=level.strength, minlength=count)
    node, group, links = _summed(level.rows, groups[level.columns], level.weights, (level.size, count))
    gain = links - pull * level.strength[node] * total[group]
    own = group == groups[node]
    stay = -pull * level.strength * (total[groups] - level.strength)
    stay[node[own]] += links[own]
    best = np.where(np.bincount(groups)[groups] > 1, 0.0, -np.inf)  # to be alone gains 0
    np.maximum.at(best, node[~own], gain[~own])
    return np.flatnonzero(best > stay + ROUNDING)


def _summed(
    rows: Numbers, columns: Numbers, weights: Floats, shape: tuple[int, int]
) -> tuple[Numbers, Numbers, Floats]:
    """Return each pair of row and column that occurs, sorted, with the sum of its weights."""
    if shape[0] * shape[1] <= FULL:
        table = _totals(rows * shape[1] + columns, weights, shape[0] * shape[1])
        at = np.flatnonzero(table)
        return at // shape[1], at % shape[1], table[at]
    table = sparse.coo_array((weights, (rows, columns)), shape=shape).tocsr().tocoo()
    return *(np.asarray(end, dtype=np.intp) for end in table.coords), table.data


def _refined(level: Level, groups: Numbers, pull: float, rng: np.random.Generator) -> Numbers:
    """Split every group into parts that hold together: single nodes merge where both are well connected.

    A node takes part when its weight to the rest of its group is at least pull · its strength · the
    strength of the rest; so must the part that it joins. Among the parts where it does not lose
    it chooses by chance, with odds of exp(gain/θ).
    """
    strength, near, home = level.strength.tolist(), level.neighbours, groups.tolist()
    inner = level.weights * (groups[level.rows] == groups[level.columns])
    outward = np.bincount(level.rows, weights=inner, minlength=level.size)
    whole = np.bincount(groups, weights=level.strength)[groups]
    holds = outward >= pull * level.strength * (whole - level.strength) - ROUNDING
    order = rng.permutation(np.flatnonzero(holds & (outward > 0)))
    chances = rng.uniform(size=len(order)).tolist()
    part, total, rest = list(range(level.size)), level.strength.tolist(), outward.tolist()
    whole, holds, alone = whole.tolist(), holds.tolist(), [True] * level.size
    for v, chance in zip(order.tolist(), chances, strict=True):
        if not alone[v]:
            continue
        links, force = _links(near[v], part), pull * strength[v]
        gains = [(w - force * total[c], c) for c, w in links.items() if home[c] == home[v] and holds[c]]
        chosen = _chosen([*gains, (0.0, v)], chance)
        if chosen != v:
            part[v], alone[chosen] = chosen, False
            total[chosen] += strength[v]
            rest[chosen] += rest[v] - 2 * links[chosen]
            needed = pull * total[chosen] * (whole[v] - total[chosen])
            holds[chosen] = rest[chosen] >= needed - ROUNDING
    return np.unique(part, return_inverse=True)[1]


def _chosen(gains: list[tuple[float, int]], chance: float) -> int:
    """Return one of the choices that lose nothing, with odds of exp(gain/θ)."""
    top = max(gains)[0]
    floor = max(top - RARE, 0.0)
    near = [gain for gain in gains if gain[0] >= floor]
    if len(near) == 1:
        return near[0][1]
    odds = [exp((gain - top) / THETA) for gain, _ in near]
    left = chance * sum(odds)
    for (_, choice), part in zip(near, odds, strict=True):
        left -= part
        if left < 0:
            return choice
    return near[-1][1]


def _links(near: tuple[list[int], list[float]], group: list[int]) -> dict[int, float]:
    """Return the weight from a node to each group beside it."""
    links: dict[int, float] = {}
    for other, weight in zip(*near, strict=True):
        number = group[other]
        if number in links:
            links[number] += weight
        else:
            links[number] = weight
    return links


def _joined(level: Level, parts: Numbers) -> Level:
    """Return the level whose nodes are the parts; weights within a part stay in its strength only."""
    count = int(parts.max()) + 1
    rows, columns = parts[level.rows], parts[level.columns]
    between = rows != columns
    ties = _summed(rows[between], columns[between], level.weights[between], (count, count))
    return Level(*ties, _totals(parts, level.strength, count))


def _totals(groups: Numbers, values: Floats, count: int) -> Floats:
    """Return the sum of the values of each group."""
    return np.asarray(np.bincount(groups, weights=values, minlength=count), dtype=np.float64)


def _connected(level: Level, groups: Numbers) -> Numbers:
    """Return the connected pieces of the groups; a group in one piece stays as it is."""
    same = groups[level.rows] == groups[level.columns]
    ends = (level.rows[same], level.columns[same])
    inner = sparse.coo_array((np.ones(int(same.sum())), ends), shape=(level.size, level.size))
    return np.asarray(csgraph.connected_components(inner, directed=False)[1], dtype=np.intp)
