"""What a unit is to whoever books it: its asset, hours, prices and places, read and locked at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange import access, almanac
from heban.exchange.china import DELTA, local
from heban.exchange.desk import SYSTEM, By
from heban.exchange.rules import prices, roles
from heban.exchange.rules.opening import WEEKDAYS, Opening, busy, objections
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.roles import Thing

# The asset is locked before the unit. A suspension that came first is seen: a locked row is read anew.
_READ = """
SELECT a.id, a.state, a.name, a.owner_id, place.code, user_place.code, a.confirms_itself, a.needs_training,
    a.open_on_holidays, a.grid_minutes, a.least_minutes, a.most_minutes, a.advance_days, a.cancel_hours,
    a.before_minutes, a.after_minutes,
    ARRAY(SELECT ARRAY[weekday, opens, closes] FROM exchange_opening WHERE asset_id = a.id
        ORDER BY weekday, opens),
    ARRAY(SELECT ARRAY[id::text, user_class, fen::text] FROM exchange_pricetier WHERE asset_id = a.id
        AND unit = 'hour' AND since <= %(day)s AND (until IS NULL OR until > %(day)s)),
    EXISTS (SELECT FROM exchange_allianceasset s JOIN exchange_alliancemember m USING (alliance_id)
        WHERE s.asset_id = a.id AND m.organisation_id = %(taker)s
            AND m.since <= %(day)s AND (m.until IS NULL OR m.until > %(day)s)),
    EXISTS (SELECT FROM exchange_training WHERE asset_id = a.id AND person_id = %(person)s
            AND since <= %(day)s AND (until IS NULL OR until > %(day)s))
FROM exchange_assetunit u
    JOIN exchange_asset a ON a.id = u.asset_id
    JOIN exchange_jurisdiction place ON place.id = a.jurisdiction_id
    LEFT JOIN (exchange_organisation taker JOIN exchange_jurisdiction user_place
        ON user_place.id = taker.jurisdiction_id) ON taker.id = %(taker)s
WHERE u.id = %(unit)s
FOR SHARE OF a FOR NO KEY UPDATE OF u
"""


@dataclass(frozen=True, slots=True)
class Bookable:
    """A locked unit as one who books it meets it: whose it is, when it is open, what it costs them."""

    unit: int
    asset: int
    state: str
    name: str
    owner: int
    place: str
    taker: int | None
    taker_place: str
    confirms_itself: bool
    needs_training: bool
    opening: Opening
    tiers: tuple[prices.Tier, ...]
    partner: bool
    trained: bool

    def actors(self, by: By) -> frozenset[str]:
        """The actors that whoever acts is here; who uses what is their own is user and owner at once."""
        if by.person is None:
            return frozenset([SYSTEM])
        taker = "" if self.taker is None else str(self.taker)
        thing = Thing("Booking", taker, self.taker_place, str(self.owner), self.place)
        mine, today = access.held(by.person), local(by.now).date()
        if self.taker is not None and any(one.role == "station_member" for one in mine):
            thing = replace(thing, mandates=access.mandates(self.taker))
        who = roles.actors(mine, thing, today)
        return who | {"firm"} if self.taker == self.owner and "provider" in who else who

    def price(self, minutes: int, day: date) -> prices.Price | None:
        """What the taker pays for minutes; nothing is said of one's own use where no price is."""
        partners = [str(self.taker)] if self.partner else []
        user = prices.Party(str(self.taker), self.taker_place)
        of = prices.user_class(user, prices.Party(str(self.owner), self.place), partners, DELTA)
        if of == "internal" and not self.tiers:
            return None
        return prices.price(self.tiers, self.name, of, "hour", minutes, day)

    def times(self, by: By, start: datetime, end: datetime) -> dict[str, DateTimeTZRange]:
        """The columns of a use: refused unless it can be booked, with its buffers around it."""
        use = span(start, end)
        if found := objections(self.opening, start, end, by.now, almanac.workdays()):
            raise found[0]
        kept = busy(self.opening, start, end)
        return {"use_during": use, "busy_during": DateTimeTZRange(kept.start, kept.end)}


def bookable(by: By, unit: int, taker: int | None) -> Bookable:
    """Return a unit locked for its calendar, with all that booking it asks for, in one reading.

    One act at a time changes the calendar of a unit: two that wait for each other would deadlock.
    """
    asked = {"unit": unit, "taker": taker, "person": by.person, "day": local(by.now).date()}
    with connection.cursor() as cursor:
        cursor.execute(_READ, asked)
        row = cursor.fetchone()
    if row is None:
        raise UnknownName(f"there is no unit {unit}. Look it up again.")
    asset, state, name, owner, place, taker_place, confirms, training, *said, hours, tiers, partner, known = (
        row
    )
    if taker is not None and taker_place is None:
        raise UnknownName(f"there is no organisation {taker}. Look it up again.")
    return Bookable(
        unit, asset, state, name, owner, place, taker, taker_place or "", confirms, training,
        _opening(tuple(said), tuple(map(tuple, hours))),
        tuple(prices.Tier(number, of, "hour", int(fen)) for number, of, fen in tiers), partner, known,
    )  # fmt: skip


def opening_of(asset: Any) -> Opening:
    """Return when and how an asset can be booked, as the rules read it."""
    hours = asset.openings.order_by("weekday", "opens").values_list("weekday", "opens", "closes")
    said = (
        asset.open_on_holidays, asset.grid_minutes, asset.least_minutes, asset.most_minutes,
        asset.advance_days, asset.cancel_hours, asset.before_minutes, asset.after_minutes,
    )  # fmt: skip
    return _opening(said, tuple(hours))


def span(start: datetime, end: datetime) -> DateTimeTZRange:
    """Return the time from start to end; one that holds none is refused ("booking.times")."""
    if start.tzinfo is None or end.tzinfo is None:
        raise BadSpec("start and end need a time zone. Give them one, as Asia/Shanghai.")
    if not start < end:
        said = (f"{local(at):%Y-%m-%d %H:%M}" for at in (start, end))
        raise denied("booking.times", **dict(zip(("start", "end"), said, strict=True)))
    return DateTimeTZRange(start, end)


def minutes_of(use: Any) -> int:
    """Return how many whole minutes a time has."""
    return int((use.upper - use.lower) // timedelta(minutes=1))


@lru_cache(maxsize=4096)
def _opening(said: tuple[Any, ...], hours: tuple[tuple[int, int, int], ...]) -> Opening:
    holidays, grid, least, most, advance, cancel, before, after = said
    week: dict[Any, tuple[tuple[int, int], ...]] = {}
    for weekday, opens, closes in hours:
        week[WEEKDAYS[weekday]] = (*week.get(WEEKDAYS[weekday], ()), (opens, closes))
    return Opening(
        hours=week, on_holidays=holidays, grid_minutes=grid, least_minutes=least, most_minutes=most,
        advance_days=advance, cancel_minutes=cancel * 60, before_minutes=before, after_minutes=after,
    )  # fmt: skip
