"""The exchange opened for a command: its database started if it is not, and brought up to this version."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

from heban.domain.errors import BadSpec, Refused

NEEDED = ("django", "ninja", "psycopg")


@contextmanager
def opened(data: Path | None = None, options: Mapping[str, str] | None = None) -> Iterator[Path]:
    """Connect this process to the exchange, and yield the folder of its files.

    With DATABASE_URL it is that one; else the embedded database in the folder, which is started and stopped
    again unless a service has it started already: then this command joins it. `options` are PostgreSQL
    settings of one that is started. Raises `BadSpec` where the
    software of the exchange is not installed.
    """
    if lacking := [name for name in NEEDED if find_spec(name) is None]:
        raise BadSpec(
            f"the exchange needs {', '.join(lacking)}, which is not installed. "
            "Run `pip install heban[exchange]`."
        )
    if data is not None:
        os.environ["HEBAN_DATA"] = str(data.expanduser().resolve())
    from heban.exchange import settings  # noqa: PLC0415

    given = settings.from_environment()
    with ExitStack() as stack:
        if given.database_url is None:
            stack.enter_context(_embedded(given.data, options or {}))
        _set_up()
        _migrated()
        try:
            yield given.data
        finally:
            _left()


@contextmanager
def _embedded(data: Path, options: Mapping[str, str]) -> Iterator[None]:
    if sys.platform == "win32":
        raise BadSpec(
            "the embedded PostgreSQL does not run on Windows. Give the address of one: DATABASE_URL."
        )
    from heban.exchange import server  # noqa: PLC0415  cannot be imported on Windows

    try:
        started = server.start(data, options)
    except Refused as no:
        if no.code != "server.started":
            raise
        yield  # a service has it started: its addresses are in the folder
        return
    with started:
        yield


def _set_up() -> None:
    """Set Django up for the site, whose settings the exchange shares; once in a process."""
    from django.apps import apps  # noqa: PLC0415

    if not apps.ready:
        os.environ["DJANGO_SETTINGS_MODULE"] = "heban.web.settings"
        import django  # noqa: PLC0415

        django.setup()


def _migrated() -> None:
    """Give the database the form that this version needs, as its owner where this process may."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from heban.web.health import missing  # noqa: PLC0415

    if not (lacking := missing("default")):
        return
    if "owner" not in connections:
        raise BadSpec(
            f"the database lacks {len(lacking)} migrations, {lacking[0]} first, and "
            "DATABASE_OWNER_URL is not set. Set it for one start, so that they are made."
        )
    call_command("migrate", database="owner", verbosity=0)


def weighed() -> None:
    """Have the database look at how its rows are spread, after many were written, where this process may."""
    from django.db import connections  # noqa: PLC0415

    if "owner" in connections:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")


def _left() -> None:
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
