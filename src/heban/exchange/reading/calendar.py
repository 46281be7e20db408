"""A unit's calendar as it is read: when it is open, when it is taken, and what can still be booked."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange import access, almanac
from heban.exchange.acts.bookable import opening_of
from heban.exchange.acts.rows import found
from heban.exchange.china import ZONE, local
from heban.exchange.desk import By
from heban.exchange.models import AssetUnit, Booking
from heban.exchange.models.bookings import LIVE
from heban.exchange.rules.opening import Opening, day_hours, free
from heban.exchange.rules.workdays import Span

WEEK = 7
MOST_DAYS = 62


def unit(by: By, number: int, first: date, *, days: int = WEEK, minutes: int | None = None) -> dict[str, Any]:
    """Return some days of a unit's calendar: open stretches, taken times, and the uses that can be booked.

    `hours` of a day are None where the holidays of its year are not announced. Taken times of others are
    told without their names; one's own, and all of them to the provider, with booking, state and taker.
    `minutes` is the length of the uses looked for, that of the shortest if not said. Only a listed asset is
    open to all; of another only whoever may see it reads the calendar.
    """
    if not 1 <= days <= MOST_DAYS:
        raise BadSpec(f"{days} days are asked for; ask for 1 to {MOST_DAYS}.")
    row = AssetUnit.objects.select_related("asset__jurisdiction", "asset__owner").filter(pk=number).first()
    if row is None:
        raise UnknownName(f"there is no unit {number}. Look it up again.")
    if row.asset.state != "listed":
        access.ensure_sees(by, row.asset)
    rules, last = opening_of(row.asset), first + timedelta(days=days)
    bookings = _bookings(number, first, last)
    return {
        "unit": number, "asset": row.asset_id, "name": row.asset.name, "state": row.asset.state,
        "grid_minutes": rules.grid_minutes, "least_minutes": rules.least_minutes,
        "most_minutes": rules.most_minutes, "days": _days(rules, first, days),
        "taken": _taken(by, row, bookings),
        "free": _free(rules, bookings, (first, last), minutes, by.now) if row.asset.state == "listed" else [],
    }  # fmt: skip


def mine(by: By, *, since: datetime | None = None, limit: int = 200) -> list[dict[str, Any]]:
    """Return the bookings of the organisations that whoever reads belongs to, user or owner, next first."""
    if by.person is None:
        return []
    today = local(by.now).date()
    belongs = [int(one.organisation) for one in access.held(by.person) if one.in_force(today)]
    rows = Booking.objects.filter(use_during__endswith__gt=since or by.now).order_by("use_during", "id")
    both = rows.filter(taker__in=belongs) | rows.filter(unit__asset__owner__in=belongs)
    return [
        {
            **_said(row), "asset": row.unit.asset_id, "unit": row.unit_id, "name": row.unit.asset.name,
            "name_en": row.unit.asset.name_en, "price_fen": row.price_fen, "price_origin": row.price_origin,
            "fee_fen": row.fee_fen, "fee_payer": row.fee_payer, "order": row.order_id,
            "due": row.due and local(row.due).isoformat(),
        }
        for row in both.select_related("unit__asset", "taker")[:limit]
    ]  # fmt: skip


def booking(by: By, number: int) -> dict[str, Any]:
    """Return a booking with its price and where that comes from, to those who may see it."""
    row = found(Booking, "booking", pk=number)
    access.ensure_sees(by, row)
    return {
        **_said(row), "unit": row.unit_id, "asset": row.unit.asset_id, "purpose": row.purpose,
        "price_fen": row.price_fen, "price_origin": row.price_origin, "fee_fen": row.fee_fen,
        "fee_payer": row.fee_payer, "order": row.order_id, "version": row.version,
    }  # fmt: skip


def _bookings(number: int, first: date, last: date) -> list[Any]:
    begins, ends = (datetime.combine(day, time(), ZONE) for day in (first, last))
    rows = Booking.objects.filter(unit=number, state__in=LIVE, busy_during__overlap=(begins, ends))
    return list(rows.select_related("taker").order_by("busy_during"))


def _days(rules: Opening, first: date, count: int) -> list[dict[str, Any]]:
    said = []
    for n in range(count):
        day = first + timedelta(days=n)
        hours = day_hours(rules, day, almanac.workdays())
        said.append(
            {"day": day.isoformat(), "hours": None if hours is None else [list(one) for one in hours]}
        )
    return said


def _taken(by: By, row: Any, bookings: list[Any]) -> list[dict[str, Any]]:
    today = local(by.now).date()
    belongs = set()
    if by.person is not None:
        belongs = {int(one.organisation) for one in access.held(by.person) if one.in_force(today)}
    return [
        _said(one)
        if {one.taker_id, row.asset.owner_id} & belongs
        else {
            "start": local(one.busy_during.lower).isoformat(),
            "end": local(one.busy_during.upper).isoformat(),
        }
        for one in bookings
    ]


def _said(row: Any) -> dict[str, Any]:
    return {
        "start": local(row.busy_during.lower).isoformat(), "end": local(row.busy_during.upper).isoformat(),
        "booking": row.pk, "state": row.state, "purpose": row.purpose,
        "use": [local(row.use_during.lower).isoformat(), local(row.use_during.upper).isoformat()],
        "taker": row.taker_id, "taker_name": row.taker.name if row.taker else None,
    }  # fmt: skip


def _free(
    rules: Opening, bookings: list[Any], days: tuple[date, date], minutes: int | None, now: datetime
) -> list[dict[str, str]]:
    least = -(-rules.least_minutes // rules.grid_minutes) * rules.grid_minutes
    taken = [Span(one.busy_during.lower, one.busy_during.upper) for one in bookings]
    spans = free(rules, taken, days, minutes or least, now, almanac.workdays())
    return [{"start": one.start.isoformat(), "end": one.end.isoformat()} for one in spans]
