"""The site as one service: its database, its form, its workers; all are started and stopped together."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

from heban.domain.errors import BadSpec
from heban.exchange import settings
from heban.exchange.settings import Settings
from heban.web import environment
from heban.web.atlas import packages

THREADS = 4
"""Requests that a worker answers at a time; each thread keeps a connection to the database."""
PATIENCE = 5.0  # seconds; workers of a service that was killed let go of the port in less
_OTHER_CONNECTIONS = 20
_LOCK = 0x686562616E  # "heban"; two services on one database migrate it one after the other


def serve(host: str, port: int, workers: int, say: Callable[[str], None]) -> None:
    """Start the site and keep it running until it is told to stop (SIGINT, SIGTERM).

    Without DATABASE_URL the embedded database is started with it and stopped after it. The database is
    migrated as its owner before anything is served; the workers are not told how the owner connects.
    Raises `BadSpec` for a setting that is wrong, `BadData` for a results package that is not whole, and
    `Refused` ("server.started") for a folder in use.
    """
    given = settings.from_environment()
    address = f"http://{_written(host)}:{port}/"
    say(f"Heban: starting at {address} with its data in {given.data}; the first start takes longest.")
    packages.library()
    loading = threading.Thread(target=_load)
    loading.start()
    with ExitStack() as stack, _stopped_by_signals():
        database = "embedded" if given.database_url is None else "given"
        if given.database_url is None:
            stack.enter_context(_embedded(given, workers))
        _ensure_free(host, port)
        done = _migrated()
        os.environ.pop("DATABASE_OWNER_URL", None)
        loading.join()
        _start_line(workers=workers, migrated=done, database=database)
        say(f"Heban: {address} (Ctrl+C stops it)")
        _workers(host, port, workers)


def _load() -> None:
    """Load what takes seconds, and make the script of the charts, while the database is made."""
    from heban.web.atlas import drawing  # noqa: PLC0415

    if packages.library():
        drawing.packed()


@contextmanager
def _embedded(given: Settings, workers: int) -> Iterator[None]:
    """The embedded database, its addresses and the key of the site in the environment of this process."""
    if sys.platform == "win32":
        raise BadSpec(
            "the embedded PostgreSQL does not run on Windows. Give the address of one: DATABASE_URL."
        )
    from heban.exchange import server  # noqa: PLC0415  cannot be imported on Windows

    most = {"max_connections": str(THREADS * workers + _OTHER_CONNECTIONS)}
    with server.start(given.data, most) as started:
        os.environ.setdefault("SECRET_KEY", environment.kept_key(given.data))
        os.environ["DATABASE_URL"] = started.url(server.APP)
        os.environ["DATABASE_OWNER_URL"] = started.url(server.OWNER)
        try:
            yield
        finally:
            for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
                os.environ.pop(name, None)


def _migrated() -> int:
    """Give the database the form that this version needs, and return how many steps that took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "heban.web.settings"
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from heban.web.health import missing  # noqa: PLC0415

    try:
        if "owner" not in connections:
            if lacking := missing("default"):
                raise BadSpec(
                    f"the database lacks {len(lacking)} migrations, {lacking[0]} first, and "
                    "DATABASE_OWNER_URL is not set. Set it for one start, so that they are made."
                )
            return 0
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            # A crash takes back the last steps whole, and the next start makes them again.
            cursor.execute("SET synchronous_commit = off")
        if lacking := missing("owner"):
            call_command("migrate", database="owner", verbosity=0)
        return len(lacking)
    finally:
        connections.close_all()
        connections.settings.pop("owner", None)


def _workers(host: str, port: int, workers: int) -> None:
    """Serve until told to stop; workers that are forks find everything imported."""
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    import heban.web.urls  # noqa: F401, PLC0415

    routes, folders = zip(*statics().items(), strict=True)
    Granian(
        "heban.web.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=THREADS, blocking_threads_idle_timeout=600, websockets=False,
        respawn_failed_workers=True, workers_kill_timeout=10, log_level=LogLevels.warning,
        static_path_route=routes, static_path_mount=folders,
    ).serve()  # fmt: skip


def statics() -> dict[str, Path]:
    """Return the folders of static files by the address at which they are served."""
    folders = {}
    for package, name in (
        ("django.contrib.admin", "admin"), *(("heban.web", own) for own in ("web", "atlas", "desk")),
    ):  # fmt: skip
        found = find_spec(package)
        if found is None or found.origin is None:
            raise AssertionError(f"{package} is not installed as a folder")
        folders[f"/static/{name}"] = Path(found.origin).parent / "static" / name
    return folders


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Leave in good order when told to stop before the workers run: what was started is stopped."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        signal.signal(signal.SIGTERM, before)


def _ensure_free(host: str, port: int) -> None:
    """Refuse a port that another program serves; the workers would share it silently."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            with socket.socket(family) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind((host, port))
                return
        except OSError as no:
            if time.monotonic() > until:
                raise BadSpec(
                    f"{host} port {port} cannot be served: {no.strerror}. Stop what serves it, or choose "
                    "another with --port or --host."
                ) from None
            time.sleep(0.1)


def _start_line(*, workers: int, migrated: int, database: str) -> None:
    from heban.web.health import VERSION  # noqa: PLC0415

    words = {"version": VERSION, "workers": workers, "migrated": migrated, "database": database}
    logging.getLogger("heban.web").info("start", extra=words)


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
