"""Linking: which points hang together through steps of at most a radius."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from heban.measures.clusters.tree import FAN, LEAF, Ints, Tree, bounds, leaf_distances

PAIRS = 1_000_000  # pairs of nodes whose bounds are held at a time
BLOCK = 20_000  # pairs of leaves measured point by point in one step


def linked(tree: Tree, within: float) -> Ints:
    """Return the number of the component of each point, two points within a distance being linked.

    `within` is sin²(d/2) of the radius. Nodes wholly within the radius of each other are linked as a
    whole, level by level; what is linked already is not looked at again. Components are numbered by their
    first point.

    >>> from heban.measures.clusters.tree import half_chord, planted
    >>> linked(planted(np.zeros(3), np.array([0.0, 1e-4, 1.0])), half_chord(1.0)).tolist()
    [0, 0, 1]
    """
    label = np.arange(tree.size)
    a, b = np.zeros(1, np.int64), np.zeros(1, np.int64)
    for level in range(len(tree.levels) - 1, -1, -1):
        a, b, whole = _sorted_out(tree, level, a, b, within)
        if len(whole[0]):
            label = _joined(label, *_edges(tree, level, *whole))
        a, b = _unlinked(label, level, a, b)
        if level:
            a, b = _below(tree, level, a, b)
    for start in range(0, len(a), BLOCK):
        one, other = _unlinked(label, 0, a[start : start + BLOCK], b[start : start + BLOCK])
        if len(one):
            pair, i, j = np.nonzero(leaf_distances(tree, one, other) <= within)
            label = _joined(label, one[pair] * LEAF + i, other[pair] * LEAF + j)
    return label


def _sorted_out(
    tree: Tree, level: int, a: Ints, b: Ints, within: float
) -> tuple[Ints, Ints, tuple[Ints, Ints]]:
    """Return the pairs of nodes that are partly within the radius, and those that are wholly."""
    boxes = tree.levels[level]
    some, all_ = np.zeros(len(a), bool), np.zeros(len(a), bool)
    for start in range(0, len(a), PAIRS):
        part = slice(start, start + PAIRS)
        low, high = bounds(boxes, a[part], boxes, b[part])
        some[part], all_[part] = low <= within, high <= within
    partly = some & ~all_
    return a[partly], b[partly], (a[all_], b[all_])


def _edges(tree: Tree, level: int, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return the links that join all points of whole nodes: each to the next one, and first to first."""
    span = LEAF * FAN**level
    nodes = np.unique(np.r_[a, b])
    marks = np.zeros(tree.size + 1, np.int64)
    np.add.at(marks, np.minimum(nodes * span, tree.size), 1)
    np.add.at(marks, np.minimum((nodes + 1) * span, tree.size) - 1, -1)  # the last has no next one
    following = np.flatnonzero(np.cumsum(marks[:-1]) > 0)
    return np.r_[following, a * span], np.r_[following + 1, b * span]


def _joined(label: Ints, one: Ints, other: Ints) -> Ints:
    """Return the labels after joining the components of linked points, numbered by their first point."""
    count = int(label.max()) + 1
    links = coo_array((np.ones(len(one), np.int8), (label[one], label[other])), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)[label]


def _unlinked(label: Ints, level: int, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of nodes that do not lie in one and the same component."""
    starts = np.arange(0, len(label), LEAF * FAN**level)
    low, high = np.minimum.reduceat(label, starts), np.maximum.reduceat(label, starts)
    one = (low[a] == high[a]) & (low[b] == high[b]) & (low[a] == low[b])
    return a[~one], b[~one]


def _below(tree: Tree, level: int, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of the nodes below, each pair once."""
    count = len(tree.levels[level - 1].south)
    child = np.arange(FAN)
    first = (a[:, None, None] * FAN + child[:, None] + 0 * child).ravel()
    second = (b[:, None, None] * FAN + 0 * child[:, None] + child).ravel()
    real = (first < count) & (second < count) & (first <= second)
    return first[real], second[real]
