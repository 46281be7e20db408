"""Disputes: either side says what is wrong, and two people of the platform decide."""

from __future__ import annotations

from typing import Any, Literal

from heban.domain.errors import unknown
from heban.exchange import access
from heban.exchange.acts.consents import agree, agreed
from heban.exchange.acts.delivery import accepted
from heban.exchange.acts.notices import tell
from heban.exchange.acts.order_rows import MACHINE, looked_at, own_side, told
from heban.exchange.acts.orders import cut_off
from heban.exchange.acts.steps import ensure_reason, stepped
from heban.exchange.desk import By, Said, act
from heban.exchange.rules.machines import step

Outcome = Literal["redo", "ok", "cancel"]
OUTCOMES = ("redo", "ok", "cancel")
"""Do the work again; it is accepted as it is; the order is cancelled."""
DECIDERS = ("platform", "second_platform")
"""The two people who decide: neither may be of a party, and they are not the same."""


@act
def dispute(by: By, *, order: int) -> Said:
    """Dispute the work or its result, as either side, in a statement (`By.reason`); no claim is made then."""
    row = looked_at(by, order)
    ensure_reason(by)
    disputed(by, row, own_side(by, row))
    return told(row)


@act
def resolve(by: By, *, order: int, outcome: Outcome) -> Said:
    """Decide a dispute, in writing (`By.reason`), as one of two people of the platform who must agree.

    `redo` sends the work back, `ok` accepts it, `cancel` ends the order and gives its voucher back. The
    first says it; with the second it happens. The same person twice is refused (`consent.same_person`).
    """
    if outcome not in OUTCOMES:
        raise unknown("outcome", outcome, OUTCOMES, "a dispute")
    row = looked_at(by, order)
    access.ensure(by, row, "platform")
    ensure_reason(by)
    event = f"resolve_{outcome}"
    step(MACHINE, row.state, event, "platform")  # nobody decides what is not open
    persons = len(agree(by, row, event, DECIDERS[bool(agreed(row, event))]))
    if persons < len(DECIDERS):
        return {**told(row), "persons": persons}
    stepped(by, row, MACHINE, event, "platform", **{"due": None, **(accepted(by) if outcome == "ok" else {})})
    if outcome == "cancel":
        cut_off(by, row)
    for organisation in (row.firm_id, row.provider_id):
        tell(by, "order.resolved", row, organisation=organisation, outcome=outcome)
    return {**told(row), "persons": persons}


def disputed(by: By, row: Any, *sides: str) -> None:
    """Take a locked order into a dispute and tell both sides."""
    stepped(by, row, MACHINE, "dispute", *sides, due=None)
    for organisation in (row.firm_id, row.provider_id):
        tell(by, "order.disputed", row, organisation=organisation)
