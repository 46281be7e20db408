"""Who takes part: jurisdictions, organisations, people, and what a person may do for an organisation."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q

USCC_FORM = r"^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$"


class Jurisdiction(models.Model):
    """The administration of a place, by its six-digit code of GB/T 2260; a county lies in a province."""

    code = models.CharField(max_length=6, unique=True)
    name = models.TextField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="jurisdiction_code_form", condition=Q(code__regex=r"^[1-9][0-9]{5}$")
            ),
        )


class Organisation(models.Model):
    """A firm, provider, university or office, known by its 统一社会信用代码; a team need not have one yet."""

    class Kind(models.TextChoices):
        """What an organisation is."""

        FIRM = "firm"
        PROVIDER = "provider"
        UNIVERSITY = "university"
        INSTITUTE = "institute"
        INCUBATOR = "incubator"
        AGENCY = "agency"
        HUB = "hub"
        BANK = "bank"
        GOVERNMENT = "gov"
        TEAM = "team"

    uscc = models.CharField(max_length=18, unique=True, null=True)
    name = models.TextField()
    kind = models.CharField(max_length=10, choices=Kind)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="organisations")
    blacklisted_until = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="organisation_uscc_form", condition=Q(uscc__regex=USCC_FORM)),
            models.CheckConstraint(
                name="organisation_uscc_given", condition=Q(uscc__isnull=False) | Q(kind="team")
            ),
            models.CheckConstraint(
                name="organisation_kind",
                condition=Q(
                    kind__in=["firm", "provider", "university", "institute", "incubator", "agency", "hub",
                              "bank", "gov", "team"]
                ),
            ),
        )  # fmt: skip


class Person(models.Model):
    """Somebody who acts; what they may do stands in their memberships."""

    name = models.TextField()
    email = models.EmailField(unique=True)


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
        )  # fmt: skip
