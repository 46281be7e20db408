"""What a page costs: its bytes, what it needs beside itself, what it asks the database; printed with -s."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from heban.exchange.china import local
from heban.exchange.demo import cast
from heban.exchange.models import AssetUnit, ServiceOrder
from heban.web.desk.rooms import ROOMS
from tests.web.desk.crawling import Sheet, Walk, client, open_rooms, stood

PEOPLE = ("firm_manager", "provider_manager", "region_reviewer", "region_finance", "auditor", "platform")
"""Between them they may enter every room."""
HTML, STYLE, REQUESTS, QUERIES = 250_000, 60_000, 12, 25
MORE = {"desk:order": 34, "desk:book": 32, "desk:quotas": 28}
"""Pages that ask more: of all who had a hand in an order; of a time to book, as if it were booked; of each
scheme that has rules where a firm is, what it says of the firm."""
FILES = frozenset({"desk:sheet"})
"""Rooms that give a file and no page."""


@dataclass(frozen=True)
class Cost:
    """A page as somebody opens it: bytes of it and of its styles and scripts, requests, queries."""

    room: str
    who: str
    address: str
    html: int
    style: int
    requests: int
    queries: int


@pytest.fixture(scope="module")
def costs(site: str) -> list[Cost]:
    """The costs of one page of each room for each of the people, of one act among them."""
    given = {"name": "2026Q2", "begins": "2026-04-01", "ends": "2026-07-01"}
    client("platform").post(reverse("desk:do", args=["batch.open"]), given)
    given = {"kind": "complaint", "words": "x", "parties.0.party": cast.SEATS["firm"][3]}
    client("auditor").post(reverse("desk:do", args=["case.open"]), given)
    return [cost for who in PEOPLE for cost in of(who)]


def further() -> list[str]:
    """Return the pages to which nothing leads as the demonstration stands: a time to book, a voucher."""
    unit = AssetUnit.objects.get(asset__number="DEMO-SEM").pk
    start = local(timezone.now()).replace(hour=13, minute=0) + timedelta(days=12)
    order = ServiceOrder.objects.get(title="涂层附着力检测").pk
    return [
        f"/zh-hans/desk/units/{unit}/book?{urlencode({'start': f'{start:%Y-%m-%dT%H:%M}', 'minutes': 60})}",
        f"/zh-hans/desk/orders/{order}/voucher",
    ]


def of(who: str) -> Iterator[Cost]:
    site = client(who)
    walk = Walk(site, 1).go(*open_rooms(who, "zh-hans"), *further() * (who == "firm_manager"))
    seen: set[str] = set()
    for address in walk.sheets:
        room = resolve(address.partition("?")[0]).view_name
        if room.startswith("desk:") and room not in seen:
            seen.add(room)
            yield measured(site, room, who, address)


def measured(site: Client, room: str, who: str, address: str) -> Cost:
    with asking() as asked:
        answer = site.get(address)
    parts = {one for one in Sheet(answer.content.decode()).parts if one.startswith("/static/")}
    files = {file for file in map(stood, parts) if file is not None}
    style = sum(Path(file).stat().st_size for file in files if file.endswith((".css", ".js")))
    return Cost(room, who, address, len(answer.content), style, 1 + len(parts), len(asked))


@contextmanager
def asking() -> Iterator[list[Any]]:
    """All that is asked of the database meanwhile, prepared statements too: those Django does not log."""
    asked: list[Any] = []
    execute = psycopg.Cursor.execute

    def noted(cursor: Any, query: Any, *more: Any, **words: Any) -> Any:
        asked.append(query)
        return execute(cursor, query, *more, **words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", noted)
        yield asked


def test_every_room_is_measured(costs: list[Cost]) -> None:
    assert {one.room for one in costs} | FILES == {f"desk:{name}" for name in ROOMS}


@pytest.mark.parametrize(
    ("what", "most"), [("html", HTML), ("style", STYLE), ("requests", REQUESTS), ("queries", QUERIES)]
)
def test_no_page_costs_too_much(costs: list[Cost], what: str, most: int) -> None:
    dearest = sorted(costs, key=lambda one: -getattr(one, what))
    print(f"\n{what}, at most {most:,}")  # noqa: T201
    for one in dearest[:12]:
        print(f"{getattr(one, what):>10,}  {one.room:<22} {one.who:<18} {one.address}")  # noqa: T201
    bounds = MORE if what == "queries" else {}
    beyond = [one for one in dearest if getattr(one, what) > bounds.get(one.room, most)]
    assert not beyond, beyond
