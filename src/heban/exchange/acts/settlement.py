"""Settlement: what regions advanced for each other in a period, netted, confirmed by all and paid exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from heban.exchange import access
from heban.exchange.acts.consents import agree, agreed
from heban.exchange.acts.ledger import enter
from heban.exchange.acts.payouts import cash, due_from, due_to, used
from heban.exchange.acts.rows import ensure_days, found, locked
from heban.exchange.acts.steps import ensure_reason, stepped
from heban.exchange.china import ZONE, local
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Jurisdiction, SettlementBatch, SettlementLine, SettlementPayment
from heban.exchange.rules import roles
from heban.exchange.rules import settlement as rules
from heban.exchange.rules.machines import step
from heban.exchange.rules.refusals import denied

MACHINE = "SettlementBatch"


@act
def open_batch(by: By, *, name: str, begins: date, ends: date) -> Said:
    """Open a batch for the payouts of a period, as the platform; the day it `ends` is not counted."""
    row = SettlementBatch(name=name, begins=begins, ends=ends)
    thing = roles.Thing(MACHINE)
    mine = [] if by.person is None else access.held(by.person)
    if "platform" not in roles.actors(mine, thing, local(by.now).date()):
        raise denied("access.denied")
    ensure_days(begins, ends)
    stepped(by, row, MACHINE, "create", "platform")
    return told(row)


@act
def freeze(by: By, *, batch: int) -> Said:
    """Close the lines of a batch: all up to the end of its period that no batch has, also older ones.

    Refused: `settlement.period` before the period is over, `settlement.no_lines`.
    """
    row = locked(SettlementBatch, batch, "batch")
    step(MACHINE, row.state, "freeze", *access.actors(by, row))
    if local(by.now).date() < row.ends:
        raise denied("settlement.period", batch=row.name, until=row.ends)
    over = datetime.combine(row.ends, time.min, ZONE)
    free = SettlementLine.objects.filter(batch=None, payout__at__lt=over)
    free.filter(pk__in=_locked_lines(free)).update(batch=row)
    if not row.lines.exists():
        raise denied("settlement.no_lines", batch=row.name)
    stepped(by, row, MACHINE, "freeze", *access.actors(by, row), digest=rules.digest(lines(row)))
    return told(row)


@act
def dispute(by: By, *, batch: int, line_ids: Sequence[int]) -> Said:
    """Dispute lines of a frozen batch that a finance office's own region owes or is owed, for a reason."""
    row = locked(SettlementBatch, batch, "batch")
    ensure_reason(by)
    step(MACHINE, row.state, "dispute", *access.actors(by, row))
    mine = {code for code in access.thing(row).payers if _is_finance(by, row, code)}
    taken = row.lines.filter(pk__in=line_ids).select_related("debtor", "creditor")
    known = {one.pk for one in taken if {one.debtor.code, one.creditor.code} & mine}
    strange = sorted(set(line_ids) - known)
    if strange or not line_ids:
        raise denied("settlement.lines", batch=row.name, lines=", ".join(map(str, strange)) or "—")
    row.lines.filter(pk__in=known).update(disputed=True)
    stepped(by, row, MACHINE, "dispute", *access.actors(by, row))
    return told(row)


@act
def refreeze(by: By, *, batch: int) -> Said:
    """Take the disputed lines out, for the next batch, and close the others anew."""
    row = locked(SettlementBatch, batch, "batch")
    step(MACHINE, row.state, "refreeze", *access.actors(by, row))
    row.lines.filter(disputed=True).update(batch=None, disputed=False)
    stepped(by, row, MACHINE, "refreeze", *access.actors(by, row), digest=rules.digest(lines(row)))
    return told(row)


@act
def confirm(by: By, *, batch: int, region: str, digest: str) -> Said:
    """Confirm a frozen batch by the digest of its lines, as the finance office of a region.

    Every region with a net amount must; the last one confirms the batch. Where the lines cancel out to
    nothing anyone of them does. Refused: `settlement.hash`, `settlement.not_asked`, `consent.same_person`.
    """
    row = locked(SettlementBatch, batch, "batch")
    _ensure_finance(by, row, region)
    step(MACHINE, row.state, "confirm", *access.actors(by, row))
    mine = lines(row)
    asked = rules.to_confirm(rules.net(mine))
    if asked or digest != row.digest:
        rules.ensure_may_confirm(mine, region, digest)
    place = found(Jurisdiction, "jurisdiction", code=region)
    agree(by, row, "confirm", "region_finance", digest=digest, jurisdiction=place.pk)
    by_now = {one.jurisdiction.code for one in agreed(row, "confirm") if one.digest == row.digest}
    left = sorted(set(asked) - by_now)
    if not left:
        stepped(by, row, MACHINE, "confirm", *access.actors(by, row))
    return {**told(row), "still_to_confirm": left}


