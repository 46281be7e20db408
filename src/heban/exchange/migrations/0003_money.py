"""Budgets, holds and the ledger."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0002_bookings"),)

    operations = (
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="BudgetBucket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=40)),
                ("year", models.SmallIntegerField()),
                ("limit_fen", models.BigIntegerField()),
                ("held_fen", models.BigIntegerField(default=0)),
                ("spent_fen", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key", "year"), name="bucket_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("budget", "controller", "firm", "provider"))),
                        name="bucket_kind",
                    ),
                    models.CheckConstraint(condition=models.Q(("held_fen__gte", 0)), name="bucket_held"),
                    models.CheckConstraint(condition=models.Q(("spent_fen__gte", 0)), name="bucket_spent"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "limit_fen__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("held_fen"), "+", models.F("spent_fen")
                                ),
                            )
                        ),
                        name="bucket_not_overdrawn",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.SmallIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("used_fen", models.BigIntegerField(null=True)),
                ("state", models.CharField(default="held", max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                (
                    "payee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="exchange.organisation",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="exchange.jurisdiction",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HoldBucket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "bucket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touched_by",
                        to="exchange.budgetbucket",
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touched",
                        to="exchange.hold",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("actor", models.TextField(db_default="")),
                ("transaction", models.BigIntegerField(db_default=0)),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key",), name="entry_once")],
            },
        ),
        migrations.CreateModel(
            name="LedgerLeg",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs",
                        to="exchange.ledgeraccount",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs",
                        to="exchange.ledgerentry",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(condition=models.Q(("amount_fen__gt", 0)), name="hold_amount"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_fen__gt", 0), ("used_fen__lte", models.F("amount_fen"))),
                name="hold_used",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payee__isnull", False), ("state", "posted"), ("used_fen__isnull", False)),
                    models.Q(models.Q(("state", "posted"), _negated=True), ("used_fen__isnull", True)),
                    _connector="OR",
                ),
                name="hold_used_when_posted",
            ),
        ),
        migrations.AddConstraint(
            model_name="holdbucket",
            constraint=models.UniqueConstraint(fields=("hold", "bucket"), name="hold_bucket_once"),
        ),
        migrations.AddConstraint(
            model_name="ledgerleg",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen", 0), _negated=True), name="leg_not_nothing"
            ),
        ),
    )
