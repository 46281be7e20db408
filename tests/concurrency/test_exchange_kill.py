"""The server or the client is killed in the middle of acts: each act is wholly there or not at all."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import Error, connection, connections

from heban.exchange import server
from heban.exchange.acts.booking import book
from heban.exchange.acts.reconcile import bucket_drift
from heban.exchange.desk import By, Said, act
from tests.concurrency.acting import ask, manager, quota, sound, spend
from tests.concurrency.client import work
from tests.exchange.desks import FIRM, Base, connect, disconnect, hour, migrate, seat
from tests.exchange.openings import opened
from tests.exchange.voucher_desk import made

ACTS, WORKERS = 200, 4


class Killable:
    """A server of its own that syncs as in service; killed and started again on the same data."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.server = server.start(data)
        migrate(self.server, server.DATABASE)
        seat(self.server, server.DATABASE)
        connect(self.server, server.DATABASE)
        peopled(self.base)

    def kill(self) -> None:
        """Kill the server and all it started, for its children live on until they look up from their work."""
        master = self.server.pid
        with self.base.admin() as admin:
            children = [pid for (pid,) in admin.execute("SELECT pid FROM pg_stat_activity")]
            os.kill(master, signal.SIGKILL)
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            admin.close()

    def again(self) -> None:
        disconnect()
        self.server.stop()
        self.server = server.start(self.data)
        connect(self.server, server.DATABASE)

    @property
    def base(self) -> Base:
        return Base(self.server, server.DATABASE)


def peopled(base: Base) -> None:
    """What the long act needs: hours of the instrument, and a quota with a manager who draws on it."""
    opened(base)
    made(base)


@pytest.fixture
def killable(folder: Path, request: pytest.FixtureRequest) -> Iterator[Killable]:
    made = Killable(folder / f"kill-{abs(hash(request.node.name)) % 10**6}")
    yield made
    disconnect()
    made.server.stop()


def work_until_it_breaks(share: range, answered: dict[int, Said], enough: threading.Event) -> None:
    try:
        for number in share:
            answered[number] = ask(number)
            if len(answered) >= ACTS // 4:
                enough.set()
    except Error:
        pass  # the connection is lost: whether this act was done, asking again will tell
    finally:
        connections.close_all()


def test_killed_in_the_middle_of_acts_nothing_is_half_done(killable: Killable) -> None:
    answered: dict[int, Said] = {}
    enough = threading.Event()
    shares = [range(one, ACTS, WORKERS) for one in range(WORKERS)]
    threads = [
        threading.Thread(target=work_until_it_breaks, args=(share, answered, enough)) for share in shares
    ]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    killable.kill()
    for thread in threads:
        thread.join()
    killable.again()
    done = sound()
    assert len(answered) <= done <= len(answered) + WORKERS
    assert done < ACTS, "it was killed too late to prove anything"
    for number, said in answered.items():
        assert ask(number) == said, "what was answered is kept"
    for number in range(ACTS):
        ask(number)
    assert sound() == ACTS


def test_an_act_that_loses_its_server_is_not_there(killable: Killable) -> None:
    @act
    def interrupted(by: By, *, quota: int) -> Said:
        """Order, book and set money aside, lose the server, and try to go on."""
        spend(by, unit=1, start=0, quota=quota)
        killable.kill()
        return book(by, unit=2, taker=1, start=hour(0), end=hour(1))

    with pytest.raises(Error):
        interrupted(manager("act 0"), quota=quota())
    killable.again()
    assert sound() == 0


def test_without_a_transaction_it_would_be_there_by_half(killable: Killable) -> None:
    """The twin: the same writes, each committed by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_budgetbucket SET held_fen = held_fen + 100 WHERE key = %s", [f"own:{FIRM}"]
        )
        killable.kill()
        with pytest.raises(Error):
            cursor.execute("INSERT INTO exchange_ledgeraccount (code) VALUES ('330421:encumbered')")
    killable.again()
    assert len(bucket_drift()) > 0


def test_a_client_killed_in_the_middle_of_an_act_leaves_nothing_half_done(base: Base) -> None:
    peopled(base)
    connections.close_all()  # below it is waited for until nobody of heban_app is left
    ours, theirs = multiprocessing.Pipe(duplex=False)
    url = base.server.url(server.APP, base.name)
    client = multiprocessing.get_context("spawn").Process(target=work, args=(url, theirs))
    client.start()
    theirs.close()
    answered = [ours.recv() for _ in range(30)]
    client.kill()
    client.join()
    while ours.poll():
        try:
            answered.append(ours.recv())
        except EOFError:
            break
    with base.admin() as admin:
        while admin.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'heban_app' AND datname = %s", [base.name]
        ).fetchone() != (0,):
            pass  # the server is about to see that its client is gone
    assert len(answered) <= sound() <= len(answered) + 1
