"""Opening a foreign file as a source of rows, by its shape or its name."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from heban.domain.errors import BadSpec
from heban.records.institutions import read_ror
from heban.records.read.blocks import opened
from heban.records.read.chunk import Chunk
from heban.records.read.delimited import Delimited
from heban.records.read.documents import ROWS, JsonLines, Parquet
from heban.records.read.mapping import FileShape

_FORMATS = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".tab"), "text"),
    **dict.fromkeys((".xlsx", ".xlsm"), "excel"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "json"),
    ".parquet": "parquet",
}


class Source(Protocol):
    """A file as rows: `heads` are the names of its columns, None when every path is one."""

    @property
    def heads(self) -> list[str] | None:
        """The heads of its columns."""

    def chunks(self, wanted: list[str]) -> Iterator[Chunk]:
        """Yield its rows."""


class Workbook:
    """One sheet of a workbook."""

    def __init__(self, path: Path, shape: FileShape) -> None:
        self.path, self.shape = path, shape
        rows = self._rows()
        for _ in range(shape.head_row - 1):
            next(rows, None)
        self.heads = [text.strip() for text in _texts(next(rows, ()))]

    def chunks(self, _wanted: list[str]) -> Iterator[Chunk]:
        """Yield the rows after the heads, numbered as the workbook does."""
        waiting: list[list[str]] = []
        first = row = self.shape.head_row + 1
        width = len(self.heads)
        for at, cells in enumerate(self._rows(), start=1):
            if at < first:
                continue
            texts = _texts(cells)[:width]
            waiting.append(texts + [""] * (width - len(texts)))
            if len(waiting) == ROWS:
                yield _chunk(waiting, row)
                row, waiting = row + ROWS, []
        if waiting:
            yield _chunk(waiting, row)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl warns of styles, which are not read
                book = load_workbook(self.path, read_only=True, data_only=True)
        except (InvalidFileException, OSError, KeyError, ValueError) as error:
            message = f"{self.path.name} is not a readable workbook: {error}. Save it as .xlsx or .csv."
            raise BadSpec(message) from error
        name = self.shape.sheet
        if name and name not in book.sheetnames:
            raise BadSpec(f"{self.path.name} has no sheet {name!r}. There are {', '.join(book.sheetnames)}.")
        sheet = book[name] if name else book.worksheets[0]
        yield from sheet.iter_rows(values_only=True)
        book.close()


class Ror:
    """A dump of ROR as rows; where each institution lies is decided by the import."""

    heads = ["id", "zh", "en", "kind", "country", "city", "lon", "lat", "place", "evidence"]  # noqa: RUF012

    def __init__(self, path: Path) -> None:
        self.frame = read_ror(path)

    def chunks(self, _wanted: list[str]) -> Iterator[Chunk]:
        """Yield all institutions at once."""
        frame = self.frame.reindex(columns=self.heads)
        cells = [pa.array(frame[c].astype("string").fillna(""), pa.string()) for c in self.heads]
        names = [str(at) for at in range(len(cells))]
        yield Chunk.of(np.arange(1, len(frame) + 1), pa.table(cells, names=names), [])


def open_source(path: Path, shape: FileShape) -> Source:
    """Open a file; raises `BadSpec` when it does not exist or its format is not known."""
    if not path.is_file():
        raise BadSpec(f"there is no file '{path}'. Give the path of a file to import.")
    suffix = next((s for s in reversed(path.suffixes) if s.lower() != ".gz"), "").lower()
    format = shape.format or _FORMATS.get(suffix, "") or _guessed(path)
    if format == "text":
        return Delimited(path, shape)
    if format == "excel":
        return Workbook(path, shape)
    if format == "parquet":
        return Parquet(path)
    if format == "json":
        return JsonLines(path)
    if format == "ror":
        return Ror(path)
    raise BadSpec(
        f"{path.name}: the format {suffix or 'of a name without an ending'} is not known. Save it as .csv or "
        '.xlsx, or say format = "text" under [file] in the mapping.'
    )


def _guessed(path: Path) -> str:
    """Tell documents by their first character: the parts of OpenAlex are called part_000.gz."""
    with opened(path) as source:
        return "json" if source.read(64).lstrip().startswith(b"{") else ""


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, read piece by piece."""
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def _texts(cells: tuple[Any, ...]) -> list[str]:
    return [_text(cell) for cell in cells]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _chunk(rows: list[list[str]], first: int) -> Chunk:
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    names = [str(at) for at in range(len(columns))]
    return Chunk.of(np.arange(first, first + len(rows)), pa.table(columns, names=names), [])
