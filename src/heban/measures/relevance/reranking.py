"""Re-ranking: the candidates of one need scored exactly, with what carried each score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from heban.measures.relevance.fusion import reciprocal_ranks
from heban.measures.relevance.offers import Floats, Ints, Offers, sought
from heban.measures.relevance.pooling import pooled
from heban.measures.relevance.vectors import Needed, summed

EXACT = 2.0**40  # terms are counted in this fraction of 1: whole numbers have one sum in any order
SIEVE = 0xFFFF  # few terms are the need's: by the last bits of their numbers most others are left out at once


@dataclass(frozen=True)
class Carried:
    """The products of a need's vector with candidates' texts, term by term."""

    columns: npt.NDArray[np.int32]
    terms: Floats
    """what each term of each text adds to the cosine; 0 for terms that the need lacks"""
    starts: Ints
    """where the terms of each text start"""

    @cached_property
    def scores(self) -> Floats:
        """The sum over the terms of each text, to twelve decimals, whatever the order of the terms."""
        return self.within(np.rint(self.terms * EXACT).astype(np.int64)) / EXACT

    def within(self, counts: npt.NDArray[Any]) -> Ints:
        """Return the sum over each text of something counted at each of its terms."""
        running = np.zeros(len(counts) + 1, dtype=np.int64)
        np.cumsum(counts, out=running[1:])
        return running[self.starts[1:]] - running[self.starts[:-1]]


@dataclass(frozen=True)
class Asked:
    """What a need asks, as vectors: enough to rank candidates again without its text."""

    own: Needed
    """the mean of the need's parts"""
    parts: int
    """how many parts that is the mean of"""
    whole: Needed
    """the vector that ranks: the need's own, or with what a shortlist has in common as one part more"""

    @property
    def alone(self) -> Asked:
        """The same without a shortlist."""
        return Asked(self.own, self.parts, self.own)


@dataclass(frozen=True)
class Ranking:
    """The candidates of one need with their scores; `order` is best first, ties by identifier."""

    offers: Offers
    candidates: Ints
    """rows of the offers"""
    rows: Ints
    """rows of their texts"""
    owner: Ints
    """whose each text is, as a place in `candidates`"""
    carried: Carried
    """by the vector that ranked them"""
    asked: Asked
    scores: Floats
    fused: Floats | None = None
    """what orders the candidates where embeddings take part"""

    @property
    def order(self) -> Ints:
        """The places of the candidates, best first."""
        by = self.scores if self.fused is None else self.fused
        return np.lexsort((self.offers.by_name[self.candidates], -by))

    @property
    def shares(self) -> npt.NDArray[np.bool_]:
        """Whether each candidate shares a term with the need.

        A single character counts only where the need has nothing longer: 的 and 化 are in every text.
        """
        found = self.carried.terms > 0
        if self.asked.whole.longer:
            found &= ~self.offers.single[self.carried.columns]
        texts = self.carried.within(found) > 0
        return np.bincount(self.owner[texts], minlength=len(self.candidates)) > 0

    def nearest(self, place: int) -> int:
        """Return the text of a candidate that came nearest, as a place in `rows`."""
        texts = np.flatnonzero(self.owner == place)
        return int(texts[np.argmax(self.carried.scores[texts])])

    def terms(self, text: int) -> dict[str, float]:
        """Return what each shared term of a text, a place in `rows`, adds to its cosine."""
        span = slice(self.carried.starts[text], self.carried.starts[text + 1])
        values = self.carried.terms[span]
        shared = np.flatnonzero(values)
        columns = self.carried.columns[span][shared].tolist()
        names = self.offers.names
        return {names[column]: value for column, value in zip(columns, values[shared].tolist(), strict=True)}


