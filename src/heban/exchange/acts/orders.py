"""Service orders: drafted by a firm or its station, submitted to a provider, given up, and closed."""

from __future__ import annotations

from typing import Any

from heban.exchange import access, almanac
from heban.exchange.acts import booking, related, vouchers
from heban.exchange.acts.notices import tell
from heban.exchange.acts.order_rows import (
    LIVE_HOLDS,
    LOOK_AGAIN,
    MACHINE,
    SIDES,
    end_of,
    ensure_due,
    live_hold,
    looked_at,
    told,
)
from heban.exchange.acts.rows import found
from heban.exchange.acts.steps import ensure_reason, put_off, stepped
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By, Said, act
from heban.exchange.models import Asset, Booking, Mandate, Organisation, ServiceOrder, Station
from heban.exchange.rules.machines import machines
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.refusals import Said as Words
from heban.exchange.rules.refusals import denied, listed
from heban.exchange.rules.terms import Terms, named


@act
def draft(  # noqa: PLR0913 — what an order is, all by name
    by: By,
    *,
    firm: int,
    provider: int,
    title: str,
    service_class: str,
    wish: str = "",
    use: str = "ordinary",
    other_funding_fen: int = 0,
    asset: int | None = None,
    station: int | None = None,
) -> Said:
    """Draft an order of a firm, as the firm or through a service station that has its mandate.

    Refused: `order.one_party`, `order.asset` where the provider has no such asset open.
    """
    row = ServiceOrder(
        firm=found(Organisation, "organisation", pk=firm),
        provider=found(Organisation, "organisation", pk=provider),
        station=None if station is None else found(Station, "station", pk=station),
        asset=None if asset is None else found(Asset, "asset", pk=asset),
        title=title, wish=wish, service_class=service_class, use=use, other_funding_fen=other_funding_fen,
        made_by_id=by.person, made_at=by.now,
    )  # fmt: skip
    who = access.ensure(by, row, "station" if row.station else "firm")
    _ensure_mandate(by, row)
    _ensure_sound(row)
    stepped(by, row, MACHINE, "create", *who)
    return told(row)


@act
def change(
    by: By,
    *,
    order: int,
    title: str | None = None,
    wish: str | None = None,
    service_class: str | None = None,
    use: str | None = None,
    other_funding_fen: int | None = None,
) -> Said:
    """Change what is said of a draft, as its firm or station; no other order is changed (`order.fixed`)."""
    row = looked_at(by, order)
    access.ensure(by, row, "station" if row.station else "firm", "firm")
    if row.state != "draft":
        raise denied("order.fixed", state=machines()[MACHINE].states[row.state])
    given = {
        "title": title, "wish": wish, "service_class": service_class, "use": use,
        "other_funding_fen": other_funding_fen,
    }  # fmt: skip
    new = {name: value for name, value in given.items() if value is not None}
    for name, value in new.items():
        setattr(row, name, value)
    _ensure_sound(row)
    put_off(row, row.due, *new)
    return told(row)


@act
def submit(by: By, *, order: int) -> Said:
    """Submit an order; the provider has working days to answer.

    Refused: `order.barred` where a party is excluded, `order.asset` where the asset is no longer open,
    `party.related`, `party.doubtful`.
    """
    row = looked_at(by, order)
    day = local(by.now).date()
    _ensure_mandate(by, row)
    _ensure_sound(row)
    for organisation in (row.firm, row.provider):
        until = organisation.blacklisted_until
        if until is not None and day < until:
            raise denied("order.barred", name=organisation.name, until=until)
    due = end_of(almanac.workdays().after(day, Terms().response_working_days))
    stepped(by, row, MACHINE, "submit", *access.actors(by, row), due=due)
    related.check(by, a=row.firm_id, b=row.provider_id, day=day, terms=Terms())
    tell(by, "order.submitted", row, organisation=row.provider_id)
    return told(row)


@act
def decline(by: By, *, order: int) -> Said:
    """Decline an order, as the provider, for a reason (`By.reason`)."""
    row = looked_at(by, order)
    ensure_reason(by)
    stepped(by, row, MACHINE, "decline", *access.actors(by, row), due=None)
    tell(by, "order.declined", row, organisation=row.firm_id)
    return told(row)


@act
def lapse(by: By, *, order: int) -> Said:
    """End an order that the provider did not answer, or whose quote nobody took, in time."""
    row = looked_at(by, order)
    ensure_due(by, row)
    stepped(by, row, MACHINE, "lapse", *access.actors(by, row), due=None)
    _voucher_let_go(by, row)
    for side in (row.firm_id, row.provider_id):
        tell(by, "order.expired", row, organisation=side)
    return told(row)


