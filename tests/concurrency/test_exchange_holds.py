"""Many draw on one cap at once; each test has its twin without the guard, which shows the race is real."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection

from heban.exchange import desk
from heban.exchange.acts.holds import commit, hold, post
from heban.exchange.acts.reconcile import audit_faults, balances, bucket_drift
from heban.exchange.desk import By
from heban.exchange.models import BudgetBucket, Hold
from tests.concurrency.crowd import codes, crowd, won
from tests.exchange.desks import FIRM, NOW, OTHER_FIRM, Base
from tests.exchange.mutation import remove

STEP = 2_000
CONTROLLER = 50_000
BY = By("甲", NOW)


def caps(which: int) -> list[tuple[str, str]]:
    """Two firms of one controller; half of them name the caps backwards, which must not matter."""
    named = [("budget", "330000"), ("controller", "G1"), ("firm", (FIRM, OTHER_FIRM)[which % 2])]
    return named if which % 4 < 2 else named[::-1]


def drawn() -> int:
    held: int = BudgetBucket.objects.get(kind="controller").held_fen
    return held


def test_forty_on_a_cap_of_two_firms_never_go_over(base: Base) -> None:
    got = crowd(
        40, lambda which: hold(By(f"{which}", NOW), payer="330000", buckets=caps(which), amount_fen=STEP)
    )
    assert len(won(got)) == CONTROLLER // STEP
    assert codes(got) == {"cap.reached"}
    assert drawn() == CONTROLLER
    assert bucket_drift() == []
    assert audit_faults() == []
    assert balances() == {"330000:appropriation": -CONTROLLER, "330000:encumbered": CONTROLLER}


class Naive:
    """What others write: look whether there is room, then take it."""

    def __init__(self, number: int) -> None:
        self.looked = threading.Barrier(number)

    def draw(self, _which: int) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT limit_fen - held_fen FROM exchange_budgetbucket WHERE kind = 'controller'")
            room = cursor.fetchone()[0]
            self.looked.wait(60)
            if room < STEP:
                return False
            try:
                cursor.execute(
                    "UPDATE exchange_budgetbucket SET held_fen = held_fen + %s WHERE kind = 'controller'",
                    [STEP],
                )
            except IntegrityError:
                return False
        return True


def test_forty_on_a_cap_without_the_guards(base: Base) -> None:
    remove(base, "bucket_not_overdrawn")
    assert sum(crowd(40, Naive(40).draw)) == 40
    assert drawn() == 40 * STEP > CONTROLLER


def test_the_table_repeats_the_promise_to_whoever_forgets_to_lock(base: Base) -> None:
    assert sum(crowd(40, Naive(40).draw)) == CONTROLLER // STEP
    assert drawn() == CONTROLLER


def committed() -> int:
    number: int = hold(BY, payer="330000", buckets=caps(0), amount_fen=STEP)["hold"]
    commit(BY, hold=number)
    return number


def test_twenty_post_one_hold_one_does(base: Base) -> None:
    number = committed()
    got = crowd(20, lambda which: post(By(f"{which}", NOW), hold=number, used_fen=STEP, payee=2))
    assert len(won(got)) == 1
    assert codes(got) == {"step.none"}
    assert balances()["330000:payable:2"] == STEP
    assert bucket_drift() == []


def test_twenty_post_one_hold_without_the_guards(base: Base) -> None:
    number = committed()
    for guard in ("hold_state", "bucket_held"):
        remove(base, guard)
    looked = threading.Barrier(20)

    def naive(_which: int) -> bool:
        if Hold.objects.get(pk=number).state != "committed":
            return False
        looked.wait(60)
        Hold.objects.filter(pk=number).update(state="posted", used_fen=STEP, payee_id=2)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE exchange_budgetbucket SET held_fen = held_fen - %s, spent_fen = spent_fen + %s"
                " WHERE kind = 'controller'",
                [STEP, STEP],
            )
        return True

    assert sum(crowd(20, naive)) == 20
    assert BudgetBucket.objects.get(kind="controller").spent_fen == 20 * STEP
    assert len(bucket_drift()) > 0


def same_key(_which: int) -> Any:
    return hold(By("甲", NOW, key="once"), payer="330000", buckets=caps(0), amount_fen=STEP)


def test_twenty_ask_under_one_key_and_are_answered_alike(base: Base) -> None:
    got = crowd(20, same_key)
    assert all(one == got[0] for one in got)
    assert Hold.objects.count() == 1
    assert drawn() == STEP


def test_twenty_ask_under_one_key_without_the_guards(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "_known", lambda by, request: None)
    remove(base, "answer_once")
    got = crowd(20, same_key)
    assert len(won(got)) == 30_000 // STEP  # as many as the firm's cap allows
    assert Hold.objects.count() == 30_000 // STEP
