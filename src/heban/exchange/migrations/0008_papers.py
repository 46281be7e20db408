"""The samples and papers of orders."""

import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0007_orders"),)

    operations = (
        migrations.CreateModel(
            name="Sample",
            fields=[
                ID,
                ("state", models.CharField(max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("since", models.DateTimeField()),
                ("due", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="exchange.serviceorder",
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("what", models.TextField()),
                ("quantity", models.TextField(blank=True)),
                ("waybill", models.CharField(max_length=60, null=True)),
                ("lab_number", models.CharField(blank=True, max_length=60)),
                (
                    "tested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.person",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.person",
                    ),
                ),
                ("retain_until", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due__isnull", False)), fields=["due"], name="sample_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "code"), name="sample_code_once"),
                    models.UniqueConstraint(fields=("waybill",), name="sample_waybill_once"),
                    models.CheckConstraint(
                        condition=models.Q(("verified_by", models.F("tested_by")), _negated=True),
                        name="sample_verified_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Custody",
            fields=[
                ID,
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody",
                        to="exchange.sample",
                    ),
                ),
                ("event", models.CharField(max_length=20)),
                ("holder", models.CharField(max_length=10)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.person",
                    ),
                ),
                ("waybill", models.CharField(blank=True, max_length=60)),
                ("condition", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("holder__in", ["firm", "courier", "provider", "nobody"])),
                        name="custody_holder",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ID,
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="exchange.serviceorder",
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("fen", models.BigIntegerField(null=True)),
                (
                    "evidence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="exchange.evidence",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.person"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["contract", "invoice", "payment", "report", "other"])
                        ),
                        name="paper_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["invoice", "payment"])),
                        fields=("kind", "number"),
                        name="paper_number_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("fen__gt", 0),
                                ("fen__isnull", False),
                                models.Q(("number", ""), _negated=True),
                            ),
                            models.Q(("kind__in", ["invoice", "payment"]), _negated=True),
                            _connector="OR",
                        ),
                        name="paper_amount_given",
                    ),
                ],
            },
        ),
    )
