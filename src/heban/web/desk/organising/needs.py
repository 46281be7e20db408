"""Needs at the desk: what organisations look for, and the joint programmes that are made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.exchange import access
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import (
    JointProgramme,
    Jurisdiction,
    Need,
    Organisation,
    ProgrammeNeed,
    ProgrammePartner,
)
from heban.exchange.reading import needs as reading
from heban.exchange.rules.roles import lies_in
from heban.web.api import entry, sight
from heban.web.desk import deeds, pages, picks
from heban.web.desk.names import called
from heban.web.desk.organising.asking import asked

SOON = timedelta(days=30)
PROVINCES = 2
MAKERS = frozenset({"region_reviewer", "platform"})


def needs(request: HttpRequest) -> HttpResponse:
    """Show open needs, public ones and one's own, by field and place; and one's own that are closed."""
    who, query = entry.by(request), request.GET
    own = sight.own(who)
    field = query.get("field", "").strip()
    field = field if field.isdecimal() and len(field) <= 12 else ""
    places = _places()
    place = query.get("place", "") if query.get("place", "") in places else ""
    rows = reading.needs(who, field=field, place=place)
    if whose := query.get("whose") == "mine":
        rows = [row for row in rows if row["organisation"] in own]
    closed = Need.objects.filter(organisation__in=own, closed_at__isnull=False).order_by("-closed_at")
    told = {
        "rows": [_told(row, own, who) for row in _placed(rows)], "places": places, "query": query,
        "field": field, "place": place, "whose": whose, "closed": list(closed[:20]),
        "register": asked(request, "need.register"),
    }  # fmt: skip
    return pages.shown(request, "desk/needs.html", told)


def need(request: HttpRequest, need: int) -> HttpResponse:
    """Show a need, the programmes that it is part of, and what may be done with it."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "need", need)
    (told,) = _placed([reading.need(who, need)])
    on = list(ProgrammeNeed.objects.filter(need=row).values_list("programme", flat=True))
    seen = [one for one in reading.programmes(who) if one["programme"] in on]
    return pages.shown(
        request,
        "desk/need.html",
        {
            "row": row, "need": _told(told, sight.own(who), who), "programmes": seen,
            "shortlists": _shortlists(request, who, row, on),
            "speaks": str(row.organisation_id) in {number for number, _name in picks.spoken_for(who)},
            "up": (reverse("desk:needs"), _("Needs")),
        },
    )  # fmt: skip


def programmes(request: HttpRequest) -> HttpResponse:
    """Show joint programmes: what they want to solve, who takes part, what is pledged, what is missing."""
    who = entry.by(request)
    told = reading.programmes(who)
    rows = JointProgramme.objects.select_related("jurisdiction").in_bulk([one["programme"] for one in told])
    about = _About(who, told)
    shown = [{**one, "row": rows[one["programme"]], **about.of(one)} for one in told]
    for one in shown:
        one["makes"] = not one["proposed"] and makes(who, one["row"])
    return pages.shown(
        request,
        "desk/programmes.html",
        {
            "rows": shown,
            "begin": asked(request, "programme.begin", reverse("desk:programmes")),
            "up": (reverse("desk:needs"), _("Needs")),
        },
    )


class _About:
    """What the numbers of several programmes stand for: needs that one may read, partners, provinces."""

    def __init__(self, who: By, told: Iterable[Mapping[str, Any]]) -> None:
        rows = list(told)
        self._own = sight.own(who)
        self._managed = set(access.managed(who))
        self._needs = Need.objects.in_bulk({number for one in rows for number in one["needs"]})
        firms = {number for one in rows for number in one["partners"]}
        self._partners = Organisation.objects.select_related("jurisdiction").in_bulk(firms)
        provinces = {code for one in rows for code in one["provinces"]}
        self._provinces = {row.code: called(row) for row in Jurisdiction.objects.filter(code__in=provinces)}
        mine = ProgrammePartner.objects.filter(organisation__in=self._own)
        self._pledges = {(one.programme_id, one.organisation_id): one.pledged_fen for one in mine}

    def of(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is shown of a programme; a need that is not for who reads stays without its title."""
        needs = [self._needs[number] for number in one["needs"]]
        return {
            "needs": [row for row in needs if row.public or row.organisation_id in self._own],
            "hidden": sum(not row.public and row.organisation_id not in self._own for row in needs),
            "partners": [
                {
                    "row": self._partners[number],
                    "pledged_fen": self._pledges.get((one["programme"], number)),
                    "managed": number in self._managed,
                }
                for number in one["partners"]
            ],
            "provinces": [self._provinces.get(code, code) for code in one["provinces"]],
            "enough": len(one["provinces"]) >= PROVINCES,
            "open": any(row.closed_at is None for row in needs),
        }


def invites(who: By, organisation: int) -> list[Any]:
    """Return the shortlists that whoever reads makes and that an organisation is not part of yet."""
    if not access.roles_of(who) & MAKERS:
        return []
    rows = JointProgramme.objects.filter(proposed_at=None).exclude(partners__organisation=organisation)
    return [one for one in rows.select_related("jurisdiction").order_by("-pk") if makes(who, one)]


def _shortlists(request: HttpRequest, who: By, row: Any, on: Iterable[int]) -> list[Any]:
    """The programmes on whose shortlist one may put a need: one's office's, and for one's own need any."""
    if row.closed_at is not None or not deeds.may(request, "need.shortlist"):
        return []
    rows = JointProgramme.objects.filter(proposed_at=None).exclude(pk__in=on).select_related("jurisdiction")
    seen = {one["programme"] for one in reading.programmes(who)}
    own = row.organisation_id in sight.own(who)
    shown = [one for one in rows.order_by("-pk") if one.pk in seen]
    return [one for one in shown if own or (row.public and makes(who, one))]


def makes(who: By, programme: Any) -> bool:
    """Return whether whoever reads is of the office that makes a programme."""
    if "platform" in access.roles_of(who):
        return True
    day, place = local(who.now).date(), programme.jurisdiction.code
    return any(
        one.role == "region_reviewer" and one.in_force(day) and lies_in(place, one.jurisdiction)
        for one in access.mine(who)
    )


def _places() -> dict[str, str]:
    """Provinces and cities, for the filter."""
    rows = Jurisdiction.objects.filter(code__endswith="00").order_by("code")
    return {row.code: called(row) for row in rows}


def _placed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Needs with the names of their places and organisations in the language of the page."""
    codes = {row["place"] for row in rows}
    names = {row.code: called(row) for row in Jurisdiction.objects.filter(code__in=codes)}
    firms = Organisation.objects.in_bulk({row["organisation"] for row in rows})
    return [
        {**row, "place_name": names.get(row["place"], row["place"]),
         "called": called(firms[row["organisation"]])}
        for row in rows
    ]  # fmt: skip


def _told(row: Mapping[str, Any], own: Iterable[int], who: By) -> dict[str, Any]:
    today = local(who.now).date()
    until = row["deadline"]
    return {
        **row,
        "mine": row["organisation"] in own,
        "late": until is not None and until < today.isoformat(),
        "soon": until is not None and today.isoformat() <= until <= (today + SOON).isoformat(),
    }
