"""Bookings: a unit of an asset taken from one moment to another, by nobody else meanwhile."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q, Value

from heban.exchange.models.assets import AssetUnit
from heban.exchange.models.orders import ServiceOrder
from heban.exchange.models.parties import Organisation
from heban.exchange.models.people import Person
from heban.exchange.models.states import Stateful, due_index, one_of

LIVE = ("held", "requested", "confirmed", "in_use", "done")
"""States in which a booking keeps its time from others."""


def _bounded(field: str) -> Q:
    """A range from one moment to a later one, the last not included."""
    ends = {"isempty": False, "lower_inf": False, "upper_inf": False, "lower_inc": True, "upper_inc": False}
    return Q(**{f"{field}__{name}": value for name, value in ends.items()})


class Booking(Stateful):
    """A unit taken for `use_during`, and kept free around it: `busy_during` also holds the buffers.

    Maintenance and blackouts are bookings too, so that one constraint keeps all of them apart. `renews` names
    the cancelled booking that this one takes up again. A hold is `due` when nobody asked for it in time, a
    request when the provider did not answer, and a confirmed booking when nobody came.
    """

    unit = models.ForeignKey(AssetUnit, models.PROTECT, related_name="bookings")
    purpose = models.CharField(max_length=12, default="use")
    taker = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="bookings")
    use_during = DateTimeRangeField()
    busy_during = DateTimeRangeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="bookings")
    order = models.ForeignKey(ServiceOrder, models.PROTECT, null=True, related_name="bookings")
    price_fen = models.BigIntegerField(null=True)
    price_origin = models.JSONField(null=True)
    fee_fen = models.BigIntegerField(default=0)
    fee_payer = models.CharField(max_length=8, blank=True)
    started_at = models.DateTimeField(null=True)
    renews = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewals")
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="booking_renews_once", fields=["renews"]),
            one_of("booking_purpose", "purpose", ["use", "maintenance", "blackout"]),
            one_of("booking_fee_payer", "fee_payer", ["", "firm", "provider"]),
            models.CheckConstraint(name="booking_amounts", condition=Q(price_fen__gte=0, fee_fen__gte=0)),
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
        indexes = (
            due_index("booking_due"),
            # A calendar is read from a day on: without this the planner reads every booking.
            models.Index(F("unit_id"), Func(F("busy_during"), function="lower"), name="booking_calendar"),
        )


class Usage(models.Model):
    """What a booking came to: minutes, whether the user was from outside, what it cost; written once."""

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="usage")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    minutes = models.IntegerField()
    external = models.BooleanField()
    metered = models.BooleanField()
    charge_fen = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="usage_form",
                condition=Q(ended_at__gt=F("started_at"), minutes__gt=0, charge_fen__gte=0),
            ),
        )
