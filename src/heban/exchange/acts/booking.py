"""Bookings: a unit taken for a time, asked for, promised, moved, and given back by either side."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from heban.exchange import almanac
from heban.exchange.acts.bookable import Bookable, bookable, minutes_of
from heban.exchange.acts.notices import tell
from heban.exchange.acts.rows import found, locked
from heban.exchange.acts.steps import ensure_reason, stepped
from heban.exchange.china import ZONE, local
from heban.exchange.desk import SYSTEM, By, Said, act
from heban.exchange.models import Booking, ServiceOrder
from heban.exchange.rules.cancelling import Cancelling, Ending, fee
from heban.exchange.rules.machines import machines
from heban.exchange.rules.opening import ensure_may_move, last_cancel
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.terms import Terms

MACHINE = "Booking"
USERS = frozenset(("firm", "station"))
"""Who books for a firm: its own people, and a station that it lets act for it."""
TERMS = Terms()
"""The times of a booking, 默认值待核 (§12): no scheme sets them for an asset."""
PAID_BY_ORDER = ("accepted", "contracted", "in_service")
"""States of an order whose quote pays for the time that is booked."""


@act
def book(by: By, *, unit: int, taker: int, start: datetime, end: datetime, order: int | None = None) -> Said:
    """Hold a unit for one's own organisation for a quarter of an hour, in which it is to be asked for.

    The price is that of today, with its origin; one of an order is paid for by its quote. That nobody else
    has the unit is said by the database: `booking.taken`. Refused: `booking.not_listed`,
    `booking.not_trained`, `booking.order`, `prices.none`, and what `rules.opening.objections` finds.
    """
    paid = None if order is None else locked(ServiceOrder, order, "order")
    there = bookable(by, unit, taker)
    who = _ensure_taker(by, there)
    row = Booking(unit_id=unit, taker_id=taker, order=paid, asked_by_id=by.person, made_at=by.now)
    _ensure_open(there)
    _ensure_order(there, paid)
    return _held(by, row, there, who, there.times(by, start, end))


@act
def request(by: By, *, booking: int) -> Said:
    """Ask for what is held; too late once the hold is over (`booking.lapsed`).

    The provider has working days to answer, and not longer than to its start; an asset that confirms by
    itself answers at once.
    """
    row, there = of_unit(by, booking)
    _ensure_open(there)
    if row.state == "held" and row.due <= by.now:
        raise denied("booking.lapsed", booking=booking, until=clock_time(row.due))
    stepped(by, row, MACHINE, "request", *there.actors(by), due=_answer_due(by, row.use_during.lower))
    return _asked(by, row, there)


@act
def confirm(by: By, *, booking: int) -> Said:
    """Promise the unit to whoever asked for it, as its provider, within the time to answer."""
    row, there = of_unit(by, booking)
    if row.state == "requested" and row.due <= by.now:
        raise denied("booking.unanswered", booking=booking, until=clock_time(row.due))
    stepped(by, row, MACHINE, "confirm", *there.actors(by), due=_miss_due(row.use_during))
    tell(by, "booking.confirmed", row, organisation=row.taker_id)
    return told(row)


@act
def reject(by: By, *, booking: int) -> Said:
    """Refuse a request, as its provider, for a reason; its time is free at once."""
    row, there = of_unit(by, booking)
    ensure_reason(by)
    stepped(by, row, MACHINE, "reject", *there.actors(by), due=None)
    tell(by, "booking.rejected", row, organisation=row.taker_id)
    return told(row)


@act
def move(by: By, *, booking: int, start: datetime, end: datetime) -> Said:
    """Move a booking to another time of the same unit, at today's price; it must be confirmed again.

    One change gives up the old time and takes the new, so that it never has neither nor both. Refused:
    `booking.move_late` after the time to cancel ended, and as `book`.
    """
    row, there = of_unit(by, booking)
    _ensure_open(there)
    if row.state in ("requested", "confirmed"):
        ensure_may_move(there.opening, row.use_during.lower, by.now)
    times = there.times(by, start, end)
    stepped(
        by, row, MACHINE, "reschedule", *there.actors(by), due=_answer_due(by, start), **times,
        **_priced(by, there, times["use_during"], row.order_id),
    )  # fmt: skip
    return _asked(by, row, there)


@act
def cancel(by: By, *, booking: int) -> Said:
    """Give a booking back, or take it back as its provider, for a reason; its time is free at once.

    Late, whoever cancels owes a part of its price. After its start the user no longer cancels
    (`booking.begun`). A hold that is not asked for lapses by itself.
    """
    row, there = of_unit(by, booking)
    ensure_reason(by)
    who, start = there.actors(by), row.use_during.lower
    by_user = bool(who & USERS)
    if by_user and row.state == "confirmed" and start <= by.now:
        raise denied("booking.begun", booking=booking, start=clock_time(start))
    late = by.now > last_cancel(there.opening, start)
    owed = owed_for(row, "cancelled_by_user" if by_user else "cancelled_by_provider", late=late)
    stepped(by, row, MACHINE, "cancel", *who, due=None, **owed)
    told_to = there.owner if by_user else row.taker_id
    if told_to is not None:
        tell(by, "booking.cancelled", row, organisation=told_to, **owed)
    return told(row)


@act
def reactivate(by: By, *, booking: int) -> Said:
    """Take up a cancelled booking again, as a new hold of the same time; the old one stays cancelled.

    Refused: `booking.not_cancelled`, `booking.renewed` the second time, and as `book`.
    """
    row, there = of_unit(by, booking)
    if row.state != "cancelled":
        state = machines()[MACHINE].states[row.state]
        raise denied("booking.not_cancelled", booking=booking, state=state)
    who = _ensure_taker(by, there)
    _ensure_open(there)
    times = there.times(by, row.use_during.lower, row.use_during.upper)
    renewed = Booking(
        unit_id=row.unit_id, taker_id=row.taker_id, order_id=row.order_id, asked_by_id=by.person, renews=row,
        made_at=by.now,
    )  # fmt: skip
    return _held(by, renewed, there, who, times)


def of_unit(by: By, booking: int) -> tuple[Any, Bookable]:
    """Return a booking, locked after its asset and unit; it never changes its unit or its taker."""
    seen = found(Booking, "booking", pk=booking)
    there = bookable(by, seen.unit_id, seen.taker_id)
    return Booking.objects.select_for_update(no_key=True).get(pk=booking), there


def owed_for(row: Any, ending: Ending, *, late: bool) -> dict[str, Any]:
    """Return the columns of what is owed for a booking that did not come about."""
    owed = fee(Cancelling(), row.price_fen or 0, ending, late=late)
    return {} if owed is None else {"fee_fen": owed.fen, "fee_payer": owed.payer}


def clock_time(moment: datetime) -> str:
    """Return a moment as it is said, on the clock of Asia/Shanghai."""
    return f"{local(moment):%Y-%m-%d %H:%M}"


def told(row: Any) -> Said:
    """Return a booking as an act answers it."""
    return {
        "booking": row.pk, "unit": row.unit_id, "state": row.state, "version": row.version,
        "start": local(row.use_during.lower).isoformat(), "end": local(row.use_during.upper).isoformat(),
        "price_fen": row.price_fen, "fee_fen": row.fee_fen, "fee_payer": row.fee_payer,
        "due": local(row.due).isoformat() if row.due else None,
    }  # fmt: skip


def _held(by: By, row: Any, there: Bookable, who: frozenset[str], times: dict[str, Any]) -> Said:
    due = by.now + timedelta(minutes=TERMS.booking_hold_minutes)
    more = {**times, **_priced(by, there, times["use_during"], row.order_id)}
    stepped(by, row, MACHINE, "hold", *who, due=due, **more)
    return told(row)


def _asked(by: By, row: Any, there: Bookable) -> Said:
    if there.confirms_itself:
        stepped(by, row, MACHINE, "auto_confirm", SYSTEM, due=_miss_due(row.use_during))
        tell(by, "booking.confirmed", row, organisation=row.taker_id)
    else:
        tell(by, "booking.requested", row, organisation=there.owner, until=clock_time(row.due))
    return told(row)


def _priced(by: By, there: Bookable, use: Any, order: int | None) -> dict[str, Any]:
    price = None if order is not None else there.price(minutes_of(use), local(by.now).date())
    if price is None:
        return {"price_fen": None, "price_origin": None}
    said = price.origin
    origin = {"tier": int(price.tier.id), "class": price.user_class, "minutes": price.amount}
    return {"price_fen": price.fen, "price_origin": {**origin, "zh": said.zh, "en": said.en}}


def _ensure_taker(by: By, there: Bookable) -> frozenset[str]:
    if not (who := there.actors(by)) & USERS:
        raise denied("access.denied")
    return who


def _ensure_open(there: Bookable) -> None:
    if there.state != "listed":
        raise denied("booking.not_listed", state=machines()["Resource"].states[there.state])
    if there.needs_training and not there.trained:
        raise denied("booking.not_trained")


def _ensure_order(there: Bookable, order: Any) -> None:
    if order is None:
        return
    if (order.firm_id, order.provider_id) != (there.taker, there.owner) or order.state not in PAID_BY_ORDER:
        state = machines()["ServiceOrder"].states[order.state]
        raise denied("booking.order", order=order.pk, state=state)


def _answer_due(by: By, start: datetime) -> datetime:
    last = almanac.workdays().after(local(by.now).date(), TERMS.response_working_days)
    return min(datetime.combine(last + timedelta(days=1), time(), ZONE), start)


def _miss_due(use: Any) -> datetime:
    """Nobody is waited for after the end of their time."""
    due: datetime = min(use.lower + timedelta(minutes=TERMS.no_show_minutes), use.upper)
    return due
