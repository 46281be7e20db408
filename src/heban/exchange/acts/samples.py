"""Samples: each passes from hand to hand, in writing; one person tests it and another verifies it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from heban.exchange import access
from heban.exchange.acts.consents import agree, agreed
from heban.exchange.acts.disputes import disputed
from heban.exchange.acts.notices import tell
from heban.exchange.acts.order_rows import end_of, looked_at
from heban.exchange.acts.rows import found, locked
from heban.exchange.acts.steps import ensure_reason, stepped
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By, Said, act
from heban.exchange.models import Custody, Sample, Training
from heban.exchange.rules.machines import machines
from heban.exchange.rules.refusals import denied

MACHINE = "Sample"
LOST_DAYS = 30
"""Days after which a sample that was sent and not received is lost. No source gives any; parcels within the
country take days, not weeks, so a month errs on the side of waiting (Heban's own choice)."""
BEFORE_WORK = ("accepted", "contracted", "in_service")
UNDER_CONTRACT = ("contracted", "in_service")


@act
def register(by: By, *, order: int, code: str, what: str, quantity: str = "") -> Said:
    """Register a sample of an order, as the firm, under a code of the firm's own (`sample.code_used`)."""
    owner = looked_at(by, order)
    row = Sample(order=owner, code=code, what=what, quantity=quantity)
    access.ensure(by, row, "firm")
    _ensure_order(owner, *BEFORE_WORK)
    if not code.strip() or not what.strip():
        raise denied("sample.words")
    stepped(by, row, MACHINE, "create", "firm")
    _handed(by, row, "register", "firm")
    return told(row)


@act
def ship(by: By, *, sample: int, waybill: str) -> Said:
    """Send a sample, as the firm, by a waybill that was not used before (`sample.waybill_used`)."""
    return _sent(by, sample, "ship", waybill)


@act
def resend(by: By, *, sample: int, waybill: str) -> Said:
    """Send a sample that was refused once more, as the firm, by a new waybill."""
    return _sent(by, sample, "resend", waybill)


@act
def receive(by: By, *, sample: int, lab_number: str, condition: str) -> Said:
    """Take a sample in, as the provider, under the laboratory's number and in the condition it came in."""
    row = _locked(by, sample)
    if not lab_number.strip() or not condition.strip():
        raise denied("sample.words")
    stepped(by, row, MACHINE, "receive", *access.actors(by, row), due=None, lab_number=lab_number)
    _handed(by, row, "receive", "provider", condition=condition)
    return told(row)


@act
def refuse(by: By, *, sample: int) -> Said:
    """Refuse a sample that is damaged, another or dangerous, as the provider, for a reason (`By.reason`)."""
    row = _locked(by, sample)
    ensure_reason(by)
    stepped(by, row, MACHINE, "refuse", *access.actors(by, row), due=None)
    _handed(by, row, "refuse", "provider", condition=by.reason)
    tell(by, "sample.refused", row, organisation=row.order.firm_id)
    return told(row)


@act
def lose(by: By, *, sample: int) -> Said:
    """Find that a sample on its way is lost: by the system in time, or by the provider for a reason.

    An order that is worked on is in dispute then; one that is not yet can be cancelled, and both are told.
    """
    row = _locked(by, sample)
    who = access.ensure(by, row, SYSTEM, "provider")
    if SYSTEM not in who:
        ensure_reason(by)
    elif row.due is None or by.now < row.due:
        raise denied("sample.not_yet", sample=sample)
    stepped(by, row, MACHINE, "lose", *who, due=None)
    _handed(by, row, "lose", "nobody")
    for organisation in (row.order.firm_id, row.order.provider_id):
        tell(by, "sample.lost", row, organisation=organisation)
    if row.order.state in ("in_service", "delivered"):
        disputed(by, row.order, "firm")  # the firm's sample is gone, whoever says so
    return told(row)


@act
def test(by: By, *, sample: int) -> Said:
    """Begin to test a sample, as an operator of the provider who is trained where its asset needs it."""
    row = _locked(by, sample)
    who = access.actors(by, row)
    _ensure_order(row.order, "in_service")
    _ensure_trained(by, row)
    stepped(by, row, MACHINE, "test", *who, tested_by_id=by.person)
    return told(row)


@act
def verify(by: By, *, sample: int) -> Said:
    """Verify the test of a sample, as a second person of the provider; its result is fixed by that."""
    row = _locked(by, sample)
    who = access.actors(by, row)
    if row.tested_by_id is not None and row.tested_by_id == by.person:
        raise denied("sample.second_person")
    stepped(by, row, MACHINE, "verify", *who, verified_by_id=by.person)
    return told(row)


@act
def retain(by: By, *, sample: int, days: int) -> Said:
    """Keep a tested sample for some days, as the provider."""
    row = _locked(by, sample)
    if days < 1:
        raise denied("sample.days")
    until = local(by.now).date() + timedelta(days=days)
    stepped(by, row, MACHINE, "retain", *access.actors(by, row), retain_until=until)
    _handed(by, row, "retain", "provider")
    return told(row)


@act
def give_back(by: By, *, sample: int, waybill: str) -> Said:
    """Send a sample back to its firm, as the provider, by a waybill that was not used before."""
    row = _locked(by, sample)
    _ensure_new(waybill)
    stepped(by, row, MACHINE, "return", *access.actors(by, row))
    _handed(by, row, "return", "courier", waybill=waybill)
    tell(by, "sample.returned", row, organisation=row.order.firm_id)
    return told(row)


@act
def allow_destruction(by: By, *, sample: int) -> Said:
    """Let the provider destroy a sample before the time to keep it is over, as the firm."""
    row = _locked(by, sample)
    access.ensure(by, row, "firm")
    if row.state not in ("tested", "retained"):
        raise denied("sample.not_tested", state=machines()[MACHINE].states[row.state])
    agree(by, row, "destroy", "firm")
    return {**told(row), "destruction_allowed": True}


@act
def destroy(by: By, *, sample: int) -> Said:
    """Destroy a sample, as the provider, when its time is over or the firm has allowed it."""
    row = _locked(by, sample)
    over = row.retain_until is not None and row.retain_until < local(by.now).date()
    who = access.ensure(by, row, "provider")
    if row.state in ("tested", "retained") and not over and not agreed(row, "destroy"):
        raise denied("sample.kept", until=row.retain_until or "—")
    stepped(by, row, MACHINE, "destroy", *who)
    _handed(by, row, "destroy", "nobody")
    tell(by, "sample.destroyed", row, organisation=row.order.firm_id)
    return told(row)


DEADLINES = {(MACHINE, "shipped"): lose}


def told(row: Any) -> Said:
    """Return a sample as an act answers it."""
    return {
        "sample": row.pk,
        "order": row.order_id,
        "code": row.code,
        "state": row.state,
        "version": row.version,
        "lab_number": row.lab_number,
        "due": row.due.isoformat() if row.due else None,
        "retain_until": row.retain_until.isoformat() if row.retain_until else None,
    }


def _sent(by: By, sample: int, event: str, waybill: str) -> Said:
    row = _locked(by, sample)
    who = access.actors(by, row)
    _ensure_order(row.order, *UNDER_CONTRACT)
    _ensure_new(waybill)
    due = end_of(local(by.now).date() + timedelta(days=LOST_DAYS))
    stepped(by, row, MACHINE, event, *who, due=due, waybill=waybill)
    _handed(by, row, event, "courier", waybill=waybill)
    tell(by, "sample.shipped", row, organisation=row.order.provider_id)
    return told(row)


def _locked(by: By, sample: int) -> Any:
    """Return a sample, locked after its order, to whoever may see that."""
    order = looked_at(by, found(Sample, "sample", pk=sample).order_id)
    row = locked(Sample, sample, "sample")
    row.order = order
    return row


def _handed(by: By, row: Any, event: str, holder: str, *, waybill: str = "", condition: str = "") -> None:
    """Write into whose hands a sample came."""
    Custody.objects.create(
        sample=row, event=event, holder=holder, person_id=by.person, waybill=waybill, condition=condition,
        at=by.now,
    )  # fmt: skip


def _ensure_new(waybill: str) -> None:
    if not waybill.strip():
        raise denied("sample.no_waybill")
    if Custody.objects.filter(waybill=waybill).exists():
        raise denied("sample.waybill_used")


def _ensure_order(order: Any, *states: str) -> None:
    if order.state not in states:
        raise denied("sample.order_state", state=machines()["ServiceOrder"].states[order.state])


def _ensure_trained(by: By, row: Any) -> None:
    asset = row.order.asset
    if asset is None or not asset.needs_training:
        return
    day = local(by.now).date()
    if not Training.objects.filter(access.in_force(day), asset=asset, person=by.person).exists():
        raise denied("sample.untrained", asset=asset.pk)
