"""Vouchers: schemes, their rules in a place and time, and the quotas that firms are granted."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField, DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value

from heban.exchange.models.parties import FirmYear, Jurisdiction, Organisation, Station
from heban.exchange.models.people import Person
from heban.exchange.models.states import Stateful, due_index


class Scheme(models.Model):
    """A kind of voucher, as the pilot of the delta or Shanghai's."""

    code = models.CharField(max_length=40, unique=True)
    name = models.TextField()
    name_en = models.TextField()


def _alone(field: str) -> Func:
    """A range of one number: equality in GiST would need btree_gist."""
    return Func(F(field), F(field), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


class RuleSet(Stateful):
    """The terms of a scheme in a jurisdiction for some days, drafted by one person and approved by another.

    An active one is never edited, only ended; no two of a scheme and jurisdiction share a day.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="rule_sets")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="rule_sets")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    terms = models.JSONField()
    drafted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(name="rule_set_two_persons", condition=~Q(approved_by=F("drafted_by"))),
            models.CheckConstraint(
                name="rule_set_approved",
                condition=Q(approved_by__isnull=False) | Q(state__in=["draft", "dropped"]),
            ),
            models.CheckConstraint(
                name="rule_set_days", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
            ),
            ExclusionConstraint(
                name="rule_set_one_at_a_time",
                expressions=[
                    (_alone("scheme_id"), "&&"),
                    (_alone("jurisdiction_id"), "&&"),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                condition=Q(state__in=["active", "closed"]),
            ),
        )


class VoucherQuota(Stateful):
    """What a firm may use of a scheme in a year: applied for, passed by two offices, then used up."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="quotas")
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="quotas")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="quotas")
    year = models.SmallIntegerField()
    kinds = ArrayField(models.CharField(max_length=12))
    figures = models.ForeignKey(FirmYear, models.PROTECT, null=True, related_name="quotas")
    controller = models.CharField(max_length=40, blank=True)
    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="quotas")
    applied_by = models.ForeignKey(Person, models.PROTECT, related_name="quotas")
    made_at = models.DateTimeField()
    last_day = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="quota_one_alive",
                fields=["scheme", "organisation", "year"],
                condition=Q(state__in=["applied", "county_passed", "granted", "frozen"]),
            ),
        )
        indexes = (due_index("quota_due"),)
