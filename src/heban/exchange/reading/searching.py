"""The SQL of a search, put together from what is wanted; every value is a parameter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from heban.exchange import almanac
from heban.exchange.china import local
from heban.exchange.models.assets import USER_CLASSES
from heban.exchange.models.bookings import LIVE
from heban.exchange.rules.workdays import Workdays

if TYPE_CHECKING:
    from heban.exchange.reading.search import Wanted

EARTH_KM = 6371.0088
"""The mean radius of the Earth (IUGG)."""
MONDAY = 0
_CLASSES = f"ARRAY{list(USER_CLASSES)!r}::text[]"
_LIVE = ", ".join(f"'{state}'" for state in LIVE)

# Of an asset without a place there is no distance; least alone would make it the farthest there is.
_DISTANCE = f"""CASE WHEN a.latitude IS NOT NULL THEN 2 * {EARTH_KM} * asin(least(1, sqrt(
    sin(radians(a.latitude - %(latitude)s::float8) / 2) ^ 2 + cos(radians(%(latitude)s::float8))
    * cos(radians(a.latitude)) * sin(radians(a.longitude - %(longitude)s::float8) / 2) ^ 2))) END"""

# What class of user somebody is to an owner, as `rules.prices.user_class` says it.
_CLASS = """CASE WHEN a.owner_id = %(user)s THEN 'internal'
    WHEN EXISTS (SELECT FROM exchange_allianceasset s JOIN exchange_alliancemember m USING (alliance_id)
        WHERE s.asset_id = a.id AND m.organisation_id = %(user)s AND m.since <= %(today)s
            AND (m.until IS NULL OR m.until > %(today)s)) THEN 'partner'
    WHEN left(place.code, 2) = u.province THEN 'region'
    WHEN left(place.code, 2) = ANY (%(delta)s) AND u.province = ANY (%(delta)s) THEN 'delta'
    ELSE 'commercial' END"""
_USER = """LEFT JOIN (SELECT left(p.code, 2) AS province FROM exchange_organisation o
    JOIN exchange_jurisdiction p ON p.id = o.jurisdiction_id WHERE o.id = %(user)s) u ON true"""

# The price of that class by the hour, or of the next class farther that has one, as `rules.prices.tier`.
_PRICE = f"""(SELECT t.fen FROM exchange_pricetier t WHERE t.asset_id = a.id AND t.unit = 'hour'
    AND t.since <= %(today)s AND (t.until IS NULL OR t.until > %(today)s)
    AND array_position({_CLASSES}, t.user_class::text) >= array_position({_CLASSES}, {_CLASS})
    ORDER BY array_position({_CLASSES}, t.user_class::text) LIMIT 1)"""
_RATINGS = """LEFT JOIN (SELECT o.asset_id, avg(r.stars)::float8 AS rating, count(*) AS ratings
    FROM exchange_rating r JOIN exchange_serviceorder o ON o.id = r.order_id
    WHERE r.side = 'firm' GROUP BY o.asset_id) rated ON rated.asset_id = a.id"""
_RANK = """ts_rank(a.words, %(words)s::tsquery)::float8
    + CASE WHEN lower(a.name) = lower(%(text)s) OR lower(a.name_en) = lower(%(text)s) THEN 2
        WHEN a.name ILIKE %(like)s OR a.name_en ILIKE %(like)s THEN 1 ELSE 0 END"""

# A unit that is open and not busy for long enough, begun on the grid, within what may be booked ahead. What
# is busy is grown by the buffers that a new booking needs; the exclusion's own index finds it.
_FREE = f"""EXISTS (
    SELECT FROM exchange_assetunit unit CROSS JOIN LATERAL unnest(
        (SELECT range_agg(tstzrange(d.midnight + make_interval(mins => o.opens),
                d.midnight + make_interval(mins => o.closes)))
            FROM unnest(%(midnights)s::timestamptz[], %(weekdays)s::int[], %(on_holidays)s::int[])
                AS d (midnight, weekday, on_holiday)
            JOIN exchange_opening o ON o.asset_id = f.asset
                AND o.weekday = CASE WHEN f.open_on_holidays THEN d.on_holiday ELSE d.weekday END)
        * tstzmultirange(tstzrange(%(from)s, %(to)s))
        - coalesce((SELECT range_agg(tstzrange(
                    lower(b.busy_during) - make_interval(mins => f.after_minutes),
                    upper(b.busy_during) + make_interval(mins => f.before_minutes)))
                FROM exchange_booking b
                WHERE int8range(b.unit_id, b.unit_id, '[]') && int8range(unit.id, unit.id, '[]')
                    AND b.busy_during && tstzrange(
                        %(from)s - make_interval(mins => f.before_minutes),
                        %(to)s + make_interval(mins => f.after_minutes))
                    AND b.state IN ({_LIVE})), '{{}}'::tstzmultirange)) AS gap (during)
    WHERE unit.asset_id = f.asset AND %(minutes)s BETWEEN f.least_minutes AND f.most_minutes
        AND %(minutes)s %% f.grid_minutes = 0
        AND date_bin(make_interval(mins => f.grid_minutes), lower(gap.during)
                + make_interval(mins => f.grid_minutes) - interval '1 microsecond', %(today_begins)s)
            + make_interval(mins => %(minutes)s) <= upper(gap.during)
        AND lower(gap.during) < %(today_begins)s + make_interval(days => f.advance_days + 1)
)"""
_BOOKED = (
    "open_on_holidays, before_minutes, after_minutes, least_minutes, most_minutes, grid_minutes, advance_days"
)


def page(wanted: Wanted) -> str:
    """Return the query of one page: assets in order, of which those that are free, one more than asked for.

    Whether one is free is looked at in that order, so only for as many as it takes to fill the page. For this
    the key must not be a constant: the planner would leave it out of the order, and look at all.
    """
    distance = _DISTANCE if wanted.near else "NULL::float8"
    key = {
        "relevance": f"-({_RANK})" if wanted.text.strip() else "a.id",
        "distance": f"coalesce({distance}, 'Infinity')",
        "price": f"coalesce({_PRICE}::float8, 'Infinity')",
        "rating": "coalesce(-rated.rating, 'Infinity')",
    }[wanted.sort]
    booked = ", ".join(f"a.{name}" for name in _BOOKED.split(", "))
    conditions = ["(%(number)s::bigint IS NULL OR (f.key, f.asset) > (%(key)s::float8, %(number)s))"]
    if wanted.free is not None:
        conditions.append(_FREE)
    return f"""
        SELECT a.id AS asset, a.kind, a.name, a.name_en, a.number, a.model, a.fields, a.owner_id AS owner,
            owner.name AS owner_name, place.code AS place, place.name AS place_name, a.longitude, a.latitude,
            a.value_fen, a.voucher_ok, a.needs_training, a.confirms_itself,
            round(({distance})::numeric, 1)::float8 AS distance_km, {_CLASS} AS user_class,
            {_PRICE} AS price_fen, rated.rating, coalesce(rated.ratings, 0) AS ratings, shown.key
        FROM (
            SELECT f.asset, f.key FROM (
                SELECT a.id AS asset, ({key})::float8 AS key, {booked} {_from(wanted)} ORDER BY 2, 1 OFFSET 0
            ) f WHERE {" AND ".join(conditions)} ORDER BY f.key, f.asset LIMIT %(limit)s
        ) shown JOIN exchange_asset a ON a.id = shown.asset
            JOIN exchange_jurisdiction place ON place.id = a.jurisdiction_id
            JOIN exchange_organisation owner ON owner.id = a.owner_id {_RATINGS} {_USER}
        ORDER BY shown.key, a.id"""


def facets(wanted: Wanted) -> str:
    """Return the query of the counts."""
    return f"""
        WITH found AS MATERIALIZED (
            SELECT a.kind, a.fields, left(place.code, 4) || '00' AS city, a.voucher_ok {_from(wanted)})
        SELECT 'all', 'all', count(*) FROM found
        UNION ALL SELECT 'kind', kind, count(*) FROM found GROUP BY kind
        UNION ALL SELECT 'field', field, count(*) FROM (
            SELECT DISTINCT ON (n, left(field, 3)) left(field, 3) AS field FROM
                (SELECT row_number() OVER () AS n, fields FROM found) one, unnest(one.fields) AS field) each
            GROUP BY field
        UNION ALL SELECT 'city', city, count(*) FROM found GROUP BY city
        UNION ALL SELECT 'voucher', CASE WHEN voucher_ok THEN 'yes' ELSE 'no' END, count(*) FROM found
            GROUP BY voucher_ok"""


def days(free: tuple[datetime, datetime, int], now: datetime) -> dict[str, Any]:
    """Return the days between two moments, and which weekday's hours an asset has on each."""
    calendar = almanac.workdays()
    first, last = (local(moment).date() for moment in free[:2])
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    today = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "midnights": [today.replace(year=day.year, month=day.month, day=day.day) for day in every],
        "weekdays": [_weekday(day, calendar, on_holidays=False) for day in every],
        "on_holidays": [_weekday(day, calendar, on_holidays=True) for day in every],
        "today_begins": today,
    }


