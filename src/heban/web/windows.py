"""How often something was tried lately: counted in the database, so that every process counts together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from heban.exchange.models import Window

STEP = timedelta(minutes=1)
# A count need not outlive a crash: its commit does not wait for the disk.
_COUNTED = """
    INSERT INTO exchange_window (key, starts, count)
    SELECT %s, %s, 1 FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
    ON CONFLICT (key, starts) DO UPDATE SET count = exchange_window.count + 1
"""
_UNCOUNTED = "UPDATE exchange_window SET count = greatest(count - 1, 0) WHERE key = %s AND starts = %s"
_LATELY = "SELECT coalesce(sum(count), 0) FROM exchange_window WHERE key = %s AND starts > %s"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many times something may be tried within a stretch of whole minutes."""

    name: str
    most: int
    within: timedelta


LOGIN_NAME = Limit("login.name", 5, timedelta(minutes=15))
LOGIN_ADDRESS = Limit("login.address", 20, timedelta(minutes=15))
MAIL_NAME = Limit("mail.name", 3, timedelta(minutes=15))
MAIL_ADDRESS = Limit("mail.address", 10, timedelta(minutes=15))
CALLS_OF_PERSON = Limit("calls.person", 600, timedelta(minutes=1))
CALLS_OF_ADDRESS = Limit("calls.address", 600, timedelta(minutes=1))


def tried(limit: Limit, who: str, now: datetime) -> bool:
    """Count one more try, and say whether it is within the limit.

    A try is counted before it is made, so that tries at the same moment do not slip through together.
    """
    key, starts = _key(limit, who), _minute(now)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [key, starts])
        cursor.execute(_LATELY, [key, starts - limit.within])
        (count,) = cursor.fetchone()
    return bool(count <= limit.most)


def forgiven(limit: Limit, who: str, now: datetime) -> None:
    """Take back a try that was no failure."""
    with connection.cursor() as cursor:
        cursor.execute(_UNCOUNTED, [_key(limit, who), _minute(now)])


def lately(limit: Limit, who: str, now: datetime) -> int:
    """Return how often it was tried within the limit's stretch."""
    rows = Window.objects.filter(key=_key(limit, who), starts__gt=_minute(now) - limit.within)
    return sum(rows.values_list("count", flat=True))


def _key(limit: Limit, who: str) -> str:
    """The table holds no names and no addresses, only what they are hashed to."""
    return hashlib.sha256(f"{limit.name}:{who.lower()}".encode()).hexdigest()


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
