"""Figures as pages show them: a number with the way to its making, a table with the way to its card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import repeat
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from heban.domain.place import Language
from heban.report.facts import TableDict
from heban.report.formatting import show
from heban.report.sources import is_synthetic, source_line
from heban.report.tables import ALWAYS_HIDDEN, name_stems, shown
from heban.web.atlas.packages import Results

PLACES = ("place", "origin", "destination", "donor", "receiver", "rival", "within", "between")
"""Columns that hold codes of places."""
LEVELS = {
    "nation": ("全国", "nation"),
    "region": ("区域", "region"),
    "province": ("省级", "province"),
    "city": ("市级", "city"),
    "county": ("县级", "county"),
}
"""The levels of places, in Chinese and English."""
_TAGS = ('th scope="row"', *repeat("td", 200))
ROWS = 40
"""Rows of a table that a page shows; its own page has the others."""


def language() -> Language:
    """Return the reader's language, which stands in the address."""
    return "en" if get_language() == "en" else "zh"


@dataclass(frozen=True)
class Cell:
    """One cell: its text, where it leads, and what it is."""

    text: str
    href: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class TableView:
    """A table as a page prints it."""

    id: str
    href: str
    title: str
    header: list[Cell]
    rows: list[list[Cell]]
    total: int
    notes: str = ""
    source: str = ""
    synthetic: bool = False

    @cached_property
    def body(self) -> SafeString:
        """The rows as markup, the first cell of each its head; templates would be slow at it."""
        return mark_safe("".join(f"<tr>{''.join(map(_written, row, _TAGS))}</tr>\n" for row in self.rows))

    @property
    def cut(self) -> bool:
        """Whether rows are left out."""
        return self.total > len(self.rows)


def _written(cell: Cell, tag: str) -> str:
    text = escape(cell.text)
    text = f'<a href="{escape(cell.href)}">{text}</a>' if cell.href else text
    return f"<{tag}{' class=n' if cell.numeric else ''}>{text}</{tag.split(' ', maxsplit=1)[0]}>"


@lru_cache(maxsize=20_000)
def _address(_: str, name: str, words: tuple[str, ...]) -> str:
    """The address of a page, which depends on the language that is active; to find it anew is slow."""
    return str(reverse(f"atlas:{name}", args=words))


@dataclass(frozen=True, eq=False)
class Sight:
    """A package seen by a reader of a language: what every page of it needs."""

    results: Results
    lang: Language
    places: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def apart(self) -> dict[str, str]:
        """The names of places by code; of several levels that share one, each with its level.

        Results that do not know the levels of their places tell them apart by their codes.
        """
        levels, borne = self.results.about.get("levels", {}), Counter(self.places.values())
        brackets = " (%s)" if self.lang == "en" else "（%s）"
        said = {code: LEVELS[level][self.lang == "en"] for code, level in levels.items()}
        return {
            code: name if borne[name] == 1 else name + brackets % said.get(code, code)
            for code, name in self.places.items()
        }

    def page(self, name: str, *words: str) -> str:
        """Return the address of a page of this package in the reader's language."""
        return _address(get_language() or "", name, (self.results.slug, *words))

    def fact(self, id: str, *options: str) -> SafeString:
        """Return a figure as a link to its making; "" when the package does not have it."""
        fact = self.results.facts["facts"].get(id)
        if fact is None:
            return mark_safe("")
        return self.linked(id, show(fact, self.lang, options or ("unit",)))

    def linked(self, id: str, text: str) -> SafeString:
        """Return a text that shows a figure, as a link to its making."""
        fact = self.results.facts["facts"][id]
        return format_html(
            '<a class="fact" href="{}#{}" data-fact="{}" title="{}">{}</a>',
            self.page("figures"), id, id, fact["how"][self.lang] or id, text,
        )  # fmt: skip

    def table(
        self, id: str, title: str = "", rows: int | None = ROWS, of: TableDict | None = None
    ) -> TableView:
        """Return a table, or the part `of` it, with names of places leading to their pages."""
        table = of or self.results.table(id)
        printed = shown(table, self.lang, rows)
        codes = _codes(table, self.lang)
        return TableView(
            id,
            self.page("table", id),
            title,
            [Cell(text, "", number) for text, number in zip(printed.header, printed.numeric, strict=True)],
            [
                [
                    Cell(text, self._place(line[at]) if at is not None else "", number)
                    for text, at, number in zip(texts, codes, printed.numeric, strict=True)
                ]
                for texts, line in zip(printed.rows, table["rows"], strict=False)
            ],
            len(table["rows"]),
            table["notes"][self.lang],
            source_line(table["sources"], self.results.facts["cards"], self.lang),
            is_synthetic(table["sources"], self.results.facts["cards"]),
        )

    def _place(self, code: Any) -> str:
        return self.page("place", str(code)) if str(code) in self.places else ""


def facts_of(sight: Sight, ids: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Give the figures that the package has, each with its name."""
    for label, id in ids:
        fact = sight.results.facts["facts"].get(id)
        if fact is not None and fact["value"] is not None:
            yield {"label": label, "id": id, "value": sight.fact(id)}


def place_names(results: Results, lang: Language) -> dict[str, str]:
    """Return the names of all places that any table speaks of, by code, as the tables write them."""
    found: dict[str, str] = {}
    levels = results.about.get("levels", {})
    for table in results.facts["tables"].values():
        names = [column["name"] for column in table["columns"]]
        for stem in PLACES:
            if stem in names and f"{stem}_{lang}" in names:
                code, name = names.index(stem), names.index(f"{stem}_{lang}")
                found |= {str(row[code]): str(row[name]) for row in table["rows"] if row[code]}
    return {code: name for code, name in found.items() if code in levels or not levels}


def _codes(table: TableDict, lang: Language) -> list[int | None]:
    """Return for each printed column the position of the code of the place that it names, if it does."""
    stems, names = name_stems(table), [column["name"] for column in table["columns"]]
    other = "en" if lang == "zh" else "zh"
    left_out = {*stems, *(f"{stem}_{other}" for stem in stems), *ALWAYS_HIDDEN}
    kept = [c["name"] for c in table["columns"] if c["name"] not in left_out and not c["hidden"]]
    stem_of = {f"{stem}_{lang}": stem for stem in stems if stem in PLACES and stem in names}
    return [names.index(stem_of[name]) if name in stem_of else None for name in kept]
