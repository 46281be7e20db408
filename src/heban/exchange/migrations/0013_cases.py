"""Cases, alarms and what is drawn for audit."""

import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0012_settlement"),)

    operations = (
        migrations.CreateModel(
            name="Case",
            fields=[
                ID,
                ("state", models.CharField(max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("since", models.DateTimeField()),
                ("due", models.DateTimeField(null=True)),
                ("kind", models.CharField(max_length=30)),
                ("words", models.TextField()),
                ("opened_by", models.TextField()),
                ("finding", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("due__isnull", False)), fields=["due"], name="case_due")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding", ""), _negated=True),
                            models.Q(("state", "closed_proven"), _negated=True),
                            _connector="OR",
                        ),
                        name="case_finding_given",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseParty",
            fields=[
                ID,
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="exchange.case",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="exchange.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "organisation"), name="case_party_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseSubject",
            fields=[
                ID,
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subjects",
                        to="exchange.case",
                    ),
                ),
                ("subject", models.CharField(max_length=20)),
                ("subject_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "subject", "subject_id"), name="case_subject_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ID,
                ("key", models.CharField(max_length=120, unique=True)),
                ("kind", models.CharField(max_length=30)),
                ("words", models.JSONField()),
                ("evidence", models.JSONField()),
                ("found_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="exchange.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditDraw",
            fields=[
                ID,
                (
                    "redemption",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw",
                        to="exchange.redemption",
                    ),
                ),
                ("period", models.CharField(max_length=10)),
                ("seed", models.CharField(max_length=64)),
                ("ground", models.CharField(max_length=6)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ground__in", ["random", "risk"])), name="draw_ground"
                    )
                ],
            },
        ),
    )
