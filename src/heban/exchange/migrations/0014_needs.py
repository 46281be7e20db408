"""Needs, joint programmes and notices."""

import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0013_cases"),)

    operations = (
        migrations.CreateModel(
            name="Need",
            fields=[
                ID,
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="exchange.organisation",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="exchange.station",
                    ),
                ),
                ("title", models.TextField()),
                ("text", models.TextField()),
                ("field", models.CharField(blank=True, max_length=12)),
                ("budget_fen", models.BigIntegerField(null=True)),
                ("deadline", models.DateField(null=True)),
                ("public", models.BooleanField(default=False)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="exchange.person",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("text", ""), _negated=True)
                        ),
                        name="need_said",
                    ),
                    models.CheckConstraint(condition=models.Q(("budget_fen__gt", 0)), name="need_budget"),
                ],
            },
        ),
        migrations.CreateModel(
            name="JointProgramme",
            fields=[
                ID,
                ("title", models.TextField()),
                ("field", models.CharField(max_length=12)),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="exchange.jurisdiction",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="exchange.person",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("proposed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ProgrammeNeed",
            fields=[
                ID,
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="exchange.jointprogramme",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="exchange.need",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "need"), name="programme_need_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammePartner",
            fields=[
                ID,
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partners",
                        to="exchange.jointprogramme",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="exchange.organisation",
                    ),
                ),
                ("pledged_fen", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "organisation"), name="programme_partner_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pledged_fen__gte", 0)), name="programme_pledge"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ID,
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="exchange.person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="exchange.organisation",
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("values", models.JSONField()),
                ("subject", models.CharField(max_length=20)),
                ("subject_id", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at__isnull", True)), fields=["id"], name="notice_to_send"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", False), ("organisation__isnull", False), _connector="OR"
                        ),
                        name="notice_to_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ID,
                ("key", models.CharField(max_length=20, unique=True)),
                ("words", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="DailyHead",
            fields=[
                ID,
                ("day", models.DateField(unique=True)),
                ("events", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
        ),
    )
