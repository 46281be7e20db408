"""Bookings: those of one's organisations, as users and as owners, and one with its price and its steps."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.domain.errors import UnknownName
from heban.exchange.acts.bookable import opening_of
from heban.exchange.acts.booking import TERMS
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import Booking
from heban.exchange.reading import calendar, timeline
from heban.exchange.rules import prices
from heban.exchange.rules.machines import machines
from heban.exchange.rules.opening import last_cancel
from heban.web.api import bookings as api
from heban.web.api import entry, sight
from heban.web.desk import deeds, doing, pages, words
from heban.web.desk.finding import calendars
from heban.web.desk.finding import offer as finding_offer
from heban.web.desk.finding.things import order_address, whole

PIECE = 50
_MACHINE = "Booking"
_STATES = machines()[_MACHINE].states


def bookings(request: HttpRequest) -> HttpResponse:
    """Show the bookings of one's organisations: those ahead, the next first, or past, the last first."""
    who = entry.by(request)
    past = request.GET.get("when") == "past"
    side, state = request.GET.get("side", ""), request.GET.get("state", "")
    page = max(whole(request.GET.get("page")) or 1, 1)
    rows = _rows(who, past=past, side=side, state=state if state in _STATES else "")
    piece = list(rows[(page - 1) * PIECE : page * PIECE + 1])
    mine = sight.own(who)
    told = {
        "rows": [_shown(one, mine) for one in piece[:PIECE]], "past": past, "side": side, "state": state,
        "states": [(code, words.here(said)) for code, said in _STATES.items()],
        "whens": _links(request, "when", [("", _("Ahead")), ("past", _("Past"))]),
        "sides": _links(
            request, "side", [("", _("All")), ("user", _("We use")), ("owner", _("Of ours, used by others"))]
        ),
        "table": reverse("api:exports", args=["bookings"]),
        "before": _changed(request, page=page - 1) if page > 1 else "",
        "next": _changed(request, page=page + 1) if len(piece) > PIECE else "",
    }  # fmt: skip
    return pages.shown(request, "desk/bookings.html", told)


def booking(request: HttpRequest, booking: int) -> HttpResponse:
    """Show a booking: its state, its price and where that is from, what may be done, and what happened."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "booking", booking)
    steps = list(deeds.steps(request, timeline.steps(who, row, _MACHINE), _MACHINE, booking=row.pk))
    rules, mine, asset = opening_of(row.unit.asset), sight.own(who), row.unit.asset
    told = {
        "booking": calendar.booking(who, row.pk), "row": row, "asset": asset, "steps": _unmoved(steps),
        "shut": [one for one in steps if not one["can"]], "move": _move(request, row, steps),
        "by_user": row.taker_id in mine, "by_owner": asset.owner_id in mine, "usage": _usage(row),
        "user_class": _class(row), "order": _order(who, row), "terms": TERMS, "fees": finding_offer.fees(),
        "cancel_until": last_cancel(rules, row.use_during.lower), "now": who.now,
        "over": row.state in machines()[_MACHINE].ends, "renewal": row.renewals.first(),
        "said": (asset.name, asset.name_en or asset.name), "history": timeline.history(who, row)[::-1],
        "renewable": row.state == "cancelled" and row.taker_id in mine and not row.renewals.exists()
        and who.now < row.use_during.lower,
        "order_address": order_address(request, asset, row.taker if row.taker_id in mine else None),
        "up": (reverse("desk:bookings"), _("Bookings")),
    }  # fmt: skip
    return pages.shown(request, "desk/booking.html", told)


def _rows(by: By, *, past: bool, side: str, state: str) -> QuerySet[Booking]:
    mine = sight.own(by)
    sides = {"user": Q(taker__in=mine), "owner": Q(unit__asset__owner__in=mine) & ~Q(taker__in=mine)}
    rows = Booking.objects.filter(api.seen(by)).select_related("unit__asset__owner", "taker")
    rows = rows.filter(sides.get(side, Q()))
    rows = rows.filter(state=state) if state else rows
    if past:
        return rows.filter(use_during__endswith__lte=by.now).order_by("-use_during", "-pk")
    return rows.filter(use_during__endswith__gt=by.now).order_by("use_during", "pk")


def _shown(row: Any, mine: frozenset[int]) -> dict[str, Any]:
    asset, ends = row.unit.asset, local(row.use_during.upper)
    return {
        **api.shown(row), "said": (asset.name, asset.name_en or asset.name), "owner_said": asset.owner,
        "taker_said": row.taker, "unit_no": row.unit.no, "ours": row.taker_id in mine,
        "until": f"{ends:%H:%M}" if local(row.use_during.lower).date() == ends.date() else "",
        "waiting": row.state == "requested" and asset.owner_id in mine,
    }  # fmt: skip


def _unmoved(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps but moving, which is shown with the time that is moved."""
    return [one for one in steps if one["event"] != "reschedule"]


def _move(request: HttpRequest, row: Any, steps: list[dict[str, Any]]) -> str:
    """Where a booking is moved, with its times filled in; nothing to who may not."""
    if not any(one["event"] == "reschedule" and one["can"] for one in steps):
        return ""
    said = {
        "booking": row.pk, doing.FIXED: "booking", "start": calendars.local_text(row.use_during.lower),
        "end": calendars.local_text(row.use_during.upper), doing.NEXT: request.get_full_path(),
    }  # fmt: skip
    return f"{reverse('desk:do', args=['booking.move'])}?{urlencode(said)}"


def _class(row: Any) -> Any:
    """The class of users that the price is for, as the booking keeps it."""
    said = (row.price_origin or {}).get("class")
    return prices.CLASSES.get(said) if said else None


def _usage(row: Any) -> Any:
    return getattr(row, "usage", None) if row.state == "done" else None


def _order(by: By, row: Any) -> Any:
    """The order that pays for it, to who may see that."""
    if row.order_id is None:
        return None
    try:
        return sight.ensure_seen(by, "order", row.order_id)
    except UnknownName:
        return None


def _links(request: HttpRequest, name: str, options: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    here = request.GET.get(name, "")
    return [(said, _changed(request, **{name: code}, page=""), here == code) for code, said in options]


def _changed(request: HttpRequest, **changes: Any) -> str:
    given = {**request.GET.dict(), **changes}
    return "?" + urlencode({name: value for name, value in given.items() if value})
