"""Ordering: the orders that one sees, what waits first, and one order with everything that is its."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.exchange import access
from heban.exchange.acts import ratings
from heban.exchange.acts import vouchers as holds
from heban.exchange.acts.order_rows import LIVE_HOLDS
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import Consent, Organisation, Quote, Redemption, ServiceOrder
from heban.exchange.reading import orders as reading
from heban.exchange.reading import vouchers
from heban.exchange.rules import roles
from heban.exchange.rules.machines import machines
from heban.web.api import entry, sight
from heban.web.desk import deeds, home, pages, words
from heban.web.desk.ordering import bills, stages
from heban.web.desk.ordering import told as order_told
from heban.web.templatetags.desk import day, moment

PIECE = 20
WAITING = 10
"""How many orders a page shows, and how many of those that wait stand before them."""
HIDDEN = frozenset({"order.accept", "order.sign", "order.rate"})
"""Acts that the page of an order asks for in a way of its own."""
SIDES = {
    "firm": lambda: _("As firm"),
    "provider": lambda: _("As provider"),
    "station": lambda: _("As service station"),
    "office": lambda: _("As office"),
}


def orders(request: HttpRequest) -> HttpResponse:
    """Show the orders that one sees, by side and state, the newest first; before them what waits."""
    who = entry.by(request)
    mine = _sides(request.auth.roles)
    query = request.GET
    side = query.get("side") if query.get("side") in mine else None
    state = query.get("state", "") if query.get("state") in machines()[stages.ORDER].states else ""
    before = int(query["before"]) if query.get("before", "").isdecimal() else None
    rows = reading.orders(who, side=side, state=state, before=before, limit=PIECE + 1)
    waiting = [] if state or before else _waiting(who, [side] if side else mine)
    more = rows[PIECE - 1]["order"] if len(rows) > PIECE else None
    rows = rows[:PIECE]
    known = _organisations([*rows, *waiting])
    return pages.shown(
        request,
        "desk/orders.html",
        {"rows": _listed(rows, known), "waiting": _listed(waiting, known, mine), "more": more,
         "side": side, "state": state, "before": before, "sides": [(one, SIDES[one]()) for one in mine],
         "states": _counted(who, side), "may_order": deeds.may(request, "order.draft")},
    )  # fmt: skip


def order(request: HttpRequest, order: int) -> HttpResponse:
    """Show one order: where it is and what comes next, its price, contract, papers, samples and history."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "order", order, *reading.NEAR)
    told = reading.order(who, row)
    sides = access.actors(who, row) & {"firm", "provider", "station", "platform"}
    more = {
        "order": told, "row": row, "sides": sides, "firm": row.firm, "provider": row.provider,
        "stages": stages.line(told), "tone": stages.tone(row.state, stages.waits_for(told, sides)),
        "up": _up(),
        **_next(request, row, told, sides), **_price(who, row, told, sides),
        **order_told.contract(request, row, told),
        **order_told.things(request, row, told, sides), "history": order_told.history(told),
    }  # fmt: skip
    return pages.shown(request, "desk/order.html", more)


def _next(request: HttpRequest, row: Any, told: Mapping[str, Any], sides: frozenset[str]) -> dict[str, Any]:
    """What may be done, by whom it waits, and what is missing; the acts with forms of their own apart."""
    on, aside = stages.split(deeds.steps(request, told["steps"], stages.ORDER, order=row.pk))
    can = {one["event"] for one in on if one["can"]}
    lacks = stages.missing(row, told, sides)
    digest = told["quotes"][-1]["digest"] if told["quotes"] else ""
    hidden = {*HIDDEN, "order.deliver"} if lacks else HIDDEN
    return {
        "on": [one for one in on if one["can"] and one["deed"].name not in hidden],
        "aside": [one for one in aside if one["can"]],
        "closed": [one for one in (*on, *aside) if not one["can"]],
        "can": can,
        "movers": stages.movers(told),
        "lacks": lacks,
        "in_time": _last_day(told["due"]) if row.state in stages.TIMED and told["due"] else None,
        "plain": digest and order_told.fixed("order.accept", row, digest=digest),
        "wants": stages.wanted(row, told, sides),
        "change": _change(request, row, sides),
        "change_key": deeds.new_key(),
        "may_hold": "firm" in sides and deeds.may(request, "hold.make"),
        "rates": row.state in ratings.RATED and bool(_unrated(told, sides)),
    }


def _change(request: HttpRequest, row: Any, sides: frozenset[str]) -> Any:
    """The form of a draft with what it says now: what is left as it is stays."""
    if row.state != "draft" or not sides & {"firm", "station"}:
        return None
    names = ("title", "wish", "service_class", "use", "other_funding_fen")
    return deeds.form(request, "order.change", {one: getattr(row, one) for one in names}, order=row.pk)


