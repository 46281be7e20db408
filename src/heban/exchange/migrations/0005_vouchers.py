"""Schemes, their rules, and quotas."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0004_assets"),)

    operations = (
        migrations.CreateModel(
            name="Scheme",
            fields=[
                ID,
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                ID,
                ("state", models.CharField(max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("since", models.DateTimeField()),
                ("due", models.DateTimeField(null=True)),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule_sets",
                        to="exchange.scheme",
                    ),
                ),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule_sets",
                        to="exchange.jurisdiction",
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("terms", models.JSONField()),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.person"
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                        name="rule_set_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", False),
                            ("state__in", ["draft", "dropped"]),
                            _connector="OR",
                        ),
                        name="rule_set_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="rule_set_days",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state__in", ["active", "closed"])),
                        expressions=[
                            (
                                models.Func(
                                    models.F("scheme_id"),
                                    models.F("scheme_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("jurisdiction_id"),
                                    models.F("jurisdiction_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("valid_from"),
                                    models.F("valid_to"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="rule_set_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoucherQuota",
            fields=[
                ID,
                ("state", models.CharField(max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("since", models.DateTimeField()),
                ("due", models.DateTimeField(null=True)),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="exchange.scheme",
                    ),
                ),
                (
                    "rule_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="exchange.ruleset",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="exchange.organisation",
                    ),
                ),
                ("year", models.SmallIntegerField()),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), size=None
                    ),
                ),
                (
                    "figures",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="exchange.firmyear",
                    ),
                ),
                ("controller", models.CharField(blank=True, max_length=40)),
                (
                    "station",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="exchange.station",
                    ),
                ),
                (
                    "applied_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="exchange.person",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("last_day", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("due__isnull", False)), fields=["due"], name="quota_due")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["applied", "county_passed", "granted", "frozen"])),
                        fields=("scheme", "organisation", "year"),
                        name="quota_one_alive",
                    )
                ],
            },
        ),
    )
