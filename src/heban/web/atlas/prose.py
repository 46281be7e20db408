"""The report's prose and figures as the atlas shows them: the same sentences, with ways to the origins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlencode

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from heban.domain.place import Language
from heban.report import document
from heban.report.blocks import (
    Block,
    Document,
    Figure,
    Grid,
    Heading,
    Inline,
    Items,
    Paragraph,
    Quote,
    Run,
    text_of,
)
from heban.report.chapters import CHAPTERS, CHARTS, Maker
from heban.report.texts import own_texts
from heban.web.atlas import drawing
from heban.web.atlas.figures import ROWS, Sight, TableView
from heban.web.atlas.packages import Results


@dataclass(frozen=True)
class Picture:
    """A figure on a page: a drawing or a table, its title, where it comes from, and its numbers."""

    id: str
    kind: str
    title: SafeString
    plain: str
    href: str
    tables: list[TableView]
    source: str
    notes: list[SafeString]
    synthetic: bool


@dataclass(frozen=True)
class Piece:
    """A piece of a chapter: markup, or a picture."""

    html: SafeString | None = None
    picture: Picture | None = None


@lru_cache(maxsize=32)
def report(results: Results, lang: Language) -> Document:
    """Return the report's document of those chapters that the package has figures of."""
    facts = results.facts
    order = [id for id, maker in CHAPTERS.items() if _tables(maker) <= set(facts["tables"])]
    return document.build(own_texts(files("heban.report") / "chapters" / lang, order), facts, lang, CHARTS)


def _tables(maker: Maker) -> set[str]:
    return {table for chart in maker.charts.values() for table in chart.tables}


def titles(results: Results, lang: Language) -> dict[str, str]:
    """Return the title of every table that the report or the atlas shows, after the first figure of it."""
    found: dict[str, str] = {}
    for figure in report(results, lang).figures():
        for table in figure.tables:
            found.setdefault(table, text_of(figure.title))
    return _own_titles() | found


def _own_titles() -> dict[str, str]:
    """The titles of tables that pages of the atlas show, and the report does not."""
    return {
        "capacity.catalogue": _("The indicators of the index: weight, unit, origin"),
        "capacity.indicator_scores": _("Figures and scores of every indicator, place and year"),
        "network.by_field": _("Pairs of cities in each field, all years together"),
        "network.fields": _("The network field by field"),
        "network.city_years": _("Cities in the network, year by year"),
    }


def chapter_titles(sight: Sight) -> list[tuple[str, str]]:
    """Return the chapters that there are, with their titles."""
    return [(one.id, text_of(one.title)) for one in report(sight.results, sight.lang).chapters]


def chapter(sight: Sight, id: str) -> list[Piece]:
    """Return the pieces of a chapter in their order."""
    (found,) = [one for one in report(sight.results, sight.lang).chapters if one.id == id]
    return [_piece(sight, block) for block in found.blocks]


def pictures(sight: Sight, ids: Iterable[str], kept: Mapping[str, str] | None = None) -> list[Picture]:
    """Return figures of the report by id, in the order asked for; those it does not have are left out."""
    known = {figure.id: figure for figure in report(sight.results, sight.lang).figures()}
    return [_picture(sight, known[id], kept) for id in ids if id in known]


def chart_address(sight: Sight, id: str, kept: Mapping[str, str] | None = None) -> str:
    """Return where the specification of a chart is; the checksum in it lets it be kept for ever."""
    return f"{sight.page('chart', id)}?{urlencode({'v': sight.results.mark, **(kept or {})})}"


def inline(sight: Sight, runs: Inline) -> SafeString:
    """Return runs of text as markup; a figure leads to its making."""
    return format_html_join("", "{}", ((_run(sight, run),) for run in runs))


def _run(sight: Sight, run: Run) -> SafeString:
    if run.fact:
        text = sight.linked(run.fact, run.text)
    elif run.text == "\n":
        text = mark_safe("<br>")
    else:
        text = format_html("<code>{}</code>" if run.code else "{}", run.text)
    text = format_html("<em>{}</em>", text) if run.em else text
    text = format_html("<strong>{}</strong>", text) if run.strong else text
    return format_html('<a href="{}" rel="noopener">{}</a>', run.href, text) if run.href else text


def _piece(sight: Sight, block: Block) -> Piece:
    if isinstance(block, Figure):
        return Piece(picture=_picture(sight, block))
    return Piece(_markup(sight, block))


def _markup(sight: Sight, block: Block) -> SafeString:
    match block:
        case Heading():
            level = min(block.level, 4)
            return format_html("<h{} id='{}'>{}</h{}>", level, block.anchor, inline(sight, block.runs), level)
        case Paragraph():
            return format_html("<p>{}</p>", inline(sight, block.runs))
        case Items():
            tag = "ol" if block.ordered else "ul"
            items = format_html_join("", "<li>{}</li>", ((_all(sight, item),) for item in block.items))
            return format_html("<{}>{}</{}>", mark_safe(tag), items, mark_safe(tag))
        case Quote():
            return format_html("<blockquote>{}</blockquote>", _all(sight, block.blocks))
        case Grid():
            return _grid(sight, block)
    return mark_safe("")


def _all(sight: Sight, blocks: Iterable[Block]) -> SafeString:
    return format_html_join("", "{}", ((_markup(sight, block),) for block in blocks))


def _grid(sight: Sight, grid: Grid) -> SafeString:
    head = format_html_join("", '<th scope="col">{}</th>', ((inline(sight, cell),) for cell in grid.header))
    rows = (
        (format_html_join("", "<td>{}</td>", ((inline(sight, cell),) for cell in row)),) for row in grid.rows
    )
    return format_html(
        '<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        head, format_html_join("", "<tr>{}</tr>", rows),
    )  # fmt: skip


def _picture(sight: Sight, figure: Figure, kept: Mapping[str, str] | None = None) -> Picture:
    is_heavy = drawing.is_heavy(sight.results, figure.id)
    is_chart = figure.kind == "chart" and not is_heavy
    instead = [escape(_("Too much to draw at once: the page of the network shows one year at a time."))]
    return Picture(
        id=f"{figure.kind}-{figure.id}".replace(".", "-"),
        kind=figure.kind,
        title=inline(sight, figure.title),
        plain=text_of(figure.title),
        href=chart_address(sight, figure.id, kept) if is_chart else "",
        tables=[sight.table(id, text_of(figure.title), ROWS) for id in figure.tables],
        source=figure.source,
        notes=[*(instead if is_heavy else []), *(inline(sight, note) for note in figure.notes)],
        synthetic=figure.synthetic,
    )
