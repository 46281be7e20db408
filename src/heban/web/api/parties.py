"""Jurisdictions and organisations: what everybody may know of them, and what only their members see."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from heban.exchange import access
from heban.exchange.access import in_force
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import Jurisdiction, Membership, Organisation
from heban.web.accounts.backend import organisations_of
from heban.web.api import entry
from heban.web.api.paging import Page, Span, page
from heban.web.doors import Caller

router = Router(tags=["parties"])


class JurisdictionSaid(Schema):
    """The administration of a place; `parent` is the code of the one it lies in."""

    id: int
    code: str
    name: str
    name_en: str
    parent: str | None

    @staticmethod
    def resolve_parent(row: Jurisdiction) -> str | None:
        """Return the code of the parent."""
        return row.parent.code if row.parent else None


class OrganisationSaid(Schema):
    """What everybody who is logged in may know of an organisation."""

    id: int
    uscc: str | None
    name: str
    name_en: str
    kind: str
    jurisdiction: str

    @staticmethod
    def resolve_jurisdiction(row: Organisation) -> str:
        """Return its code."""
        return str(row.jurisdiction.code)


class Member(Schema):
    """Somebody who acts for the organisation today, and the number of the membership."""

    membership: int
    person: int
    name: str
    role: str


class YearSaid(Schema):
    """Figures of a year, as they were declared."""

    year: int
    figures: dict[str, Any]
    source: str
    at: datetime


class MandateSaid(Schema):
    """That a station acts for the organisation."""

    mandate: int
    station: int
    host: int
    since: date
    until: date | None


class OwnSaid(Schema):
    """What an organisation's own members see of it; figures are for its managers."""

    address: str
    blacklisted_until: date | None
    members: list[Member]
    mandates: list[MandateSaid]
    years: list[YearSaid]


class OrganisationInFull(OrganisationSaid):
    """An organisation; `own` is null for all but its members."""

    own: OwnSaid | None


@entry.get(router, "/jurisdictions", "jurisdictions", Page[JurisdictionSaid])
def jurisdictions(request: HttpRequest, span: Query[Span]) -> dict[str, Any]:
    """Jurisdictions by their codes of GB/T 2260."""
    return page(Jurisdiction.objects.select_related("parent"), span)


@entry.get(router, "/organisations", "organisations", Page[OrganisationSaid])
def organisations(request: HttpRequest, span: Query[Span]) -> dict[str, Any]:
    """Organisations, with what is public of them."""
    return page(Organisation.objects.select_related("jurisdiction"), span)


@entry.get(router, "/organisations/{organisation}", "organisation", OrganisationInFull)
def organisation(request: HttpRequest, organisation: entry.Number) -> Organisation:
    """One organisation; its own members see more."""
    rows = Organisation.objects.select_related("jurisdiction")
    row: Organisation = entry.found(rows, organisation, "organisation")
    caller: Caller = request.auth
    day = local(caller.now).date()
    row.own = _own(row, day, caller) if row.pk in organisations_of(caller.somebody, day) else None
    return row


def _own(row: Organisation, day: date, caller: Caller) -> dict[str, Any]:
    members = Membership.objects.filter(organisation=row, valid__contains=day).select_related("person")
    mandates = row.mandates.filter(in_force(day)).select_related("station").order_by("pk")
    manages = row.pk in access.managed(By(f"person:{caller.somebody.pk}", caller.now))
    return {
        "address": row.address,
        "blacklisted_until": row.blacklisted_until,
        "members": [
            {"membership": one.pk, "person": one.person_id, "name": one.person.name, "role": one.role}
            for one in members.order_by("pk")
        ],
        "mandates": [
            {"mandate": one.pk, "station": one.station_id, "host": one.station.host_id, "since": one.since,
             "until": one.until}
            for one in mandates
        ],
        "years": list(row.years.order_by("-year", "-pk")) if manages else [],
    }  # fmt: skip
