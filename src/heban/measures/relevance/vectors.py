"""Vectors of texts: counts of terms, weighted and brought to length 1."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from heban.measures.relevance.terms import Analyse, size

Floats = npt.NDArray[np.float64]
BLOCK = 20_000  # texts that are counted at once


@dataclass(frozen=True)
class Vocabulary:
    """The terms of a body of texts: the column of each, and its weight.

    The weight of a term is (ln((1 + n)/(1 + df)) + 1)/size: df of the n texts hold it, and each character (or
    word) of a text lies in `size` terms of that size, which would count it as often.
    """

    columns: Mapping[str, int]
    weights: npt.NDArray[np.float32]
    analyse: Analyse
    unseen: float
    """the weight of a term of size 1 that no text holds"""

    def __len__(self) -> int:
        return len(self.columns)


@dataclass(frozen=True)
class Needed:
    """The vector of one text as sorted columns and their values; of length 1 with its unseen terms."""

    columns: npt.NDArray[np.int64]
    values: Floats
    longer: bool = True
    """whether any term of the text, known or not, is more than a single character"""

    def scaled(self, factor: float) -> Needed:
        """Return the vector times a number.

        >>> Needed(np.array([1]), np.array([0.5])).scaled(2).values.tolist()
        [1.0]
        """
        return Needed(self.columns, self.values * factor, self.longer)

    def dense(self, width: int) -> npt.NDArray[np.float32]:
        """Return the vector as a row over all columns.

        >>> Needed(np.array([1]), np.array([0.5])).dense(3).tolist()
        [0.0, 0.5, 0.0]
        """
        row = np.zeros(width, dtype=np.float32)
        row[self.columns] = self.values
        return row


def counted(
    texts: Sequence[str], analyse: Analyse, columns: Mapping[str, int] | None = None
) -> tuple[sp.csr_matrix, dict[str, int]]:
    """Return how often each text has each term, texts × terms, and the column of each term.

    With `columns` given, terms that are not in it get columns after its own.

    >>> counts, columns = counted(["ab b", "b"], str.split)
    >>> counts.toarray().tolist(), columns
    ([[1.0, 1.0], [0.0, 1.0]], {'ab': 0, 'b': 1})
    """
    found: defaultdict[str, int] = defaultdict(None, columns or {})
    found.default_factory = found.__len__
    parts = list(_blocks(texts, analyse, found))
    width = len(found)
    for part in parts:
        part.resize(part.shape[0], width)
    made = sp.vstack(parts, format="csr") if parts else sp.csr_matrix((0, width), dtype=np.float32)
    return made, dict(found)


def vocabulary(
    counts: sp.csr_matrix, columns: Mapping[str, int], analyse: Analyse, *, whole: bool = False
) -> Vocabulary:
    """Return the vocabulary of counted texts; `whole` weighs every size of term alike.

    >>> counts, columns = counted(["ab b", "b"], str.split)
    >>> vocabulary(counts, columns, str.split).weights.astype(float).round(3).tolist()
    [1.405, 1.0]
    """
    texts, width = counts.shape
    holders = np.bincount(counts.indices, minlength=width)
    weights = np.log((1 + texts) / (1 + holders)) + 1
    if not whole:
        weights /= np.fromiter(map(size, columns), dtype=np.float64, count=width)
    return Vocabulary(columns, weights.astype(np.float32), analyse, float(np.log(1 + texts) + 1))


def tfidf(counts: sp.csr_matrix, known: Vocabulary, short: float = 0.0) -> sp.csr_matrix:
    """Return the counts as vectors of length 1: (1 + ln count) · weight; a text without terms stays 0.

    A text shorter than `short` of the median length is divided by that much instead of its own length: else
    an offer called 开发 (development) alone would be the best answer to every need that has the word.

    >>> counts, columns = counted(["ab b", "b"], str.split)
    >>> tfidf(counts, vocabulary(counts, columns, str.split)).toarray().astype(float).round(3).tolist()
    [[0.815, 0.58], [0.0, 1.0]]
    """
    made = counts.astype(np.float32, copy=True)
    np.log(made.data, out=made.data)
    made.data += 1
    made.data *= known.weights[made.indices]
    return unit(made, short)


def unit(rows: sp.csr_matrix, short: float = 0.0) -> sp.csr_matrix:
    """Return the rows brought to length 1, in place; empty rows stay empty, and those that are `short` short.

    >>> unit(sp.csr_matrix([[3.0, 4.0], [0.0, 0.0]])).toarray().round(3).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    held = np.diff(rows.indptr)
    length = np.zeros(rows.shape[0])
    full = held > 0
    if full.any():
        length[full] = np.sqrt(np.add.reduceat(rows.data.astype(np.float64) ** 2, rows.indptr[:-1][full]))
    if short and full.any():
        length = np.maximum(length, short * float(np.median(length[full])))
    rows.data /= np.repeat(np.where(length > 0, length, 1.0), held).astype(rows.dtype)
    return rows


def needed(text: str, known: Vocabulary) -> Needed:
    """Return the vector of one text in a vocabulary.

    Terms that the vocabulary lacks have no column, but count in the length: what nobody offers makes every
    offer less near.

    >>> counts, columns = counted(["ab b", "b"], str.split)
    >>> needed("b new", vocabulary(counts, columns, str.split)).values.round(3).tolist()
    [0.43]
    """
    count = Counter(known.analyse(text))
    where = np.fromiter((known.columns.get(term, -1) for term in count), np.int64, len(count))
    values = 1 + np.log(np.fromiter(count.values(), np.float64, len(count)))
    seen = where >= 0
    values[seen] *= known.weights[where[seen]]
    new = [size(term) for term, known_ in zip(count, seen.tolist(), strict=True) if not known_]
    values[~seen] *= known.unseen / np.array(new, dtype=np.float64)
    length = float(np.sqrt(np.square(values).sum())) or 1.0
    order = np.argsort(where[seen])
    longer = any(len(term) > 1 for term in count)
    return Needed(where[seen][order], values[seen][order] / length, longer)


def summed(vectors: Sequence[Needed]) -> Needed:
    """Return the mean of vectors: its product with an offer is the mean of their cosines.

    >>> one = np.array([1.0])
    >>> summed([Needed(np.array([1]), one), Needed(np.array([0]), one)]).values.tolist()
    [0.5, 0.5]
    """
    first = vectors[0]
    if all(vector is first for vector in vectors):
        return first
    where = np.concatenate([vector.columns for vector in vectors])
    columns, back = np.unique(where, return_inverse=True)
    values = np.bincount(back, np.concatenate([vector.values for vector in vectors]), minlength=len(columns))
    return Needed(columns, values / len(vectors), any(vector.longer for vector in vectors))


def _blocks(
    texts: Sequence[str], analyse: Analyse, columns: defaultdict[str, int]
) -> Iterator[sp.csr_matrix]:
    """Yield the counts block by block, so that a million texts never stand twice in memory."""
    for start in range(0, len(texts), BLOCK):
        indices: list[int] = []
        pointer = [0]
        for text in texts[start : start + BLOCK]:
            indices.extend(map(columns.__getitem__, analyse(text)))
            pointer.append(len(indices))
        shape = (len(pointer) - 1, len(columns))
        where = np.asarray(indices, dtype=np.int32)
        block = sp.csr_matrix((np.ones(len(where), np.float32), where, np.asarray(pointer)), shape=shape)
        block.sum_duplicates()
        yield block
