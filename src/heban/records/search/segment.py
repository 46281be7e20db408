"""A segment: some offers of an index with their postings, written once and read as mapped memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heban.domain.errors import BadSpec
from heban.records.search.ranking import Floats, Ints, weights
from heban.records.texts.documents import Documents
from heban.records.texts.words import words

FILES = ("starts.npy", "rows.npy", "weights.npy", "words.arrow", "offers.arrow")
CODED = ("kind", "place", "field")
_AT_ONCE = 50_000


@dataclass(frozen=True, eq=False)
class Segment:
    """Postings by word: of word number i the rows and weights from starts[i] to starts[i + 1].

    `offers` is an Arrow table with a row for each offer: id, kind, place, field, price_fen, date, lon, lat,
    maturity.
    """

    words: Any
    starts: Ints
    rows: Ints
    weights: Floats
    offers: Any

    def __len__(self) -> int:
        return int(self.offers.num_rows)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each word."""
        return {word: number for number, word in enumerate(self.words.to_pylist())}

    def rows_with(self, word: str) -> Ints:
        """Return the rows that have a word."""
        number = self.numbers.get(word)
        if number is None:
            return self.rows[:0]
        return self.rows[self.starts[number] : self.starts[number + 1]]

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column of numbers."""
        return np.asarray(self.offers[name].combine_chunks().to_numpy(zero_copy_only=False))

    def codes(self, name: str) -> tuple[npt.NDArray[Any], list[str]]:
        """Return a column of codes as numbers, with the codes they stand for."""
        column = self.offers[name].combine_chunks()
        return np.asarray(column.indices.to_numpy()), column.dictionary.to_pylist()


def cut(documents: Documents) -> tuple[Ints, Ints, list[str]]:
    """Return the numbers of all words of all documents in order, how many each has, and the words."""
    vocabulary: dict[str, int] = {}
    number = vocabulary.setdefault
    pieces: list[Ints] = [np.zeros(0, dtype=np.int32)]
    lengths = np.zeros(len(documents), dtype=np.int32)
    for start in range(0, len(documents), _AT_ONCE):
        found: list[int] = []
        for at, text in enumerate(documents.whole(start, start + _AT_ONCE), start):
            before = len(found)
            found += [number(word, len(vocabulary)) for word in words(text, stops=False, parts=True)]
            lengths[at] = len(found) - before
        pieces.append(np.array(found, dtype=np.int32))
    return np.concatenate(pieces), lengths, list(vocabulary)


def made(documents: Documents, average: float | None = None) -> tuple[Segment, float]:
    """Return the segment of documents and the average length that its weights rest on.

    `average` is the one of the index that the segment joins, so that what is added later is weighed alike;
    without one it is the average of these documents.
    """
    found, lengths, vocabulary = cut(documents)
    mean = average or max(float(lengths.mean()) if len(lengths) else 1.0, 1.0)
    numbers, rows, counts = _counted(found, lengths)
    starts = _starts(numbers, len(vocabulary))
    del found, numbers
    values = weights(counts, lengths[rows], mean)
    return Segment(pa.array(vocabulary, pa.string()), starts, rows, values, _offers(documents)), mean


def _counted(found: Ints, lengths: Ints) -> tuple[npt.NDArray[np.int64], Ints, Floats]:
    """Return word numbers, rows and counts, sorted by word and then row; with little beside the result."""
    total = max(len(lengths), 1)
    keys = found.astype(np.int64)
    keys *= total
    keys += np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    keys.sort()
    new = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    counts = np.diff(np.flatnonzero(new), append=len(keys)).astype(np.float32)
    keys = keys[new]
    rows = (keys % total).astype(np.int32)
    keys //= total
    return keys, rows, counts


def merged(parts: Iterable[tuple[Segment, npt.NDArray[np.bool_] | None]]) -> Segment:
    """Return segments as one, without the rows that are no longer alive; weights stay as they are."""
    vocabulary: dict[str, int] = {}
    numbers, rows, values, tables, before = [], [], [], [], 0
    for segment, living in parts:
        alive = np.ones(len(segment), dtype=bool) if living is None else living
        to = np.array(
            [vocabulary.setdefault(w, len(vocabulary)) for w in segment.words.to_pylist()], np.int32
        )
        new = (np.cumsum(alive) - 1 + before).astype(np.int32)
        kept = alive[segment.rows]
        numbers.append(np.repeat(to, np.diff(segment.starts))[kept])
        rows.append(new[segment.rows[kept]])
        values.append(segment.weights[kept])
        tables.append(segment.offers.filter(pa.array(alive)))
        before += int(alive.sum())
    number = np.concatenate(numbers)
    order = np.argsort(number, kind="stable")
    starts = _starts(number[order], len(vocabulary))
    offers = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    return Segment(
        pa.array(list(vocabulary), pa.string()),
        starts,
        np.concatenate(rows)[order],
        np.concatenate(values)[order],
        offers,
    )


def write(segment: Segment, folder: Path) -> None:
    """Write a segment into a new folder."""
    folder.mkdir(parents=True)
    for name in ("starts", "rows", "weights"):
        np.save(folder / f"{name}.npy", getattr(segment, name))
    _write_arrow(pa.table({"word": segment.words}), folder / "words.arrow")
    _write_arrow(segment.offers, folder / "offers.arrow")


def read(folder: Path) -> Segment:
    """Return the segment of a folder; its arrays are mapped, not read."""
    starts, rows, values = (np.asarray(np.load(folder / name, mmap_mode="r")) for name in FILES[:3])
    words_, offers = (_read_arrow(folder / name) for name in FILES[3:])
    return Segment(words_["word"].combine_chunks(), starts, rows, values, offers)


def _starts(numbers: npt.NDArray[np.integer[Any]], count: int) -> Ints:
    """Return where the postings of each word start among sorted word numbers."""
    if len(numbers) > np.iinfo(np.int32).max:
        raise BadSpec(f"{len(numbers):,} words are too many for one index. Split the offers over several.")
    return np.searchsorted(numbers, np.arange(count + 1)).astype(np.int32)


def _offers(documents: Documents) -> Any:
    table = documents.table
    columns = {"id": pa.array(table["id"], pa.string())}
    columns |= {name: pa.array(table[name], pa.string()).dictionary_encode() for name in CODED}
    columns |= {name: pa.array(table[name].to_numpy()) for name in ("price_fen", "lon", "lat", "maturity")}
    columns["date"] = pa.array(table["date"].to_numpy().astype("datetime64[D]").astype(np.int64))
    return pa.table(columns)


def _write_arrow(table: Any, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())


def _read_arrow(path: Path) -> Any:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
