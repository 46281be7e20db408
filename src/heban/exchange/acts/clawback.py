"""Claw-back: what was paid on a claim that a case proved false is claimed back and recovered, by payer."""

from __future__ import annotations

from typing import Any

from heban.exchange import access
from heban.exchange.acts import holds
from heban.exchange.acts.claims import MACHINE, locked_claim, told
from heban.exchange.acts.consents import agree
from heban.exchange.acts.ledger import enter
from heban.exchange.acts.notices import tell
from heban.exchange.acts.payouts import ensure_finance, received, used
from heban.exchange.acts.steps import stepped
from heban.exchange.acts.vouchers import rules_of
from heban.exchange.desk import By, Said, act
from heban.exchange.models import CaseSubject, Consent, LedgerEntry, Recovery
from heban.exchange.rules import money
from heban.exchange.rules.machines import step
from heban.exchange.rules.refusals import denied

DECIDE = ("auditor", "region_reviewer")
"""Who must agree that money is claimed back."""


@act
def claw(by: By, *, redemption: int, case: int) -> Said:
    """Claim back what was paid on a claim, when a case about it is proven.

    The auditor and the region's reviewer must agree; whoever of them proved the case has agreed by that.
    What was approved and not yet paid goes back to the budget at once. Refused: `claw.not_proven`.
    """
    row = locked_claim(redemption)
    proof = _proof(row, case)
    who = frozenset(proof.values())
    if by.person not in proof:
        mine = access.ensure(by, row, *DECIDE)
        if missing := [one for one in DECIDE if one in mine and one not in who]:
            who |= agree(by, row, "claw", missing[0])
    if len(who) < len(DECIDE):
        return {**told(row), "agreed": sorted(who)}
    paid = dict(row.payouts.values_list("payer__code", "fen"))
    stepped(by, row, MACHINE, "claw", *who, due=None)
    legs = {received(row.claimant): -sum(paid.values())}
    for payer, fen in holds.payers(row.hold, "used_fen").items():
        if payer in paid:
            legs[receivable(payer, row.claimant)] = fen
        else:
            legs |= {holds.owed(payer, row.claimant): -fen, f"{payer}:appropriation": fen}
    enter(by, f"redemption:{row.pk}:clawed", "claw", legs)
    tell(by, "redemption.clawed", row, organisation=row.claimant_id)
    return {**told(row), "agreed": sorted(who)}


@act
def recover(by: By, *, redemption: int, payer: str, reference: str = "", fen: int = 0) -> Said:
    """Record that a payer has its money back, as its finance office; the last one ends the claim.

    It goes to the budget's account; the caps of the year have the room again only under rules that restore
    the quota. Where nothing had been paid there is nothing to record but the end. Refused:
    `payout.not_payer`, `recovery.amount`, `ledger.booked`, `bank.used`.
    """
    row = locked_claim(redemption)
    ensure_finance(by, row, payer)
    step(MACHINE, row.state, "recover", *access.actors(by, row))
    paid = dict(row.payouts.values_list("payer__code", "fen"))
    if fen != paid.get(payer, 0):
        due = money.told(paid.get(payer, 0))
        raise denied("recovery.amount", payer=payer, due=due, paid=money.told(fen))
    if fen:
        Recovery.objects.create(redemption=row, fen=fen, paper=used(by, reference, fen), at=by.now)
        legs = {receivable(payer, row.claimant): -fen, f"{payer}:appropriation": fen}
        enter(by, recovered(row, payer), "recover", legs)
    keys = {recovered(row, code): code for code in paid}
    left = set(paid) - {
        keys[key] for key in LedgerEntry.objects.filter(key__in=keys).values_list("key", flat=True)
    }
    if not left:
        _ended(by, row)
    return {**told(row), "still_to_recover": sorted(left)}


def receivable(payer: str, organisation: Any) -> str:
    """Return the account of what a jurisdiction claims back of an organisation."""
    return f"{payer}:receivable:{organisation.pk}"


def recovered(row: Any, payer: str) -> str:
    """Return the key of the entry by which a payer has its money back."""
    return f"redemption:{row.pk}:recovered:{payer}"


def _ended(by: By, row: Any) -> None:
    stepped(by, row, MACHINE, "recover", *access.actors(by, row))
    if rules_of(row.hold).restore_quota:
        holds.restore(row.hold)


def _proof(row: Any, case: int) -> dict[int, str]:
    """Who proved a case about a claim, in writing, and as which actor; refused of any other case."""
    about = CaseSubject.objects.filter(
        case=case, case__state="closed_proven", subject="redemption", subject_id=row.pk
    ).select_related("case")
    proven = about.first()
    if proven is None:
        raise denied("claw.not_proven", redemption=row.pk, case=case)
    seen = Consent.objects.filter(
        subject="case", subject_id=case, event="prove", subject_version=proven.case.version - 1
    )
    return dict(seen.values_list("person_id", "actor"))
