"""The Word document: real headings, native tables, figures as pictures, contents as a field."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import docx as word_document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.image.image import Image
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph

from heban.domain.place import Language
from heban.report import charts as charting
from heban.report.blocks import (
    Block,
    Chapter,
    Document,
    Figure,
    Grid,
    Heading,
    Inline,
    Items,
    Paragraph,
    Quote,
    Signature,
    text_of,
)
from heban.report.charts import Chart
from heban.report.facts import FactsDict
from heban.report.ooxml import (
    SANS,
    SERIF,
    field,
    link,
    new_numbering,
    set_fonts,
    set_numbering,
    three_rules,
    whole_rows,
)
from heban.report.pictures import has_chinese_font, png
from heban.report.sources import said
from heban.report.tables import shown
from heban.report.words import word

PICTURE_WIDTH = 640  # of a drawing as wide as the text
PIXELS = 2.0  # of the picture, for one of the drawing
PAGE_WIDTH, PAGE_HEIGHT = Cm(16), Cm(21)
ALARM = RGBColor(0xC0, 0x2A, 0x1A)
QUIET = RGBColor(0x5A, 0x66, 0x72)
NO_FONT = (
    "no Chinese font was found, so Chinese text in the figures of report.docx is blank. "
    "Install Noto Sans CJK (make system-deps) and run again."
)


def render(
    document: Document,
    facts: FactsDict,
    lang: Language,
    path: Path,
    charts: Mapping[str, Chart],
) -> list[str]:
    """Write the report as a Word document; return what the reader should know, as missing fonts."""
    writer = _Writer(facts, lang, charts)
    writer.cover()
    writer.contents(document)
    for number, chapter in enumerate(document.chapters):
        writer.chapter(chapter, first_essay=_begins_essays(document.chapters, number))
    writer.cards()
    writer.not_traced(document)
    writer.book.save(str(path))
    drawn = any(figure.kind == "chart" for figure in document.figures())
    return [NO_FONT] if drawn and not has_chinese_font() else []


def _begins_essays(chapters: Sequence[Chapter], number: int) -> bool:
    return chapters[number].part == "essays" and (number == 0 or chapters[number - 1].part != "essays")


class _Writer:
    """A Word document in the making."""

    def __init__(self, facts: FactsDict, lang: Language, charts: Mapping[str, Chart]) -> None:
        self.facts, self.lang, self.charts = facts, lang, charts
        self.book = word_document.Document()
        section = self.book.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        self._styles()
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        field(footer, "PAGE", "1")

    def _styles(self) -> None:
        styles = self.book.styles
        normal = styles["Normal"]
        set_fonts(normal, SERIF, self.lang)
        normal.font.size = Pt(11)
        normal.paragraph_format.line_spacing = 1.4
        normal.paragraph_format.space_after = Pt(6)
        for name, size in (("Title", 28), ("Heading 1", 20), ("Heading 2", 15), ("Heading 3", 12.5)):
            set_fonts(styles[name], SANS, self.lang)
            styles[name].font.size = Pt(size)
            styles[name].font.color.rgb = RGBColor(0x06, 0x34, 0x5A)
        set_fonts(styles["Caption"], SANS, self.lang)
        styles["Caption"].font.size = Pt(10.5)
        styles["Caption"].font.color.rgb = RGBColor(0, 0, 0)
        styles["Caption"].paragraph_format.keep_with_next = True

    def _in_lang(self, text: Any) -> str:
        return str(text[self.lang] if isinstance(text, dict) else text)

    def cover(self) -> None:
        about = self.facts["about"]
        self.book.core_properties.title = self._in_lang(about["title"])
        self.book.core_properties.author = self._in_lang(about.get("publisher", ""))
        self.book.add_paragraph(self._in_lang(about["region"]))
        self.book.add_paragraph(self._in_lang(about["title"]), style="Title")
        for key in ("publisher", "edition", "date", "version", "seed", "engine", "checksum"):
            text = self._in_lang(about.get(key, ""))
            if text:
                label = "" if key == "publisher" else word(key, self.lang) + self._colon()
                self.book.add_paragraph(label + text)
        if any(card["synthetic"] for card in self.facts["cards"].values()):
            run = self.book.add_paragraph().add_run(word("synthetic_loud", self.lang))
            run.bold, run.font.color.rgb = True, ALARM
        self._page_break()

    def _colon(self) -> str:
        return "\uff1a" if self.lang == "zh" else ": "

    def _page_break(self) -> None:
        self.book.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def contents(self, document: Document) -> None:
        heading = self.book.add_paragraph()
        heading.add_run(word("contents", self.lang)).bold = True
        titles = "\n".join(text_of(chapter.title) for chapter in document.chapters)
        field(self.book.add_paragraph(), r'TOC \o "1-2" \h \z \u', titles, dirty=True)
        self._page_break()

    def chapter(self, chapter: Chapter, *, first_essay: bool) -> None:
        if first_essay:
            self._page_break()
            self.book.add_paragraph(word("essays", self.lang), style="Title")
        self._inline(self.book.add_heading(level=1), chapter.title)
        for block in chapter.blocks:
            self._block(block)

    def _block(self, block: Block, style: str | None = None) -> None:
        if isinstance(block, Heading):
            self._inline(self.book.add_heading(level=min(max(block.level, 2), 3)), block.runs)
        elif isinstance(block, Paragraph):
            self._inline(self.book.add_paragraph(style=style), block.runs)
        elif isinstance(block, Items):
            self._items(block)
        elif isinstance(block, Quote):
            for inner in block.blocks:
                self._block(inner, "Intense Quote")
        elif isinstance(block, Grid):
            self._grid(block)
        elif isinstance(block, Signature):
            signed = self.book.add_paragraph()
            signed.add_run(block.author).bold = True
            signed.add_run(f"  {block.post}")
        else:
            self._figure(block)

    def _items(self, items: Items) -> None:
        number = new_numbering(self.book) if items.ordered else None
        for item in items.items:
            for inner in item:
                self._block(inner, "List Number" if items.ordered else "List Bullet")
                if number is not None and isinstance(inner, Paragraph):
                    set_numbering(self.book.paragraphs[-1], number)

    def _inline(self, paragraph: WordParagraph, runs: Inline) -> None:
        for run in runs:
            added = paragraph.add_run(run.text)
            added.bold, added.italic = run.strong or None, run.em or None
            if run.code:
                added.font.name = "Consolas"
            if run.href:
                link(paragraph, added, run.href)

    def _figure(self, figure: Figure) -> None:
        caption = self.book.add_paragraph(style="Caption")
        kind = word("figure" if figure.kind == "chart" else "table", self.lang)
        caption.add_run(f"{kind} {figure.number}  ")
        self._inline(caption, figure.title)
        if figure.synthetic:
            mark = caption.add_run(f"  {word('synthetic', self.lang)}")
            mark.font.color.rgb = ALARM
        if figure.kind == "chart":
            self._picture(figure)
        else:
            table = shown(self.facts["tables"][figure.id], self.lang)
            self._table(table.header, table.rows, table.numeric)
        if figure.source:
            self._small(figure.source)
        for note in figure.notes:
            self._small(word("note", self.lang) + self._colon() + text_of(note))

    def _picture(self, figure: Figure) -> None:
        drawn = charting.specification(figure.id, self.facts, self.lang, self.charts, PICTURE_WIDTH)
        blob = png(drawn, PIXELS)
        size = Image.from_blob(blob)
        unit = PAGE_WIDTH / (PICTURE_WIDTH * PIXELS)  # length of one pixel on the page
        unit *= min(1, PAGE_WIDTH / (size.px_width * unit), PAGE_HEIGHT / (size.px_height * unit))
        paragraph = self.book.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        picture = paragraph.add_run().add_picture(io.BytesIO(blob), Emu(int(size.px_width * unit)))
        picture._inline.docPr.set("descr", text_of(figure.title))

    def _small(self, text: str) -> None:
        paragraph = self.book.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(text)
        run.font.size, run.font.color.rgb = Pt(9), QUIET

    def _grid(self, grid: Grid) -> None:
        table = self.book.add_table(rows=1 + len(grid.rows), cols=len(grid.header))
        for row, inlines in zip(table.rows, (grid.header, *grid.rows), strict=True):
            for cell, runs in zip(row.cells, inlines, strict=True):
                self._inline(cell.paragraphs[0], runs)
        self._dress(table, [False] * len(grid.header))

    def _table(self, header: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> None:
        table = self.book.add_table(rows=1 + len(rows), cols=len(header))
        for row, texts in zip(table.rows, (header, *rows), strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.paragraphs[0].add_run(text)
        self._dress(table, numeric)

    def _dress(self, table: Table, numeric: Sequence[bool]) -> None:
        for number, row in enumerate(table.rows):
            for cell, right in zip(row.cells, numeric, strict=True):
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(1)
                paragraph.paragraph_format.line_spacing = 1.15
                if right:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                for run in paragraph.runs:
                    run.font.size = Pt(9)
                    run.bold = True if number == 0 else run.bold
        three_rules(table)
        whole_rows(table)
        self.book.add_paragraph().paragraph_format.space_after = Pt(0)

    def cards(self) -> None:
        self.book.add_heading(word("cards", self.lang), level=1)
        self.book.add_paragraph(word("cards_intro", self.lang))
        keys = ("title", "producer", "year", "licence", "origin", "url")
        rows = []
        for resource, card in self.facts["cards"].items():
            nature = word("synthetic" if card["synthetic"] else "real", self.lang)
            named = (said(card, field, self.lang) for field in ("title", "producer"))
            rows.append([resource, *named, str(card["year"]), str(card["licence"]), nature, str(card["url"])])
        header = [word(key, self.lang) for key in ("resource", *keys)]
        self._table(header, rows, [False] * len(header))

    def not_traced(self, document: Document) -> None:
        if not document.not_traced:
            return
        self.book.add_heading(word("not_traced", self.lang), level=1)
        self.book.add_paragraph(word("not_traced_intro", self.lang))
        rows = [[item.file, str(item.line), item.number] for item in document.not_traced]
        self._table([word(key, self.lang) for key in ("file", "line", "number")], rows, [False, True, True])
