"""Parties: organisations, what they declare of themselves, who may act for them, and their groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from heban.domain.errors import BadSpec, unknown
from heban.exchange import access
from heban.exchange.acts.quotas import as_year
from heban.exchange.acts.related import key
from heban.exchange.acts.rows import ensure_days, found, locked
from heban.exchange.china import local, uscc_fault
from heban.exchange.desk import By, Said, act
from heban.exchange.models import (
    Alliance,
    AllianceMember,
    Controlled,
    FirmYear,
    Jurisdiction,
    Mandate,
    Membership,
    Organisation,
    Standing,
    Station,
)
from heban.exchange.rules.refusals import denied

MANAGERS = ("firm_manager", "provider_manager")
FIRMS = ("firm", "team")
PUBLIC = ("name", "name_en", "address")


@act
def register(by: By, *, uscc: str | None, name: str, kind: str, jurisdiction: str, name_en: str = "") -> Said:
    """Register an organisation by its 统一社会信用代码, which only a team may lack; a code registers once.

    Whoever registers it becomes its first manager; that they may is looked at by the county, before it is
    granted anything. Offices are registered by the platform alone.
    """
    if uscc is None and kind != "team":
        raise denied("organisation.no_code")
    if uscc is not None and uscc_fault(uscc):
        raise denied("organisation.code", given=uscc)
    if kind not in (known := Organisation.Kind.values):
        raise unknown("kind", kind, known, "organisations")
    if (
        kind == Organisation.Kind.GOVERNMENT
        and by.person is not None
        and "platform" not in access.roles_of(by)
    ):
        raise denied("access.denied")
    if not name.strip():
        raise denied("organisation.no_name")
    row = Organisation.objects.create(
        uscc=uscc, name=name.strip(), name_en=name_en, kind=kind,
        jurisdiction=found(Jurisdiction, "jurisdiction", code=jurisdiction),
    )  # fmt: skip
    Controlled.objects.create(organisation=row, key=key(row))
    if by.person is not None:
        role = "firm_manager" if kind in FIRMS else "provider_manager"
        today = local(by.now).date()
        Membership.objects.create(
            person_id=by.person, organisation=row, role=role, valid=DateRange(today, None)
        )
    return told(row)


@act
def change(by: By, *, organisation: int, given: Mapping[str, str]) -> Said:
    """Change the name or the address of one's organisation, as its manager or the platform."""
    row = locked(Organisation, organisation, "organisation")
    access.ensure_of(by, row, *MANAGERS, "platform")
    for name in given:
        if name not in PUBLIC:
            raise unknown("column", name, PUBLIC, "what an organisation says of itself")
    for name, value in given.items():
        setattr(row, name, value)
    row.save(update_fields=list(given))
    return told(row)


@act
def move(by: By, *, organisation: int, jurisdiction: str) -> Said:
    """Write that an organisation is now registered elsewhere; what it held before stays where it was held."""
    row = locked(Organisation, organisation, "organisation")
    access.ensure_of(by, row, "platform")
    row.jurisdiction = found(Jurisdiction, "jurisdiction", code=jurisdiction)
    row.save(update_fields=["jurisdiction"])
    return told(row)


@act
def declare_year(by: By, *, organisation: int, year: int, figures: Mapping[str, Any], source: str) -> Said:
    """Declare the figures of a year, as a manager; what was declared before stays, the last counts."""
    row = found(Organisation, "organisation", pk=organisation)
    access.ensure_of(by, row, *MANAGERS)
    try:
        checked = as_year(figures)
    except TypeError as error:
        raise BadSpec(f"the figures of {year} do not fit: {error}. Give those of the form.") from None
    made = FirmYear.objects.create(
        organisation=row, year=year, figures=asdict(checked), source=source, at=by.now
    )
    return {"firm_year": made.pk, "organisation": row.pk, "year": year}


@act
def recognise(
    by: By, *, organisation: int, kind: str, since: date, source: str, until: date | None = None
) -> Said:
    """Write that an organisation is a beneficiary of a kind, as its county's or region's reviewer."""
    row = found(Organisation, "organisation", pk=organisation)
    access.ensure_office(by, row, "county_reviewer", "region_reviewer")
    ensure_days(since, until)
    made = Standing.objects.create(organisation=row, kind=kind, since=since, until=until, source=source)
    return {"standing": made.pk, "organisation": row.pk, "kind": kind}


@act
def open_station(by: By, *, host: int, jurisdiction: str) -> Said:
    """Open a service station with a host, as the platform."""
    row = found(Organisation, "organisation", pk=host)
    access.ensure_of(by, row, "platform")
    made = Station.objects.create(
        host=row, jurisdiction=found(Jurisdiction, "jurisdiction", code=jurisdiction)
    )
    return {"station": made.pk, "host": host}


@act
def give_mandate(by: By, *, firm: int, station: int, since: date, until: date | None = None) -> Said:
    """Let a station act for one's firm for some days, as its manager."""
    row = found(Organisation, "organisation", pk=firm)
    access.ensure_of(by, row, "firm_manager")
    ensure_days(since, until)
    made = Mandate.objects.create(
        station=found(Station, "station", pk=station), firm=row, since=since, until=until
    )
    return {"mandate": made.pk, "firm": firm, "station": station}


@act
def end_mandate(by: By, *, mandate: int, on: date) -> Said:
    """Take a mandate back from a day on, as the firm's manager."""
    row = locked(Mandate, mandate, "mandate")
    access.ensure_of(by, row.firm, "firm_manager")
    if row.until is not None and row.until <= on:
        raise denied("mandate.ended", mandate=mandate, until=row.until)
    row.until = on
    row.save(update_fields=["until"])
    return {"mandate": row.pk, "until": on.isoformat()}


@act
def found_alliance(by: By, *, name: str, kind: str, first: int, since: date) -> Said:
    """Found an alliance or an innovation complex with one's organisation as its first member."""
    row = found(Organisation, "organisation", pk=first)
    access.ensure_of(by, row, *MANAGERS)
    made = Alliance.objects.create(name=name, kind=kind, jurisdiction=row.jurisdiction)
    AllianceMember.objects.create(alliance=made, organisation=row, since=since)
    return {"alliance": made.pk, "members": 1}


@act
def join_alliance(by: By, *, alliance: int, organisation: int, since: date) -> Said:
    """Take an organisation into an alliance, as a manager of one that belongs to it."""
    group = found(Alliance, "alliance", pk=alliance)
    managed = access.managed(by)
    if by.person is not None and not group.members.filter(organisation__in=managed, until=None).exists():
        raise denied("access.denied")
    row = found(Organisation, "organisation", pk=organisation)
    AllianceMember.objects.create(alliance=group, organisation=row, since=since)
    return {"alliance": alliance, "members": group.members.filter(until=None).count()}


def told(row: Any) -> Said:
    """Return an organisation as an act answers it."""
    return {
        "organisation": row.pk, "uscc": row.uscc, "name": row.name, "kind": row.kind,
        "jurisdiction": row.jurisdiction.code,
    }  # fmt: skip
