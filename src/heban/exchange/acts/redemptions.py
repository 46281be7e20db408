"""Redemptions: what is claimed of a hold, looked at by two offices, published, and approved.

In 通用 the firm claims and in 通兑 the provider, each by a manager.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from heban.domain.errors import unknown
from heban.exchange import access, almanac
from heban.exchange.acts import holds, related
from heban.exchange.acts.approvals import cleared, hand
from heban.exchange.acts.claims import MACHINE, locked_claim, proven, told
from heban.exchange.acts.notices import tell
from heban.exchange.acts.scrutiny import ensure_free
from heban.exchange.acts.steps import ensure_reason, stepped
from heban.exchange.acts.vouchers import locked_hold, rules_of
from heban.exchange.china import ZONE, local
from heban.exchange.desk import SYSTEM, By, Said, act
from heban.exchange.models import Redemption
from heban.exchange.rules import paying, voucher
from heban.exchange.rules.deadlines import ensure_in_time, last_publicity_day
from heban.exchange.rules.machines import machines
from heban.exchange.rules.money import told as amount
from heban.exchange.rules.refusals import denied

DEFECTS = ("contract", "invoice", "payment", "report", "amount", "other")
"""What a claim is sent back for; the reason says more."""
MEND_DAYS = 30
"""Days to mend a claim that was sent back; no source gives any, the number is Heban's own (默认值待核)."""


@act
def draft(by: By, *, hold: int, claimed_fen: int) -> Said:
    """Begin a claim of a committed hold, for the organisation that its rules have paid."""
    row = locked_hold(hold)
    claimant = row.order.firm if paying.payee(rules_of(row)) == paying.FIRM else row.order.provider
    claim = Redemption(
        hold=row, claimant=claimant, claimed_fen=claimed_fen, made_by_id=by.person, made_at=by.now
    )
    _ensure_held(row)
    _ensure_amount(row, claimed_fen)
    stepped(by, claim, MACHINE, "create", *_own(by, claim))
    return told(claim)


@act
def submit(by: By, *, redemption: int, claimed_fen: int | None = None) -> Said:
    """Hand a claim in, or again after it was sent back, perhaps for another amount.

    Refused: `redemption.order_state` before the order is accepted, `redemption.hold_state`,
    `redemption.late`, `redemption.mend_late`, `redemption.papers` naming those that lack, and as by
    `rules.voucher.redeem`.
    """
    row = locked_claim(redemption)
    who = _own(by, row)
    fen = row.claimed_fen if claimed_fen is None else claimed_fen
    _ensure_held(row.hold)
    _ensure_timely(by, row)
    voucher.redeem(*_claim(row, fen))
    stepped(by, row, MACHINE, "submit", *who, claimed_fen=fen, due=None)
    hand(row, "submitted", by)
    return told(row)


@act
def withdraw(by: By, *, redemption: int) -> Said:
    """Take a claim back; the hold stays until it lapses, and may be claimed again."""
    row = locked_claim(redemption)
    stepped(by, row, MACHINE, "withdraw", *_own(by, row), due=None)
    return told(row)


@act
def send_back(by: By, *, redemption: int, defects: Sequence[str]) -> Said:
    """Send a claim back to be mended, naming its defects; `By.reason` says more."""
    row = locked_claim(redemption)
    ensure_reason(by)
    for one in defects:
        if one not in DEFECTS:
            raise unknown("defect", one, DEFECTS, "a claim")
    due = _end_of(local(by.now).date() + timedelta(days=MEND_DAYS))
    stepped(by, row, MACHINE, "return", *access.actors(by, row), due=due)
    cleared(row)
    tell(by, "redemption.returned", row, organisation=row.claimant_id, defects=list(defects))
    return told(row)


@act
def pass_county(by: By, *, redemption: int) -> Said:
    """Pass a claim on as the county's reviewer; the parties are looked at for being related again."""
    row = locked_claim(redemption)
    if rules_of(row.hold).review_levels == 1:
        raise denied("redemption.one_level", redemption=redemption)
    check = _looked_at(by, row)
    stepped(by, row, MACHINE, "county_ok", *access.actors(by, row), related_check_id=check)
    hand(row, "county", by)
    return told(row)


@act
def pass_region(by: By, *, redemption: int) -> Said:
    """Pass a claim into publicity, as the region's reviewer: another person than the county's.

    The amount is worked out again from the papers, and the parties are looked at again.
    """
    row = locked_claim(redemption)
    event = "one_level_ok" if rules_of(row.hold).review_levels == 1 else "region_ok"
    fen, _ = voucher.redeem(*_claim(row, row.claimed_fen))
    check = _looked_at(by, row)
    stepped(
        by, row, MACHINE, event, *access.actors(by, row),
        approved_fen=fen, related_check_id=check, **_published(by, row),
    )  # fmt: skip
    hand(row, "region", by)
    return told(row)


