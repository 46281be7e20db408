"""Holds and their money: set aside in buckets, spent or let go, and the ledger beside it.

To be called within an act that has locked what comes before the buckets. `acts.vouchers` says who may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from heban.exchange.acts.ledger import enter
from heban.exchange.acts.steps import stepped
from heban.exchange.desk import By
from heban.exchange.models import HoldBucket
from heban.exchange.models.budgets import ORDER
from heban.exchange.rules.money import told
from heban.exchange.rules.paying import region_shares
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.voucher import BucketName
from heban.exchange.statements import prepared

MACHINE = "VoucherHold"
Name = tuple[BucketName, str]
"""A bucket by its kind and key, as ("firm", "yrd_pilot:91330100799655058B")."""

_READ = """
    SELECT b.id, b.kind, b.key, coalesce(j.code, ''), b.limit_fen, b.limit_fen - b.held_fen - b.spent_fen
    FROM exchange_budgetbucket b LEFT JOIN exchange_jurisdiction j ON j.id = b.jurisdiction_id
    WHERE {which}
    ORDER BY array_position(%(order)s::text[], b.kind::text), b.key
"""
_LOCKING = " FOR NO KEY UPDATE OF b"
_NAMED = (
    "(b.kind, b.key) IN (SELECT * FROM unnest(%(kinds)s::text[], %(keys)s::text[])) AND b.year = %(year)s"
)
_TOUCHED = "b.id IN (SELECT bucket_id FROM exchange_holdbucket WHERE hold_id = %(hold)s)"
_TAKEN = """
    WITH moved AS (
        UPDATE exchange_budgetbucket b SET held_fen = b.held_fen + part.fen
        FROM unnest(%(buckets)s::bigint[], %(fens)s::bigint[]) AS part (bucket, fen)
        WHERE b.id = part.bucket AND b.held_fen + b.spent_fen + part.fen <= b.limit_fen
        RETURNING b.id, part.fen
    )
    INSERT INTO exchange_holdbucket (hold_id, bucket_id, amount_fen) SELECT %(hold)s, id, fen FROM moved
"""
_SPENT = """
    WITH part AS (
        UPDATE exchange_holdbucket p SET used_fen = used.fen
        FROM unnest(%(buckets)s::bigint[], %(fens)s::bigint[]) AS used (bucket, fen)
        WHERE p.hold_id = %(hold)s AND p.bucket_id = used.bucket AND p.used_fen IS NULL
        RETURNING p.bucket_id, p.amount_fen, p.used_fen
    )
    UPDATE exchange_budgetbucket b SET held_fen = b.held_fen - part.amount_fen,
        spent_fen = b.spent_fen + part.used_fen FROM part WHERE b.id = part.bucket_id
"""
_FREED = """
    UPDATE exchange_budgetbucket b SET held_fen = b.held_fen - part.amount_fen
    FROM exchange_holdbucket part WHERE part.hold_id = %(hold)s AND b.id = part.bucket_id
"""
_RESTORED = """
    UPDATE exchange_budgetbucket b SET spent_fen = b.spent_fen - part.used_fen
    FROM exchange_holdbucket part WHERE part.hold_id = %(hold)s AND b.id = part.bucket_id
