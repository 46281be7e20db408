"""Notices: what somebody must be told, written with the act; and what the exchange says of itself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heban.exchange.models.parties import Organisation
from heban.exchange.models.people import Person


class Notice(models.Model):
    """A message to a person or to an organisation; `code` and `values` say it in either language."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="notices")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="notices")
    code = models.CharField(max_length=40)
    values = models.JSONField()
    subject = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="notice_to_somebody", condition=Q(person__isnull=False) | Q(organisation__isnull=False)
            ),
        )
        indexes = (models.Index(name="notice_to_send", fields=["id"], condition=Q(sent_at__isnull=True)),)


class Remark(models.Model):
    """What this exchange says of itself wherever it is shown, as that all of it is synthetic."""

    key = models.CharField(max_length=20, unique=True)
    words = models.JSONField()


class DailyHead(models.Model):
    """The head of the audit at the end of a day: the digest of all chains' last events; written once."""

    day = models.DateField(unique=True)
    events = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
