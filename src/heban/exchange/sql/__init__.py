"""The guarantees that Django cannot say, as SQL; a released file is never edited, a newer one follows."""

from __future__ import annotations

from importlib.resources import files


def statements(name: str) -> str:
    """Return the text of a file of this folder.

    >>> statements("written_once").startswith("-- ")
    True
    """
    return files("heban.exchange.sql").joinpath(f"{name}.sql").read_text("utf-8")
