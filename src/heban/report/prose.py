"""Prose: one Markdown text into blocks, its figures taken from the facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from heban.domain.errors import BadSpec
from heban.domain.place import Language
from heban.report.blocks import Block, Grid, Heading, Inline, Items, Paragraph, Quote, Run
from heban.report.facts import FactsDict
from heban.report.tracing import MARK, NotTraced, Placed, Spot, mark, typed_numbers, written

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of the Markdown, before it becomes a figure of the report: `scheme:id`."""

    scheme: str
    id: str
    title: Inline
    note: Inline
    spot: Spot


@dataclass(frozen=True, slots=True)
class _Look:
    """How the text at hand looks."""

    strong: bool = False
    em: bool = False
    href: str = ""

    def run(self, text: str, *, fact: str = "", code: bool = False) -> Run:
        return Run(text, self.strong, self.em, code, self.href, fact)


@dataclass
class Prose:
    """One text in one language; reading it collects the facts placed and the numbers not traced."""

    file: str
    facts: FactsDict
    lang: Language
    first_line: int = 1
    placed: list[Placed] = field(default_factory=list)
    not_traced: list[NotTraced] = field(default_factory=list)

    def read(self, body: str) -> list[Block | Picture]:
        """Return the blocks of a Markdown text."""
        marked, self.placed = mark(body, self.file, self.first_line, self.facts["facts"])
        tree = SyntaxTreeNode(MARKDOWN.parse(marked))
        return [block for node in tree.children for block in self._blocks(node)]

    def _blocks(self, node: SyntaxTreeNode) -> Iterator[Block | Picture]:
        if node.type == "heading":
            yield Heading(int(node.tag[1]), self._inline(node.children[0]), "")
        elif node.type == "paragraph":
            yield self._paragraph(node.children[0])
        elif node.type in ("bullet_list", "ordered_list"):
            items = tuple(self._inner(item) for item in node.children)
            yield Items(node.type == "ordered_list", items)
        elif node.type == "blockquote":
            yield Quote(self._inner(node))
        elif node.type == "table":
            yield self._grid(node)
        elif node.type != "hr":
            raise BadSpec(f"{self._spot(node)}: a report has no {node.type}. Write a paragraph.")

    def _inner(self, node: SyntaxTreeNode) -> tuple[Block, ...]:
        blocks = [block for child in node.children for block in self._blocks(child)]
        for block in blocks:
            if isinstance(block, Picture):
                raise BadSpec(f"{block.spot}: a figure stands inside a list or a quotation. Put it below.")
        return tuple(block for block in blocks if not isinstance(block, Picture))

    def _paragraph(self, inline: SyntaxTreeNode) -> Paragraph | Picture:
        pictures = [child for child in inline.children if child.type == "image"]
        if not pictures:
            return Paragraph(self._inline(inline))
        if len(inline.children) > 1:
            raise BadSpec(f"{self._spot(inline)}: a figure stands inside a sentence. Give it a paragraph.")
        return self._picture(pictures[0], self._spot(inline))

    def _picture(self, node: SyntaxTreeNode, spot: Spot) -> Picture:
        scheme, _, id = str(node.attrs["src"]).partition(":")
        if scheme not in ("chart", "table") or not id:
            raise BadSpec(f"{spot}: a figure is written ![title](chart:id) or ![title](table:id).")
        note = str(node.attrs.get("title", ""))
        title = tuple(self._runs(node.children, spot.line, _Look()))
        return Picture(scheme, id, title, tuple(self._text(note, spot.line, _Look())), spot)

    def _grid(self, node: SyntaxTreeNode) -> Grid:
        parts = [part.children for part in node.children]
        rows = [
            tuple(self._inline(cell.children[0]) for cell in row.children) for part in parts for row in part
        ]
        return Grid(rows[0], tuple(rows[1:]))

    def _inline(self, inline: SyntaxTreeNode) -> Inline:
        runs = self._runs(inline.children, self._spot(inline).line, _Look())
        return tuple(run for run in runs if run.text)

    def _runs(self, nodes: Sequence[SyntaxTreeNode], line: int, look: _Look) -> Iterator[Run]:
        for position, node in enumerate(nodes):
            if node.type == "text":
                yield from self._text(node.content, line, look)
            elif node.type in ("softbreak", "hardbreak"):
                line += 1
                before, after = _edge(nodes, position - 1, -1), _edge(nodes, position + 1, 0)
                yield look.run("\n" if node.type == "hardbreak" else self._gap(before, after))
            elif node.type == "code_inline":
                yield look.run(node.content, code=True)
            elif node.type == "link":
                yield from self._runs(
                    node.children, line, _Look(look.strong, look.em, str(node.attrs["href"]))
                )
            else:
                strong, em = look.strong or node.type == "strong", look.em or node.type == "em"
                yield from self._runs(node.children, line, _Look(strong, em, look.href))

    def _text(self, text: str, line: int, look: _Look) -> Iterator[Run]:
        self.not_traced += [NotTraced(self.file, line, number) for number in typed_numbers(text)]
        for position, piece in enumerate(MARK.split(text)):
            if position % 2:
                placed = self.placed[int(piece)]
                yield look.run(written(placed, self.facts["facts"], self.lang), fact=placed.id)
            elif piece:
                yield look.run(piece)

    def _gap(self, before: str, after: str) -> str:
        """What a line break means: a space, but nothing between Chinese characters."""
        return "" if self.lang == "zh" and not (before.isascii() and after.isascii()) else " "

    def _spot(self, node: SyntaxTreeNode) -> Spot:
        return Spot(self.file, self.first_line + (node.map[0] if node.map else 0))


def _edge(nodes: Sequence[SyntaxTreeNode], position: int, side: int) -> str:
    """Return the character beside a line break; what is no plain text counts as Chinese."""
    is_text = 0 <= position < len(nodes) and nodes[position].type == "text"
    return (nodes[position].content if is_text else "")[side:][:1] or "字"
