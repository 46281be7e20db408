"""The changes of state that are allowed: those of the machines, as they stand in `rules/machines.toml`.

Whoever changes that table adds a migration with the same operation: it writes what is there then.
"""

from typing import Any

from django.db import migrations

from heban.exchange.rules import machines


def write_edges(apps: Any, editor: Any) -> None:
    """Make the table of edges that of the machines."""
    edge = apps.get_model("exchange", "StateEdge").objects.using(editor.connection.alias)
    edge.all().delete()
    edge.bulk_create(
        edge.model(machine=machine, event=event, source=source, target=target)
        for machine, event, source, target in machines.edges()
    )


class Migration(migrations.Migration):
    """The machines that are built; others come with their tables."""

    dependencies = (("exchange", "0016_guarantees"),)
    operations = (migrations.RunPython(write_edges, migrations.RunPython.noop),)
