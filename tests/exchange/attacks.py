"""What must not be possible, each with the one guard of the database that makes it so.

`test_mutations.py` does each and demands that its guard refuses it, then takes the guard away and demands
that the same attack goes through: an attack that a second guard stops would prove nothing of the first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from heban.exchange import server
from heban.exchange.china import uscc_check_digit
from tests.exchange.desks import FIRM, OTHER_FIRM, Base, span

Connection = psycopg.Connection[Any]


class Foiled(Exception):
    """The attack went through but the database wrote what is true instead."""


@dataclass(frozen=True)
class Attack:
    """Statements of one transaction under a role; `before` is written first and is allowed."""

    guard: str
    does: str
    role: server.Role = server.APP
    before: str = ""
    then: Callable[[Connection], None] | None = None
    also: str = ""

    @property
    def id(self) -> str:
        return self.guard + (f" ({self.also})" if self.also else "")

    def prepare(self, base: Base) -> None:
        """Write what is there before, as the role that serves."""
        if self.before:
            with base.app(autocommit=False) as app:
                acting(app).execute(self.before)

    def run(self, base: Base) -> None:
        """Attack; whatever is not refused is committed."""
        with base.as_role(self.role, autocommit=False) as connection:
            acting(connection).execute(self.does)
            if self.then is not None:
                self.then(connection)


def acting(connection: Connection) -> Connection:
    connection.execute("SELECT set_config('heban.actor', 'tester', true)")
    return connection


def booking(use: str, busy: str = "", *, purpose: str = "use", taker: str = "1", unit: int = 1) -> str:
    return (
        "INSERT INTO exchange_booking"
        " (unit_id, purpose, taker_id, use_during, busy_during, state, version, made_at, since)"
        f" VALUES ({unit}, '{purpose}', {taker}, '{use}', '{busy or use}', 'held', 1, now(), now());"
    )


def step(table: str, row: int, state: str, version: int, more: str = "") -> str:
    return f"UPDATE exchange_{table} SET state = '{state}', version = {version}{more} WHERE id = {row};"


HOLD = """INSERT INTO exchange_hold (payer_id, year, amount_fen, state, version, made_at, since)
    VALUES (1, 2026, 100, 'held', 1, now(), now());"""
COMMITTED = HOLD + step("hold", 1, "committed", 2)
ENTRY = "INSERT INTO exchange_ledgerentry (key, kind, at) VALUES ('e', 'test', now());"
ACCOUNTS = "INSERT INTO exchange_ledgeraccount (code) VALUES ('a'), ('b');"


def legs(*given: tuple[str, int]) -> str:
    """Legs of the last entry, by the codes of their accounts."""
    rows = ", ".join(f"('{code}', {fen})" for code, fen in given)
    return (
        "INSERT INTO exchange_ledgerleg (entry_id, account_id, amount_fen)"
        f" SELECT (SELECT max(id) FROM exchange_ledgerentry), a.id, v.fen"
        f" FROM (VALUES {rows}) v (code, fen) JOIN exchange_ledgeraccount a USING (code);"
    )


LEGS = legs(("a", 5), ("b", -5))
SOUND = ACCOUNTS + ENTRY + LEGS
ANSWER = "INSERT INTO exchange_answer (actor, key, request, answer, at) VALUES ('a', 'k', 'r', '{}', now());"
SHA = "0123456789abcdef" * 4
APPROVAL = "INSERT INTO exchange_approval (subject, subject_id, submitted_by_id) VALUES ('hold', 1, 1);"
MEMBER = """INSERT INTO exchange_membership (person_id, organisation_id, role, valid)
    VALUES (1, 1, 'FIRM', '[2026-01-01,2027-01-01)');"""
TEN, NOON = span(0, 2), span(1, 3)


def evidence(sha: str, jurisdiction: int) -> str:
    return (
        "INSERT INTO exchange_evidence (sha256, kind, jurisdiction_id, shown_at)"
        f" VALUES ('{sha}', 'invoice', {jurisdiction}, now());"
    )


def organisation(uscc: str, kind: str = "firm") -> str:
    said = f"'{uscc}'" if uscc else "NULL"
    return (
        "INSERT INTO exchange_organisation (uscc, name, kind, jurisdiction_id)"
        f" VALUES ({said}, 'x', '{kind}', 1);"
    )


def bucket(kind: str = "firm", key: str = "x", limit: int = 10, held: int = 0, spent: int = 0) -> str:
    return (
        "INSERT INTO exchange_budgetbucket (kind, key, year, limit_fen, held_fen, spent_fen)"
        f" VALUES ('{kind}', '{key}', 2026, {limit}, {held}, {spent});"
    )


def asset(kind: str = "instrument", value: int = 1) -> str:
    return (
        "INSERT INTO exchange_asset (kind, name, owner_id, jurisdiction_id, value_fen)"
        f" VALUES ('{kind}', 'x', 1, 1, {value});"
    )


def with_check_digit(first: str) -> str:
    return first + uscc_check_digit(first)


def forged(query: str, truth: str) -> Callable[[Connection], None]:
    """Raise unless the row says what the attacker wrote."""

    def look(connection: Connection) -> None:
        row = connection.execute(query).fetchone()
        assert row is not None
        if row[0] != truth:
            raise Foiled(f"{row[0]} stands there, not {truth}")

    return look


def refused_rows(table: str, rows: str, column: str, guard: str) -> list[Attack]:
    """The owner, who may, changes and removes rows that are written once."""
    name = f"exchange_{table}"
    return [
        Attack(guard, f"UPDATE {name} SET {column} = {column};", server.OWNER, rows, also="update"),
        Attack(guard, f"DELETE FROM {name};", server.OWNER, rows, also="delete"),
        Attack(guard, f"TRUNCATE {name} CASCADE;", server.OWNER, also="truncate"),
    ]


BOOKINGS = [
    Attack("booking_one_at_a_time", booking(NOON), before=booking(TEN), also="another"),
    Attack(
        "booking_one_at_a_time",
        "UPDATE exchange_booking SET use_during = busy_during * use_during, "
        f"busy_during = '{span(0, 6)}', version = 2, state = 'requested' WHERE id = 2;",
        before=booking(TEN) + booking(span(4, 6)),
        also="moved",
    ),
    Attack("booking_one_at_a_time", booking(TEN, purpose="blackout", taker="NULL"), before=booking(TEN),
           also="blackout"),
    Attack("booking_use_form", booking(TEN.replace("[", "("), span(-1, 3))),
    Attack("booking_busy_form", booking(span(0, 2), span(0, 1))),
    Attack("booking_purpose", booking(TEN, purpose="party")),
    Attack("booking_taker_given", booking(TEN, taker="NULL")),
    Attack(
        "booking_renews_once",
        booking(span(4, 5)) + booking(span(6, 7))
        + "UPDATE exchange_booking SET renews_id = 1, version = 2, state = 'requested' WHERE id IN (2, 3);",
        server.OWNER,
        booking(TEN),
    ),
    Attack("booking_state", step("booking", 1, "in_use", 2), before=booking(TEN), also="no edge"),
    Attack("booking_state", booking(TEN).replace("'held'", "'confirmed'"), also="begun in the middle"),
    Attack("booking_state", step("booking", 1, "requested", 1), before=booking(TEN), also="version kept"),
    Attack("booking_state", step("booking", 1, "expired", 3), before=booking(TEN), also="version leapt"),
    Attack("booking_state", step("booking", 1, "expired", 3),
           before=booking(TEN) + step("booking", 1, "expired", 2), also="after the end"),
    Attack("booking_state", "SELECT set_config('heban.actor', '', true);" + booking(TEN), also="nobody acts"),
    Attack("booking_never_removed", "DELETE FROM exchange_booking;", server.OWNER, booking(TEN)),
]  # fmt: skip
MONEY = [
    Attack("bucket_not_overdrawn", "UPDATE exchange_budgetbucket SET held_fen = limit_fen + 1;"),
    Attack("bucket_not_overdrawn", "UPDATE exchange_budgetbucket SET limit_fen = 4 WHERE id = 5;",
           before=bucket(held=3, spent=2), also="limit lowered below what is held"),
    Attack("bucket_held", bucket(held=-1)),
    Attack("bucket_spent", bucket(spent=-1)),
    Attack("bucket_kind", bucket(kind="gift")),
    Attack("bucket_once", bucket(key=FIRM)),
    Attack("bucket_never_removed", "DELETE FROM exchange_budgetbucket WHERE id = 4;", server.OWNER),
    Attack("hold_amount", HOLD.replace("100", "0")),
    Attack("hold_used", step("hold", 1, "posted", 3, ", used_fen = 101, payee_id = 1"), before=COMMITTED),
    Attack("hold_used_when_posted", step("hold", 1, "posted", 3), before=COMMITTED),
    Attack("hold_bucket_once", "INSERT INTO exchange_holdbucket (hold_id, bucket_id) VALUES (1, 1), (1, 1);",
           before=HOLD),
    Attack("hold_state", step("hold", 1, "posted", 2, ", used_fen = 1, payee_id = 1"), before=HOLD),
    Attack("hold_state", step("hold", 1, "posted", 4, ", used_fen = 2"),
           before=COMMITTED + step("hold", 1, "posted", 3, ", used_fen = 1, payee_id = 1"), also="twice"),
    Attack("hold_never_removed", "DELETE FROM exchange_hold;", server.OWNER, HOLD),
    *refused_rows("holdbucket", HOLD + "INSERT INTO exchange_holdbucket (hold_id, bucket_id) VALUES (1, 1);",
                  "bucket_id", "hold_bucket_written_once"),
]  # fmt: skip
LEDGER = [
    Attack("entry_balanced", ENTRY, also="no legs"),
    Attack("leg_balanced", SOUND + "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;"
           + legs(("a", 7))),
    Attack("leg_not_nothing", ACCOUNTS + ENTRY + legs(("a", 5), ("b", -5), ("b", 0))),
    Attack("leg_sealed", LEGS, before=SOUND),
    Attack("entry_stamped",
           "INSERT INTO exchange_ledgerentry (key, kind, at, actor, transaction, written_at) VALUES"
           " ('e', 'test', now(), 'somebody else', pg_current_xact_id()::text::bigint, now());"
           + ACCOUNTS + LEGS,
           then=forged("SELECT actor FROM exchange_ledgerentry", "somebody else")),
    Attack("entry_once", ENTRY + LEGS, before=SOUND),
    *refused_rows("ledgerentry", SOUND, "kind", "entry_written_once")[:1],
    *refused_rows("ledgerleg", SOUND, "amount_fen", "leg_written_once"),
    *refused_rows("ledgeraccount", ACCOUNTS, "code", "account_written_once")[:2],
    Attack("exchange_ledgeraccount_code_key", ACCOUNTS, before=ACCOUNTS),
]  # fmt: skip
FORGED_EVENT = """INSERT INTO exchange_auditevent
    (entity, entity_id, sequence, at, actor, act, reason, change, previous, digest)
    VALUES ('exchange_booking', 1, {n}, now(), 'x', '', '', '{{"after": {{}}}}', '', 'forged');"""
RECORDS = [
    Attack("audit_chained", FORGED_EVENT.format(n=7), server.OWNER, booking(TEN),
           then=forged("SELECT digest FROM exchange_auditevent ORDER BY id DESC", "forged")),
    *refused_rows("auditevent", booking(TEN), "actor", "audit_written_once"),
    Attack("edge_once", "INSERT INTO exchange_stateedge (machine, event, source, target) "
           "VALUES ('Booking', 'ttl', 'held', 'done');", server.OWNER),
    Attack("answer_once", ANSWER, before=ANSWER),
    *refused_rows("answer", ANSWER, "answer", "answer_written_once"),
    Attack("evidence_once", evidence(SHA, 2), before=evidence(SHA, 1)),
    Attack("evidence_sha256_form", evidence(SHA.upper(), 1)),
    *refused_rows("evidence", evidence(SHA, 1), "kind", "evidence_written_once"),
    Attack("approval_once", APPROVAL, before=APPROVAL),
    *(
        Attack("approval_four_eyes", f"UPDATE exchange_approval SET {one}_by_id = 2, {other}_by_id = 2;",
               server.OWNER, APPROVAL, also=f"{one} and {other}")
        for one, other in (("submitted", "county"), ("submitted", "region"), ("submitted", "paid"),
                           ("county", "region"), ("county", "paid"), ("region", "paid"))
    ),
]  # fmt: skip
PARTIES = [
    Attack("jurisdiction_code_form", "INSERT INTO exchange_jurisdiction (code, name) VALUES ('31', 'x');"),
    Attack("exchange_jurisdiction_code_key",
           "INSERT INTO exchange_jurisdiction (code, name) VALUES ('310000', 'x');"),
    Attack("organisation_uscc_form", organisation(with_check_digit("91A30100799655058"))),
    Attack("organisation_uscc_check_digit", organisation(FIRM[:-1] + "A")),
    Attack("organisation_uscc_given", organisation("")),
    Attack("organisation_kind", organisation("91350100M000100Y43", kind="club")),
    Attack("exchange_organisation_uscc_key", organisation(OTHER_FIRM)),
    Attack("exchange_person_email_key",
           "INSERT INTO exchange_person (name, email) VALUES ('x', 'a@example.org');"),
    Attack("membership_once", MEMBER, before=MEMBER),
    Attack("membership_valid_form", MEMBER.replace("[2026-01-01,2027-01-01)", "empty")),
    Attack("asset_kind", asset(kind="boat")),
    Attack("asset_value", asset(value=0)),
    Attack("unit_no_once", "INSERT INTO exchange_assetunit (asset_id, no) VALUES (1, 2);"),
]  # fmt: skip
ATTACKS = BOOKINGS + MONEY + LEDGER + RECORDS + PARTIES
