"""Steps of a machine: a row begins, and goes from state to state, along an edge and in no other way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from heban.exchange.desk import By
from heban.exchange.rules.machines import step
from heban.exchange.rules.refusals import denied


def stepped(by: By, row: Any, machine: str, event: str, *actors: str, **columns: object) -> None:
    """Take a row along an edge of its machine and save it, one version on, with the columns that change.

    The row is new, or was locked by the act. `actors` are who acts and who has consented, by the machine's
    codes. Refused as by `rules.machines.step`: `state.ended`, `state.event`, `state.actor`, `state.waiting`.
    """
    # No row begins or changes its state but here: the one place for access.ensure(by, actors, row).
    new = row.pk is None
    row.state = step(machine, "" if new else row.state, event, *actors)
    row.version = 1 if new else row.version + 1
    row.since = by.now
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=None if new else ["state", "version", "since", *columns])


def put_off(row: Any, due: datetime | None, *columns: str) -> None:
    """Save a locked row one version on in the state that it has, to be looked at later or no more.

    What was agreed to before is void: consent is to a version.
    """
    row.version += 1
    row.due = due
    row.save(update_fields=["version", "due", *columns])


def ensure_reason(by: By) -> None:
    """Refuse what must be said why, when it is not ("reason.missing")."""
    if not by.reason.strip():
        raise denied("reason.missing")
