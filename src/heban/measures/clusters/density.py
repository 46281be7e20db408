"""Density: whether the weight within a radius of a point reaches a threshold, without making all pairs."""

from __future__ import annotations

import numpy as np

from heban.measures.clusters.tree import FAN, LEAF, Bools, Floats, Ints, Tree, bounds, leaf_distances

PAIRS = 400_000  # pairs of nodes looked at in one step
BLOCK = 1_000  # pairs of leaves measured point by point in one step; more would not stay near the processor


def dense(tree: Tree, weight: Floats, within: float, least: float) -> Bools:
    """Return which points have at least a weight within a distance, their own weight included.

    `within` is sin²(d/2) of the radius. The tree is walked against itself: a node wholly within the radius
    of all points of another gives its weight as a whole, one wholly beyond gives none, and only what
    neither settles is split, at last into points. A node whose points all have enough, or cannot have, is
    settled as a whole. The result is that of measuring all pairs.

    >>> from heban.measures.clusters.tree import half_chord, planted
    >>> tree = planted(np.zeros(3), np.array([0.0, 1e-4, 1.0]))
    >>> dense(tree, np.ones(3), half_chord(1.0), 2).tolist()
    [True, True, False]
    """
    held = _held(tree, weight)
    found = np.zeros(len(tree.vectors) * LEAF, bool)
    enough = [np.zeros(len(level.south), bool) for level in tree.levels]
    top = len(tree.levels) - 1
    waiting = [(top, np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1))]
    while waiting:
        level, a, b, sure = waiting.pop()
        if level < top:
            a, b, sure = _split(tree, level, a, b, sure)
        a, b, sure = _settled(tree, held, (level, a, b, sure), (within, least), enough[level])
        if not len(a):
            continue
        if level == 0:
            _measured(tree, held[0], (a, b, sure), (within, least), found)
            continue
        waiting.extend((level - 1, a[part], b[part], sure[part]) for part in _parts(a))
    for level, nodes in enumerate(enough):
        found |= np.repeat(nodes, LEAF * FAN**level)[: len(found)]
    return found[: tree.size]


def _held(tree: Tree, weight: Floats) -> list[Floats]:
    """Return the weight of the nodes of each level; that of leaves is (leaf, 16)."""
    leaves = len(tree.vectors)
    points = np.concatenate([weight, np.zeros(leaves * LEAF - len(weight))]).reshape(leaves, LEAF)
    held = [points]
    sums = points.sum(axis=1)
    for level in tree.levels[1:]:
        held.append(sums)
        full = np.concatenate([sums, np.zeros(len(level.south) * FAN - len(sums))])
        sums = full.reshape(-1, FAN).sum(axis=1)
    return [points, *held[1:], sums]


def _settled(
    tree: Tree,
    held: list[Floats],
    pairs: tuple[int, Ints, Ints, Floats],
    limits: tuple[float, float],
    enough: Bools,
) -> tuple[Ints, Ints, Floats]:
    """Settle what bounds can; return the pairs that need splitting, with the sure weight of their first."""
    level, a, b, sure = pairs
    boxes = tree.levels[level]
    low, high = bounds(boxes, a, boxes, b)
    inside, near = high <= limits[0], low <= limits[0]
    starts = np.flatnonzero(np.r_[True, a[1:] != a[:-1]])
    counts = np.diff(np.r_[starts, len(a)])
    weight = held[level + 1][b]
    given = sure[starts] + np.add.reduceat(np.where(inside, weight, 0.0), starts)
    most = given + np.add.reduceat(np.where(near & ~inside, weight, 0.0), starts)
    enough[a[starts[given >= limits[1]]]] = True
    unsettled = (given < limits[1]) & (most >= limits[1])
    kept = near & ~inside & np.repeat(unsettled, counts)
    return a[kept], b[kept], np.repeat(given, counts)[kept]


def _split(tree: Tree, level: int, a: Ints, b: Ints, sure: Floats) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of nodes of a level below pairs of the one above, those of a first node together."""
    below = len(tree.levels[level].south)
    child = np.arange(FAN)
    first = (a[:, None, None] * FAN + child[:, None] + 0 * child).ravel()
    second = (b[:, None, None] * FAN + 0 * child[:, None] + child).ravel()
    real = (first < below) & (second < below)
    first, second, weight = first[real], second[real], np.repeat(sure, FAN * FAN)[real]
    order = np.argsort(first, kind="stable")
    return first[order], second[order], weight[order]


def _parts(a: Ints) -> list[slice]:
    """Return slices of so many pairs at most, or of one first node; none cuts a first node in two."""
    starts = np.flatnonzero(np.r_[True, a[1:] != a[:-1]])
    cuts = [0]
    for start, stop in zip(starts, np.r_[starts[1:], len(a)], strict=True):
        if stop - cuts[-1] > PAIRS // (FAN * FAN) and start > cuts[-1]:
            cuts.append(int(start))
    return [slice(*ends) for ends in zip(cuts, [*cuts[1:], len(a)], strict=True)]


def _measured(
    tree: Tree,
    weight: Floats,
    pairs: tuple[Ints, Ints, Floats],
    limits: tuple[float, float],
    found: Bools,
) -> None:
    """Measure pairs of leaves point by point, and settle the points of the first leaves."""
    a, b, sure = pairs
    starts = np.flatnonzero(np.r_[True, a[1:] != a[:-1]])
    sums = np.empty((len(a), LEAF))
    for start in range(0, len(a), BLOCK):
        part = slice(start, start + BLOCK)
        close = leaf_distances(tree, a[part], b[part]) <= limits[0]
        sums[part] = np.matmul(close, weight[b[part], :, None])[:, :, 0]
    total = np.add.reduceat(sums, starts, axis=0) + sure[starts][:, None]
    found.reshape(-1, LEAF)[a[starts]] = total >= limits[1]
