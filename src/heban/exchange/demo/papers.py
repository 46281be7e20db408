"""Papers of the demonstration: one page each that says what it is, and that nothing of it is real."""

from __future__ import annotations

from hashlib import sha256

from heban.exchange.acts.papers import KINDS
from heban.exchange.files import Store
from heban.exchange.models import Paper

_SONG = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts"
    b" [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
    b" /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6"
    b" /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    b" >>] >>"
)
"""A font that every reader of PDF has another for: nothing is embedded, so a page has some 1,200 bytes."""


def page(kind: str, order: int) -> bytes:
    """Return a paper of an order as PDF. No two are the same file, for each file serves once.

    >>> content = page("invoice", 7)
    >>> content[:8], b"(synthetic data: invoice of the order 7)" in content
    (b'%PDF-1.4', True)
    """
    said = KINDS[kind]
    zh = f"合成数据：订单 {order} 的{said.zh}，仅供演示".encode("utf-16-be").hex().upper()
    en = f"synthetic data: {said.en} of the order {order}"
    shown = f"BT /F1 18 Tf 60 720 Td <{zh}> Tj /F2 14 Tf 0 -30 Td ({en}) Tj ET".encode("ascii")
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
            _SONG,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )


def digest(kind: str, order: int) -> str:
    """Return the sha256 of a paper of an order."""
    return sha256(page(kind, order)).hexdigest()


def kept(store: Store) -> int:
    """Keep the file of every paper that stands written down, and return how many there are."""
    rows = list(Paper.objects.order_by("pk").values_list("kind", "order_id", "evidence__name"))
    for kind, order, name in rows:
        store.put(page(kind, order), name)
    return len(rows)


def _file(parts: list[bytes]) -> bytes:
    """The parts of a PDF in their order, with the table of where each begins."""
    text, at = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        at.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    count = len(parts) + 1
    table = b"".join(b"%010d 00000 n \n" % one for one in at)
    ending = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(text))
    return text + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + ending
