"""What more than one person must do, and what may serve as evidence once."""

from __future__ import annotations

from itertools import combinations

from django.db import models
from django.db.models import F, Q

from heban.exchange.models.parties import Jurisdiction, Organisation
from heban.exchange.models.people import Person

HANDS = ("submitted_by", "county_by", "region_by", "paid_by")


def _differ(one: str, other: str) -> Q:
    return Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True}) | ~Q(**{one: F(other)})


def _different_people() -> Q:
    """No two hands of an approval are one person's; a hand that has not signed is nobody's."""
    every = Q()
    for one, other in combinations(HANDS, 2):
        every &= _differ(one, other)
    return every


class Approval(models.Model):
    """Who submitted a thing, who saw it in the county and in the region, and who paid: different people."""

    subject = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    submitted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    county_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    region_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    paid_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="approval_once", fields=["subject", "subject_id"]),
            models.CheckConstraint(name="approval_four_eyes", condition=_different_people()),
        )


class Evidence(models.Model):
    """A file shown as evidence, by its sha256: once, in whichever jurisdiction; written once."""

    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    name = models.TextField(blank=True)
    bytes = models.BigIntegerField(default=0)
    media = models.CharField(max_length=100, blank=True)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="evidence")
    shown_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="evidence_once", fields=["sha256"]),
            models.CheckConstraint(name="evidence_sha256_form", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        )


class Consent(models.Model):
    """That somebody agrees to an event that needs several: of a row at one version, with the digest they saw.

    Those who agree are different people; written once, and worth nothing once the row has changed.
    """

    subject = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    subject_version = models.IntegerField()
    event = models.CharField(max_length=20)
    actor = models.CharField(max_length=20)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="consent_by_different_people",
                fields=["subject", "subject_id", "subject_version", "event", "person"],
            ),
            models.UniqueConstraint(
                name="consent_once",
                fields=["subject", "subject_id", "subject_version", "event", "actor", "jurisdiction"],
                nulls_distinct=False,
            ),
        )


class RelatedFinding(models.Model):
    """That two persons found, for a reason, that soft grounds do not make two parties related."""

    a = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    b = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    first = models.ForeignKey(Person, models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    until = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(name="finding_two_persons", condition=~Q(first=F("second"))),
            models.CheckConstraint(name="finding_reason", condition=~Q(reason="")),
        )
