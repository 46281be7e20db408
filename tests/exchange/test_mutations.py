"""What must never be possible is refused by one guard of the database; without it, it would be possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from heban.exchange.server import APP, Server
from scripts.mutations import Mutation, mutations
from tests.exchange.attacks import ATTACKS, Attack, Connection, Foiled
from tests.exchange.attacks.claims import FROZEN
from tests.exchange.attacks.promises import carriers
from tests.exchange.attacks.world import WORLD, fresh
from tests.exchange.desks import ACT, Base
from tests.exchange.mutation import EVENTS, drop, guards, peopled, race, remove

OF_A_STATE = {"state_edge", "version_follows", "actor_named"}
"""What a guard of states names as the rule that was broken."""


@pytest.fixture(scope="module")
def world(running: Server) -> Iterator[Connection]:
    """A database with a row of every table, for the tests of this module, which undo what they do."""
    with peopled(running) as connection:
        yield connection


@pytest.fixture
def attacked(world: Connection) -> Iterator[Connection]:
    """That database, in a transaction that is undone."""
    with world.transaction(force_rollback=True):
        yield world


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_the_guard_refuses_and_without_it_the_attack_goes_through(
    attacked: Connection, attack: Attack
) -> None:
    attack.prepare(attacked)
    with pytest.raises((psycopg.Error, Foiled)) as refused, attacked.transaction():
        attack.run(attacked)
    if isinstance(refused.value, psycopg.Error):
        names = OF_A_STATE if attack.guard.endswith("_state") else {attack.guard}
        assert refused.value.diag.constraint_name in names, str(refused.value)
    drop(attacked, attack.guard)
    attack.run(attacked)


RACES = {
    "audit_chain": EVENTS,
    "recovery_paper_fits": (APP, fresh("payout"), fresh("recovery")),
    "settlementline_fits": (APP, FROZEN, fresh("settlementline")),
}
"""What is right alone and wrong together: an event or a bank's paper twice, a line of a batch just frozen."""


@pytest.fixture
def raced(base: Base) -> Base:
    with base.app(autocommit=False) as app:
        app.execute(ACT + WORLD)
    return base


@pytest.mark.parametrize("guard", RACES)
def test_of_two_at_once_the_guard_refuses_the_second(raced: Base, guard: str) -> None:
    """Also where the two transactions do not see each other."""
    with pytest.raises(psycopg.errors.IntegrityError) as refused:
        race(raced, *RACES[guard])
    assert refused.value.diag.constraint_name == guard


@pytest.mark.parametrize("guard", RACES)
def test_without_the_guard_both_of_two_at_once_go_through(raced: Base, guard: str) -> None:
    remove(raced, guard)
    race(raced, *RACES[guard])


def test_a_guard_that_another_repeats_and_one_that_nobody_attacks_are_told(attacked: Connection) -> None:
    attacked.execute("ALTER TABLE exchange_need ADD CONSTRAINT repeated CHECK (budget_fen > -1)")
    repeated = {"repeated": ("constraint", "exchange_need"), "alone": ("trigger", "exchange_need")}
    made = mutations(attacked, repeated, [Attack("repeated", fresh("need", budget_fen=-1))])
    assert made == [
        Mutation("repeated", "exchange_need", ("form",), (), ("repeated",)),
        Mutation("alone", "exchange_need", (), (), ()),
    ]


def test_every_invariant_that_the_database_repeats_has_a_guard() -> None:
    assert [number for number, guards in carriers(ATTACKS).items() if not guards] == []


def test_every_guard_of_the_database_is_attacked(base: Base) -> None:
    attacked = {attack.guard for attack in ATTACKS} | set(RACES)
    with base.admin() as admin:
        assert set(guards(admin)) == attacked


def test_no_two_attacks_have_one_name() -> None:
    assert [name for name, times in Counter(attack.id for attack in ATTACKS).items() if times > 1] == []
