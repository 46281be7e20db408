"""Orders as all acts on them need them: locked, seen by who may, on one side, with their terms and times."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from heban.exchange import access
from heban.exchange.acts.rows import locked
from heban.exchange.acts.scrutiny import ensure_free
from heban.exchange.china import ZONE, local
from heban.exchange.desk import By, Said
from heban.exchange.models import Hold, ServiceOrder
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.terms import Terms, terms

MACHINE = "ServiceOrder"
SIDES = ("firm", "provider")
LIVE_HOLDS = ("held", "committed")
LOOK_AGAIN = timedelta(days=7)
"""How often an order that was accepted is looked at for whether it can be closed; Heban's own choice."""


def looked_at(by: By, order: int) -> Any:
    """Return an order, locked, to whoever may see it; nothing is done with one that a case looks into."""
    row = locked(ServiceOrder, order, "order")
    ensure_sees(by, row)
    ensure_free(row)
    return row


def ensure_sees(by: By, row: Any) -> None:
    """Refuse an order to whoever may not see it; a draft is seen by its firm and station only."""
    access.ensure_sees(by, row)
    if row.state == "draft" and by.person is not None:
        access.ensure(by, row, "firm", "station")


def own_side(by: By, row: Any, *wanted: str) -> str:
    """Return the side of an order on which somebody acts, a wanted one; who is of both acts for neither."""
    sides = access.ensure(by, row, *(wanted or SIDES)) & set(SIDES)
    if len(sides) > 1:
        raise denied("order.both_sides")
    return min(sides)


def live_hold(row: Any) -> Any:
    """Return the voucher that is held for an order, if one is."""
    return Hold.objects.filter(order=row.pk, state__in=LIVE_HOLDS).select_related("rule_set").first()


def its_terms(row: Any) -> Terms:
    """Return the terms that an order is under: those of its voucher, of its quote, else the usual ones."""
    hold = live_hold(row)
    rules = hold.rule_set if hold else row.quote.rule_set if row.quote else None
    return Terms() if rules is None else terms(rules.terms)


def ensure_due(by: By, row: Any) -> None:
    """Refuse what happens by itself before its time (`order.not_yet`)."""
    if row.due is None or by.now < row.due:
        until = None if row.due is None else f"{local(row.due):%Y-%m-%d %H:%M}"
        raise denied("order.not_yet", order=row.pk, until=until or "—")


def end_of(day: date) -> datetime:
    """Return the moment at which a day is over in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=1), time.min, ZONE)


def told(row: Any) -> Said:
    """Return an order as an act answers it."""
    return {
        "order": row.pk,
        "state": row.state,
        "version": row.version,
        "firm": row.firm_id,
        "provider": row.provider_id,
        "quote": row.quote_id,
        "due": row.due.isoformat() if row.due else None,
    }
