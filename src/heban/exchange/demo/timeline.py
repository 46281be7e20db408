"""When things happen to the orders of a programme: each step some days after the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from heban.exchange import almanac
from heban.exchange.china import ZONE, local
from heban.exchange.rules.deadlines import last_publicity_day
from heban.exchange.rules.terms import Terms

Days = tuple[float, float]
STEPS: Mapping[str, Days] = {
    "submitted": (0.02, 0.3), "quoted": (0.5, 4), "accepted": (0.5, 5), "held": (0.02, 0.2),
    "contracted": (1, 7), "in_service": (0.5, 5), "delivered": (6, 40), "accepted_by_client": (0.5, 10),
    "claimed": (1, 18), "county_ok": (1, 7), "publicity": (1, 7),
}  # fmt: skip
"""Least and most days of each step after the one before; Heban's own, no source gives any."""
PAYING: Days = (3, 25)
AUDITED = timedelta(days=180)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
REJECTED, UNCLAIMED = 0.04, 0.08
"""Shares of orders whose claim is rejected, and that are never claimed."""


@dataclass(frozen=True)
class Life:
    """When each step of an order happens; what never does is `NEVER`. `end` is of its publicity."""

    at: Mapping[str, datetime]
    published_on: date
    published_until: date

    def reached(self, step: str, until: datetime) -> bool:
        """Whether a step has happened by a moment."""
        return self.at[step] <= until


def life(rng: np.random.Generator, begun: datetime, terms: Terms) -> Life:
    """Return when each step of an order that is begun at a moment happens, by chance."""
    at: dict[str, datetime] = {"draft": begun}
    moment = begun
    for step, (least, most) in STEPS.items():
        moment += timedelta(days=float(rng.uniform(least, most)))
        at[step] = moment
    fate = float(rng.random())
    published = local(at["publicity"]).date()
    until = _last_day(terms, published)
    at["approved"] = midnight_after(until) + timedelta(minutes=10)
    at["paid"] = at["approved"] + timedelta(days=float(rng.uniform(*PAYING)))
    at["closed"] = at["paid"] + AUDITED
    window = local(at["accepted_by_client"]).date() + timedelta(days=terms.redeem_window_days)
    at |= {"rejected": NEVER, "expired": NEVER}
    if fate < REJECTED:
        at["rejected"] = at["county_ok"]
        at["closed"] = at["rejected"] + timedelta(hours=1)
        at |= dict.fromkeys(("county_ok", "publicity", "approved", "paid"), NEVER)
    elif fate < REJECTED + UNCLAIMED:
        at["expired"] = midnight_after(window) + timedelta(minutes=5)
        at["closed"] = at["expired"] + timedelta(minutes=5)
        at |= dict.fromkeys(("claimed", "county_ok", "publicity", "approved", "paid"), NEVER)
    return Life(at, published, until)


def _last_day(terms: Terms, published: date) -> date:
    """The last day of publicity; of years without an official calendar, by weekdays alone."""
    calendar = almanac.workdays()
    if published.year in calendar.years and (published + timedelta(days=30)).year in calendar.years:
        return last_publicity_day(terms, published, calendar)
    day, left = published, terms.publicity_working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def midnight_after(day: date) -> datetime:
    """Return the end of a day in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


def within(rng: np.random.Generator, since: datetime, until: datetime) -> datetime:
    """Return a moment between two, by chance."""
    return since + (until - since) * float(rng.random())