@act
def enter_payment(by: By, *, batch: int, payer: str, payee: str, reference: str, fen: int) -> Said:
    """Show a bank's paper for a transfer of a confirmed batch, as the finance office of the region that pays.

    Refused: `settlement.not_due` for what the batch does not ask, or more of it; `bank.used`.
    """
    row = locked(SettlementBatch, batch, "batch")
    _ensure_finance(by, row, payer)
    step(MACHINE, row.state, "settle", *access.actors(by, row))
    due = {(one.payer, one.payee): one.fen for one in rules.transfers(rules.net(lines(row)))}
    seen = sum(one.fen for one in paid(row) if (one.payer, one.payee) == (payer, payee))
    if not 0 < fen <= due.get((payer, payee), 0) - seen:
        raise denied("settlement.not_due", payer=payer, payee=payee, batch=row.name)
    codes = {one.code: one for one in Jurisdiction.objects.filter(code__in=[payer, payee])}
    SettlementPayment.objects.create(
        batch=row, payer=codes[payer], payee=codes[payee], paper=used(by, reference, fen), at=by.now
    )
    return told(row)


@act
def settle(by: By, *, batch: int) -> Said:
    """Settle a batch whose papers cover every transfer to the fen; nothing is due between regions of it then.

    Refused: `settlement.uncovered`, naming the first transfer that differs.
    """
    row = locked(SettlementBatch, batch, "batch")
    step(MACHINE, row.state, "settle", *access.actors(by, row))
    mine = lines(row)
    rules.ensure_settled(mine, rules.to_confirm(rules.net(mine)), paid(row))
    stepped(by, row, MACHINE, "settle", *access.actors(by, row))
    enter(by, f"settlement:{row.pk}", "settle", _zeroed(mine, paid(row)))
    return told(row)


def lines(row: Any) -> list[rules.Line]:
    """Return the lines of a batch as the rules read them."""
    values = row.lines.order_by("id").values_list("id", "debtor__code", "creditor__code", "fen")
    return [rules.Line(str(number), *rest) for number, *rest in values]


def paid(row: Any) -> list[rules.Transfer]:
    """Return the transfers of a batch that banks' papers show."""
    values = row.payments.order_by("id").values_list("payer__code", "payee__code", "paper__fen")
    return [rules.Transfer(*one) for one in values]


def told(row: Any) -> Said:
    """Return a batch as an act answers it."""
    return {
        "batch": row.pk,
        "name": row.name,
        "state": row.state,
        "version": row.version,
        "digest": row.digest,
    }


def _locked_lines(free: Any) -> list[int]:
    """Two batches that are frozen at once must not both take a line."""
    return list(free.select_for_update(no_key=True, of=("self",)).order_by("id").values_list("pk", flat=True))


def _zeroed(mine: Sequence[rules.Line], moved: Sequence[rules.Transfer]) -> dict[str, int]:
    """What is due between regions goes to nothing, and the money goes over."""
    legs: dict[str, int] = {}
    for one in mine:
        _add(legs, due_to(one.debtor, one.creditor), one.fen)
        _add(legs, due_from(one.creditor, one.debtor), -one.fen)
    for each in moved:
        _add(legs, cash(each.payer), -each.fen)
        _add(legs, cash(each.payee), each.fen)
    return legs


def _add(legs: dict[str, int], account: str, fen: int) -> None:
    legs[account] = legs.get(account, 0) + fen


def _ensure_finance(by: By, row: Any, region: str) -> None:
    if not _is_finance(by, row, region):
        raise denied("access.denied")


def _is_finance(by: By, row: Any, region: str) -> bool:
    """Whether whoever acts is the finance office of this very region, and not only of another one in it."""
    mine = [] if by.person is None else access.held(by.person)
    alone = replace(access.thing(row), payers=(region,))
    return "region_finance" in roles.actors(mine, alone, local(by.now).date())
