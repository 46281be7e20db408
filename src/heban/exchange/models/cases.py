"""Cases: what looks wrong, what is drawn for audit, and what an auditor found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heban.exchange.models.parties import Organisation
from heban.exchange.models.redemptions import Redemption
from heban.exchange.models.states import Stateful, due_index, one_of


class Case(Stateful):
    """A matter that an auditor looks into; closed by two persons, clean or proven."""

    kind = models.CharField(max_length=30)
    words = models.TextField()
    opened_by = models.TextField()
    finding = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="case_finding_given", condition=~Q(finding="") | ~Q(state="closed_proven")
            ),
        )
        indexes = (due_index("case_due"),)


class CaseParty(models.Model):
    """An organisation that a case is about."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="cases")

    class Meta:
        constraints = (models.UniqueConstraint(name="case_party_once", fields=["case", "organisation"]),)


class CaseSubject(models.Model):
    """A row that a case is about, by its kind and number, as ("redemption", 7)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="subjects")
    subject = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="case_subject_once", fields=["case", "subject", "subject_id"]),
        )


class Alarm(models.Model):
    """A pattern that was found, with its evidence; `key` is the same when it is found again."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=30)
    words = models.JSONField()
    evidence = models.JSONField()
    found_at = models.DateTimeField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="alarms")


class AuditDraw(models.Model):
    """That a redemption was drawn for audit, and why; written once."""

    redemption = models.OneToOneField(Redemption, models.PROTECT, related_name="draw")
    period = models.CharField(max_length=10)
    seed = models.CharField(max_length=64)
    ground = models.CharField(max_length=6)
    at = models.DateTimeField()

    class Meta:
        constraints = (one_of("draw_ground", "ground", ["random", "risk"]),)
