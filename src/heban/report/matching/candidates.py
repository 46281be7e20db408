"""Candidates: which offers are ranked for a need at all, by scoring every one or by the search index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.measures.relevance.offers import POOL, Offers, nearest, sought
from heban.records.search import Filters, Index
from heban.records.search.filters import passing
from heban.records.search.segment import made
from heban.records.texts.documents import Documents

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Where candidates come from: every offer that passes, scored, or the index's best."""

    offers: Offers
    passed: Mask
    filters: Filters
    index: Index | None = None

    def listed(self, needs: pd.DataFrame) -> dict[str, list[str]]:
        """Return the candidates of each need, at most 200 and their ties.

        `needs` has id, title and text. A need of whose words the index has none is scored against every
        offer, so that what is said of it is said of all.
        """
        return dict(zip(needs["id"].tolist(), self._found(needs), strict=True))

    def _found(self, needs: pd.DataFrame) -> Iterator[list[str]]:
        titles, texts = needs["title"].tolist(), needs["text"].tolist()
        if self.index is None:
            yield from map(self._direct, titles, texts)
            return
        wholes = [f"{title}\n{text}" for title, text in zip(titles, texts, strict=True)]
        hits = self.index.search_many(wholes, POOL, self.filters)
        for at, one in enumerate(hits):
            yield one.ids or self._direct(titles[at], texts[at])

    def _direct(self, title: str, text: str) -> list[str]:
        rows = nearest(sought(title, text, self.offers), self.offers, self.passed)
        names: list[str] = self.offers.table["id"].to_numpy()[rows].tolist()
        return names


def passed(offers: Documents, filters: Filters) -> Mask:
    """Return which offers pass the filters.

    >>> table = pd.DataFrame({"id": ["a", "b"], "kind": "patent", "title": "钢", "place": ["P", "Q"]})
    >>> passed(Documents(table), Filters(places=frozenset({"Q"}))).tolist()
    [False, True]
    """
    if filters.empty or not len(offers):
        return np.ones(len(offers), dtype=bool)
    bare = offers.table.assign(title="-", text="")  # only its codes and numbers are asked here
    return np.asarray(passing(filters, made(Documents(bare, file=offers.file))[0]))
