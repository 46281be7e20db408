"""The calendar of the state machine: who books what when, against a dictionary of bookings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

# isort: split

from django.db import connection

from heban.domain.errors import Refused
from heban.exchange.acts import booking
from heban.exchange.desk import By
from heban.exchange.models import Booking
from heban.exchange.models.bookings import LIVE
from tests.exchange.desks import NOW, hour
from tests.exchange.playing.trade import DONE, REFUSED, by
from tests.exchange.voucher_desk import Desk


class Calendar(RuleBasedStateMachine):
    """Two units, booked, asked for, promised, moved, given back and taken up again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.now = desk, NOW
        self.bookings: dict[int, tuple[int, int, int, str, datetime | None]] = {}

    def by(self, who: str) -> By:
        return by(self.desk, who, self.now)

    def tried(self, name: str, work: Callable[[], Any]) -> Any:
        """What an act answers, or nothing where it is refused; then nothing may have changed."""
        try:
            said = work()
        except Refused as no:
            REFUSED[f"{name}: {no.code}"] += 1
            return None
        DONE[name] += 1
        return said

    def busy(self, unit: int, start: int, end: int, but: int = 0) -> bool:
        return any(
            number != but and one == unit and begins < end and start < ends and state in LIVE
            for number, (one, begins, ends, state, _) in self.bookings.items()
        )  # fmt: skip

    SLOT: ClassVar[Mapping[str, Any]] = {"start": st.integers(0, 20), "length": st.integers(1, 4)}

    def at(self, start: int) -> int:
        """An hour so many after tomorrow began, counted from the first day."""
        return 24 * (1 + (self.now - NOW).days) + start

    @rule(unit=st.integers(1, 2), asked_for=st.booleans(), **SLOT)
    def book(self, unit: int, start: int, length: int, asked_for: bool) -> None:
        """Booked only if nobody has the unit, and always then on a working day."""
        begins = self.at(start)
        times = {"start": hour(begins), "end": hour(begins + length)}
        said = self.tried("book", lambda: booking.book(self.by("firm"), unit=unit, taker=1, **times))
        if self.busy(unit, begins, begins + length):
            assert said is None
        elif said:
            self.noted(said, begins, begins + length)
            if asked_for:
                said = booking.request(self.by("firm"), booking=said["booking"])
                self.noted(said, begins, begins + length)
                self.moved(said["booking"], begins + 1, length)

    def known(self) -> list[int]:
        """The bookings that are asked for or promised; where there is none, all."""
        asked = [n for n, one in self.bookings.items() if one[3] in ("requested", "confirmed")]
        return sorted(asked or self.bookings)

    def noted(self, said: dict[str, Any], start: int, end: int) -> None:
        due = None if said["due"] is None else datetime.fromisoformat(said["due"])
        self.bookings[said["booking"]] = (said["unit"], start, end, said["state"], due)

    @precondition(lambda self: self.bookings)
    @rule(data=st.data(), name=st.sampled_from(["request", "confirm", "cancel", "reactivate"]))
    def change_booking(self, data: st.DataObject, name: str) -> None:
        number = data.draw(st.sampled_from(self.known()))
        unit, start, end, *_ = self.bookings[number]
        who = self.by("provider" if name == "confirm" else "firm")
        taken = name == "reactivate" and self.busy(unit, start, end)
        said = self.tried(name, lambda: getattr(booking, name)(who, booking=number))
        assert not (said and taken)
        if said:
            self.noted(said, start, end)

    @precondition(lambda self: self.bookings)
    @rule(data=st.data(), **SLOT)
    def move(self, data: st.DataObject, start: int, length: int) -> None:
        number = data.draw(st.sampled_from(self.known()))
        self.moved(number, self.at(start), length)

    def moved(self, number: int, begins: int, length: int) -> None:
        """Moved only to a time that nobody else has; its own does not count."""
        taken = self.busy(self.bookings[number][0], begins, begins + length, but=number)
        times = {"start": hour(begins), "end": hour(begins + length)}
        said = self.tried("move", lambda: booking.move(self.by("firm"), booking=number, **times))
        assert not (said and taken)
        if said:
            self.noted(said, begins, begins + length)

    @invariant()
    def nothing_is_booked_twice(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM exchange_booking a JOIN exchange_booking b ON a.unit_id = b.unit_id"
                " AND a.id < b.id AND a.busy_during && b.busy_during"
                " WHERE a.state = ANY (%(live)s) AND b.state = ANY (%(live)s)",
                {"live": list(LIVE)},
            )
            assert cursor.fetchone() == (0,)

    @invariant()
    def bookings_are_those_of_the_model(self) -> None:
        there = dict(Booking.objects.values_list("pk", "state"))
        assert there == {number: one[3] for number, one in self.bookings.items()}
