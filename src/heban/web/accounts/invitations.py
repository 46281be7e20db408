"""Invitations: somebody without a password is sent a link to set one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from heban.domain.errors import BadSpec, unknown
from heban.exchange.acts.related import key
from heban.exchange.china import checked_uscc, local, province_of, region_level
from heban.exchange.models import Controlled, Jurisdiction, Membership, Organisation, Person
from heban.exchange.models.people import OFFICES, ROLES
from heban.exchange.rules.refusals import denied

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Seat:
    """An organisation as the command line gives it: by its credit code, with the rest if it is new."""

    uscc: str
    name: str = ""
    kind: str = "hub"
    jurisdiction: str = ""


def link(person: Person) -> str:
    """Return the path at which a person sets a password; it serves once, and three days."""
    words = {
        "uidb64": urlsafe_base64_encode(force_bytes(person.pk)),
        "token": default_token_generator.make_token(person),
    }
    with translation.override(person.language):
        return str(reverse("password_set", kwargs=words))


def invite(name: str, email: str, language: str, *, site: str) -> Person:
    """Enter a person who cannot log in yet, and send them the link; `site` is as https://heban.example.

    Somebody who is entered already is only sent the link again.
    """
    person: Person
    person, made = Person.objects.get_or_create(
        email=email, defaults={"name": name, "language": language, "password": "!"}
    )
    if made:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    with translation.override(person.language):
        words = {"name": person.name, "url": site.rstrip("/") + link(person)}
        subject = render_to_string("registration/invited_subject.txt").strip()
        send_mail(subject, render_to_string("registration/invited.txt", words), None, [person.email])
    return person


def first(
    email: str,
    name: str,
    *,
    now: datetime,
    role: str = "platform",
    organisation: Seat | None = None,
    language: str = "zh-hans",
) -> str:
    """Enter somebody with a role of an organisation, from the command line, and return their link's path.

    For the first person of a fresh site: all others are invited by those who are in. The organisation is the
    one of its credit code, made if it is not there yet; a jurisdiction that is not there is made with its
    province. Raises `UnknownName` for a role or kind that there is not, `BadSpec` for a credit code that is
    none or an office without a place, and `Refused` for somebody who was shut out.
    """
    for what, word, known in (("role", role, ROLES), ("language", language, LANGUAGES)):
        if word not in known:
            raise unknown(what, word, known, "the exchange")
    address = _address(email)
    with transaction.atomic():
        seat = _seat(organisation)
        person, _ = Person.objects.get_or_create(
            email=address, defaults={"name": name, "language": language, "password": make_password(None)}
        )
        if not person.active:
            raise denied("access.denied")
        place = seat.jurisdiction if role in OFFICES else None
        held = Membership.objects.filter(
            person=person, organisation=seat, role=role, jurisdiction=place, valid__contains=local(now).date()
        )
        if not held.exists():
            Membership.objects.create(
                person=person, organisation=seat, role=role, jurisdiction=place,
                valid=DateRange(local(now).date(), None),
            )  # fmt: skip
    return link(person)


def _seat(given: Seat | None) -> Any:
    """The organisation that is given; without one, the only one that has somebody of the platform."""
    if given is None:
        rows = list(Organisation.objects.filter(memberships__role="platform").distinct()[:2])
        if len(rows) != 1:
            raise BadSpec(
                "no organisation is given, and which runs the site is not known. Give --organisation, "
                "--called and --jurisdiction."
            )
        return rows[0]
    uscc = checked_uscc(given.uscc)
    row = Organisation.objects.filter(uscc=uscc).first()
    if row is not None:
        return row
    if given.kind not in Organisation.Kind.values:
        raise unknown("kind", given.kind, Organisation.Kind.values, "organisations")
    if not given.name.strip():
        raise BadSpec(f"there is no organisation {uscc} yet. Give its name with --called.")
    row = Organisation.objects.create(
        uscc=uscc, name=given.name.strip(), kind=given.kind, jurisdiction=_jurisdiction(given.jurisdiction)
    )
    Controlled.objects.create(organisation=row, key=key(row))
    return row


def _jurisdiction(code: str) -> Any:
    """The jurisdiction of a code; on a fresh site it is called by its code until its name is entered."""
    region_level(code)
    above = province_of(code)
    parent = None
    if above != code:
        parent, _ = Jurisdiction.objects.get_or_create(code=above, defaults={"name": above})
    row, _ = Jurisdiction.objects.get_or_create(code=code, defaults={"name": code, "parent": parent})
    return row


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise BadSpec(f"{email!r} is no e-mail address. Write it as name@example.org.") from None
    return address
