"""Uses: a booking that begins, ends and is written down once; and what the clock does with bookings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from heban.exchange.acts.bookable import Bookable
from heban.exchange.acts.booking import MACHINE, clock_time, of_unit, owed_for, told
from heban.exchange.acts.notices import tell
from heban.exchange.acts.steps import stepped
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By, Said, act
from heban.exchange.models import Usage
from heban.exchange.rules.refusals import denied


@act
def start(by: By, *, booking: int) -> Said:
    """Write that a use begins now, as the provider: not before its buffer, nor after its time is over."""
    row, there = of_unit(by, booking)
    if by.now < row.busy_during.lower:
        raise denied("booking.too_early", booking=booking, start=clock_time(row.busy_during.lower))
    if row.use_during.upper <= by.now:
        raise denied("booking.over", booking=booking, end=clock_time(row.use_during.upper))
    due = row.busy_during.upper
    stepped(by, row, MACHINE, "start", *there.actors(by), due=due, started_at=by.now)
    return told(row)


@act
def finish(by: By, *, booking: int, ended: datetime | None = None, metered: bool = False) -> Said:
    """Write that a use ended, now or at a moment before, as the provider; what is left of its time is free.

    What it came to is written once: minutes, rounded up, and what was agreed for the time that was booked,
    as Heban chose; a use within an order is paid for there. Refused: `booking.end`.
    """
    row, there = of_unit(by, booking)
    over = by.now if ended is None else local(ended)
    if row.state == "in_use" and not row.started_at < over <= by.now:
        raise denied("booking.end", start=clock_time(row.started_at), now=clock_time(by.now))
    return _ended(by, row, there, over, metered, *there.actors(by))


@act
def lapse(by: By, *, booking: int) -> Said:
    """Let go of a hold that nobody asked for in time."""
    row, _ = of_unit(by, booking)
    return _after_due(by, row, "held", "ttl")


@act
def unanswered(by: By, *, booking: int) -> Said:
    """Let go of a request that its provider did not answer in time, and tell both."""
    row, there = of_unit(by, booking)
    said = _after_due(by, row, "requested", "sla_lapse")
    for one in (there.owner, row.taker_id):
        tell(by, "booking.unanswered", row, organisation=one)
    return said


@act
def miss(by: By, *, booking: int) -> Said:
    """Write that nobody came to a confirmed booking, which then costs what the rules say."""
    row, _ = of_unit(by, booking)
    owed = owed_for(row, "no_show", late=True)
    said = _after_due(by, row, "confirmed", "miss", **owed)
    tell(by, "booking.missed", row, organisation=row.taker_id, **owed)
    return said


@act
def run_out(by: By, *, booking: int) -> Said:
    """End a use that nobody ended, at the end of the time that was booked; it was not metered."""
    row, there = of_unit(by, booking)
    _ensure_due(by, row, "in_use")
    return _ended(by, row, there, row.use_during.upper, False, SYSTEM)


DEADLINES = {
    (MACHINE, "held"): lapse,
    (MACHINE, "requested"): unanswered,
    (MACHINE, "confirmed"): miss,
    (MACHINE, "in_use"): run_out,
}


def _after_due(by: By, row: Any, state: str, event: str, **columns: object) -> Said:
    _ensure_due(by, row, state)
    stepped(by, row, MACHINE, event, SYSTEM, due=None, **columns)
    return told(row)


def _ensure_due(by: By, row: Any, state: str) -> None:
    """Safe when done twice, or late: the moment is looked at under the lock, and the state by the step."""
    if by.actor != SYSTEM:
        raise denied("access.denied")
    if row.state == state and row.due is not None and by.now < row.due:
        raise denied("booking.not_yet", booking=row.pk, until=clock_time(row.due))


def _ended(by: By, row: Any, there: Bookable, over: datetime, metered: bool, *who: str) -> Said:
    use, busy = row.use_during, row.busy_during
    began = row.started_at if row.started_at and over <= use.lower else use.lower
    kept = timedelta(minutes=there.opening.after_minutes)
    stepped(
        by, row, MACHINE, "finish", *who, due=None,
        use_during=DateTimeTZRange(began, min(use.upper, over)),
        busy_during=DateTimeTZRange(busy.lower, min(busy.upper, over + kept)),
    )  # fmt: skip
    made = Usage.objects.create(
        booking=row, started_at=row.started_at, ended_at=over,
        minutes=-((row.started_at - over) // timedelta(minutes=1)), external=row.taker_id != there.owner,
        metered=metered, charge_fen=row.price_fen or 0,
    )  # fmt: skip
    return {**told(row), "usage": made.pk, "minutes": made.minutes, "charge_fen": made.charge_fen}
