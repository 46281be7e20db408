"""Attacks on what is written once or never removed, by the owner: the grants stop everybody else."""

from __future__ import annotations

from collections.abc import Iterator

from heban.exchange import server
from tests.exchange.attacks.attack import Attack
from tests.exchange.attacks.orders import QUOTE, line, quote
from tests.exchange.attacks.world import fresh
from tests.exchange.rows import last, row

WRITTEN_ONCE = {
    "ledgerentry": "I7", "ledgerleg": "I7", "ledgeraccount": "I7", "auditevent": "I14", "answer": "I10",
    "evidence": "I11", "consent": "I13", "firmyear": "I16", "relatedcheck": "I12", "quote": "I16",
    "quoteline": "I16", "contract": "I16", "custody": "I14", "paper": "I11", "rating": "form",
    "usage": "I14", "bankpaper": "I10", "payout": "I10", "recovery": "I10", "settlementpayment": "I10",
    "auditdraw": "I14", "dailyhead": "I14",
}  # fmt: skip
NEVER_REMOVED = {
    "asset": "I14", "booking": "I14", "ruleset": "I16", "voucherquota": "I14", "serviceorder": "I14",
    "sample": "I14", "budgetbucket": "I3", "hold": "I14", "holdbucket": "I9", "redemption": "I14",
    "objection": "I14", "settlementbatch": "I14", "settlementline": "I8", "case": "I14",
    "caseparty": "I14", "casesubject": "I14", "alarm": "I14", "approval": "I13", "relatedfinding": "I12",
    "organisation": "I14", "person": "I14", "membership": "I13", "need": "form",
}  # fmt: skip
ROWS = {
    "ledgerleg": fresh("ledgerentry"), "auditevent": "",
    "quoteline": quote(line(1, 6), line(2, 4, eligible=False)),
}  # fmt: skip
"""Another row of tables of which `fresh` knows none."""
ALONE = {
    "hold": row("hold", order_id=4, rule_set_id=1, quota_id=1, related_check_id=1, year=2026, amount_fen=1),
    "quote": row("quote", **QUOTE),
}  # fmt: skip
"""Rows that may not stay without others: written and removed at once."""


def made(table: str) -> str:
    return ROWS[table] if table in ROWS else fresh(table)


def _removed(table: str, guard: str, keeps: str) -> Attack:
    """Remove a row that no other row names."""
    gone = f"DELETE FROM exchange_{table} WHERE id = {last(table).as_string()};"
    if table in ALONE:
        return Attack(guard, ALONE[table] + gone, keeps, server.OWNER, also="delete")
    return Attack(guard, gone, keeps, server.OWNER, made(table), also="delete")


def _attacks() -> Iterator[Attack]:
    for table, keeps in WRITTEN_ONCE.items():
        guard = f"{table}_written_once"
        yield Attack(guard, f"UPDATE exchange_{table} SET id = id;", keeps, server.OWNER, also="update")
        if table != "ledgerentry":  # no entry is without legs, which are kept too
            yield _removed(table, guard, keeps)
    for table, keeps in NEVER_REMOVED.items():
        yield _removed(table, f"{table}_never_removed", keeps)


ATTACKS: list[Attack] = list(_attacks())
