"""Refusals that were given, counted by code and place."""

from django.db import migrations, models

from heban.exchange.sql import statements


class Migration(migrations.Migration):
    """One table that is only added to."""

    dependencies = (("exchange", "0018_grants"),)
    operations = (
        migrations.CreateModel(
            name="Denial",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                )),
                ("code", models.CharField(max_length=40)),
                ("act", models.CharField(max_length=40)),
                ("scheme", models.CharField(blank=True, max_length=20)),
                ("jurisdiction", models.CharField(blank=True, max_length=6)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["scheme", "at"], name="denial_of_scheme")],
            },
        ),
        migrations.RunSQL(statements("denials")),
    )  # fmt: skip
