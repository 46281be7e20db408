"""The one door: whole acts, asked again under a key, named actors, tries after a deadlock."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction

from heban.domain.errors import BadSpec, Refused
from heban.exchange.acts.booking import book, cancel, request
from heban.exchange.acts.holds import hold
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Answer, AuditEvent, Booking, Hold
from tests.exchange.desks import FIRM, NOW, Base, hour

BY = By("甲", NOW, key="k1")
CAPS = [("firm", FIRM), ("budget", "330000")]


def booked(by: By, start: float = 0) -> Said:
    return book(by, unit=1, taker=1, start=hour(start), end=hour(start + 1))


@pytest.mark.usefixtures("base")
def test_an_act_asked_again_is_answered_again_and_not_done_again() -> None:
    first = booked(BY)
    assert booked(replace(BY, now=hour(-5))) == first
    assert Booking.objects.count() == Answer.objects.count() == 1


@pytest.mark.usefixtures("base")
def test_a_key_is_for_one_request_of_one_actor() -> None:
    booked(BY)
    with pytest.raises(Refused) as no:
        booked(BY, 1)
    assert no.value.code == "desk.key_reused"
    assert str(no.value) == (
        "the key 'k1' was used for another request. Ask again with the same words, or a new key."
    )
    with pytest.raises(Refused, match="the key 'k1' was used for another request"):
        request(BY, booking=1)
    booked(By("乙", NOW, key="k1"), 1)
    assert Booking.objects.count() == 2


@pytest.mark.usefixtures("base")
def test_a_refused_act_leaves_its_key_free() -> None:
    booked(By("乙", NOW))
    with pytest.raises(Refused):
        booked(BY)
    assert Answer.objects.count() == 0
    request(By("乙", NOW), booking=1)
    cancel(By("乙", NOW), booking=1)
    assert booked(BY)["state"] == "held"


@pytest.mark.usefixtures("base")
def test_lists_and_tuples_ask_the_same() -> None:
    first = hold(BY, payer="330000", buckets=CAPS, amount_fen=5)
    again = hold(BY, payer="330000", buckets=[list(cap) for cap in CAPS], amount_fen=5)  # type: ignore[misc]
    assert first == again
    assert Hold.objects.count() == 1


@act
def both(by: By, *, fail: bool) -> Said:
    """Two acts that are done together or not at all."""
    one = booked(replace(by, key=None))
    two = hold(replace(by, key=None), payer="330000", buckets=CAPS, amount_fen=5)
    if fail:
        raise Refused("test.no", "no.")
    return {"booking": one["booking"], "hold": two["hold"]}


@pytest.mark.usefixtures("base")
def test_an_act_within_an_act_is_part_of_it() -> None:
    with pytest.raises(Refused):
        both(BY, fail=True)
    assert Booking.objects.count() == Hold.objects.count() == AuditEvent.objects.count() == 0
    assert set(both(BY, fail=False)) == {"booking", "hold"}
    assert {event.act for event in AuditEvent.objects.all()} == {"both"}


@pytest.mark.usefixtures("base")
def test_no_transaction_may_be_open_around_the_door() -> None:
    """What is answered must be committed, and only the door commits."""
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        booked(BY)


@pytest.mark.parametrize(
    ("actor", "now", "message"),
    [
        ("", NOW, "nobody acts: actor is empty. Name the person or 'system'."),
        ("甲", datetime(2026, 3, 2), "now is 2026-03-02T00:00:00 without a time zone. Give it one, as UTC."),
    ],
)
def test_somebody_acts_at_some_time(actor: str, now: datetime, message: str) -> None:
    with pytest.raises(BadSpec) as bad:
        By(actor, now)
    assert str(bad.value) == message


@pytest.mark.usefixtures("base")
def test_the_actor_is_forgotten_with_the_transaction() -> None:
    booked(BY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('heban.actor', true)")
        assert cursor.fetchone()[0] in (None, "")


def test_two_acts_that_lock_each_other_out_are_both_done(base: Base) -> None:
    """One is undone by the database as a deadlock, and tried again."""
    met = threading.Barrier(2)
    tries: list[int] = []

    @act
    def crossing(by: By, *, first: int, second: int) -> Said:
        """Lock two units, one act in one order and the other in the other."""
        tries.append(first)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM exchange_assetunit WHERE id = %s FOR UPDATE", [first])
            if len(tries) <= 2:
                met.wait(10)
            cursor.execute("SELECT 1 FROM exchange_assetunit WHERE id = %s FOR UPDATE", [second])
        return {"done": first}

    said: list[Any] = []

    def run(first: int, second: int) -> None:
        said.append(crossing(By("甲", NOW), first=first, second=second))
        connections.close_all()

    with base.admin() as admin:
        admin.execute(f"ALTER DATABASE {base.name} SET deadlock_timeout = '50ms'")
    threads = [threading.Thread(target=run, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["done"] for one in said) == [1, 2]
    assert len(tries) == 3


def test_what_the_database_refuses_for_other_reasons_is_not_hidden(base: Base) -> None:
    with base.owner() as owner:
        owner.execute("REVOKE INSERT ON exchange_booking FROM heban_app")
    with pytest.raises(Exception, match="permission denied") as error:
        booked(BY)
    assert isinstance(error.value.__cause__, psycopg.errors.InsufficientPrivilege)
