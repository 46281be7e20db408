"""Holds through the desk: buckets, holds and ledger move together, and the binding cap is named."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from heban.domain.errors import BadSpec, Refused, UnknownName
from heban.exchange.acts.holds import commit, hold, post, release, room
from heban.exchange.acts.reconcile import audit_faults, balances, bucket_drift
from heban.exchange.desk import By
from heban.exchange.models import BudgetBucket, Hold
from tests.exchange.desks import FIRM, NOW, Base

pytestmark = pytest.mark.usefixtures("base")
BY = By("甲", NOW)
CAPS = [("firm", FIRM), ("budget", "330000"), ("controller", "G1")]


def held(fen: int) -> int:
    number: int = hold(BY, payer="330000", buckets=CAPS, amount_fen=fen)["hold"]
    return number


def left() -> list[int]:
    rooms = room(CAPS, 2026)
    return [rooms[cap] for cap in CAPS]


def sound() -> None:
    assert bucket_drift() == []
    assert audit_faults() == []
    assert sum(balances().values()) == 0


def test_a_hold_takes_room_in_every_bucket() -> None:
    said = hold(BY, payer="330000", buckets=CAPS, amount_fen=10_000)
    assert said == {"hold": 1, "state": "held", "version": 1, "amount_fen": 10_000, "used_fen": None}
    assert left() == [20_000, 990_000, 40_000]
    assert balances() == {"330000:appropriation": -10_000, "330000:encumbered": 10_000}
    sound()


def test_more_than_the_room_is_refused_by_the_name_of_the_cap_that_binds() -> None:
    held(12_345)
    message = (
        f"the cap firm {FIRM} of 2026 has room for 176.55 CNY and 176.56 were asked. "
        "Ask for no more than that, or have the cap raised."
    )
    with pytest.raises(Refused, match=f"^{re.escape(message)}$") as no:
        held(17_656)
    assert no.value.code == "cap.reached"
    assert left() == [17_655, 987_655, 37_655]
    held(17_655)
    assert left()[0] == 0
    sound()


def test_what_is_not_used_goes_back() -> None:
    number = held(10_000)
    commit(BY, hold=number)
    said = post(BY, hold=number, used_fen=7_000, payee=2)
    assert said == {"hold": number, "state": "posted", "version": 3, "amount_fen": 10_000, "used_fen": 7_000}
    assert left() == [23_000, 993_000, 43_000]
    assert list(BudgetBucket.objects.filter(spent_fen=7_000, held_fen=0).values_list("kind", flat=True)) == [
        "budget",
        "controller",
        "firm",
    ]
    assert balances() == {"330000:appropriation": -7_000, "330000:encumbered": 0, "330000:payable:2": 7_000}
    sound()


def test_a_hold_used_in_full_moves_no_appropriation() -> None:
    number = held(10_000)
    commit(BY, hold=number)
    post(BY, hold=number, used_fen=10_000, payee=2)
    assert balances()["330000:payable:2"] == 10_000
    sound()


@pytest.mark.parametrize(("event", "state"), [("void", "voided"), ("expire", "expired")])
def test_a_hold_that_is_let_go_leaves_its_room(event: str, state: str) -> None:
    number = held(10_000)
    assert release(BY, hold=number, event=event)["state"] == state
    assert left() == [30_000, 1_000_000, 50_000]
    assert set(balances().values()) == {0}
    sound()


@pytest.mark.parametrize("used", [0, 10_001])
def test_no_more_is_spent_than_is_held(used: int) -> None:
    number = held(10_000)
    commit(BY, hold=number)
    message = f"hold {number} is for 100.00 CNY and {used / 100:.2f} were asked. " + (
        "Ask for more than 0 and no more than is held."
    )
    with pytest.raises(Refused, match=f"^{re.escape(message)}$"):
        post(BY, hold=number, used_fen=used, payee=2)
    assert Hold.objects.get().state == "committed"


def test_a_hold_is_posted_once_and_not_let_go_after() -> None:
    number = held(10_000)
    commit(BY, hold=number)
    post(BY, hold=number, used_fen=1, payee=2)
    for again in (lambda: post(BY, hold=number, used_fen=1, payee=2), lambda: release(BY, hold=number)):
        with pytest.raises(Refused, match=f"^hold {number} is posted, and ") as no:
            again()
        assert no.value.code == "step.none"
    sound()


def test_the_year_is_that_of_shanghai() -> None:
    last = By("甲", datetime(2025, 12, 31, 16, 0, tzinfo=UTC))
    hold(last, payer="330000", buckets=CAPS, amount_fen=1)
    assert Hold.objects.get().year == 2026
    with pytest.raises(Refused, match=r"^no cap is set for budget 330000 of 2025\. Have it set") as no:
        hold(
            By("甲", datetime(2025, 12, 31, 15, 59, tzinfo=UTC)),
            payer="330000",
            buckets=CAPS[1:2],
            amount_fen=1,
        )
    assert no.value.code == "cap.none"


def test_a_request_that_asks_for_nothing_is_no_request() -> None:
    with pytest.raises(BadSpec, match=r"^amount_fen is 0; a hold needs more than 0\.$"):
        held(0)
    with pytest.raises(BadSpec, match=r"^a hold needs a bucket to count in; name at least the budget\.$"):
        hold(BY, payer="330000", buckets=[], amount_fen=1)
    with pytest.raises(UnknownName, match=r"^there is no jurisdiction '320000'\. Look it up again\.$"):
        hold(BY, payer="320000", buckets=CAPS, amount_fen=1)
    with pytest.raises(UnknownName, match=r"^there is no hold 7\. Look it up again\.$"):
        commit(BY, hold=7)
    with pytest.raises(BadSpec, match=r"^event is 'lose'; a hold is let go by void or expire\.$"):
        release(BY, hold=7, event="lose")


def test_a_bucket_that_differs_from_its_holds_is_found(base: Base) -> None:
    held(10_000)
    with base.admin() as admin:
        admin.execute("UPDATE exchange_budgetbucket SET held_fen = held_fen + 1 WHERE kind = 'controller'")
    (drift,) = bucket_drift()
    assert drift == ("controller", "G1", 2026, 1, 0)
