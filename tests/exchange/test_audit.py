"""The audit tells what happened, and shows when somebody altered it or the rows behind its back."""

from __future__ import annotations

import pytest

from heban.exchange.acts.reconcile import AuditFault, audit_faults
from heban.exchange.models import AuditEvent
from tests.exchange.attacks.assets import booking
from tests.exchange.desks import Base
from tests.exchange.rows import step

BOOKING = "exchange_booking"
ALL = "ALTER TABLE {} DISABLE TRIGGER ALL"
CHAIN = f"entity = '{BOOKING}' AND entity_id = 1"
OTHER_CHAIN = f"entity = '{BOOKING}' AND entity_id = 2"
SECOND = f"{CHAIN} AND sequence = 2"
EVENTS = AuditEvent.objects.filter(entity=BOOKING).order_by("entity_id", "sequence")


def acted(base: Base, statements: str, *, actor: str, act: str = "", reason: str = "") -> None:
    """Write as the role that serves, saying who does what and why."""
    said = zip(("actor", "act", "reason"), (actor, act, reason), strict=True)
    with base.app(autocommit=False) as app:
        for name, value in said:
            app.execute("SELECT set_config(%s, %s, true)", [f"heban.{name}", value])
        app.execute(statements)


@pytest.fixture
def confirmed(base: Base) -> Base:
    """A booking that went through three states, and another beside it."""
    for unit in (1, 2):
        acted(base, booking((0, 2), unit_id=unit), actor="甲", act="book", reason="试验")
        acted(base, step("booking", unit, "requested", 2), actor="甲", act="request", reason="试验")
        acted(base, step("booking", unit, "confirmed", 3), actor="乙", act="confirm")
    return base


def tamper(base: Base, table: str, statement: str) -> list[AuditFault]:
    """Do as a superuser what no trigger sees, and look for it."""
    with base.admin() as admin:
        admin.execute(ALL.format(table))
        admin.execute(statement)
    return audit_faults()


def test_each_change_is_told_with_who_did_what_and_why(confirmed: Base) -> None:
    events = list(EVENTS.filter(entity_id=1))
    assert [(e.actor, e.act, e.reason, e.change["after"]["state"]) for e in events] == [
        ("甲", "book", "试验", "held"),
        ("甲", "request", "试验", "requested"),
        ("乙", "confirm", "", "confirmed"),
    ]
    assert events[2].change["before"] == {"state": "requested", "version": 2}
    assert [e.previous for e in events] == ["", events[0].digest, events[1].digest]
    assert audit_faults() == []


def test_an_altered_event_is_found(confirmed: Base) -> None:
    faults = tamper(
        confirmed,
        "exchange_auditevent",
        f"UPDATE exchange_auditevent SET actor = '丙' WHERE {SECOND}",
    )
    assert faults == [AuditFault(BOOKING, 1, 2, "the event was altered")]


def test_an_event_altered_with_its_digest_is_found_by_the_next(confirmed: Base) -> None:
    faults = tamper(
        confirmed,
        "exchange_auditevent",
        f"UPDATE exchange_auditevent SET actor = '丙' WHERE {SECOND};"
        f"UPDATE exchange_auditevent e SET digest = exchange_audit_digest(e) WHERE {SECOND}",
    )
    assert faults == [AuditFault(BOOKING, 1, 3, "it does not follow the event before it")]


def test_a_removed_event_is_found(confirmed: Base) -> None:
    faults = tamper(confirmed, "exchange_auditevent", f"DELETE FROM exchange_auditevent WHERE {SECOND}")
    assert faults == [AuditFault(BOOKING, 1, 3, "an event before it is missing")]


def test_a_removed_last_event_is_found_by_the_row(confirmed: Base) -> None:
    faults = tamper(
        confirmed, "exchange_auditevent", f"DELETE FROM exchange_auditevent WHERE {CHAIN} AND sequence = 3"
    )
    assert faults == [AuditFault(BOOKING, 1, 2, "the row is not what its events made it")]


def test_a_chain_removed_whole_is_found_by_the_row(confirmed: Base) -> None:
    faults = tamper(confirmed, "exchange_auditevent", f"DELETE FROM exchange_auditevent WHERE {OTHER_CHAIN}")
    assert faults == [AuditFault(BOOKING, 2, None, "the row has no events")]


def test_a_row_changed_behind_the_guard_is_found(confirmed: Base) -> None:
    faults = tamper(confirmed, BOOKING, "UPDATE exchange_booking SET taker_id = 2 WHERE id = 2")
    assert faults == [AuditFault(BOOKING, 2, 3, "the row is not what its events made it")]


def test_a_row_removed_behind_the_guard_is_found(confirmed: Base) -> None:
    faults = tamper(confirmed, BOOKING, "DELETE FROM exchange_booking WHERE id = 1")
    assert faults == [AuditFault(BOOKING, 1, 3, "the row is gone")]


def test_a_change_by_raw_sql_is_told_too(confirmed: Base) -> None:
    acted(confirmed, "UPDATE exchange_booking SET state = 'cancelled', version = version + 1",
          actor="operator")  # fmt: skip
    told = EVENTS.filter(sequence=4).values_list("entity_id", "actor", "act", "change__after__state")
    assert set(told) == {(1, "operator", "", "cancelled"), (2, "operator", "", "cancelled")}
    assert audit_faults() == []


def test_the_time_zone_of_a_session_changes_nothing(confirmed: Base) -> None:
    acted(confirmed, step("booking", 1, "cancelled", 4), actor="甲")
    with confirmed.app() as app:
        app.execute("SET timezone = 'America/New_York'")
        app.execute("SET datestyle = 'German'")
        assert app.execute("SELECT count(*) FROM exchange_audit_faults()").fetchone() == (0,)
