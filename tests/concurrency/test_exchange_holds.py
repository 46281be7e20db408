"""Many draw on one cap at once; each test has its twin without the guard, which shows the race is real."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection

from heban.exchange import desk as door
from heban.exchange.acts import payouts, redemptions, vouchers
from heban.exchange.acts.reconcile import bucket_drift, findings
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import AuditEvent, BudgetBucket, Hold, Payout
from tests.concurrency.crowd import codes, crowd, won
from tests.exchange.claim_desk import OVER, F, approved, published
from tests.exchange.desks import NOW, Base
from tests.exchange.mutation import remove
from tests.exchange.voucher_desk import Desk, made, stands

STEP = 2_000
CONTROLLER = 50_000


@pytest.fixture
def desk(base: Base) -> Desk:
    return made(base, payer_weights=[2, 1], caps={"controller": CONTROLLER})


def drawn() -> int:
    held: int = BudgetBucket.objects.get(key="own:G1").held_fen
    return held


def test_forty_on_a_cap_of_two_firms_never_go_over(desk: Desk) -> None:
    orders = [desk.order(20_000, firm_id=(1, 3)[which % 2]) for which in range(40)]

    def draw(which: int) -> Any:
        who, quota = (("firm", desk.quota), ("other_firm", desk.other_quota))[which % 2]
        return vouchers.hold(desk.by(who), order=orders[which], quota=quota, asked_fen=STEP)

    got = crowd(40, draw)
    assert len(won(got)) == CONTROLLER // STEP
    assert codes(got) == {"voucher.controller"}
    assert drawn() == CONTROLLER
    assert findings() == []
    assert sum(stands().values()) == 0


class Naive:
    """What others write: look whether there is room, then take it."""

    def __init__(self, number: int) -> None:
        self.looked = threading.Barrier(number)

    def draw(self, _which: int) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT limit_fen - held_fen FROM exchange_budgetbucket WHERE key = 'own:G1'")
            room = cursor.fetchone()[0]
            self.looked.wait(60)
            if room < STEP:
                return False
            try:
                cursor.execute(
                    "UPDATE exchange_budgetbucket SET held_fen = held_fen + %s WHERE key = 'own:G1'", [STEP]
                )
            except IntegrityError:
                return False
        return True


def test_forty_on_a_cap_without_the_guards(desk: Desk) -> None:
    remove(desk.base, "bucket_not_overdrawn")
    assert sum(crowd(40, Naive(40).draw)) == 40
    assert drawn() == 40 * STEP > CONTROLLER


def test_the_table_repeats_the_promise_to_whoever_forgets_to_lock(desk: Desk) -> None:
    assert sum(crowd(40, Naive(40).draw)) == CONTROLLER // STEP
    assert drawn() == CONTROLLER


def test_a_limit_is_lowered_while_many_draw_and_is_not_passed(desk: Desk) -> None:
    """The limit goes to what is held by then at the least, and nothing is held above it after."""
    orders = [desk.order(20_000) for _ in range(20)]

    def draw(which: int) -> Any:
        if which == 20:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE exchange_budgetbucket SET limit_fen = greatest(8000, held_fen + spent_fen)"
                    " WHERE key = 'own:330421'"
                )
            return True
        return vouchers.hold(desk.by("firm"), order=orders[which], quota=desk.quota, asked_fen=STEP)

    got = crowd(21, draw)
    budget = BudgetBucket.objects.get(key="own:330421")
    assert budget.held_fen <= budget.limit_fen < 10**12
    assert codes(got) <= {"voucher.budget"}
    assert findings() == []


def test_twenty_for_one_order_one_holds(desk: Desk) -> None:
    order = desk.order(20_000)
    got = crowd(20, lambda _: vouchers.hold(desk.by("firm"), order=order, quota=desk.quota, asked_fen=STEP))
    assert len(won(got)) == 1
    assert codes(got) == {"hold.another"}
    assert findings() == []


def test_twenty_approve_one_claim_one_does(desk: Desk) -> None:
    number = published(desk)
    got = crowd(20, lambda _: redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number))
    assert len(won(got)) == 1
    assert codes(got) == {"state.event"}
    assert AuditEvent.objects.filter(entity="exchange_redemption", act="approve").count() == 1
    assert stands()[f"{F}:payable:2"] == 6_667
    assert findings() == []


def test_twenty_approve_one_claim_without_the_guards(desk: Desk) -> None:
    published(desk)
    for guard in ("hold_state", "hold_parts_agree", "bucket_held"):
        remove(desk.base, guard)
    looked = threading.Barrier(20)

    def naive(_which: int) -> bool:
        if Hold.objects.get().state != "committed":
            return False
        looked.wait(60)
        Hold.objects.update(state="posted", used_fen=STEP, payee_id=2)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE exchange_budgetbucket SET held_fen = held_fen - %s, spent_fen = spent_fen + %s"
                " WHERE key = 'own:G1'",
                [STEP, STEP],
            )
        return True

    assert sum(crowd(20, naive)) == 20
    assert BudgetBucket.objects.get(key="own:G1").spent_fen == 20 * STEP
    assert len(bucket_drift()) > 0


def test_twenty_pay_one_part_one_does(desk: Desk) -> None:
    number = approved(desk)

    def pay(which: int) -> Any:
        return payouts.pay(
            desk.by("finance", OVER), redemption=number, payer=F, reference=f"B{which}", fen=6_667
        )

    got = crowd(20, pay)
    assert len(won(got)) == 1
    assert codes(got) == {"payout.done"}
    assert Payout.objects.count() == 1
    assert findings() == []


def test_one_line_of_the_bank_for_ten_claims_pays_one(desk: Desk) -> None:
    numbers = [approved(desk, 3_000) for _ in range(10)]

    def pay(which: int) -> Any:
        return payouts.pay(
            desk.by("finance", OVER), redemption=numbers[which], payer=F, reference="B", fen=2_000
        )

    got = crowd(10, pay)
    assert len(won(got)) == 1
    assert codes(got) == {"bank.used"}
    assert findings() == []


def keyed(desk: Desk) -> Any:
    """Twenty times the same request, each for an order of its own if it were not the same."""
    order, actor = desk.order(20_000), desk.by("firm").actor
    by = By(actor, NOW, key="once")
    return lambda _which: vouchers.hold(by, order=order, quota=desk.quota, asked_fen=STEP)


def test_twenty_ask_under_one_key_and_are_answered_alike(desk: Desk) -> None:
    got = crowd(20, keyed(desk))
    assert all(one == got[0] for one in got)
    assert Hold.objects.count() == 1
    assert drawn() == STEP


def test_twenty_ask_under_one_key_without_the_guards(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "_known", lambda by, request: None)
    for guard in ("answer_once", "hold_one_for_order"):
        remove(desk.base, guard)
    assert len(won(crowd(20, keyed(desk)))) == 20
    assert drawn() == 20 * STEP
