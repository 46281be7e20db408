"""Views of relevance: each scores all offers for all needs, needs × offers, by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD

from heban.domain.errors import BadSpec
from heban.measures.relevance.embedding import Embedder
from heban.measures.relevance.terms import Analyse
from heban.measures.relevance.vectors import counted, unit, vocabulary
from heban.measures.relevance.vectors import tfidf as weighted

Floats = npt.NDArray[np.float64]


def tfidf(needs: Sequence[str], offers: Sequence[str], analyse: Analyse, *, whole: bool = False) -> Floats:
    """Return the cosines of TF-IDF vectors, (1 + ln tf) · (ln((1 + n)/(1 + df)) + 1)/size of the term.

    df is counted over offers and needs together; `whole` weighs every size of term alike.
    Source: Salton & Buckley, Information Processing & Management 24 (1988) 513–523.

    >>> tfidf(["graphene"], ["graphene film", "steel"], str.split).round(3).tolist()
    [[0.605, 0.0]]
    """
    ours, theirs = _vectors(needs, offers, analyse, whole)
    return np.asarray((ours @ theirs.T).toarray(), dtype=float)


def bm25(
    needs: Sequence[str], offers: Sequence[str], analyse: Analyse, *, k1: float = 1.2, b: float = 0.75
) -> Floats:
    """Return Okapi BM25: Σ_t (1 + ln tf_need) · idf_t · tf(k1 + 1)/(tf + k1(1 − b + b·length/mean length)).

    idf = ln(1 + (n − df + ½)/(df + ½)), df over offers and needs together.
    Source: Robertson & Zaragoza, Foundations and Trends in Information Retrieval 3 (2009) 333–389.

    >>> bm25(["graphene"], ["graphene film", "steel"], str.split).round(3).tolist()
    [[0.414, 0.0]]
    """
    theirs, columns = counted(offers, analyse)
    ours, columns = counted(needs, analyse, columns)
    theirs.resize(theirs.shape[0], len(columns))
    n = len(needs) + len(offers)
    holders = np.bincount(np.concatenate([theirs.indices, ours.indices]), minlength=len(columns))
    idf = np.log(1 + (n - holders + 0.5) / (holders + 0.5))
    length = np.asarray(theirs.sum(axis=1), dtype=float).ravel()
    damped = k1 * (1 - b + b * length / (length.mean() or 1.0))
    made = theirs.astype(np.float64)
    made.data *= (k1 + 1) / (made.data + np.repeat(damped, np.diff(made.indptr)))
    asked = ours.astype(np.float64)
    asked.data = (1 + np.log(asked.data)) * idf[asked.indices]
    return np.asarray((asked @ made.T).toarray())


def latent(
    needs: Sequence[str], offers: Sequence[str], analyse: Analyse, *, rank: int = 400, seed: int = 0
) -> Floats:
    """Return the cosines in the space of the first singular vectors of the offers' TF-IDF matrix.

    Source: Deerwester, Dumais, Furnas, Landauer & Harshman, JASIS 41 (1990) 391–407; the
    decomposition is a randomised one. Raises `BadSpec` for fewer than two offers.

    >>> latent(["graphene"], ["graphene film", "steel"], str.split, rank=1).shape
    (1, 2)
    """
    ours, theirs = _vectors(needs, offers, analyse, whole=False)
    if min(theirs.shape) < 2:
        texts, terms = theirs.shape
        raise BadSpec(f"a latent space needs two offers and two terms; there are {texts} and {terms}.")
    space = TruncatedSVD(min(rank, min(theirs.shape) - 1), n_iter=4, random_state=seed).fit(theirs)
    return _cosines(space.transform(ours), space.transform(theirs))


def embedded(needs: Sequence[str], offers: Sequence[str], embedder: Embedder) -> Floats:
    """Return the cosines of the embeddings that a model makes.

    >>> class Letters:
    ...     def embed(self, texts):
    ...         return np.array([[text.count("a"), text.count("b")] for text in texts], dtype=float)
    >>> embedded(["ab"], ["b", "aabb"], Letters()).round(3).tolist()
    [[0.707, 1.0]]
    """
    return _cosines(np.asarray(embedder.embed(needs)), np.asarray(embedder.embed(offers)))


def _vectors(
    needs: Sequence[str], offers: Sequence[str], analyse: Analyse, whole: bool
) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    theirs, columns = counted(offers, analyse)
    ours, columns = counted(needs, analyse, columns)
    theirs.resize(theirs.shape[0], len(columns))
    known = vocabulary(sp.vstack([theirs, ours], format="csr"), columns, analyse, whole=whole)
    return weighted(ours, known), weighted(theirs, known)


def _cosines(ours: Floats, theirs: Floats) -> Floats:
    return np.asarray(_lengthened(ours) @ _lengthened(theirs).T)


def _lengthened(rows: Floats) -> Floats:
    """Return the rows brought to length 1; a row of zeros stays."""
    return np.asarray(unit(sp.csr_matrix(np.asarray(rows, dtype=float))).toarray())