def _weekday(day: Any, calendar: Workdays, *, on_holidays: bool) -> int | None:
    """The weekday whose hours a day has, as `rules.opening.day_hours` says it; none where it is closed."""
    if day.year not in calendar.years or (day in calendar.off and not on_holidays):
        return None
    return MONDAY if day in calendar.worked else int(day.weekday())


def _from(wanted: Wanted) -> str:
    """The assets that are wanted, but for free time."""
    conditions = ["a.state = 'listed'"]
    if wanted.text.strip():
        conditions.append("a.words @@ %(words)s::tsquery")
    if wanted.kinds:
        conditions.append("a.kind = ANY (%(kinds)s)")
    if wanted.field:
        conditions.append("EXISTS (SELECT FROM unnest(a.fields) one WHERE one LIKE %(field)s)")
    if wanted.place:
        conditions.append("place.code LIKE %(place)s")
    if wanted.within_km is not None:
        degrees = f"degrees(%(within)s::float8 / {EARTH_KM})"
        conditions += [
            f"a.latitude BETWEEN %(latitude)s - {degrees} AND %(latitude)s + {degrees}",
            f"{_DISTANCE} <= %(within)s",
        ]
    for value, condition in (
        (wanted.price_at_most, f"{_PRICE} <= %(price)s"), (wanted.value_at_least, "a.value_fen >= %(least)s"),
        (wanted.value_at_most, "a.value_fen <= %(most)s"), (wanted.voucher, "a.voucher_ok = %(voucher)s"),
        (wanted.needs_training, "a.needs_training = %(training)s"),
        (wanted.rating_at_least, "rated.rating >= %(rating)s"),
    ):  # fmt: skip
        if value is not None:
            conditions.append(condition)
    rated = _RATINGS if wanted.sort == "rating" or wanted.rating_at_least is not None else ""
    priced = _USER if wanted.sort == "price" or wanted.price_at_most is not None else ""
    return f"""FROM exchange_asset a JOIN exchange_jurisdiction place ON place.id = a.jurisdiction_id
        {rated} {priced} WHERE {" AND ".join(conditions)}"""
