"""Nested records: JSON, a document a line, and Parquet; the columns are paths into the document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from heban.domain.errors import BadSpec
from heban.records.read.blocks import Block, blocks, encoding_of
from heban.records.read.chunk import Chunk, Fault

BETWEEN = "\x1f"  # the ASCII unit separator stands between the values of a list
ROWS = 20_000


class JsonLines:
    """A file of JSON documents, one a line; any path is a head, as `primary_topic.id`."""

    heads = None  # whichever are asked for

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = encoding_of(path)

    def chunks(self, wanted: list[str]) -> Iterator[Chunk]:
        """Yield documents as rows: the line is the row, the values at the wanted paths are its cells."""
        row, connection = 1, ibis.duckdb.connect().con
        for block in blocks(self.path, self.encoding):
            yield _flattened(_lines(block), row, wanted, connection)
            row += len(block)


class Parquet:
    """A Parquet file, flat or nested; the row is the record's number, counted from 1."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.file = parquet.ParquetFile(path)
        except pa.ArrowInvalid as error:
            raise BadSpec(f"{path.name} is not readable as Parquet: {error}. Fetch it again.") from error
        schema = self.file.schema_arrow
        self.nested = any(pa.types.is_nested(field.type) for field in schema)
        self.heads = None if self.nested else list(schema.names)

    def chunks(self, wanted: list[str]) -> Iterator[Chunk]:
        """Yield rows with their cells as text."""
        first, connection = 1, ibis.duckdb.connect().con
        tops = {path.split(".")[0].split("[")[0] for path in wanted} if self.nested else None
        names = None if tops is None else [n for n in self.file.schema_arrow.names if n in tops]
        for batch in self.file.iter_batches(batch_size=ROWS, columns=names):
            rows = np.arange(first, first + len(batch))
            first += len(batch)
            if self.nested:
                yield _flattened(_documents(batch, connection), int(rows[0]), wanted, connection)
            else:
                cells = [column.cast(pa.string()).fill_null("") for column in batch.columns]
                yield Chunk.of(rows, pa.table(cells, names=[str(at) for at in range(len(cells))]), [])


def _lines(block: Block) -> Any:
    """Return the lines of a block as an Arrow array, without copying them."""
    offsets = np.concatenate([[0], block.ends]).astype(np.int32)
    return pa.StringArray.from_buffers(len(block), pa.py_buffer(offsets), pa.py_buffer(block.data))


def _documents(batch: Any, connection: Any) -> Any:
    """Return the records of a batch as JSON documents."""
    connection.register("batch", pa.Table.from_batches([batch]))
    found = connection.sql("SELECT CAST(to_json(batch) AS VARCHAR) AS line FROM batch").to_arrow_table()
    return found["line"].combine_chunks()


def _flattened(lines: Any, first: int, wanted: list[str], connection: Any) -> Chunk:
    """Return the values at the wanted paths; a line that is no JSON document is a fault."""
    connection.register("lines", pa.table({"row": np.arange(first, first + len(lines)), "line": lines}))
    try:
        found = connection.sql(_picked(wanted, "lines WHERE " + _WRITTEN)).to_arrow_table()
        faults: list[Fault] = []
    except duckdb.InvalidInputException:
        # Judging each line first takes as long as reading it, so only blocks with a bad one are judged.
        connection.execute(f"CREATE OR REPLACE TEMP TABLE judged AS {_JUDGED} FROM lines WHERE {_WRITTEN}")
        found = connection.sql(_picked(wanted, "judged WHERE good ORDER BY row")).to_arrow_table()
        bad = "SELECT row, substr(line, 1, 200) AS shown FROM judged WHERE NOT good ORDER BY row"
        bad_rows = connection.sql(bad).to_arrow_table().to_pylist()
        faults = [Fault(line["row"], "", line["shown"].strip(), "not a JSON document") for line in bad_rows]
    return Chunk.of(found["row"].to_numpy(), found.drop_columns(["row"]), faults, blanks=True)


_WRITTEN = "trim(line, chr(9) || chr(10) || chr(13) || ' ') <> ''"
_JUDGED = (
    "SELECT row, line, CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END AS good"
)


def _picked(wanted: list[str], rows: str) -> str:
    """Return the query of the values at paths: all plain ones in one reading."""
    plain = [path for path in wanted if "[*]" not in path]
    at_once = f"json_extract_string(line, [{', '.join(map(_path, plain))}])"
    picked = ", ".join(
        f"coalesce(at_once[{plain.index(path) + 1}], '') AS \"{at}\""
        if path in plain
        else f"coalesce(array_to_string(json_extract_string(line, {_path(path)}), chr(31)), '') AS \"{at}\""
        for at, path in enumerate(wanted)
    )
    return f"SELECT row, {picked} FROM (SELECT row, line, {at_once} AS at_once FROM {rows})"


def _path(path: str) -> str:
    """Return a path as SQL.

    >>> print(_path("authors[*].name"))
    '$."authors"[*]."name"'
    """
    steps = ((step.removesuffix("[*]"), step.endswith("[*]")) for step in path.split("."))
    quoted = "".join(f'."{name}"' + "[*]" * every for name, every in steps).replace("'", "''")
    return f"'${quoted}'"
