"""Bookings and what they came to."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0008_papers"),)

    operations = (
        migrations.CreateModel(
            name="Booking",
            fields=[
                ID,
                ("state", models.CharField(max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("since", models.DateTimeField()),
                ("due", models.DateTimeField(null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="exchange.assetunit",
                    ),
                ),
                ("purpose", models.CharField(default="use", max_length=12)),
                (
                    "taker",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="exchange.organisation",
                    ),
                ),
                ("use_during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("busy_during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="exchange.person",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="exchange.serviceorder",
                    ),
                ),
                ("price_fen", models.BigIntegerField(null=True)),
                ("price_origin", models.JSONField(null=True)),
                ("fee_fen", models.BigIntegerField(default=0)),
                ("fee_payer", models.CharField(blank=True, max_length=8)),
                ("started_at", models.DateTimeField(null=True)),
                (
                    "renews",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="exchange.booking",
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due__isnull", False)), fields=["due"], name="booking_due"
                    ),
                    models.Index(
                        models.F("unit_id"),
                        models.Func(models.F("busy_during"), function="lower"),
                        name="booking_calendar",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("renews",), name="booking_renews_once"),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["use", "maintenance", "blackout"])),
                        name="booking_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fee_payer__in", ["", "firm", "provider"])),
                        name="booking_fee_payer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fee_fen__gte", 0), ("price_fen__gte", 0)), name="booking_amounts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taker__isnull", False),
                            models.Q(("purpose", "use"), _negated=True),
                            _connector="OR",
                        ),
                        name="booking_taker_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("use_during__isempty", False),
                            ("use_during__lower_inc", True),
                            ("use_during__lower_inf", False),
                            ("use_during__upper_inc", False),
                            ("use_during__upper_inf", False),
                        ),
                        name="booking_use_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("busy_during__isempty", False),
                            ("busy_during__lower_inc", True),
                            ("busy_during__lower_inf", False),
                            ("busy_during__upper_inc", False),
                            ("busy_during__upper_inf", False),
                            ("busy_during__contains", models.F("use_during")),
                        ),
                        name="booking_busy_form",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            ("state__in", ("held", "requested", "confirmed", "in_use", "done"))
                        ),
                        expressions=[
                            (
                                models.Func(
                                    models.F("unit_id"),
                                    models.F("unit_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            ("busy_during", "&&"),
                        ],
                        name="booking_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Usage",
            fields=[
                ID,
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="usage",
                        to="exchange.booking",
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("minutes", models.IntegerField()),
                ("external", models.BooleanField()),
                ("metered", models.BooleanField()),
                ("charge_fen", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("charge_fen__gte", 0),
                            ("ended_at__gt", models.F("started_at")),
                            ("minutes__gt", 0),
                        ),
                        name="usage_form",
                    )
                ],
            },
        ),
    )
