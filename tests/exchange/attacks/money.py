"""Attacks on rules, quotas, budgets, holds and the ledger."""

from __future__ import annotations

from typing import Any

from psycopg import sql
from psycopg.types.json import Json

from tests.exchange.attacks.attack import Attack, forged, wrong
from tests.exchange.attacks.world import fresh, legs
from tests.exchange.desks import (
    BUDGET,
    COUNTY,
    FIRM,
    FIRM_CAP,
    JIASHAN,
    QINGPU_BUDGET,
    REGION,
    SCHEME,
    SECOND_REGION,
    hold_row,
)
from tests.exchange.rows import NOW, last, row, step


def approve(**said: Any) -> str:
    """Another person approves the last rules."""
    return step("ruleset", last("ruleset"), "active", 2, **{"approved_by_id": SECOND_REGION, **said})


RULES = [
    wrong("scheme", "exchange_scheme_code_key", code=SCHEME),
    wrong("ruleset", "rule_set_days", valid_to="2027-01-01"),
    Attack("rule_set_two_persons", approve(approved_by_id=REGION), "I13",
           before=fresh("ruleset")),
    Attack("rule_set_approved", approve(approved_by_id=None), "I13", before=fresh("ruleset")),
    Attack("rule_set_one_at_a_time", approve(), "I16",
           before=fresh("ruleset", valid_from="2026-12-31")),
    *(
        Attack("ruleset_frozen", step("ruleset", 1, "active", 3, **{column: value}), "I16", also=column)
        for column, value in {
            "valid_from": "2025-01-01", "terms": Json({"ratio_bp": 10_000}), "drafted_by_id": 1,
            "approved_by_id": 1,
        }.items()
    ),
    Attack("ruleset_approved_as_drafted", approve(terms=Json({"ratio_bp": 10_000})), "I13",
           before=fresh("ruleset")),
    Attack("ruleset_ended_by_closing", step("ruleset", 1, "active", 3, valid_to="2026-06-01"), "I16",
           also="in passing"),
    Attack("ruleset_ended_by_closing", step("ruleset", 1, "closed", 3, valid_to="2030-01-01"), "I16",
           also="by a later day"),
    wrong("voucherquota", "quota_one_alive", keeps="I3", organisation_id=1),
]  # fmt: skip


def bucket(**said: Any) -> str:
    return fresh("budgetbucket", **said)


LAST = last("budgetbucket").as_string()


def changed(bucket: int | str, **said: int) -> str:
    values = ", ".join(f"{name} = {fen}" for name, fen in said.items())
    return f"UPDATE exchange_budgetbucket SET {values} WHERE id = {bucket};"


BUCKETS = [
    Attack("bucket_not_overdrawn", changed(FIRM_CAP, held_fen=30_001), "I3", also="held"),
    Attack("bucket_not_overdrawn", changed(FIRM_CAP, held_fen=20_000, spent_fen=10_001), "I3",
           also="held and spent"),
    Attack("bucket_not_overdrawn", changed(LAST, limit_fen=4), "I3", before=bucket(held_fen=3, spent_fen=2),
           also="limit lowered below what is held"),
    wrong("budgetbucket", "bucket_held", keeps="I3", held_fen=-1),
    wrong("budgetbucket", "bucket_spent", keeps="I3", spent_fen=-1),
    wrong("budgetbucket", "bucket_kind", keeps="I3", kind="gift"),
    wrong("budgetbucket", "bucket_once", keeps="I3", key=f"{SCHEME}:{FIRM}"),
    wrong("budgetbucket", "bucket_payer_given", keeps="I8", kind="budget"),
    wrong("budgetbucket", "bucket_payer_given", keeps="I8", jurisdiction_id=JIASHAN),
]  # fmt: skip


def spent(hold: int, used: int | None, state: str = "posted", version: int = 3, *, payee: int | None = 2,
          parts: dict[int, int] | None = None) -> str:  # fmt: skip
    """A hold spent, and its parts with it."""
    text = step("hold", hold, state, version, used_fen=used, payee_id=payee)
    if used is None:
        return text
    cases = " ".join(f"WHEN {one} THEN {fen}" for one, fen in (parts or {0: 0}).items())
    each = f"CASE bucket_id {cases} ELSE {used} END"
    return text + f"UPDATE exchange_holdbucket SET used_fen = {each} WHERE hold_id = {hold};"


