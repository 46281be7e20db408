"""Fingerprints: the address of a static file changes with it, so that no browser keeps an old one."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class Fingerprinted(StaticFilesStorage):
    """Static files as they are installed, each asked for with a part of its sha256."""

    def url(self, name: str | None) -> str:
        """Return the address of a file; one that is not there keeps its plain address."""
        plain: str = super().url(name)
        mark = _mark(name or "")
        return f"{plain}?{mark}" if mark else plain


@lru_cache(maxsize=256)
def _mark(name: str) -> str:
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12] if found else ""
