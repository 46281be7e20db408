"""What is shared, and its bookings."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0001_parties"),)

    operations = (
        migrations.CreateModel(
            name="Asset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("name", models.TextField()),
                ("value_fen", models.BigIntegerField(null=True)),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets",
                        to="exchange.jurisdiction",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets",
                        to="exchange.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AssetUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("no", models.IntegerField(default=1)),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="units", to="exchange.asset"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(default="use", max_length=12)),
                ("use_during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("busy_during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("state", models.CharField(default="held", max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("held_until", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                (
                    "renews",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="exchange.booking",
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="exchange.organisation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="exchange.assetunit",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        (
                            "instrument",
                            "facility",
                            "base",
                            "dataset",
                            "expert",
                            "service",
                            "pilot_line",
                            "material",
                            "computing",
                        ),
                    )
                ),
                name="asset_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.CheckConstraint(condition=models.Q(("value_fen__gt", 0)), name="asset_value"),
        ),
        migrations.AddConstraint(
            model_name="assetunit",
            constraint=models.UniqueConstraint(fields=("asset", "no"), name="unit_no_once"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(fields=("renews",), name="booking_renews_once"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["use", "maintenance", "blackout"])),
                name="booking_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("taker__isnull", False), models.Q(("purpose", "use"), _negated=True), _connector="OR"
                ),
                name="booking_taker_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("use_during__isempty", False),
                    ("use_during__lower_inc", True),
                    ("use_during__lower_inf", False),
                    ("use_during__upper_inc", False),
                    ("use_during__upper_inf", False),
                ),
                name="booking_use_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("state__in", ("held", "requested", "confirmed", "in_use", "done"))),
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
        ),
    )
