"""The embedded PostgreSQL: one server under a folder of ours, two roles, started and stopped cleanly."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from heban.domain.errors import BadSpec
from heban.exchange.programs import Programs
from heban.exchange.rules.refusals import Said, denied

Role = Literal["heban_admin", "heban_owner", "heban_app"]
ADMIN: Role = "heban_admin"  # the superuser: it makes the roles and databases, and serves nobody
OWNER: Role = "heban_owner"
APP: Role = "heban_app"
DATABASE = "heban"
PATIENCE = 60.0  # seconds; recovery after a crash is over in a few for a database of this size
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET = 103  # bytes of a socket's path that every system takes (macOS: 104 with the closing zero)


class Server:
    """A PostgreSQL server of our own; make it with `start`, and leave the `with` block to stop it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.cluster = data / "cluster"
        self._programs = Programs(data)
        self._lock: int | None = None
        self._passwords: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, role: Role, database: str = DATABASE) -> str:
        """Return the address at which a role reaches a database, password included."""
        host = quote(str(self.cluster), safe="")
        return f"postgresql://{role}:{self._passwords[role]}@/{quote(database)}?host={host}"

    @property
    def pid(self) -> int:
        """The process of the server."""
        return int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])

    def stop(self) -> None:
        """Stop the server: acts under way are rolled back, nothing committed is lost."""
        if self._lock is None:
            return
        if self._running():
            said = self._programs.attempt("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.cluster))
            if said and self._running():  # one that was killed meanwhile cannot be stopped, and need not be
                raise AssertionError(f"PostgreSQL in {self.cluster} does not stop: {said}")
        os.close(self._lock)
        self._lock = None

    def _start(self, options: Mapping[str, str]) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            self._passwords = _passwords(self.data / "passwords.json")
            self._programs.ready()
            if not self.cluster.exists():
                self._make_cluster(durable=options.get("fsync") != "off")
            self._run(options)
            self._make_roles()
        except BaseException:
            self.stop()
            raise

    def _take_lock(self) -> None:
        """Hold the folder until we stop; the system lets go of the lock if we are killed."""
        lock = os.open(self.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 20, 0).decode() or Said("未知", "unknown")
            os.close(lock)
            raise denied("server.started", folder=self.data, process=holder) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        self._lock = lock

    def _make_cluster(self, *, durable: bool) -> None:
        """Make the cluster beside its place and move it there whole, so that none is ever half made."""
        half, word = self.data / "cluster.half", self.data / "word"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        word.unlink(missing_ok=True)
        word.touch(mode=0o600)
        word.write_text(self._passwords[ADMIN])
        self._programs.give(half, word)
        try:
            self._programs.run(
                "initdb", "-D", str(half), "-U", ADMIN, f"--pwfile={word}", "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                *([] if durable else ["--no-sync"]),
            )  # fmt: skip
        finally:
            word.unlink()
        half.rename(self.cluster)

    def _run(self, options: Mapping[str, str]) -> None:
        """Start the server and wait until it answers; one that outlived a killed master is taken over.

        A server killed a moment ago leaves its children for a second or two, and PostgreSQL refuses to start
        beside them: hence several tries.
        """
        given = {"listen_addresses": "", "unix_socket_directories": str(self.cluster), **options}
        words = " ".join(f"-c {name}='{value}'" for name, value in given.items())
        log, until = self.data / "server.log", time.monotonic() + PATIENCE
        log.touch(mode=0o600)
        self._programs.give(log)
        while not self._running():
            tried = self._programs.attempt(
                "pg_ctl", "start", "-w", "-t", str(int(PATIENCE)), "-D", str(self.cluster),
                "-l", str(log), "-o", words,
            )  # fmt: skip
            if tried and time.monotonic() > until:
                raise AssertionError(f"PostgreSQL does not start; the end of {log} says:\n{_end(log)}")
            time.sleep(0.2 if tried else 0)
        self._wait_for_answer(until)

    def _running(self) -> bool:
        return self._programs.attempt("pg_ctl", "status", "-D", str(self.cluster)) == ""

    def _wait_for_answer(self, until: float) -> None:
        while True:
            try:
                psycopg.connect(self.url(ADMIN, "postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def _make_roles(self) -> None:
        with psycopg.connect(self.url(ADMIN, "postgres"), autocommit=True) as admin:
            for role in (OWNER, APP):
                if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    word = sql.Literal(self._passwords[role])
                    admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(_name(role), word))
        self.make_database(DATABASE)

    def make_database(self, database: str) -> None:
        """Make a database for the two roles, unless it is there: one builds, the other may only come in.

        Nobody may make tables of a session's own: one of the right name could be read in place of ours.
        """
        with psycopg.connect(self.url(ADMIN, "postgres"), autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                admin.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), _name(OWNER))
                )
            admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
            admin.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), _name(APP))
            )
        with psycopg.connect(self.url(ADMIN, database), autocommit=True) as admin:
            admin.execute("ALTER SCHEMA public OWNER TO heban_owner")
            admin.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")


def start(data: Path, options: Mapping[str, str] | None = None) -> Server:
    """Start the embedded PostgreSQL whose files are under a folder, and return it when it answers.

    The first start makes the cluster, the roles heban_owner and heban_app with passwords of their own
    (kept in `passwords.json`, for the owner of the folder alone) and the database `heban`. It listens on
    a socket inside the folder only, never on the network. `options` are PostgreSQL settings by name.
    Raises `Refused` ("server.started") when the folder is in use, `BadSpec` when its path is too long.
    """
    server = Server(data.expanduser().resolve())
    if len(os.fsencode(server.cluster / _SOCKET)) > _LONGEST_SOCKET:
        raise BadSpec(
            f"the path {data} is too long for a socket. Name a folder of fewer than "
            f"{_LONGEST_SOCKET - len('/cluster/') - len(_SOCKET)} bytes in HEBAN_DATA."
        )
    server._start(options or {})
    return server


def addresses(data: Path) -> dict[Role, str] | None:
    """Return where the two roles reach the database under a folder, or nothing if none was ever made."""
    server = Server(data.expanduser().resolve())
    if not (kept := server.data / "passwords.json").exists():
        return None
    server._passwords = _passwords(kept)
    return {OWNER: server.url(OWNER), APP: server.url(APP)}


def _passwords(kept: Path) -> dict[str, str]:
    """Read the passwords of the roles; the first time, make them."""
    if not kept.exists():
        made = {role: secrets.token_urlsafe(24) for role in (ADMIN, OWNER, APP)}
        half = kept.with_suffix(".half")
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        half.write_text(json.dumps(made, indent=1))
        half.rename(kept)
    words: dict[str, str] = json.loads(kept.read_text("utf-8"))
    return words


def _name(role: str) -> sql.Identifier:
    return sql.Identifier(role)


def _end(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-10:])
