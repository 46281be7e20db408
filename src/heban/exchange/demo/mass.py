"""Many rows at once: copied in, and taken along the edges of their machines step by step, all audited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Field, JSONField
from psycopg.types.json import Jsonb

from heban.exchange.rules.machines import machines

ACT = "demo"
REASON = "合成数据 synthetic"
STARTS = {
    "asset": "Resource", "booking": "Booking", "serviceorder": "ServiceOrder", "ruleset": "RuleSet",
    "voucherquota": "VoucherQuota", "hold": "VoucherHold", "redemption": "Redemption",
}  # fmt: skip
"""The tables of this demonstration whose rows have a state, and the machine of each."""
Columns = dict[str, Sequence[Any]]


@contextmanager
def writing() -> Iterator[None]:
    """One transaction, in which the database is told that the system writes synthetic rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('heban.actor', 'system', true), set_config('heban.act', %s, true),"
            " set_config('heban.reason', %s, true)",
            [ACT, REASON],
        )
        yield


def written(table: str, columns: Columns, **all_rows: Any) -> list[int]:
    """Copy rows into a table and return their numbers, in order; nobody else may write there meanwhile.

    `columns` are by their names in the database, `all_rows` are values that every row has; what neither says
    is what the model says. A row with a state begins at the start of its machine, and needs `since`.
    """
    model: Any = apps.get_model("exchange", table)
    count = len(next(iter(columns.values())))
    given = {**_unsaid(table, model, {*columns, *all_rows}), **all_rows}
    json = {field.column for field in model._meta.concrete_fields if isinstance(field, JSONField)}
    lists = [list(map(Jsonb, values)) if name in json else values for name, values in columns.items()]
    fixed = [Jsonb(value) if name in json else value for name, value in given.items()]
    names = ", ".join(f'"{name}"' for name in (*columns, *given))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM exchange_{table}")
        (before,) = cursor.fetchone()
        with cursor.copy(f"COPY exchange_{table} ({names}) FROM STDIN") as copy:
            for row in zip(*lists, strict=True):
                copy.write_row([*row, *fixed])
        cursor.execute(f"SELECT id FROM exchange_{table} WHERE id > %s ORDER BY id", [before])
        numbers = [number for (number,) in cursor.fetchall()]
    if len(numbers) != count:
        raise AssertionError(f"{count} rows were copied into {table} and {len(numbers)} are there")
    return numbers


def step(table: str, numbers: Sequence[int], state: str, since: Sequence[datetime], **columns: Any) -> None:
    """Take rows to a state, each at its moment, with the columns that change: one value for each row."""
    model: Any = apps.get_model("exchange", table)
    fields = {field.column: field for field in model._meta.concrete_fields}
    lists = {"since": since, **columns}
    types = ", ".join(f"%s::{fields[name].db_type(connection)}[]" for name in lists)
    sets = ", ".join(f'"{name}" = moved."{name}"' for name in lists)
    names = ", ".join(f'"{name}"' for name in lists)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE exchange_{table} AS kept SET state = %s, version = kept.version + 1, {sets}"
            f" FROM unnest(%s::bigint[], {types}) AS moved (id, {names}) WHERE kept.id = moved.id",
            [state, list(numbers), *(list(values) for values in lists.values())],
        )
        if cursor.rowcount != len(numbers):
            raise AssertionError(f"{cursor.rowcount} of {len(numbers)} rows of {table} went to {state}")


def entries(keys: Sequence[str], kind: str, at: Sequence[datetime], legs: Sequence[dict[str, int]]) -> None:
    """Write entries of the ledger with their legs; those of nothing are left out."""
    account: Any = apps.get_model("exchange", "LedgerAccount")
    codes = sorted({code for one in legs for code, fen in one.items() if fen})
    account.objects.bulk_create((account(code=code) for code in codes), ignore_conflicts=True)
    known = dict(account.objects.filter(code__in=codes).values_list("code", "pk"))
    numbers = _entries(keys, kind, at)
    flat = [
        (number, known[code], fen)
        for number, one in zip(numbers, legs, strict=True)
        for code, fen in one.items()
        if fen
    ]
    entry, account_id, amount = zip(*flat, strict=True)
    written("ledgerleg", {"entry_id": entry, "account_id": account_id, "amount_fen": amount})


def _entries(keys: Sequence[str], kind: str, at: Sequence[datetime]) -> list[int]:
    """The database fills in who and when; so its own columns are not said."""
    return written("ledgerentry", {"key": keys, "at": at}, kind=kind)


def _unsaid(table: str, model: Any, said: set[str]) -> dict[str, Any]:
    """What the model says of the columns that nobody does."""
    found = {
        field.column: _default(field)
        for field in model._meta.concrete_fields
        if field.column not in said
        and not field.primary_key
        and not field.null
        and not field.has_db_default()
        and field.name != "state"
    }
    if table in STARTS and "state" not in said:
        found["state"] = machines()[STARTS[table]].start
    return found


def _default(field: Field[Any, Any]) -> Any:
    if field.has_default():
        return field.get_default()
    if field.blank:
        return ""
    raise AssertionError(f"{field.column} must be said")
