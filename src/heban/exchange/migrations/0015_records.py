"""The audit, the edges of the machines, and answers given."""

from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    """Tables and the constraints that Django can say."""

    dependencies = (("exchange", "0014_needs"),)

    operations = (
        migrations.CreateModel(
            name="StateEdge",
            fields=[
                ID,
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
            name="AuditEvent",
            fields=[
                ID,
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
            name="Answer",
            fields=[
                ID,
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
    )
