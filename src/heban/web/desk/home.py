"""The first page of the desk: what waits for whoever is there, and where a stranger begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.exchange.desk import By
from heban.exchange.reading import calendar, cases, orders, quotas, redemptions, settlement
from heban.exchange.reading.orders import Side
from heban.exchange.rules.machines import machines
from heban.web.api import entry, sight
from heban.web.desk import pages, words
from heban.web.desk.names import called
from heban.web.desk.reviewing import firms, queues
from heban.web.templatetags.desk import day, moment, named

FEW, MOST = 5, 200
"""Rows that are shown of a task, and that are counted."""
PARTIES: tuple[Side, ...] = ("firm", "provider", "station")
_SIDEWAYS = frozenset({"cancel", "dispute", "decline", "withdraw", "reject", "lose"})
"""Steps that may be taken at any time and move nothing on: nothing waits for them."""


class Row(NamedTuple):
    """One thing that waits: what it is, its state, and its page."""

    title: str
    state: str
    address: str


@dataclass(frozen=True)
class Task:
    """What waits of one kind: its words, how much, the first of it, and the page of all if there is more."""

    label: str
    count: str
    rows: list[Row]
    more: str


def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for who is there, and their next bookings; a stranger finds where to begin."""
    caller = request.auth
    if caller.person is None:
        return pages.shown(request, "desk/welcome.html", {})
    who = entry.by(request)
    tasks = [task for kind in KINDS for task in kind(who, caller.roles)]
    told = {"tasks": tasks, "bookings": calendar.mine(who, since=who.now - timedelta(hours=12), limit=FEW)}
    return pages.shown(request, "desk/home.html", told)


def moving(machine: str, actor: str) -> list[str]:
    """Return the states that an actor moves on from, in the order of the machine.

    >>> moving("Booking", "provider")
    ['requested', 'confirmed', 'in_use']
    """
    life = machines()[machine]
    return [
        state for state in life.states
        if any(actor in (*edge.by, *edge.all) and edge.event not in _SIDEWAYS for edge in life.leaving(state))
    ]  # fmt: skip


def _orders(who: By, roles: Iterable[str]) -> Iterator[Task]:
    for side in PARTIES:
        if not any(role.startswith(side) for role in roles):
            continue
        states = moving("ServiceOrder", side)
        rows = [row for row in orders.orders(who, side=side, limit=MOST) if row["state"] in states]
        shown = [
            Row(row["title"], words.here((row["state_zh"], row["state_en"])), _to("order", row["order"]))
            for row in rows
        ]
        yield from _task(_ORDERS[side](), shown, "orders")


def _bookings(who: By, roles: Iterable[str]) -> Iterator[Task]:
    if not {"provider_member", "provider_manager", "operator"} & set(roles):
        return
    own = sight.own(who)
    rows = [row for row in calendar.mine(who) if row["state"] == "requested" and row["taker"] not in own]
    shown = [
        Row(f"{named(row)} · {moment(row['start'])}", words.here(words.state("Booking", row["state"])),
            _to("booking", row["booking"]))
        for row in rows
    ]  # fmt: skip
    yield from _task(_("Bookings that ask for your answer"), shown, "bookings")


def _quotas(who: By, roles: Iterable[str]) -> Iterator[Task]:
    if not {"county_reviewer", "region_reviewer"} & set(roles):
        return
    shown = [
        Row(row["name"], words.here(words.state("VoucherQuota", row["state"])), _to("quota", row["quota"]))
        for row in quotas.waiting(who)
    ]
    yield from _task(_("Applications for quotas"), shown, "review")


def _firms(who: By, roles: Iterable[str]) -> Iterator[Task]:
    if not firms.OFFICES & set(roles):
        return
    rows = [
        Row(called(year.organisation), f"{told.score} / 100", _to("organisation", year.organisation_id))
        for year, told in firms.passing(who)
    ]
    yield from _task(_("Firms to recognise"), rows, "review", "?kind=firms")


