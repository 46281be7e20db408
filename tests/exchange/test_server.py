"""The embedded server: started, found, killed, started again, and never twice on the same data."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import stat
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
import pytest

from heban.domain.errors import BadSpec
from heban.exchange import server
from heban.exchange.rules.refusals import Denial
from tests.exchange.desks import Base

QUICK = {"fsync": "off"}


def count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    number: int = row[0]
    return number


def keep(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        connection.execute("INSERT INTO kept VALUES (1)")


def test_stopping_and_starting_again_keeps_everything(folder: Path) -> None:
    data = folder / "kept"
    with server.start(data, QUICK) as first:
        keep(first.url(server.OWNER))
        urls = first.url(server.OWNER), first.url(server.APP)
        assert server.addresses(data) == {server.OWNER: urls[0], server.APP: urls[1]}
        with pytest.raises(Denial) as no:
            server.start(data)
        assert no.value.code == "server.started"
        assert no.value.en == (
            f"The exchange in {data} is already started, by process {os.getpid()}. "
            "Use that one, stop it first, or name another folder in HEBAN_DATA."
        )
        assert no.value.zh == (
            f"{data} 的交易所已由进程 {os.getpid()} 启动。"
            "请使用该进程，或先停止它，或在 HEBAN_DATA 中另指定文件夹。"
        )
        first.stop()
        first.stop()
    with server.start(data, QUICK) as second:
        assert count(second.url(server.OWNER)) == 1
        assert stat.S_IMODE((data / "passwords.json").stat().st_mode) == 0o600
        assert stat.S_IMODE(second.cluster.stat().st_mode) == 0o700
        os.kill(second.pid, signal.SIGKILL)
    with server.start(data, QUICK) as third:
        assert count(third.url(server.OWNER)) == 1


def _starter(data: Path, pipe: Connection) -> None:
    """Start a server and wait to be killed with it running."""
    started = server.start(data, QUICK)
    keep(started.url(server.OWNER))
    pipe.send(started.pid)
    signal.pause()


def test_a_server_that_outlived_its_master_is_taken_over(folder: Path) -> None:
    """Whoever started it was killed: the folder is free, the server still runs, and is used."""
    data, (ours, theirs) = folder / "orphan", multiprocessing.Pipe()
    master = multiprocessing.get_context("spawn").Process(target=_starter, args=(data, theirs))
    master.start()
    theirs.close()  # so that a master that dies early ends the wait
    pid = ours.recv()
    with pytest.raises(Denial, match=f"by process {master.pid}"):
        server.start(data)
    master.kill()
    master.join()
    with server.start(data, QUICK) as ours_now:
        assert ours_now.pid == pid
        assert count(ours_now.url(server.OWNER)) == 1
    assert not (data / "cluster" / "postmaster.pid").exists()


def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    data = folder / "half"
    (data / "cluster.half").mkdir(parents=True)
    (data / "cluster.half" / "PG_VERSION").write_text("18")
    with server.start(data, QUICK) as started:
        keep(started.url(server.OWNER))
    assert not (data / "cluster.half").exists()
    assert not (data / "word").exists()


def test_a_path_too_long_for_a_socket_is_refused(folder: Path) -> None:
    data = folder / ("x" * 90)
    message = f"the path {data} is too long for a socket. Name a folder of fewer than 81 bytes in HEBAN_DATA."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        server.start(data)
    assert server.addresses(data) is None


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root needs another user, to whom its folders may be closed"
)
def test_a_folder_closed_to_the_user_that_serves_for_root_is_said(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    message = (
        f"the user 'heban', who runs PostgreSQL for root, cannot reach {closed / 'data'}. "
        "Name a folder that it can in HEBAN_DATA, as /var/lib/heban."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        server.start(closed / "data")


def test_it_listens_to_no_network(untouched: Base) -> None:
    with untouched.admin() as admin:
        assert admin.execute("SHOW listen_addresses").fetchone() == ("",)
        assert admin.execute("SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"
                             ).fetchone() == (0,)  # fmt: skip
