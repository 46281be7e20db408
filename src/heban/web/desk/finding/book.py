"""A time of a unit before it is booked: what it costs and why, its rules, and what is in the way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.exchange.acts.bookable import opening_of
from heban.exchange.china import ZONE, local
from heban.exchange.desk import By
from heban.exchange.models import Asset, Organisation
from heban.exchange.reading import calendar
from heban.exchange.rules.refusals import Denial, denied
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.workdays import Span
from heban.web.api import entry, sight
from heban.web.desk import deeds, pages, words
from heban.web.desk.finding import calendars
from heban.web.desk.finding import looking as finding_search
from heban.web.desk.finding import offer as finding_offer
from heban.web.desk.finding.things import (
    USUAL,
    book_address,
    chosen,
    found_asset,
    next_free,
    order_address,
    said_of,
    whole,
)
from heban.web.desk.names import called
from heban.web.templatetags.desk import act_address


def book(request: HttpRequest, unit: int) -> HttpResponse:
    """Show what a time of a unit costs and why, and what it is bound to, before it is booked."""
    who = entry.by(request)
    row = found_asset(who, sight.ensure_seen(who, "unit", unit).asset_id)
    mine = finding_offer.takers(who, row.owner_id)
    back = f"{reverse('desk:asset', args=[row.pk])}?unit={unit}"
    told: dict[str, Any] = {
        "asset": row, "said": said_of(row), "unit": unit, "mine": mine,
        "up": (back, words.here(said_of(row))), "action": act_address("booking.hold", unit=unit),
    }  # fmt: skip
    if not mine:
        return pages.shown(request, "desk/book.html", told)
    taker = chosen(mine, request.GET.get("taker"))
    form = Asking(request, who, row, unit, mine, taker)
    told |= {"form": form, "taker": taker, "order_address": order_address(request, row, taker)}
    if not form.is_valid():
        return pages.shown(request, "desk/book.html", told, status=400 if request.GET.get("start") else 200)
    offered = _offered(who, row, unit, taker, form.cleaned_data)
    return pages.shown(
        request, "desk/book.html", {**told, **offered, "may": deeds.may(request, "booking.hold")}
    )


KNOWN = (
    MinValueValidator(datetime(1990, 1, 1, tzinfo=ZONE)),
    MaxValueValidator(datetime(2198, 12, 31, tzinfo=ZONE)),
)
"""Moments that are taken."""


class Asking(forms.Form):
    """For whom, from when, for how long a unit is wanted, and which order pays for it, if any does."""

    taker = forms.TypedChoiceField(coerce=int)
    start = forms.DateTimeField(validators=KNOWN)
    minutes = forms.TypedChoiceField(coerce=int)
    order = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)

    def __init__(
        self, request: HttpRequest, by: By, row: Asset, unit: int, mine: list[Organisation],
        taker: Organisation,
    ) -> None:  # fmt: skip
        rules = opening_of(row)
        minutes = calendars.lengths(rules, int(whole(request.GET.get("minutes")) or USUAL))
        usual = USUAL if USUAL in minutes else minutes[0]
        given = request.GET.dict()
        if not given.get("start"):
            given["start"] = _first_free(by, unit, row, int(whole(given.get("minutes")) or usual), minutes)
        super().__init__({"minutes": usual, **given, "taker": taker.pk})
        paying = [(one.pk, one.title) for one in finding_offer.payable_orders(taker, row.owner_id)]
        self._choose("taker", _("For which organisation"), [(one.pk, called(one)) for one in mine])
        self._choose("minutes", _("For how long"), [(one, finding_search.length(one)) for one in minutes])
        self._choose("order", _("Paid for by"), [("", _("The price of the list")), *paying])
        widget = forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": rules.grid_minutes * 60}, format="%Y-%m-%dT%H:%M"
        )
        self.fields["start"].widget, self.fields["start"].label = widget, _("Begins")
        self.has_orders = bool(paying)

    def _choose(self, name: str, label: str, options: list[tuple[Any, Any]]) -> None:
        made: Any = self.fields[name]
        made.choices, made.label = options, label


def _offered(by: By, row: Asset, unit: int, taker: Organisation, said: dict[str, Any]) -> dict[str, Any]:
    """What is shown of a time: its price and why, its rules, what is in the way, and free times nearby."""
    use = Span(local(said["start"]), local(said["start"]) + timedelta(minutes=said["minutes"]))
    offer = finding_offer.offer(by, row, unit, taker, use, ordered=said["order"] is not None)
    times = calendar.unit(by, unit, use.start.date(), minutes=said["minutes"])
    return {
        "offer": offer, "order": said["order"], "key": deeds.new_key(),
        "against": finding_offer.said(_against(offer, times)),
        "near": _near(unit, taker, times, offer.start), "fees": finding_offer.fees(), "terms": Terms(),
        "start": calendars.local_text(offer.start), "end": calendars.local_text(offer.end),
    }  # fmt: skip


def _against(offer: finding_offer.Offer, times: dict[str, Any]) -> list[Denial]:
    """What is in the way; that somebody else has the time is said where nothing else is."""
    free = {datetime.fromisoformat(one["start"]) for one in times["free"]}
    taken = not offer.against and offer.start not in free
    return [*offer.against, *[denied("booking.taken")] * taken]


def _near(unit: int, taker: Organisation, times: dict[str, Any], start: datetime) -> list[Any]:
    """The free times nearest to the one that was asked for."""
    free = [datetime.fromisoformat(one["start"]) for one in times["free"]]
    nearest = sorted(sorted(free, key=lambda one: abs(one - start))[:6])
    minutes = times["least_minutes"] if not times["free"] else _minutes(times["free"][0])
    return [(one, book_address(unit, taker, one, minutes)) for one in nearest]


def _minutes(one: dict[str, str]) -> int:
    begins, ends = (datetime.fromisoformat(one[name]) for name in ("start", "end"))
    return int((ends - begins).total_seconds() // 60)


def _first_free(by: By, unit: int, row: Asset, minutes: int, lengths: Iterable[int]) -> str:
    if minutes not in lengths or not row.openings.exists():
        return ""
    found = next_free(by, unit, local(by.now).date(), minutes)
    return calendars.local_text(found) if found else ""
