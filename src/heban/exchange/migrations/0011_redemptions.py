"""Claims, objections and payouts."""

import django.db.models.deletion
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0010_money"),)

    operations = (
        migrations.CreateModel(
            name="Redemption",
            fields=[
                ID,
                ("state", models.CharField(max_length=20)),
                ("version", models.IntegerField(default=1)),
                ("since", models.DateTimeField()),
                ("due", models.DateTimeField(null=True)),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="exchange.hold",
                    ),
                ),
                (
                    "claimant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="exchange.organisation",
                    ),
                ),
                ("claimed_fen", models.BigIntegerField()),
                ("approved_fen", models.BigIntegerField(null=True)),
                (
                    "related_check",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.relatedcheck",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="exchange.person",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("published_on", models.DateField(null=True)),
                ("published_until", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due__isnull", False)), fields=["due"], name="redemption_due"
                    ),
                    models.Index(fields=["state"], name="redemption_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["rejected", "withdrawn"]), _negated=True),
                        fields=("hold",),
                        name="redemption_one_alive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("claimed_fen__gt", 0)), name="redemption_claimed"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_fen__isnull", True),
                            models.Q(("approved_fen__gt", 0), ("approved_fen__lte", models.F("claimed_fen"))),
                            _connector="OR",
                        ),
                        name="redemption_approved_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_fen__isnull", False), ("related_check__isnull", False)),
                            (
                                "state__in",
                                ("draft", "submitted", "returned", "county_ok", "rejected", "withdrawn"),
                            ),
                            _connector="OR",
                        ),
                        name="redemption_reviewed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ID,
                (
                    "redemption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="exchange.redemption",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="exchange.person",
                    ),
                ),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                ("finding", models.TextField(blank=True)),
                (
                    "found_by",
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
                        condition=models.Q(("words", ""), _negated=True), name="objection_words"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankPaper",
            fields=[
                ID,
                ("reference", models.CharField(max_length=60, unique=True)),
                ("fen", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("fen__gt", 0)), name="bank_paper_amount")
                ],
            },
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                ID,
                (
                    "redemption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="exchange.redemption",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="exchange.jurisdiction",
                    ),
                ),
                (
                    "advanced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.jurisdiction",
                    ),
                ),
                ("fen", models.BigIntegerField()),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout",
                        to="exchange.bankpaper",
                    ),
                ),
                (
                    "paid_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.person"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("redemption", "payer"), name="payout_once"),
                    models.CheckConstraint(
                        condition=models.Q(("advanced_by", models.F("payer")), _negated=True),
                        name="payout_advanced_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                ID,
                (
                    "redemption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="exchange.redemption",
                    ),
                ),
                ("fen", models.BigIntegerField()),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recovery",
                        to="exchange.bankpaper",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
    )
