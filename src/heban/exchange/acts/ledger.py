"""Entries of the ledger: written whole, once for each event."""

from __future__ import annotations

from collections.abc import Mapping

from heban.exchange.desk import By
from heban.exchange.models import LedgerAccount, LedgerEntry
from heban.exchange.statements import prepared

_ENTERED = """
    WITH entry AS (
        INSERT INTO exchange_ledgerentry (key, kind, at) VALUES (%(key)s, %(kind)s, %(at)s) RETURNING id
    )
    INSERT INTO exchange_ledgerleg (entry_id, account_id, amount_fen)
        SELECT entry.id, account.id, moved.fen
        FROM entry, unnest(%(codes)s::text[], %(fens)s::bigint[]) AS moved (code, fen)
            JOIN exchange_ledgeraccount account ON account.code = moved.code
    RETURNING entry_id, account_id
"""
_JOINED = """
    INSERT INTO exchange_ledgerleg (entry_id, account_id, amount_fen)
        SELECT %(entry)s, account.id, moved.fen
        FROM unnest(%(codes)s::text[], %(fens)s::bigint[]) AS moved (code, fen)
            JOIN exchange_ledgeraccount account ON account.code = moved.code
        WHERE account.id <> ALL (%(there)s::bigint[])
"""


def enter(by: By, key: str, kind: str, legs: Mapping[str, int]) -> None:
    """Write an entry with a leg for each account that it moves, in fen.

    Accounts are made when first used. The database refuses an entry that does not sum to 0, and a second one
    with the same key. To be called within an act, after all locks are taken.
    """
    moved = {code: fen for code, fen in sorted(legs.items()) if fen}
    values = {"codes": list(moved), "fens": list(moved.values())}
    there = [account for _, account in _written(_ENTERED, key=key, kind=kind, at=by.now, **values)]
    if len(there) == len(moved):
        return
    # Some account is new; others may be making it too, so all make them in one order.
    made = (LedgerAccount(code=code) for code in moved)
    LedgerAccount.objects.bulk_create(made, ignore_conflicts=True)
    entry = LedgerEntry.objects.values_list("pk", flat=True).get(key=key)
    prepared(_JOINED, {**values, "entry": entry, "there": there})


def _written(statement: str, **values: object) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = prepared(statement, values).fetchall()
    return found
