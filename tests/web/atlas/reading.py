"""Reading pages as a reader does: their words, figures and ways; and what a package could have said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.test import Client

from heban.domain.place import Language
from heban.report.formatting import show
from heban.report.tables import label, written
from heban.web.atlas.packages import Results

VOID = frozenset({"meta", "link", "img", "input", "br", "rect", "hr"})
NUMBER = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")


@dataclass
class Page(HTMLParser):
    """A page taken apart."""

    text: str
    links: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str]]] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.charts += [given["data-chart"]] if "data-chart" in given else []
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "script" or given.get("rel") == "stylesheet":
            self.assets.append(given.get("src") or given["href"])
        if tag not in VOID:
            self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        around = {tag for tag, _ in self._open}
        if self._open and "data-fact" in self._open[-1][1]:
            self.facts.append((self._open[-1][1]["data-fact"], data))
        own = any("data-reader" in given or "data-count" in given for _, given in self._open)
        if "main" in around and not own and not around & {"code", "pre", "option"}:
            self.words.append(data)

    def numbers(self) -> set[str]:
        """The numbers that stand in the words of the page."""
        return {number for words in self.words for number in NUMBER.findall(words)}


def could_say(results: Results, lang: Language) -> set[str]:
    """Every number that the package has in any of its texts, tables and figures, as it is written."""
    return {number for text in _texts(results, lang) for number in NUMBER.findall(text)}


def ways_to_write(results: Results, id: str, lang: Language) -> set[str]:
    """The texts that a figure may be shown as."""
    fact = results.facts["facts"][id]
    options = [[], ["unit"], ["abs"], ["abs", "unit"], ["signed"], ["signed", "unit"]]
    if isinstance(fact["value"], int | float):
        options += [["percent", "1"], ["percent"], ["percent", "0"], ["percent", "2"]]
    if isinstance(fact["value"], list):
        options += [[str(n)] for n in range(1, 10)]
    return {show(fact, lang, chosen) for chosen in options}


def _texts(results: Results, lang: Language) -> Iterator[str]:
    facts = results.facts
    for id, fact in facts["facts"].items():
        yield from ways_to_write(results, id, lang)
        yield fact["how"][lang]
        yield id
    for id, table in facts["tables"].items():
        yield id
        yield table["notes"][lang]
        for column in table["columns"]:
            yield label(table, column["name"], lang)
            yield from (column["label"][lang], column["unit"][lang], column["name"])
        for row in table["rows"]:
            yield from (written(cell, one, lang) for cell, one in zip(row, table["columns"], strict=True))
    for name, card in facts["cards"].items():
        yield name
        yield from map(str, card.values())
    yield str(results.about)
    yield results.checksum
    yield results.slug
    yield "SHA-256"


def walk(client: Client, begin: str, inside: str) -> dict[str, Page]:
    """Every page that can be reached from one, over ways inside of an address, the files left out."""
    pages: dict[str, Page] = {}
    waiting = [begin]
    while waiting:
        where = waiting.pop()
        if where in pages:
            continue
        answer = client.get(where)
        assert answer.status_code == 200, where
        pages[where] = Page(answer.content.decode())
        for link in pages[where].links:
            to = urljoin(where, link).split("#")[0]
            if to.startswith(inside) and not re.search(r"\.(csv|json|xlsx|parquet)(\?|$)", to):
                waiting.append(to)
    return pages
