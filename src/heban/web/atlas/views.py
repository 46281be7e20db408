"""The pages of the atlas: each finds its package, gathers what it shows, and answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heban.domain.errors import UnknownName, unknown
from heban.domain.place import Language
from heban.web.atlas import drawing, explorers, finding, packages, tiles
from heban.web.atlas import methods as documents
from heban.web.atlas.downloads import TYPES, citation
from heban.web.atlas.figures import Sight, language, place_names
from heban.web.atlas.packages import Results
from heban.web.atlas.pieces import shown_of
from heban.web.atlas.prose import chapter as pieces_of
from heban.web.atlas.prose import chapter_titles, titles

Page = Callable[..., tuple[str, dict[str, Any]]]
ROWS_OF_PAGE = 200
KEPT = 64  # parts of each page


def shown(view: Page) -> Callable[..., HttpResponse]:
    """Make a page of what gathers its parts: a name that is not known answers 404 and says what is near.

    The parts are kept: they depend on the packages, the language and the address alone.
    """

    @lru_cache(maxsize=KEPT)
    def gathered(
        sight: Sight, asked: str, words: tuple[tuple[str, str], ...], _: tuple[str, ...]
    ) -> tuple[str, dict[str, Any]]:
        return view(QueryDict(asked), sight, **dict(words))

    @wraps(view)
    def answered(request: HttpRequest, slug: str, **words: str) -> HttpResponse:
        known = packages.library()
        try:
            if slug not in known:
                raise unknown("results", slug, known, "the atlas")
            named = tuple(sorted(words.items()))
            marks = tuple(one.checksum for one in known.values())
            sight = sight_of(known[slug], language())
            template, parts = gathered(sight, request.GET.urlencode(), named, marks)
        except UnknownName as no:
            return _nothing(request, no, known.get(slug))
        return render(request, template, {**_frame(request, known, known[slug]), **parts})

    safe: Callable[..., HttpResponse] = require_safe(answered)
    return safe


@lru_cache(maxsize=64)
def sight_of(results: Results, lang: Language) -> Sight:
    """Return a package as a reader of a language sees it."""
    return Sight(results, lang, place_names(results, lang))


@require_safe  # type: ignore[untyped-decorator]
def library(request: HttpRequest) -> HttpResponse:
    """List the packages with their headlines side by side."""
    sights = [sight_of(results, language()) for results in packages.library().values()]
    return render(request, "atlas/library.html", {
        "shelf": [explorers.headline(sight) for sight in sights],
        "lines": explorers.shelf(sights) if len(sights) > 1 else [],
        "title": _("The atlas"),
        "example": "heban run data/yrd -o build/yrd\nheban serve --package build/yrd",
    })  # fmt: skip


@shown
def region(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """Show a region: its headline with the band, what changed and why, the map."""
    measures = tiles.measures(sight)
    chosen = asked.get("map") or (measures[0][0] if measures else "")
    if measures and chosen not in dict(measures):
        raise unknown("measure", chosen, dict(measures), "the map")
    return "atlas/region.html", {
        "headline": explorers.headline(sight),
        "scores": shown_of(sight, ("capacity_scores",)) or shown_of(sight, ("published_editions",)),
        "changes": shown_of(sight, ("capacity_growth", "capacity.grown")),
        "map": tiles.tile_map(sight, chosen) if measures else None,
        "measures": measures,
        "chosen": chosen,
        "chapters": chapter_titles(sight),
    }


@shown
def index(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """Explore the index: years, pillars, what moved it, how sure it is, and the reader's own weights."""
    return "atlas/index.html", explorers.index(asked, sight)


@shown
def pillar(asked: QueryDict, sight: Sight, pillar: str) -> tuple[str, dict[str, Any]]:
    """Show one pillar of the index and its indicators."""
    return "atlas/explorer.html", explorers.pillar(sight, pillar)


@shown
def indicator(asked: QueryDict, sight: Sight, pillar: str, indicator: str) -> tuple[str, dict[str, Any]]:
    """Show one indicator: its figures and scores through the years, its weight, its origin."""
    return "atlas/explorer.html", explorers.indicator(sight, pillar, indicator)


