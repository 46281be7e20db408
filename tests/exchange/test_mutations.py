"""What must never be possible is refused by one guard of the database; without it, it would be possible."""

from __future__ import annotations

import psycopg
import pytest

from tests.exchange.attacks import ATTACKS, Attack, Foiled
from tests.exchange.desks import Base
from tests.exchange.mutation import guards, race_for_a_place, remove

RAISED_AS = {"booking_state": {"state_edge", "version_follows", "actor_named"}, "hold_state": {"state_edge"}}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_the_guard_refuses_and_without_it_the_attack_goes_through(base: Base, attack: Attack) -> None:
    attack.prepare(base)
    with pytest.raises((psycopg.Error, Foiled)) as refused:
        attack.run(base)
    if isinstance(refused.value, psycopg.Error):
        name = refused.value.diag.constraint_name
        assert name in RAISED_AS.get(attack.guard, {attack.guard}), str(refused.value)
    remove(base, attack.guard)
    attack.run(base)


def test_two_events_of_one_row_cannot_take_the_same_place(base: Base) -> None:
    """The audit's chain has one last event, also for two transactions that do not see each other."""
    with pytest.raises(psycopg.errors.UniqueViolation, match="audit_chain"):
        race_for_a_place(base)


def test_without_its_guard_two_events_take_the_same_place(base: Base) -> None:
    remove(base, "audit_chain")
    race_for_a_place(base)


def test_every_guard_of_the_database_is_attacked(base: Base) -> None:
    attacked = {attack.guard for attack in ATTACKS} | {"audit_chain"}
    assert set(guards(base)) == attacked
