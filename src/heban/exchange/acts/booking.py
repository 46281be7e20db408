"""Bookings: take a unit for a time, ask for it, move, cancel, and take up again what was cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from heban.domain.errors import BadSpec, Refused, UnknownName
from heban.exchange.acts.steps import reached
from heban.exchange.desk import By, Said, act
from heban.exchange.models import AssetUnit, Booking

KEPT = timedelta(minutes=15)  # how long a hold is kept before it is asked for; spec of machine M2


@act
def book(
    by: By,
    *,
    unit: int,
    taker: int | None,
    start: datetime,
    end: datetime,
    before_minutes: int = 0,
    after_minutes: int = 0,
    purpose: str = "use",
) -> Said:
    """Hold a unit from start to end, with buffers before and after in which nobody else has it.

    The hold is kept 15 minutes for `request`. That nobody else has the unit is said by the database, not
    looked up here: `Refused` ("booking.taken") otherwise. The time must lie ahead ("booking.past").
    """
    _lock_unit(unit)
    use = _ahead(by, start, end)
    busy = DateTimeTZRange(start - timedelta(minutes=before_minutes), end + timedelta(minutes=after_minutes))
    return _made(by, unit_id=unit, taker_id=taker, use_during=use, busy_during=busy, purpose=purpose)


@act
def request(by: By, *, booking: int) -> Said:
    """Ask for what is held; too late ("booking.lapsed") once the hold is over."""
    row = _locked(booking)
    if row.held_until is not None and row.held_until < by.now:
        raise Refused("booking.lapsed", f"the hold of booking {booking} is over. Book again.")
    return _changed(by, row, "request")


@act
def confirm(by: By, *, booking: int) -> Said:
    """Promise the unit to whoever asked for it."""
    return _changed(by, _locked(booking), "confirm")


@act
def lapse(by: By, *, booking: int) -> Said:
    """Let go of a hold that nobody asked for in time; before that it is refused ("booking.not_yet")."""
    row = _locked(booking)
    if row.held_until is None or row.held_until >= by.now:
        raise Refused(
            "booking.not_yet", f"booking {booking} is held a while longer. Try again when it is over."
        )
    return _changed(by, row, "ttl")


@act
def move(by: By, *, booking: int, start: datetime, end: datetime) -> Said:
    """Move a booking to another time of the same unit; its buffers go with it and it must be confirmed again.

    One change gives up the old time and takes the new, so that it never has neither nor both.
    """
    row = _locked(booking)
    before, after = (
        row.use_during.lower - row.busy_during.lower,
        row.busy_during.upper - row.use_during.upper,
    )
    use = _ahead(by, start, end)
    return _changed(
        by, row, "reschedule", use_during=use, busy_during=DateTimeTZRange(start - before, end + after)
    )


@act
def cancel(by: By, *, booking: int) -> Said:
    """Give a booking back; its time is free at once."""
    return _changed(by, _locked(booking), "cancel")


@act
def reactivate(by: By, *, booking: int) -> Said:
    """Take up a cancelled booking again, as a new hold of the same time; the old one stays cancelled."""
    row = _locked(booking)
    if row.state != "cancelled":
        raise Refused(
            "step.none", f"booking {booking} is {row.state}, and reactivate needs one that is cancelled."
        )
    use = _ahead(by, row.use_during.lower, row.use_during.upper)
    return _made(
        by, unit_id=row.unit_id, taker_id=row.taker_id, use_during=use, busy_during=row.busy_during,
        purpose=row.purpose, renews=row,
    )  # fmt: skip


def _lock_unit(unit: int) -> None:
    """Let one act at a time change the calendar of a unit: two that wait for each other would deadlock."""
    if AssetUnit.objects.select_for_update(no_key=True).filter(pk=unit).first() is None:
        raise UnknownName(f"there is no unit {unit}. Look it up again.")


def _locked(booking: int) -> Any:
    """Return a booking, locked after its unit; a booking never changes its unit."""
    unit = Booking.objects.filter(pk=booking).values_list("unit_id", flat=True).first()
    if unit is None:
        raise UnknownName(f"there is no booking {booking}. Look it up again.")
    _lock_unit(unit)
    return Booking.objects.select_for_update(no_key=True).get(pk=booking)


def _ahead(by: By, start: datetime, end: datetime) -> DateTimeTZRange:
    """Return the time from start to end, if it is one and lies ahead."""
    if start.tzinfo is None or end.tzinfo is None:
        raise BadSpec("start and end need a time zone. Give them one, as Asia/Shanghai.")
    if not start < end:
        raise BadSpec(
            f"end {end.isoformat()} is not after start {start.isoformat()}. Exchange or correct them."
        )
    if start < by.now:
        raise Refused("booking.past", f"{start.isoformat()} is past. Choose a time ahead.")
    return DateTimeTZRange(start, end)


def _made(by: By, **columns: object) -> Said:
    return _told(Booking.objects.create(held_until=by.now + KEPT, made_at=by.now, since=by.now, **columns))


def _changed(by: By, row: Any, event: str, **columns: object) -> Said:
    """Take a locked booking along an edge."""
    row.state = reached("Booking", f"booking {row.pk}", row.state, event)
    row.version += 1
    row.since = by.now
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "since", "version", *columns])
    return _told(row)


def _told(row: Any) -> Said:
    return {
        "booking": row.pk,
        "unit": row.unit_id,
        "state": row.state,
        "version": row.version,
        "start": row.use_during.lower.isoformat(),
        "end": row.use_during.upper.isoformat(),
    }
