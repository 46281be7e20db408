"""Budgets, holds and the ledger."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0009_bookings"),)

    operations = (
        migrations.CreateModel(
            name="BudgetBucket",
            fields=[
                ID,
                ("kind", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=64)),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budgets",
                        to="exchange.jurisdiction",
                    ),
                ),
                ("year", models.SmallIntegerField()),
                ("limit_fen", models.BigIntegerField()),
                ("held_fen", models.BigIntegerField(default=0)),
                ("spent_fen", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key", "year"), name="bucket_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["budget", "controller", "firm", "provider"])),
                        name="bucket_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("jurisdiction__isnull", False), ("kind", "budget")),
                            models.Q(
                                models.Q(("kind", "budget"), _negated=True), ("jurisdiction__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="bucket_payer_given",
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
                ID,
                ("state", models.CharField(max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("since", models.DateTimeField()),
                ("due", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="exchange.serviceorder",
                    ),
                ),
                (
                    "rule_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="exchange.ruleset",
                    ),
                ),
                (
                    "quota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="exchange.voucherquota",
                    ),
                ),
                (
                    "related_check",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="exchange.relatedcheck",
                    ),
                ),
                (
                    "payee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="exchange.organisation",
                    ),
                ),
                ("year", models.SmallIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("used_fen", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("due__isnull", False)), fields=["due"], name="hold_due")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["voided", "expired"]), _negated=True),
                        fields=("order",),
                        name="hold_one_for_order",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_fen__gt", 0)), name="hold_amount"),
                    models.CheckConstraint(
                        condition=models.Q(("used_fen__gt", 0), ("used_fen__lte", models.F("amount_fen"))),
                        name="hold_used",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("payee__isnull", False), ("state", "posted"), ("used_fen__isnull", False)
                            ),
                            models.Q(
                                models.Q(("state", "posted"), _negated=True), ("used_fen__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="hold_used_when_posted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HoldBucket",
            fields=[
                ID,
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="exchange.hold"
                    ),
                ),
                (
                    "bucket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="exchange.budgetbucket",
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("used_fen", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("hold", "bucket"), name="hold_bucket_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gte", 0),
                            models.Q(
                                ("used_fen__isnull", True),
                                models.Q(("used_fen__gte", 0), ("used_fen__lte", models.F("amount_fen"))),
                                _connector="OR",
                            ),
                        ),
                        name="hold_bucket_used",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                ID,
                ("code", models.CharField(max_length=60, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ID,
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
                ID,
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs",
                        to="exchange.ledgerentry",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs",
                        to="exchange.ledgeraccount",
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen", 0), _negated=True), name="leg_not_nothing"
                    )
                ],
            },
        ),
    )
