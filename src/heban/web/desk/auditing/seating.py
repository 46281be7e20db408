"""Seating: the platform finds people and organisations, and gives the ones roles in the others."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse

from heban.exchange.acts.related import key
from heban.exchange.china import local
from heban.exchange.models import Membership, Organisation, Person, Station, Tie
from heban.web.desk import pages
from heban.web.desk.names import called

MOST = 20
"""How many of each are shown that have some words; who is meant is found by more of them."""
Row = dict[str, Any]


def people(request: HttpRequest) -> HttpResponse:
    """Show the people and organisations that have some words, the chosen ones, and what may be done."""
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())
    told: Row = {
        "q": words,
        "most": MOST,
        "person": _person(request, _number(request, "person")),
        "organisation": _organisation(request, _number(request, "organisation")),
    }
    if words:
        told |= {"people": _people(words), "organisations": _organisations(words)}
    return pages.shown(request, "desk/people.html", told)


def _number(request: HttpRequest, name: str) -> int | None:
    said = request.GET.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 18 else None


def _people(words: str) -> list[Person]:
    return list(
        Person.objects.filter(Q(name__icontains=words) | Q(email__icontains=words)).order_by("name")[:MOST]
    )


def _organisations(words: str) -> list[Organisation]:
    wanted = Q(name__icontains=words) | Q(name_en__icontains=words) | Q(uscc=words.upper())
    return list(Organisation.objects.filter(wanted).select_related("jurisdiction").order_by("name")[:MOST])


def _person(request: HttpRequest, number: int | None) -> Row | None:
    """A person with the roles that they hold or will hold."""
    day = local(request.auth.now).date()
    held = Membership.objects.select_related("organisation", "jurisdiction").order_by("pk")
    rows = Person.objects.prefetch_related(Prefetch("memberships", held))
    row = rows.filter(pk=number).first() if number else None
    if row is None:
        return None
    return {
        "row": row,
        "itself": row.pk == request.auth.somebody.pk,
        "held": [
            {"row": one, "since": one.valid.lower, "until": one.valid.upper, "future": one.valid.lower > day}
            for one in row.memberships.all()
            if one.valid.upper is None or one.valid.upper > day
        ],
    }


def _organisation(request: HttpRequest, number: int | None) -> Row | None:
    """An organisation with its people of today, its stations and its ties."""
    day = local(request.auth.now).date()
    row = Organisation.objects.select_related("jurisdiction").filter(pk=number).first() if number else None
    if row is None:
        return None
    members = Membership.objects.filter(organisation=row, valid__contains=day).select_related("person")
    return {
        "row": row,
        "key": key(row),
        "members": list(members.order_by("person__name", "pk")),
        "stations": list(Station.objects.filter(host=row).select_related("jurisdiction")),
        "ties": _ties(key(row)),
    }


def _ties(mine: str) -> list[Row]:
    """The ties of an organisation, both ends by name where they are organisations that are known here."""
    rows = list(Tie.objects.filter(Q(a=mine) | Q(b=mine)).order_by("until", "kind", "pk"))
    codes = {end for row in rows for end in (row.a, row.b)}
    named = {row.uscc: called(row) for row in Organisation.objects.filter(uscc__in=codes)}
    return [
        {"row": row, "a": named.get(row.a, row.a), "b": named.get(row.b, row.b),
         "share": f"{row.basis_points / 100:g} %" if row.basis_points else ""}
        for row in rows
    ]  # fmt: skip
