"""Holds: set money of budgets aside, commit it to a contract, spend it, or let it go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from heban.domain.errors import BadSpec, Refused, UnknownName
from heban.exchange.acts.ledger import enter
from heban.exchange.acts.steps import reached
from heban.exchange.china import year_of
from heban.exchange.desk import By, Said, act
from heban.exchange.models import BudgetBucket, Hold, HoldBucket, Jurisdiction
from heban.exchange.models.budgets import ORDER
from heban.exchange.rules.money import yuan

Bucket = tuple[str, str]
"""A cap by its kind and key, as ("firm", "91330100799655058B")."""

_LOCKED = """
    SELECT id, kind, key, limit_fen - held_fen - spent_fen FROM exchange_budgetbucket
    WHERE {which}
    ORDER BY array_position(%(order)s::text[], kind::text), key, year FOR NO KEY UPDATE
"""
_NAMED = "(kind, key) IN (SELECT * FROM unnest(%(kinds)s::text[], %(keys)s::text[])) AND year = %(year)s"
_TOUCHED = "id IN (SELECT bucket_id FROM exchange_holdbucket WHERE hold_id = %(hold)s)"
_MOVED = """
    UPDATE exchange_budgetbucket SET held_fen = held_fen + %(held)s, spent_fen = spent_fen + %(spent)s
    WHERE id = ANY(%(buckets)s) AND held_fen + spent_fen + %(held)s + %(spent)s <= limit_fen
"""


@act
def hold(by: By, *, payer: str, buckets: Sequence[Bucket], amount_fen: int) -> Said:
    """Set an amount aside in every bucket of this year (in Asia/Shanghai), for a jurisdiction to pay.

    Room is computed after the buckets are locked. When more is asked than there is, nothing is held and
    nothing is made smaller: `Refused` ("cap.reached") names the cap that binds and its room.
    """
    if not amount_fen > 0:
        raise BadSpec(f"amount_fen is {amount_fen}; a hold needs more than 0.")
    year = year_of(by.now)
    jurisdiction = _jurisdiction(payer)
    rows = _locked_by_name(buckets, year)
    _id, kind, key, room = min(rows, key=lambda row: row[3])
    if amount_fen > room:
        raise Refused(
            "cap.reached",
            f"the cap {kind} {key} of {year} has room for {yuan(room)} CNY and {yuan(amount_fen)} were "
            "asked. Ask for no more than that, or have the cap raised.",
        )
    made = Hold.objects.create(
        payer=jurisdiction, year=year, amount_fen=amount_fen, made_at=by.now, since=by.now
    )
    HoldBucket.objects.bulk_create(HoldBucket(hold=made, bucket_id=row[0]) for row in rows)
    _move([row[0] for row in rows], held=amount_fen, spent=0)
    legs = {f"{payer}:appropriation": -amount_fen, f"{payer}:encumbered": amount_fen}
    enter(by, f"hold:{made.pk}:held", "hold", legs)
    return _told(made)


@act
def commit(by: By, *, hold: int) -> Said:
    """Commit a hold to a contract that was signed."""
    row = _locked(hold)
    _step(by, row, "commit")
    return _told(row)


@act
def post(by: By, *, hold: int, used_fen: int, payee: int) -> Said:
    """Spend a committed hold, in part or whole, on a payee; what is not used goes back in the same act."""
    row = _locked(hold)
    if not 0 < used_fen <= row.amount_fen:
        raise Refused(
            "hold.more_than_held",
            f"hold {hold} is for {yuan(row.amount_fen)} CNY and {yuan(used_fen)} were asked. "
            "Ask for more than 0 and no more than is held.",
        )
    _step(by, row, "post", used_fen=used_fen, payee_id=payee)
    _move(_locked_by_hold(hold), held=-row.amount_fen, spent=used_fen)
    legs = {
        f"{row.payer.code}:encumbered": -row.amount_fen,
        f"{row.payer.code}:payable:{payee}": used_fen,
        f"{row.payer.code}:appropriation": row.amount_fen - used_fen,
    }
    enter(by, f"hold:{hold}:posted", "post", legs)
    return _told(row)


@act
def release(by: By, *, hold: int, event: str = "void") -> Said:
    """Let a hold go (`event` void, or expire when its time is over): the room is there again at once."""
    if event not in ("void", "expire"):
        raise BadSpec(f"event is {event!r}; a hold is let go by void or expire.")
    row = _locked(hold)
    _step(by, row, event)
    _move(_locked_by_hold(hold), held=-row.amount_fen, spent=0)
    legs = {
        f"{row.payer.code}:encumbered": -row.amount_fen,
        f"{row.payer.code}:appropriation": row.amount_fen,
    }
    enter(by, f"hold:{hold}:{row.state}", event, legs)
    return _told(row)


def room(buckets: Sequence[Bucket], year: int) -> dict[Bucket, int]:
    """Return what is left under each cap, in fen, for a quote; it binds nobody, for others may be quicker."""
    rows = BudgetBucket.objects.filter(year=year, kind__in={kind for kind, _ in buckets})
    left = {(row.kind, row.key): row.limit_fen - row.held_fen - row.spent_fen for row in rows}
    return {bucket: left[bucket] for bucket in buckets if bucket in left}


def _jurisdiction(code: str) -> Any:
    found = Jurisdiction.objects.filter(code=code).first()
    if found is None:
        raise UnknownName(f"there is no jurisdiction {code!r}. Look it up again.")
    return found


def _rows(which: str, **values: object) -> list[tuple[int, str, str, int]]:
    """Lock buckets, in the one order, and return them with their room."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED.format(which=which), {"order": list(ORDER), **values})
        rows: list[tuple[int, str, str, int]] = cursor.fetchall()
    return rows


