"""Hours of the demonstration: what instruments were used for last quarter, and what is booked ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from heban.exchange import almanac
from heban.exchange.china import ZONE, local
from heban.exchange.demo.assets import CLASSES, Listed
from heban.exchange.demo.ground import Ground, Party
from heban.exchange.demo.mass import step, written

YEAR_HOURS, EXTERNAL_HOURS = 1_599, 273
"""Mean hours of an instrument in a year: effective, and of them external. Source: the national assessment of
2025 (53,000 instruments)."""
EXTERNAL_SHARE = 0.45
"""Share of instruments that are used from outside at all; Heban's own."""
TAIL = 1.1
"""Spread of the logarithms of external hours: few instruments serve most of the users from outside."""
MOST_HOURS = 2_000
"""Most hours of a quarter that are written for one instrument."""


@dataclass(frozen=True)
class _Use:
    unit: int
    taker: int
    start: datetime
    hours: float
    fen: int
    external: bool


def quarter_before(now: datetime) -> tuple[date, date]:
    """Return the first day of the last whole quarter, and the day after its last.

    >>> quarter_before(datetime(2026, 3, 2, tzinfo=ZONE))
    (datetime.date(2025, 10, 1), datetime.date(2026, 1, 1))
    """
    day = local(now).date()
    until = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    before = until - timedelta(days=1)
    return date(before.year, 3 * ((before.month - 1) // 3) + 1, 1), until


def last_quarter(on: Ground, listed: Listed, takers: Sequence[Party]) -> int:
    """Write the hours of each instrument in the last quarter: one booking for its own use, one for others'.

    Hours of a quarter stand in one booking each, for bookings of some hours would be millions: they are a
    quarter of a year's 1,599, of which 273 are external, on average over all instruments.
    """
    since, _ = quarter_before(on.now)
    count = len(listed.assets)
    own = np.minimum(on.rng.lognormal(0.0, 0.6, count), 4.5)
    own = own / own.mean() * (YEAR_HOURS - EXTERNAL_HOURS) / 4
    outside = np.where(
        on.rng.random(count) < EXTERNAL_SHARE, np.minimum(on.rng.lognormal(0.0, TAIL, count), 12), 0.0
    )
    if outside.sum():
        outside = outside / outside.mean() * EXTERNAL_HOURS / 4
    begun = datetime.combine(since, time(8), ZONE)
    uses = []
    for at, (unit, owner, kind) in enumerate(zip(listed.units, listed.owners, listed.kinds, strict=True)):
        hours = _whole(min(float(own[at]), MOST_HOURS / 2))
        uses.append(_Use(unit, owner.id, begun, hours, 0, False))
        if outside[at]:
            start = begun + timedelta(hours=hours + 1)
            taker = takers[int(len(takers) * float(on.rng.random()))]
            away = _whole(min(float(outside[at]), MOST_HOURS - hours))
            fen = int(away * kind.yuan * 100 * CLASSES["delta"])
            uses.append(_Use(unit, taker.id, start, away, fen, taker.id != owner.id))
    _done(on, uses)
    return len(uses)


def ahead(on: Ground, listed: Listed, takers: Sequence[Party], *, instruments: int, weeks: int = 3) -> int:
    """Write confirmed bookings of some hours in the weeks to come, on the first instruments."""
    calendar, today = almanac.workdays(), local(on.now).date()
    coming = (today + timedelta(days=n + 1) for n in range(7 * weeks))
    days = [day for day in coming if calendar.is_worked(day)]
    uses = []
    for unit, owner, kind in list(zip(listed.units, listed.owners, listed.kinds, strict=True))[:instruments]:
        for day in days:
            if on.rng.random() < 0.35:
                hour, length = int(on.rng.integers(9, 14)), int(on.rng.integers(1, 4))
                taker = takers[int(on.rng.integers(len(takers)))]
                start = datetime.combine(day, time(hour), ZONE)
                uses.append(
                    _Use(unit, taker.id, start, length, length * kind.yuan * 80, taker.id != owner.id)
                )
    numbers = _booked(on, uses, on.now - timedelta(days=2))
    due = [one.start + timedelta(minutes=30) for one in uses]
    step("booking", numbers, "confirmed", [on.now - timedelta(days=1)] * len(uses), due=due)
    return len(uses)


def _done(on: Ground, uses: Sequence[_Use]) -> None:
    """Bookings that were held, confirmed, used and written down."""
    numbers = _booked(on, uses, min(one.start for one in uses) - timedelta(days=3))
    starts = [one.start for one in uses]
    ends = [one.start + timedelta(hours=one.hours) for one in uses]
    step("booking", numbers, "confirmed", [at - timedelta(days=2) for at in starts])
    step("booking", numbers, "in_use", starts, started_at=starts)
    step("booking", numbers, "done", ends)
    written(
        "usage",
        {
            "booking_id": numbers, "started_at": starts, "ended_at": ends,
            "minutes": [int(one.hours * 60) for one in uses], "external": [one.external for one in uses],
            "charge_fen": [one.fen for one in uses],
        },
        metered=True,
    )  # fmt: skip


def _booked(on: Ground, uses: Sequence[_Use], made: datetime) -> list[int]:
    spans = [DateTimeTZRange(one.start, one.start + timedelta(hours=one.hours)) for one in uses]
    return written(
        "booking",
        {
            "unit_id": [one.unit for one in uses], "taker_id": [one.taker for one in uses],
            "use_during": spans, "busy_during": spans, "price_fen": [one.fen for one in uses],
        },
        since=made, made_at=made, asked_by_id=on.clerks["firm"], due=None,
    )  # fmt: skip


def _whole(hours: float) -> float:
    """Hours in whole halves, at least one of them."""
    return max(round(hours * 2), 1) / 2
