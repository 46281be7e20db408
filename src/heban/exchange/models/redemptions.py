"""Redemptions: what is claimed of a hold, who objects, who is paid, and what provinces owe each other."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heban.exchange.models.budgets import Hold
from heban.exchange.models.parties import Jurisdiction, Organisation, RelatedCheck
from heban.exchange.models.people import Person
from heban.exchange.models.states import Stateful, due_index

UNREVIEWED = ("draft", "submitted", "returned", "county_ok", "rejected", "withdrawn")
"""States in which nobody need have said what is approved and that the parties are not related."""


class Redemption(Stateful):
    """A claim to be paid what a hold set aside, by the firm (通用) or the provider (通兑)."""

    hold = models.ForeignKey(Hold, models.PROTECT, related_name="redemptions")
    claimant = models.ForeignKey(Organisation, models.PROTECT, related_name="redemptions")
    claimed_fen = models.BigIntegerField()
    approved_fen = models.BigIntegerField(null=True)
    related_check = models.ForeignKey(RelatedCheck, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="redemptions")
    made_at = models.DateTimeField()
    published_on = models.DateField(null=True)
    published_until = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="redemption_one_alive",
                fields=["hold"],
                condition=~Q(state__in=["rejected", "withdrawn"]),
            ),
            models.CheckConstraint(name="redemption_claimed", condition=Q(claimed_fen__gt=0)),
            models.CheckConstraint(
                name="redemption_approved_within",
                condition=Q(approved_fen__isnull=True)
                | Q(approved_fen__gt=0, approved_fen__lte=F("claimed_fen")),
            ),
            models.CheckConstraint(
                name="redemption_reviewed",
                condition=Q(approved_fen__isnull=False, related_check__isnull=False)
                | Q(state__in=UNREVIEWED),
            ),
        )
        indexes = (due_index("redemption_due"), models.Index(name="redemption_state", fields=["state"]))


class Objection(models.Model):
    """What somebody objects to a redemption in publicity, and what was found."""

    redemption = models.ForeignKey(Redemption, models.PROTECT, related_name="objections")
    by = models.ForeignKey(Person, models.PROTECT, related_name="objections")
    words = models.TextField()
    at = models.DateTimeField()
    finding = models.TextField(blank=True)
    found_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.CheckConstraint(name="objection_words", condition=~Q(words="")),)


class BankPaper(models.Model):
    """A line of a bank's file, by its reference: it is one payment, once; written once."""

    reference = models.CharField(max_length=60, unique=True)
    fen = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(name="bank_paper_amount", condition=Q(fen__gt=0)),)


class Payout(models.Model):
    """That a jurisdiction paid its part of a redemption; `advanced_by` paid it first for the payer (清算)."""

    redemption = models.ForeignKey(Redemption, models.PROTECT, related_name="payouts")
    payer = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="payouts")
    advanced_by = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, related_name="+")
    fen = models.BigIntegerField()
    paper = models.OneToOneField(BankPaper, models.PROTECT, related_name="payout")
    paid_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="payout_once", fields=["redemption", "payer"]),
            models.CheckConstraint(name="payout_advanced_by_another", condition=~Q(advanced_by=F("payer"))),
        )


class Recovery(models.Model):
    """Money that came back of a redemption claimed back; written once."""

    redemption = models.ForeignKey(Redemption, models.PROTECT, related_name="recoveries")
    fen = models.BigIntegerField()
    paper = models.OneToOneField(BankPaper, models.PROTECT, related_name="recovery")
    at = models.DateTimeField()


class SettlementBatch(Stateful):
    """Lines of a period that provinces settle together; all confirm the same digest of its lines."""

    name = models.CharField(max_length=40, unique=True)
    begins = models.DateField()
    ends = models.DateField()
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(name="batch_days", condition=Q(ends__gt=F("begins"))),)


class SettlementLine(models.Model):
    """What one jurisdiction owes another for a payout that the other advanced."""

    payout = models.OneToOneField(Payout, models.PROTECT, related_name="line")
    batch = models.ForeignKey(SettlementBatch, models.PROTECT, null=True, related_name="lines")
    debtor = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    creditor = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    fen = models.BigIntegerField()
    disputed = models.BooleanField(default=False)


class SettlementPayment(models.Model):
    """A bank's paper that covers a transfer of a batch; written once."""

    batch = models.ForeignKey(SettlementBatch, models.PROTECT, related_name="payments")
    payer = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    payee = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    paper = models.OneToOneField(BankPaper, models.PROTECT, related_name="settlement")
    at = models.DateTimeField()