def _locked_by_name(buckets: Sequence[Bucket], year: int) -> list[tuple[int, str, str, int]]:
    wanted = list(dict.fromkeys((kind, key) for kind, key in buckets))
    if not wanted:
        raise BadSpec("a hold needs a bucket to count in; name at least the budget.")
    kinds, keys = zip(*wanted, strict=True)
    rows = _rows(_NAMED, kinds=list(kinds), keys=list(keys), year=year)
    if missing := sorted(set(wanted) - {(kind, key) for _id, kind, key, _room in rows}):
        names = ", ".join(f"{kind} {key}" for kind, key in missing)
        raise Refused("cap.none", f"no cap is set for {names} of {year}. Have it set, or the quota granted.")
    return rows


def _locked_by_hold(hold: int) -> list[int]:
    return [row[0] for row in _rows(_TOUCHED, hold=hold)]


def _move(buckets: list[int], *, held: int, spent: int) -> None:
    """Move money within locked buckets; the condition repeats the cap, which the table repeats again."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"held": held, "spent": spent, "buckets": buckets})
        if cursor.rowcount != len(buckets):
            raise AssertionError(f"buckets {buckets} were locked and have no room for {held + spent} fen")


def _locked(hold: int) -> Any:
    row = (
        Hold.objects.select_for_update(no_key=True, of=("self",))
        .select_related("payer")
        .filter(pk=hold)
        .first()
    )
    if row is None:
        raise UnknownName(f"there is no hold {hold}. Look it up again.")
    return row


def _step(by: By, row: Any, event: str, **columns: object) -> None:
    """Take a locked hold along an edge."""
    row.state = reached("VoucherHold", f"hold {row.pk}", row.state, event)
    row.version += 1
    row.since = by.now
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "since", "version", *columns])


def _told(row: Any) -> Said:
    return {
        "hold": row.pk,
        "state": row.state,
        "version": row.version,
        "amount_fen": row.amount_fen,
        "used_fen": row.used_fen,
    }
