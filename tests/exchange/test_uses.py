"""From the start of a use to what is written of it, and what the clock does with bookings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heban.domain.errors import Refused
from heban.exchange.acts import uses
from heban.exchange.acts.booking import book, confirm, request
from heban.exchange.acts.reconcile import audit_faults
from heban.exchange.desk import By
from heban.exchange.models import Booking, Notice, Usage
from tests.exchange.desks import NOW, Base, hour
from tests.exchange.openings import DELTA_FEN, FIRM, PROVIDER, opened

SERVES = PROVIDER.actor


@pytest.fixture(autouse=True)
def desk(base: Base) -> Base:
    opened(base)
    return base


def at(number: float, who: str = SERVES) -> By:
    return By(who, hour(number))


def confirmed(start: float = 0, end: float = 2, *, taker: int = 1) -> int:
    who = FIRM if taker == 1 else PROVIDER
    number: int = book(who, unit=1, taker=taker, start=hour(start), end=hour(end))["booking"]
    request(who, booking=number)
    confirm(PROVIDER, booking=number)
    return number


def started(start: float = 0, end: float = 2, *, taker: int = 1) -> int:
    number = confirmed(start, end, taker=taker)
    uses.start(at(start), booking=number)
    return number


def refused(code: str, en: str, zh: str, act: Any, by: By, **said: Any) -> None:
    with pytest.raises(Refused) as no:
        act(by, **said)
    assert (no.value.code, str(no.value), no.value.zh) == (code, en, zh)  # type: ignore[attr-defined]


def test_a_use_is_written_once_and_frees_what_is_left() -> None:
    number = started()
    said = uses.finish(at(1.01), booking=number, ended=hour(1), metered=True)
    assert (said["state"], said["minutes"], said["charge_fen"]) == ("done", 60, 2 * DELTA_FEN)
    usage = Usage.objects.get()
    assert (usage.external, usage.metered, usage.started_at, usage.ended_at) == (True, True, hour(0), hour(1))
    busy = Booking.objects.get().busy_during
    assert (busy.lower, busy.upper) == (hour(0), hour(1))
    confirmed(1, 2)
    with pytest.raises(Refused, match="has ended as done and cannot finish"):
        uses.finish(at(1.5), booking=number)
    assert Usage.objects.count() == 1


def test_a_use_that_overruns_is_counted_whole_and_keeps_only_its_own_time() -> None:
    number = started()
    said = uses.finish(at(2.51), booking=number)
    assert said["minutes"] == 151, "a minute that was begun counts"
    assert Booking.objects.get().busy_during.upper == hour(2)


def test_an_owners_own_use_is_not_from_outside() -> None:
    uses.finish(at(1), booking=started(taker=2))
    assert not Usage.objects.get().external


def test_nobody_starts_too_early_or_too_late() -> None:
    number = confirmed()
    refused(
        "booking.too_early",
        f"Booking {number} can begin at 2026-03-03 10:00 at the earliest. Start it then.",
        f"预约 {number} 最早可于 2026-03-03 10:00 开始。请届时再办。",
        uses.start, at(-0.5), booking=number,
    )  # fmt: skip
    refused(
        "booking.over",
        f"The time of booking {number} was over at 2026-03-03 12:00. Have it booked again.",
        f"预约 {number} 的时间已于 2026-03-03 12:00 结束。请重新预约。",
        uses.start, at(2), booking=number,
    )  # fmt: skip
    with pytest.raises(Refused, match="start of the booking is for: the provider, the system"):
        uses.start(at(0, FIRM.actor), booking=number)


@pytest.mark.parametrize("ended", [hour(0), hour(3)])
def test_an_end_lies_between_the_start_and_now(ended: datetime) -> None:
    number = started()
    refused(
        "booking.end",
        "A use ends after its start at 2026-03-03 10:00 and not later than now, 2026-03-03 11:00. "
        "Correct the end.",
        "结束时间须在开始时间 2026-03-03 10:00 之后、不晚于现在 2026-03-03 11:00。请更正。",
        uses.finish, at(1), booking=number, ended=ended,
    )  # fmt: skip


def held() -> int:
    number: int = book(FIRM, unit=1, taker=1, start=hour(0), end=hour(2))["booking"]
    return number


def asked() -> int:
    number = held()
    request(FIRM, booking=number)
    return number


@pytest.mark.parametrize(
    ("make", "act", "due", "state"),
    [
        (held, uses.lapse, NOW + timedelta(minutes=15), "expired"),
        (asked, uses.unanswered, hour(0), "expired"),
        (confirmed, uses.miss, hour(0.5), "no_show"),
        (started, uses.run_out, hour(2), "done"),
    ],
)
def test_the_clock_acts_when_the_time_is_over_and_once(
    make: Any, act: Any, due: datetime, state: str
) -> None:
    number = make()
    assert Booking.objects.get().due == due
    early, late = By("system", due - timedelta(seconds=1)), By("system", due)
    said = f"{due.astimezone(hour(0).tzinfo) + timedelta(hours=8):%Y-%m-%d %H:%M}"
    refused(
        "booking.not_yet",
        f"Booking {number} stays as it is until {said}. Try again after that.",
        f"预约 {number} 的本阶段至 {said}，尚未到期。请到期后再试。",
        act, early, booking=number,
    )  # fmt: skip
    with pytest.raises(Refused, match="This is not yours to do"):
        act(By(SERVES, due), booking=number)
    assert act(late, booking=number)["state"] == state
    with pytest.raises(Refused, match=r"^The booking has ended as "):
        act(late, booking=number)
    assert Booking.objects.get().due is None


def test_every_state_with_a_time_has_its_act() -> None:
    assert dict(uses.DEADLINES) == {
        ("Booking", "held"): uses.lapse, ("Booking", "requested"): uses.unanswered,
        ("Booking", "confirmed"): uses.miss, ("Booking", "in_use"): uses.run_out,
    }  # fmt: skip


def test_who_does_not_come_pays_the_price_and_both_are_told_of_no_answer() -> None:
    number = confirmed()
    said = uses.miss(By("system", hour(0.5)), booking=number)
    assert (said["fee_fen"], said["fee_payer"]) == (2 * DELTA_FEN, "firm")
    confirmed(1, 2)
    other: int = book(FIRM, unit=2, taker=1, start=hour(0), end=hour(1))["booking"]
    request(FIRM, booking=other)
    uses.unanswered(By("system", hour(0)), booking=other)
    told = Notice.objects.filter(code="booking.unanswered").values_list("organisation_id", flat=True)
    assert sorted(told) == [1, 2]


def test_a_use_that_nobody_ended_ends_with_its_time_and_is_not_metered() -> None:
    number = started()
    uses.run_out(By("system", hour(9)), booking=number)
    usage = Usage.objects.get()
    assert (usage.minutes, usage.metered, usage.ended_at) == (120, False, hour(2))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 90), st.integers(1, 240))
def test_busy_time_only_shrinks_and_holds_the_use(desk: Base, began: int, lasted: int) -> None:
    day = 24 * Booking.objects.count()  # each example has a day of its own
    number = confirmed(day, day + 2)
    before = Booking.objects.get(pk=number).busy_during
    uses.start(By(SERVES, hour(day) + timedelta(minutes=began)), booking=number)
    over = hour(day) + timedelta(minutes=began + lasted)
    said = uses.finish(By(SERVES, over), booking=number)
    after = Booking.objects.get(pk=number)
    assert said["minutes"] == lasted
    assert before.lower == after.busy_during.lower
    assert after.busy_during.upper == min(before.upper, over)
    assert audit_faults() == []
