"""Service orders, quotes and contracts."""

import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0006_approvals"),)

    operations = (
        migrations.CreateModel(
            name="ServiceOrder",
            fields=[
                ID,
                ("state", models.CharField(max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("since", models.DateTimeField()),
                ("due", models.DateTimeField(null=True)),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="exchange.organisation",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders_received",
                        to="exchange.organisation",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="exchange.asset",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="exchange.station",
                    ),
                ),
                ("service_class", models.CharField(max_length=20)),
                ("use", models.CharField(default="ordinary", max_length=24)),
                ("title", models.TextField()),
                ("wish", models.TextField(blank=True)),
                ("other_funding_fen", models.BigIntegerField(default=0)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="exchange.person",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("accepted_on", models.DateField(null=True)),
                ("accepted_by_itself", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due__isnull", False)), fields=["due"], name="order_due"
                    ),
                    models.Index(fields=["firm", "state"], name="order_of_firm"),
                    models.Index(fields=["provider", "state"], name="order_of_provider"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("firm", models.F("provider")), _negated=True),
                        name="order_two_parties",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("other_funding_fen__gte", 0)), name="order_other_funding"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quote",
            fields=[
                ID,
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotes",
                        to="exchange.serviceorder",
                    ),
                ),
                ("no", models.SmallIntegerField()),
                (
                    "rule_set",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotes",
                        to="exchange.ruleset",
                    ),
                ),
                ("total_fen", models.BigIntegerField()),
                ("eligible_fen", models.BigIntegerField()),
                ("valid_until", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.person"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order", "no"), name="quote_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("eligible_fen__gte", 0),
                            ("eligible_fen__lte", models.F("total_fen")),
                            ("total_fen__gt", 0),
                        ),
                        name="quote_eligible_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteLine",
            fields=[
                ID,
                (
                    "quote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="exchange.quote"
                    ),
                ),
                ("no", models.SmallIntegerField()),
                ("words", models.TextField()),
                (
                    "tier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.pricetier",
                    ),
                ),
                ("quantity", models.IntegerField()),
                ("unit_fen", models.BigIntegerField()),
                ("fen", models.BigIntegerField()),
                ("eligible", models.BooleanField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("quote", "no"), name="quote_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("fen__gte", 0), ("quantity__gt", 0), ("unit_fen__gte", 0)),
                        name="quote_line_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ID,
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contract",
                        to="exchange.serviceorder",
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("fen", models.BigIntegerField()),
                ("until", models.DateField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sha256",), name="contract_sha256_once"),
                    models.CheckConstraint(
                        condition=models.Q(("fen__gt", 0), ("sha256__regex", "^[0-9a-f]{64}$")),
                        name="contract_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ID,
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="exchange.serviceorder",
                    ),
                ),
                ("side", models.CharField(max_length=8)),
                ("stars", models.SmallIntegerField()),
                ("words", models.TextField(blank=True)),
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
                    models.UniqueConstraint(fields=("order", "side"), name="rating_once"),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["firm", "provider"])), name="rating_side"
                    ),
                    models.CheckConstraint(condition=models.Q(("stars__range", (1, 5))), name="rating_stars"),
                ],
            },
        ),
        migrations.AddField(
            model_name="serviceorder",
            name="quote",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.quote"
            ),
        ),
        migrations.AddConstraint(
            model_name="serviceorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quote__isnull", False),
                    ("state__in", ("draft", "submitted", "quoted", "cancelled", "declined", "expired")),
                    _connector="OR",
                ),
                name="order_quote_given",
            ),
        ),
    )
