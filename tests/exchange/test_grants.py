"""What the role that serves may do to each table, asked of the database itself: nothing that is not here."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from heban.exchange import server
from tests.exchange.attacks import Connection
from tests.exchange.attacks.world import FRESH
from tests.exchange.desks import ACT, Base
from tests.exchange.rows import MACHINES

STATE = "state since version due"
CHANGES = {
    "jurisdiction": "name name_en parent_id",
    "organisation": "name name_en address kind jurisdiction_id blacklisted_until",
    "controlled": "key",
    "person": "name email language active password last_login",
    "membership": "valid",
    "token": "revoked_at",
    "window": "count",
    "relatedfinding": "second_id",
    "assetunit": "no",
    "booking": "use_during busy_during order_id price_fen price_origin fee_fen fee_payer started_at",
    "ruleset": "valid_from valid_to terms drafted_by_id approved_by_id",
    "voucherquota": "last_day controller",
    "serviceorder": "asset_id provider_id service_class use title wish other_funding_fen quote_id accepted_on"
    " accepted_by_itself",
    "sample": "waybill lab_number tested_by_id verified_by_id retain_until",
    "budgetbucket": "limit_fen held_fen spent_fen",
    "hold": "used_fen payee_id",
    "holdbucket": "used_fen",
    "redemption": "claimed_fen approved_fen related_check_id published_on published_until",
    "objection": "finding found_by_id",
    "settlementbatch": "digest",
    "settlementline": "batch_id disputed",
    "approval": "county_by_id region_by_id paid_by_id",
    "case": "finding",
    "alarm": "case_id",
    "need": "closed_at",
    "jointprogramme": "title field proposed_at",
    "programmepartner": "pledged_fen",
    "notice": "sent_at read_at",
    "remark": "words",
    **dict.fromkeys(("standing", "tie", "mandate", "alliancemember", "pricetier", "training"), "until"),
}
"""The columns of each table that change; a row with a state changes in those of every state too."""
WRITES_ITSELF = {"auditevent", "stateedge"}
"""Tables that only the database writes."""
REMOVABLE = {"opening"}


def may_change(table: str, columns: set[str]) -> set[str]:
    if table == "asset":
        return columns
    return set(CHANGES.get(table, "").split()) | (set(STATE.split()) if table in MACHINES else set())


@pytest.fixture(scope="module")
def app(untouched: Base) -> Iterator[Connection]:
    with untouched.app() as connection:
        yield connection


@pytest.fixture(scope="module")
def columns(app: Connection) -> dict[str, set[str]]:
    """The columns of every table of the exchange, as the catalogue has them."""
    found: dict[str, set[str]] = {}
    for table, column in app.execute(
        "SELECT substr(table_name, 10), column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name LIKE 'exchange\\_%'"
    ):
        found.setdefault(table, set()).add(column)
    return found


def allowed(app: Connection, statement: str) -> bool:
    """Whether the role may do it; what else is wrong with it does not matter, and nothing stays of it."""
    try:
        with app.transaction(force_rollback=True):
            app.execute(ACT + statement)
    except psycopg.errors.InsufficientPrivilege as refused:
        return refused.diag.constraint_name is not None  # a trigger answers only who may
    except psycopg.errors.IntegrityError:
        return True
    return True


def test_every_table_is_known(columns: dict[str, set[str]]) -> None:
    assert set(FRESH) | WRITES_ITSELF | {
        "hold", "quote", "quoteline", "ledgerentry", "ledgerleg",
    } == set(columns)  # fmt: skip


def test_only_named_columns_change(app: Connection, columns: dict[str, set[str]]) -> None:
    changed = {
        table: {
            name for name in names
            if allowed(app, f"UPDATE exchange_{table} SET {name} = {name} WHERE false")
        }
        for table, names in columns.items()
    }  # fmt: skip
    assert changed == {table: may_change(table, names) for table, names in columns.items()}


def test_only_opening_hours_are_removed(app: Connection, columns: dict[str, set[str]]) -> None:
    removed = {table for table in columns if allowed(app, f"DELETE FROM exchange_{table} WHERE false")}
    assert removed == REMOVABLE


def test_all_but_the_audit_and_the_edges_is_written(app: Connection, columns: dict[str, set[str]]) -> None:
    written = {table for table in columns if allowed(app, f"INSERT INTO exchange_{table} DEFAULT VALUES")}
    assert written == set(columns) - WRITES_ITSELF


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE {0}", "TRUNCATE {0} CASCADE", "ALTER TABLE {0} DISABLE TRIGGER ALL",
        "ALTER TABLE {0} DISABLE RULE mine", "ALTER TABLE {0} ADD COLUMN mine int", "DROP TABLE {0} CASCADE",
        "CREATE TRIGGER mine BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION exchange_state_guard('x')",
        "CREATE RULE mine AS ON INSERT TO {0} DO INSTEAD NOTHING", "CREATE TEMPORARY TABLE {0} (id int)",
        "CREATE TABLE mine (id int REFERENCES {0})",
        "ALTER SEQUENCE {0}_id_seq RESTART", "SELECT setval('{0}_id_seq', 1)",
    ],
    ids=lambda statement: statement.replace("{0}", "it").split("(")[0],
)  # fmt: skip
def test_no_table_is_emptied_or_altered(
    app: Connection, columns: dict[str, set[str]], statement: str
) -> None:
    done = {table for table in columns if allowed(app, statement.format(f"exchange_{table}"))}
    assert done == set()


def test_of_djangos_own_record_of_migrations_only_reading_is_left(app: Connection) -> None:
    for statement in ("DELETE FROM {}", "UPDATE {} SET name = name", "INSERT INTO {} DEFAULT VALUES"):
        assert not allowed(app, statement.format("django_migrations"))


def test_only_functions_that_tell_are_called(app: Connection) -> None:
    """What runs as the owner runs from triggers alone."""
    called = app.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND proname LIKE 'exchange\\_%' AND has_function_privilege(oid, 'EXECUTE') ORDER BY 1"
    ).fetchall()
    assert [name for (name,) in called] == [
        "exchange_actor", "exchange_audit_digest", "exchange_audit_faults", "exchange_cleared",
        "exchange_misfit", "exchange_uscc_check_digit",
    ]  # fmt: skip


def test_the_role_that_serves_owns_nothing_and_nobody_is_above_it(untouched: Base) -> None:
    with untouched.app() as app:
        owned = app.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'heban_app'")
        assert owned.fetchone() == (0,)
        every = app.execute("SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles"
                            " WHERE rolname IN ('heban_app', 'heban_owner')")  # fmt: skip
        assert every.fetchall() == [(False,), (False,)]
        member = app.execute("SELECT count(*) FROM pg_auth_members WHERE member = 'heban_app'::regrole")
        assert member.fetchone() == (0,)


FORBIDDEN = {
    "act as a replica": "SET session_replication_role = replica",
    "become the owner": "SET ROLE heban_owner",
    "become the superuser": "SET ROLE heban_admin",
    "replace a guard": "CREATE OR REPLACE FUNCTION exchange_state_guard() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NULL; END'",
    "drop a guard": "DROP FUNCTION exchange_state_guard() CASCADE",
    "shadow a function": "CREATE FUNCTION public.exchange_actor(text) RETURNS text LANGUAGE sql"
    " AS 'SELECT $1'",
    "make a schema": "CREATE SCHEMA mine",
    "stop event triggers": "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION exchange_actor()",
    "add an extension": "CREATE EXTENSION vector",
    "read the server's files": "SELECT pg_read_file('postgresql.conf')",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_role_that_serves_cannot(app: Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_nobody_else_comes_in_without_a_password(untouched: Base) -> None:
    url = untouched.server.url(server.ADMIN, untouched.name)
    word = url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(word, "guess"))
