"""How a person is recognised by a password, and to whom they belong on a day."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from heban.exchange.models import Membership, Person


class Passwords(ModelBackend):
    """Django's check of passwords, as long for an unknown name as for a known one; it grants nothing.

    What a person may do stands in memberships alone: the tables of Django's permissions are not read.
    """

    def get_all_permissions(self, user_obj: object, obj: object = None) -> set[str]:
        """Return nothing."""
        return set()

    get_user_permissions = get_group_permissions = get_all_permissions


def organisations_of(person: Person, day: date) -> frozenset[int]:
    """Return the organisations that a person belongs to on a day."""
    rows = Membership.objects.filter(person=person, valid__contains=day)
    return frozenset(rows.values_list("organisation_id", flat=True))


def address_of(request: HttpRequest) -> str:
    """Return the address that a request came from; behind a proxy, the one that the proxy saw."""
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return seen if settings.BEHIND_PROXY and seen else str(request.META.get("REMOTE_ADDR", ""))
