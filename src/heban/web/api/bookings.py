"""Bookings: made, asked for, promised, moved, given back, used; and those that one sees."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from heban.exchange import access
from heban.exchange.acts import booking, uses
from heban.exchange.desk import By
from heban.exchange.models import Booking
from heban.exchange.reading import calendar, timeline
from heban.web.api import entry, sight
from heban.web.api.forms import Day, states
from heban.web.api.paging import Page, Span, page

router = Router(tags=["bookings"])
NEAR = ("unit__asset",)

entry.offer(router, "/bookings", "booking.hold", booking.book)
entry.offer(router, "/bookings/{booking}/request", "booking.request", booking.request)
entry.offer(router, "/bookings/{booking}/confirm", "booking.confirm", booking.confirm)
entry.offer(router, "/bookings/{booking}/reject", "booking.reject", booking.reject)
entry.offer(router, "/bookings/{booking}/move", "booking.move", booking.move)
entry.offer(router, "/bookings/{booking}/cancel", "booking.cancel", booking.cancel)
entry.offer(router, "/bookings/{booking}/reactivate", "booking.reactivate", booking.reactivate)
entry.offer(router, "/bookings/{booking}/start", "booking.start", uses.start)
entry.offer(router, "/bookings/{booking}/finish", "booking.finish", uses.finish)


class Choice(Span):
    """Which bookings are asked for."""

    state: states("Booking") | None = None  # type: ignore[valid-type]


@entry.get(router, "/bookings", "bookings", Page[dict[str, Any]])
def bookings(request: HttpRequest, choice: Query[Choice]) -> dict[str, Any]:
    """Bookings of one's organisations, as those who use and as those who own; the platform sees all."""
    rows = Booking.objects.filter(seen(entry.by(request))).select_related(*NEAR)
    said = page(rows.filter(state=choice.state) if choice.state else rows, choice)
    said["items"] = [shown(row) for row in said["items"]]
    return said


@entry.get(router, "/bookings/{booking}", "booking", dict[str, Any])
def one(request: HttpRequest, booking: entry.Number) -> dict[str, Any]:
    """One booking with its price and where that comes from, and what happened to it."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "booking", booking)
    return {**calendar.booking(who, booking), "timeline": timeline.history(who, row)}


class Days(Schema):
    """From which day, how many, and how long the uses are that are looked for."""

    first: Day
    days: int = Field(7, ge=1, le=calendar.MOST_DAYS)
    minutes: Annotated[int, Field(ge=1, le=60 * 24 * 31)] | None = None


@entry.get(router, "/units/{unit}/calendar", "unit.calendar", dict[str, Any])
def unit_calendar(request: HttpRequest, unit: entry.Number, asked: Query[Days]) -> dict[str, Any]:
    """Some days of a unit's calendar: hours, what is taken (others' without names), and what is free."""
    who = entry.by(request)
    sight.ensure_seen(who, "unit", unit)
    return calendar.unit(who, unit, asked.first, days=asked.days, minutes=asked.minutes)


def seen(by: By) -> Q:
    """Return the condition of the bookings that are listed to somebody: those of their organisations."""
    if "platform" in access.roles_of(by):
        return Q()
    mine = sight.own(by)
    return Q(taker__in=mine) | Q(unit__asset__owner__in=mine)


def shown(row: Any) -> dict[str, Any]:
    """Return a booking with what it is of and for whom."""
    return {
        **booking.told(row),
        "purpose": row.purpose,
        "asset": row.unit.asset_id,
        "asset_name": row.unit.asset.name,
        "owner": row.unit.asset.owner_id,
        "taker": row.taker_id,
        "order": row.order_id,
    }
