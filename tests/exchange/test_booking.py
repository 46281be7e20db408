"""Bookings through the desk: what each act answers, and each refusal in full."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from heban.domain.errors import BadSpec, Refused, UnknownName
from heban.exchange.acts.booking import book, cancel, confirm, lapse, move, reactivate, request
from heban.exchange.desk import By
from heban.exchange.models import Booking
from tests.exchange.desks import NOW, hour

pytestmark = pytest.mark.usefixtures("base")
BY = By("甲", NOW)
LATER = By("甲", NOW + timedelta(minutes=16))
TAKEN = "the unit is taken for part of this time. Choose another time or another unit."


def held(start: float = 0, end: float = 2, **more: Any) -> int:
    number: int = book(BY, unit=1, taker=1, start=hour(start), end=hour(end), **more)["booking"]
    return number


def requested(start: float = 0, end: float = 2) -> int:
    number = held(start, end)
    request(BY, booking=number)
    return number


def refused(code: str, message: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as no:
        act()
    assert (no.value.code, str(no.value)) == (code, message)


def test_a_booking_is_held_then_asked_for_then_promised() -> None:
    made = book(BY, unit=1, taker=1, start=hour(0), end=hour(2))
    assert made == {
        "booking": 1,
        "unit": 1,
        "state": "held",
        "version": 1,
        "start": "2026-03-03T02:00:00+00:00",
        "end": "2026-03-03T04:00:00+00:00",
    }
    assert request(BY, booking=1)["state"] == "requested"
    promised = confirm(By("乙", LATER.now), booking=1)
    assert (promised["state"], promised["version"]) == ("confirmed", 3)
    row = Booking.objects.get()
    assert (row.made_at, row.since) == (NOW, LATER.now)


def test_bookings_touch_but_do_not_overlap() -> None:
    held(0, 2)
    held(2, 4)
    refused("booking.taken", TAKEN, lambda: held(1, 3))
    assert Booking.objects.count() == 2


def test_buffers_are_kept_free() -> None:
    held(0, 2, after_minutes=30)
    refused("booking.taken", TAKEN, lambda: held(2, 3))
    refused("booking.taken", TAKEN, lambda: held(3, 4, before_minutes=31))
    held(3, 4, before_minutes=30)


def test_maintenance_keeps_users_out() -> None:
    book(BY, unit=1, taker=None, start=hour(0), end=hour(2), purpose="maintenance")
    refused("booking.taken", TAKEN, held)


def test_a_move_takes_its_buffers_along_and_must_be_confirmed_again() -> None:
    number = held(0, 2, before_minutes=10, after_minutes=20)
    request(BY, booking=number)
    confirm(BY, booking=number)
    moved = move(BY, booking=number, start=hour(1), end=hour(2.5))
    assert (moved["state"], moved["version"]) == ("requested", 4)
    busy = Booking.objects.get().busy_during
    assert busy.lower == hour(1) - timedelta(minutes=10)
    assert busy.upper == hour(2.5) + timedelta(minutes=20)


def test_a_refused_move_leaves_the_old_time() -> None:
    number = requested(0, 2)
    held(4, 6)
    refused("booking.taken", TAKEN, lambda: move(BY, booking=number, start=hour(5), end=hour(7)))
    row = Booking.objects.get(pk=number)
    assert (row.use_during.lower, row.version) == (hour(0), 2)


def test_a_cancelled_time_is_free_and_taking_it_up_again_may_come_too_late() -> None:
    number = requested()
    cancel(BY, booking=number)
    other = requested(1, 3)
    refused("booking.taken", TAKEN, lambda: reactivate(BY, booking=number))
    cancel(BY, booking=other)
    again = reactivate(BY, booking=number)
    assert (again["state"], again["start"]) == ("held", hour(0).isoformat())
    assert Booking.objects.get(pk=number).state == "cancelled"
    cancel_again = Booking.objects.get(pk=again["booking"])
    assert cancel_again.renews_id == number
    refused(
        "booking.renewed",
        "the booking was taken up again already. Look for that one.",
        lambda: _after_release(again["booking"], number),
    )


def _after_release(taken: int, number: int) -> None:
    request(BY, booking=taken)
    cancel(BY, booking=taken)
    reactivate(BY, booking=number)


def test_only_a_cancelled_booking_is_taken_up_again() -> None:
    number = requested()
    refused(
        "step.none",
        f"booking {number} is requested, and reactivate needs one that is cancelled.",
        lambda: reactivate(BY, booking=number),
    )


def test_a_step_that_is_none_is_refused() -> None:
    number = held()
    refused(
        "step.none",
        f"booking {number} is held, and cancel needs one that is confirmed or requested. Read it again.",
        lambda: cancel(BY, booking=number),
    )


def test_a_hold_lapses_after_a_quarter_of_an_hour() -> None:
    number = held()
    refused(
        "booking.not_yet",
        f"booking {number} is held a while longer. Try again when it is over.",
        lambda: lapse(BY, booking=number),
    )
    refused(
        "booking.lapsed",
        f"the hold of booking {number} is over. Book again.",
        lambda: request(LATER, booking=number),
    )
    assert lapse(LATER, booking=number)["state"] == "expired"
    held()


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (hour(2), hour(0), "end 2026-03-03T02:00:00+00:00 is not after start 2026-03-03T04:00:00+00:00. "
         "Exchange or correct them."),
        (hour(0).replace(tzinfo=None), hour(1),
         "start and end need a time zone. Give them one, as Asia/Shanghai."),
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_refused(start: datetime, end: datetime, message: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        book(BY, unit=1, taker=1, start=start, end=end)


def test_the_past_is_refused() -> None:
    refused(
        "booking.past",
        "2026-03-02T00:59:00+00:00 is past. Choose a time ahead.",
        lambda: book(BY, unit=1, taker=1, start=NOW - timedelta(minutes=1), end=hour(0)),
    )


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(UnknownName, match=r"^there is no unit 9\. Look it up again\.$"):
        book(BY, unit=9, taker=1, start=hour(0), end=hour(1))
    with pytest.raises(UnknownName, match=r"^there is no booking 9\. Look it up again\.$"):
        cancel(BY, booking=9)
