"""A text file as blocks of whole lines in UTF-8, whatever its encoding, its broken lines marked."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec

BLOCK = 8 * 2**20  # bytes read at a time: enough for speed, little beside the rest
SAMPLE = 2**20
BROKEN = "\ufdd0"  # no character; stands where a line could not be decoded
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Block:
    """Whole lines in UTF-8: their bytes, where each starts and ends, and which are broken."""

    def __init__(self, data: bytes, *, broken: bool = False) -> None:
        """Find the lines; `broken` tells that some of them could not be decoded."""
        self.data = np.frombuffer(data, dtype=np.uint8)
        ends = np.flatnonzero(self.data == 10) + 1
        if len(data) and (not len(ends) or ends[-1] != len(data)):
            ends = np.append(ends, len(data))
        self.ends: npt.NDArray[np.int64] = ends
        self.starts = np.concatenate([[0], ends[:-1]]).astype(np.int64) if len(ends) else ends
        self.broken = np.zeros(len(ends), dtype=bool)
        if broken:
            mark, at = BROKEN.encode(), -1
            while (at := data.find(mark, at + 1)) >= 0:
                self.broken[np.searchsorted(ends, at, side="right")] = True

    def __len__(self) -> int:
        return len(self.ends)

    def count(self, byte: int) -> npt.NDArray[np.int64]:
        """Return how often a byte stands in each line."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat((self.data == byte).astype(np.int64), self.starts)

    def text(self, first: int, last: int) -> str:
        """Return the text from one line to the end of another."""
        return self.data[self.starts[first] : self.ends[last]].tobytes().decode("utf-8")

    def shown(self, line: int) -> str:
        """Return a line as it may be shown: what could not be decoded is left out."""
        return self.text(line, line).replace(BROKEN, "…").strip()

    def kept(self, lines: npt.NDArray[np.bool_]) -> bytes:
        """Return the bytes of some of the lines."""
        if lines.all():
            return self.data.tobytes()
        return self.data[np.repeat(lines, self.ends - self.starts)].tobytes()


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacking it if it is gzipped."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(path, "rb")) if packed else path.open("rb")


def encoding_of(path: Path) -> str:
    """Return a text file's encoding: by its byte-order mark, else as most of its first lines have it.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     _ = path.write_bytes("城市\\n苏州\\n".encode("gbk"))
    ...     encoding_of(path)
    'gb18030'
    """
    sample = next(_pieces(path, SAMPLE, marked=True), b"")
    for mark, name in _BOMS.items():
        if sample.startswith(mark):
            return name
    lines = [line for line in sample.splitlines() if not line.isascii()][:5000]
    # Nearly all of a text in GBK is GB 2312, and nearly nothing of one in a Western encoding is.
    right = {name: sum(_decodes(line, name) for line in lines) for name in ("utf-8", "gb2312")}
    return "gb18030" if right["gb2312"] > max(2 * right["utf-8"], len(lines) // 2) else "utf-8"


def blocks(path: Path, encoding: str, size: int = BLOCK) -> Iterator[Block]:
    """Yield a file as blocks of whole lines in UTF-8."""
    wide = encoding.startswith("utf-16")
    _register()
    decoder = codecs.getincrementaldecoder(encoding if wide else "ascii")("heban.line")
    rest = b""
    for piece in _pieces(path, size):
        new = decoder.decode(piece).encode("utf-8") if wide else piece
        lines, end, after = (rest + new).rpartition(b"\n")
        rest = after
        if end:
            yield _block(lines + end, "utf-8" if wide else encoding, wide=wide)
    if rest:
        yield _block(rest, "utf-8" if wide else encoding, wide=wide)


def _pieces(path: Path, size: int, *, marked: bool = False) -> Iterator[bytes]:
    try:
        with opened(path) as source:
            piece = source.read(size) if marked else _without_mark(source.read(size))
            while piece:
                yield piece
                piece = source.read(size)
    except (EOFError, OSError) as error:
        raise BadSpec(f"{path.name} cannot be read to its end ({error}). Fetch it again.") from error


def _block(data: bytes, encoding: str, *, wide: bool) -> Block:
    block = utf8(data, encoding)
    return Block(block.data.tobytes(), broken=True) if wide else block


def utf8(data: bytes, encoding: str) -> Block:
    """Return whole lines as a block in UTF-8; what cannot be decoded spoils its own line only.

    >>> block = utf8("苏州\\n".encode() + b"\\xff\\xfe;1\\n" + "宿州\\n".encode(), "utf-8")
    >>> block.broken.tolist(), block.shown(2)
    ([False, True, False], '宿州')
    """
    try:
        if encoding == "utf-8":
            data.decode("utf-8")
            return Block(_one_line_end(data))
        return Block(_one_line_end(data.decode(encoding).encode("utf-8")))
    except UnicodeDecodeError:
        _register()
        text = data.decode(encoding, errors="heban.line")
        return Block(_one_line_end(text.encode("utf-8", errors="replace")), broken=True)


def _one_line_end(data: bytes) -> bytes:
    """A file of an old Macintosh ends its lines with carriage returns only."""
    return data.replace(b"\r", b"\n") if b"\n" not in data and b"\r" in data else data


def _register() -> None:
    def spoilt(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        wide = error.encoding.startswith("utf-16")
        at = error.object.find(b"\n", error.start)
        end = len(error.object) if at < 0 else at
        return BROKEN, error.end if wide else max(end, error.start)

    codecs.register_error("heban.line", spoilt)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _without_mark(piece: bytes) -> bytes:
    for mark in _BOMS:
        if piece.startswith(mark):
            return piece[len(mark) :]
    return piece
