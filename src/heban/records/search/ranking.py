"""Ranking: scores summed over postings, and the exact best of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import _sparsetools

K1, B = 1.2, 0.75  # how soon repetition stops counting, and how much length does; as most engines have them
BLOCKS = 50  # scores are scanned in so many rows: wide enough for the processor, narrow enough to cut well

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Postings = tuple[Ints, Ints, Floats]


def weights(counts: npt.ArrayLike, lengths: npt.ArrayLike, average: float) -> Floats:
    """Return the weight of words in documents: BM25 without the rarity of the word.

    w = tf (k₁ + 1) / (tf + k₁ (1 − b + b · length / average)), k₁ = 1.2, b = 0.75. Source: Robertson and
    Zaragoza (2009), The Probabilistic Relevance Framework, Foundations and Trends in Information Retrieval
    3: 333–389.

    >>> weights([1, 2], [10, 10], 10.0).round(3).tolist()
    [1.0, 1.375]
    """
    times = np.asarray(counts, dtype=np.float32)
    norm = K1 * (1 - B + B * np.asarray(lengths, dtype=np.float32) / average)
    return np.asarray(times * (K1 + 1) / (times + norm), dtype=np.float32)


def rarity(found: int, total: int) -> float:
    """Return the weight of a word that stands in `found` of `total` documents: ln(1 + (N − n + ½) / (n + ½)).

    >>> round(rarity(1, 3), 4), rarity(3, 3) > 0
    (0.9808, True)
    """
    return float(np.log1p((total - found + 0.5) / (found + 0.5)))


def pruned(
    words: Sequence[str], rarities: Mapping[str, float], longest: int
) -> tuple[dict[str, float], list[str]]:
    """Return the words that say most with their weights, in the order of words, and those left out.

    The weight of a word is its rarity by how often it stands in the text; words without a rarity stand in no
    document and are left out of both.

    >>> pruned(["钢", "钢", "板"], {"钢": 1.0, "板": 3.0}, 1)
    ({'板': 3.0}, ['钢'])
    """
    counts = {word: count * rarities[word] for word, count in Counter(words).items() if word in rarities}
    order = sorted(counts, key=lambda word: (-counts[word], word))
    kept = {word: counts[word] for word in sorted(order[:longest])}
    return kept, order[longest:]


def add(postings: Postings, numbers: Sequence[int], weights: Floats, into: Floats) -> None:
    """Add the postings of words, each by its weight, to the scores of all rows.

    `postings` are starts, rows and values as in `Segment`. This is the product of sparse columns and
    numbers, by SciPy's own kernel: half again as fast as `numpy.add.at`, and other threads run meanwhile.

    >>> scores = np.zeros(3, dtype=np.float32)
    >>> starts, rows = np.array([0, 2, 3], dtype=np.int32), np.array([0, 2, 1], dtype=np.int32)
    >>> add((starts, rows, np.ones(3, dtype=np.float32)), [0], np.array([2], dtype=np.float32), scores)
    >>> scores.tolist()
    [2.0, 0.0, 2.0]
    """
    starts, rows, values = postings
    for at, number in enumerate(numbers):
        _sparsetools.csc_matvec(
            len(into), 1, starts[number : number + 2], rows, values, weights[at : at + 1], into
        )


def candidates(scores: Floats, k: int) -> Rows:
    """Return rows among which are the best k and all that tie with the last of them; none has score 0.

    The k-th highest of the blocks' maxima is no higher than the k-th highest score, so nothing below it
    counts.
    """
    wide = len(scores) // BLOCKS
    if wide <= k:
        return np.flatnonzero(scores > 0)
    table = scores[: wide * BLOCKS].reshape(BLOCKS, wide)
    best = table.max(axis=0)
    least = max(np.partition(best, wide - k)[wide - k], np.finfo(np.float32).tiny)
    columns = np.flatnonzero(best >= least)
    block, column = np.nonzero(table[:, columns] >= least)
    rest = np.flatnonzero(scores[wide * BLOCKS :] >= least) + wide * BLOCKS
    return np.concatenate([block * wide + columns[column], rest])


def best(rows: Rows, values: Floats, k: int) -> tuple[Rows, Floats]:
    """Return the rows of the best k values with all that tie with the last of them, in no order.

    >>> best(np.array([4, 7, 9]), np.array([1, 2, 1], dtype=np.float32), 2)[0].tolist()
    [4, 7, 9]
    """
    if len(values) > k:
        least = np.partition(values, len(values) - k)[len(values) - k]
        kept = values >= least
        rows, values = rows[kept], values[kept]
    return rows, values
