"""The index: offers by the words of their texts, kept in a folder, read as mapped memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heban.domain.errors import BadData, BadSpec, Finding, UnknownName
from heban.records.search import folder as folders
from heban.records.search import ranking
from heban.records.search.filters import Filters
from heban.records.search.folder import Head, Part
from heban.records.search.segment import made, merged
from heban.records.search.snapshot import Living, Snapshot
from heban.records.texts.documents import LONGEST, Documents
from heban.records.texts.words import words

MOST_WORDS = 128  # of one need: benchmarks/match.py measures what fewer would lose
EVERYTHING = Filters()
Kept = tuple[Part, Living]


@dataclass(frozen=True, eq=False)
class Hits:
    """The best offers for a text, best first; offers of one score stand in the order of their ids.

    `left_out` are words of the text that were not asked for because others say more; `note` says why nothing
    was found, or that the text was cut, and is empty otherwise.
    """

    ids: list[str]
    scores: npt.NDArray[np.float32]
    left_out: tuple[str, ...] = ()
    note: str = ""

    def __len__(self) -> int:
        return len(self.ids)


class Index:
    """An index in a folder: search it from any thread; change it from one."""

    def __init__(self, folder: Path) -> None:
        """Open the folder; `opened` is the way to call this."""
        self.folder = folder
        self._head = folders.read_head(folder)
        self._now = Snapshot([folders.read_part(folder, part) for part in self._head.parts])

    def __len__(self) -> int:
        return self._now.count

    def search(
        self, text: str, k: int = 10, filters: Filters = EVERYTHING, *, most: int = MOST_WORDS
    ) -> Hits:
        """Return the k offers with the highest BM25 score for a text among those that pass the filters.

        Exact for the words asked: no offer left out scores higher. A text of more than `most` different
        words is asked by those that say most (rarity by count); the others are told. An offer without any
        word of the text is never found, so there may be fewer than k. Raises `BadSpec` for a k or a `most`
        below 1.
        """
        _require_counts(k=k, most=most)
        now = self._now
        found = words(text[:LONGEST], stops=False, parts=True)
        rarities = {word: of for word in dict.fromkeys(found) if (of := now.rarity(word)) is not None}
        asked, left_out = ranking.pruned(found, rarities, most)
        ids, scores = now.best(asked, k, filters) if asked else ([], np.zeros(0, np.float32))
        return Hits(ids, scores, tuple(left_out), _note(text, found, asked, ids))

    def search_many(
        self,
        texts: Sequence[str],
        k: int = 10,
        filters: Filters = EVERYTHING,
        *,
        most: int = MOST_WORDS,
        threads: int = 2,
    ) -> list[Hits]:
        """Return the hits of each text, as `search` does, several at a time."""
        _require_counts(k=k, most=most, threads=threads)
        ask = partial(self.search, k=k, filters=filters, most=most)
        size = max(1, -(-len(texts) // (4 * threads)))
        shares = [texts[at : at + size] for at in range(0, len(texts), size)]
        if threads == 1 or len(shares) < 2:  # a thread of its own would begin with new memory for all scores
            return list(map(ask, texts))
        with ThreadPoolExecutor(threads) as pool:
            return [hits for part in pool.map(lambda share: list(map(ask, share)), shares) for hits in part]

    def add(self, documents: Documents) -> None:
        """Add offers; raises `BadData` for every one whose id is there already."""
        present = self._now.present(documents.table["id"])
        said, repair = "the id is in the index already", "update it instead"
        twice = [name for name in documents.table["id"] if name in present]
        if twice:
            raise BadData(Finding("error", documents.file, None, "id", name, said, repair) for name in twice)
        self._commit([], documents)

    def remove(self, ids: Iterable[str]) -> None:
        """Remove offers; raises `UnknownName` if one of them is not there."""
        wanted = list(dict.fromkeys(ids))
        present = self._now.present(wanted)
        absent = [name for name in wanted if name not in present]
        if absent:
            more = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
            raise UnknownName(f"no offer {absent[0]!r}{more} in the index. Remove only what was added.")
        self._commit(wanted, None)

    def update(self, documents: Documents) -> None:
        """Put offers in the place of those with the same id, and add those that are new, in one step."""
        self._commit(sorted(self._now.present(documents.table["id"])), documents)

    def _commit(self, ids: Sequence[str], documents: Documents | None) -> None:
        """Remove ids and add documents: new files first, then index.json, which makes them count."""
        if folders.read_head(self.folder).generation != self._head.generation:
            raise BadSpec(f"the index '{self.folder.name}' was changed meanwhile. Open it again.")
        generation = self._head.generation + 1
        asked = pa.array(ids, pa.string())
        kept: list[Kept] = []
        for number, (part, living) in enumerate(zip(self._head.parts, self._now.parts, strict=True)):
            gone = living.rows_of(asked)
            if gone.any():
                alive = ~gone if living.alive is None else living.alive & ~gone
                name = f"removed-{generation:06d}-{number}.npy"
                removed = folders.write_removed(self.folder, name, ~alive)
                kept.append((Part(part.name, removed, part.files), Living(living.segment, alive)))
            else:
                kept.append((part, living))
        if documents is not None and len(documents):
            added = Living(made(documents, self._head.average)[0])
            kept.append((folders.write_part(self.folder, f"segment-{generation:06d}", added.segment), added))
        kept = self._joined(kept, generation)
        head = Head(self._head.average, tuple(part for part, _ in kept), generation)
        folders.write_head(self.folder, head)
        self._head = head
        self._now = Snapshot([living for _, living in kept])

    def _joined(self, kept: list[Kept], generation: int) -> list[Kept]:
        """Merge the last segments until each is less than half of the one before, so that there are few.

        An offer is written again only as often as the index doubles. A segment that lost half of its rows is
        written anew, an empty one is dropped.
        """
        kept = [each for each in kept if len(each[1])]
        first = len(kept) - 1
        while first > 0 and 2 * sum(len(living) for _, living in kept[first:]) >= len(kept[first - 1][1]):
            first -= 1
        last = kept[first:]
        if not last or (len(last) == 1 and 2 * len(last[0][1]) > len(last[0][1].segment)):
            return kept
        whole = Living(merged((living.segment, living.alive) for _, living in last))
        return [
            *kept[:first],
            (folders.write_part(self.folder, f"merged-{generation:06d}", whole.segment), whole),
        ]


def _require_counts(**counts: int) -> None:
    for name, count in counts.items():
        if count < 1:
            raise BadSpec(f"{name} = {count}: it should be 1 or more.")


def _note(text: str, found: Sequence[str], asked: dict[str, float], ids: Sequence[str]) -> str:
    if ids:
        cut = f"only the first {LONGEST:,} characters of the text were read"
        return cut if len(text) > LONGEST else ""
    if not text.strip():
        return "the text is empty: say in words what is needed"
    if not found:
        return "the text has no word to search for: say in words what is needed"
    if not asked:
        return "no offer has any word of the text: say it in other words, or add offers"
    return "no offer that passes the filters has a word of the text: widen the filters"
