"""People: invited, given roles by those who may give them, and taken out again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from heban.domain.errors import unknown
from heban.exchange import access
from heban.exchange.acts.notices import tell
from heban.exchange.acts.rows import ensure_days, found, locked
from heban.exchange.china import local
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Jurisdiction, Membership, Organisation, Person
from heban.exchange.models.people import OFFICES, ROLES
from heban.exchange.rules.refusals import denied

MANAGER_OF = {"firm": "firm_manager", "provider": "provider_manager"}
PLATFORM_GIVES = (*OFFICES, "platform")
"""Roles that decide over others: no organisation gives them to its own people."""


@act
def invite(by: By, *, email: str, name: str, language: str = "zh-hans") -> Said:
    """Invite somebody, who sets a password by the link that is mailed; known already, they stay as they are.

    By a manager of any organisation, or the platform.
    """
    if by.person is not None and not access.managed(by) and "platform" not in access.roles_of(by):
        raise denied("access.denied")
    row, new = Person.objects.get_or_create(
        email=email.strip().lower(),
        defaults={"name": name, "language": language, "password": make_password(None)},
    )
    if new:
        tell(by, "person.invited", row, person=row.pk)
    return {"person": row.pk, "new": new}


@act
def give_role(
    by: By,
    *,
    person: int,
    organisation: int,
    role: str,
    since: date,
    until: date | None = None,
    jurisdiction: str | None = None,
) -> Said:
    """Give a person a role of an organisation, as its manager; offices are given by the platform alone.

    The first manager of an organisation is made by the platform. Nobody gives themselves an office.
    """
    if role not in ROLES:
        raise unknown("role", role, ROLES, "the exchange")
    place = found(Jurisdiction, "jurisdiction", code=jurisdiction) if jurisdiction else None
    row = found(Organisation, "organisation", pk=organisation)
    if role in PLATFORM_GIVES:
        access.ensure_of(by, row, "platform")
        if person == by.person:
            raise denied("role.own_office", role=role)
    else:
        access.ensure_of(by, row, "firm_manager", "provider_manager", "platform")
    if role in OFFICES and place is None:
        raise denied("role.nowhere", role=role)
    ensure_days(since, until)
    made = Membership.objects.create(
        person=found(Person, "person", pk=person), organisation=row, role=role, jurisdiction=place,
        valid=DateRange(since, until),
    )  # fmt: skip
    tell(by, "role.given", made, person=person, role=role)
    return told(made)


@act
def take_role(by: By, *, membership: int, on: date) -> Said:
    """End a role on a day, as who may give it; the last manager stays until there is another."""
    row = locked(Membership, membership, "membership")
    giver = ("platform",) if row.role in PLATFORM_GIVES else (*MANAGER_OF.values(), "platform")
    access.ensure_of(by, row.organisation, *giver)
    if row.valid.upper is not None and row.valid.upper <= on:
        raise denied("role.ended", membership=membership, until=row.valid.upper)
    if on <= row.valid.lower:
        raise denied("role.too_soon", since=row.valid.lower, first=row.valid.lower + timedelta(days=1))
    if row.role in MANAGER_OF.values() and not _another_manager(row, on):
        raise denied("role.last_manager")
    row.valid = DateRange(row.valid.lower, on)
    row.save(update_fields=["valid"])
    return told(row)


@act
def shut_out(by: By, *, person: int) -> Said:
    """Take a person's log-in away, as the platform; what they did stays theirs."""
    row = locked(Person, person, "person")
    if by.person is not None and "platform" not in access.roles_of(by):
        raise denied("access.denied")
    row.active = False
    row.save(update_fields=["active"])
    return {"person": person, "active": False}


def may_now(by: By) -> list[str]:
    """Return the roles that whoever acts holds today."""
    return sorted(access.roles_of(by, local(by.now).date()))


def told(row: Any) -> Said:
    """Return a membership as an act answers it."""
    return {
        "membership": row.pk,
        "person": row.person_id,
        "organisation": row.organisation_id,
        "role": row.role,
        "since": row.valid.lower.isoformat(),
        "until": row.valid.upper.isoformat() if row.valid.upper else None,
    }


def _another_manager(row: Any, day: date) -> bool:
    others = Membership.objects.filter(
        organisation=row.organisation_id, role=row.role, valid__contains=day, person__active=True
    )
    return bool(others.exclude(pk=row.pk).exists())
