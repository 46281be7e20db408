"""What several people must agree to, and evidence."""

import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0005_vouchers"),)

    operations = (
        migrations.CreateModel(
            name="Approval",
            fields=[
                ID,
                ("subject", models.CharField(max_length=20)),
                ("subject_id", models.BigIntegerField()),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.person"
                    ),
                ),
                (
                    "county_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.person",
                    ),
                ),
                (
                    "region_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.person",
                    ),
                ),
                (
                    "paid_by",
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
                    models.UniqueConstraint(fields=("subject", "subject_id"), name="approval_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("submitted_by__isnull", True),
                                ("county_by__isnull", True),
                                models.Q(("submitted_by", models.F("county_by")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("submitted_by__isnull", True),
                                ("region_by__isnull", True),
                                models.Q(("submitted_by", models.F("region_by")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("submitted_by__isnull", True),
                                ("paid_by__isnull", True),
                                models.Q(("submitted_by", models.F("paid_by")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("county_by__isnull", True),
                                ("region_by__isnull", True),
                                models.Q(("county_by", models.F("region_by")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("county_by__isnull", True),
                                ("paid_by__isnull", True),
                                models.Q(("county_by", models.F("paid_by")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("region_by__isnull", True),
                                ("paid_by__isnull", True),
                                models.Q(("region_by", models.F("paid_by")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="approval_four_eyes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ID,
                ("sha256", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=20)),
                ("name", models.TextField(blank=True)),
                ("bytes", models.BigIntegerField(default=0)),
                ("media", models.CharField(blank=True, max_length=100)),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="exchange.jurisdiction",
                    ),
                ),
                ("shown_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sha256",), name="evidence_once"),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="evidence_sha256_form"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ID,
                ("subject", models.CharField(max_length=20)),
                ("subject_id", models.BigIntegerField()),
                ("subject_version", models.IntegerField()),
                ("event", models.CharField(max_length=20)),
                ("actor", models.CharField(max_length=20)),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.jurisdiction",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="exchange.person",
                    ),
                ),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "subject_id", "subject_version", "event", "person"),
                        name="consent_by_different_people",
                    ),
                    models.UniqueConstraint(
                        fields=("subject", "subject_id", "subject_version", "event", "actor", "jurisdiction"),
                        name="consent_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RelatedFinding",
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
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.person"
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.person",
                    ),
                ),
                ("reason", models.TextField()),
                ("until", models.DateField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first", models.F("second")), _negated=True),
                        name="finding_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="finding_reason"
                    ),
                ],
            },
        ),
    )