def _price(who: By, row: Any, told: Mapping[str, Any], sides: frozenset[str]) -> dict[str, Any]:
    """The quotes, and what a voucher pays of the last one, or could."""
    quotes = [{**one, "last_day": _last_day(one["valid_until"])} for one in told["quotes"]]
    hold, rooms = told["hold"], []
    live = hold is not None and hold["state"] in LIVE_HOLDS
    if quotes and not live and row.state in bills.ASKED_IN and sides & {"firm", "station"}:
        rooms = [(quota, bills.room(who, row, quota)) for quota in bills.quotas(who, row)[:2]]
    paid = bills.payments(row, hold["hold"]) if hold is not None and row.quote_id else None
    claims = [] if hold is None else _claims(who, hold["hold"])
    payee = paid is not None and ("firm" if paid["to_firm"] else "provider") in sides
    alive = [one for one in claims if one.state not in machines()["Redemption"].ends]
    return {
        "quotes": quotes[::-1],
        "rooms": rooms,
        "paid": paid,
        "live": live,
        "held_until": _until(hold["due"]) if live and hold["due"] else "",
        "claims": claims,
        "claims_now": payee and hold["state"] == "committed" and row.state in ratings.RATED and not alive,
        "returns": live and "firm" in sides and all(one.state in holds.UNCLAIMED for one in alive),
    }


def _claims(who: By, hold: int) -> list[Any]:
    return list(Redemption.objects.filter(vouchers.seen(who), hold=hold).distinct().order_by("pk"))


def _waiting(who: By, sides: Iterable[Any]) -> list[dict[str, Any]]:
    """The orders that wait for one's own side, those that stand longest first."""
    found: dict[int, dict[str, Any]] = {}
    for side in sides:
        if side not in home.PARTIES:
            continue
        for state in home.moving(stages.ORDER, side):
            for one in reading.orders(who, side=side, state=state, limit=WAITING):
                found[one["order"]] = one
    signed = _signed([one for one in found.values() if one["state"] == "accepted"])
    mine = [one for number, one in found.items() if not set(sides) & signed.get(number, set())]
    return sorted(mine, key=lambda one: str(one["since"]))[:WAITING]


def _signed(rows: Iterable[Mapping[str, Any]]) -> dict[int, set[str]]:
    """Who has signed the contracts of some orders: of those the state does not say for whom they wait."""
    versions = {one["order"]: one["version"] for one in rows}
    given = Consent.objects.filter(subject="serviceorder", event="sign", subject_id__in=versions)
    found: dict[int, set[str]] = {}
    for number, version, actor in given.values_list("subject_id", "subject_version", "actor"):
        if versions[number] == version:
            found.setdefault(number, set()).add(actor)
    return found


def _counted(who: By, side: Any) -> list[dict[str, Any]]:
    """The states in which there are orders, with how many."""
    rows = ServiceOrder.objects.filter(reading.visible(who, side)).values_list("state")
    many = dict(rows.annotate(Count("pk")).order_by())
    return [
        {"code": code, "name": words.here(said), "count": many[code]}
        for code, said in machines()[stages.ORDER].states.items()
        if code in many
    ]


def _listed(rows: Any, known: Mapping[int, Any], waits: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Orders with the names of both sides; of those that wait for one's own sides, for what."""
    sides, offered = set(waits), _offered(rows)
    return [
        {**one, "price_fen": offered.get(one["order"], one["total_fen"]),
         "firm": known[one["firm"]], "provider": known[one["provider"]],
         "since": datetime.fromisoformat(one["since"]), "tone": stages.tone(one["state"], bool(sides)),
         "to_do": stages.to_do(one["state"], sides)}
        for one in rows
    ]  # fmt: skip


def _offered(rows: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """What the last quote of each order comes to that nobody has taken yet."""
    numbers = [one["order"] for one in rows if one["total_fen"] is None]
    last = Quote.objects.filter(order__in=numbers).order_by("order", "no")
    return dict(last.values_list("order", "total_fen"))


def _organisations(rows: Iterable[Mapping[str, Any]]) -> dict[int, Any]:
    numbers = {one[side] for one in rows for side in ("firm", "provider")}
    return {one.pk: one for one in Organisation.objects.filter(pk__in=numbers).select_related("jurisdiction")}


def _sides(held: Iterable[str]) -> list[str]:
    """The sides on which somebody's roles put them, in their order."""
    found = {roles.roles()[one].side for one in held}
    mine = {one if one in roles.OWN else "office" for one in found}
    return [one for one in SIDES if one in mine]


def _unrated(told: Mapping[str, Any], sides: frozenset[str]) -> frozenset[str]:
    return (sides & {"firm", "provider"}) - {one["side"] for one in told["ratings"]}


def _last_day(moment: str) -> Any:
    """A quote holds up to a midnight; the day before it is the last."""
    return (local(datetime.fromisoformat(moment)) - timedelta(seconds=1)).date()


def _until(due: str) -> str:
    """A moment, or of a midnight the day that it ends."""
    at = local(datetime.fromisoformat(due))
    return day(at - timedelta(seconds=1)) if at.time() == time() else moment(at)


def _up() -> tuple[str, str]:
    return reverse("desk:orders"), _("Orders")
