"""Finding: search for shared things, one of them with its calendar, and a time of it with what it costs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Avg, Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from heban.exchange.acts.bookable import opening_of
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import Asset, Organisation, Rating
from heban.exchange.reading import calendar
from heban.exchange.reading import search as searching
from heban.exchange.rules.terms import Terms
from heban.web.api import entry, sight
from heban.web.desk import deeds, doing, pages, words
from heban.web.desk.finding import calendars
from heban.web.desk.finding import found as finding_found
from heban.web.desk.finding import looking as finding_search
from heban.web.desk.finding import offer as finding_offer
from heban.web.desk.names import called

_NEAR = ("owner__jurisdiction", "jurisdiction")
_AHEAD = 62
USUAL = 60


def search(request: HttpRequest) -> HttpResponse:
    """Find listed things by words, place, price, rating, voucher and free time; all of it in the address."""
    by = reader(request)
    form = finding_search.Looking(request.GET, finding_offer.takers(by), local(by.now).date())
    told: dict[str, Any] = {"form": form}
    if not form.is_valid():
        return pages.shown(request, "desk/search.html", told, status=400)
    who, anyone = finding_found.looker(by, form), By(SYSTEM, by.now)
    rows, following = finding_found.found(by, form, who)
    counts = searching.facets(anyone, form.wanted(after=""))
    whole = not following and not form.cleaned_data["after"]
    told |= {
        "rows": rows,
        "chips": list(form.chips()),
        "presets": list(form.presets(paid=bool(who.purses))),
        "facets": list(finding_search.facets(form, counts)),
        "count": len(rows) if whole else counts["all"].get("all", 0),
        "at_most": not whole and bool(form.cleaned_data["free_from"] or form.cleaned_data["ours"]),
        "first_page": finding_search.address(request.GET) if form.cleaned_data["after"] else "",
    }  # fmt: skip
    if following:
        told["next"] = finding_search.address(request.GET, after=following)
    if not rows:
        told["loosen"] = finding_found.loosened(anyone, form)
    return pages.shown(request, "desk/search.html", told)


def asset(request: HttpRequest, asset: int) -> HttpResponse:
    """Show all that a user needs to know of a thing, and a week of its calendar with the times to book."""
    by = reader(request)
    row = found_asset(by, asset)
    mine = finding_offer.takers(by, row.owner_id)
    taker = chosen(mine, request.GET.get("taker"))
    ratings = Rating.objects.filter(order__asset=row, side="firm")
    rated = ratings.aggregate(mean=Avg("stars"), count=Count("pk"))
    told = {
        "asset": row, "said": said_of(row), "rated": rated, "class_why": _why(row, taker, by),
        "prices": finding_found.priced(row, taker, local(by.now).date()),
        "up": (reverse("desk:search"), _("Find")),
        "taker": taker, "mine": mine, "order_address": order_address(request, row, taker),
        "shares": _shares(by, row, taker), "fees": finding_offer.fees(), "terms": Terms(),
        **_week(request, by, row, taker),
    }  # fmt: skip
    return pages.shown(request, "desk/asset.html", told)


def reader(request: HttpRequest) -> By:
    """Return who reads; a stranger reads what is listed as nobody, and is told no names."""
    caller: Any = request.auth
    return By(SYSTEM, caller.now) if caller.person is None else entry.by(request)


def order_address(request: HttpRequest, row: Asset, taker: Organisation | None) -> str:
    """Return where an order for a thing is begun, with what is known filled in; nothing to who may not."""
    if taker is None or taker.pk == row.owner_id or not deeds.may(request, "order.draft"):
        return ""
    fixed = {"firm": taker.pk, "provider": row.owner_id, "asset": row.pk}
    open_ = {"service_class": row.service_class, "title": words.here(said_of(row))}
    query = [*fixed.items(), *open_.items(), *[(doing.FIXED, name) for name in fixed]]
    back = [(doing.NEXT, request.get_full_path())]
    return f"{reverse('desk:do', args=['order.draft'])}?{urlencode([*query, *back])}"


def found_asset(by: By, number: int) -> Asset:
    """Return a thing that is listed, or that whoever asks may see for another reason."""
    rows = Asset.objects.select_related(*_NEAR)
    if by.person is None:
        return entry.found(rows.filter(state="listed"), number, "asset")  # type: ignore[no-any-return]
    sight.ensure_seen(by, "asset", number)
    row: Asset = rows.get(pk=number)
    return row


def said_of(row: Asset) -> tuple[str, str]:
    """Return the name of a thing in both languages; the Chinese one stands where there is no other."""
    return row.name, row.name_en or row.name


def _why(row: Asset, taker: Organisation | None, by: By) -> str:
    if taker is None:
        return ""
    return finding_offer.why(finding_offer.class_of(row, taker, local(by.now).date()))


def chosen(mine: list[Organisation], number: str | None) -> Any:
    """Return the organisation of a number among one's own, else the first."""
    return next((one for one in mine if str(one.pk) == number), mine[0] if mine else None)


