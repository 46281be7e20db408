"""Looking for what cannot be: buckets unlike their holds, a ledger or an audit that does not fit."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection
from django.db.models import Sum

from heban.exchange.models import LedgerLeg

_DRIFT = """
    SELECT b.kind, b.key, b.year,
        b.held_fen - coalesce(sum(h.amount_fen) FILTER (WHERE h.state IN ('held', 'committed')), 0)::bigint,
        b.spent_fen - coalesce(sum(h.used_fen) FILTER (WHERE h.state = 'posted'), 0)::bigint
    FROM exchange_budgetbucket b
        LEFT JOIN exchange_holdbucket t ON t.bucket_id = b.id LEFT JOIN exchange_hold h ON h.id = t.hold_id
    GROUP BY b.id
    HAVING b.held_fen <> coalesce(sum(h.amount_fen) FILTER (WHERE h.state IN ('held', 'committed')), 0)
        OR b.spent_fen <> coalesce(sum(h.used_fen) FILTER (WHERE h.state = 'posted'), 0)
    ORDER BY 1, 2, 3
"""


class Drift(NamedTuple):
    """A bucket that says more (or less) than its holds do, in fen."""

    kind: str
    key: str
    year: int
    held_fen: int
    spent_fen: int


class AuditFault(NamedTuple):
    """An event of the audit, or a row, that was altered behind the exchange's back."""

    entity: str
    entity_id: int
    sequence: int | None
    fault: str


def bucket_drift() -> list[Drift]:
    """Return the buckets whose held or spent is not the sum of their holds; none in a sound exchange."""
    with connection.cursor() as cursor:
        cursor.execute(_DRIFT)
        return [Drift(*row) for row in cursor.fetchall()]


def audit_faults() -> list[AuditFault]:
    """Return what is wrong with the audit: events altered or missing, rows that their events did not make."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM exchange_audit_faults()")
        return [AuditFault(*row) for row in cursor.fetchall()]


def balances() -> dict[str, int]:
    """Return what stands on each account, in fen; the sum over all of them is 0."""
    sums = (
        LedgerLeg.objects.values_list("account__code").annotate(Sum("amount_fen")).order_by("account__code")
    )
    return {code: int(fen) for code, fen in sums}
