"""Fingerprints: of texts in kept files, worked out once; what has no text to read has none."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from unittest import mock
from xml.sax.saxutils import escape

import pytest

from heban.exchange import fingerprints
from heban.exchange.files import MEDIA, Store
from heban.exchange.models import Evidence, Paper
from heban.exchange.rules.copying import fingerprint
from tests.exchange.desks import JIASHAN, MEMBER, NOW, Base

TEXT = "".join(random.Random(7).choices("检测结果合格样品温度压力含量铁铜锌方法仪器日期编号", k=900))
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def document(text: str, head: str = "") -> bytes:
    """A docx with a text in paragraphs of a hundred signs."""
    parts = (escape(text[start : start + 100]) for start in range(0, len(text), 100))
    body = "".join(f"<w:p><w:r><w:t>{part}</w:t></w:r></w:p>" for part in parts)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("[Content_Types].xml", "<Types/>")
        zipped.writestr("word/document.xml", f'{head}<w:document xmlns:w="{WORD}">{body}</w:document>')
    return made.getvalue()


def handed_in(store: Store, content: bytes, name: str) -> str:
    """A report of the cast's order."""
    file = store.put(content, name)
    evidence = Evidence.objects.create(
        sha256=file.sha256, kind="report", name=file.name, bytes=file.bytes, media=file.media,
        jurisdiction_id=JIASHAN, shown_at=NOW,
    )  # fmt: skip
    Paper.objects.create(order_id=1, kind="report", evidence=evidence, by_id=MEMBER, at=NOW)
    return file.sha256


def test_the_same_words_have_one_fingerprint_whatever_the_file(base: Base, tmp_path: Path) -> None:
    store = Store(tmp_path)
    wanted = fingerprint(TEXT)
    assert fingerprint(fingerprints.text_of(document(TEXT), MEDIA["docx"]) or "") == wanted
    files = (TEXT.encode(), TEXT.encode("gb18030"))
    made = [handed_in(store, content, "report") for content in files]
    pdf, short = handed_in(store, b"%PDF-1.7 and more", "r.pdf"), handed_in(store, "合格".encode(), "r.txt")
    assert fingerprints.known(store) == {**dict.fromkeys(made, wanted), pdf: None, short: None}


def test_each_file_is_read_once(base: Base, tmp_path: Path) -> None:
    store = Store(tmp_path)
    handed_in(store, TEXT.encode(), "r.txt")
    first = fingerprints.known(store)
    with mock.patch.object(fingerprints, "fingerprint", side_effect=AssertionError("read again")):
        assert fingerprints.known(store) == first
    handed_in(store, TEXT[::-1].encode(), "r.txt")
    second = fingerprints.known(store)
    assert first.items() < second.items()
    (tmp_path / fingerprints.KEPT).unlink()
    assert fingerprints.known(store) == second


def test_a_note_that_broke_off_is_no_harm(base: Base, tmp_path: Path) -> None:
    store = Store(tmp_path)
    handed_in(store, TEXT.encode(), "r.txt")
    found = fingerprints.known(store)
    note = tmp_path / fingerprints.KEPT
    note.write_text(note.read_text("ascii")[:-9], "ascii")
    assert fingerprints.known(store) == found


def test_a_file_that_is_gone_has_no_fingerprint(base: Base, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.path(handed_in(store, TEXT.encode(), "r.txt")).unlink()
    assert fingerprints.known(store) == {}


@pytest.mark.parametrize(
    "content",
    [
        document(TEXT, '<!DOCTYPE a [<!ENTITY b "c">]>'), document("")[:-30], b"PK\x03\x04",
        document(TEXT).replace(b"word/document.xml", b"word/somethingxml"),
    ],
    ids=["entities", "cut off", "no archive", "no words"],
)  # fmt: skip
def test_a_document_that_is_not_sound_is_not_read(content: bytes) -> None:
    assert fingerprints.text_of(content, MEDIA["docx"]) is None


def test_a_document_that_unpacks_to_very_much_is_not_read() -> None:
    with mock.patch.object(fingerprints, "LARGEST", 1_000):
        assert fingerprints.text_of(document(TEXT), MEDIA["docx"]) is None
