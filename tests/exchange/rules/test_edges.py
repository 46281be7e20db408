"""The edges that the database holds are those of the rules, for the machines that are built."""

from __future__ import annotations

import importlib

from heban.exchange.rules import machines


def test_the_edges_of_the_migration_are_those_of_the_machines() -> None:
    kept = importlib.import_module("heban.exchange.migrations.0006_edges").EDGES
    assert set(kept) == {"Booking", "VoucherHold"}
    for machine, events in kept.items():
        held = {(event, source, target) for event, sources, target in events for source in sources}
        assert held == {tuple(edge[1:]) for edge in machines.edges() if edge[0] == machine}
