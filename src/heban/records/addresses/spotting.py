"""Finding many names in many texts at once, by descending a tree of characters with arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

LETTER = np.zeros(0x110000, dtype=bool)
LETTER[[*range(97, 123), *range(0xDF, 0x250), *range(0x370, 0x530)]] = True
DIGIT = np.zeros(0x110000, dtype=bool)
DIGIT[48:58] = True
CJK = np.zeros(0x110000, dtype=bool)
CJK[0x3400:0xA000] = True


@dataclass(frozen=True)
class Spots:
    """Where names stand: start and end in the array of characters, and the number of the name."""

    start: Ints
    end: Ints
    name: Ints

    def take(self, which: Any) -> Spots:
        """Return some of the spots."""
        return Spots(self.start[which], self.end[which], self.name[which])


class Spotter:
    """Finds the longest of its names at every place of a text; Latin names only as whole words.

    >>> spotter = Spotter(["苏州", "苏州市", "suzhou"])
    >>> points = np.array([ord(c) for c in "江苏苏州市 in suzhou, not suzhouer"], dtype=np.uint32)
    >>> spots = spotter.spots(points)
    >>> [(int(a), int(b), int(n)) for a, b, n in zip(spots.start, spots.end, spots.name)]
    [(2, 5, 1), (9, 15, 2)]
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)
        alphabet = sorted({character for name in self.names for character in name})
        self._rank = np.zeros(0x110000, dtype=np.int32)
        self._rank[[ord(c) for c in alphabet]] = np.arange(1, len(alphabet) + 1)
        self._width = len(alphabet) + 1
        self._grow()

    def spots(self, points: npt.NDArray[np.uint32]) -> Spots:
        """Return the names found, longest first at each start, none overlapping another."""
        rank = self._rank[points]
        letters = LETTER[points]
        after_letter = np.concatenate([[False], letters[:-1]])
        at = np.flatnonzero((rank > 0) & ~(letters & after_letter))
        state = self._first[rank[at]]
        at, state = at[state > 0], state[state > 0]
        found_at, found_end, found_name = [], [], []
        depth = 1
        while len(at):
            names = self._name[state]
            whole = (names >= 0) & ~(
                letters[at + depth - 1] & letters[np.minimum(at + depth, len(points) - 1)]
            )
            found_at.append(at[whole])
            found_end.append(at[whole] + depth)
            found_name.append(names[whole])
            inside = at + depth < len(points)
            at, state = at[inside], state[inside]
            state = self._next(state, rank[at + depth])
            at, state = at[state > 0], state[state > 0]
            depth += 1
        return _longest(*map(_joined, (found_at, found_end, found_name)))

    def _grow(self) -> None:
        """Lay the tree out as sorted arrays: (state, character) → state, and state → name."""
        children: dict[tuple[int, int], int] = {}
        ends: dict[int, int] = {}
        for number, name in enumerate(self.names):
            state = 0
            for character in name:
                key = (state, int(self._rank[ord(character)]))
                state = children.setdefault(key, len(children) + 1)
            ends[state] = number
        keys = np.array([state * self._width + rank for state, rank in children], dtype=np.int64)
        order = np.argsort(keys)
        self._keys, self._targets = keys[order], np.array(list(children.values()), dtype=np.int64)[order]
        self._first = np.zeros(self._width, dtype=np.int64)
        roots = self._keys < self._width
        self._first[self._keys[roots]] = self._targets[roots]
        self._name = np.full(len(children) + 1, -1, dtype=np.int64)
        self._name[list(ends)] = list(ends.values())

    def _next(self, state: Ints, rank: npt.NDArray[np.int32]) -> Ints:
        key = state * self._width + rank
        where = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
        return np.where((self._keys[where] == key) & (rank > 0), self._targets[where], 0)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _longest(start: Ints, end: Ints, name: Ints) -> Spots:
    """Keep, from left to right, the longest name at each start that no kept name overlaps."""
    order = np.lexsort((-end, start))
    start, end, name = start[order], end[order], name[order]
    following = np.searchsorted(start, end).tolist()
    kept, here = [], 0
    while here < len(following):
        kept.append(here)
        here = following[here]
    which = np.array(kept, dtype=np.int64)
    return Spots(start[which], end[which], name[which])
