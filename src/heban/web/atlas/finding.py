"""Finding things in a package: by words, by card, by column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from heban.report.sources import said
from heban.web.atlas import methods
from heban.web.atlas.figures import Sight
from heban.web.atlas.prose import chapter_titles, titles

MOST = 60


@dataclass(frozen=True)
class Hit:
    """Something that was found: of which kind, what it is called, where it is."""

    kind: str
    title: str
    detail: str
    href: str


def hits(sight: Sight, words: str) -> list[Hit]:
    """Return what has all of the words in its name or its id; names that begin so come first."""
    asked = words.casefold().split()
    if not asked:
        return []
    known = ((hit, f"{hit.title} {hit.detail}".casefold()) for hit in _all(sight))
    found = [hit for hit, text in known if all(word in text for word in asked)]
    return sorted(found, key=lambda hit: not hit.title.casefold().startswith(asked[0]))[:MOST]


@lru_cache(maxsize=32)
def _all(sight: Sight) -> list[Hit]:
    return list(_each(sight))


def _each(sight: Sight) -> Iterable[Hit]:
    for code, name in sight.apart.items():
        yield Hit(_("Place"), name, code, sight.page("place", code))
    for id, title in chapter_titles(sight):
        yield Hit(_("Chapter"), title, id, sight.page("chapter", id))
    named = titles(sight.results, sight.lang)
    for id in sight.results.facts["tables"]:
        yield Hit(_("Table"), named.get(id, id), id, sight.page("table", id))
    for name in methods.names():
        yield Hit(_("Method"), methods.title(name), name, sight.page("method", name))
    for id, fact in sight.results.facts["facts"].items():
        yield Hit(_("Figure"), id, fact["how"][sight.lang], f"{sight.page('figures')}#{id}")


def cards(sight: Sight, names: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Return the cards of data, all of them or those named, with title and producer in the language."""
    known = sight.results.facts["cards"]
    return [
        {
            **known[name], "name": name,
            "title": said(known[name], "title", sight.lang),
            "producer": said(known[name], "producer", sight.lang),
            "linked": str(known[name]["url"]).startswith(("http://", "https://")),
        }
        for name in (known if names is None else names)
    ]  # fmt: skip


def columns(sight: Sight, id: str) -> list[tuple[str, str, str]]:
    """Return the columns of a table as its files name them: name, label, unit."""
    table = sight.results.table(id)
    return [
        (column["name"], column["label"][sight.lang], column["unit"][sight.lang])
        for column in table["columns"]
    ]
