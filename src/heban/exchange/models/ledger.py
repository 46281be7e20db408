"""The ledger: entries whose legs sum to nothing, written once and sealed with their transaction."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class LedgerAccount(models.Model):
    """Where money stands, as `310000:appropriation`; created when first used, never renamed."""

    code = models.CharField(max_length=60, unique=True)


class LedgerEntry(models.Model):
    """One event of money. `key` names it, so that it is booked once; the database fills the last three."""

    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.TextField(db_default="")
    transaction = models.BigIntegerField(db_default=0)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(name="entry_once", fields=["key"]),)


class LedgerLeg(models.Model):
    """What an entry adds to an account, in fen; less than nothing takes away."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="legs")
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="legs")
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(name="leg_not_nothing", condition=~Q(amount_fen=0)),)