# Hold 1 of the world is committed; hold 3 has two budgets, of 60 and 30 fen, and is held.
THIRD = step("hold", 3, "committed", 2)
GROUND = {"ground": "address", "hard": False}
SOFT = fresh("relatedcheck", hits=Json([GROUND]))
HARD = fresh("relatedcheck", hits=Json([GROUND, {"ground": "same", "hard": True}]))
SIGNED = f"UPDATE exchange_relatedfinding SET second_id = {COUNTY} WHERE id = 1;"
TWO_BUDGETS = {BUDGET: 110, QINGPU_BUDGET: -10, FIRM_CAP: None}
HOLDS = [
    Attack("hold_amount", hold_row(4, 0), "I5"),
    Attack("hold_one_for_order", hold_row(1), "I19", also="of two schemes"),
    Attack("hold_one_for_order", hold_row(1), "I19", before=spent(1, 60), also="after it was spent"),
    Attack("hold_used", spent(1, 0), "I5"),
    Attack("hold_used_when_posted", spent(1, None), "I5", also="posted, nothing used"),
    Attack("hold_used_when_posted", spent(1, 60, payee=None), "I5", also="posted to nobody"),
    Attack("hold_used_when_posted", spent(2, 60, "committed", 2), "I5", also="used before it is posted"),
    Attack("hold_bucket_once", fresh("holdbucket", bucket_id=BUDGET), "I3"),
    Attack("hold_bucket_used", spent(3, 90, parts={BUDGET: 70, QINGPU_BUDGET: 20}), "I9", before=THIRD,
           also="more of one budget than its part"),
    Attack("hold_bucket_used", spent(3, 50, parts={BUDGET: 60, QINGPU_BUDGET: -10}), "I9", before=THIRD,
           also="less than nothing used"),
    Attack("hold_bucket_used", hold_row(4, 100, TWO_BUDGETS), "I9", also="a part of less than nothing"),
    Attack("holdbucket_spent_once",
           f"UPDATE exchange_holdbucket SET used_fen = CASE bucket_id WHEN {BUDGET} THEN 40 ELSE 20 END"
           f" WHERE hold_id = 3 AND bucket_id IN ({BUDGET}, {QINGPU_BUDGET});", "I8",
           before=THIRD + spent(3, 60, parts={BUDGET: 50, QINGPU_BUDGET: 10})),
    *(
        Attack("hold_fits", hold_row(4, **more), keeps, before=before, also=said)
        for said, keeps, more, before in (
            ("another firm's quota", "I3", {"quota_id": last("voucherquota")}, fresh("voucherquota")),
            ("rules of another scheme", "I5", {"rule_set_id": last("ruleset")},
             fresh("scheme") + fresh("ruleset", scheme_id=last("scheme"))),
            ("a check of others", "I12", {"related_check_id": last("relatedcheck")},
             fresh("relatedcheck", b_id=3)),
            ("found to be related, and one person let it pass", "I12",
             {"related_check_id": last("relatedcheck")},
             SOFT),
            ("found to be the same, and two persons let it pass", "I12",
             {"related_check_id": last("relatedcheck")}, SIGNED + HARD),
            ("found to be related, and the finding is over", "I12",
             {"related_check_id": last("relatedcheck")},
             SIGNED + fresh("relatedcheck", hits=Json([GROUND]), day="2026-12-31")),
        )
    ),
    Attack("hold_fits", spent(1, 60, payee=3), "I8", also="paid to a third"),
    Attack("hold_parts_agree", hold_row(4, parts={}), "I9", also="no parts"),
    Attack("hold_parts_agree", step("hold", 1, "posted", 3, used_fen=60, payee_id=2), "I9",
           also="spent without its parts"),
    Attack("hold_bucket_parts_agree", fresh("holdbucket", amount_fen=5), "I9", also="a late budget"),
    Attack("hold_bucket_parts_agree", fresh("holdbucket", bucket_id=last("budgetbucket"), amount_fen=5), "I3",
           before=bucket(), also="a late cap that counts less"),
    Attack("hold_bucket_parts_agree",
           f"UPDATE exchange_holdbucket SET used_fen = 5 WHERE hold_id = 2 AND bucket_id = {BUDGET};", "I9",
           also="a part spent without its hold"),
]  # fmt: skip
ENTRY = row("ledgerentry", key="f", kind="test")
TRANSACTION = sql.SQL("pg_current_xact_id()::text::bigint")
LEGS = legs(("a", 5), ("b", -5))
LEDGER = [
    Attack("entry_balanced", ENTRY, "I6", also="no legs"),
    Attack("leg_balanced", ENTRY + LEGS + "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;"
           + legs(("a", 7)), "I6"),
    Attack("leg_not_nothing", ENTRY + legs(("a", 5), ("b", -5), ("b", 0)), "I6"),
    Attack("leg_sealed", LEGS, "I7"),
    Attack("entry_stamped",
           row("ledgerentry", key="f", kind="test", actor="somebody else",
               transaction=TRANSACTION, written_at=NOW) + LEGS,
           "I7", then=forged("SELECT actor FROM exchange_ledgerentry ORDER BY id DESC", "somebody else")),
    Attack("entry_once", fresh("ledgerentry", key="e"), "I10"),
    wrong("ledgeraccount", "exchange_ledgeraccount_code_key", keeps="I8", code="a"),
]  # fmt: skip
ATTACKS: list[Attack] = RULES + BUCKETS + HOLDS + LEDGER
