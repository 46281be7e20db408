"""Buckets: what may be spent in a year under one cap, opened once and raised or lowered in the open."""

from __future__ import annotations

from typing import Any

from django.db import connection

from heban.exchange import access
from heban.exchange.acts.rows import found, locked
from heban.exchange.desk import By, Said, act
from heban.exchange.models import BudgetBucket, RuleSet
from heban.exchange.rules.money import checked_fen, told
from heban.exchange.rules.refusals import denied

_OPENED = """
    INSERT INTO exchange_budgetbucket (kind, key, year, limit_fen, held_fen, spent_fen, jurisdiction_id)
    VALUES (%s, %s, %s, %s, 0, 0, %s) ON CONFLICT DO NOTHING
"""


def key(scheme: str, whose: str) -> str:
    """Return what a bucket of a scheme is known by.

    `whose` is the code of a jurisdiction, the credit code of an organisation, or the key of a controller.
    """
    return f"{scheme}:{whose}"


def opened(kind: str, key: str, year: int, limit_fen: int, jurisdiction: int | None = None) -> None:
    """Open a bucket unless it is there; one that is there keeps its limit, whoever opened it first."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, [kind, key, year, limit_fen, jurisdiction])


@act
def set_limit(by: By, *, bucket: int, limit_fen: int) -> Said:
    """Raise or lower a budget; below what is held and spent it cannot go: `budget.below_used` says how far.

    By a reviewer of the region whose budget it is. Caps of firms follow their rules and are not set by hand.
    """
    row = locked(BudgetBucket, bucket, "budget")
    if row.jurisdiction is None:
        raise denied("budget.not_by_hand")
    rules = found(RuleSet, "rule set", scheme__code=row.key.split(":")[0], jurisdiction=row.jurisdiction_id)
    access.ensure(by, rules, "region_reviewer")
    used = row.held_fen + row.spent_fen
    if checked_fen(limit_fen, "the limit") < used:
        raise denied("budget.below_used", asked=told(limit_fen), used=told(used))
    row.limit_fen = limit_fen
    row.save(update_fields=["limit_fen"])
    return told_bucket(row)


def told_bucket(row: Any) -> Said:
    """Return a bucket as an act answers it."""
    return {
        "bucket": row.pk, "kind": row.kind, "key": row.key, "year": row.year, "limit_fen": row.limit_fen,
        "held_fen": row.held_fen, "spent_fen": row.spent_fen,
    }  # fmt: skip
