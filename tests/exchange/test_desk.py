"""The one door: whole acts, asked again under a key, named actors, tries after a deadlock."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction

from heban.domain.errors import BadSpec, Refused
from heban.exchange.acts.booking import book, cancel, request
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Answer, AuditEvent, Booking
from heban.exchange.refusals import CODES
from heban.exchange.rules.refusals import Denial, refusals
from tests.exchange.desks import MEMBER, NOW, OTHER_MEMBER, Base, hour
from tests.exchange.mutation import guards
from tests.exchange.openings import opened
from tests.exchange.rows import row

BY = By(f"person:{MEMBER}", NOW, key="k1")
OTHER = By(f"person:{OTHER_MEMBER}", NOW, key="k1")
FIRMS = {BY.actor: 1, OTHER.actor: 3}


@pytest.fixture
def desk(base: Base) -> Base:
    """The cast's instrument is open all day and has a price."""
    opened(base)
    return base


def booked(by: By, start: float = 0, unit: int = 1) -> Said:
    return book(by, unit=unit, taker=FIRMS[by.actor], start=hour(start), end=hour(start + 1))


@pytest.mark.usefixtures("desk")
def test_an_act_asked_again_is_answered_again_and_not_done_again() -> None:
    first = booked(BY)
    assert booked(replace(BY, now=hour(-5))) == first
    assert Booking.objects.count() == Answer.objects.count() == 1


@pytest.mark.usefixtures("desk")
def test_a_key_is_for_one_request_of_one_actor() -> None:
    booked(BY)
    with pytest.raises(Denial) as no:
        booked(BY, 1)
    assert no.value.code == "desk.key_reused"
    assert no.value.en == (
        "The key “k1” was used for another request. Ask again with the same words, or with a new key."
    )
    assert no.value.zh == "键“k1”已用于另一请求。请以原内容重发，或换新键。"
    with pytest.raises(Denial, match="The key “k1” was used for another request"):
        request(BY, booking=1)
    booked(OTHER, 1)
    assert Booking.objects.count() == 2


@pytest.mark.usefixtures("desk")
def test_a_refused_act_leaves_its_key_free() -> None:
    other = replace(OTHER, key=None, reason="改期")
    booked(other)
    with pytest.raises(Refused):
        booked(BY)
    assert Answer.objects.count() == 0
    request(other, booking=1)
    cancel(other, booking=1)
    assert booked(BY)["state"] == "held"


@act
def listed(_by: By, *, items: Sequence[int]) -> Said:
    """Answer what was asked."""
    return {"items": list(items)}


@pytest.mark.usefixtures("desk")
def test_lists_and_tuples_ask_the_same() -> None:
    assert listed(BY, items=[1, 2]) == listed(BY, items=(1, 2)) == {"items": [1, 2]}
    assert Answer.objects.count() == 1
    with pytest.raises(Denial, match="The key “k1” was used for another request"):
        listed(BY, items=[2, 1])


@act
def both(by: By, *, fail: bool) -> Said:
    """Two acts that are done together or not at all."""
    one = booked(replace(by, key=None))
    two = booked(replace(by, key=None), unit=2)
    if fail:
        raise Refused("test.no", "no.")
    return {"one": one["booking"], "two": two["booking"]}


@pytest.mark.usefixtures("desk")
def test_an_act_within_an_act_is_part_of_it() -> None:
    with pytest.raises(Refused):
        both(BY, fail=True)
    told = AuditEvent.objects.filter(entity="exchange_booking")
    assert Booking.objects.count() == told.count() == 0
    assert set(both(BY, fail=False)) == {"one", "two"}
    assert {event.act for event in told} == {"both"}


@pytest.mark.usefixtures("desk")
def test_no_transaction_may_be_open_around_the_door() -> None:
    """What is answered must be committed, and only the door commits."""
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        booked(BY)


@pytest.mark.parametrize(
    ("actor", "now", "message"),
    [
        ("", NOW, "nobody acts: actor is empty. Name the person or 'system'."),
        ("甲", NOW, "actor is '甲'. Write person: and a number, as person:7, or system."),
        (
            "system",
            datetime(2026, 3, 2),
            "now is 2026-03-02T00:00:00 without a time zone. Give it one, as UTC.",
        ),
    ],
)
def test_somebody_acts_at_some_time(actor: str, now: datetime, message: str) -> None:
    with pytest.raises(BadSpec) as bad:
        By(actor, now)
    assert str(bad.value) == message


