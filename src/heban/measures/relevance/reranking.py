"""Re-ranking: the candidates of one need scored exactly, with what carried each score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from heban.measures.relevance.fusion import reciprocal_ranks
from heban.measures.relevance.offers import Floats, Ints, Offers, sought
from heban.measures.relevance.pooling import pooled
from heban.measures.relevance.vectors import Needed, summed


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
        """The sum over the terms of each text."""
        running = np.concatenate([[0.0], np.cumsum(self.terms)])
        return np.asarray(running[self.starts[1:]] - running[self.starts[:-1]])


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
    own: Needed
    """the need's vector without the shortlist's"""
    parts: int
    """how many parts of the need it is the mean of"""
    asked: Needed
    """the need's vector that ranked them"""
    scores: Floats
    fused: Floats | None = None
    """what orders the candidates where embeddings take part"""

    @property
    def order(self) -> Ints:
        """The places of the candidates, best first."""
        by = self.scores if self.fused is None else self.fused
        return np.lexsort((self.offers.by_name[self.candidates], -by))

    def terms(self, text: int) -> dict[str, float]:
        """Return what each shared term of a text, a place in `rows`, adds to its cosine."""
        span = slice(self.carried.starts[text], self.carried.starts[text + 1])
        columns, values = self.carried.columns[span], self.carried.terms[span]
        names = self.offers.names
        return {
            names[column]: float(value) for column, value in zip(columns, values, strict=True) if value > 0
        }


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
    places = np.asarray(candidates, dtype=np.int64)
    rows, owner = offers.held(places)
    parts = sought(title, text, offers)
    own = summed(parts) if parts else Needed(np.zeros(0, np.int64), np.zeros(0))
    asked = own
    carried = _carried(offers, rows, own)
    if shortlist and offers.spec.shortlist and parts and len(places) > 1:
        common = _common(offers, rows, owner, carried)
        if len(common.columns):
            asked = summed([*parts, common])
            carried = _carried(offers, rows, asked)
    scores = pooled(carried.scores, owner, len(places), offers.spec.pooling)
    fused = _fused(offers, f"{title} {text}".strip(), rows, owner, scores)
    return Ranking(offers, places, rows, owner, carried, own, len(parts), asked, scores, fused)


def _carried(offers: Offers, rows: Ints, vector: Needed) -> Carried:
    """Return the products of the texts' vectors with that of a need."""
    pointer = offers.matrix.indptr
    lengths = pointer[rows + 1] - pointer[rows]
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    where = np.repeat(pointer[rows] - starts[:-1], lengths) + np.arange(starts[-1])
    columns, values = offers.matrix.indices[where], offers.matrix.data[where].astype(np.float64)
    if not len(vector.columns):
        return Carried(columns, np.zeros(len(columns)), starts)
    found = np.minimum(np.searchsorted(vector.columns, columns), len(vector.columns) - 1)
    return Carried(
        columns, values * np.where(vector.columns[found] == columns, vector.values[found], 0.0), starts
    )


def _common(offers: Offers, rows: Ints, owner: Ints, carried: Carried) -> Needed:
    """Return what the texts have in common: their mean weighted by score, of length 1."""
    weight = np.maximum(carried.scores, 0.0) / np.bincount(owner)[owner]
    mean = offers.matrix[rows].T @ weight
    columns = np.flatnonzero(mean)
    values = np.asarray(mean[columns], dtype=float)
    return Needed(columns, values / (float(np.sqrt(values @ values)) or 1.0))


def _fused(offers: Offers, text: str, rows: Ints, owner: Ints, lexical: Floats) -> Floats | None:
    """Return reciprocal ranks of the lexical score and of the embeddings' cosines, the best three works."""
    if offers.embedder is None or offers.dense is None or not text or not len(rows):
        return None
    asked = np.asarray(offers.embedder.embed([text]), dtype=float)[0]
    dense = offers.dense[rows]
    length = np.linalg.norm(dense, axis=1) * np.linalg.norm(asked)
    cosine = np.divide(dense @ asked, length, out=np.zeros(len(rows)), where=length > 0)
    return reciprocal_ranks([lexical, pooled(cosine, owner, len(lexical), "best3")])


def first(ranking: Ranking, top: int, least: float) -> Sequence[int]:
    """Return the places of the best candidates, at most so many, none below the least score.

    A candidate that shares no term with the need is never an answer.
    """
    good = [
        int(place) for place in ranking.order if ranking.scores[place] > 0 and ranking.scores[place] >= least
    ]
    return good[:top]
