"""What is shared: instruments, facilities and the rest, with their opening hours, prices and calendars."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from heban.exchange.models.parties import Alliance, Jurisdiction, Organisation
from heban.exchange.models.people import Person
from heban.exchange.models.states import Stateful, one_of

KINDS = (
    "instrument", "facility", "base", "dataset", "expert", "service", "pilot_line", "material", "computing",
)  # fmt: skip
USER_CLASSES = ("internal", "partner", "region", "delta", "commercial")
UNITS = ("hour", "sample", "job")


class Asset(Stateful):
    """A shared thing with an owner and a place; `value_fen` is what it was bought for.

    `number` is the owner's own. Codes are those of the national sheet: `typecode` of the kind of instrument,
    `fields` of GB/T 13745. Minutes, days and hours say how it may be booked; `words` is what it is found by.
    """

    kind = models.CharField(max_length=12)
    name = models.TextField()
    name_en = models.TextField(blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="assets")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="assets")
    number = models.CharField(max_length=60, blank=True)
    typecode = models.CharField(max_length=20, blank=True)
    gs1 = models.CharField(max_length=60, blank=True)
    model = models.TextField(blank=True)
    maker = models.TextField(blank=True)
    country = models.TextField(blank=True)
    specification = models.TextField(blank=True)
    purpose = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    fields = ArrayField(models.CharField(max_length=12), default=list)
    address = models.TextField(blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    value_fen = models.BigIntegerField(null=True)
    public_money = models.BooleanField(default=False)
    in_use_since = models.DateField(null=True)
    service_class = models.CharField(max_length=20, default="sharing")
    voucher_ok = models.BooleanField(default=False)
    confirms_itself = models.BooleanField(default=False)
    needs_training = models.BooleanField(default=False)
    open_on_holidays = models.BooleanField(default=False)
    grid_minutes = models.IntegerField(default=30)
    least_minutes = models.IntegerField(default=30)
    most_minutes = models.IntegerField(default=24 * 60)
    before_minutes = models.IntegerField(default=0)
    after_minutes = models.IntegerField(default=0)
    advance_days = models.IntegerField(default=90)
    cancel_hours = models.IntegerField(default=24)
    suspended_by_reviewer = models.BooleanField(default=False)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    listed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    words = SearchVectorField(null=True)

    class Meta:
        constraints = (
            one_of("asset_kind", "kind", KINDS),
            models.CheckConstraint(name="asset_value", condition=Q(value_fen__gt=0)),
            models.UniqueConstraint(
                name="asset_number_once", fields=["owner", "number"], condition=~Q(number="")
            ),
            models.CheckConstraint(
                name="asset_minutes",
                condition=Q(
                    grid_minutes__gt=0, least_minutes__gt=0, most_minutes__gte=F("least_minutes"),
                    before_minutes__gte=0, after_minutes__gte=0, advance_days__gte=0, cancel_hours__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="asset_listed_by_another", condition=~Q(listed_by=F("submitted_by"))
            ),
            models.CheckConstraint(
                name="asset_place", condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False, longitude__range=(-180, 180),
                    latitude__isnull=False, latitude__range=(-90, 90),
                ),
            ),
        )  # fmt: skip
        indexes = (
            GinIndex(name="asset_words", fields=["words"]),
            GinIndex(name="asset_fields", fields=["fields"]),
        )


class AssetUnit(models.Model):
    """One calendar of an asset: what can serve one user at a time. An asset for k users has k of them."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="units")
    no = models.IntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(name="unit_no_once", fields=["asset", "no"]),)


class Opening(models.Model):
    """Minutes of a weekday (0 is Monday) in which an asset is open, up to the last, not counted."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="openings")
    weekday = models.SmallIntegerField()
    opens = models.SmallIntegerField()
    closes = models.SmallIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="opening_form",
                condition=Q(weekday__range=(0, 6), opens__gte=0, closes__gt=F("opens"), closes__lte=1440),
            ),
            models.UniqueConstraint(name="opening_once", fields=["asset", "weekday", "opens"]),
        )


class PriceTier(models.Model):
    """What an asset costs a class of users for an hour, a sample or a job, from a day on."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="prices")
    user_class = models.CharField(max_length=10)
    unit = models.CharField(max_length=6)
    fen = models.BigIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = (
            one_of("price_user_class", "user_class", USER_CLASSES),
            one_of("price_unit", "unit", UNITS),
            models.CheckConstraint(name="price_not_negative", condition=Q(fen__gte=0)),
            models.UniqueConstraint(name="price_once", fields=["asset", "user_class", "unit", "since"]),
        )


class Training(models.Model):
    """That a person may use an asset that needs training, until a day."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="trained")
    person = models.ForeignKey(Person, models.PROTECT, related_name="trainings")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="training_once", fields=["asset", "person", "since"]),)


class AllianceAsset(models.Model):
    """That an alliance shares an asset: its members are partners of the owner there."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="assets")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="alliances")

    class Meta:
        constraints = (models.UniqueConstraint(name="alliance_asset_once", fields=["alliance", "asset"]),)
