"""People: who logs in, what they may do for which organisation, and the tokens that act for them."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q

from heban.exchange.models.parties import Jurisdiction, Organisation
from heban.exchange.models.states import one_of

ROLES = (
    "firm_member", "firm_manager", "provider_member", "provider_manager", "operator", "station_member",
    "county_reviewer", "region_reviewer", "region_finance", "auditor", "platform",
)  # fmt: skip
OFFICES = ("county_reviewer", "region_reviewer", "region_finance", "auditor")
"""Roles that are held over a jurisdiction."""


class Person(AbstractBaseUser):
    """Somebody who acts; what they may do stands in their memberships."""

    name = models.TextField()
    email = models.EmailField(unique=True)
    language = models.CharField(max_length=8, default="zh-hans")
    active = models.BooleanField(default=True)

    objects = BaseUserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ("name",)

    class Meta:
        constraints = (one_of("person_language", "language", ["zh-hans", "en"]),)

    @property
    def is_active(self) -> bool:
        """Whether the person may log in; the name is Django's."""
        return bool(self.active)


class Membership(models.Model):
    """What a person may do for an organisation, where, and from when to when."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, related_name="memberships")
    valid = DateRangeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="membership_once", fields=["person", "organisation", "role", "jurisdiction", "valid"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="membership_valid_form", condition=Q(valid__isempty=False)),
            one_of("membership_role", "role", ROLES),
            models.CheckConstraint(
                name="membership_office_somewhere",
                condition=Q(jurisdiction__isnull=False) | ~Q(role__in=OFFICES),
            ),
        )  # fmt: skip


class Token(models.Model):
    """A key with which a program acts for a person; only the sha256 of it is kept."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    name = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Window(models.Model):
    """How often something was tried in a stretch of time: logins of a name, calls with a token."""

    key = models.CharField(max_length=64)
    starts = models.DateTimeField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="window_once", fields=["key", "starts"]),)