def _things(who: By, roles: Iterable[str]) -> Iterator[Task]:
    if "region_reviewer" not in roles:
        return
    state = words.here(words.state("Resource", "submitted"))
    shown = [
        Row(words.here(row["name"]), state, _to("thing", row["asset"]))
        for row in queues.things(who)
        if row["turn"]
    ]
    yield from _task(_("Things to list"), shown, "review", "?kind=things")


def _rule_sets(who: By, roles: Iterable[str]) -> Iterator[Task]:
    if "region_reviewer" not in roles:
        return
    state = words.here(words.state("RuleSet", "draft"))
    shown = [
        Row(
            f"{called(row['place'])} · {words.here((row['scheme'].name, row['scheme'].name_en))}"
            f" · {day(row['begins'])}",
            state,
            _to("rule_set", row["rule_set"]),
        )
        for row in queues.rule_sets(who)
        if row["turn"]
    ]
    yield from _task(_("Rule sets to approve"), shown, "review", "?kind=rules")


def _findings(who: By, roles: Iterable[str]) -> Iterator[Task]:
    if "region_reviewer" not in roles:
        return
    way = f"{reverse('desk:review')}?kind=findings"
    shown = [
        Row(" ↔ ".join(map(words.here, row["names"])), day(row["at"]), way)
        for row in queues.findings(who)
        if row["turn"]
    ]
    yield from _task(_("Doubtful parties"), shown, "review", "?kind=findings")


def _claims(who: By, _roles: Iterable[str]) -> Iterator[Task]:
    shown = [
        Row(
            _("Claim %(number)s") % {"number": row["redemption"]},
            words.here(words.state("Redemption", row["state"])),
            _to("claim", row["redemption"]),
        )
        for row in redemptions.waiting(who)
    ]
    yield from _task(_("Claims to move on"), shown, "claims")


def _batches(who: By, roles: Iterable[str]) -> Iterator[Task]:
    if not {"region_finance", "platform"} & set(roles):
        return
    ends = machines()["SettlementBatch"].ends
    shown = [
        Row(
            _("Settlement %(name)s") % {"name": row.get("name", row["batch"])},
            words.here(words.state("SettlementBatch", row["state"])),
            _to("batch", row["batch"]),
        )
        for row in settlement.batches(who)
        if row["state"] not in ends
    ]
    yield from _task(_("Settlements between regions"), shown, "settlement")


def _cases(who: By, roles: Iterable[str]) -> Iterator[Task]:
    if not {"auditor", "platform", "region_reviewer"} & set(roles):
        return
    ends = machines()["Case"].ends
    shown = [
        Row(
            _("Case %(number)s") % {"number": row["case"]},
            words.here(words.state("Case", row["state"])),
            _to("case", row["case"]),
        )
        for row in cases.cases(who)
        if row["state"] not in ends
    ]
    yield from _task(_("Open cases"), shown, "cases")


KINDS: tuple[Callable[[By, Iterable[str]], Iterator[Task]], ...] = (
    _orders, _bookings, _quotas, _firms, _things, _rule_sets, _findings, _claims, _batches, _cases
)  # fmt: skip
_ORDERS: dict[str, Callable[[], str]] = {
    "firm": lambda: _("Orders that wait for your firm"),
    "provider": lambda: _("Orders that wait for you as provider"),
    "station": lambda: _("Orders that wait for your station"),
}


def _task(label: str, rows: list[Row], room: str, query: str = "") -> Iterator[Task]:
    if rows:
        count = f"{MOST}+" if len(rows) >= MOST else str(len(rows))
        more = f"{reverse(f'desk:{room}')}{query}" if len(rows) > FEW else ""
        yield Task(label, count, rows[:FEW], more)


def _to(room: str, number: Any) -> str:
    return str(reverse(f"desk:{room}", args=[number]))
