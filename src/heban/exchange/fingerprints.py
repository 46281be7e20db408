"""Fingerprints of reports: worked out once from the text of each kept file, by which copies are found."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from heban.domain.errors import UnknownName
from heban.exchange.files import MEDIA, Store
from heban.exchange.models import Paper
from heban.exchange.rules.copying import fingerprint

KEPT = "fingerprints"
"""A file beside the kept ones: a line for each, its sha256 and 16 hexadecimal signs, or - for none."""
_LINE = re.compile(r"([0-9a-f]{64}) ([0-9a-f]{16}|-)")
LARGEST = 64 * 2**20
"""What the text part of an office document may unpack to; a larger one is not compared."""
_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


def known(store: Store) -> dict[str, int | None]:
    """Return the fingerprints of all reports that are kept, by sha256; new ones are worked out and noted.

    Only txt, csv and docx have a text that is read; of other kinds, and of short texts, none is known. The
    note may be removed: it is made again.
    """
    note = store.folder / KEPT
    found = _noted(note)
    rows = Paper.objects.filter(kind="report").order_by("pk")
    store.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with note.open("a", encoding="ascii") as lines:
        for digest, media in rows.values_list("evidence__sha256", "evidence__media").iterator():
            if digest in found:
                continue
            try:
                content = store.path(digest).read_bytes()
            except UnknownName:
                continue
            found[digest] = None if (text := text_of(content, media)) is None else fingerprint(text)
            lines.write(f"{digest} {'-' if found[digest] is None else format(found[digest], '016x')}\n")
    return found


def text_of(content: bytes, media: str) -> str | None:
    """Return the text of a file of a media type, or nothing where none is read.

    >>> text_of("检测合格".encode("gb18030"), "text/plain"), text_of(b"%PDF-1.7", "application/pdf")
    ('检测合格', None)
    """
    if media in (MEDIA["txt"], MEDIA["csv"]):
        return _decoded(content)
    return _document(content) if media == MEDIA["docx"] else None


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _document(content: bytes) -> str | None:
    """The words of a docx; one that declares entities, or unpacks to very much, is not read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts, parts.open("word/document.xml") as part:
            xml = part.read(LARGEST + 1)
        if len(xml) > LARGEST or b"<!DOCTYPE" in xml:
            return None
        return "".join(one.text or "" for one in ElementTree.fromstring(xml).iter(_TEXT))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError, RuntimeError):
        return None


def _noted(note: Path) -> dict[str, int | None]:
    if not note.exists():
        return {}
    lines = map(_LINE.fullmatch, note.read_text("ascii").splitlines())
    return {line[1]: None if line[2] == "-" else int(line[2], 16) for line in lines if line}
