"""Notices: whom an act tells what; they are mailed after it, and say nothing that is not theirs to read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from heban.exchange import access
from heban.exchange.china import local
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Membership, Notice, Person
from heban.exchange.rules.roles import OWN, roles

MACHINES = {"asset": "Resource", "booking": "Booking", "serviceorder": "ServiceOrder", "sample": "Sample"}
"""The machine of what a notice is about, where others than managers act in it."""


def tell(
    by: By,
    code: str,
    row: Any,
    *,
    organisation: int | None = None,
    person: int | None = None,
    **values: object,
) -> None:
    """Write a notice about a row to an organisation or a person, in the transaction of the act.

    `code` is a sentence of `rules/notices.toml` and `values` fill it in; names are read when it is shown, by
    somebody who may.
    """
    Notice.objects.create(
        organisation_id=organisation, person_id=person, code=code, values=values,
        subject=row._meta.model_name, subject_id=row.pk, made_at=by.now,
    )  # fmt: skip


@act
def read(by: By, *, notices: Sequence[int]) -> Said:
    """Mark notices as read; those of others, and those read before, stay as they are."""
    rows = Notice.objects.filter(mine(by), pk__in=list(notices), read_at=None)
    return {"read": rows.update(read_at=by.now)}


def mine(by: By) -> Q:
    """Return the condition of the notices that are for whoever acts, in person or for an organisation.

    What an organisation is told reaches those of its people whose role acts in such things: members in
    orders, bookings and samples, managers in everything.
    """
    if by.person is None:
        return Q(pk__in=[])
    today = local(by.now).date()
    found = Q(person=by.person)
    for one in access.mine(by):
        role = roles()[one.role]
        if role.side in OWN and one.in_force(today):
            told_of = Q() if role.on is None else Q(subject__in=_subjects(role.on))
            found |= Q(organisation=int(one.organisation)) & told_of
    return found


def readers(notice: Any, day: date) -> list[Any]:
    """Return the people whom a notice is for on a day, as `mine` says; those shut out get none."""
    if notice.person_id is not None:
        return list(Person.objects.filter(pk=notice.person_id, active=True))
    codes = [
        code for code, role in roles().items()
        if role.side in OWN and (role.on is None or notice.subject in _subjects(role.on))
    ]  # fmt: skip
    told_to = Membership.objects.filter(
        organisation=notice.organisation_id, role__in=codes, valid__contains=day, person__active=True
    )
    return list(Person.objects.filter(pk__in=told_to.values("person")).order_by("pk"))


def _subjects(machines: Collection[str]) -> list[str]:
    return [name for name, machine in MACHINES.items() if machine in machines]
