"""Reading pages as a reader does: their words, figures and ways; and what a package could have said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby
from urllib.parse import urljoin

from django.test import Client

from heban.domain.place import Language
from heban.report.formatting import show
from heban.report.tables import label, written
from heban.web.atlas.packages import Results

VOID = frozenset({"meta", "link", "img", "input", "br", "rect", "hr", "option"})
NUMBER = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")
TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|<![^>]*>|([^<]+)")
ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
FILE = re.compile(r"\.(csv|json|xlsx|parquet)(\?|$)")
SPOKEN = ("aria-label", "alt")
"""Attributes that are read out: their words are words of the page."""


@dataclass
class Page:
    """A page taken apart. Pages hold no comments, and no ">" inside of an attribute: Django writes "&gt;"."""

    text: str
    links: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open: list[tuple[str, dict[str, str]]] = []
        self._asking = ""
        for closing, tag, attributes, data in TOKEN.findall(self.text):
            if data:
                self._data(unescape(data))
            elif closing:
                self._end(tag)
            elif tag:
                found = ATTRIBUTE.findall(attributes)
                self._start(tag, {name: unescape(a or b or c) for name, a, b, c in found})

    def _start(self, tag: str, given: dict[str, str]) -> None:
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.charts += [given["data-chart"]] if "data-chart" in given else []
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "img" or given.get("rel") == "icon":
            self.images.append(given.get("src") or given["href"])
        elif tag == "script" or given.get("rel") == "stylesheet":
            self.assets.append(given.get("src") or given["href"])
        elif tag in ("form", "select", "option"):
            self._form(tag, given)
        self.words += [given[name] for name in SPOKEN if name in given and self._counts()]
        if tag not in VOID:
            self._open.append((tag, given))

    def _form(self, tag: str, given: dict[str, str]) -> None:
        """Where forms lead, and what the choices of those that only read ask for."""
        if tag == "form":
            self.actions.append(given.get("action", ""))
            self._asking = "" if given.get("method") == "post" else "?"
        elif tag == "select":
            self._asking = f"?{given['name']}=" if self._asking else ""
        elif len(self._asking) > 1 and given.get("value"):
            self.asks.append(self._asking + given["value"])

    def _end(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def _counts(self) -> bool:
        """Whether words that stand here are the package's, and not the reader's or counted by the page."""
        around = {tag for tag, _ in self._open}
        own = any("data-reader" in given or "data-count" in given for _, given in self._open)
        return "main" in around and not own and not around & {"code", "pre", "select", "datalist"}

    def _data(self, data: str) -> None:
        if self._open and "data-fact" in self._open[-1][1]:
            self.facts.append((self._open[-1][1]["data-fact"], data))
        if self._counts():
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


def walk(client: Client, begin: str, inside: str, *, asks: bool = False) -> dict[str, Page]:
    """Every page that can be reached from one, over ways inside of an address, the files left out.

    With `asks` the first and the last choice of every list of a form are ways too, each by itself.
    """
    pages: dict[str, Page] = {}
    waiting = [begin]
    while waiting:
        where = waiting.pop()
        if where in pages:
            continue
        answer = client.get(where)
        assert answer.status_code == 200, where
        pages[where] = page = Page(answer.content.decode())
        plain = where.partition("?")[0]
        ways = [link if link.startswith("/") else urljoin(where, link) for link in set(page.links)]
        if asks and where == plain:
            lists = groupby(sorted(set(page.asks)), key=lambda ask: ask.partition("=")[0])
            ends = [(choices := list(of))[:1] + choices[-1:] for _, of in lists]
            ways += [plain + ask for pair in ends for ask in pair]
        waiting += [
            to
            for way in ways
            if (to := way.split("#")[0]).startswith(inside) and not FILE.search(to) and to not in pages
        ]
    return pages
