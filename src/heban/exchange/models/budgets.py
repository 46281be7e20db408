"""Budgets: buckets that cannot be overdrawn, and holds that set money of them aside."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heban.exchange.models.orders import ServiceOrder
from heban.exchange.models.parties import Jurisdiction, Organisation, RelatedCheck
from heban.exchange.models.states import Stateful, due_index, one_of
from heban.exchange.models.vouchers import RuleSet, VoucherQuota

ORDER = ("budget", "controller", "firm", "provider")
"""Kinds of bucket, in the order in which they are locked."""


class BudgetBucket(models.Model):
    """What may be spent in a year under one cap: a budget, a controller's, a firm's or a provider's.

    `key` begins with the scheme, as `yrd_pilot:330421`; a budget is of the jurisdiction that pays.
    """

    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=64)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, related_name="budgets")
    year = models.SmallIntegerField()
    limit_fen = models.BigIntegerField()
    held_fen = models.BigIntegerField(default=0)
    spent_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="bucket_once", fields=["kind", "key", "year"]),
            one_of("bucket_kind", "kind", ORDER),
            models.CheckConstraint(
                name="bucket_payer_given",
                condition=Q(kind="budget", jurisdiction__isnull=False)
                | (~Q(kind="budget") & Q(jurisdiction__isnull=True)),
            ),
            models.CheckConstraint(name="bucket_held", condition=Q(held_fen__gte=0)),
            models.CheckConstraint(name="bucket_spent", condition=Q(spent_fen__gte=0)),
            models.CheckConstraint(
                name="bucket_not_overdrawn", condition=Q(limit_fen__gte=F("held_fen") + F("spent_fen"))
            ),
        )


class Hold(Stateful):
    """Money set aside for an order in one or more buckets, until it is spent (in part or whole) or let go.

    An order has one hold at a time: no line of it is paid for twice.
    """

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="holds")
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="holds")
    quota = models.ForeignKey(VoucherQuota, models.PROTECT, related_name="holds")
    related_check = models.ForeignKey(RelatedCheck, models.PROTECT, related_name="holds")
    payee = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="holds")
    year = models.SmallIntegerField()
    amount_fen = models.BigIntegerField()
    used_fen = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="hold_one_for_order", fields=["order"], condition=~Q(state__in=["voided", "expired"])
            ),
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
        indexes = (due_index("hold_due"),)


class HoldBucket(models.Model):
    """What a hold counts for in a bucket: all of it, or of a budget the payer's part."""

    hold = models.ForeignKey(Hold, models.PROTECT, related_name="parts")
    bucket = models.ForeignKey(BudgetBucket, models.PROTECT, related_name="parts")
    amount_fen = models.BigIntegerField()
    used_fen = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="hold_bucket_once", fields=["hold", "bucket"]),
            models.CheckConstraint(
                name="hold_bucket_used",
                condition=Q(amount_fen__gte=0)
                & (Q(used_fen__isnull=True) | Q(used_fen__gte=0, used_fen__lte=F("amount_fen"))),
            ),
        )
