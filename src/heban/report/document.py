"""The document: every chapter of a report in one language, its figures numbered and sourced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from heban.domain.errors import BadSpec, unknown
from heban.domain.place import Language
from heban.report.blocks import Block, Chapter, Document, Figure, Heading, Inline, Run, Signature
from heban.report.charts import Chart
from heban.report.charts.outlines import outline_notes
from heban.report.facts import FactsDict
from heban.report.prose import Picture, Prose
from heban.report.sources import is_synthetic, source_line
from heban.report.texts import ESSAYS, ChapterText
from heban.report.tracing import NotTraced

__all__ = ["build"]


def build(
    chapters: Sequence[ChapterText],
    facts: FactsDict,
    lang: Language,
    charts: Mapping[str, Chart],
) -> Document:
    """Return the document of chapter texts: Heban's own in their order, then the essays.

    An editors' text is placed behind Heban's prose of its chapter. Raises `UnknownName`, with
    near names, file and line, for a fact, chart, table or chapter that does not exist.
    """
    builder = _Builder(facts, lang, charts)
    own = [text for text in chapters if text.own]
    known = [text.chapter for text in own]
    for text in chapters:
        if text.chapter not in (*known, ESSAYS):
            raise unknown("chapter", text.chapter, [*known, ESSAYS], f"the report ({text.file}, line 1)")
    data = [builder.chapter(text, [t for t in chapters if t.chapter == text.chapter]) for text in own]
    signed = [text for text in chapters if text.chapter == ESSAYS and not text.own]
    essays = [builder.essay(number, text) for number, text in enumerate(signed, start=1)]
    return Document(lang, (*data, *essays), tuple(builder.not_traced), tuple(builder.placed))


@dataclass
class _Builder:
    facts: FactsDict
    lang: Language
    charts: Mapping[str, Chart]
    not_traced: list[NotTraced] = field(default_factory=list)
    placed: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=lambda: {"chart": 0, "table": 0})

    def chapter(self, text: ChapterText, texts: Iterable[ChapterText]) -> Chapter:
        blocks = self._read(text)
        first = blocks[0] if blocks else None
        if not isinstance(first, Heading) or first.level != 1:
            raise BadSpec(f"{text.file} does not begin with its title. Begin it with a line '# title'.")
        rest = blocks[1:]
        for other in texts:
            if not other.own:
                rest += self._titled(other)
        return Chapter(text.chapter, first.runs, self._anchored(text.chapter, rest))

    def essay(self, number: int, text: ChapterText) -> Chapter:
        title, *rest = self._titled(text, signed_above=True)
        assert isinstance(title, Heading)
        id = f"essay-{number}"
        return Chapter(id, title.runs, self._anchored(id, rest), part="essays")

    def _titled(self, text: ChapterText, *, signed_above: bool = False) -> list[Block]:
        """Read an editors' text under its title; its own headings go one level down."""
        lead = f"## {text.title}\n\n"
        title, *blocks = self._read(replace(text, body=lead + text.body, first_line=text.first_line - 2))
        lower = [
            replace(block, level=min(max(3, block.level + 1), 4)) if isinstance(block, Heading) else block
            for block in blocks
        ]
        signature: list[Block] = [Signature(text.author, text.post)] if text.author else []
        return [title, *signature, *lower] if signed_above else [title, *lower, *signature]

    def _read(self, text: ChapterText) -> list[Block]:
        prose = Prose(text.file, self.facts, self.lang, text.first_line)
        found = prose.read(text.body)
        blocks = [self._figure(block) if isinstance(block, Picture) else block for block in found]
        self.not_traced += prose.not_traced
        self.placed += [placed.id for placed in prose.placed]
        return blocks

    def _figure(self, picture: Picture) -> Figure:
        tables = self._tables(picture)
        found = [self.facts["tables"][table] for table in tables]
        sources = list(dict.fromkeys(source for table in found for source in table["sources"]))
        notes: list[Inline] = [picture.note] if picture.note else []
        notes += [(Run(table["notes"][self.lang]),) for table in found if table["notes"][self.lang]]
        kind: Literal["chart", "table"] = "chart" if picture.scheme == "chart" else "table"
        if kind == "chart" and self.charts[picture.id].outlined:
            notes += [(Run(note),) for note in outline_notes(self.facts, self.lang)]
        self._numbers[kind] += 1
        return Figure(
            kind=kind,
            id=picture.id,
            number=self._numbers[kind],
            title=picture.title,
            tables=tables,
            source=source_line(sources, self.facts["cards"], self.lang),
            notes=tuple(notes),
            synthetic=is_synthetic(sources, self.facts["cards"]),
        )

    def _tables(self, picture: Picture) -> tuple[str, ...]:
        where = f"the report ({picture.spot})"
        if picture.scheme == "chart" and picture.id not in self.charts:
            raise unknown("chart", picture.id, self.charts, where)
        tables = self.charts[picture.id].tables if picture.scheme == "chart" else (picture.id,)
        for table in tables:
            if table not in self.facts["tables"]:
                raise unknown("table", table, self.facts["tables"], where)
        return tables

    def _anchored(self, chapter: str, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Give every heading an address of its own inside the page."""
        anchored: list[Block] = []
        for block in blocks:
            number = sum(isinstance(other, Heading) for other in anchored) + 1
            address = f"{chapter}-{number}"
            anchored.append(replace(block, anchor=address) if isinstance(block, Heading) else block)
        return tuple(anchored)
