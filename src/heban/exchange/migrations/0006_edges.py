"""The edges of the machines of bookings and holds: (event, states that it leaves, state that it reaches)."""

from typing import Any

from django.db import migrations

EDGES = {
    "Booking": (
        ("hold", ("",), "held"),
        ("request", ("held",), "requested"),
        ("ttl", ("held",), "expired"),
        ("auto_confirm", ("held", "requested"), "confirmed"),
        ("confirm", ("requested",), "confirmed"),
        ("reject", ("requested",), "rejected"),
        ("sla_lapse", ("requested",), "expired"),
        ("reschedule", ("requested", "confirmed"), "requested"),
        ("cancel", ("requested", "confirmed"), "cancelled"),
        ("start", ("confirmed",), "in_use"),
        ("miss", ("confirmed",), "no_show"),
        ("finish", ("in_use",), "done"),
    ),
    "VoucherHold": (
        ("hold", ("",), "held"),
        ("commit", ("held",), "committed"),
        ("post", ("committed",), "posted"),
        ("void", ("held", "committed"), "voided"),
        ("expire", ("held", "committed"), "expired"),
    ),
}


def write_edges(apps: Any, editor: Any) -> None:
    """Write one row for each state that an event leaves."""
    edge = apps.get_model("exchange", "StateEdge")
    edge.objects.using(editor.connection.alias).bulk_create(
        edge(machine=machine, event=event, source=source, target=target)
        for machine, events in EDGES.items()
        for event, sources, target in events
        for source in sources
    )


class Migration(migrations.Migration):
    """The machines that are built; others come with their tables."""

    dependencies = (("exchange", "0005_guarantees"),)
    operations = (migrations.RunPython(write_edges, migrations.RunPython.noop),)
