"""Vouchers: money of a quota set aside for an order, committed to its contract, given back or lapsed.

Only a manager of the firm (企业负责人) sets money aside and gives it back. What a contract, a cancelled order
or the clock brings about is done by the system.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from heban.domain.errors import BadSpec
from heban.exchange import access
from heban.exchange.acts import holds, related
from heban.exchange.acts.deals import agreed_deal, ensure_open, locked_caps, rooms
from heban.exchange.acts.rows import found, locked
from heban.exchange.acts.steps import put_off, stepped
from heban.exchange.china import ZONE, local
from heban.exchange.desk import SYSTEM, By, Said, act
from heban.exchange.models import Hold, Redemption, ServiceOrder
from heban.exchange.rules import paying, voucher
from heban.exchange.rules.deadlines import hold_lapses, last_claim_day
from heban.exchange.rules.machines import machines
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.terms import Terms, terms

ENDED = ("cancelled", "declined", "expired")
"""States of an order that will never be served."""
UNCLAIMED = ("draft", "returned", "rejected", "withdrawn")
"""States of a claim that asks for nothing now."""
_WITH = (
    "order__firm__jurisdiction", "order__provider__jurisdiction", "quota", "rule_set__jurisdiction",
    "rule_set__scheme",
)  # fmt: skip
LOOK_AGAIN = timedelta(days=30)
"""When a hold that is being claimed is looked at again; the claim ends it before."""


@act
def hold(by: By, *, order: int, quota: int, asked_fen: int) -> Said:
    """Set an amount aside for an order that the firm has accepted, in the year of the act (Asia/Shanghai).

    The rules are those in force this day where the firm is registered, and the parties are looked at for
    being related. Room is computed after the buckets are locked; what is asked is held or refused, never
    shrunk. Refused: `hold.order_state`, `hold.quota_state`, `hold.quota_over`, `hold.quota_elsewhere`,
    `hold.provider_barred`, `hold.another`, what `rules.application.objections` finds, `party.related`,
    `party.doubtful`, `cap.none`, and `voucher.` with the name of the cap that binds.
    """
    deal = agreed_deal(by, order, quota)
    if "firm" not in deal.actors(by):
        raise denied("access.denied")
    ensure_open(deal)
    check = related.check(by, a=deal.order.firm.id, b=deal.order.provider.id, day=deal.day, terms=deal.terms)
    caps = locked_caps(deal)
    fen = voucher.hold(deal.terms, deal.price_fen, asked_fen, rooms(deal, caps), deal.order.other_funding_fen)
    row = Hold(
        order_id=order, quota_id=quota, rule_set=deal.rules, related_check_id=check, payee_id=deal.payee.id,
        year=deal.day.year, amount_fen=fen, made_at=by.now, due=hold_lapses(deal.terms, by.now),
    )  # fmt: skip
    parts = paying.region_shares(deal.terms, fen, *deal.payers)
    holds.take(by, row, caps, parts)
    return told(row)


@act
def commit(by: By, *, hold: int, until: date) -> Said:
    """Commit a hold to the contract of its order, which ends on a day; by the system, when both have signed.

    It lasts to that day and the time to claim. Refused: `hold.order_state` before the contract is signed,
    `hold.lapsed`.
    """
    row = locked_hold(hold)
    _ensure_order(row.order, "contracted")
    if row.due is not None and row.due <= by.now:
        raise denied("hold.lapsed", hold=hold, until=local(row.due).date())
    due = _end_of(until + timedelta(days=rules_of(row).redeem_window_days))
    stepped(by, row, holds.MACHINE, "commit", SYSTEM, due=due)
    return told(row)


@act
def release(by: By, *, hold: int, event: str = "void") -> Said:
    """Let a hold go: its firm gives the voucher back (退券), or the system does.

    The system does where the order ended, the quota was revoked or a party is excluded; then even a hold
    that is claimed, and the claim can only be rejected. Refused else: `hold.claimed`, `state.actor`.
    """
    if event not in ("void", "expire"):
        raise BadSpec(f"event is {event!r}; a hold is let go by void or expire.")
    row = locked_hold(hold)
    barred = row.quota.state == "revoked" or _excluded(row.order, local(by.now).date())
    claim = _claimed(row)
    if claim is not None and not barred:
        raise denied("hold.claimed", hold=hold, state=machines()["Redemption"].states[claim])
    by_itself = [SYSTEM] if barred or row.order.state in ENDED else []
    holds.let_go(by, row, event, *access.actors(by, row), *by_itself)
    return told(row)


@act
def lapse(by: By, *, hold: int) -> Said:
    """End a hold whose time is over; not while it is claimed, nor before the last day to claim it."""
    row = locked_hold(hold)
    who = access.ensure(by, row, SYSTEM)
    if row.due is None or by.now < row.due:
        raise denied("hold.not_yet", hold=hold)
    if _claimed(row) is not None:
        put_off(row, by.now + LOOK_AGAIN)
    elif (last := _last_moment(row)) is not None and by.now < last:
        put_off(row, last)
    else:
        holds.let_go(by, row, "expire", *who)
    return told(row)


DEADLINES = {("VoucherHold", "held"): lapse, ("VoucherHold", "committed"): lapse}


def locked_hold(number: int) -> Any:
    """Return a hold, locked after its order."""
    order = found(Hold, "hold", pk=number).order_id
    locked(ServiceOrder, order, "order")
    row = Hold.objects.select_for_update(no_key=True, of=("self",)).select_related(*_WITH).get(pk=number)
    return row


def rules_of(row: Any) -> Terms:
    """Return the terms under which a hold was made; they bind it whatever came into force since."""
    return terms(row.rule_set.terms)


def told(row: Any) -> Said:
    """Return a hold as an act answers it."""
    return {
        "hold": row.pk,
        "order": row.order_id,
        "state": row.state,
        "version": row.version,
        "amount_fen": row.amount_fen,
        "used_fen": row.used_fen,
        "due": row.due.isoformat() if row.due else None,
    }


def _ensure_order(order: Any, *states: str) -> None:
    if order.state not in states:
        raise denied("hold.order_state", state=machines()["ServiceOrder"].states[order.state])


def _excluded(order: Any, day: date) -> bool:
    ends = (order.firm.blacklisted_until, order.provider.blacklisted_until)
    return any(until is not None and day < until for until in ends)


def _claimed(row: Any) -> str | None:
    """The state of the claim that is being looked at, if there is one."""
    claims = Redemption.objects.filter(hold=row.pk).exclude(state__in=UNCLAIMED)
    state: str | None = claims.values_list("state", flat=True).first()
    return state


def _last_moment(row: Any) -> datetime | None:
    """The end of the last day on which an accepted order can be claimed."""
    accepted = row.order.accepted_on
    return None if accepted is None else _end_of(last_claim_day(rules_of(row), accepted))


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, ZONE)
