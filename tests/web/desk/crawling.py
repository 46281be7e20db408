"""Going through the desk without a browser: what a page holds, and every page that somebody is led to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve

from heban.exchange.demo import cast
from heban.exchange.models import Person
from heban.web.desk.rooms import ROOMS
from heban.web.routes import ANYONE, PERSON
from tests.web.cast import browser

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
UNNAMED = frozenset({"hidden", "submit", "button"})
"""Kinds of inputs that need no label: they say their own name or are not seen."""
ONLY_SENT = frozenset({"language", "logout"})
"""What takes forms and shows no page."""


@dataclass
class Sheet(HTMLParser):
    """What is on a page: its title, ids, links, forms, fields and words."""

    body: str
    title: str = ""
    ids: Counter[str] = field(default_factory=Counter)
    links: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    fields: list[dict[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.feed(self.body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if "id" in has:
            self.ids[has["id"]] += 1
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        elif tag == "link" or "src" in has:
            self.parts.append(has.get("src") or has.get("href", ""))
        elif tag == "form":
            self.forms.append({"method": has.get("method", "get"), "action": has.get("action", "")})
        elif tag == "label" and has.get("for"):
            self.labels.add(has["for"])
        elif tag in ("input", "select", "textarea"):
            self._field(has, tag)
        if tag not in VOID:
            self.open.append((tag, has.get("lang", "")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            continue

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "title":
            self.title += data
        within = {one for one, _lang in self.open}
        foreign = any(lang for _one, lang in self.open[1:])
        if data.strip() and not foreign and not within & {"script", "style", "code", "title", "pre"}:
            self.words.append(data.strip())

    def _field(self, has: dict[str, str], tag: str) -> None:
        if has.get("name") == "csrfmiddlewaretoken" and self.forms:
            self.forms[-1]["token"] = has.get("value", "")
        within = any(one == "label" for one, _lang in self.open)
        named = within or has.get("aria-label") or has.get("aria-labelledby")
        if "hidden" not in has and (tag != "input" or has.get("type", "text") not in UNNAMED):
            self.fields.append(
                {"id": has.get("id", ""), "name": has.get("name", ""), "named": str(named or "")}
            )

    def faults(self) -> Iterator[str]:
        """Yield what no page may have: ids twice, forms without a token, fields without a name."""
        yield from (f"id twice: {one}" for one, times in self.ids.items() if times > 1)
        for form in self.forms:
            if form["method"].lower() == "post" and not form.get("token"):
                yield f"a form without a token: {form['action']}"
        for one in self.fields:
            if not one["named"] and one["id"] not in self.labels:
                yield f"a field without a name: {one['name'] or one['id']}"
        yield from (
            f"no such place: {one}" for one in self.links if one[:1] == "#" and one[1:] not in self.ids
        )


def client(who: str) -> Client:
    """Return a browser of one of the demonstration's people, or of nobody."""
    return browser(Person.objects.get(email=cast.address(who)) if who else None)


def shape(address: str) -> tuple[str, str]:
    """Return what kind of page an address is of: its name, and the act if it asks for one."""
    match = resolve(urlsplit(address).path)
    return match.view_name, str(match.kwargs.get("name", ""))


def open_rooms(who: str, language: str) -> list[str]:
    """Return the addresses of the rooms that need no number and are open to one of the people."""
    roles = {role for name, role, *_seat in cast.PEOPLE if name == who} | {ANYONE, *[PERSON] * bool(who)}
    rooms = [room.path for room in ROOMS.values() if "<" not in room.path and room.open_to & roles]
    return [f"/{language}/desk/{path}" for path in rooms]


@dataclass
class Walk:
    """A way through all pages that somebody is led to, so many of each kind."""

    client: Client
    most: int
    shared: set[str] = field(default_factory=set)
    """Addresses whose answers are the same for everybody: opened once."""
    sheets: dict[str, Sheet] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def go(self, *starts: str) -> Walk:
        """Go through everything that can be reached from some pages."""
        waiting, asked, seen = [(one, "nobody") for one in starts], set(starts), Counter[tuple[str, str]]()
        places = []
        while waiting:
            address, origin = waiting.pop(0)
            for found in self._page(address, origin):
                plain, place = urldefrag(found)
                places += [(address, plain, place)] * bool(place)
                if plain not in asked and self._wanted(plain, address, seen):
                    asked.add(plain)
                    waiting.append((plain, address))
        self.faults += [
            f"{origin} leads to {plain}#{place}, which is no place there"
            for origin, plain, place in places
            if plain in self.sheets and place not in self.sheets[plain].ids
        ]
        return self

    def _page(self, address: str, origin: str) -> list[str]:
        """Open a page, note what is wrong with it, and return where it leads."""
        answer = self.client.get(address)
        answer.close()
        told = 409 if shape(address)[0] == "desk:sheet" else 0  # a sheet that lacks cells says which
        if answer.status_code >= 400 and answer.status_code != told:
            self.faults.append(f"{answer.status_code} at {address}, offered by {origin}")
        html = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.status_code >= 300 or not html or shape(address)[0].startswith("atlas"):
            return []
        if "attachment" in answer.headers.get("Content-Disposition", ""):
            return []
        sheet = self.sheets[address] = Sheet(answer.content.decode())
        self.faults += [f"{fault}, at {address}" for fault in sheet.faults()]
        self.faults += [f"no file {one}, at {address}" for one in sheet.parts if not _stands(one)]
        actions = [one["action"] for one in sheet.forms if one["action"]]
        return [urljoin(address, one) for one in (*sheet.links, *actions) if _ours(one)]

    def _wanted(self, address: str, origin: str, seen: Counter[tuple[str, str]]) -> bool:
        """Whether a page is to be opened: some of each kind are, and a kind that there is not is a fault."""
        try:
            kind = shape(address)
        except Resolver404:
            self.faults.append(f"no page {address}, offered by {origin}")
            return False
        if kind[0] in ONLY_SENT or address in self.shared:
            return False
        if kind[0] == "api:openapi-json" or kind[0].startswith("atlas"):
            self.shared.add(address)
        seen[kind] += 1
        return seen[kind] <= self.most


def _ours(address: str) -> bool:
    return not urlsplit(address).scheme and not urlsplit(address).netloc and address[:1] != "#"


def _stands(address: str) -> bool:
    return address.startswith("/static/") and stood(address) is not None


def stood(address: str) -> str | None:
    """Return the file that is served at an address, which may name its state."""
    found: str | None = finders.find(urlsplit(address).path.removeprefix("/static/"))
    return found
