"""What the role that serves may do, and what it may not whatever it asks."""

from __future__ import annotations

import psycopg
import pytest

from heban.exchange import server
from tests.exchange.attacks import FORGED_EVENT, SOUND, acting, booking
from tests.exchange.desks import Base, span


def test_what_is_right_goes_through(base: Base) -> None:
    """An attack is refused for what is wrong in it: the same statements without it are taken."""
    with base.app(autocommit=False) as app:
        acting(app).execute(SOUND + booking(span(0, 2)) + booking(span(2, 3)) + booking(span(0, 2), unit=2))
    with base.app() as app:
        assert app.execute("SELECT count(*) FROM exchange_booking").fetchone() == (3,)
        assert app.execute("SELECT sum(amount_fen) FROM exchange_ledgerleg").fetchone() == (0,)


FORBIDDEN = {
    "disable a trigger": "ALTER TABLE exchange_ledgerleg DISABLE TRIGGER ALL",
    "drop a trigger": "DROP TRIGGER leg_sealed ON exchange_ledgerleg",
    "drop a constraint": "ALTER TABLE exchange_booking DROP CONSTRAINT booking_one_at_a_time",
    "act as a replica": "SET session_replication_role = replica",
    "become the owner": "SET ROLE heban_owner",
    "become the superuser": "SET ROLE heban_admin",
    "replace a guard": "CREATE OR REPLACE FUNCTION exchange_state_guard() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NULL; END'",
    "make a table": "CREATE TABLE mine (id int)",
    "shadow a table": "CREATE TEMPORARY TABLE exchange_stateedge (machine text, source text, target text)",
    "make a schema": "CREATE SCHEMA mine",
    "add a trigger": "CREATE TRIGGER mine BEFORE INSERT ON exchange_ledgerleg FOR EACH ROW"
    " EXECUTE FUNCTION exchange_seal_entry()",
    "remove": "DELETE FROM exchange_booking",
    "empty a table": "TRUNCATE exchange_auditevent",
    "write to the audit": FORGED_EVENT.format(n=1),
    "allow an edge": "INSERT INTO exchange_stateedge (machine, event, source, target)"
    " VALUES ('Booking', 'steal', 'held', 'done')",
    "change an entry": "UPDATE exchange_ledgerentry SET kind = 'x'",
    "change an amount held": "UPDATE exchange_hold SET amount_fen = 1",
    "hand a booking on": "UPDATE exchange_booking SET taker_id = 2",
    "change who submitted": "UPDATE exchange_approval SET submitted_by_id = 2",
    "change an answer": "UPDATE exchange_answer SET answer = '{}'",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_role_that_serves_cannot(untouched: Base, statement: str) -> None:
    with untouched.app() as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_the_role_that_serves_owns_nothing(untouched: Base) -> None:
    with untouched.app() as app:
        owned = app.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'heban_app'")
        assert owned.fetchone() == (0,)
        every = app.execute("SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles"
                            " WHERE rolname IN ('heban_app', 'heban_owner')")  # fmt: skip
        assert every.fetchall() == [(False,), (False,)]


def test_nobody_else_comes_in_without_a_password(untouched: Base) -> None:
    url = untouched.server.url(server.ADMIN, untouched.name)
    word = url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(word, "guess"))
