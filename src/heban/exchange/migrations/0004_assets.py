"""What is shared, when it is open and what it costs."""

import django.db.models.deletion
from django.contrib.postgres import fields, indexes, search
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0003_people"),)

    operations = (
        migrations.CreateModel(
            name="Asset",
            fields=[
                ID,
                ("state", models.CharField(max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("since", models.DateTimeField()),
                ("due", models.DateTimeField(null=True)),
                ("kind", models.CharField(max_length=12)),
                ("name", models.TextField()),
                ("name_en", models.TextField(blank=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets",
                        to="exchange.organisation",
                    ),
                ),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets",
                        to="exchange.jurisdiction",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60)),
                ("typecode", models.CharField(blank=True, max_length=20)),
                ("gs1", models.CharField(blank=True, max_length=60)),
                ("model", models.TextField(blank=True)),
                ("maker", models.TextField(blank=True)),
                ("country", models.TextField(blank=True)),
                ("specification", models.TextField(blank=True)),
                ("purpose", models.TextField(blank=True)),
                ("notes", models.TextField(blank=True)),
                (
                    "fields",
                    fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None),
                ),
                ("address", models.TextField(blank=True)),
                ("longitude", models.FloatField(null=True)),
                ("latitude", models.FloatField(null=True)),
                ("value_fen", models.BigIntegerField(null=True)),
                ("public_money", models.BooleanField(default=False)),
                ("in_use_since", models.DateField(null=True)),
                ("service_class", models.CharField(default="sharing", max_length=20)),
                ("voucher_ok", models.BooleanField(default=False)),
                ("confirms_itself", models.BooleanField(default=False)),
                ("needs_training", models.BooleanField(default=False)),
                ("open_on_holidays", models.BooleanField(default=False)),
                ("grid_minutes", models.IntegerField(default=30)),
                ("least_minutes", models.IntegerField(default=30)),
                ("most_minutes", models.IntegerField(default=1440)),
                ("before_minutes", models.IntegerField(default=0)),
                ("after_minutes", models.IntegerField(default=0)),
                ("advance_days", models.IntegerField(default=90)),
                ("cancel_hours", models.IntegerField(default=24)),
                ("suspended_by_reviewer", models.BooleanField(default=False)),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.person",
                    ),
                ),
                (
                    "listed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.person",
                    ),
                ),
                ("words", search.SearchVectorField(null=True)),
            ],
            options={
                "indexes": [
                    indexes.GinIndex(fields=["words"], name="asset_words"),
                    indexes.GinIndex(fields=["fields"], name="asset_fields"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "instrument",
                                    "facility",
                                    "base",
                                    "dataset",
                                    "expert",
                                    "service",
                                    "pilot_line",
                                    "material",
                                    "computing",
                                ],
                            )
                        ),
                        name="asset_kind",
                    ),
                    models.CheckConstraint(condition=models.Q(("value_fen__gt", 0)), name="asset_value"),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("owner", "number"),
                        name="asset_number_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("advance_days__gte", 0),
                            ("after_minutes__gte", 0),
                            ("before_minutes__gte", 0),
                            ("cancel_hours__gte", 0),
                            ("grid_minutes__gt", 0),
                            ("least_minutes__gt", 0),
                            ("most_minutes__gte", models.F("least_minutes")),
                        ),
                        name="asset_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("listed_by", models.F("submitted_by")), _negated=True),
                        name="asset_listed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(
                                ("latitude__isnull", False),
                                ("latitude__range", (-90, 90)),
                                ("longitude__isnull", False),
                                ("longitude__range", (-180, 180)),
                            ),
                            _connector="OR",
                        ),
                        name="asset_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AssetUnit",
            fields=[
                ID,
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="units", to="exchange.asset"
                    ),
                ),
                ("no", models.IntegerField(default=1)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("asset", "no"), name="unit_no_once")],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ID,
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="exchange.asset",
                    ),
                ),
                ("weekday", models.SmallIntegerField()),
                ("opens", models.SmallIntegerField()),
                ("closes", models.SmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes__gt", models.F("opens")),
                            ("closes__lte", 1440),
                            ("opens__gte", 0),
                            ("weekday__range", (0, 6)),
                        ),
                        name="opening_form",
                    ),
                    models.UniqueConstraint(fields=("asset", "weekday", "opens"), name="opening_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceTier",
            fields=[
                ID,
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prices",
                        to="exchange.asset",
                    ),
                ),
                ("user_class", models.CharField(max_length=10)),
                ("unit", models.CharField(max_length=6)),
                ("fen", models.BigIntegerField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("user_class__in", ["internal", "partner", "region", "delta", "commercial"])
                        ),
                        name="price_user_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit__in", ["hour", "sample", "job"])), name="price_unit"
                    ),
                    models.CheckConstraint(condition=models.Q(("fen__gte", 0)), name="price_not_negative"),
                    models.UniqueConstraint(
                        fields=("asset", "user_class", "unit", "since"), name="price_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                ID,
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trained",
                        to="exchange.asset",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainings",
                        to="exchange.person",
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("asset", "person", "since"), name="training_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AllianceAsset",
            fields=[
                ID,
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets",
                        to="exchange.alliance",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alliances",
                        to="exchange.asset",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("alliance", "asset"), name="alliance_asset_once")
                ],
            },
        ),
    )