def _shares(by: By, row: Asset, taker: Organisation | None) -> Any:
    """What a voucher could pay of the first price that holds for an organisation."""
    if taker is None or taker.pk == row.owner_id or not row.voucher_ok:
        return None
    own = [one for one in finding_found.priced(row, taker, local(by.now).date()) if one["own"]]
    return finding_offer.shares(by, row, taker, own[0]["fen"]) if own else []


def _week(request: HttpRequest, by: By, row: Asset, taker: Organisation | None) -> dict[str, Any]:
    """A week of one of its units, and the ways to the weeks before and after."""
    units, rules, today = list(row.units.order_by("no")), opening_of(row), local(by.now).date()
    if not units or not rules.hours:
        return {"units": []}
    unit = next((one for one in units if str(one.pk) == request.GET.get("unit")), units[0])
    first = parse_date_or(request.GET.get("first"), today)
    lengths = calendars.lengths(rules)
    minutes = int(whole(request.GET.get("minutes")) or USUAL)
    minutes = minutes if minutes in lengths else USUAL if USUAL in lengths else lengths[0]
    told = calendar.unit(by, unit.pk, first, minutes=minutes)
    _name(told["taken"])
    days = calendars.laid(told, lambda start: book_address(unit.pk, taker, start, minutes))
    back = max(first - timedelta(days=calendar.WEEK), today)
    return {
        "units": units, "unit": unit, "days": days, "rules": rules, "minutes": minutes, "first": first,
        "lengths": [(one, finding_search.length(one)) for one in lengths], "last": days[-1].day,
        "back": back if first > today else None, "on": first + timedelta(days=calendar.WEEK),
        "any_free": bool(told["free"]),
        "next_free": None if told["free"] else next_free(by, unit.pk, today, minutes),
    }  # fmt: skip


def _name(taken: list[dict[str, Any]]) -> None:
    """Say in the language of the page for whom a time is taken, where that is told at all."""
    known = Organisation.objects.in_bulk({one["taker"] for one in taken if one.get("taker")})
    for one in taken:
        if one.get("taker"):
            one["taker_name"] = called(known[one["taker"]])


def book_address(unit: int, taker: Organisation | None, start: datetime, minutes: int) -> str:
    """Return the page at which a time is booked."""
    said = {"start": calendars.local_text(start), "minutes": minutes}
    query = urlencode(said | ({} if taker is None else {"taker": taker.pk}))
    return f"{reverse('desk:book', args=[unit])}?{query}"


def parse_date_or(text: str | None, otherwise: date) -> date:
    """Return a day as it stands in an address, or another where there is none."""
    try:
        found = parse_date(text or "")
    except ValueError:
        found = None
    return found if found is not None and 1990 <= found.year <= 2198 else otherwise


def whole(text: str | None) -> int | None:
    """Return a whole number as it stands in an address, or none."""
    return int(text) if text and text.isdecimal() and len(text) < 7 else None


def next_free(by: By, unit: int, day: date, minutes: int) -> datetime | None:
    """Return the next moment from a day on at which a unit can be booked for so many minutes."""
    told = calendar.unit(by, unit, day, days=_AHEAD, minutes=minutes)
    return datetime.fromisoformat(told["free"][0]["start"]) if told["free"] else None
