"""Taking a guard away, as the superuser may and nobody else."""

from __future__ import annotations

import threading

import psycopg
from psycopg import sql

from tests.exchange.attacks import FORGED_EVENT
from tests.exchange.desks import Base

GUARDS = """
    SELECT conname, 'constraint', conrelid::regclass::text FROM pg_constraint
        WHERE contype IN ('c', 'u', 'x') AND conrelid::regclass::text LIKE 'exchange%'
    UNION ALL
    SELECT tgname, 'trigger', tgrelid::regclass::text FROM pg_trigger
        WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'exchange%'
"""


def guards(base: Base) -> dict[str, tuple[str, str]]:
    """Every guard that the database has: its kind and its table, by its name."""
    with base.admin() as admin:
        return {name: (kind, table) for name, kind, table in admin.execute(GUARDS)}


def remove(base: Base, guard: str) -> None:
    """Drop one guard."""
    kind, table = guards(base)[guard]
    if kind == "trigger":
        text = sql.SQL("DROP TRIGGER {} ON {}")
        words = text.format(sql.Identifier(guard), sql.Identifier(table))
    else:
        text = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        words = text.format(sql.Identifier(table), sql.Identifier(guard))
    with base.admin() as admin:
        admin.execute(words)


def race_for_a_place(base: Base) -> None:
    """Write two events of one row from two transactions, neither of which sees the other's."""
    errors: list[psycopg.Error] = []
    with base.owner() as first, base.owner() as second:
        first.autocommit = False
        first.execute(FORGED_EVENT.format(n=1))

        def write() -> None:
            try:
                second.execute(FORGED_EVENT.format(n=1))
            except psycopg.Error as error:
                errors.append(error)

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
