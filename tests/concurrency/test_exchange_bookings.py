"""Many book one instrument at once; each test has its twin without the guard: the race is real."""

from __future__ import annotations

import random
from typing import Any

import pytest

from heban.domain.errors import Refused
from heban.exchange.acts import assets
from heban.exchange.acts.booking import book, cancel, move, reactivate, request
from heban.exchange.acts.reconcile import audit_faults
from heban.exchange.desk import By
from heban.exchange.models import Asset, Booking
from tests.concurrency.crowd import codes, crowd, overlaps, won
from tests.exchange.desks import MEMBER, NOW, PROVIDER_MEMBER, Base, hour
from tests.exchange.mutation import remove
from tests.exchange.openings import FIRM, opened

GUARD = "booking_one_at_a_time"
MET = ("booking.taken", "booking.renewed", "booking.not_cancelled", "state.event", "state.ended")
USER = By(f"person:{MEMBER}", NOW, reason="改期")


@pytest.fixture(autouse=True)
def desk(base: Base) -> Base:
    opened(base)
    return base


def one_slot(which: int) -> Any:
    return book(FIRM, unit=1, taker=1, start=hour(0), end=hour(2))


def test_fifty_for_one_slot_one_wins() -> None:
    got = crowd(50, one_slot)
    assert len(won(got)) == 1
    assert codes(got) == {"booking.taken"}
    assert Booking.objects.count() == 1


def test_fifty_for_one_slot_without_the_guard(desk: Base) -> None:
    remove(desk, GUARD)
    assert len(won(crowd(50, one_slot))) == 50
    assert overlaps() == 50 * 49 // 2


def at_random(which: int) -> int:
    """Book, move, cancel and take up again, as it comes; return how often it was done."""
    chance, done = random.Random(which), 0
    mine: list[int] = []
    for _ in range(25):
        start = 24 * 3 + chance.randrange(40)
        when = {"start": hour(start), "end": hour(start + chance.randint(1, 3))}
        one = chance.choice(mine) if mine else 0
        try:
            match chance.choice(["book", "move", "cancel", "again"]) if one else "book":
                case "book":
                    mine.append(book(USER, unit=chance.randint(1, 2), taker=1, **when)["booking"])
                    request(USER, booking=mine[-1])
                case "move":
                    move(USER, booking=one, **when)
                case "cancel":
                    cancel(USER, booking=one)
                case "again":
                    mine.append(reactivate(USER, booking=one)["booking"])
                    request(USER, booking=mine[-1])
            done += 1
        except Refused as no:
            assert no.code in MET, str(no)
    return done


def test_book_move_cancel_and_take_up_again_never_overlap() -> None:
    assert sum(crowd(8, at_random)) > 50
    assert overlaps() == 0
    assert audit_faults() == []


def test_book_move_cancel_and_take_up_again_without_the_guard(desk: Base) -> None:
    remove(desk, GUARD)
    crowd(8, at_random)
    assert overlaps() > 0


def book_or_suspend(which: int) -> Any:
    if which == 0:
        return assets.suspend(By(f"person:{PROVIDER_MEMBER}", NOW, reason="故障"), asset=1)
    return book(FIRM, unit=1 + which % 2, taker=1, start=hour(which), end=hour(which + 1))


def test_nothing_is_held_of_an_asset_that_is_suspended_meanwhile() -> None:
    got = crowd(20, book_or_suspend)
    assert Asset.objects.get().state == "suspended"
    assert codes(got) <= {"booking.not_listed"}
    assert not Booking.objects.filter(state="held").exists()
    assert Booking.objects.filter(state="expired").count() == len(won(got)) - 1 == won(got)[0]["let_go"]
