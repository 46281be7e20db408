"""Service orders: what a firm asks of a provider, the quote, the contract, samples, papers and ratings."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from heban.exchange.models.approvals import Evidence
from heban.exchange.models.assets import Asset, PriceTier
from heban.exchange.models.parties import Organisation, Station
from heban.exchange.models.people import Person
from heban.exchange.models.states import Stateful, due_index, one_of
from heban.exchange.models.vouchers import RuleSet

UNQUOTED = ("draft", "submitted", "quoted", "cancelled", "declined", "expired")
"""States in which an order may stand without a quote that the firm took."""


class ServiceOrder(Stateful):
    """What a firm asks of a provider, by itself or through a station, from a draft to the end.

    `quote` is the one accepted; `accepted_on` is the day on which the firm took what was delivered.
    """

    firm = models.ForeignKey(Organisation, models.PROTECT, related_name="orders")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="orders_received")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="orders")
    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="orders")
    service_class = models.CharField(max_length=20)
    use = models.CharField(max_length=24, default="ordinary")
    title = models.TextField()
    wish = models.TextField(blank=True)
    other_funding_fen = models.BigIntegerField(default=0)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="orders")
    made_at = models.DateTimeField()
    quote = models.ForeignKey("Quote", models.PROTECT, null=True, related_name="+")
    accepted_on = models.DateField(null=True)
    accepted_by_itself = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(name="order_two_parties", condition=~Q(firm=F("provider"))),
            models.CheckConstraint(name="order_other_funding", condition=Q(other_funding_fen__gte=0)),
            models.CheckConstraint(
                name="order_quote_given", condition=Q(quote__isnull=False) | Q(state__in=UNQUOTED)
            ),
        )
        indexes = (
            due_index("order_due"),
            models.Index(name="order_of_firm", fields=["firm", "state"]),
            models.Index(name="order_of_provider", fields=["provider", "state"]),
        )


class Quote(models.Model):
    """What a provider offers for an order, until when, and under which rules; written once."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="quotes")
    no = models.SmallIntegerField()
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, null=True, related_name="quotes")
    total_fen = models.BigIntegerField()
    eligible_fen = models.BigIntegerField()
    valid_until = models.DateTimeField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="quote_once", fields=["order", "no"]),
            models.CheckConstraint(
                name="quote_eligible_within",
                condition=Q(total_fen__gt=0, eligible_fen__gte=0, eligible_fen__lte=F("total_fen")),
            ),
        )


class QuoteLine(models.Model):
    """One line of a quote: what, how much of it, at which price, and whether a voucher may pay for it."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="lines")
    no = models.SmallIntegerField()
    words = models.TextField()
    tier = models.ForeignKey(PriceTier, models.PROTECT, null=True, related_name="+")
    quantity = models.IntegerField()
    unit_fen = models.BigIntegerField()
    fen = models.BigIntegerField()
    eligible = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="quote_line_once", fields=["quote", "no"]),
            models.CheckConstraint(
                name="quote_line_form", condition=Q(quantity__gt=0, unit_fen__gte=0, fen__gte=0)
            ),
        )


class Contract(models.Model):
    """The contract of an order by its sha256, which both sides sign; one paper makes one contract."""

    order = models.OneToOneField(ServiceOrder, models.PROTECT, related_name="contract")
    sha256 = models.CharField(max_length=64)
    fen = models.BigIntegerField()
    until = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="contract_sha256_once", fields=["sha256"]),
            models.CheckConstraint(
                name="contract_form", condition=Q(fen__gt=0, sha256__regex=r"^[0-9a-f]{64}$")
            ),
        )


class Sample(Stateful):
    """A firm's sample on its way through a laboratory; who tests it does not verify it."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="samples")
    code = models.CharField(max_length=40)
    what = models.TextField()
    quantity = models.TextField(blank=True)
    waybill = models.CharField(max_length=60, null=True)
    lab_number = models.CharField(max_length=60, blank=True)
    tested_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    verified_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    retain_until = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="sample_code_once", fields=["order", "code"]),
            models.UniqueConstraint(name="sample_waybill_once", fields=["waybill"]),
            models.CheckConstraint(
                name="sample_verified_by_another", condition=~Q(verified_by=F("tested_by"))
            ),
        )
        indexes = (due_index("sample_due"),)


class Custody(models.Model):
    """That a sample passed into somebody's hands, in which condition; written once."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="custody")
    event = models.CharField(max_length=20)
    holder = models.CharField(max_length=10)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    waybill = models.CharField(max_length=60, blank=True)
    condition = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (one_of("custody_holder", "holder", ["firm", "courier", "provider", "nobody"]),)


class Paper(models.Model):
    """A paper of an order: contract, invoice, payment or report; each file and number serves once."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=10)
    number = models.CharField(max_length=60, blank=True)
    fen = models.BigIntegerField(null=True)
    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="paper")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of("paper_kind", "kind", ["contract", "invoice", "payment", "report", "other"]),
            models.UniqueConstraint(
                name="paper_number_once",
                fields=["kind", "number"],
                condition=Q(kind__in=["invoice", "payment"]),
            ),
            models.CheckConstraint(
                name="paper_amount_given",
                condition=Q(fen__isnull=False, fen__gt=0) & ~Q(number="")
                | ~Q(kind__in=["invoice", "payment"]),
            ),
        )


class Rating(models.Model):
    """What one side of an order says of the other, once."""

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="ratings")
    side = models.CharField(max_length=8)
    stars = models.SmallIntegerField()
    words = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="rating_once", fields=["order", "side"]),
            one_of("rating_side", "side", ["firm", "provider"]),
            models.CheckConstraint(name="rating_stars", condition=Q(stars__range=(1, 5))),
        )
