"""Bookings: a unit of an asset taken from one moment to another, by nobody else meanwhile."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q, Value

from heban.exchange.models.assets import AssetUnit
from heban.exchange.models.parties import Organisation

LIVE = ("held", "requested", "confirmed", "in_use", "done")
"""States in which a booking keeps its time from others."""


def _bounded(field: str) -> Q:
    """A range from one moment to a later one, the last not included."""
    ends = {"isempty": False, "lower_inf": False, "upper_inf": False, "lower_inc": True, "upper_inc": False}
    return Q(**{f"{field}__{name}": value for name, value in ends.items()})


class Booking(models.Model):
    """A unit taken for `use_during`, and kept free around it: `busy_during` also holds the buffers.

    Maintenance and blackouts are bookings too, so that one constraint keeps all of them apart. `renews` names
    the cancelled booking that this one takes up again.
    """

    unit = models.ForeignKey(AssetUnit, models.PROTECT, related_name="bookings")
    purpose = models.CharField(max_length=12, default="use")
    taker = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="bookings")
    use_during = DateTimeRangeField()
    busy_during = DateTimeRangeField()
    state = models.CharField(max_length=20, default="held")
    version = models.IntegerField(default=1)
    held_until = models.DateTimeField(null=True)
    renews = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewals")
    made_at = models.DateTimeField()
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="booking_renews_once", fields=["renews"]),
            models.CheckConstraint(
                name="booking_purpose", condition=Q(purpose__in=["use", "maintenance", "blackout"])
            ),
            models.CheckConstraint(
                name="booking_taker_given", condition=Q(taker__isnull=False) | ~Q(purpose="use")
            ),
            models.CheckConstraint(name="booking_use_form", condition=_bounded("use_during")),
            models.CheckConstraint(
                name="booking_busy_form",
                condition=_bounded("busy_during") & Q(busy_during__contains=F("use_during")),
            ),
            ExclusionConstraint(
                name="booking_one_at_a_time",
                # A range of one number stands for the unit: equality in GiST would need btree_gist.
                expressions=[
                    (
                        Func(
                            F("unit_id"), F("unit_id"), Value("[]"),
                            function="int8range", output_field=BigIntegerRangeField(),
                        ),
                        "&&",
                    ),
                    ("busy_during", "&&"),
                ],
                condition=Q(state__in=LIVE),
            ),
        )  # fmt: skip
