"""Needs: what firms, parks and stations look for, and the joint programmes made of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heban.exchange.models.parties import Jurisdiction, Organisation, Station
from heban.exchange.models.people import Person


class Need(models.Model):
    """A technology that somebody looks for; not public means that only the matcher may read it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="needs")
    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="needs")
    title = models.TextField()
    text = models.TextField()
    field = models.CharField(max_length=12, blank=True)
    budget_fen = models.BigIntegerField(null=True)
    deadline = models.DateField(null=True)
    public = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="needs")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="need_said", condition=~Q(title="") & ~Q(text="")),
            models.CheckConstraint(name="need_budget", condition=Q(budget_fen__gt=0)),
        )


class JointProgramme(models.Model):
    """A shortlist of needs of one field for a joint programme (联合攻关) of several provinces."""

    title = models.TextField()
    field = models.CharField(max_length=12)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="programmes")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="programmes")
    made_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)


class ProgrammeNeed(models.Model):
    """That a need is on a shortlist."""

    programme = models.ForeignKey(JointProgramme, models.PROTECT, related_name="needs")
    need = models.ForeignKey(Need, models.PROTECT, related_name="programmes")

    class Meta:
        constraints = (models.UniqueConstraint(name="programme_need_once", fields=["programme", "need"]),)


class ProgrammePartner(models.Model):
    """An organisation that takes part in a joint programme, and the money that it pledges."""

    programme = models.ForeignKey(JointProgramme, models.PROTECT, related_name="partners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="programmes")
    pledged_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="programme_partner_once", fields=["programme", "organisation"]),
            models.CheckConstraint(name="programme_pledge", condition=Q(pledged_fen__gte=0)),
        )
