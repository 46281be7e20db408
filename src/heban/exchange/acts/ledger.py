"""Entries of the ledger: written whole, once for each event."""

from __future__ import annotations

from collections.abc import Mapping

from heban.exchange.desk import By
from heban.exchange.models import LedgerAccount, LedgerEntry, LedgerLeg


def enter(by: By, key: str, kind: str, legs: Mapping[str, int]) -> int:
    """Write an entry with a leg for each account that it moves, in fen, and return its number.

    Accounts are made when first used. The database refuses an entry that does not sum to 0, and a second one
    with the same key. To be called within an act, after all locks are taken.
    """
    moved = {code: fen for code, fen in sorted(legs.items()) if fen}
    entry = LedgerEntry.objects.create(key=key, kind=kind, at=by.now)
    accounts = _accounts(list(moved))
    LedgerLeg.objects.bulk_create(
        LedgerLeg(entry=entry, account_id=accounts[code], amount_fen=fen) for code, fen in moved.items()
    )
    number: int = entry.pk
    return number


def _accounts(codes: list[str]) -> dict[str, int]:
    """Return the numbers of accounts; those missing are made, in order, and others may be making them too."""
    known = _known(codes)
    if missing := [code for code in codes if code not in known]:
        LedgerAccount.objects.bulk_create(
            (LedgerAccount(code=code) for code in missing), ignore_conflicts=True
        )
        known = _known(codes)
    return known


def _known(codes: list[str]) -> dict[str, int]:
    return dict(LedgerAccount.objects.filter(code__in=codes).values_list("code", "pk"))
