"""Delivery: the work begins, its result is delivered, and the firm accepts it or lets the time pass."""

from __future__ import annotations

from typing import Any

from heban.exchange import access, almanac
from heban.exchange.acts.notices import tell
from heban.exchange.acts.order_rows import (
    LOOK_AGAIN,
    MACHINE,
    end_of,
    ensure_due,
    its_terms,
    looked_at,
    own_side,
    told,
)
from heban.exchange.acts.steps import stepped
from heban.exchange.china import local
from heban.exchange.desk import By, Said, act
from heban.exchange.rules.machines import step
from heban.exchange.rules.refusals import denied

AWAITED = ("registered", "shipped", "refused")
"""States of a sample that the provider does not have, or has not taken."""
UNACCOUNTED = (*AWAITED, "received", "in_test")
"""States in which a sample has not come to anything yet."""
HANDS_ON = ("testing", "sharing", "instrument_rent")
"""Classes of service that begin with a sample or a booking; others may have neither, as advice has."""


@act
def begin(by: By, *, order: int) -> Said:
    """Begin the work, as the provider, once all samples are there or a booking is in use.

    Refused: `delivery.nothing_there`. An order without samples and bookings begins only where its class of
    service needs none.
    """
    row = looked_at(by, order)
    who = access.actors(by, row)
    step(MACHINE, row.state, "begin", *who)
    if not _there(row):
        raise denied("delivery.nothing_there", order=order)
    stepped(by, row, MACHINE, "begin", *who)
    tell(by, "order.begun", row, organisation=row.firm_id)
    return told(row)


@act
def deliver(by: By, *, order: int) -> Said:
    """Deliver the result, as the provider; the firm has working days to accept it.

    Refused: `delivery.no_report` without a report of this round of work, `delivery.samples` naming those
    not accounted for.
    """
    row = looked_at(by, order)
    who = access.actors(by, row)
    step(MACHINE, row.state, "deliver", *who)
    if not row.papers.filter(kind="report", at__gte=row.since).exists():
        raise denied("delivery.no_report", order=order)
    left = row.samples.filter(state__in=UNACCOUNTED).order_by("code").values_list("code", flat=True)
    if left:
        raise denied("delivery.samples", samples=("、".join(left), ", ".join(left)))
    days = its_terms(row).acceptance_working_days
    due = end_of(almanac.workdays().after(local(by.now).date(), days))
    stepped(by, row, MACHINE, "deliver", *who, due=due)
    tell(by, "order.delivered", row, organisation=row.firm_id, until=local(due).date().isoformat())
    return told(row)


@act
def approve(by: By, *, order: int) -> Said:
    """Accept what was delivered, as the firm; nobody of the provider does (`order.both_sides`)."""
    row = looked_at(by, order)
    stepped(by, row, MACHINE, "approve", own_side(by, row), **accepted(by))
    tell(by, "order.approved", row, organisation=row.provider_id)
    return told(row)


@act
def auto_approve(by: By, *, order: int) -> Said:
    """Accept a delivery that nobody answered in time, by the system; it is marked as such."""
    row = looked_at(by, order)
    ensure_due(by, row)
    stepped(
        by, row, MACHINE, "auto_approve", *access.actors(by, row), **accepted(by), accepted_by_itself=True
    )
    for organisation in (row.firm_id, row.provider_id):
        tell(by, "order.approved_by_itself", row, organisation=organisation)
    return told(row)


DEADLINES = {(MACHINE, "delivered"): auto_approve}


def accepted(by: By) -> dict[str, Any]:
    """Return what is written when an order is accepted: the day, and when it is looked at for closing."""
    return {"accepted_on": local(by.now).date(), "due": by.now + LOOK_AGAIN}


def _there(row: Any) -> bool:
    """Whether the provider has what the work is done on."""
    samples = list(row.samples.values_list("state", flat=True))
    if row.bookings.filter(state__in=["in_use", "done"]).exists():
        return True
    if [one for one in samples if one != "lost"]:
        return not any(one in AWAITED for one in samples)
    return not samples and row.service_class not in HANDS_ON and not row.bookings.exists()
