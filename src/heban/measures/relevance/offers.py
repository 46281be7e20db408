"""Offers made ready: their texts as vectors, so that a need is compared with many of them in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from heban.domain.errors import BadData, Finding
from heban.measures.relevance.embedding import Embedder
from heban.measures.relevance.intake import Intake, checked
from heban.measures.relevance.pooling import pooled, recent
from heban.measures.relevance.spec import NEEDS, Relevance
from heban.measures.relevance.terms import analyser
from heban.measures.relevance.vectors import Needed, Vocabulary, counted, needed, summed, tfidf, vocabulary

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
POOL = 200  # candidates of a need that are ranked exactly where nobody drew up a shortlist
SLACK = 1e-5  # how far scores of single precision may be off


@dataclass(frozen=True)
class Offers:
    """Offers made ready by `prepared`; the texts of offer i are the rows starts[i] to starts[i + 1]."""

    spec: Relevance
    table: pd.DataFrame
    """the offers, checked"""
    texts: Sequence[str]
    """what stands for each row: an offer's title and text, or those of one of its works"""
    titles: Sequence[str]
    starts: Ints
    known: Vocabulary
    matrix: sp.csr_matrix
    """texts × terms, each row of length 1, or less where the text is short"""
    embedder: Embedder | None = None
    dense: npt.NDArray[Any] | None = None
    """the embeddings of the texts, where there is a model"""

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each offer, by its identifier."""
        return {str(name): row for row, name in enumerate(self.table["id"])}

    @cached_property
    def names(self) -> list[str]:
        """The terms, by column."""
        return list(self.known.columns)

    @cached_property
    def by_name(self) -> Ints:
        """The place of each offer in the order of the identifiers, by which ties are broken."""
        order = np.argsort(self.table["id"].to_numpy(dtype=object), kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        return place

    @cached_property
    def single(self) -> npt.NDArray[np.bool_]:
        """Which terms, by column, are single characters cut out of a run; a word of one is a word."""
        if self.spec.terms != "grams":
            return np.zeros(len(self.known), dtype=bool)
        return np.fromiter((len(term) == 1 for term in self.known.columns), bool, len(self.known))

    def held(self, offers: Ints) -> tuple[Ints, Ints]:
        """Return the rows of the texts of some offers, and whose each is, as a place in `offers`."""
        counts = self.starts[offers + 1] - self.starts[offers]
        owner = np.repeat(np.arange(len(offers)), counts)
        first = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(offers) else counts
        return self.starts[offers][owner] + np.arange(len(owner)) - first[owner], owner


def prepared(
    offers: pd.DataFrame,
    spec: Relevance = NEEDS,
    *,
    works: pd.DataFrame | None = None,
    background: Sequence[str] = (),
    embedder: Embedder | None = None,
) -> Offers:
    """Return offers made ready, once for many needs.

    `offers` has id and title, text or both; `works` has id (the offer's), work, title, text and date. The
    most recent works stand for an offer that has any, its own title and text for one that has none. Texts of
    the `background`, such as the needs themselves, count for how rare a term is. Raises `BadData` and
    `BadSpec`.

    >>> table = pd.DataFrame({"id": ["a", "b"], "title": ["石墨烯薄膜制备", "钢结构桥梁"]})
    >>> prepared(table).matrix.shape
    (2, 22)
    """
    taken = checked(offers, "offers")
    texts, titles, starts = _texts(
        taken, None if works is None else checked(works, "works", ("id", "work")), spec
    )
    analyse = analyser(spec.terms, spec.sizes)
    counts, columns = counted(texts, analyse)
    every = counts
    if len(background):
        more, columns = counted(background, analyse, columns)
        counts.resize(counts.shape[0], len(columns))
        every = sp.vstack([counts, more], format="csr")
    known = vocabulary(every, columns, analyse)
    dense = None if embedder is None else np.asarray(embedder.embed(texts))
    return Offers(
        spec, taken.table, texts, titles, starts, known, tfidf(counts, known, spec.short), embedder, dense
    )


def sought(title: str, text: str, offers: Offers) -> list[Needed]:
    """Return the vectors of a need, one for each part that has terms.

    >>> table = pd.DataFrame({"id": ["a"], "title": ["石墨烯薄膜制备"]})
    >>> [len(part.columns) for part in sought("石墨烯", "制备", prepared(table))]
    [5, 8]
    """
    whole = f"{title} {text}" if title and text else title or text
    parts = {"title": title, "text": text, "whole": whole}
    made = {said: needed(said, offers.known) for said in {parts[part] for part in offers.spec.parts} if said}
    return [made[parts[part]] for part in offers.spec.parts if parts[part]]


def scores(parts: Sequence[Needed], offers: Offers) -> Floats:
    """Return the score of every offer: the mean of the cosines with the parts of a need, pooled over works.

    >>> made = prepared(pd.DataFrame({"id": ["a", "b"], "title": ["石墨烯薄膜", "钢结构桥梁"]}))
    >>> scores(sought("石墨烯", "", made), made).round(2).tolist()
    [0.76, 0.0]
    """
    if not parts:
        return np.zeros(len(offers))
    found = np.asarray(offers.matrix @ summed(parts).dense(offers.matrix.shape[1]), dtype=float)
    return _pooled(found, np.repeat(np.arange(len(offers)), np.diff(offers.starts)), len(offers), offers)


def nearest(parts: Sequence[Needed], offers: Offers, passed: npt.NDArray[np.bool_] | None = None) -> Ints:
    """Return rows of offers among which are the best 200 of those that passed, and all that tie with them.

    Where no more than 200 passed, they are all returned, as are 200 of those where none shares a term.

    >>> made = prepared(pd.DataFrame({"id": ["a", "b"], "title": ["石墨烯薄膜", "钢结构桥梁"]}))
    >>> nearest(sought("石墨烯", "", made), made, np.array([False, True])).tolist()
    [1]
    """
    rows = np.arange(len(offers)) if passed is None else np.flatnonzero(passed)
    if len(rows) <= POOL:
        return rows
    found = scores(parts, offers)[rows]
    least = np.partition(found, len(found) - POOL)[len(found) - POOL]
    kept = rows[(found > 0) & (found >= least - SLACK)]
    return kept if len(kept) else rows[:POOL]


def _pooled(found: Floats, owner: Ints, count: int, offers: Offers) -> Floats:
    if len(owner) == count and len(offers.texts) == len(offers):  # one text each: nothing to pool
        return found
    return pooled(found, owner, count, offers.spec.pooling)


def _texts(offers: Intake, works: Intake | None, spec: Relevance) -> tuple[list[str], list[str], Ints]:
    """Return the texts that stand for the offers, their titles, and where those of each offer start."""
    if works is None:
        return offers.whole(), offers.table["title"].tolist(), np.arange(len(offers.table) + 1)
    row = {name: number for number, name in enumerate(offers.table["id"])}
    strange = [name for name in works.table["id"] if name not in row]
    if strange:
        says, repair = "no offer has this identifier", "add the offer or drop the work"
        names = dict.fromkeys(strange)
        raise BadData([Finding("error", "works", None, "id", name, says, repair) for name in names])
    dated = works.table if "date" in works.table else works.table.assign(date=None)
    kept = recent(dated.assign(whole=works.whole()), spec.works)
    own = offers.table.assign(whole=offers.whole())
    own = own[~own["id"].isin(kept["id"])]
    columns = ["id", "title", "whole"]
    every = pd.concat([own[columns], kept[columns]], ignore_index=True)
    number = every["id"].map(row).to_numpy(dtype=np.int64)
    order = np.argsort(number, kind="stable")
    every = every.iloc[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=len(row)))])
    return every["whole"].tolist(), every["title"].tolist(), starts
