"""Codes: texts and numbers of a column as whole numbers from 0, exactly and fast."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heban.records.reduce.counting import Ints
from heban.records.reduce.parts import side_by_side, slices

Words = npt.NDArray[np.uint64]
LONG = 2**31 - 1  # bytes of text that a column with 32-bit offsets can hold
WORDS = 8  # words of eight bytes of the longest text that is numbered by its words
ODD = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ over the golden ratio, made odd: a product spreads the bits
SPAN = 1_000_000  # whole numbers that a table by number may span, beside one for each row


def labelled(column: pa.ChunkedArray) -> tuple[Ints, npt.NDArray[np.object_]]:
    """Return the code of each row and the labels, in the labels' order; for columns of few values.

    >>> labelled(pa.chunked_array([["b", "a", "b"]]))
    (array([1, 0, 1]), array(['a', 'b'], dtype=object))
    """
    if pa.types.is_integer(column.type):
        return _numbered(column.to_numpy())
    encoded = _one(column).dictionary_encode()
    labels = np.array(encoded.dictionary.to_pylist(), dtype=object)
    order = np.argsort(labels, kind="stable")
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    codes: Ints = rank[encoded.indices.to_numpy()]
    return codes, labels[order]


def identified(column: pa.ChunkedArray) -> Ints:
    """Return a number for each row, equal where the identifiers are equal; for columns of many values.

    Whole numbers stand for themselves, less the smallest. Texts are numbered without a table of them:
    each is laid out in words of eight bytes, and a block of equal neighbours counts once. The blocks are
    ordered by a hash of their words, and those that the hash does not tell apart are compared word by
    word; so the numbers are right whatever the hash. Texts above 64 bytes go to an ordinary table.

    >>> identified(pa.chunked_array([[7, 5, 7]])), identified(pa.chunked_array([["x", "x", "w"]]))
    (array([2, 0, 2]), array([0, 0, 1]))
    """
    if pa.types.is_integer(column.type):
        return _from_zero(column.to_numpy())
    words = _words(column) if pa.types.is_string(column.type) and not column.null_count else WORDS + 1
    if words > WORDS:
        return _tabled(column)
    texts = _laid_out(column, words)
    new = _changes(texts)
    codes = _grouped(texts, np.flatnonzero(new))
    block = np.cumsum(new, dtype=np.int64)
    block -= 1
    return block if codes is None else codes.take(block)


def _numbered(numbers: npt.NDArray[np.integer]) -> tuple[Ints, npt.NDArray[np.object_]]:
    if not numbers.size or int(numbers.max()) - int(numbers.min()) > numbers.size + SPAN:
        labels, codes = np.unique(numbers, return_inverse=True)
        return codes.astype(np.int64), labels.astype(object)
    above = (numbers - numbers.min()).astype(np.int64, copy=False)
    found = np.bincount(above) > 0
    labels = (np.flatnonzero(found) + int(numbers.min())).astype(object)
    return above if found.all() else (np.cumsum(found) - 1)[above], labels


def _one(column: pa.ChunkedArray) -> Any:
    if column.nbytes > LONG and pa.types.is_string(column.type):
        column = column.cast(pa.large_string())
    joined = column.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined


def _words(column: pa.ChunkedArray) -> int:
    """Return the words of eight bytes that the longest text needs."""
    longest = max((pc.max(pc.binary_length(chunk)).as_py() or 0 for chunk in column.chunks), default=0)
    return max(-(-longest // 8), 1)


def _laid_out(column: pa.ChunkedArray, words: int) -> Words:
    """Return the texts as rows of so many words, filled up with a byte that no UTF-8 text has."""
    texts = np.empty((len(column), words), np.uint64)
    chunks = [chunk for chunk in column.chunks if len(chunk)]
    starts = np.cumsum([0, *map(len, chunks)])

    def fill(number: int) -> None:
        part = texts[starts[number] : starts[number + 1]]
        filled = pc.ascii_rpad(chunks[number], 8 * words, b"\xff").buffers()[2]
        part[:] = np.frombuffer(filled, np.uint64, part.size).reshape(part.shape)

    side_by_side(fill, range(len(chunks)))
    return texts


def _changes(texts: Words) -> npt.NDArray[np.bool_]:
    """Return where a text differs from the one before it; the first does."""
    new = np.ones(len(texts), bool)
    new[1:] = _differ(texts[1:], texts[:-1])
    return new


def _differ(one: Words, other: Words) -> npt.NDArray[np.bool_]:
    differs: npt.NDArray[np.bool_] = one[:, 0] != other[:, 0]
    for word in range(1, one.shape[1]):
        differs |= one[:, word] != other[:, word]
    return differs


def _hashes(texts: Words) -> npt.NDArray[np.uint64]:
    """Return 64 bits that seldom agree for different texts: each word is mixed in, a product spreads it."""
    found = np.zeros(len(texts), np.uint64)
    for word in texts.T:
        found ^= word
        found *= ODD
        found ^= found >> np.uint64(32)
    found *= ODD
    return found


def _grouped(texts: Words, rows: Ints) -> Ints | None:
    """Return a number for the text of each of some rows, or None when no two are equal."""
    low = np.uint64(rows.size.bit_length())
    key = np.empty(rows.size, np.uint64)

    def fill(part: slice) -> None:  # hash and position in one number, which sorts sooner than an argsort
        key[part] = _hashes(texts.take(rows[part], axis=0)) >> low << low
        key[part] |= np.arange(part.start, part.stop, dtype=np.uint64)

    side_by_side(fill, slices(rows.size))
    key.sort()
    order = (key & ((np.uint64(1) << low) - np.uint64(1))).view(np.int64)
    key >>= low
    new = np.ones(rows.size, bool)
    alike = np.flatnonzero(key[1:] == key[:-1])

    def compare(part: slice) -> None:
        one = alike[part]
        pair = (texts.take(rows.take(order.take(at)), axis=0) for at in (one, one + 1))
        new[one + 1] = _differ(*pair)

    side_by_side(compare, slices(alike.size))
    for shared in np.unique(key[alike[new[alike + 1]]]):  # different texts with one hash may stand in turn
        run = slice(*(int(np.searchsorted(key, shared, side)) for side in ("left", "right")))
        order[run] = order[run][np.lexsort(texts[rows[order[run]]].T)]
        new[run] = _changes(texts[rows[order[run]]])
    if new.all():
        return None
    codes = np.empty(order.size, np.int64)
    codes[order] = np.cumsum(new) - 1
    return codes


def _from_zero(numbers: npt.NDArray[np.integer]) -> Ints:
    if numbers.size and int(numbers.max()) - int(numbers.min()) < 2**62:
        codes: Ints = (numbers - numbers.min()).astype(np.int64, copy=False)
        return codes
    codes = np.unique(numbers, return_inverse=True)[1].astype(np.int64)
    return codes


def _tabled(column: pa.ChunkedArray) -> Ints:
    return _one(column).dictionary_encode("encode").indices.to_numpy().astype(np.int64)  # type: ignore[no-any-return]
