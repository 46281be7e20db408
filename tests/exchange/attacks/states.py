"""Attacks on every row with a state: beginnings and changes that no machine knows, and nobody acting."""

from __future__ import annotations

from collections.abc import Iterator

from heban.exchange import server
from tests.exchange.attacks.attack import Attack, forged
from tests.exchange.attacks.world import fresh
from tests.exchange.desks import hold_row
from tests.exchange.rows import NOW, STARTS, last, row, step

NO_BEGINNING = {
    "asset": "listed", "booking": "confirmed", "serviceorder": "quoted", "sample": "received",
    "ruleset": "dropped", "voucherquota": "granted", "hold": "committed", "redemption": "county_ok",
    "settlementbatch": "settled", "case": "hearing",
}  # fmt: skip
"""A state in which no row begins."""
NO_WAY = {
    **NO_BEGINNING, "booking": "done", "sample": "tested", "ruleset": "closed", "voucherquota": "frozen",
    "hold": "lost",
}  # fmt: skip
"""A state that none reaches from its start by one event."""
NOBODY = "SELECT set_config('heban.actor', '', true);"


def begun(table: str, state: str) -> str:
    return hold_row(4, state=state) if table == "hold" else fresh(table, state=state)


def _attacks(table: str, start: str) -> Iterator[Attack]:
    guard, made, one = f"{table}_state", begun(table, start), last(table)
    yield Attack(guard, begun(table, NO_BEGINNING[table]), "I15", also="begun in the middle")
    more = {"approved_by_id": 12} if table == "ruleset" else {}
    yield Attack(guard, step(table, one, NO_WAY[table], 2, **more), "I15", before=made, also="no edge")
    yield Attack(guard, step(table, one, start, 1), "I14", before=made, also="version kept")
    yield Attack(guard, step(table, one, start, 3), "I14", before=made, also="version leapt")
    yield Attack(guard, NOBODY + made, "I14", also="begun by nobody")
    yield Attack(guard, NOBODY + step(table, one, start, 2), "I14", before=made, also="changed by nobody")


EVENT = {
    "entity": "exchange_booking", "entity_id": 1, "sequence": 7, "actor": "x", "act": "", "reason": "",
    "change": {"after": {}}, "previous": "", "digest": "forged",
}  # fmt: skip
FORGED_EVENT = row("auditevent", **EVENT)
AUDIT = [
    Attack("audit_chained", FORGED_EVENT, "I14", server.OWNER,
           then=forged("SELECT digest FROM exchange_auditevent ORDER BY id DESC", "forged")),
]  # fmt: skip
ENDED = [
    Attack("booking_state", step("booking", 1, "expired", 3), "I15",
           before=step("booking", 1, "expired", 2), also="after the end"),
    Attack("hold_state", step("hold", 2, "voided", 3, made_at=NOW), "I15", server.OWNER,
           before=step("hold", 2, "voided", 2), also="a column after the end"),
]  # fmt: skip
STATES = [one for table, start in STARTS.items() for one in _attacks(table, start)]
ATTACKS: list[Attack] = STATES + AUDIT + ENDED
