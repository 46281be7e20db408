"""`heban serve`: starts everything, keeps everything, stops everything, and says so when it cannot."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from heban.cli import app, serving
from heban.exchange import server
from heban.web import service

PATIENCE = 120.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def asked(port: int, where: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{where}", timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as no:
        with no:
            return no.code, no.read()


def begun(data: Path, port: int, **words: str) -> subprocess.Popen[str]:
    told = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DATABASE", "DJANGO", "SECRET"))
    }
    return subprocess.Popen(
        [sys.executable, "-m", "heban", "serve", "--data", str(data), "--port", str(port), "--workers", "1"],
        env={**told, **words}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if asked(port, "/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
        assert process.poll() is None, process.communicate()
    raise AssertionError("the site does not answer")


@contextmanager
def serving_at(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = begun(data, port)
    try:
        wait_for(port, process)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def data(folder: Path) -> Path:
    return folder / "served"


def write_remark(data: Path, key: str) -> None:
    addresses = server.addresses(data)
    assert addresses
    with psycopg.connect(addresses["heban_app"]) as connection:
        connection.execute("INSERT INTO exchange_remark (key, words) VALUES (%s, '{}')", [key])


def remarks(data: Path) -> list[str]:
    addresses = server.addresses(data)
    assert addresses
    with psycopg.connect(addresses["heban_app"]) as connection:
        return [key for (key,) in connection.execute("SELECT key FROM exchange_remark ORDER BY key")]


def test_one_life_of_a_service(data: Path) -> None:
    port = free_port()
    with serving_at(data, port) as first:
        health = json.loads(asked(port, "/health")[1])
        assert (health["ok"], health["migrated"]) == (True, True)
        for where in (
            "/zh-hans/login",
            "/api/v1/machines",
            "/static/web/plain.css",
            "/static/admin/css/base.css",
        ):
            assert asked(port, where)[0] == 200, where
        assert asked(port, "/static/web/../../settings.py")[0] == 404
        write_remark(data, "first")

        second = begun(data, free_port())
        _, said = second.communicate(timeout=60)
        assert second.returncode == 1
        assert f"already started, by process {first.pid}." in said
        assert "Traceback" not in said

        with ThreadPoolExecutor(50) as clients:
            answers = list(clients.map(lambda n: asked(port, "/api/v1/assets?limit=5")[0], range(200)))
        assert answers == [200] * 200

        os.kill(first.pid, signal.SIGKILL)
        first.communicate(timeout=60)

    with serving_at(data, port) as again:  # the same port, at once
        assert remarks(data) == ["first"]
        write_remark(data, "second")
        again.send_signal(signal.SIGTERM)
        out, said = again.communicate(timeout=60)
        assert again.returncode == 0
        assert out.splitlines()[:2] == [
            f"Heban: starting at http://127.0.0.1:{port}/ with its data in {data}; "
            "the first start takes longest.",
            f"Heban: http://127.0.0.1:{port}/ (Ctrl+C stops it)",
        ]
        start = next(json.loads(line) for line in said.splitlines() if '"event": "start"' in line)
        assert (start["migrated"], start["database"], start["workers"]) == (0, "embedded", 1)
    assert not (data / "cluster" / "postmaster.pid").exists()

    with serving_at(data, port) as last:
        assert remarks(data) == ["first", "second"]
        last.send_signal(signal.SIGINT)
        last.communicate(timeout=60)
        assert last.returncode == 0
    assert not (data / "cluster" / "postmaster.pid").exists()


def test_a_copy_of_the_folder_is_a_backup(data: Path) -> None:
    copy = data.parent / "backup"
    subprocess.run(["cp", "-a", str(data), str(copy)], check=True)
    with server.start(copy):
        assert remarks(copy) == ["first", "second"]


def test_a_port_in_use_is_said_and_the_database_is_stopped(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = begun(data, port)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == (
        f"heban: 127.0.0.1 port {port} cannot be served: Address already in use. Stop what serves it, or "
        "choose another with --port or --host.\n"
    )
    assert not (data / "cluster" / "postmaster.pid").exists()


def test_a_wrong_setting_stops_the_start(data: Path) -> None:
    process = begun(data, free_port(), DEBUG="yes")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == "heban: DEBUG is 'yes'; it accepts true or false. Correct it or unset it.\n"


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "find_spec", lambda name: None if name == "granian" else object())
    done = CliRunner().invoke(app, ["serve"])
    assert done.exit_code == 1
    assert done.stderr == (
        "heban: heban serve needs granian, which is not installed. Run `pip install heban[exchange]`.\n"
    )


def test_a_database_of_ones_own_is_migrated_by_its_owner_only(running: server.Server) -> None:
    running.make_database("given")
    told = {"DATABASE_URL": running.url(server.APP, "given"), "SECRET_KEY": "k" * 40}
    port = free_port()
    lacking = begun(Path("/nowhere"), port, **told)
    _, said = lacking.communicate(timeout=60)
    assert lacking.returncode == 1
    assert said.startswith("heban: the database lacks ")
    assert said.endswith(
        " first, and DATABASE_OWNER_URL is not set. Set it for one start, so that they are made.\n"
    )
    process = begun(Path("/nowhere"), port, **told, DATABASE_OWNER_URL=running.url(server.OWNER, "given"))
    wait_for(port, process)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert '"database": "given"' in said
    process = begun(Path("/nowhere"), port, **told)
    wait_for(port, process)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_static_files_are_those_of_the_packages() -> None:
    assert all(folder.is_dir() for folder in service.statics().values())
