"""A snapshot: the segments of an index as they stood when it was opened or last changed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heban.records.search import ranking
from heban.records.search.filters import Filters, passing
from heban.records.search.segment import Segment

SPARSE = 4  # where fewer than one row in so many passes the filters, only those rows are looked at
REMEMBERED = 32  # masks of filters

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Living:
    """A segment and which of its rows were not removed; None where none was."""

    segment: Segment
    alive: Mask | None = None

    def __len__(self) -> int:
        return len(self.segment) if self.alive is None else int(self.alive.sum())

    def rows_of(self, ids: pa.Array) -> Mask:
        """Return which living rows have one of the ids."""
        if not len(ids):
            return np.zeros(len(self.segment), dtype=bool)
        found = np.asarray(pc.is_in(self.segment.offers["id"], value_set=ids).to_numpy(), dtype=bool)
        return found if self.alive is None else found & self.alive

    def frequency(self, word: str) -> int:
        """Return how many living rows have a word."""
        rows = self.segment.rows_with(word)
        return len(rows) if self.alive is None else int(self.alive[rows].sum())


class Snapshot:
    """Segments one after the other: row numbers run through all of them. Any thread may search it."""

    def __init__(self, parts: Sequence[Living]) -> None:
        self.parts = list(parts)
        self.starts = np.cumsum([0, *(len(part.segment) for part in self.parts)])
        self.count = sum(map(len, self.parts))
        self._rarities: dict[str, float | None] = {}
        self._masks: dict[Filters, npt.NDArray[Any] | None] = {}
        self._own = threading.local()

    def rarity(self, word: str) -> float | None:
        """Return the rarity of a word among the living offers; nothing if it is in none."""
        if word not in self._rarities:
            found = sum(part.frequency(word) for part in self.parts)
            self._rarities[word] = ranking.rarity(found, self.count) if found else None
        return self._rarities[word]

    def best(self, asked: dict[str, float], k: int, filters: Filters) -> tuple[list[str], ranking.Floats]:
        """Return the ids and scores of the best k offers for weighted words, ties in the order of the ids."""
        allowed, scores = self._allowed(filters), self._scored(asked)
        if allowed is None:
            rows = ranking.candidates(scores, k)
        elif allowed.dtype != bool:
            rows = allowed[scores[allowed] > 0]
        else:
            scores *= allowed
            rows = ranking.candidates(scores, k)
        rows, values = ranking.best(rows, scores[rows], k)
        pairs = sorted(zip((-values).tolist(), self._ids(rows), strict=True))[:k]
        return [name for _, name in pairs], np.array([-value for value, _ in pairs], dtype=np.float32)

    def present(self, ids: Iterable[str]) -> set[str]:
        """Return those of the ids that are among the living offers."""
        asked = pa.array(list(ids), pa.string())
        found = (part.segment.offers["id"].filter(pa.array(part.rows_of(asked))) for part in self.parts)
        return {name for names in found for name in names.to_pylist()}

    def _scored(self, asked: dict[str, float]) -> ranking.Floats:
        """Return the score of every row; the array is this thread's own and is used again."""
        if not hasattr(self._own, "scores"):
            self._own.scores = np.zeros(int(self.starts[-1]), dtype=np.float32)
        scores: ranking.Floats = self._own.scores
        scores.fill(0)
        for part, start in zip(self.parts, self.starts, strict=False):
            segment, into = part.segment, scores[start : start + len(part.segment)]
            here = [(number, asked[w]) for w in asked if (number := segment.numbers.get(w)) is not None]
            weights = np.array([weight for _, weight in here], dtype=np.float32)
            postings = segment.starts, segment.rows, segment.weights
            ranking.add(postings, [number for number, _ in here], weights, into)
        return scores

    def _allowed(self, filters: Filters) -> npt.NDArray[Any] | None:
        """Return the rows that may be found: None for all, row numbers for few, a mask for many."""
        if filters not in self._masks:
            if len(self._masks) >= REMEMBERED:
                self._masks.clear()
            self._masks[filters] = self._mask(filters)
        return self._masks[filters]

    def _mask(self, filters: Filters) -> npt.NDArray[Any] | None:
        if filters.empty and all(part.alive is None for part in self.parts):
            return None
        masks = [np.zeros(0, dtype=bool)]
        for part in self.parts:
            passed = passing(filters, part.segment)
            masks.append(passed if part.alive is None else passed & part.alive)
        mask = np.concatenate(masks)
        rows = np.flatnonzero(mask)
        return rows if len(rows) * SPARSE < len(mask) else mask

    def _ids(self, rows: npt.NDArray[np.int64]) -> list[str]:
        of = np.searchsorted(self.starts, rows, side="right") - 1
        found = np.empty(len(rows), dtype=object)
        for number in np.unique(of).tolist():
            here = of == number
            names = self.parts[number].segment.offers["id"].take(pa.array(rows[here] - self.starts[number]))
            found[here] = names.to_pylist()
        return list(found)
