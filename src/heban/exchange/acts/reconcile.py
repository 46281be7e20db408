"""Looking for what cannot be: buckets unlike their holds, a ledger unlike its rows, an audit altered."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Sum

from heban.exchange.acts import clawback, payouts
from heban.exchange.models import LedgerEntry, LedgerLeg, Payout, Redemption, SettlementLine

_DRIFT = """
    WITH counted AS (
        SELECT p.bucket_id, h.state, p.amount_fen,
            CASE WHEN r.state = 'clawed_back' AND (s.terms ->> 'restore_quota')::boolean THEN 0
                ELSE p.used_fen END AS used_fen
        FROM exchange_holdbucket p JOIN exchange_hold h ON h.id = p.hold_id
            JOIN exchange_ruleset s ON s.id = h.rule_set_id
            LEFT JOIN exchange_redemption r ON r.hold_id = h.id AND r.state NOT IN ('rejected', 'withdrawn')
    ), summed AS (
        SELECT bucket_id,
            coalesce(sum(amount_fen) FILTER (WHERE state IN ('held', 'committed')), 0)::bigint AS held_fen,
            coalesce(sum(used_fen) FILTER (WHERE state = 'posted'), 0)::bigint AS spent_fen
        FROM counted GROUP BY bucket_id
    )
    SELECT b.kind, b.key, b.year,
        b.held_fen - coalesce(s.held_fen, 0), b.spent_fen - coalesce(s.spent_fen, 0)
    FROM exchange_budgetbucket b LEFT JOIN summed s ON s.bucket_id = b.id
    WHERE b.held_fen <> coalesce(s.held_fen, 0) OR b.spent_fen <> coalesce(s.spent_fen, 0)
    ORDER BY 1, 2, 3
"""
_HELD = """
    SELECT j.code, sum(p.amount_fen)::bigint
    FROM exchange_holdbucket p JOIN exchange_hold h ON h.id = p.hold_id
        JOIN exchange_budgetbucket b ON b.id = p.bucket_id
        JOIN exchange_jurisdiction j ON j.id = b.jurisdiction_id
    WHERE h.state IN ('held', 'committed') GROUP BY 1
"""
_USED = """
    SELECT h.id, j.code, p.used_fen
    FROM exchange_holdbucket p JOIN exchange_hold h ON h.id = p.hold_id
        JOIN exchange_budgetbucket b ON b.id = p.bucket_id
        JOIN exchange_jurisdiction j ON j.id = b.jurisdiction_id
    WHERE h.state = 'posted' AND p.used_fen > 0
"""


class Drift(NamedTuple):
    """A bucket that says more (or less) than its holds do, in fen."""

    kind: str
    key: str
    year: int
    held_fen: int
    spent_fen: int


class LedgerDrift(NamedTuple):
    """An account on which more (or less) stands than holds, payouts and lines say, in fen."""

    account: str
    stands_fen: int
    expected_fen: int


class AuditFault(NamedTuple):
    """An event of the audit, or a row, that was altered behind the exchange's back."""

    entity: str
    entity_id: int
    sequence: int | None
    fault: str


def findings() -> list[Drift | LedgerDrift | AuditFault]:
    """Return all that cannot be; none in a sound exchange. A nightly job opens a case for each."""
    return [*bucket_drift(), *ledger_drift(), *audit_faults()]


def bucket_drift() -> list[Drift]:
    """Return the buckets whose held or spent is not the sum of the parts of their holds."""
    return [Drift(*row) for row in _rows(_DRIFT)]


def ledger_drift() -> list[LedgerDrift]:
    """Return the accounts on which not that stands which holds, payouts, claw-backs and lines call for."""
    stands, wanted = balances(), expected()
    return [
        LedgerDrift(account, stands.get(account, 0), wanted[account])
        for account in sorted({*stands, *wanted})
        if stands.get(account, 0) != wanted[account]
    ]


def audit_faults() -> list[AuditFault]:
    """Return what is wrong with the audit: events altered or missing, rows that their events did not make."""
    return [AuditFault(*row) for row in _rows("SELECT * FROM exchange_audit_faults()")]


def balances() -> dict[str, int]:
    """Return what stands on each account, in fen; the sum over all of them is 0."""
    sums = (
        LedgerLeg.objects.values_list("account__code").annotate(Sum("amount_fen")).order_by("account__code")
    )
    return {code: int(fen) for code, fen in sums}


def expected() -> Counter[str]:
    """Return what should stand on each account, worked out from the rows and not from the ledger."""
    found: Counter[str] = Counter()
    for payer, fen in _rows(_HELD):
        found[f"{payer}:encumbered"] += fen
        found[f"{payer}:appropriation"] -= fen
    _spent(found)
    for line in SettlementLine.objects.select_related("debtor", "creditor").exclude(batch__state="settled"):
        debtor, creditor = line.debtor.code, line.creditor.code
        found[payouts.due_from(creditor, debtor)] += line.fen
        found[payouts.due_to(debtor, creditor)] -= line.fen
        found[payouts.cash(creditor)] -= line.fen
        found[payouts.cash(debtor)] += line.fen
    return found


def _spent(found: Counter[str]) -> None:
    """What was approved: owed, paid, claimed back or back in the budget, by payer."""
    claims = {
        one.hold_id: one
        for one in Redemption.objects.select_related("claimant").exclude(state__in=["rejected", "withdrawn"])
    }
    paid = {(one.redemption_id, one.payer.code): one.fen for one in Payout.objects.select_related("payer")}
    back = set(LedgerEntry.objects.filter(kind="recover").values_list("key", flat=True))
    for hold, payer, used in _rows(_USED):
        claim = claims[hold]
        found[f"{payer}:appropriation"] -= used
        if (claim.pk, payer) not in paid:
            _unpaid(found, claim, payer, used)
        elif claim.state not in ("clawback_due", "clawed_back"):
            found[payouts.received(claim.claimant)] += used
        elif clawback.recovered(claim, payer) in back:
            found[f"{payer}:appropriation"] += used
        else:
            found[clawback.receivable(payer, claim.claimant)] += used


def _unpaid(found: Counter[str], claim: Any, payer: str, used: int) -> None:
    clawed = claim.state in ("clawback_due", "clawed_back")
    found[f"{payer}:appropriation" if clawed else f"{payer}:payable:{claim.claimant_id}"] += used


def _rows(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
