"""The audit, the edges of the machines, approvals, evidence and answers given."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0003_money"),)

    operations = (
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("actor", models.TextField()),
                ("key", models.CharField(max_length=80)),
                ("request", models.CharField(max_length=64)),
                ("answer", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("actor", "key"), name="answer_once")],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entity", models.CharField(max_length=40)),
                ("entity_id", models.BigIntegerField()),
                ("sequence", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("act", models.TextField()),
                ("reason", models.TextField()),
                ("change", models.JSONField()),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("entity", "entity_id", "sequence"), name="audit_chain")
                ],
            },
        ),
        migrations.CreateModel(
            name="StateEdge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("machine", models.CharField(max_length=20)),
                ("event", models.CharField(max_length=20)),
                ("source", models.CharField(blank=True, max_length=20)),
                ("target", models.CharField(max_length=20)),
            ],
            options={
                "indexes": [models.Index(fields=["machine", "source", "target"], name="edge_lookup")],
                "constraints": [
                    models.UniqueConstraint(fields=("machine", "event", "source"), name="edge_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=20)),
                ("subject_id", models.BigIntegerField()),
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
                    "paid_by",
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
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.person"
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
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=20)),
                ("shown_at", models.DateTimeField()),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="exchange.jurisdiction",
                    ),
                ),
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
    )
