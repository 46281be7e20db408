"""People, what they may do, and the tokens that act for them."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0002_groups"),)

    operations = (
        migrations.CreateModel(
            name="Person",
            fields=[
                ID,
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("name", models.TextField()),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("language", models.CharField(default="zh-hans", max_length=8)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["zh-hans", "en"])), name="person_language"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ID,
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="exchange.person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="exchange.organisation",
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="exchange.jurisdiction",
                    ),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "organisation", "role", "jurisdiction", "valid"),
                        name="membership_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid__isempty", False)), name="membership_valid_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "firm_member",
                                    "firm_manager",
                                    "provider_member",
                                    "provider_manager",
                                    "operator",
                                    "station_member",
                                    "county_reviewer",
                                    "region_reviewer",
                                    "region_finance",
                                    "auditor",
                                    "platform",
                                ],
                            )
                        ),
                        name="membership_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("jurisdiction__isnull", False),
                            models.Q(
                                (
                                    "role__in",
                                    ("county_reviewer", "region_reviewer", "region_finance", "auditor"),
                                ),
                                _negated=True,
                            ),
                            _connector="OR",
                        ),
                        name="membership_office_somewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ID,
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to="exchange.person",
                    ),
                ),
                ("name", models.TextField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                ID,
                ("key", models.CharField(max_length=64)),
                ("starts", models.DateTimeField()),
                ("count", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "starts"), name="window_once")],
            },
        ),
    )
