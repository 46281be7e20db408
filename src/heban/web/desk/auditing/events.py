"""Events of the audit for a page: who did what and when, what it changed, and whether the chain holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from heban.exchange.desk import SYSTEM
from heban.exchange.models import AuditEvent, Person
from heban.exchange.rules.machines import actors as known_actors
from heban.web.desk import words

MACHINES = {
    "asset": "Resource", "batch": "SettlementBatch", "booking": "Booking", "case": "Case",
    "hold": "VoucherHold", "order": "ServiceOrder", "quota": "VoucherQuota", "redemption": "Redemption",
    "rule_set": "RuleSet", "sample": "Sample",
}  # fmt: skip
"""The machine of each kind of row of which there is a chain."""
PLAIN = frozenset(("id", "version", "state", "since"))
"""Columns that an event says in other words, or that every event changes."""
Row = dict[str, Any]


def told(what: str, rows: list[AuditEvent]) -> list[Row]:
    """Return the events of a row, the first first, each with its actor, its change and its link."""
    named = actors(row.actor for row in rows)
    found, before = [], ""
    for place, row in enumerate(rows, start=1):
        holds = row.previous == before and row.sequence == place and getattr(row, "whole", True)
        after = row.change.get("after", {})
        found.append(
            {
                "event": row, "actor": named[row.actor], "holds": holds,
                "state": words.here(words.state(MACHINES[what], after["state"])) if "state" in after else "",
                "changes": changes(row.change),
            }
        )  # fmt: skip
        before = row.digest
    return found


def changes(change: Row) -> list[tuple[str, str, str]]:
    """Return the columns that an event changed, with what stood there and what stands there now.

    >>> changes({"before": {"due": "x"}, "after": {"due": None, "version": 2}})
    [('due', 'x', '—')]
    """
    before, after = change.get("before", {}), change.get("after", {})
    return [
        (name, _value(before.get(name)), _value(after[name]))
        for name in sorted(after)
        if name not in PLAIN and (after[name] or before.get(name))
    ]


def actors(codes: Iterable[str]) -> dict[str, str]:
    """Return what actors of the audit are called: people by name and number, the system as such."""
    wanted = set(codes)
    numbers = [code.removeprefix("person:") for code in wanted if code.startswith("person:")]
    names = dict(Person.objects.filter(pk__in=numbers).values_list("pk", "name"))
    people = {f"person:{number}": _("%(name)s (person %(number)s)") % {"name": name, "number": number}
              for number, name in names.items()}  # fmt: skip
    return {code: people.get(code, _system() if code == SYSTEM else code) for code in wanted}


def _system() -> str:
    return words.here(known_actors()[SYSTEM])


def _value(value: Any) -> str:
    return "—" if value in (None, "", [], {}) else str(value)
