"""Bookings through the desk: what each act answers, and each refusal in full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from heban.exchange.acts.booking import book, cancel, confirm, move, reactivate, reject, request
from heban.exchange.desk import By
from heban.exchange.models import Booking, Notice
from heban.exchange.rules.refusals import Denial
from tests.exchange.desks import (
    MEMBER,
    NOW,
    OTHER_MEMBER,
    PROVIDER_MEMBER,
    STATION_MEMBER,
    STRANGER,
    Base,
    hour,
)
from tests.exchange.openings import (
    DELTA_FEN,
    DENIED,
    FIRM,
    PROVIDER,
    TAKEN,
    asset,
    by,
    held,
    later,
    opened,
    refused,
)


@pytest.fixture(autouse=True)
def desk(base: Base) -> Base:
    opened(base, 8 * 60, 22 * 60)
    return base


def requested(start: float = 0, end: float = 2) -> int:
    number = held(start, end)
    request(FIRM, booking=number)
    return number


def confirmed(start: float = 0, end: float = 2) -> int:
    number = requested(start, end)
    confirm(PROVIDER, booking=number)
    return number


def test_a_booking_is_held_then_asked_for_then_promised() -> None:
    made = book(FIRM, unit=1, taker=1, start=hour(0), end=hour(2))
    assert made == {
        "booking": 1, "unit": 1, "state": "held", "version": 1,
        "start": "2026-03-03T10:00:00+08:00", "end": "2026-03-03T12:00:00+08:00",
        "price_fen": 2 * DELTA_FEN, "fee_fen": 0, "fee_payer": "", "due": "2026-03-02T09:15:00+08:00",
    }  # fmt: skip
    assert request(FIRM, booking=1)["due"] == "2026-03-03T10:00:00+08:00", "an answer after its start is none"
    promised = confirm(later(16, PROVIDER), booking=1)
    assert (promised["state"], promised["version"], promised["due"]) == (
        "confirmed", 3, "2026-03-03T10:30:00+08:00",
    )  # fmt: skip
    row = Booking.objects.get()
    assert (row.made_at, row.since, row.asked_by_id) == (NOW, NOW + timedelta(minutes=16), MEMBER)
    assert row.price_origin == {
        "tier": 2, "class": "delta", "minutes": 120,
        "zh": "区域内用户价 120.00 元/小时 × 120 分钟 = 240.00 元",
        "en": "price for users of the group of provinces, CNY 120.00 per hour × 120 minutes = CNY 240.00",
    }  # fmt: skip
    assert list(Notice.objects.order_by("id").values_list("code", "organisation_id")) == [
        ("booking.requested", 2), ("booking.confirmed", 1),
    ]  # fmt: skip


def test_a_provider_has_two_working_days_to_answer() -> None:
    far = book(FIRM, unit=1, taker=1, start=hour(24 * 7), end=hour(24 * 7 + 1))["booking"]
    assert request(FIRM, booking=far)["due"] == "2026-03-05T00:00:00+08:00", "Wednesday is the second"
    late = By(PROVIDER.actor, hour(38.0))
    refused(
        "booking.unanswered",
        f"The time to answer booking {far} ended at 2026-03-05 00:00. Have the user book again.",
        lambda: confirm(late, booking=far),
        f"预约 {far} 的答复期限已于 2026-03-05 00:00 届满，不能再确认。请用户重新预约。",
    )


def test_an_asset_that_confirms_itself_answers_at_once(desk: Base) -> None:
    asset(desk, confirms_itself=True)
    number = held()
    said = request(FIRM, booking=number)
    assert (said["state"], said["version"], said["due"]) == ("confirmed", 3, "2026-03-03T10:30:00+08:00")
    moved = move(later(30, FIRM), booking=number, start=hour(1), end=hour(2))
    assert (moved["state"], moved["version"], moved["due"]) == ("confirmed", 5, "2026-03-03T11:30:00+08:00")


def test_bookings_touch_but_do_not_overlap() -> None:
    held(0, 2)
    held(2, 4)
    refused("booking.taken", TAKEN, lambda: held(1, 3), "所选资源在此时段已被占用。请另选时间，或另选资源。")
    assert Booking.objects.count() == 2
    held(1, 3, unit=2)


def test_buffers_are_kept_free(desk: Base) -> None:
    asset(desk, before_minutes=10, after_minutes=20)
    held(0, 2)
    refused("booking.taken", TAKEN, lambda: held(2, 3))
    number = held(2.5, 3)
    busy = Booking.objects.get(pk=number).busy_during
    assert (busy.lower, busy.upper) == (
        hour(2.5) - timedelta(minutes=10),
        hour(3) + timedelta(minutes=20),
    )


def test_a_move_takes_the_new_price_and_must_be_confirmed_again() -> None:
    number = confirmed()
    moved = move(FIRM, booking=number, start=hour(1), end=hour(2.5))
    assert (moved["state"], moved["version"], moved["price_fen"]) == ("requested", 4, DELTA_FEN * 3 // 2)


def test_a_refused_move_leaves_the_old_time() -> None:
    number = requested(0, 2)
    held(4, 6)
    refused("booking.taken", TAKEN, lambda: move(FIRM, booking=number, start=hour(5), end=hour(7)))
    row = Booking.objects.get(pk=number)
    assert (row.use_during.lower, row.version) == (hour(0), 2)


def test_nobody_moves_after_the_time_to_cancel() -> None:
    number = confirmed()
    refused(
        "booking.move_late",
        "It could be moved until 2026-03-02 10:00. It can still be cancelled, for the fee that the rules "
        "set.",
        lambda: move(later(61, FIRM), booking=number, start=hour(5), end=hour(6)),
    )


def test_a_cancelled_time_is_free_and_taking_it_up_again_may_come_too_late() -> None:
    number = requested()
    giving_up = by(MEMBER, reason="改期")
    cancel(giving_up, booking=number)
    other = requested(1, 3)
    refused("booking.taken", TAKEN, lambda: reactivate(FIRM, booking=number))
    cancel(giving_up, booking=other)
    again = reactivate(FIRM, booking=number)
    assert (again["state"], again["price_fen"]) == ("held", 2 * DELTA_FEN)
    assert Booking.objects.get(pk=number).state == "cancelled"
    assert Booking.objects.get(pk=again["booking"]).renews_id == number
    request(FIRM, booking=again["booking"])
    cancel(giving_up, booking=again["booking"])
    refused(
        "booking.renewed",
        "The booking was taken up again already. Look for that one.",
        lambda: reactivate(FIRM, booking=number),
        "该预约已恢复过一次。请查看恢复后的预约。",
    )


def test_who_cancels_late_owes_a_part_of_the_price() -> None:
    early, late, other = confirmed(0, 2), confirmed(2, 4), confirmed(4, 6)
    assert cancel(by(MEMBER, reason="改期"), booking=early)["fee_fen"] == 0
    too_late = NOW + timedelta(hours=20)
    said = cancel(by(MEMBER, at=too_late, reason="改期"), booking=late)
    assert (said["fee_fen"], said["fee_payer"]) == (DELTA_FEN, "firm")
    said = cancel(by(PROVIDER_MEMBER, at=too_late, reason="故障"), booking=other)
    assert (said["fee_fen"], said["fee_payer"]) == (DELTA_FEN, "provider")
    row = Notice.objects.get(code="booking.cancelled", subject_id=other)
    assert (row.organisation_id, row.values) == (1, {"fee_fen": DELTA_FEN, "fee_payer": "provider"})


def test_the_user_does_not_cancel_what_has_begun() -> None:
    number = confirmed()
    refused(
        "booking.begun",
        f"The time of booking {number} began at 2026-03-03 10:00, and it is not cancelled any more. "
        "Speak to the provider.",
        lambda: cancel(by(MEMBER, at=hour(0), reason="改期"), booking=number),
        f"预约 {number} 已于 2026-03-03 10:00 开始，不能再取消。请联系机构。",
    )
    assert cancel(by(PROVIDER_MEMBER, at=hour(0), reason="故障"), booking=number)["fee_payer"] == "provider"


@pytest.mark.parametrize("act", [cancel, reject])
def test_a_reason_is_given(act: Callable[..., object]) -> None:
    number = requested()
    who = FIRM if act is cancel else PROVIDER
    refused("reason.missing", "This needs a reason. Write one, then do it.", lambda: act(who, booking=number))


def test_a_rejected_time_is_free() -> None:
    number = requested()
    assert reject(by(PROVIDER_MEMBER, reason="检修"), booking=number)["state"] == "rejected"
    held()


def test_only_a_cancelled_booking_is_taken_up_again() -> None:
    number = requested()
    refused(
        "booking.not_cancelled",
        f"Booking {number} is requested, and only a cancelled one is taken up again. Make a new booking.",
        lambda: reactivate(FIRM, booking=number),
        f"预约 {number} 为“待确认”，只有已取消的预约可以恢复。请另行预约。",
    )


def test_a_step_that_is_none_is_refused() -> None:
    number = held()
    refused(
        "state.event",
        "The booking is held and cannot cancel; it can: request, ttl, auto_confirm.",
        lambda: cancel(by(MEMBER, reason="x"), booking=number),
        "预约处于“占位”，不能“取消”；可以：申请、占位到期、自动确认。",
    )


def test_a_step_is_for_those_whom_the_machine_names() -> None:
    number = requested()
    with pytest.raises(Denial, match=r"^confirm of the booking is for: the provider; not for: ") as no:
        confirm(FIRM, booking=number)
    assert no.value.code == "state.actor"
    assert Booking.objects.get().version == 2


@pytest.mark.parametrize("person", [OTHER_MEMBER, STRANGER, STATION_MEMBER, PROVIDER_MEMBER])
def test_one_books_for_ones_own_organisation(person: int) -> None:
    refused("access.denied", DENIED, lambda: book(by(person), unit=1, taker=1, start=hour(0), end=hour(1)))
    assert not Booking.objects.exists()


def test_an_owner_books_its_own_without_a_price_or_at_its_own() -> None:
    own = book(PROVIDER, unit=1, taker=2, start=hour(0), end=hour(1))
    assert own["price_fen"] == DELTA_FEN, "the next class farther that has a price"
    assert request(PROVIDER, booking=own["booking"])["state"] == "requested"


def test_a_hold_is_asked_for_within_a_quarter_of_an_hour() -> None:
    number = held()
    refused(
        "booking.lapsed",
        f"The hold of booking {number} ended at 2026-03-02 09:15. Book again.",
        lambda: request(later(15, FIRM), booking=number),
        f"预约 {number} 的占位已于 2026-03-02 09:15 到期。请重新预约。",
    )
