"""What the tests of the exchange share: connections, a small cast, and acts by short names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections

from heban.exchange import databases, server

TEMPLATE = "template_exchange"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FIRM = "91330100799655058B"
OTHER_FIRM = "914403001922038216"


@dataclass(frozen=True)
class Base:
    """One database, and connections to it under each role."""

    server: server.Server
    name: str

    @contextmanager
    def as_role(self, role: server.Role, *, autocommit: bool = True) -> Iterator[psycopg.Connection[Any]]:
        """A connection that is closed whatever happens, a refused commit included."""
        with closing(psycopg.connect(self.server.url(role, self.name), autocommit=autocommit)) as connection:
            yield connection
            if not connection.closed:
                connection.commit()

    def app(self, *, autocommit: bool = True) -> AbstractContextManager[psycopg.Connection[Any]]:
        return self.as_role(server.APP, autocommit=autocommit)

    def owner(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        return self.as_role(server.OWNER)

    def admin(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        return self.as_role(server.ADMIN)


def connect(running: server.Server, name: str) -> None:
    """Let Django, in every thread, connect to a database as heban_app."""
    disconnect()
    fresh = databases.connection(running.url(server.APP, name))
    connections.settings["default"].update(fresh)


def disconnect() -> None:
    """Close what this thread has open, so that the next use connects anew."""
    for alias in connections:
        connections[alias].close()
        del connections[alias]


def migrate(running: server.Server, name: str) -> None:
    """Migrate a database as heban_owner."""
    connections.settings["owner"] = {
        **connections.settings["default"],
        **databases.connection(running.url(server.OWNER, name)),
    }
    try:
        call_command("migrate", database="owner", verbosity=0)
    finally:
        connections["owner"].close()
        del connections["owner"], connections.settings["owner"]


def hour(number: float) -> datetime:
    """A moment so many hours after ten o'clock in Shanghai on the day after NOW."""
    return NOW + timedelta(days=1, hours=1 + number)


def span(start: float, end: float) -> str:
    return f"[{hour(start).isoformat()},{hour(end).isoformat()})"


CAST = f"""
    INSERT INTO exchange_jurisdiction (code, name, parent_id)
        VALUES ('310000', '上海市', NULL), ('330000', '浙江省', NULL);
    INSERT INTO exchange_organisation (uscc, name, kind, jurisdiction_id)
        VALUES ('{FIRM}', '某企业', 'firm', 2), ('{OTHER_FIRM}', '某仪器中心', 'provider', 1);
    INSERT INTO exchange_person (name, email)
        VALUES ('甲', 'a@example.org'), ('乙', 'b@example.org'), ('丙', 'c@example.org');
    INSERT INTO exchange_asset (kind, name, owner_id, jurisdiction_id, value_fen)
        VALUES ('instrument', '电子显微镜', 2, 1, 120000000);
    INSERT INTO exchange_assetunit (asset_id, no) VALUES (1, 1), (1, 2);
    INSERT INTO exchange_budgetbucket (kind, key, year, limit_fen, held_fen, spent_fen) VALUES
        ('budget', '330000', 2026, 1000000, 0, 0), ('controller', 'G1', 2026, 50000, 0, 0),
        ('firm', '{FIRM}', 2026, 30000, 0, 0), ('firm', '{OTHER_FIRM}', 2026, 30000, 0, 0);
"""
"""Two provinces, a firm and a provider of instruments, three people, one instrument for two, four caps.

Rows are numbered from 1 in the order written, and tests name them so."""


def seat(running: server.Server, name: str) -> None:
    """Write the cast, as the role that serves."""
    with psycopg.connect(running.url(server.APP, name)) as app:
        app.execute(CAST)
