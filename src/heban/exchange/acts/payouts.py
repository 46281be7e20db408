"""Payouts: each jurisdiction pays its part of an approved claim, once, against a line of its bank's file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from heban.exchange import access
from heban.exchange.acts import holds
from heban.exchange.acts.approvals import hand
from heban.exchange.acts.claims import MACHINE, locked_claim, told
from heban.exchange.acts.deals import nearest
from heban.exchange.acts.ledger import enter
from heban.exchange.acts.notices import tell
from heban.exchange.acts.scrutiny import ensure_free
from heban.exchange.acts.steps import stepped
from heban.exchange.acts.vouchers import rules_of
from heban.exchange.china import local, province_of
from heban.exchange.desk import By, Said, act
from heban.exchange.models import BankPaper, Jurisdiction, Payout, SettlementLine
from heban.exchange.rules import money, roles
from heban.exchange.rules.machines import machines, step
from heban.exchange.rules.refusals import denied

AUDIT_DAYS = 180
"""Days after payment in which a claim may be drawn for audit; Heban's own choice, no source gives any."""


@act
def pay(by: By, *, redemption: int, payer: str, reference: str, fen: int) -> Said:
    """Record that a jurisdiction paid its part, as its finance office; the last part makes the claim paid.

    `reference` is that of the bank's line, which serves once on the whole platform. Under rules with
    clearing the provider's region has advanced the money, and the payer owes it from now on. Refused:
    `payout.not_payer`, `payout.amount`, `payout.done`, `bank.used`, `approval.same_person` for a reviewer,
    `redemption.frozen`, and while a case looks into it.
    """
    row = locked_claim(redemption)
    ensure_finance(by, row, payer)
    step(MACHINE, row.state, "pay", *access.actors(by, row))
    _ensure_sound(row)
    parts = holds.payers(row.hold, "used_fen")
    if parts[payer] != fen:
        raise denied("payout.amount", payer=payer, due=money.told(parts[payer]), paid=money.told(fen))
    hand(row, "paid", by)
    _paid(by, row, payer, reference, fen)
    paid = row.payouts.values_list("payer__code", flat=True)
    left = sorted({code for code, part in parts.items() if part} - set(paid))
    if not left:
        due = by.now + timedelta(days=AUDIT_DAYS)
        stepped(by, row, MACHINE, "pay", *access.actors(by, row), due=due)
        tell(by, "redemption.paid", row, organisation=row.claimant_id)
    return {**told(row), "still_to_pay": left}


@act
def close(by: By, *, redemption: int) -> Said:
    """Close a claim when its time of audit is over and no case looks into it."""
    row = locked_claim(redemption)
    if row.state == "paid" and (row.due is None or by.now < row.due):
        raise denied("redemption.audit_not_yet", redemption=redemption, until=local(row.due).date())
    ensure_free(row)
    stepped(by, row, MACHINE, "close", *access.actors(by, row), due=None)
    return told(row)


DEADLINES = {("Redemption", "paid"): close}


def ensure_finance(by: By, row: Any, payer: str) -> None:
    """Refuse whoever is not the finance office of this payer: each region's office acts for its own money."""
    thing = access.thing(row)
    if payer not in thing.payers:
        raise denied("payout.not_payer", payer=payer, payers=", ".join(sorted(thing.payers)))
    alone = replace(thing, payers=(payer,))
    mine = [] if by.person is None else access.held(by.person)
    if "region_finance" not in roles.actors(mine, alone, local(by.now).date()):
        raise denied("access.denied")


def received(organisation: Any) -> str:
    """Return the account of what an organisation was paid."""
    return f"{organisation.pk}:received"


def due_to(debtor: str, creditor: str) -> str:
    """Return the account of what a region owes another one."""
    return f"{debtor}:due_to:{creditor}"


def due_from(creditor: str, debtor: str) -> str:
    """Return the account of what a region is owed by another one."""
    return f"{creditor}:due_from:{debtor}"


def cash(region: str) -> str:
    """Return the account of money that a region has to hand over (above 0) or advanced (below 0)."""
    return f"{region}:cash"


def used(by: By, reference: str, fen: int) -> BankPaper:
    """Write a line of a bank's file; one that served before is refused ("bank.used")."""
    if not reference.strip():
        raise denied("bank.none")
    row = BankPaper(reference=reference.strip(), fen=money.checked_fen(fen), at=by.now)
    row.save()
    return row


def _ensure_sound(row: Any) -> None:
    """Refuse to pay what a case looks into, and what a quota pays that is not sound."""
    if row.hold.quota.state in ("frozen", "revoked"):
        raise denied("redemption.frozen", state=machines()["VoucherQuota"].states[row.hold.quota.state])
    ensure_free(row)


def _paid(by: By, row: Any, payer: str, reference: str, fen: int) -> None:
    """Write the payment, and what the payer owes whoever advanced it."""
    advanced = _advanced_by(row, payer)
    codes = {one.code: one for one in Jurisdiction.objects.filter(code__in=[payer, advanced or payer])}
    made = Payout.objects.create(
        redemption=row, payer=codes[payer], advanced_by=codes.get(advanced or ""), fen=fen,
        paper=used(by, reference, fen), paid_by_id=by.person, at=by.now,
    )  # fmt: skip
    legs = {holds.owed(payer, row.claimant): -fen, received(row.claimant): fen}
    if advanced:
        SettlementLine.objects.create(payout=made, debtor=codes[payer], creditor=codes[advanced], fen=fen)
        legs |= {due_from(advanced, payer): fen, due_to(payer, advanced): -fen}
        legs |= {cash(advanced): -fen, cash(payer): fen}
    enter(by, f"redemption:{row.pk}:paid:{payer}", "pay", legs)


def _advanced_by(row: Any, payer: str) -> str | None:
    """The region that paid a provider of its own for another one's budget, under rules with clearing."""
    hold, its = row.hold, rules_of(row.hold)
    if its.clearing != "cleared" or its.mode != "tongdui":
        return None
    place = hold.order.provider.jurisdiction.code
    near = nearest(hold.rule_set.scheme.code, place, hold.year) or province_of(place)
    return None if near == payer else near
