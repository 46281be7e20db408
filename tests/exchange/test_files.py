"""The store of evidence: what kind a content is, whatever its name says, and that nothing is half there."""

from __future__ import annotations

import io
import os
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadData, BadSpec, UnknownName
from heban.exchange import files
from heban.exchange.files import LARGEST, MEDIA, Store, checked, kind, plain_name


def office(*parts: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for part in parts:
            made.writestr(part, "x")
    return held.getvalue()


SHEET = office("[Content_Types].xml", "xl/workbook.xml")
LETTER = office("[Content_Types].xml", "word/document.xml")
KNOWN = {
    "pdf": b"%PDF-1.4\n", "png": b"\x89PNG\r\n\x1a\n....", "jpg": b"\xff\xd8\xff\xe0....", "xlsx": SHEET,
    "docx": LETTER, "csv": "项目,金额\n检测,5\n".encode(), "txt": "只是文字".encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_a_kind_is_read_from_the_content(name: str) -> None:
    assert kind(KNOWN[name]) == name
    assert name in MEDIA


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03", b"\x7fELF\x02", b"<html><script>", b"  <!DOCTYPE html>", b"<svg onload=x>",
        b"PK\x03\x04 torn", office("a.txt"), office("[Content_Types].xml"), b"\x00\x01\x02",
        office("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), b"\xff\xfe\x00",
        b"GIF89a\x00", b"\x1b[2J",
    ],
)  # fmt: skip
def test_what_can_run_or_is_unknown_is_no_kind(content: bytes) -> None:
    assert kind(content) is None


def test_chinese_text_in_the_old_encoding_is_text() -> None:
    assert kind("检测报告\n合格".encode("gb18030")) == "txt"
    assert kind(b"a,b\n1,2\n3,4,5\n") == "txt", "rows of unlike length are no table"


def test_all_that_is_wrong_with_a_file_is_said() -> None:
    with pytest.raises(BadData) as told:
        checked(b"\x00" * (LARGEST + 1), "x.pdf")
    assert str(told.value) == (
        "2 faults in the data:\n"
        "  error: x.pdf: its content is of no kind that is taken. Repair: give pdf, png, jpg, xlsx, docx, "
        "csv, txt, without macros.\n"
        "  error: x.pdf: it has 20.0 MiB and the most is 20. Repair: make it smaller, or split it."
    )
    with pytest.raises(BadData, match=r"x: it is empty\. Repair: choose the file again\."):
        checked(b"", "x")


def test_a_file_is_kept_once_and_not_to_be_run(tmp_path: Path) -> None:
    store, content = Store(tmp_path / "files"), KNOWN["pdf"]
    first = store.put(content, "../../etc/报告.exe")
    assert (first.name, first.media, first.bytes) == ("报告.exe", "application/pdf", 9)
    path = store.path(first.sha256)
    assert path.read_bytes() == content
    assert sha256(content).hexdigest() == path.name
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.stat().st_mtime_ns
    assert store.put(content, "报告.exe") == first
    assert path.stat().st_mtime_ns == before
    assert [one.name for one in path.parent.iterdir()] == [first.sha256]


def test_what_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        Store(tmp_path).put(KNOWN["pdf"], "a.pdf")
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_only_a_digest_names_a_file(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(BadSpec, match=r"^'\.\./secret' is no sha256"):
        store.path("../secret")
    with pytest.raises(UnknownName, match=r"^there is no file 0{64}\. Hand it in again"):
        store.path("0" * 64)


@given(name=st.text(max_size=400))
def test_a_name_is_never_a_path(name: str) -> None:
    said = plain_name(name)
    assert 0 < len(said) <= 200
    assert "/" not in said
    assert "\\" not in said
    assert said.isprintable()


@given(content=st.binary(min_size=1, max_size=400))
def test_whatever_is_handed_in_is_a_kind_or_refused(content: bytes) -> None:
    found = files.kind(content)
    assert found is None or found in MEDIA
