"""Files shown as evidence: kept by their sha256, of kinds that are known by their content, and never run."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from heban.domain.errors import BadData, BadSpec, Finding, UnknownName

LARGEST = 20 * 2**20
"""Bytes of the largest file that is taken; Heban's own choice."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "csv": "text/csv",
    "txt": "text/plain",
}
"""The kinds that are taken, and the media type of each."""
_BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
_WITHIN = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_PAGES = ("<!doctype", "<html", "<?xml", "<svg", "<script")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is kept: its sha256, the name it came with, its media type and its size."""

    sha256: str
    name: str
    media: str
    bytes: int

    def plain(self) -> dict[str, str | int]:
        """Return it as an act is asked with it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of files by their sha256; the same content is kept once, and nothing in it is ever changed."""

    folder: Path

    def put(self, content: bytes, name: str) -> Stored:
        """Keep a file and return what it is, or raise `BadData` with everything that is wrong with it.

        Its kind is read from its content; what its name ends in is not believed. It is there wholly or not
        at all, readable by the server's own account and not executable.
        """
        media = MEDIA[checked(content, name)]
        digest = sha256(content).hexdigest()
        path = self._place(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _written(path, content)
        return Stored(digest, plain_name(name), media, len(content))

    def path(self, digest: str) -> Path:
        """Return where a file is kept; `UnknownName` if it is not there."""
        path = self._place(digest)
        if not path.is_file():
            raise UnknownName(f"there is no file {digest}. Hand it in again, or restore it from a backup.")
        return path

    def _place(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise BadSpec(f"{digest!r} is no sha256: 64 digits and small letters a to f.")
        return self.folder / digest[:2] / digest


def checked(content: bytes, name: str) -> str:
    """Return the kind of a file that is taken, or raise `BadData` with everything that is wrong with it.

    >>> checked(b"%PDF-1.7 and more", "report.exe")
    'pdf'
    >>> checked(b"<html></html>", "report.pdf")
    Traceback (most recent call last):
    heban.domain.errors.BadData: 1 fault in the data:
      error: report.pdf: its content is of no kind that is taken. Repair: give pdf, png, jpg, xlsx, docx, \
csv, txt, without macros.
    """
    named, faults = plain_name(name), []
    found = kind(content) if content else None
    if not content:
        faults.append(("it is empty", "choose the file again"))
    elif found is None:
        taken = f"give {', '.join(MEDIA)}, without macros"
        faults.append(("its content is of no kind that is taken", taken))
    if len(content) > LARGEST:
        size, most = len(content) / 2**20, LARGEST / 2**20
        faults.append((f"it has {size:.1f} MiB and the most is {most:g}", "make it smaller, or split it"))
    if found is None or faults:
        raise BadData(Finding("error", named, None, None, None, what, repair) for what, repair in faults)
    return found


def kind(content: bytes) -> str | None:
    """Return the kind of a content, `pdf` or another of `MEDIA`; nothing when it is none of them.

    Only the list of an office document's parts is read, so nothing is unpacked; one with macros is none.

    >>> kind(b"a,b\\n1,2\\n"), kind("一段话".encode("gb18030")), kind(b"\\x7fELF")
    ('csv', 'txt', None)
    """
    for name, begin in _BEGINS.items():
        if content.startswith(begin):
            return name
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return _text(content)


def plain_name(name: str) -> str:
    """Return the last part of a file's name without what no name needs, and not too long.

    >>> plain_name("..\\\\secret/../报告\\n1.pdf")
    '报告1.pdf'
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(sign for sign in last if sign.isprintable())
    return shown[-_LONGEST_NAME:] or "file"


def _office(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = set(parts.namelist())
    except zipfile.BadZipFile:
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((one for one, part in _WITHIN.items() if part in names), None)


def _text(content: bytes) -> str | None:
    """Text in UTF-8 or GB 18030 that is no page; a table of two columns or more is csv."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            return None
        return None if text.lstrip().lower().startswith(_PAGES) else _table(text)
    return None


def _table(text: str) -> str:
    try:
        widths = {len(row) for row in csv.reader(io.StringIO(text)) if row}
    except csv.Error:
        return "txt"
    return "csv" if len(widths) == 1 and min(widths) > 1 else "txt"


def _written(path: Path, content: bytes) -> None:
    """Write a file under another name first, and give it its own when all of it is on the disk."""
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
