"""Calendars: when an asset is open, what it costs, who is trained for it, and when it is not to be had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from heban.domain.errors import BadSpec, unknown
from heban.exchange import access
from heban.exchange.acts.bookable import bookable, opening_of, span
from heban.exchange.acts.booking import MACHINE, told
from heban.exchange.acts.rows import ensure_days, found, locked
from heban.exchange.acts.steps import stepped
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By, Said, act
from heban.exchange.models import Asset, AssetUnit, Booking, Opening, Person, PriceTier, Training
from heban.exchange.models.assets import UNITS, USER_CLASSES
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.opening import WEEKDAYS, opening
from heban.exchange.rules.refusals import denied

CLOSED = ("maintenance", "blackout")
DAYS = range(len(WEEKDAYS))


@act
def open_week(by: By, *, asset: int, week: Sequence[tuple[int, int, int]]) -> Said:
    """Say in which minutes of which weekdays (0 is Monday) an asset is open, in place of what was said.

    Bookings that were made stay. Each is weekday, first minute, last minute, not counted: 9:00 to 17:00 on
    Mondays is (0, 540, 1020).
    """
    row = _owned(by, asset)
    hours: dict[str, list[tuple[int, int]]] = {}
    for weekday, opens, closes in sorted(tuple(one) for one in week):
        if weekday not in DAYS:
            raise BadSpec(f"the weekday is {weekday}; give 0 for Monday to 6 for Sunday.")
        hours.setdefault(WEEKDAYS[weekday], []).append((opens, closes))
    opening({"hours": hours})
    row.openings.all().delete()
    Opening.objects.bulk_create(
        Opening(asset=row, weekday=weekday, opens=opens, closes=closes) for weekday, opens, closes in week
    )
    said = opening_of(row).hours
    return {"asset": asset, "hours": {day: [list(one) for one in said[day]] for day in said}}


@act
def set_price(by: By, *, asset: int, user_class: str, unit: str, fen: int, since: date) -> Said:
    """Say what a class of users pays from a day on, until the next price that is said already.

    The price before ends on that day; what was agreed at it stays. Refused: `price.past`, and `price.known`
    where one begins on that day.
    """
    row = _owned(by, asset)
    for name, word, known in (("user class", user_class, USER_CLASSES), ("unit", unit, UNITS)):
        if word not in known:
            raise unknown(name, word, known, "prices")
    checked_fen(fen, "the price")
    _ensure_ahead(by, since)
    tiers = PriceTier.objects.filter(asset=row, user_class=user_class, unit=unit)
    later = tiers.filter(since__gt=since).order_by("since").first()
    for old in tiers.filter(since__lt=since):
        if old.until is None or old.until > since:
            _end(old, since)
    made = PriceTier.objects.create(
        asset=row, user_class=user_class, unit=unit, fen=fen, since=since,
        until=later.since if later else None,
    )  # fmt: skip
    return {"price": made.pk, "asset": asset, "since": since.isoformat(), "fen": fen}


@act
def end_price(by: By, *, price: int, on: date) -> Said:
    """End a price on a day, today or later."""
    tier = found(PriceTier, "price", pk=price)
    _owned(by, tier.asset_id)
    _ensure_ahead(by, on)
    if on <= tier.since or (tier.until is not None and tier.until <= on):
        raise denied("price.days", price=price, since=tier.since, until=tier.until or "—")
    _end(tier, on)
    return {"price": price, "until": on.isoformat()}


@act
def train(by: By, *, asset: int, person: int, since: date, until: date | None = None) -> Said:
    """Write that a person is trained for an asset, as its owner or operator."""
    row = _owned(by, asset, operators=True)
    ensure_days(since, until)
    made = Training.objects.create(
        asset=row, person=found(Person, "person", pk=person), since=since, until=until
    )
    return {"training": made.pk, "asset": asset, "person": person}


@act
def end_training(by: By, *, training: int, on: date) -> Said:
    """Write that a training counts no more from a day on."""
    row = found(Training, "training", pk=training)
    _owned(by, row.asset_id, operators=True)
    row.until = on
    row.save(update_fields=["until"])
    return {"training": training, "until": on.isoformat()}


@act
def add_units(by: By, *, asset: int, count: int) -> Said:
    """Let an asset serve so many users more at a time: each unit has a calendar of its own."""
    row = _owned(by, asset)
    if count < 1:
        raise BadSpec(f"{count} units are to be added; give 1 or more.")
    last = row.units.count()
    AssetUnit.objects.bulk_create(AssetUnit(asset=row, no=last + n) for n in range(1, count + 1))
    return {"asset": asset, "units": list(row.units.order_by("no").values_list("pk", flat=True))}


@act
def close_time(by: By, *, unit: int, start: datetime, end: datetime, purpose: str = "maintenance") -> Said:
    """Keep everybody off a unit for a time, for maintenance or for another ground, as its owner or operator.

    Where it meets a booking it is refused (`booking.taken`): reject or cancel that one first. It is opened
    again by cancelling it.
    """
    if purpose not in CLOSED:
        raise unknown("purpose", purpose, CLOSED, "times at which a unit is closed")
    there = bookable(by, unit, None)
    if "provider" not in (who := there.actors(by)):
        raise denied("access.denied")
    use = span(start, end)
    if use.upper <= by.now:
        raise denied("booking.past", start=f"{local(start):%Y-%m-%d %H:%M}")
    row = Booking(
        unit_id=unit, purpose=purpose, use_during=use, busy_during=use, asked_by_id=by.person, made_at=by.now
    )
    stepped(by, row, MACHINE, "hold", *who)
    stepped(by, row, MACHINE, "auto_confirm", SYSTEM)
    return told(row)


def _owned(by: By, asset: int, *, operators: bool = False) -> Any:
    """Return an asset, locked, to whom it belongs; an operator serves at it and does not set its terms."""
    row = locked(Asset, asset, "asset")
    if operators:
        access.ensure_of(by, row.owner, "provider_member", "provider_manager", "operator")
    else:
        access.ensure(by, row, "provider")
    return row


def _ensure_ahead(by: By, day: date) -> None:
    today = local(by.now).date()
    if day < today:
        raise denied("price.past", day=day, today=today)


def _end(tier: Any, on: date) -> None:
    tier.until = on
    tier.save(update_fields=["until"])
