"""Budgets: buckets that cannot be overdrawn, and holds that set money of them aside."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heban.exchange.models.parties import Jurisdiction, Organisation

ORDER = ("budget", "controller", "firm", "provider")
"""Kinds of bucket, in the order in which they are locked."""


class BudgetBucket(models.Model):
    """What may be spent in a year under one cap: a budget, a controller's, a firm's or a provider's."""

    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=40)
    year = models.SmallIntegerField()
    limit_fen = models.BigIntegerField()
    held_fen = models.BigIntegerField(default=0)
    spent_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="bucket_once", fields=["kind", "key", "year"]),
            models.CheckConstraint(name="bucket_kind", condition=Q(kind__in=ORDER)),
            models.CheckConstraint(name="bucket_held", condition=Q(held_fen__gte=0)),
            models.CheckConstraint(name="bucket_spent", condition=Q(spent_fen__gte=0)),
            models.CheckConstraint(
                name="bucket_not_overdrawn", condition=Q(limit_fen__gte=F("held_fen") + F("spent_fen"))
            ),
        )


class Hold(models.Model):
    """Money set aside in one or more buckets, until it is posted (spent, in part or whole) or let go."""

    payer = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="holds")
    payee = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="holds")
    year = models.SmallIntegerField()
    amount_fen = models.BigIntegerField()
    used_fen = models.BigIntegerField(null=True)
    state = models.CharField(max_length=20, default="held")
    version = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(name="hold_amount", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="hold_used", condition=Q(used_fen__gt=0, used_fen__lte=F("amount_fen"))
            ),
            models.CheckConstraint(
                name="hold_used_when_posted",
                condition=Q(state="posted", used_fen__isnull=False, payee__isnull=False)
                | (~Q(state="posted") & Q(used_fen__isnull=True)),
            ),
        )


class HoldBucket(models.Model):
    """That a hold counts in a bucket; written once."""

    hold = models.ForeignKey(Hold, models.PROTECT, related_name="touched")
    bucket = models.ForeignKey(BudgetBucket, models.PROTECT, related_name="touched_by")

    class Meta:
        constraints = (models.UniqueConstraint(name="hold_bucket_once", fields=["hold", "bucket"]),)
