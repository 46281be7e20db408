"""Trade for the state machine: a database in which it has begun, and what the model knows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import psycopg
import pytest

from tests.exchange.fixtures import copied  # sets Django up, and so comes first

# isort: split


from heban.exchange import server
from heban.exchange.acts import orders, quotes, redemptions, vouchers
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By
from tests.exchange.desks import FIRM, NOW, OTHER_FIRM, Base, connect, disconnect
from tests.exchange.openings import opened
from tests.exchange.voucher_desk import Desk, made, serve, sign

PLACE, SOURCE, PRICE = "330421", "state_source", 20_000
LIMITS = {"controller": 26_000, "firm": 18_000, "other": 15_000, PLACE: 24_000}
KEYS = {"controller": "G1", "firm": FIRM, "other": OTHER_FIRM, PLACE: PLACE}
FIRMS = {1: "firm", 3: "other_firm"}
LAST = NOW + timedelta(days=200)
OPEN = ("submitted", "returned", "county_ok", "publicity", "objection")
NUMBERS = count(1)
DONE: Counter[str] = Counter()
REFUSED: Counter[str] = Counter()
"""How often each rule was carried out or refused, in all examples: one that is never done proves nothing."""
TRADE = (
    (1, 0, False, ""), (3, 2_000, False, ""), (1, 3_000, True, "publicity"), (3, 4_000, True, "submitted"),
    (1, 1_000, True, ""),
)  # fmt: skip
"""What the state machine begins with: the firm, what it holds, whether the work is done, and the claim."""
USUAL = (
    "order", "hold", "give_back", "do_the_work", "claim", "submit", "county", "approved", "pay", "book",
    "move", "wait",
)  # fmt: skip
"""What must have been done at least once in all examples: a rule that never is proves nothing."""
NEXT: Mapping[str, str] = {
    "draft": "submit", "returned": "submit", "submitted": "county", "county_ok": "region",
    "objection": "overrule",
}  # fmt: skip
WALK: Mapping[str, Any] = {
    "submit": ("provider", redemptions.submit, {}, "submitted"),
    "withdraw": ("provider", redemptions.withdraw, {}, "withdrawn"),
    "county": ("county", redemptions.pass_county, {}, "county_ok"),
    "region": ("region", redemptions.pass_region, {}, "publicity"),
    "return": ("county", redemptions.send_back, {"defects": ["amount"]}, "returned"),
    "reject": ("region", redemptions.reject, {}, "rejected"),
    "oppose": ("auditor", redemptions.oppose, {"words": "不实"}, "objection"),
    "overrule": ("region", redemptions.overrule, {}, "publicity"),
}


@dataclass
class Held:
    """A hold as the model has it."""

    order: int
    firm: int
    fen: int
    state: str
    due: datetime
    used: int = 0


@dataclass
class Ready:
    """A database in which trade has begun, and what the model knows of it."""

    desk: Desk
    orders: dict[int, str]
    firm_of: dict[int, int]
    holds: dict[int, Held]
    claims: dict[int, tuple[int, str]]


def by(desk: Desk, who: str, now: datetime) -> By:
    return By(f"person:{desk.people[who]}", now, reason="试")


def ordered(desk: Desk, now: datetime, firm: int) -> int:
    """An order from its draft to the quote that the firm takes."""
    mine = by(desk, FIRMS[firm], now)
    said = orders.draft(mine, firm=firm, provider=2, title="检测", service_class="testing", asset=1)
    orders.submit(mine, order=said["order"])
    offer = [{"words": "检测", "quantity": 1, "unit_fen": PRICE}]
    quoted = quotes.quote(by(desk, "provider", now), order=said["order"], lines=offer)
    quotes.accept(mine, order=said["order"], digest=quoted["digest"])
    return int(said["order"])


def worked(desk: Desk, now: datetime, number: int, one: Held) -> dict[str, Any]:
    """Both sides sign, the provider delivers, the firm accepts and pays its part."""
    today = local(now).date()
    sign(desk.base, one.order, PRICE)
    said = vouchers.commit(By(SYSTEM, now), hold=number, until=today)
    serve(desk.base, one.order, PRICE, PRICE - one.fen, today.isoformat())
    return said


def claimed_to(desk: Desk, state: str, hold: int, fen: int) -> int:
    """A claim that is handed in, and perhaps passed by two offices."""
    number = redemptions.draft(by(desk, "provider", NOW), hold=hold, claimed_fen=fen)["redemption"]
    redemptions.submit(by(desk, "provider", NOW), redemption=number)
    if state == "publicity":
        redemptions.pass_county(by(desk, "county", NOW), redemption=number)
        redemptions.pass_region(by(desk, "region", NOW), redemption=number)
    return int(number)


@contextmanager
def branched(running: server.Server, name: str) -> Iterator[Base]:
    """A copy of the database in which everything is ready; Django's connection to it is that of heban_app."""
    with psycopg.connect(running.url(server.ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {SOURCE} OWNER heban_owner")
        admin.execute(f"GRANT CONNECT ON DATABASE {name} TO heban_app")
        connect(running, name)
        yield Base(running, name)
        disconnect()
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def ready(running: server.Server) -> Iterator[Ready]:
    """Two firms of one controller under caps that are soon reached; orders of each kind in `TRADE`."""
    with copied(running, SOURCE) as base:
        opened(base)
        desk = made(base, caps=LIMITS)
        found = Ready(desk, {}, {}, {}, {})
        for firm, fen, served, claimed in TRADE:
            order = ordered(desk, NOW, firm)
            found.orders[order], found.firm_of[order] = "accepted", firm
            if fen:
                quota = desk.quota if firm == 1 else desk.other_quota
                said = vouchers.hold(by(desk, FIRMS[firm], NOW), order=order, quota=quota, asked_fen=fen)
                one = Held(order, firm, fen, "held", datetime.fromisoformat(said["due"]))
                found.holds[said["hold"]] = one
            if served:
                signed = worked(desk, NOW, said["hold"], one)
                one.state, one.due = "committed", datetime.fromisoformat(signed["due"])
                found.orders[order] = "accepted_by_client"
                if claimed:
                    number = claimed_to(desk, claimed, said["hold"], fen)
                    found.claims[number] = (said["hold"], claimed)
        disconnect()
        yield found