@act
def cancel(by: By, *, order: int) -> Said:
    """Give an order up, as either side, until the work begins; its voucher and bookings are given back.

    Bookings are given back for a reason (`By.reason`) and cost what they cost when cancelled alone. Refused:
    `hold.claimed` while a claim is looked at.
    """
    row = looked_at(by, order)
    stepped(by, row, MACHINE, "cancel", *access.actors(by, row), due=None)
    for number in _bookings(row).values_list("pk", flat=True):
        booking.cancel(by, booking=number)
    _voucher_let_go(by, row)
    for side in (row.firm_id, row.provider_id):
        tell(by, "order.cancelled", row, organisation=side)
    return told(row)


@act
def close(by: By, *, order: int) -> Said:
    """Close an accepted order once it is invoiced and paid and its voucher has ended; by the system.

    What is due and not complete is looked at again after some days. Refused before: `order.unfinished`,
    with what is missing.
    """
    row = looked_at(by, order)
    who = access.ensure(by, row, SYSTEM)
    if missing := unfinished(row) if row.state == "accepted_by_client" else []:
        if row.due is None or by.now < row.due:
            raise denied("order.unfinished", order=order, missing=listed(missing))
        put_off(row, by.now + LOOK_AGAIN)
        return told(row)
    stepped(by, row, MACHINE, "close", *who, due=None)
    for side in (row.firm_id, row.provider_id):
        tell(by, "order.closed", row, organisation=side)
    return told(row)


DEADLINES = {
    (MACHINE, "submitted"): lapse,
    (MACHINE, "quoted"): lapse,
    (MACHINE, "accepted_by_client"): close,
}


def unfinished(row: Any) -> list[Words]:
    """Return what an accepted order still lacks before it is closed."""
    there = {one.kind for one in row.papers.all()}
    hold: Any = max(row.holds.all(), key=lambda one: one.pk, default=None)
    paid_by_voucher = hold is not None and hold.state == "posted" and hold.used_fen == row.quote.total_fen
    missing = []
    if "invoice" not in there:
        missing.append(Words("发票", "invoice"))
    if "payment" not in there and not (paid_by_voucher and hold.payee_id == row.provider_id):
        missing.append(Words("付款凭证", "proof of payment"))
    if hold is not None and hold.state in LIVE_HOLDS:
        missing.append(Words("用券兑付", "the end of its voucher"))
    ends = machines()["Redemption"].ends
    if hold is not None and hold.redemptions.exclude(state__in=ends).exists():
        missing.append(Words("兑付完结", "the end of its claim"))
    return missing


def cut_off(by: By, row: Any) -> None:
    """Free what a locked order that others ended had taken: its bookings, without a fee, and its voucher.

    Those who decide a dispute decide for both sides; that is why the bookings are theirs to give up.
    """
    for number in _bookings(row).values_list("pk", flat=True):
        one, _ = booking.of_unit(by, number)
        stepped(by, one, "Booking", "cancel", *SIDES, due=None)
    _voucher_let_go(by, row)


def _bookings(row: Any) -> Any:
    """The bookings of an order that can be given up, in the order in which their units are locked."""
    return Booking.objects.filter(order=row.pk, state__in=["requested", "confirmed"]).order_by("unit", "pk")


def _voucher_let_go(by: By, row: Any) -> None:
    hold = live_hold(row)
    if hold is not None:
        vouchers.release(by, hold=hold.pk, event="void")


def _ensure_mandate(by: By, row: Any) -> None:
    """Refuse a station that the firm has not asked to act, and whoever is of another."""
    if row.station is None or "firm" in access.actors(by, row):
        return
    access.ensure_of(by, row.station.host, "station_member")
    day = local(by.now).date()
    if not Mandate.objects.filter(access.in_force(day), station=row.station, firm=row.firm).exists():
        raise denied("access.denied")


def _ensure_sound(row: Any) -> None:
    named("classes", [row.service_class])
    named("uses", [row.use])
    checked_fen(row.other_funding_fen, "the other funding")
    if row.firm_id == row.provider_id:
        raise denied("order.one_party")
    if row.asset is not None and (row.asset.owner_id != row.provider_id or row.asset.state != "listed"):
        raise denied("order.asset", asset=row.asset_id)
    if not row.title.strip():
        raise denied("order.title")
