"""Reading a table as it came: every cell as text, with its row, whatever its encoding."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from heban.domain.errors import Finding

# The header is row 1, so the first record is row 2, as in a spreadsheet.
FIRST_ROW = 2


@dataclass(frozen=True)
class RawTable:
    """The cells of one file as text; the index of `cells` is the row number in the file."""

    file: str
    cells: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def read_raw(path: Path, name: str, encoding: str | None = None) -> RawTable:
    """Read a CSV or Parquet file into text cells, with findings on encoding and ragged rows.

    A byte-order mark is skipped, GB 18030 (GBK) is decoded and reported; `encoding` is what
    the package declares for the file.
    """
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
        text = frame.astype("string").fillna("").astype(object)
        text.index = pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(frame))
        return RawTable(name, text)
    content = path.read_bytes()
    decoded, findings = _decode(content, name, encoding)
    return _parse(decoded, name, findings)


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without a byte-order mark, or in GB 18030.

    >>> decode("苏州".encode("gbk"))
    '苏州'
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _decode(content: bytes, name: str, encoding: str | None) -> tuple[str, list[Finding]]:
    if encoding and encoding.lower().replace("_", "-") not in ("utf-8", "utf-8-sig"):
        return content.decode(encoding, errors="replace"), []
    text = decode(content)
    if content.startswith(codecs.BOM_UTF8):
        message = "the file begins with a byte-order mark, which was skipped"
        return text, [Finding("warning", name, None, None, None, message, "save it as UTF-8 without BOM")]
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        message = "the file is not UTF-8; it was read as GB 18030 (GBK)"
        repair = "save it as UTF-8, or declare its encoding in datapackage.json"
        return text, [Finding("warning", name, None, None, None, message, repair)]
    return text, []


def _parse(text: str, name: str, findings: list[Finding]) -> RawTable:
    records = list(csv.reader(io.StringIO(text)))
    header = records[0] if records else []
    rows: list[int] = []
    cells: list[list[str]] = []
    for row, record in enumerate(records[1:], start=FIRST_ROW):
        if len(record) == len(header):
            rows.append(row)
            cells.append(record)
        elif record:
            message = f"the row has {len(record)} cells, the header {len(header)}"
            repair = "quote the cells that hold a comma, or add the missing ones"
            findings.append(Finding("error", name, row, None, None, message, repair))
    frame = pd.DataFrame(cells, index=pd.Index(rows, dtype="int64"), columns=header, dtype=object)
    return RawTable(name, frame, tuple(findings))
