"""Where files that people hand in are kept, and how large a form with one may be."""

from __future__ import annotations

from heban.exchange import settings
from heban.exchange.files import LARGEST, Store

LARGEST_FORM = LARGEST + 2**20
"""Bytes of a form with a file: the file, and what stands around it."""


def store() -> Store:
    """Return the store of files: a folder within the data folder."""
    return Store(settings.from_environment().data / "files")
