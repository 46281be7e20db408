"""A backup of a database is whole: restored elsewhere, rows, guarantees, rights and audit are the same."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from heban.exchange import programs, server
from heban.exchange.acts import heads
from tests.exchange.desks import ACT, Base, connect, disconnect, order
from tests.exchange.rows import row

RESTORED = "restored"
WHOLE = {
    "tables": "SELECT relname, relowner::regrole::text, relacl::text FROM pg_class"
    " WHERE relkind IN ('r', 'S') AND relnamespace = 'public'::regnamespace ORDER BY 1",
    "constraints": "SELECT conname, conrelid::regclass::text, contype, convalidated FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "triggers": "SELECT tgname, tgrelid::regclass::text, tgenabled, tgtype FROM pg_trigger"
    " WHERE NOT tgisinternal ORDER BY 1, 2",
    "functions": "SELECT proname, prosrc, proacl::text FROM pg_proc WHERE pronamespace ="
    " 'public'::regnamespace ORDER BY 1",
    "indexes": "SELECT indexname, tablename FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
}


def program(name: str, url: str, *words: str) -> None:
    done = subprocess.run(
        [str(programs.installed() / "bin" / name), *words, "--dbname", url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def restored(base: Base, tmp_path: Path) -> Iterator[Base]:
    """The database of this test, dumped and restored into a new one by its owner (docs/deploy.md)."""
    with base.app() as app:
        order(app)
    kept = str(tmp_path / "heban.dump")
    program("pg_dump", base.server.url(server.OWNER, base.name), "--format=custom", f"--file={kept}")
    base.server.make_database(RESTORED)
    program("pg_restore", base.server.url(server.OWNER, RESTORED), "--exit-on-error", "--no-comments", kept)
    yield Base(base.server, RESTORED)
    disconnect()
    with psycopg.connect(base.server.url(server.ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {RESTORED} WITH (FORCE)")


def read(base: Base, statement: str) -> list[Any]:
    with base.owner() as owner:
        return owner.execute(statement).fetchall()


def test_what_is_restored_is_what_was_there(base: Base, restored: Base) -> None:
    for what, statement in WHOLE.items():
        assert read(restored, statement) == read(base, statement), what
    for name, *_ in read(base, WHOLE["tables"]):
        count = f"SELECT count(*) FROM {name}"
        assert read(restored, count) == read(base, count), name
    day = read(base, "SELECT (max(at) AT TIME ZONE 'Asia/Shanghai')::date FROM exchange_auditevent")[0][0]
    before = heads.computed(day)
    connect(restored.server, restored.name)
    assert heads.computed(day) == before


def test_who_serves_is_held_to_the_same_there_and_can_go_on(restored: Base) -> None:
    with restored.app() as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("UPDATE exchange_auditevent SET reason = 'another'")
    with restored.app() as app:
        app.execute(ACT + row("organisation", uscc=None, name="新团队", kind="team", jurisdiction_id=4))
        (count,) = app.execute("SELECT count(*) FROM exchange_organisation WHERE name = '新团队'").fetchone()
    assert count == 1
