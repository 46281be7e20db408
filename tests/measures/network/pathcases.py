"""Shortest paths by their definition, in fractions: slow, and right for the tests that compare with them."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import strategies as st

from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, Row, flows_of

FEW = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 10.0, 12.0, 15.0)
Lengths = dict[tuple[int, int], Fraction]


def by_definition(matrix: np.ndarray, *, weighted: bool) -> tuple[np.ndarray, np.ndarray]:
    """Distances, ∞ where no path leads, and betweenness summed over ordered pairs."""
    n = len(matrix)
    ties = [(i, j) for i, j in product(range(n), repeat=2) if matrix[i, j] > 0 and i != j]
    length = {(i, j): 1 / Fraction(matrix[i, j]) if weighted else Fraction(1) for i, j in ties}
    distance = _shortest(length, n)
    paths = _counts(length, distance, n)
    passing = [Fraction(0)] * n
    for (source, v), (start, target) in product(distance, repeat=2):
        whole = v == start and len({source, v, target}) == 3
        if whole and distance[source, v] + distance[v, target] == distance[source, target]:
            passing[v] += Fraction(paths[source, v] * paths[v, target], paths[source, target])
    table = np.full((n, n), np.inf)
    for pair, value in distance.items():
        table[pair] = float(value)
    return table, np.array([float(value) for value in passing])


def _shortest(length: Lengths, n: int) -> Lengths:
    distance = {**length, **{(i, i): Fraction(0) for i in range(n)}}
    for k, i, j in product(range(n), repeat=3):
        if (i, k) in distance and (k, j) in distance:
            through = distance[i, k] + distance[k, j]
            distance[i, j] = min(distance.get((i, j), through), through)
    return distance


def _counts(length: Lengths, distance: Lengths, n: int) -> dict[tuple[int, int], int]:
    paths = {(i, i): 1 for i in range(n)}
    for source, place in sorted((pair for pair in distance if pair[0] != pair[1]), key=lambda p: distance[p]):
        paths[source, place] = sum(
            paths[source, tail]
            for (tail, head), along in length.items()
            if head == place
            and (source, tail) in distance
            and distance[source, tail] + along == distance[source, place]
        )
    return paths


def networks(values: tuple[float, ...] = FEW) -> st.SearchStrategy[Flows]:
    """Small networks of six places, directed or not, with flows that make many paths equally long."""
    place = st.sampled_from(PLACES)
    rows = st.lists(st.tuples(place, place, st.sampled_from(values)), max_size=22)
    return st.builds(lambda some, one_way: flows_of(some, PLACES, directed=one_way), rows, st.booleans())


def with_stranger(flows: Flows) -> Flows:
    """The same flows in a universe with one place more."""
    return Flows(flows.frame, (*flows.places, "z"), flows.directed)


def reordered(flows: Flows, order: list[str]) -> Flows:
    return Flows(flows.frame, tuple(order), flows.directed)


def triangle_with_tail() -> Flows:
    """a, b, c tied to each other (1, 2, 2), d tied to c (1), and e alone."""
    rows: list[Row] = [("a", "b", 1.0), ("a", "c", 2.0), ("b", "c", 2.0), ("c", "d", 1.0)]
    return flows_of(rows, tuple("abcde"), directed=False)
