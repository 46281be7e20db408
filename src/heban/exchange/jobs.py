"""Jobs: what the exchange does by itself, every few minutes and every night; each may run twice, or late."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from heban.domain.errors import HebanError, Refused
from heban.exchange import almanac, deadlines, mail
from heban.exchange.acts import alarms, draws, heads, ties
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By, Said
from heban.exchange.files import Store
from heban.exchange.fingerprints import known
from heban.exchange.models import DailyHead

AHEAD = 20
"""Working days ahead that should be known: more than any period of the rules has."""
_log = logging.getLogger(__name__)


def often(now: datetime, *, link: Callable[[Any, Any], str] | None = None) -> Said:
    """Do what is due and then send the mail that is waiting; to be run every few minutes."""
    return _each(
        {
            "deadlines": lambda: deadlines.run(now).said(),
            "mail": lambda: asdict(mail.send(now, link=link)),
        }
    )


def nightly(now: datetime, *, store: Store | None = None) -> Said:
    """Close the audit's days, look for alarms and faults of the books, and draw for audit; once a night.

    From December on `workdays` says "refused" until the notice of next year's holidays is entered. Reports
    are compared by their text where `store` keeps their files. What one part raises is told under its name
    ("failed", or "refused" with its code) and does not stop the others.
    """
    by = By(SYSTEM, now)
    return _each(
        {
            "groups": lambda: ties.regroup_all(by),
            "heads": lambda: [heads.take(by, day=day) for day in _days_without_head(now)],
            "altered": lambda: [day.isoformat() for day in heads.altered(*_last_heads())],
            "alarms": lambda: alarms.watch(by, fingerprints=known(store) if store else None),
            "books": lambda: alarms.check_books(by),
            "draw": lambda: draws.draw(by, period=draws.quarter_before(now)),
            "workdays": lambda: almanac.workdays().after(local(now).date(), AHEAD).isoformat(),
        }
    )


def failed(report: Said) -> list[str]:
    """Return the parts of a report that went wrong, so that whoever started the job can say so.

    >>> failed({"heads": [], "draw": {"refused": "head.running"}, "books": {"failed": "OperationalError"}})
    ['books']
    """
    return [name for name, said in report.items() if isinstance(said, dict) and said.get("failed")]


def _each(parts: dict[str, Callable[[], Any]]) -> Said:
    return {name: _told(name, part) for name, part in parts.items()}


def _told(name: str, part: Callable[[], Any]) -> Any:
    try:
        return part()
    except Refused as no:
        return {"refused": no.code, "said": str(no)}
    except Exception as error:
        # One broken part must not keep the others from being done; words not ours may hold what is private.
        _log.exception("the job %s failed", name)
        return {"failed": str(error) if isinstance(error, HebanError) else type(error).__name__}


def _days_without_head(now: datetime) -> Iterator[date]:
    """The days after the last one with a head, up to yesterday; yesterday alone when there is none."""
    yesterday = local(now).date() - timedelta(days=1)
    last = DailyHead.objects.order_by("-day").values_list("day", flat=True).first()
    day = yesterday if last is None else last + timedelta(days=1)
    while day <= yesterday:
        yield day
        day += timedelta(days=1)


def _last_heads() -> list[date]:
    """The last head: it covers all that the earlier ones do."""
    return list(DailyHead.objects.order_by("-day").values_list("day", flat=True)[:1])