@act
def reject(by: By, *, redemption: int) -> Said:
    """Reject a claim for a reason (`By.reason`); its hold is void and its room is there again."""
    row = locked_claim(redemption)
    ensure_reason(by)
    stepped(by, row, MACHINE, "reject", *access.actors(by, row), due=None)
    _found(by, row)
    if row.hold.state == "committed":
        holds.let_go(by, row.hold, "void", SYSTEM)
    tell(by, "redemption.rejected", row, organisation=row.claimant_id)
    return told(row)


@act
def oppose(by: By, *, redemption: int, words: str) -> Said:
    """Object to a claim in publicity, as anyone with a name and a role; nothing is paid until it is answered.

    Refused: `redemption.publicity_over`, `reason.missing` without words.
    """
    row = locked_claim(redemption)
    if not words.strip():
        raise denied("reason.missing")
    if row.due is not None and row.due <= by.now:
        raise denied("redemption.publicity_over", until=row.published_until)
    stepped(by, row, MACHINE, "object", *access.actors(by, row), due=None)
    row.objections.create(by_id=by.person, words=words, at=by.now)
    return told(row)


@act
def overrule(by: By, *, redemption: int) -> Said:
    """Find that an objection does not stand, in writing (`By.reason`); publicity begins again."""
    row = locked_claim(redemption)
    ensure_reason(by)
    stepped(by, row, MACHINE, "overrule", *access.actors(by, row), **_published(by, row))
    _found(by, row)
    return told(row)


@act
def approve(by: By, *, redemption: int) -> Said:
    """Approve a claim when its publicity is over: the hold is spent, and each payer owes its part."""
    row = locked_claim(redemption)
    if row.state == "publicity" and (row.due is None or by.now < row.due):
        raise denied("redemption.not_yet", redemption=redemption, until=row.published_until)
    ensure_free(row)
    stepped(by, row, MACHINE, "approve", *access.actors(by, row), due=None)
    holds.spend(by, row.hold, row.approved_fen, row.claimant, rules_of(row.hold))
    tell(by, "redemption.approved", row, organisation=row.claimant_id)
    return told(row)


@act
def lapse(by: By, *, redemption: int) -> Said:
    """Withdraw a claim that was sent back and not mended in time, and let its hold go."""
    row = locked_claim(redemption)
    if row.state != "returned" or row.due is None or by.now < row.due:
        raise denied("redemption.mend_not_yet", redemption=redemption)
    stepped(by, row, MACHINE, "withdraw", *access.actors(by, row) & {SYSTEM}, due=None)
    if row.hold.state == "committed":
        holds.let_go(by, row.hold, "expire", *access.actors(by, row.hold))
    tell(by, "redemption.lapsed", row, organisation=row.claimant_id)
    return told(row)


DEADLINES = {("Redemption", "publicity"): approve, ("Redemption", "returned"): lapse}


def _own(by: By, row: Any) -> frozenset[str]:
    """The claimant's own side; a claim is nobody else's to make or to take back."""
    side = "firm" if row.claimant_id == row.hold.order.firm_id else "provider"
    return access.ensure(by, row, side) & {side}


def _ensure_held(hold: Any) -> None:
    if hold.state != "committed":
        raise denied("redemption.hold_state", state=machines()[holds.MACHINE].states[hold.state])


def _ensure_amount(hold: Any, fen: int) -> None:
    if not 0 < fen <= hold.amount_fen:
        held = amount(hold.amount_fen)
        raise denied("hold.more_than_held", hold=hold.pk, held=held, asked=amount(fen))


def _ensure_timely(by: By, row: Any) -> None:
    """A first claim within its window; one that was sent back until it must be mended."""
    order = row.hold.order
    if order.accepted_on is None or order.state not in ("accepted_by_client", "closed"):
        raise denied("redemption.order_state", state=machines()["ServiceOrder"].states[order.state])
    if row.state == "draft":
        ensure_in_time(rules_of(row.hold), order.accepted_on, local(by.now).date())
    elif row.state == "returned" and (row.due is None or row.due <= by.now):
        raise denied("redemption.mend_late", redemption=row.pk)


def _claim(row: Any, fen: int) -> tuple[Any, int, int, voucher.Evidence, int]:
    """What `rules.voucher.redeem` is asked: terms, hold, claim, papers and other public money."""
    hold, its = row.hold, rules_of(row.hold)
    return its, hold.amount_fen, fen, proven(hold, its), hold.order.other_funding_fen


def _looked_at(by: By, row: Any) -> int:
    _ensure_held(row.hold)
    order = row.hold.order
    day = local(by.now).date()
    return related.check(by, a=order.firm_id, b=order.provider_id, day=day, terms=rules_of(row.hold))


def _published(by: By, row: Any) -> dict[str, Any]:
    today = local(by.now).date()
    until = last_publicity_day(rules_of(row.hold), today, almanac.workdays())
    return {"published_on": today, "published_until": until, "due": _end_of(until)}


def _found(by: By, row: Any) -> None:
    row.objections.filter(finding="").update(finding=by.reason, found_by_id=by.person)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, ZONE)
