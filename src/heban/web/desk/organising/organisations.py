"""Organisations at the desk: one's own, what everybody may know of one, and what its people see of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from heban.domain.errors import UnknownName
from heban.exchange import access
from heban.exchange.china import local, year_of
from heban.exchange.desk import By
from heban.exchange.models import Alliance, Answer, Asset, Membership, Need, Organisation, Station
from heban.exchange.models.people import OFFICES
from heban.exchange.reading import quotas as reading
from heban.exchange.rules.terms import words
from heban.web.api import entry, sight
from heban.web.desk import deeds, pages
from heban.web.desk.organising import holdings
from heban.web.desk.organising import needs as needing
from heban.web.desk.organising.asking import asked
from heban.web.desk.rooms import ROOMS
from heban.web.desk.words import here

FEW = 12
FIRMS = ("firm", "team")
STEP = "step"
"""In the query: which of the two steps of bringing somebody in is shown open."""


def mine(request: HttpRequest) -> HttpResponse:
    """Show one's organisations; with one only, go straight on to it; with none, how to register one."""
    who = entry.by(request)
    held = Membership.objects.filter(person=who.person, valid__contains=local(who.now).date()).select_related(
        "organisation__jurisdiction", "jurisdiction"
    )
    rows: dict[int, dict[str, Any]] = {}
    for one in held.order_by("organisation__name", "pk"):
        row = rows.setdefault(one.organisation_id, {"organisation": one.organisation, "roles": []})
        row["roles"].append({"role": one.role, "place": one.jurisdiction})
    if len(rows) == 1 and "all" not in request.GET:
        return HttpResponseRedirect(reverse("desk:organisation", args=list(rows)))
    return pages.shown(
        request,
        "desk/mine.html",
        {"rows": list(rows.values()), "form": deeds.form(request, "organisation.register")},
    )


def organisation(request: HttpRequest, organisation: int) -> HttpResponse:
    """Show an organisation: what is public of it, and to its people all that is theirs."""
    who = entry.by(request)
    row = Organisation.objects.select_related("jurisdiction__parent").filter(pk=organisation).first()
    if row is None:
        raise UnknownName(f"there is no organisation {organisation}. Look at the list.")
    own = row.pk in sight.own(who)
    told = {
        "row": row, "own": own, "manages": row.pk in access.managed(who), "firm": row.kind in FIRMS,
        "standings": _standings(who, row), **_public(who, row),
    }  # fmt: skip
    if own:
        told |= _own(request, who, row, manages=bool(told["manages"]))
    return pages.shown(request, "desk/organisation.html", told)


def _public(who: By, row: Any) -> dict[str, Any]:
    things = Asset.objects.filter(owner=row, state="listed").order_by("name")
    needs = Need.objects.filter(organisation=row, closed_at=None, public=True).order_by("-pk")
    groups = holdings.alliances(row, local(who.now).date())
    managed = access.managed(who)
    joins = Alliance.objects.filter(members__organisation__in=managed, members__until=None).exclude(
        pk__in=[one["alliance"].pk for one in groups]
    )
    return {
        "things": list(things.select_related("jurisdiction")[:FEW]), "things_count": things.count(),
        "public_needs": list(needs[:FEW]), "alliances": groups, "joins": list(joins.distinct()[:FEW]),
        "today": local(who.now).date(), "invites": needing.invites(who, row.pk),
    }  # fmt: skip


def _standings(who: By, row: Any) -> list[dict[str, Any]]:
    """Which kinds of beneficiary it is: for its people and the offices that look at it."""
    if not sight.sees_organisation(who, row):
        return []
    held = row.standings.filter(access.in_force(local(who.now).date())).order_by("since")
    return [{"row": one, "name": here(words("kinds")[one.kind])} for one in held]


def _own(request: HttpRequest, who: By, row: Any, *, manages: bool) -> dict[str, Any]:
    day = local(who.now).date()
    back = reverse("desk:organisation", args=[row.pk])
    return {
        "people": _people(request, row, day, back, manages=manages),
        "mandates": _mandates(request, row, day, back),
        "provides": request.auth.may_pass(ROOMS["usage"].open_to),
        "stations": list(Station.objects.filter(host=row).select_related("jurisdiction")),
        "represented": holdings.represented(row, day),
        "years": holdings.years(row) if manages else None,
        "ties": holdings.ties(row) if manages else [],
        "quotas": _quotas(who, row),
        "other_seats": len(sight.own(who)) > 1,
        **(_changes(request, who, row, day) if manages else {}),
    }  # fmt: skip


def _people(request: HttpRequest, row: Any, day: date, back: str, *, manages: bool) -> list[dict[str, Any]]:
    """Those who act for it today or will, person by person, each role with the way to end it."""
    rows = Membership.objects.filter(organisation=row).filter(
        Q(valid__contains=day) | Q(valid__startswith__gt=day)
    )
    found: dict[int, dict[str, Any]] = {}
    for one in rows.select_related("person", "jurisdiction").order_by("pk"):
        person = found.setdefault(one.person_id, {"person": one.person, "roles": []})
        ends = one.role not in (*OFFICES, "platform") and manages
        end = asked(request, "role.take", back, membership=one.pk, begin={"on": day}) if ends else None
        person["roles"].append({"row": one, "end": end, "later": one.valid.lower > day})
    return list(found.values())


def _mandates(request: HttpRequest, row: Any, day: date, back: str) -> list[dict[str, Any]]:
    held = row.mandates.filter(Q(until__isnull=True) | Q(until__gt=day)).order_by("pk")
    return [
        {"row": one, "end": asked(request, "mandate.end", back, mandate=one.pk, begin={"on": day})}
        for one in held.select_related("station__host", "station__jurisdiction")
    ]


def _quotas(who: By, row: Any) -> list[dict[str, Any]]:
    """Its quotas of the year that live, with what is left under each cap."""
    held = row.quotas.filter(year=year_of(who.now), state__in=reading.ALIVE).select_related(*reading.NEAR)
    told = [reading.quota(who, one) for one in held.order_by("pk")]
    return [{**one, "caps": holdings.drawn(one["caps"])} for one in told]


def _changes(request: HttpRequest, who: By, row: Any, day: date) -> dict[str, Any]:
    """The forms and ways of its managers."""
    back = reverse("desk:organisation", args=[row.pk])
    words = {name: getattr(row, name) for name in ("name", "name_en", "address")}
    newest = _invited(who) if request.GET.get(STEP) == "role" else None
    since = {"since": day}
    return {
        "invite": deeds.form(request, "person.invite"),
        "invited_to": f"{back}?{STEP}=role#role",
        # An organisation's own roles have no place: that field is for offices, which the platform gives.
        "give": deeds.form(
            request, "role.give", initial={"person": newest, **since}, organisation=row.pk, jurisdiction=""
        ),
        "step": request.GET.get(STEP, ""),
        "change": deeds.form(request, "organisation.change", initial={"given": words}, organisation=row.pk),
        "mandate": asked(request, "mandate.give", back, firm=row.pk, begin=since),
        "alliance": asked(request, "alliance.found", back, first=row.pk, begin=since),
        "declare": asked(request, "organisation.declare", back, organisation=row.pk,
                         begin={"year": day.year - 1}),
    }  # fmt: skip


def _invited(who: By) -> int | None:
    """The person whom whoever asks invited last."""
    asked_last = Answer.objects.filter(actor=who.actor, answer__has_keys=["person", "new"])
    found = asked_last.order_by("-pk").values_list("answer", flat=True).first()
    return None if found is None else int(found["person"])
