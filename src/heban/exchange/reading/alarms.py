"""Alarms to read: what was found, when, and what became of it, by those who may read its case."""

from __future__ import annotations

from collections import Counter
from typing import Any

from heban.exchange.desk import By
from heban.exchange.models import Alarm
from heban.exchange.reading import cases
from heban.exchange.rules.alarms import kinds

Row = dict[str, Any]


def alarms(by: By, *wanted: str) -> list[Row]:
    """Return the alarms whose cases whoever asks may read, of these kinds or of any, the last first."""
    readable = {row.pk: row for row in cases.seen(by)}
    rows = Alarm.objects.filter(case__in=readable).order_by("-found_at", "-pk")
    rows = rows.filter(kind__in=wanted) if wanted else rows
    return [
        {
            "alarm": one.pk, "key": one.key, "kind": one.kind, **one.words, "evidence": one.evidence,
            "found_at": one.found_at, "case": one.case_id, "state": readable[one.case_id].state,
        }
        for one in rows
    ]  # fmt: skip


def tally(by: By) -> list[Row]:
    """Return for each kind of alarm how many there are, and how many were proven, cleared or are open.

    The share of those proven among those closed says what an alarm is worth; nothing is known of the rest.
    """
    found = Counter((one["kind"], one["state"]) for one in alarms(by))
    return [
        {
            "kind": kind,
            "found": sum(count for (of, _), count in found.items() if of == kind),
            "proven": found[kind, "closed_proven"],
            "clean": found[kind, "closed_clean"],
            "open": sum(found[kind, state] for state in ("open", "investigating", "hearing")),
        }
        for kind in kinds()
    ]
