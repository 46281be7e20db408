"""What is right goes through, and of all ways from state to state those alone that a machine knows."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from heban.exchange.rules.machines import machines
from heban.exchange.server import APP, Server
from tests.exchange.attacks import Connection
from tests.exchange.attacks.attack import LOOKED_AT
from tests.exchange.attacks.claims import PUBLISHED
from tests.exchange.attacks.kept import NEVER_REMOVED, WRITTEN_ONCE
from tests.exchange.attacks.money import SIGNED, SOFT, THIRD, approve, bucket, spent
from tests.exchange.attacks.world import FRESH, fresh
from tests.exchange.desks import ACT, BUDGET, FIRM_CAP, QINGPU_BUDGET, hold_row
from tests.exchange.mutation import peopled
from tests.exchange.rows import MACHINES, last, step

SERVING = f"SET LOCAL ROLE {APP};" + ACT


@pytest.fixture(scope="module")
def world(running: Server) -> Iterator[Connection]:
    with peopled(running) as connection:
        yield connection


@pytest.fixture
def app(world: Connection) -> Iterator[Connection]:
    """The role that serves, in a transaction that is undone."""
    with world.transaction(force_rollback=True):
        world.execute(SERVING)
        yield world


@pytest.mark.parametrize("table", [*FRESH, "ledgerentry"])
def test_a_right_row_of_each_table_is_taken(app: Connection, table: str) -> None:
    """An attack is refused for what is wrong in it: the same row without it is taken."""
    app.execute(fresh(table) + LOOKED_AT)


RIGHT = {
    "two persons let soft grounds pass": SOFT + SIGNED + hold_row(4, related_check_id=last("relatedcheck")),
    "two provinces pay their parts": hold_row(4, 90, {BUDGET: 60, QINGPU_BUDGET: 30, FIRM_CAP: None}),
    "a part of a hold is spent": THIRD + spent(3, 60, parts={BUDGET: 40, QINGPU_BUDGET: 20}),
    "rules are approved and end early": fresh("ruleset") + approve()
    + step("ruleset", last("ruleset"), "closed", 3, valid_to="2027-06-01"),
    "a claim is published and approved": PUBLISHED + step("redemption", 1, "approved", 5),
    "a disputed line goes to the next batch": fresh("settlementbatch")
    + step("settlementbatch", 1, "frozen", 2) + step("settlementbatch", 1, "disputed", 3)
    + "UPDATE exchange_settlementline SET disputed = true WHERE id = 1;"
    "UPDATE exchange_settlementline SET batch_id = (SELECT max(id) FROM exchange_settlementbatch);"
    + step("settlementbatch", 1, "frozen", 4, digest="x"),
    "opening hours are removed": "DELETE FROM exchange_opening;",
}  # fmt: skip


@pytest.mark.parametrize("statements", RIGHT.values(), ids=RIGHT)
def test_what_is_right_goes_through(app: Connection, statements: str) -> None:
    app.execute(statements + LOOKED_AT)


OTHER_YEAR = bucket(kind="provider", year=2027)
WRONG = {
    "a hold that counts under no firm's cap": hold_row(4, parts={BUDGET: None}),
    "a hold that counts in another year": OTHER_YEAR + hold_row(
        4, parts={BUDGET: None, FIRM_CAP: None, 0: None}
    ).replace(", 0, ", f", {last('budgetbucket').as_string()}, "),
    "a cap that counts less than the hold": hold_row(4, parts={BUDGET: None, FIRM_CAP: 1}),
}  # fmt: skip


@pytest.mark.parametrize("statements", WRONG.values(), ids=WRONG)
def test_a_hold_counts_wholly_under_its_caps(app: Connection, statements: str) -> None:
    """Either trigger, the hold's or its parts', refuses one that is wrong from its start."""
    with pytest.raises(psycopg.errors.CheckViolation, match="has parts of budgets of"):
        app.execute(statements + LOOKED_AT)


@pytest.mark.parametrize("table", MACHINES)
def test_of_every_state_only_the_listed_ways_lead_on(world: Connection, table: str) -> None:
    """Every pair of states, with all that a state asks of other columns put aside."""
    life = machines()[MACHINES[table]]
    ways = {(edge.source, edge.target) for edge in life.edges}
    stays = {(state, state) for state in life.states if life.leaving(state)}
    with world.transaction(force_rollback=True):
        _only_states(world, table)
        taken = {
            (source, target)
            for source in life.states
            for target in life.states
            if _taken(world, table, source, target)
        }
    assert taken == ways | stays


def _only_states(world: Connection, table: str) -> None:
    """Leave the guard of states alone on a table, with one row in it."""
    world.execute("SET LOCAL session_replication_role = replica")
    world.execute(f"DELETE FROM exchange_{table} WHERE id <> (SELECT min(id) FROM exchange_{table})")
    world.execute("SET LOCAL session_replication_role = origin")
    checks = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
    for (name,) in world.execute(checks, [f"exchange_{table}"]).fetchall():
        world.execute(f"ALTER TABLE exchange_{table} DROP CONSTRAINT {name}")


def _taken(world: Connection, table: str, source: str, target: str) -> bool:
    """Whether a row is taken from one state to another; it is put into the first behind the guard."""
    change = f"UPDATE exchange_{table} SET state = '{{}}', version = {{}};"
    try:
        with world.transaction(force_rollback=True):
            world.execute("SET LOCAL session_replication_role = replica;" + change.format(source, 7))
            world.execute("SET LOCAL session_replication_role = origin;" + SERVING)
            world.execute(change.format(target, 8))
    except psycopg.errors.CheckViolation as refused:
        assert refused.diag.constraint_name == "state_edge"
        return False
    return True


@pytest.mark.parametrize("verb", ["DELETE FROM {} WHERE false", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", [*WRITTEN_ONCE, *NEVER_REMOVED])
def test_not_even_the_owner_empties_a_table_that_is_kept(world: Connection, table: str, verb: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused, world.transaction():
        world.execute("SET LOCAL ROLE heban_owner;" + verb.format(f"exchange_{table}"))
    assert (refused.value.diag.constraint_name or "").endswith(("_written_once", "_never_removed"))
