"""Many book one instrument at once; each test has its twin without the guard: the race is real."""

from __future__ import annotations

import random
from typing import Any

from heban.domain.errors import Refused
from heban.exchange.acts.booking import book, cancel, move, reactivate, request
from heban.exchange.acts.reconcile import audit_faults
from heban.exchange.desk import By
from heban.exchange.models import Booking
from tests.concurrency.crowd import codes, crowd, overlaps, won
from tests.exchange.desks import NOW, Base, hour
from tests.exchange.mutation import remove

GUARD = "booking_one_at_a_time"


def one_slot(which: int) -> Any:
    return book(By(f"firm {which}", NOW), unit=1, taker=1, start=hour(0), end=hour(2))


def test_fifty_for_one_slot_one_wins(base: Base) -> None:
    got = crowd(50, one_slot)
    assert len(won(got)) == 1
    assert codes(got) == {"booking.taken"}
    assert Booking.objects.count() == 1


def test_fifty_for_one_slot_without_the_guard(base: Base) -> None:
    remove(base, GUARD)
    assert len(won(crowd(50, one_slot))) == 50
    assert overlaps() == 50 * 49 // 2


def at_random(which: int) -> int:
    """Book, move, cancel and take up again, as it comes; return how often it was done."""
    chance, by, done = random.Random(which), By(f"firm {which}", NOW), 0
    mine: list[int] = []
    for _ in range(25):
        start = chance.randrange(40)
        when = {"start": hour(start), "end": hour(start + chance.randint(1, 3))}
        one = chance.choice(mine) if mine else 0
        try:
            match chance.choice(["book", "move", "cancel", "again"]) if one else "book":
                case "book":
                    mine.append(book(by, unit=chance.randint(1, 2), taker=1, **when)["booking"])
                    request(by, booking=mine[-1])
                case "move":
                    move(by, booking=one, **when)
                case "cancel":
                    cancel(by, booking=one)
                case "again":
                    mine.append(reactivate(by, booking=one)["booking"])
                    request(by, booking=mine[-1])
            done += 1
        except Refused as no:
            assert no.code in ("booking.taken", "booking.renewed", "step.none"), str(no)
    return done


def test_book_move_cancel_and_take_up_again_never_overlap(base: Base) -> None:
    assert sum(crowd(8, at_random)) > 50
    assert overlaps() == 0
    assert audit_faults() == []


def test_book_move_cancel_and_take_up_again_without_the_guard(base: Base) -> None:
    remove(base, GUARD)
    crowd(8, at_random)
    assert overlaps() > 0
