"""Tracing: places that take a figure from the facts, and figures typed by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from heban.domain.errors import BadSpec, unknown
from heban.domain.place import Language
from heban.report.facts import FactDict
from heban.report.formatting import show

PLACEHOLDER = re.compile(r"\{\{\s*fact:\s*([^{}]*?)\s*\}\}")
# A placeholder becomes one private-use mark before Markdown is parsed, so that neither the
# underscores of an id nor the bars before its options can mean anything to Markdown.
MARK = re.compile("\ue000([0-9]+)\ue001")

LABELS = re.compile(
    r"(?:19|20)\d\d(?:年\d{1,2}月(?:\d{1,2}日)?|-\d{2}(?:-\d{2})?)?(?![\d.,]*\d)"  # years and dates
    r"|§\s?\d+(?:\.\d+)*"  # sections of the conventions
    r"|[A-Za-z]+-?\d+(?:\.\d+)*"  # names, as G60 and PM2.5
)
FIGURE = re.compile(r"\d+(?:[.,]\d+)*%?")
FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0E: ".", 0xFF05: "%"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of a file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class NotTraced:
    """A number typed by hand, and where."""

    file: str
    line: int
    number: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A fact that a text asks for, and how to show it."""

    id: str
    options: tuple[str, ...]
    spot: Spot


def mark(text: str, file: str, first_line: int, facts: Mapping[str, FactDict]) -> tuple[str, list[Placed]]:
    """Replace every `{{fact:id|options}}` by a mark and return the facts asked for, in order.

    Raises `UnknownName`, with near names, file and line, for a fact that does not exist.
    """
    placed: list[Placed] = []

    def replaced(match: re.Match[str]) -> str:
        id, *options = [part.strip() for part in match[1].split("|")]
        spot = Spot(file, first_line + text.count("\n", 0, match.start()))
        if id not in facts:
            raise unknown("fact", id, facts, f"the report's facts ({spot})")
        placed.append(Placed(id, tuple(options), spot))
        return f"\ue000{len(placed) - 1}\ue001"

    marked = PLACEHOLDER.sub(replaced, text)
    lost = marked.find("{{")
    if lost >= 0:
        spot = Spot(file, first_line + marked.count("\n", 0, lost))
        raise BadSpec(f"{spot}: '{{{{' opens no {{{{fact:id}}}}. Write it so, or leave the braces out.")
    return marked, placed


def written(placed: Placed, facts: Mapping[str, FactDict], lang: Language) -> str:
    """Write a fact as its text asks; a format that does not exist is reported with file and line."""
    try:
        return show(facts[placed.id], lang, placed.options)
    except BadSpec as fault:
        raise BadSpec(f"{placed.spot}: {fault}") from fault


def typed_numbers(text: str) -> list[str]:
    """Return the numbers of a text that were typed by hand.

    Labels are not figures and are left out: a year from 1900 to 2099 and a date that begins
    with one, a name with digits behind Latin letters, a section number behind §.

    >>> typed_numbers("2011—2022年增至262.48，同比８.98％；G60九城，2023年9月，见§3.2")
    ['262.48', '8.98%']
    >>> typed_numbers("35,504件，TOP20，2,022件")
    ['35,504', '2,022']
    """
    plain = MARK.sub(" ", text.translate(FULL_WIDTH))
    return FIGURE.findall(LABELS.sub(_blank, plain))


def _blank(match: re.Match[str]) -> str:
    """Blank a label, unless it is only the tail of a longer number, as 2011 in 12011 or 1.2011."""
    before = match.string[: match.start()]
    inside = re.search(r"\d[.,]?$", before) is not None and match[0][0].isdigit()
    return match[0] if inside else " " * len(match[0])
