"""Deadlines that the terms set: of holds, claims, publicity and quotas, on the clock of Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from heban.exchange.china import local
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.workdays import Workdays


def hold_lapses(terms: Terms, held_at: datetime) -> datetime:
    """Return the moment from which a hold without a contract has lapsed.

    >>> from datetime import UTC
    >>> hold_lapses(Terms(), datetime(2026, 3, 1, tzinfo=UTC)).isoformat()
    '2026-03-31T08:00:00+08:00'
    """
    return local(held_at) + timedelta(days=terms.hold_ttl_days)


def last_claim_day(terms: Terms, accepted_on: date) -> date:
    """Return the last day on which an accepted order can be claimed.

    >>> last_claim_day(Terms(), date(2026, 3, 1))
    datetime.date(2026, 5, 30)
    """
    return accepted_on + timedelta(days=terms.redeem_window_days)


def ensure_in_time(terms: Terms, accepted_on: date, today: date) -> None:
    """Refuse a claim after its last day: `redemption.late`.

    >>> ensure_in_time(Terms(), date(2026, 3, 1), date(2026, 5, 30))
    """
    last = last_claim_day(terms, accepted_on)
    if today > last:
        raise denied("redemption.late", until=last)


def last_publicity_day(terms: Terms, published_on: date, calendar: Workdays) -> date:
    """Return the last day of publicity; money may be approved from the day after.

    The day of publication is not counted.

    >>> from heban.exchange.rules.workdays import notices
    >>> last_publicity_day(Terms(), date(2026, 9, 28), notices())
    datetime.date(2026, 10, 10)
    """
    return calendar.after(published_on, terms.publicity_working_days)


def last_quota_day(terms: Terms, granted_on: date) -> date:
    """Return the last day on which a quota gives new holds: 31 December, or its months if they end before.

    A hold belongs to the year in which it was made, whenever it is redeemed.

    >>> last_quota_day(Terms(), date(2026, 3, 1))
    datetime.date(2026, 12, 31)
    >>> last_quota_day(Terms(voucher_valid_months=3), date(2026, 1, 31))
    datetime.date(2026, 4, 29)
    """
    months = granted_on.month - 1 + terms.voucher_valid_months
    first = date(granted_on.year + months // 12, months % 12 + 1, 1)
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    same_day = first + timedelta(days=min(granted_on.day, (after - first).days) - 1)
    return min(date(granted_on.year, 12, 31), same_day - timedelta(days=1))
