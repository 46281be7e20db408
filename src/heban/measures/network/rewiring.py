"""Rewiring: networks of chance in which every place keeps its number of ties."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from heban.measures.network.modularity import Numbers

SWEEPS = 2  # attempted exchanges per tie between two networks that are looked at


def rewired(ends: Numbers, places: int, rng: np.random.Generator, sweeps: int = SWEEPS) -> Iterator[Numbers]:
    """Yield networks without end, each made from the one before by exchanging ends of ties.

    `ends` (tie, 2) are the places of each tie without direction, numbered from 0, no tie twice. Ties are
    paired by chance; a pair a–b, c–d becomes a–d, c–b unless a place would be tied to itself or two places
    twice. Many pairs change at once, and a pair stands back wherever another one asks for a tie that it
    has or asks for; so every change is as likely as the change back, and in the long run every network
    with these numbers of ties is as likely as any other.
    Source: Maslov & Sneppen, Science 296 (2002) 910; on exactness: Fosdick et al., SIAM Review 60 (2018) 315.

    >>> ring = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 0]])
    >>> made = next(rewired(ring, 6, np.random.default_rng(1)))
    >>> np.bincount(made.ravel()).tolist()
    [2, 2, 2, 2, 2, 2]
    """
    now = np.array(ends, dtype=np.intp)
    while True:
        attempts = 0
        while attempts < sweeps * len(now) and len(now) > 1:
            pairs = int(rng.integers(1, len(now) // 2 + 1))
            now = _exchanged(now, places, pairs, rng)
            attempts += pairs
        yield now.copy()


def _exchanged(ends: Numbers, places: int, pairs: int, rng: np.random.Generator) -> Numbers:
    """Exchange the ends of so many pairs of ties at once where nothing forbids it."""
    chosen = rng.permutation(len(ends))[: 2 * pairs].reshape(2, pairs)
    first, second = ends[chosen[0]], ends[chosen[1]]
    turned = rng.integers(2, size=pairs).astype(bool)
    second = np.where(turned[:, None], second[:, ::-1], second)
    asked = np.stack([[first[:, 0], second[:, 1]], [second[:, 0], first[:, 1]]])
    codes = [*_code(asked[:, 0], asked[:, 1], places), _code(ends[:, 0], ends[:, 1], places)]
    _, which, count = np.unique(np.concatenate(codes), return_inverse=True, return_counts=True)
    times = count[which]  # how often a tie is asked for, and one more where it is present
    undisputed = times[: 2 * pairs].reshape(2, pairs) == 1
    unwanted = times[2 * pairs :][chosen] == 1
    free = (undisputed & unwanted & (asked[:, 0] != asked[:, 1])).all(axis=0)
    made = ends.copy()
    made[chosen[0][free]] = asked[0][:, free].T
    made[chosen[1][free]] = asked[1][:, free].T
    return made


def _code(left: Numbers, right: Numbers, places: int) -> Numbers:
    """Return one number for each pair of places, whatever its direction."""
    return np.minimum(left, right) * places + np.maximum(left, right)
