"""The door of the matcher: tables of needs, offers and works are checked here, and what they lack is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from heban.domain.errors import BadData, BadSpec, Finding
from heban.measures.relevance.facets import facets
from heban.measures.relevance.sentences import Reason, reason

NUMBERS = ("lon", "lat", "price_fen", "maturity")
LONGEST = 20_000  # characters of a text that are read: some twelve pages
_ODD = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Intake:
    """Texts that may be compared, with what was noticed about each."""

    table: pd.DataFrame
    """id, title, text and whatever else came, in order; title and text are strings of bounded length"""
    notices: dict[int, list[Reason]]
    """of the rows that are empty, cut or unreadable, by row"""

    def whole(self) -> list[str]:
        """Return title and text of each row as one.

        >>> checked(pd.DataFrame({"id": ["1"], "title": ["a"], "text": ["b"]}), "needs").whole()
        ['a b']
        """
        pairs = zip(self.table["title"], self.table["text"], strict=True)
        return [f"{title} {text}" if title and text else title or text for title, text in pairs]


def checked(table: pd.DataFrame, what: str, keys: Sequence[str] = ("id",)) -> Intake:
    """Return a table of texts made ready, or raise `BadData` with everything that is wrong with it.

    `table` has the `keys` and a title, a text or both; what is absent is an empty text (§1: it is compared
    with nothing). A text beyond 20,000 characters is cut, one of mostly control characters is taken as empty,
    and both are told. Raises `BadSpec` for columns that are missing.

    >>> checked(pd.DataFrame({"id": ["1", "1"], "title": ["a", b"b"]}), "offers")
    Traceback (most recent call last):
    heban.domain.errors.BadData: 2 faults in the data:
      error: offers row 3, id = '1': the identifier stands twice. Repair: give each its own.
      error: offers row 3, title: bytes are no text. Repair: decode the file with its encoding first.
    """
    lacking = [key for key in keys if key not in table]
    if lacking or not {"title", "text"} & set(table):
        lacking += [] if {"title", "text"} & set(table) else ["title or text"]
        raise BadSpec(
            f"the table of {what} lacks {', '.join(lacking)}; it has {', '.join(map(str, table)) or 'none'}."
        )
    made = table.reset_index(drop=True).copy()
    findings = [*_keys(made, what, keys)]
    notices: dict[int, list[Reason]] = {}
    for column in ("title", "text"):
        given = made[column].tolist() if column in made else [""] * len(made)
        made[column] = [_read(value, row, column, what, findings, notices) for row, value in enumerate(given)]
    findings += [*_numbers(made, what), *_facets(made, what)]
    if findings:
        raise BadData(findings)
    for key in keys:
        made[key] = made[key].astype(str).astype(object)
    for row in made.index[(made["title"] == "") & (made["text"] == "")]:
        notices.setdefault(int(row), []).append(reason("empty"))
    return Intake(made, notices)


def _keys(table: pd.DataFrame, what: str, keys: Sequence[str]) -> Iterator[Finding]:
    for key in keys:
        for row in table.index[table[key].isna() | (table[key].astype(str).str.strip() == "")]:
            yield Finding("error", what, int(row) + 2, key, None, "the identifier is missing", "give one")
    for row in table.index[table.duplicated(list(keys)) & table[list(keys)].notna().all(axis=1)]:
        name = " ".join(str(table.at[row, key]) for key in keys)
        twice = "the identifier stands twice"
        yield Finding("error", what, int(row) + 2, keys[-1], name, twice, "give each its own")


def _numbers(table: pd.DataFrame, what: str) -> Iterator[Finding]:
    """Turn the columns of numbers into numbers, and yield what is none."""
    for column in (name for name in NUMBERS if name in table):
        given = table[column].where(table[column].astype(str).str.strip() != "", None)
        table[column] = pd.to_numeric(given, errors="coerce").astype(float)
        for row in table.index[given.notna() & ~np.isfinite(table[column])]:
            repair = "give a number, or leave it empty"
            yield Finding("error", what, int(row) + 2, column, str(given[row]), "not a number", repair)


def _facets(table: pd.DataFrame, what: str) -> Iterator[Finding]:
    for row, given in table["facets"].items() if "facets" in table else ():
        try:
            facets(given)
        except BadSpec as wrong:
            says, repair = str(wrong).rstrip(".").split(". ")
            yield Finding("error", what, int(row) + 2, "facets", str(given), says, repair)


def _read(
    value: Any, row: int, column: str, what: str, findings: list[Finding], notices: dict[int, list[Reason]]
) -> str:
    """Return a cell as a text of bounded length; what is odd is noted."""
    if not isinstance(value, str):
        if not isinstance(value, bytes) and pd.isna(value) is True:
            return ""
        kind = type(value).__name__
        repair = (
            "decode the file with its encoding first" if kind == "bytes" else "give a text, or leave it empty"
        )
        says = "bytes are no text" if kind == "bytes" else f"a {kind} is no text"
        findings.append(Finding("error", what, row + 2, column, None, says, repair))
        return ""
    text = value
    if len(text) > LONGEST:
        notices.setdefault(row, []).append(reason("cut", length=f"{len(text):,}", kept=f"{LONGEST:,}"))
        text = text[:LONGEST]
    if _ODD.search(text) and len(_ODD.findall(text)) * 10 > len(text):
        notices.setdefault(row, []).append(reason("unreadable"))
        return ""
    return text.strip()
