"""Contracts: one paper that both sides sign, with the voucher that it relies on."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

from heban.exchange.acts import related, vouchers
from heban.exchange.acts.consents import agree, agreed
from heban.exchange.acts.notices import tell
from heban.exchange.acts.order_rows import (
    MACHINE,
    SIDES,
    its_terms,
    live_hold,
    looked_at,
    own_side,
    told,
)
from heban.exchange.acts.steps import put_off, stepped
from heban.exchange.china import local
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Contract, Hold
from heban.exchange.rules.machines import step
from heban.exchange.rules.refusals import denied


@act
def sign(by: By, *, order: int, sha256: str, until: date, without_voucher: bool = False) -> Said:
    """Sign the contract of an order, by the sha256 of its file, for work until a day; both sides must.

    The file is a paper of the order. What is signed is the file, the price of the quote, the last day and
    the voucher that is held; when the other side has signed anything else it is refused
    (`contract.differs`). With the second signature the voucher is committed, after the parties were looked
    at for being related once more. A voucher that lapsed in between is refused (`hold.lapsed`), unless both
    sign without one. Refused else: `contract.no_file`, `contract.until`.
    """
    row = looked_at(by, order)
    side = own_side(by, row)
    step(MACHINE, row.state, "sign", *SIDES)  # nobody signs for what cannot happen
    hold = _hold(row, without_voucher)
    _ensure_sound(by, row, sha256, until)
    seen = digest(sha256, row.quote.total_fen, until, hold)
    if any(one.digest != seen for one in agreed(row, "sign")):
        raise denied("contract.differs", order=order)
    who = agree(by, row, "sign", side, digest=seen)
    if who != frozenset(SIDES):
        other = row.provider_id if side == "firm" else row.firm_id
        tell(by, "contract.to_sign", row, organisation=other)
        return {**told(row), "signed": sorted(who)}
    day = local(by.now).date()
    related.check(by, a=row.firm_id, b=row.provider_id, day=day, terms=its_terms(row))
    stepped(by, row, MACHINE, "sign", *who)
    Contract.objects.create(order=row, sha256=sha256, fen=row.quote.total_fen, until=until, at=by.now)
    if hold is not None:
        vouchers.commit(by, hold=hold.pk, until=until)
    for organisation in (row.firm_id, row.provider_id):
        tell(by, "contract.signed", row, organisation=organisation)
    return {**told(row), "signed": sorted(who)}


@act
def take_back(by: By, *, order: int) -> Said:
    """Take a signature back while the other side has not signed; nobody has signed then."""
    row = looked_at(by, order)
    side = own_side(by, row)
    if side not in {one.actor for one in agreed(row, "sign")}:
        raise denied("contract.unsigned", order=order)
    put_off(row, row.due)
    return {**told(row), "signed": []}


def digest(paper: str, fen: int, until: date, hold: Any) -> str:
    """Return the sha256 of what is signed: the file's, the price, the last day and the voucher."""
    relied_on = "" if hold is None else f"{hold.pk}:{hold.amount_fen}"
    return sha256(f"{paper} {fen} {until.isoformat()} {relied_on}".encode()).hexdigest()


def _hold(row: Any, without_voucher: bool) -> Any:
    """The voucher that the contract relies on; one that lapsed is not passed over in silence."""
    hold = live_hold(row)
    if hold is not None or without_voucher:
        return hold
    last = Hold.objects.filter(order=row.pk).order_by("-pk").first()
    if last is not None and last.state == "expired":
        raise denied("hold.lapsed", hold=last.pk, until=local(last.since).date())
    return None


def _ensure_sound(by: By, row: Any, paper: str, until: date) -> None:
    if not row.papers.filter(kind="contract", evidence__sha256=paper).exists():
        raise denied("contract.no_file", order=row.pk)
    if until < local(by.now).date():
        raise denied("contract.until", until=until)
