"""Codes: texts and numbers of a column as whole numbers from 0, exactly and fast."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heban.records.reduce.counting import Ints

LONG = 2**31 - 1  # bytes of text that a column with 32-bit offsets can hold
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


def identified(column: pa.ChunkedArray, hashes: pa.ChunkedArray | None = None) -> Ints:
    """Return a number for each row, equal where the identifiers are equal; for columns of many values.

    Whole numbers stand for themselves, less the smallest. Texts are numbered without a table of all of
    them: where every identifier stands in one block, the blocks are counted; else the rows are ordered
    by `hashes` (64 bits of each text) and neighbours of equal hash are compared as texts. Two texts of
    one hash, which a hundred million identifiers meet once in thousands of runs, send the column to an
    ordinary table of texts.

    >>> identified(pa.chunked_array([[7, 5, 7]])), identified(pa.chunked_array([["x", "x", "w"]]))
    (array([2, 0, 2]), array([0, 0, 1]))
    """
    if pa.types.is_integer(column.type):
        return _from_zero(column.to_numpy())
    texts = _one(column)
    if hashes is None or not len(texts):
        return _tabled(texts)
    keys = hashes.to_numpy()
    new = _changes(texts)
    heads = np.sort(keys[new])
    if (heads[1:] != heads[:-1]).all():  # different hashes: no identifier has two blocks
        return np.cumsum(new) - 1
    order = np.argsort(keys)
    new, ranked = _changes(texts.take(pa.array(order))), keys[order]
    if (new[1:] & (ranked[1:] == ranked[:-1])).any():
        return _tabled(texts)
    codes = np.empty(order.size, np.int64)
    codes[order] = np.cumsum(new) - 1
    return codes


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


def _changes(texts: Any) -> npt.NDArray[np.bool_]:
    """Return where a text differs from the one before it; the first does."""
    differs = pc.not_equal(texts[1:], texts[:-1]).to_numpy(zero_copy_only=False)
    return np.concatenate([[True], differs])


def _from_zero(numbers: npt.NDArray[np.integer]) -> Ints:
    if numbers.size and int(numbers.max()) - int(numbers.min()) < 2**62:
        codes: Ints = (numbers - numbers.min()).astype(np.int64, copy=False)
        return codes
    codes = np.unique(numbers, return_inverse=True)[1].astype(np.int64)
    return codes


def _tabled(texts: Any) -> Ints:
    return texts.dictionary_encode().indices.to_numpy().astype(np.int64)  # type: ignore[no-any-return]
