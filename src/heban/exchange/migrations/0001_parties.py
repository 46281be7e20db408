"""Who takes part: jurisdictions, organisations, their figures and standing."""

import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="Jurisdiction",
            fields=[
                ID,
                ("code", models.CharField(max_length=6, unique=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField(blank=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="exchange.jurisdiction",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[1-9][0-9]{5}$")), name="jurisdiction_code_form"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ID,
                ("uscc", models.CharField(max_length=18, null=True, unique=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField(blank=True)),
                ("address", models.TextField(blank=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("firm", "Firm"),
                            ("provider", "Provider"),
                            ("university", "University"),
                            ("institute", "Institute"),
                            ("incubator", "Incubator"),
                            ("agency", "Agency"),
                            ("hub", "Hub"),
                            ("bank", "Bank"),
                            ("gov", "Government"),
                            ("team", "Team"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisations",
                        to="exchange.jurisdiction",
                    ),
                ),
                ("blacklisted_until", models.DateField(null=True)),
                ("holds_for_state", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("uscc__regex", "^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$")
                        ),
                        name="organisation_uscc_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("uscc__isnull", False), ("kind", "team"), _connector="OR"),
                        name="organisation_uscc_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "firm",
                                    "provider",
                                    "university",
                                    "institute",
                                    "incubator",
                                    "agency",
                                    "hub",
                                    "bank",
                                    "gov",
                                    "team",
                                ],
                            )
                        ),
                        name="organisation_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FirmYear",
            fields=[
                ID,
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="years",
                        to="exchange.organisation",
                    ),
                ),
                ("year", models.SmallIntegerField()),
                ("figures", models.JSONField()),
                ("source", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ID,
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standings",
                        to="exchange.organisation",
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("source", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["tech_sme", "firm", "team", "incubatee"])),
                        name="standing_kind",
                    ),
                    models.UniqueConstraint(fields=("organisation", "kind", "since"), name="standing_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tie",
            fields=[
                ID,
                ("a", models.CharField(max_length=60)),
                ("b", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=12)),
                ("basis_points", models.IntegerField(default=0)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("source", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["b"], name="tie_from_b")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "equity",
                                    "branch",
                                    "controller",
                                    "legal_rep",
                                    "keyperson",
                                    "family",
                                    "address",
                                    "account",
                                    "agent",
                                ],
                            )
                        ),
                        name="tie_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("basis_points__gt", 0), ("basis_points__lte", 10000), ("kind", "equity")
                            ),
                            models.Q(models.Q(("kind", "equity"), _negated=True), ("basis_points", 0)),
                            _connector="OR",
                        ),
                        name="tie_share",
                    ),
                    models.UniqueConstraint(
                        fields=("a", "b", "kind", "since"), name="tie_once", nulls_distinct=False
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Controlled",
            fields=[
                ID,
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="controlled",
                        to="exchange.organisation",
                    ),
                ),
                ("key", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [models.Index(fields=["key"], name="controlled_key")],
            },
        ),
        migrations.CreateModel(
            name="RelatedCheck",
            fields=[
                ID,
                (
                    "a",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.organisation",
                    ),
                ),
                (
                    "b",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.organisation",
                    ),
                ),
                ("day", models.DateField()),
                ("method", models.CharField(max_length=8)),
                ("threshold_bp", models.IntegerField()),
                ("hits", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
        ),
    )
