"""The address of a static file holds a part of its checksum, and a file that is not there has none."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.templatetags.static import static

import heban.web


def test_the_address_changes_with_the_content() -> None:
    content = (Path(heban.web.__file__).parent / "static/web/plain.css").read_bytes()
    assert static("web/plain.css") == f"/static/web/plain.css?{hashlib.sha256(content).hexdigest()[:12]}"
    assert static("web/none.css") == "/static/web/none.css"
