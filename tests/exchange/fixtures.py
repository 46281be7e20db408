"""Django set up for the exchange; a server for the session, a template, and a database for each test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import django
import psycopg
import pytest

from heban.exchange import server

# Models can be imported only after this. The address is put in when a test has its database.
_UNSET = {
    "DATABASE_URL": "postgresql://heban_app@/none",
    "DJANGO_SETTINGS_MODULE": "heban.web.settings",
    "HEBAN_DATA": "/nowhere",  # and so no table of holidays of whoever runs the tests
    "SECRET_KEY": "a key for tests, known to everybody",
}
with mock.patch.dict(os.environ, _UNSET):
    os.environ.pop("HEBAN_SHARED", None)  # it is of the tests; the site refuses names unknown to it
    django.setup()

from tests.exchange.desks import TEMPLATE, Base, connect, disconnect, migrate, seat  # noqa: E402

# The tests kill the server, never the machine: the system keeps what was written without asking the disk.
# Autovacuum is off because it comes into the template, from which no database is made meanwhile.
QUICK = {
    "fsync": "off", "autovacuum": "off", "scram_iterations": "1", "max_connections": "150",
    "max_wal_size": "128MB",
}  # fmt: skip
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30
"""A folder in memory, and the bytes of it that must be free: a database is a thousand files, and so quick."""


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A short path, for sockets; not pytest's own, which is closed to the user that serves for root."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    made = Path(tempfile.mkdtemp(prefix="heban-", dir=MEMORY if roomy else None))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@contextmanager
def serving(folder: Path) -> Iterator[server.Server]:
    """A server with a template: a migrated database with the cast in it."""
    with server.start(folder, QUICK) as started:
        started.make_database(TEMPLATE)
        migrate(started, TEMPLATE)
        seat(started, TEMPLATE)
        yield started


_STARTED = pytest.StashKey[server.Server]()


@pytest.fixture(scope="session")
def running(folder: Path, request: pytest.FixtureRequest) -> Iterator[server.Server]:
    """One server for all folders of tests: each that names this fixture would start its own."""
    kept = request.session.stash
    if _STARTED in kept:
        yield kept[_STARTED]
        return
    with serving(folder / "session") as started:
        kept[_STARTED] = started
        yield started


@contextmanager
def copied(running: server.Server, name: str) -> Iterator[Base]:
    """A copy of the template; Django's connection to it is that of heban_app."""
    made = Base(running, name)
    with psycopg.connect(running.url(server.ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER heban_owner")
        admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        admin.execute(f"GRANT CONNECT ON DATABASE {name} TO heban_app")
        connect(running, name)
        yield made
        disconnect()
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def base(running: server.Server, request: pytest.FixtureRequest) -> Iterator[Base]:
    """A database of this test's own."""
    with copied(running, f"test_{abs(hash(request.node.nodeid))}") as made:
        yield made


@pytest.fixture(scope="module")
def untouched(running: server.Server) -> Iterator[Base]:
    """One database for the tests of a module that change nothing in it."""
    with copied(running, "untouched") as made:
        yield made
