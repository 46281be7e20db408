"""Arcs: what may move from where to where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heban.plans.solve.problem import Bools, Floats, Ints, Problem


@dataclass(frozen=True, eq=False)
class Arcs:
    """Arcs of a problem by factor, donor and receiver; `cost` is effort · rate of one unit."""

    origin: Ints
    destination: Ints
    factor: Ints
    cost: Floats

    def __len__(self) -> int:
        return len(self.origin)

    def at(self, kept: Bools | Ints) -> Arcs:
        """Return some of the arcs."""
        return Arcs(self.origin[kept], self.destination[kept], self.factor[kept], self.cost[kept])

    def keys(self, places: int) -> Ints:
        """Return a number for each arc, which rises with factor, donor and receiver."""
        return (self.factor * places + self.origin) * places + self.destination


def open_pairs(problem: Problem) -> Bools:
    """Return which places may deal with which, (n, n), nobody with itself."""
    return np.isfinite(problem.effort) & ~np.eye(len(problem.supply), dtype=bool)


def arcs_of(problem: Problem) -> Arcs:
    """Return every arc on which something may move: there is supply, a deficit, and a way.

    >>> from heban.plans.solve.problem import example
    >>> arcs = arcs_of(example())
    >>> arcs.origin.tolist(), arcs.destination.tolist(), arcs.factor.tolist(), arcs.cost.tolist()
    ([0, 0], [1, 2], [0, 0], [1.0, 2.0])
    """
    pairs, demand = open_pairs(problem), problem.demand
    parts = []
    for f in range(problem.supply.shape[1]):
        donors, receivers = np.flatnonzero(problem.supply[:, f] > 0), np.flatnonzero(demand[:, f] > 0)
        some = pairs[np.ix_(donors, receivers)]
        row, column = np.nonzero(some)
        parts.append((donors[row], receivers[column], np.full(len(row), f)))
    origin, destination, factor = (np.concatenate(part).astype(np.intp) for part in zip(*parts, strict=True))
    return arcs_between(problem, origin, destination, factor)


def arcs_between(problem: Problem, origin: Ints, destination: Ints, factor: Ints) -> Arcs:
    """Return the arcs of these ends and factors."""
    return Arcs(origin, destination, factor, problem.effort[origin, destination] * problem.rate[factor])


def arcs_from(problem: Problem, keys: Ints) -> Arcs:
    """Return the arcs of these numbers, the reverse of `Arcs.keys`."""
    n = len(problem.supply)
    rest, destination = np.divmod(keys, n)
    factor, origin = np.divmod(rest, n)
    return arcs_between(problem, origin, destination, factor)