def reranked(
    offers: Offers, title: str, text: str, candidates: npt.ArrayLike, *, shortlist: bool = False
) -> Ranking:
    """Return the candidates of a need, ranked.

    The score is the mean of the cosines with the need's parts, pooled over works. With `shortlist`, and where
    the specification says so, the candidates were chosen by somebody and not by a search: then the mean of
    their vectors, weighted by their scores and brought to length 1, counts as one part more (a feedback after
    Rocchio, in: Salton, The SMART Retrieval System, 1971, 313–323). `candidates` are rows of the offers.

    >>> from heban.measures.relevance.offers import prepared
    >>> import pandas as pd
    >>> offers = prepared(pd.DataFrame({"id": ["a", "b"], "title": ["钢结构桥梁", "石墨烯薄膜"]}))
    >>> made = reranked(offers, "石墨烯", "", [0, 1])
    >>> made.order.tolist(), made.scores.round(2).tolist()
    ([1, 0], [0.0, 0.76])
    """
    parts = sought(title, text, offers)
    own = summed(parts) if parts else Needed(np.zeros(0, np.int64), np.zeros(0))
    made = ranked(offers, Asked(own, len(parts), own), candidates)
    if shortlist and offers.spec.shortlist and parts and len(made.candidates) > 1:
        common = _common(made)
        if len(common.columns):
            made = ranked(offers, Asked(own, len(parts), summed([*parts, common])), candidates)
    fused = _fused(offers, f"{title} {text}".strip(), made.rows, made.owner, made.scores)
    return made if fused is None else replace(made, fused=fused)


def ranked(offers: Offers, asked: Asked, candidates: npt.ArrayLike) -> Ranking:
    """Return candidates ranked by what a need asks, without embeddings.

    >>> from heban.measures.relevance.offers import prepared
    >>> import pandas as pd
    >>> offers = prepared(pd.DataFrame({"id": ["a", "b"], "title": ["钢结构桥梁", "石墨烯薄膜"]}))
    >>> asked = reranked(offers, "石墨烯", "", [0, 1]).asked
    >>> ranked(offers, asked, [1]).terms(0).keys()
    dict_keys(['石', '墨', '烯', '石墨', '墨烯'])
    """
    places = np.asarray(candidates, dtype=np.int64)
    rows, owner = offers.held(places)
    carried = _carried(offers, rows, asked.whole)
    scores = pooled(carried.scores, owner, len(places), offers.spec.pooling)
    return Ranking(offers, places, rows, owner, carried, asked, scores)


def _carried(offers: Offers, rows: Ints, vector: Needed) -> Carried:
    """Return the products of the texts' vectors with that of a need."""
    pointer = offers.matrix.indptr
    lengths = pointer[rows + 1] - pointer[rows]
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    where = np.repeat(pointer[rows] - starts[:-1], lengths) + np.arange(starts[-1])
    columns = offers.matrix.indices[where]
    terms = np.zeros(len(columns))
    if len(vector.columns):
        asked = np.zeros(SIEVE + 1, dtype=bool)
        asked[vector.columns & SIEVE] = True
        shared = np.flatnonzero(asked[columns & SIEVE])
        found = np.minimum(np.searchsorted(vector.columns, columns[shared]), len(vector.columns) - 1)
        same = vector.columns[found] == columns[shared]
        shared, found = shared[same], found[same]
        terms[shared] = offers.matrix.data[where[shared]].astype(np.float64) * vector.values[found]
    return Carried(columns, terms, starts)


def _common(alone: Ranking) -> Needed:
    """Return what the texts have in common: their mean weighted by score, of length 1."""
    weight = alone.carried.scores / np.bincount(alone.owner)[alone.owner]
    mean = alone.offers.matrix[alone.rows].T @ weight
    columns = np.flatnonzero(mean)
    values = np.asarray(mean[columns], dtype=float)
    length = float(np.sqrt(np.sort(np.square(values)).sum()))  # sorted: columns come in the order of texts
    return Needed(columns, values / (length or 1.0))


def _fused(offers: Offers, text: str, rows: Ints, owner: Ints, lexical: Floats) -> Floats | None:
    """Return reciprocal ranks of the lexical score and of the embeddings' cosines, the best three works."""
    if offers.embedder is None or offers.dense is None or not text or not len(rows):
        return None
    asked = np.asarray(offers.embedder.embed([text]), dtype=float)[0]
    dense = offers.dense[rows]
    length = np.linalg.norm(dense, axis=1) * np.linalg.norm(asked)
    cosine = np.divide(dense @ asked, length, out=np.zeros(len(rows)), where=length > 0)
    return reciprocal_ranks([lexical, pooled(cosine, owner, len(lexical), "best3")])