@pytest.mark.usefixtures("desk")
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
        said.append(crossing(By("system", NOW), first=first, second=second))
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


def booking_row(unit: int, renews: int | None) -> str:
    """A booking that nobody looked at."""
    return row("booking", unit_id=unit, taker_id=1, use_during=TEN, busy_during=TEN, renews_id=renews)


TEN = "[2026-03-03 10:00+8,2026-03-03 12:00+8)"
SHOWN = row("evidence", sha256="a" * 64, kind="invoice", jurisdiction_id=1)
ENTERED = "INSERT INTO exchange_ledgerentry (key, kind, at) VALUES ('e', 'test', now());"
UNHEEDFUL = {
    "booking_one_at_a_time": booking_row(1, None) * 2,
    "booking_renews_once": booking_row(1, None) + booking_row(2, 1) + booking_row(3, 1),
    "bucket_not_overdrawn": "UPDATE exchange_budgetbucket SET held_fen = limit_fen + 1;",
    "state_edge": booking_row(1, None) + "UPDATE exchange_booking SET state = 'done', version = 2;",
    "version_follows": booking_row(1, None) + "UPDATE exchange_booking SET state = 'requested';",
    "evidence_once": SHOWN * 2,
    "entry_once": ENTERED * 2,
    "approval_four_eyes": "INSERT INTO exchange_approval (subject, subject_id, submitted_by_id, county_by_id)"
    " VALUES ('voucherquota', 1, 1, 1);",
}
"""For each constraint, what an act that looks at nothing would write."""
DATABASE_SAYS = {
    "booking.taken": (
        "所选资源在此时段已被占用。请另选时间，或另选资源。",
        "The unit is taken for part of this time. Choose another time or another unit.",
    ),
    "booking.renewed": (
        "该预约已恢复过一次。请查看恢复后的预约。",
        "The booking was taken up again already. Look for that one.",
    ),
    "cap.reached": (
        "额度不足，不得超用。请减额，或申请提高额度。",
        "A cap would be overdrawn. Ask for less, or have the cap raised.",
    ),
    "step.none": (
        "当前状态不允许此操作。请刷新后再试。",
        "It is not in a state that allows this. Read it again.",
    ),
    "step.changed_meanwhile": (
        "该记录已被他人更改。请刷新后再操作。",
        "Somebody changed it meanwhile. Read it again, then act.",
    ),
    "evidence.used": (
        "该文件已作为凭证使用过，每份凭证只用一次。请提交另一份凭证。",
        "This file was shown as evidence before, and each serves once. Show another.",
    ),
    "ledger.booked": (
        "该事项已入账，不再重复入账。无须再办。",
        "This event is in the ledger already, and is booked once. Nothing is left to do.",
    ),
    "approval.same_person": (
        "同一人不得经手同一事项的两个环节。请由另一人办理。",
        "Nobody may have a hand in one matter twice. Let another person do it.",
    ),
}


@act
def write(by: By, *, statements: str) -> Said:
    """Write without looking, as an act with a fault in it would."""
    with connection.cursor() as cursor:
        cursor.execute(statements)
    return {}


@pytest.mark.parametrize("constraint", UNHEEDFUL)
def test_what_the_database_refuses_is_answered_from_the_table(base: Base, constraint: str) -> None:
    with base.app() as app:
        app.execute("INSERT INTO exchange_assetunit (asset_id, no) VALUES (1, 3)")
    with pytest.raises(Denial) as no:
        write(BY, statements=UNHEEDFUL[constraint])
    assert no.value.code == CODES[constraint]
    assert (no.value.zh, no.value.en) == DATABASE_SAYS[no.value.code]


def test_what_the_database_refuses_for_other_reasons_is_not_hidden(desk: Base) -> None:
    with desk.owner() as owner:
        owner.execute("REVOKE INSERT ON exchange_booking FROM heban_app")
    with pytest.raises(Exception, match="permission denied") as error:
        booked(BY)
    assert isinstance(error.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_every_constraint_with_a_code_is_there_and_every_code_has_its_sentences(base: Base) -> None:
    with base.admin() as admin:
        known = {*guards(admin), "state_edge", "version_follows", "actor_named"}
    assert set(CODES) <= known
    assert set(CODES.values()) <= set(refusals())
