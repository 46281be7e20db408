"""Rows as SQL text: what a test says of a row, and what its model says of the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db.models import CharField, DateTimeField, Field, TextField
from psycopg import sql
from psycopg.types.json import Json

MACHINES = {
    "asset": "Resource", "booking": "Booking", "serviceorder": "ServiceOrder", "sample": "Sample",
    "ruleset": "RuleSet", "voucherquota": "VoucherQuota", "hold": "VoucherHold",
    "redemption": "Redemption", "settlementbatch": "SettlementBatch", "case": "Case",
}  # fmt: skip
"""The tables whose rows have a state, and the machine that each follows."""
STARTS = {
    "asset": "draft", "booking": "held", "serviceorder": "draft", "sample": "registered", "ruleset": "draft",
    "voucherquota": "applied", "hold": "held", "redemption": "draft", "settlementbatch": "open",
    "case": "open",
}  # fmt: skip
NOW = sql.SQL("now()")
"""The moment of the transaction."""
BEGUN = sql.Literal(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
"""The moment at which the tests begin: what they ask of its year must not depend on the day they run."""


def last(table: str) -> sql.SQL:
    """The number of the row of a table that was written last."""
    return sql.SQL(f"(SELECT max(id) FROM exchange_{table})")


def row(table: str, **said: Any) -> str:
    """An INSERT of one row: a state begins at its machine's start, a moment is now, the rest is the model's.

    Columns by their names in the database; a dict becomes JSON.
    """
    columns = {**_unsaid(table, set(said)), **said}
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    values = sql.SQL(", ").join(_literal(value) for value in columns.values())
    text = sql.SQL("INSERT INTO {} ({}) VALUES ({});\n")
    return text.format(sql.Identifier(f"exchange_{table}"), names, values).as_string()


def step(table: str, number: int | sql.SQL, state: str, version: int, **more: Any) -> str:
    """An UPDATE of one row to a state and a version."""
    values = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), _literal(value))
        for name, value in {"state": state, "version": version, **more}.items()
    )
    text = sql.SQL("UPDATE {} SET {} WHERE id = {};\n")
    return text.format(sql.Identifier(f"exchange_{table}"), values, _literal(number)).as_string()


def steps(table: str, number: int | sql.SQL, *states: str, version: int = 1) -> str:
    """The row of a version, taken through states one after another."""
    return "".join(step(table, number, state, version + 1 + n) for n, state in enumerate(states))


def _unsaid(table: str, said: set[str]) -> dict[str, Any]:
    """What the model says of the columns that the test does not; those that may be absent are."""
    fields = apps.get_model("exchange", table)._meta.concrete_fields
    return {
        field.column: _default(table, field)
        for field in fields
        if field.column not in said and not (field.primary_key or field.null or field.has_db_default())
    }


def _default(table: str, field: Field[Any, Any]) -> Any:
    if field.name == "state":
        return STARTS[table]
    if field.has_default():
        return field.get_default()
    if isinstance(field, DateTimeField):
        return BEGUN
    if isinstance(field, CharField | TextField) and (field.blank or field.name == "password"):
        return ""
    raise AssertionError(f"{table}.{field.column} must be said")


def _literal(value: Any) -> sql.Composable:
    if isinstance(value, sql.Composable):
        return value
    return sql.Literal(Json(value) if isinstance(value, dict) else value)
