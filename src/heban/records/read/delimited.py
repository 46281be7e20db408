"""Delimited text in chunks: damaged lines are set aside one by one, the rest is read at speed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from heban.domain.errors import BadSpec
from heban.records.read.blocks import Block, blocks, encoding_of
from heban.records.read.chunk import Chunk, Fault
from heban.records.read.mapping import FileShape

LONGEST = 500  # lines of one record: a longer one is a quotation mark that was never closed
DELIMITERS = ",\t;|"
QUOTE = ord('"')


class Delimited:
    """A delimited text file: its heads, and its rows in chunks."""

    def __init__(self, path: Path, shape: FileShape) -> None:
        """Find out encoding, delimiter and heads, where the mapping does not say them."""
        self.path, self.shape = path, shape
        self.encoding = shape.encoding or encoding_of(path)
        block = next(blocks(path, self.encoding), Block(b""))
        if len(block) < shape.head_row:
            raise BadSpec(f"{path.name} is empty: it has no row of heads. Give a file with heads.")
        line = block.text(shape.head_row - 1, shape.head_row - 1).rstrip("\r\n")
        self.delimiter = shape.delimiter or max(DELIMITERS, key=line.count)
        cells = (
            next(csv.reader([line], delimiter=self.delimiter)) if shape.quotes else line.split(self.delimiter)
        )
        self.heads = [cell.strip() for cell in cells]

    def chunks(self, _wanted: list[str]) -> Iterator[Chunk]:
        """Yield the rows after the heads, numbered as a spreadsheet does."""
        rest, row, skip = b"", self.shape.head_row + 1, self.shape.head_row
        pieces = blocks(self.path, self.encoding)
        block = next(pieces, None)
        while block is not None:
            following = next(pieces, None)
            if skip:
                cut = int(block.ends[skip - 1])
                block, skip = _again(block, block.data[cut:].tobytes()), 0
            if rest:
                block = _again(block, rest + block.data.tobytes())
            records = self._records(block, last=following is None)
            rest = block.data[block.starts[records.end] :].tobytes() if records.end < len(block) else b""
            chunk = self._read(block, records, row)
            row += records.count
            block = following
            yield chunk

    def _records(self, block: Block, *, last: bool) -> _Records:
        """Find out which lines begin a record, which go on with one, and which are damaged."""
        found = _Records(block)
        if not self.shape.quotes or not (block.data == QUOTE).any():
            return found
        odd = np.flatnonzero((block.count(QUOTE) % 2 == 1) & ~block.broken)
        cells = block.count(ord(self.delimiter)) + 1
        at = 0
        while at < len(odd):
            line = int(odd[at])
            closing = int(odd[at + 1]) if at + 1 < len(odd) else -1
            if closing < 0 and not last and len(block) - line < LONGEST:
                found.end = line
                break
            if closing >= 0 and self._is_one_record(block, line, closing, cells):
                found.goes_on[line + 1 : closing + 1] = True
                at += 2
            else:
                found.unclosed[line] = True
                at += 1
        return found

    def _is_one_record(self, block: Block, first: int, last: int, cells: npt.NDArray[np.int64]) -> bool:
        """Tell a cell of several lines from a quotation mark that is never closed.

        Lines that are whole records by themselves would otherwise be swallowed in silence.
        """
        width = len(self.heads)
        if last - first > LONGEST or block.broken[first : last + 1].any():
            return False
        if cells[first] == width and cells[last] == width:
            return False
        if width >= 4 and (cells[first + 1 : last] == width).any():
            return False
        try:
            text = io.StringIO(block.text(first, last), newline="")
            found = list(csv.reader(text, delimiter=self.delimiter, strict=True))
        except csv.Error:
            return False
        return len(found) == 1 and len(found[0]) == width

    def _read(self, block: Block, records: _Records, row: int) -> Chunk:
        numbers = row + np.cumsum(~records.goes_on) - 1
        faults = [
            Fault(int(numbers[line]), "", block.shown(line), reason)
            for which, reason in (
                (block.broken, f"characters that are not {_NAMES.get(self.encoding, self.encoding)}{_HINT}"),
                (records.unclosed, "a quotation mark that is not closed"),
            )
            for line in np.flatnonzero(which[: records.end]).tolist()
        ]
        use = ~(block.broken | records.unclosed)
        use[records.end :] = False
        begins = np.flatnonzero(use & ~records.goes_on)
        table, short = self._parse(block.kept(use))
        rows = numbers[begins]
        for number, text, count in short:
            reason = f"the row has {count} cells, the heads {len(self.heads)}"
            faults.append(Fault(int(rows[number]), "", text, reason))
        rows = np.delete(rows, [number for number, _, _ in short])
        return Chunk.of(rows, table, faults)

    def _parse(self, data: bytes) -> tuple[Any, list[tuple[int, str, int]]]:
        """Read good lines; return them with those that have too few or too many cells, by position."""
        short: list[tuple[int, str, int]] = []

        def aside(invalid: Any) -> str:
            short.append((invalid.number - 1, invalid.text, invalid.actual_columns))
            return "skip"

        names = [f"{at}" for at in range(len(self.heads))]
        if not data:
            return pa.table({head: pa.array([], pa.string()) for head in names}), short
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=names
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self.delimiter,
                quote_char='"' if self.shape.quotes else False,
                newlines_in_values=self.shape.quotes,
                ignore_empty_lines=False,
                invalid_row_handler=aside,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
        return table, short


_NAMES = {"utf-8": "UTF-8", "gb18030": "GB 18030"}
_HINT = "; if all rows are so, say the encoding under [file] of the mapping"


class _Records:
    """What each line of a block is: up to `end`, a record's first line unless it goes on with one."""

    def __init__(self, block: Block) -> None:
        self.end = len(block)
        self.goes_on = np.zeros(len(block), dtype=bool)
        self.unclosed = np.zeros(len(block), dtype=bool)

    @property
    def count(self) -> int:
        """How many rows there are, the damaged ones included."""
        return int((~self.goes_on[: self.end]).sum())


def _again(block: Block, data: bytes) -> Block:
    return Block(data, broken=bool(block.broken.any()))
