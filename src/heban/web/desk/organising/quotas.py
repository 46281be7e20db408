"""Quotas at the desk: those one sees, one with all that was done with it, and what one may apply for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.domain.errors import Refused
from heban.exchange.china import year_of
from heban.exchange.desk import By
from heban.exchange.models import Hold, Organisation, ServiceOrder, Station, VoucherQuota
from heban.exchange.reading import orders, timeline
from heban.exchange.reading import quotas as reading
from heban.exchange.rules.machines import machines
from heban.exchange.rules.terms import terms, words
from heban.web.api import entry, sight
from heban.web.desk import deeds, pages, picks
from heban.web.desk.organising import holdings
from heban.web.desk.ruling import terms as wording
from heban.web.desk.words import here

PAGE = 50
WAYS = {1: ("applied", "granted"), 2: ("applied", "county_passed", "granted")}
"""The states that an application passes, by the levels of review of its rules."""


def quotas(request: HttpRequest) -> HttpResponse:
    """Show the quotas one sees, and for whom one may apply what each scheme says of them beforehand."""
    who = entry.by(request)
    query = request.GET
    rows = VoucherQuota.objects.filter(sight.quotas(who)).distinct().order_by("-year", "-pk")
    years = sorted(set(rows.order_by().values_list("year", flat=True)), reverse=True)
    if query.get("year", "").isdecimal():
        rows = rows.filter(year=int(query["year"]))
    if query.get("state") in machines()["VoucherQuota"].states:
        rows = rows.filter(state=query["state"])
    near = rows.select_related("scheme", "organisation", "rule_set__jurisdiction")
    told = {
        "page": Paginator(near, PAGE).get_page(query.get("page")), "years": years, "query": query,
        "states": [(code, here(said)) for code, said in machines()["VoucherQuota"].states.items()],
        **_beforehand(request, who),
    }  # fmt: skip
    return pages.shown(request, "desk/quotas.html", told)


def _beforehand(request: HttpRequest, who: By) -> dict[str, Any]:
    """What each scheme says of an application by one of the firms that one may apply for."""
    firms = picks.applicants(who) if deeds.may(request, "quota.apply") else []
    known = [number for number, _name in firms]
    chosen = request.GET.get("for", known[0] if known else "")
    if chosen not in known:
        return {"firms": firms}
    firm = Organisation.objects.select_related("jurisdiction").get(pk=int(chosen))
    told = list(_prospects(who, firm))
    return {"firms": firms, "firm": firm, "prospects": told, "station": _station(who, firm),
            "year": year_of(who.now)}  # fmt: skip


def _prospects(who: By, firm: Any) -> Iterable[dict[str, Any]]:
    """Of the schemes that have rules where the firm is: those that would take it first."""
    found = []
    for code, name in picks.schemes(who):
        try:
            one = reading.prospect(who, firm, code)
        except Refused:
            continue  # a scheme without rules in this place offers nothing here
        named = {part: [here(words("kinds")[kind]) for kind in one[part]] for part in ("allowed", "kinds")}
        points = [{**part, "why": (part["why_zh"], part["why_en"])} for part in one["points"]]
        found.append({**one, **named, "points": points, "name": name, "caps": holdings.drawn(one["caps"]),
                      "ratio": wording.told("ratio_bp", one["ratio_bp"])})  # fmt: skip
    return sorted(found, key=lambda one: not (one["may"] or one["alive"]))


def _station(who: By, firm: Any) -> int | str:
    """The station through which one applies for a firm that is not one's own."""
    if firm.pk in sight.own(who):
        return ""
    given = Station.objects.filter(host__in=sight.own(who), mandates__firm=firm).order_by("pk")
    return given.values_list("pk", flat=True).first() or ""


def quota(request: HttpRequest, quota: int) -> HttpResponse:
    """Show a quota: its stages, what is left under each cap, its rules, its orders, and what may be done."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "quota", quota, *reading.NEAR)
    history, own = reading.history(who, row), row.organisation_id in sight.own(who)
    told = {
        "row": row, "caps": holdings.drawn(reading.quota(who, row)["caps"]), "history": history,
        "stages": _stages(row, history), "kinds": [here(words("kinds")[kind]) for kind in row.kinds],
        "rules": _rules(row), "holds": _holds(who, row),
        "steps": deeds.steps(request, timeline.steps(who, row, "VoucherQuota"), "VoucherQuota", quota=row.pk),
        "up": (reverse("desk:quotas"), _("Voucher quotas")),
        "own": own, "orders": own and row.state == "granted",
    }  # fmt: skip
    return pages.shown(request, "desk/quota.html", told)


def _stages(row: Any, history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The way of an application: stages passed with their moment, where it is, and what is still to come."""
    states = machines()["VoucherQuota"].states
    passed = {one["state"]: one["at"] for one in history}
    way = list(WAYS[terms(row.rule_set.terms).review_levels])
    over = row.state in machines()["VoucherQuota"].ends
    shown = [code for code in way if code in passed or not over]
    if row.state not in shown:
        shown.append(row.state)
    return [
        {"name": here(states[code]), "at": passed.get(code), "here": code == row.state,
         "done": code in passed and code != row.state}
        for code in shown
    ]  # fmt: skip


def _rules(row: Any) -> list[dict[str, Any]]:
    """The terms of its rules as they are read, each with its mark."""
    return [
        {**one, "label": here(wording.label(one["key"]).label),
         "shown": wording.told(one["key"], one["value"])}
        for one in reading.rules(row.rule_set)
    ]  # fmt: skip


def _holds(who: By, row: Any) -> list[Any]:
    """The vouchers of the quota, of orders that one sees."""
    seen = ServiceOrder.objects.filter(orders.visible(who)).values("pk")
    held = Hold.objects.filter(quota=row, order__in=seen).order_by("-pk")
    return list(held.select_related("order__provider"))
