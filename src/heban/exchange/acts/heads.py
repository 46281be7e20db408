"""Daily heads: one digest over the audit of everything as it stood at the end of a day, to be published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection

from heban.exchange.china import ZONE
from heban.exchange.desk import By, Said, act
from heban.exchange.models import AuditEvent, DailyHead
from heban.exchange.rules.refusals import denied

_RUNNING = """
    SELECT clock_timestamp() >= %(end)s, (
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND pid <> pg_backend_pid() AND xact_start < %(end)s AND usename = current_user
    )
"""


@act
def take(by: By, *, day: date) -> Said:
    """Write the head of a day that is over; one that is written stays, and is told again.

    The audit's time is the clock of the database, and so is the end of the day here. Refused while an act
    begun on that day is not finished, which could still add to it: `head.day_not_over`, `head.running`.
    """
    row = DailyHead.objects.filter(day=day).first()
    if row is None:
        _ensure_over(day)
        events, digest = computed(day)
        made = {"events": events, "digest": digest, "at": by.now}
        row, _ = DailyHead.objects.get_or_create(day=day, defaults=made)
    return told(row)


def computed(day: date) -> tuple[int, str]:
    """Return the number of events up to the end of a day, and the digest over the last one of each chain.

    SHA-256 over a line for each chain, "entity id sequence digest", by entity and then by id, as anybody
    can compute from the audit. As every digest covers the one before it, this one covers the whole audit.
    """
    before = AuditEvent.objects.filter(at__lt=_end(day))
    total = sha256()
    for entity in sorted(set(before.values_list("entity", flat=True).distinct())):
        for line in _lines(before.filter(entity=entity)):
            total.update(line)
    return before.count(), total.hexdigest()


def altered(*days: date) -> list[date]:
    """Return the days whose head is no longer what the audit makes it; all days with a head unless said."""
    rows = DailyHead.objects.order_by("day")
    rows = rows.filter(day__in=days) if days else rows
    return [row.day for row in rows if (row.events, row.digest) != computed(row.day)]


def told(row: Any) -> Said:
    """Return a head as an act answers it."""
    return {"day": row.day.isoformat(), "events": row.events, "digest": row.digest}


def _lines(events: Any) -> Iterator[bytes]:
    last = events.order_by("entity_id", "-sequence").distinct("entity_id")
    columns = ("entity", "entity_id", "sequence", "digest")
    for chain in last.values_list(*columns).iterator(chunk_size=20_000):
        yield " ".join(map(str, chain)).encode() + b"\n"


def _ensure_over(day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING, {"end": _end(day)})
        over, running = cursor.fetchone()
    if not over:
        raise denied("head.day_not_over", day=day)
    if running:
        raise denied("head.running", day=day, acts=running)


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZONE)
