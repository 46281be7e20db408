"""Cases: opened, looked into, heard and closed; alarms that open them; the audit, what of it anyone sees."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from heban.exchange.acts import cases
from heban.exchange.models import AuditEvent
from heban.exchange.reading import alarms as found
from heban.exchange.reading import cases as reading
from heban.web.api import entry, sight
from heban.web.api.forms import signs, states, text

router = Router(tags=["cases"])

entry.offer(router, "/cases", "case.open", cases.open_case, kind=text(30, "", 1))
entry.offer(router, "/cases/{case}/investigate", "case.investigate", cases.investigate)
entry.offer(router, "/cases/{case}/ask", "case.ask", cases.ask)
entry.offer(router, "/cases/{case}/clear", "case.clear", cases.clear)
entry.offer(router, "/cases/{case}/prove", "case.prove", cases.prove)

AUDITED = {
    "asset": "exchange_asset", "batch": "exchange_settlementbatch", "booking": "exchange_booking",
    "case": "exchange_case", "hold": "exchange_hold", "order": "exchange_serviceorder",
    "quota": "exchange_voucherquota", "redemption": "exchange_redemption", "rule_set": "exchange_ruleset",
    "sample": "exchange_sample",
}  # fmt: skip
"""Rows with states, and how the audit calls them."""
Row = Literal[
    "asset", "batch", "booking", "case", "hold", "order", "quota", "redemption", "rule_set", "sample"
]  # fmt: skip


class Choice(Schema):
    """In which state."""

    state: states("Case") | None = None  # type: ignore[valid-type]


class Event(Schema):
    """One change of a row, as the database wrote it, chained to the one before by its digest."""

    sequence: int
    at: datetime
    actor: str
    act: str
    reason: str
    change: dict[str, Any]
    previous: str
    digest: str


@entry.get(router, "/cases", "cases", list[dict[str, Any]])
def listed(request: HttpRequest, choice: Query[Choice]) -> list[dict[str, Any]]:
    """Cases that one looks into or decides, the newest first."""
    return reading.cases(entry.by(request), *([choice.state] if choice.state else []))


@entry.get(router, "/cases/{case}", "case", dict[str, Any])
def one(request: HttpRequest, case: entry.Number) -> dict[str, Any]:
    """One case with its parties, what it is about, and who has agreed to what."""
    who = entry.by(request)
    sight.ensure_seen(who, "case", case)
    return reading.case(who, case)


@entry.get(router, "/alarms", "alarms", list[dict[str, Any]])
def alarms(request: HttpRequest) -> list[dict[str, Any]]:
    """Patterns that were found, and the cases that they opened."""
    return found.alarms(entry.by(request))


@entry.get(router, "/alarms/tally", "alarms.tally", list[dict[str, Any]])
def tally(request: HttpRequest) -> list[dict[str, Any]]:
    """How many alarms of each kind there were, and what became of them."""
    return found.tally(entry.by(request))


@entry.get(router, "/draws", "draws", list[str])
def draws(request: HttpRequest) -> list[str]:
    """Quarters of which claims were drawn for audit."""
    return reading.periods()


@entry.get(router, "/draws/{period}", "draw", dict[str, Any])
def draw(request: HttpRequest, period: Annotated[str, signs(10)]) -> dict[str, Any]:
    """What was drawn for audit of a quarter, as 2026Q1, and the seed to check it by."""
    return reading.drawn(period)


@entry.get(router, "/audit/heads", "heads", list[dict[str, Any]])
def heads(request: HttpRequest) -> list[dict[str, Any]]:
    """Daily heads of the audit, for anyone to keep: a later change of the audit shows by them."""
    return reading.published_heads()


@entry.get(router, "/audit/{what}/{number}", "audit", list[Event])
def audit(request: HttpRequest, what: Row, number: entry.Number) -> Any:
    """The chain of a row's changes, the first first, to auditors of its place and the platform."""
    sight.ensure_seen(entry.by(request), what, number)
    return AuditEvent.objects.filter(entity=AUDITED[what], entity_id=number).order_by("sequence")
