"""Calendars: some days of a unit laid out for a page, each with what is free and what is taken, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from heban.exchange.china import ZONE
from heban.exchange.rules.opening import Opening
from heban.web.desk import words

MANY = 20
"""Beginnings of a day from which only those at full hours are shown."""
LENGTHS = (15, 30, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720, 1440, 2880, 4320, 7200, 10_080)
"""Minutes that people ask for."""
_CLOCK = "%H:%M"


@dataclass(frozen=True)
class Slot:
    """A stretch of a day: free to be begun at, or taken, by whom only where that is for the reader."""

    start: datetime
    end: datetime
    address: str = ""
    booking: int | None = None
    name: str = ""
    state: str = ""
    purpose: str = ""

    @property
    def free(self) -> bool:
        """Whether it can be booked."""
        return bool(self.address)

    @property
    def clock(self) -> str:
        """From when until when, on the clock of Asia/Shanghai."""
        return f"{self.start:{_CLOCK}}–{_until(self.start.date(), self.end)}"


@dataclass
class Day:
    """A day of a calendar: its open hours (none where they are not known yet), and its slots in order."""

    day: date
    hours: list[str] | None
    slots: list[Slot] = field(default_factory=list)
    thinned: bool = False

    @property
    def title(self) -> str:
        """The day and its weekday, short, in the language of the page."""
        chinese = f"{self.day.month}月{self.day.day}日 周{'一二三四五六日'[self.day.weekday()]}"
        return words.here((chinese, f"{self.day:%a} {self.day.day} {self.day:%b}"))

    @property
    def closed(self) -> bool:
        """Whether it is known to be closed."""
        return self.hours == []


def laid(told: Mapping[str, Any], address: Callable[[datetime], str]) -> list[Day]:
    """Return the days of a calendar (`heban.exchange.reading.calendar.unit`); `address` leads to a booking.

    What lasts over midnight stands in each of its days. Where a day has many beginnings, those at full hours
    are shown.
    """
    taken = [_taken(one) for one in told["taken"]]
    starts = [(_moment(one["start"]), _moment(one["end"])) for one in told["free"]]
    days = []
    for one in told["days"]:
        day = date.fromisoformat(one["day"])
        hours = None if one["hours"] is None else [f"{_minute(a)}–{_minute(b)}" for a, b in one["hours"]]
        mine = [(start, end) for start, end in starts if start.date() == day]
        thinned = len(mine) > MANY
        if thinned:
            mine = [(start, end) for start, end in mine if not start.minute]
        slots = [Slot(start, end, address(start)) for start, end in mine]
        slots += [cut for slot in taken if (cut := _within(slot, day))]
        slots.sort(key=lambda slot: (slot.start, slot.free))
        days.append(Day(day, hours, slots, thinned))
    return days


def lengths(rules: Opening, *also: int) -> list[int]:
    """Return the lengths of uses, in minutes, that a page offers: those people ask for that the rules allow.

    >>> lengths(Opening(grid_minutes=60, least_minutes=90, most_minutes=240))
    [120, 180, 240]
    """
    grid = rules.grid_minutes
    least, most = -(-rules.least_minutes // grid) * grid, rules.most_minutes // grid * grid
    known = {least, most, *LENGTHS, *also}
    return sorted(one for one in known if least <= one <= most and one % grid == 0)


def local_text(moment: datetime) -> str:
    """Return a moment as a field for day and time writes it, on the clock of Asia/Shanghai."""
    return f"{moment.astimezone(ZONE):%Y-%m-%dT%H:%M}"


def _taken(one: Mapping[str, Any]) -> Slot:
    start, end = _moment(one["start"]), _moment(one["end"])
    return Slot(start, end, "", one.get("booking"), one.get("taker_name") or "", one.get("state", ""),
                one.get("purpose", ""))  # fmt: skip


def _within(slot: Slot, day: date) -> Slot | None:
    """The part of a slot that lies in a day, or none."""
    begins = datetime.combine(day, time(), ZONE)
    start, end = max(slot.start, begins), min(slot.end, begins + timedelta(days=1))
    if start >= end:
        return None
    return Slot(start, end, "", slot.booking, slot.name, slot.state, slot.purpose)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZONE)


def _minute(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _until(day: date, end: datetime) -> str:
    """The end of a stretch; midnight after its day is 24:00, a later day is named."""
    if end.date() == day:
        return f"{end:{_CLOCK}}"
    later = end.date() - day
    return "24:00" if later == timedelta(days=1) and end.time() == time() else f"{end:%m-%d {_CLOCK}}"
