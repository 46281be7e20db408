"""Databases of the exchange without the cast: migrated once, copied for each module that fills its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.test import override_settings

from heban.exchange import server
from tests.exchange.desks import Base, connect, disconnect, migrate

BARE = "template_bare"


@contextmanager
def bare(running: server.Server, name: str) -> Iterator[Base]:
    """An exchange that has nothing yet, no holidays of its own either; Django connects to it as heban_app."""
    holidays = running.data / f"holidays-{name}.toml"
    with (
        override_settings(HOLIDAYS=holidays),
        psycopg.connect(running.url(server.ADMIN, "postgres"), autocommit=True) as admin,
    ):
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [BARE]).fetchone():
            running.make_database(BARE)
            migrate(running, BARE)
            disconnect()
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {BARE} OWNER heban_owner")
        admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        admin.execute(f"GRANT CONNECT ON DATABASE {name} TO heban_app")
        connect(running, name)
        yield Base(running, name)
        disconnect()
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    holidays.unlink(missing_ok=True)
