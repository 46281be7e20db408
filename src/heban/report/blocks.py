"""The blocks of a document: one small tree, the same for the page and for Word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from heban.domain.place import Language
from heban.report.tracing import NotTraced


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one look; `fact` is the id of the figure that it shows."""

    text: str
    strong: bool = False
    em: bool = False
    code: bool = False
    href: str = ""
    fact: str = ""


Inline = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a chapter; the chapter's own title is level 1."""

    level: int
    runs: Inline
    anchor: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    runs: Inline


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item is a sequence of blocks."""

    ordered: bool
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table written out in the text itself."""

    header: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart or a table of the facts, with its title, source line and notes.

    `number` counts figures and tables each from 1 through the whole report.
    """

    kind: Literal["chart", "table"]
    id: str
    number: int
    title: Inline
    tables: tuple[str, ...]
    source: str
    notes: tuple[Inline, ...]
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs an essay, and their post."""

    author: str
    post: str


Block = Heading | Paragraph | Items | Quote | Grid | Figure | Signature


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its title and its blocks; essays make a part of their own."""

    id: str
    title: Inline
    blocks: tuple[Block, ...]
    part: Literal["data", "essays"] = "data"

    @property
    def anchor(self) -> str:
        """The chapter's address inside the page."""
        return f"chapter-{self.id}"


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report in one language.

    `not_traced` lists the numbers that were typed by hand; `placed` the ids of the facts
    that the text shows, in order.
    """

    lang: Language
    chapters: tuple[Chapter, ...]
    not_traced: tuple[NotTraced, ...] = ()
    placed: tuple[str, ...] = field(default=())

    def figures(self) -> list[Figure]:
        """Return all charts and tables in the order of the report."""
        return [block for chapter in self.chapters for block in chapter.blocks if isinstance(block, Figure)]


def text_of(runs: Inline) -> str:
    """Return inline runs as plain text.

    >>> text_of((Run("增至"), Run("262.48", fact="index.total.2022")))
    '增至262.48'
    """
    return "".join(run.text for run in runs)