"""


class Cap(NamedTuple):
    """A locked bucket: its cap and what is left under it; a budget is of the jurisdiction of `payer`."""

    id: int
    kind: BucketName
    key: str
    payer: str
    limit_fen: int
    room_fen: int


def named(names: Sequence[Name], year: int, *, lock: bool = True) -> list[Cap]:
    """Return the buckets of a year that are there, with their room; locked, in the one order, unless said."""
    kinds, keys = [kind for kind, _ in names], [key for _, key in names]
    return _caps(_READ.format(which=_NAMED) + _LOCKING * lock, kinds=kinds, keys=keys, year=year)


def take(by: By, row: Any, caps: Sequence[Cap], parts: Mapping[str, int]) -> None:
    """Begin a hold on locked buckets: wholly under each cap, and by parts in the budgets of those who pay.

    `parts` are by the code of the jurisdiction and sum to the hold. The firm asks for it.
    """
    counted = [one for one in caps if one.kind != "budget" or one.payer in parts]
    stepped(by, row, MACHINE, "hold", "firm")
    fens = [parts[one.payer] if one.kind == "budget" else row.amount_fen for one in counted]
    _moved(_TAKEN, len(counted), hold=row.pk, buckets=[one.id for one in counted], fens=fens)
    enter(by, f"hold:{row.pk}:held", "hold", _set_aside(parts, 1))


def let_go(by: By, row: Any, event: str, *actors: str) -> None:
    """End a locked hold by `void` or `expire`: the room is there again at once."""
    stepped(by, row, MACHINE, event, *actors, due=None)
    caps = _touched(row.pk)
    _moved(_FREED, len(caps), hold=row.pk)
    enter(by, f"hold:{row.pk}:{row.state}", event, _set_aside(payers(row), -1))


def spend(by: By, row: Any, used_fen: int, payee: Any, terms: Terms) -> None:
    """Spend a locked and committed hold, in part or whole, on a payee; what is not used goes back.

    Each payer owes its part. Refused: `hold.more_than_held`, also when nothing is used.
    """
    if not 0 < used_fen <= row.amount_fen:
        raise denied("hold.more_than_held", hold=row.pk, held=told(row.amount_fen), asked=told(used_fen))
    held = payers(row)
    used = shared(row, terms, used_fen, held)
    stepped(by, row, MACHINE, "post", "system", used_fen=used_fen, payee_id=payee.pk, due=None)
    caps = _touched(row.pk)
    fens = [used.get(one.payer, 0) if one.kind == "budget" else used_fen for one in caps]
    _moved(_SPENT, len(caps), hold=row.pk, buckets=[one.id for one in caps], fens=fens)
    legs = {f"{payer}:encumbered": -fen for payer, fen in held.items()}
    legs |= {owed(payer, payee): fen for payer, fen in used.items()}
    legs |= {f"{payer}:appropriation": fen - used.get(payer, 0) for payer, fen in held.items()}
    enter(by, f"hold:{row.pk}:posted", "post", legs)


def restore(row: Any) -> None:
    """Give the room of a hold that was spent back, after its money came back and if its rules say so."""
    caps = _touched(row.pk)
    _moved(_RESTORED, len(caps), hold=row.pk)


def payers(row: Any, column: str = "amount_fen") -> dict[str, int]:
    """Return the part of a hold that each jurisdiction carries, by its code; `used_fen` of what was spent."""
    parts = HoldBucket.objects.filter(hold=row.pk, bucket__kind="budget").order_by("bucket__key")
    return dict(parts.values_list("bucket__jurisdiction__code", column))


def shared(row: Any, terms: Terms, fen: int, held: Mapping[str, int]) -> dict[str, int]:
    """Return the part of an amount of a hold that each of its payers carries.

    The firm's side is the jurisdiction of the hold's rules, as it was when the hold was made; a firm that
    has moved since changes nothing.
    """
    firm = row.rule_set.jurisdiction.code
    provider = next((code for code in held if code != firm), firm)
    return region_shares(terms, fen, firm, provider)


def owed(payer: str, payee: Any) -> str:
    """Return the account of what a jurisdiction owes an organisation."""
    return f"{payer}:payable:{payee.pk}"


def _set_aside(parts: Mapping[str, int], sign: int) -> dict[str, int]:
    legs = {f"{payer}:appropriation": -sign * fen for payer, fen in parts.items()}
    return legs | {f"{payer}:encumbered": sign * fen for payer, fen in parts.items()}


def _touched(hold: int) -> list[Cap]:
    """The buckets that a hold counts in, locked."""
    return _caps(_READ.format(which=_TOUCHED) + _LOCKING, hold=hold)


def _caps(statement: str, **values: object) -> list[Cap]:
    return [Cap(*row) for row in prepared(statement, {"order": list(ORDER), **values}).fetchall()]


def _moved(statement: str, wanted: int, **values: object) -> None:
    """Move money within locked buckets; the statement repeats the cap, which the table repeats again."""
    moved = prepared(statement, values).rowcount
    if moved != wanted:
        raise AssertionError(f"{moved} of {wanted} buckets moved, by {values}")
