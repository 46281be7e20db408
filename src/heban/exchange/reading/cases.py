"""Cases to read, by those who look into or decide them; draws and daily heads, by anyone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery

from heban.exchange import access
from heban.exchange.acts import cases as acts
from heban.exchange.acts import draws, heads
from heban.exchange.acts.consents import agreed
from heban.exchange.acts.rows import found
from heban.exchange.china import local, province_of
from heban.exchange.desk import By
from heban.exchange.models import AuditDraw, Case, CaseParty, DailyHead
from heban.exchange.rules import roles
from heban.exchange.rules.roles import Thing

Row = dict[str, Any]
OFFICES = ("auditor", "region_reviewer", "platform")
"""Who reads cases; a party is told what it must know, and reads no more than that."""


def cases(by: By, *states: str) -> list[Row]:
    """Return the cases that whoever asks may look into or decide, in these states or in any, newest first."""
    rows = seen(by)
    return [_row(one) for one in rows if not states or one.state in states]


def seen(by: By) -> list[Any]:
    """Return the rows of the cases that whoever asks may read, newest first, by the rule of a single one."""
    first = CaseParty.objects.filter(case=OuterRef("pk")).order_by("pk")
    rows = Case.objects.prefetch_related("parties__organisation").annotate(
        firm=Subquery(first.values("organisation")[:1]),
        place=Subquery(first.values("organisation__jurisdiction__code")[:1]),
    )
    mine = None if by.person is None else access.mine(by)
    day = local(by.now).date()
    return [
        one for one in rows.order_by("-pk")
        if mine is None or roles.actors(mine, _thing(one), day) & set(OFFICES)
    ]  # fmt: skip


def case(by: By, number: int) -> Row:
    """Return a case: its parties, the rows it names, its alarms, and who has agreed to what."""
    row = found(Case, "case", pk=number)
    if by.person is not None:
        access.ensure(by, row, *OFFICES)
    return {
        **_row(row),
        "words": row.words,
        "finding": row.finding,
        "opened_by": row.opened_by,
        "subjects": list(row.subjects.order_by("pk").values_list("subject", "subject_id")),
        "alarms": list(row.alarms.order_by("pk").values("key", "kind", "words", "evidence", "found_at")),
        "agreed": {event: [one.actor for one in agreed(row, event)] for event in ("clear", "prove")},
    }


def drawn(period: str) -> Row:
    """Return what was drawn for audit of a quarter, by chance and for risk, and the seed to check it by."""
    return draws.told(period)


def periods() -> list[str]:
    """Return the quarters that something was drawn of, the last first."""
    return list(AuditDraw.objects.order_by("-period").values_list("period", flat=True).distinct())


def published_heads(limit: int = 100) -> list[Row]:
    """Return the daily heads, the last first, for anyone to keep: a change of the audit shows by them."""
    return [heads.told(row) for row in DailyHead.objects.order_by("-day")[:limit]]


def _row(row: Any) -> Row:
    return {
        **acts.told(row),
        "made_at": row.made_at,
        "since": row.since,
        "due": row.due,
        "parties": _parties(one.organisation for one in row.parties.all()),
    }


def _parties(rows: Iterable[Any]) -> list[Row]:
    return [{"organisation": one.pk, "name": one.name, "uscc": one.uscc} for one in rows]


def _thing(row: Any) -> Thing:
    if row.firm is None:
        return Thing("Case")
    return Thing("Case", firm=str(row.firm), firm_place=row.place, region=province_of(row.place))
