"""What is shared: instruments, facilities and the rest, each with one calendar per unit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heban.exchange.models.parties import Jurisdiction, Organisation

KINDS = (
    "instrument", "facility", "base", "dataset", "expert", "service", "pilot_line", "material", "computing",
)  # fmt: skip


class Asset(models.Model):
    """A shared thing with an owner and a place; `value_fen` is what it was bought for."""

    kind = models.CharField(max_length=12)
    name = models.TextField()
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="assets")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="assets")
    value_fen = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="asset_kind", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(name="asset_value", condition=Q(value_fen__gt=0)),
        )


class AssetUnit(models.Model):
    """One calendar of an asset: what can serve one user at a time. An asset for k users has k of them."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="units")
    no = models.IntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(name="unit_no_once", fields=["asset", "no"]),)