@shown
def places(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """List the places that the package speaks of."""
    measures = tiles.measures(sight)
    return "atlas/places.html", {
        "title": _("Places"),
        "named": sorted(sight.apart.items()),
        "map": tiles.tile_map(sight, measures[0][0]) if measures else None,
    }


@shown
def place(asked: QueryDict, sight: Sight, code: str) -> tuple[str, dict[str, Any]]:
    """Show a place, and compare it with up to four others."""
    return "atlas/place.html", explorers.place(asked, sight, code)


@shown
def network(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """Explore the network: map, matrix, years, fields, roles, corridors."""
    return "atlas/network.html", explorers.network(asked, sight)


@shown
def space(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """Explore the space of fields: strengths, what lies within reach, who complements whom."""
    return "atlas/space.html", explorers.space(asked, sight)


@shown
def plan(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """Show the plan: who shares with whom, what it is worth, before and after."""
    return "atlas/explorer.html", explorers.plan(sight)


@shown
def audit(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """Show the claims that were checked, and how they fared."""
    return "atlas/audit.html", explorers.audit(asked, sight)


@shown
def chapter(asked: QueryDict, sight: Sight, chapter: str) -> tuple[str, dict[str, Any]]:
    """Show a chapter of the report."""
    known = dict(chapter_titles(sight))
    if chapter not in known:
        raise unknown("chapter", chapter, known, f"the results {sight.results.slug}")
    return "atlas/chapter.html", {
        "title": known[chapter], "pieces": pieces_of(sight, chapter), "chapters": list(known.items()),
        "current": chapter,
    }  # fmt: skip


@shown
def figures(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """List every figure of the text with how it was made."""
    facts = sight.results.facts["facts"]
    rows = [
        {"id": id, "value": sight.fact(id), "how": fact["how"][sight.lang], "sources": fact["sources"]}
        for id, fact in facts.items()
    ]
    return "atlas/figures.html", {"title": _("Figures of the text"), "rows": rows}


@shown
def data(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """List every table, and every card that they rest on."""
    named = titles(sight.results, sight.lang)
    found = [sight.table(id, named.get(id, id), rows=0) for id in sight.results.facts["tables"]]
    return "atlas/data.html", {
        "title": _("Data"), "tables": found, "cards": finding.cards(sight), "formats": TYPES,
        "citation": citation(sight.results, "", sight.lang),
    }  # fmt: skip


@shown
def table(asked: QueryDict, sight: Sight, id: str) -> tuple[str, dict[str, Any]]:
    """Show a table whole, piece by piece, with its card, its files and how to cite it."""
    given = sight.results.table(id)
    pages = max(1, -(-len(given["rows"]) // ROWS_OF_PAGE))
    page = asked.get("page", "1")
    now = min(pages, max(1, int(page))) if page.isascii() and page.isdigit() else 1
    rows = given["rows"][(now - 1) * ROWS_OF_PAGE : now * ROWS_OF_PAGE]
    title = titles(sight.results, sight.lang).get(id, id)
    view = sight.table(id, title, ROWS_OF_PAGE, {**given, "rows": rows})
    addresses = {name: reverse("atlas:file", args=(sight.results.slug, id, name)) for name in TYPES}
    return "atlas/table.html", {
        "title": view.title,
        "view": view,
        "files": addresses,
        "mark": sight.results.mark,
        "citation": citation(sight.results, id, sight.lang),
        "cards": finding.cards(sight, given["sources"]),
        "before": now - 1 or None,
        "after": now + 1 if now < pages else None,
        "columns": finding.columns(sight, id),
    }


@shown
def methods(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """List the documents of the methods."""
    return "atlas/methods.html", {
        "title": _("Methods"), "documents": [(name, documents.title(name)) for name in documents.names()],
    }  # fmt: skip


@shown
def method(asked: QueryDict, sight: Sight, name: str) -> tuple[str, dict[str, Any]]:
    """Show one document of the methods."""
    return "atlas/method.html", {"page": documents.page(name), "title": documents.title(name)}


@shown
def beside(asked: QueryDict, sight: Sight, other: str) -> tuple[str, dict[str, Any]]:
    """Show two packages side by side: the figures and the tables in which they differ."""
    known = packages.library()
    if other not in known:
        raise unknown("results", other, known, "the atlas")
    return "atlas/beside.html", explorers.beside(sight, sight_of(known[other], language()))


@shown
def search(asked: QueryDict, sight: Sight) -> tuple[str, dict[str, Any]]:
    """Find places, tables, chapters, figures and methods by their words."""
    words = asked.get("q", "").strip()[:100]
    return "atlas/search.html", {"title": _("Search"), "words": words, "hits": finding.hits(sight, words)}


def _nothing(request: HttpRequest, no: UnknownName, results: Results | None) -> HttpResponse:
    parts: dict[str, Any] = {"near": no.near}
    if results is not None:
        parts |= _frame(request, packages.library(), results)
        parts["hits"] = [hit for name in no.near for hit in finding.hits(parts["sight"], name)[:1]]
    return render(request, "atlas/nothing.html", parts, status=404)


def _frame(request: HttpRequest, known: dict[str, Results], results: Results) -> dict[str, Any]:
    """What stands around every page: the package, the ways, the other packages."""
    sight = sight_of(results, language())
    here = request.path
    ways = [(label, sight.page(name)) for label, name in explorers.ways(sight)]
    return {
        "sight": sight,
        "slug": results.slug,
        "region": results.about["region"][sight.lang],
        "about": results.about,
        "edition": results.about["edition"][sight.lang],
        "ways": [(label, where, _is_in(here, where, sight)) for label, where in ways],
        "others": [(slug, one.about["region"][sight.lang]) for slug, one in known.items() if one != results],
        "script": reverse("atlas:script", args=(drawing.VERSION,)),
    }


def _is_in(here: str, where: str, sight: Sight) -> bool:
    return here == where or (where != sight.page("region") and here.startswith(f"{where}/"))
