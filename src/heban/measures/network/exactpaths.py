"""Exact paths: shortest paths from one place with lengths as whole numbers of any size, slow and sure."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from heapq import heappop, heappush
from math import lcm

import numpy as np

from heban.measures.network.geodesics import Geodesics
from heban.measures.network.requirements import Floats

Neighbours = list[list[tuple[int, int]]]


def exact_dependency(net: Geodesics) -> Callable[[int], Floats]:
    """Return a function from a source to the dependency of that source on each place, by exact lengths.

    Lengths 1/flow are brought to their common denominator. The dependency is the sum over destinations of
    the share of shortest paths that run through the place.
    Source: Brandes, Journal of Mathematical Sociology 25 (2001) 163.

    >>> from heban.measures.network.geodesics import geodesics
    >>> exact_dependency(geodesics(np.array([[0.0, 4, 2], [4, 0, 4], [2, 4, 0]])))(0).tolist()
    [0.0, 0.5, 0.0]
    """
    flows = {value: Fraction(value) for value in net.flow.tolist()}
    common = lcm(*(flow.numerator for flow in flows.values()))
    whole = {value: int(common / flow) for value, flow in flows.items()}
    neighbours: Neighbours = [[] for _ in net.distance]
    for tail, head, flow in zip(net.tail.tolist(), net.head.tolist(), net.flow.tolist(), strict=True):
        neighbours[tail].append((head, whole[flow]))
    return lambda source: _dependency(neighbours, source)


def _dependency(neighbours: Neighbours, source: int) -> Floats:
    order, paths, before = _searched(neighbours, source)
    passing = np.zeros(len(neighbours))
    for place in reversed(order[1:]):
        for former in before[place]:
            # the counts may be beyond floating point, their ratio is not
            passing[former] += float(Fraction(paths[former], paths[place])) * (1 + passing[place])
    passing[source] = 0.0
    return passing


def _searched(neighbours: Neighbours, source: int) -> tuple[list[int], dict[int, int], dict[int, list[int]]]:
    """Return the places in the order of distance, their numbers of shortest paths, and who comes before."""
    best, paths, before = {source: 0}, {source: 1}, {source: list[int]()}
    order, done, waiting = list[int](), set[int](), [(0, source)]
    while waiting:
        distance, place = heappop(waiting)
        if place in done:
            continue
        done.add(place)
        order.append(place)
        for head, length in neighbours[place]:
            through = distance + length
            if head not in best or through < best[head]:
                best[head], paths[head], before[head] = through, paths[place], [place]
                heappush(waiting, (through, head))
            elif through == best[head]:
                paths[head] += paths[place]
                before[head].append(place)
    return order, paths, before
