"""Taking a guard away, as the superuser may and nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from heban.exchange import server
from tests.exchange.attacks import Connection
from tests.exchange.attacks.states import FORGED_EVENT
from tests.exchange.attacks.world import WORLD
from tests.exchange.desks import ACT, Base
from tests.exchange.fixtures import copied

GUARDS = """
    SELECT conname, 'constraint', conrelid::regclass::text FROM pg_constraint
        WHERE contype IN ('c', 'u', 'x') AND conrelid::regclass::text LIKE 'exchange%'
    UNION ALL
    SELECT tgname, 'trigger', tgrelid::regclass::text FROM pg_trigger
        WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'exchange%'
    UNION ALL
    SELECT indexrelid::regclass::text, 'index', indrelid::regclass::text FROM pg_index
        WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text LIKE 'exchange%'
            AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)
"""
"""Constraints, triggers, and indexes that are unique for some rows only, which are no constraints."""
DROPS = {
    "constraint": sql.SQL("ALTER TABLE {table} DROP CONSTRAINT {guard}"),
    "trigger": sql.SQL("DROP TRIGGER {guard} ON {table}"),
    "index": sql.SQL("DROP INDEX {guard}"),
}


def guards(connection: Connection) -> dict[str, tuple[str, str]]:
    """Every guard that the database has: its kind and its table, by its name."""
    return {name: (kind, table) for name, kind, table in connection.execute(GUARDS)}


def drop(connection: Connection, guard: str) -> None:
    """Drop one guard, as the superuser, in a transaction that may be undone."""
    kind, table = guards(connection)[guard]
    connection.execute(DROPS[kind].format(guard=sql.Identifier(guard), table=sql.Identifier(table)))


def remove(base: Base, guard: str) -> None:
    """Drop one guard for good."""
    with base.admin() as admin:
        drop(admin, guard)


@contextmanager
def peopled(running: server.Server) -> Iterator[Connection]:
    """A database with a row of every table, written by the role that serves; the superuser's connection."""
    with copied(running, "peopled") as base:
        with base.app(autocommit=False) as app:
            app.execute(ACT + WORLD)
        with base.admin() as admin:
            yield admin


EVENTS = (server.OWNER, FORGED_EVENT, FORGED_EVENT)
"""Two events that would take one place in the audit."""


def race(base: Base, role: server.Role, one: str, other: str) -> None:
    """Do two things in two transactions, neither of which sees the other's until it is committed."""
    errors: list[psycopg.Error] = []
    with base.as_role(role, autocommit=False) as first, base.as_role(role, autocommit=False) as second:
        first.execute(ACT + one)

        def write() -> None:
            try:
                second.execute(ACT + other)
                second.commit()
            except psycopg.Error as error:
                errors.append(error)
                second.rollback()

        waiting = threading.Thread(target=write)
        waiting.start()
        _until_it_waits(base, waiting)
        first.commit()
        waiting.join()
    if errors:
        raise errors[0]


def _until_it_waits(base: Base, thread: threading.Thread) -> None:
    """Return when the other transaction waits for a lock, or has ended without waiting."""
    with base.admin() as admin:
        while thread.is_alive():
            waiting = admin.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
            if waiting != (0,):
                return
