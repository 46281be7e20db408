"""The timetable of a thing as those who keep it see it: two weeks, who comes, what asks for an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.exchange import access, almanac
from heban.exchange.acts.bookable import opening_of
from heban.exchange.china import ZONE, local
from heban.exchange.desk import By
from heban.exchange.models import Booking
from heban.exchange.models.bookings import LIVE
from heban.exchange.rules.opening import DAY_MINUTES, Opening, day_hours
from heban.web.api import entry, sight
from heban.web.desk import deeds, pages
from heban.web.desk.names import called
from heban.web.desk.providing.parts import WEEKDAYS
from heban.web.desk.providing.things import KEEPERS, SIDES, clock
from heban.web.desk.words import here

DAYS = 14
FEW = 6
"""Units that are shown beside each other; of more, one at a time."""
FIRST, LAST = 8 * 60, 18 * 60
"""Minutes of a day that a strip shows at least."""


@dataclass(frozen=True)
class Part:
    """A stretch of a strip: from where, how wide, and what it is."""

    at: int
    width: int
    kind: str


@dataclass(frozen=True)
class Seen:
    """A booking as its provider sees it: its time on a day, and what may be done about it now."""

    row: Any
    told: str
    may_start: bool

    @property
    def ends(self) -> str:
        """The time at which it ends, if that is on the day on which it begins."""
        begins, over = local(self.row.use_during.lower), local(self.row.use_during.upper)
        return f"{over:%H:%M}" if begins.date() == over.date() else ""

    @property
    def kind(self) -> str:
        """What it is drawn as."""
        return "closed" if self.row.purpose != "use" else str(self.row.state)


@dataclass
class Line:
    """A unit on a day: its strip, and its bookings in their order."""

    unit: Any
    parts: list[Part] = field(default_factory=list)
    bookings: list[Seen] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    """A day: its hours (none where its year's holidays are not announced), and its units."""

    day: date
    hours: list[str] | None
    lines: list[Line]
    today: bool

    @property
    def weekday(self) -> str:
        """What its weekday is called."""
        return here(WEEKDAYS[self.day.weekday()])


def timetable(request: HttpRequest, asset: int) -> HttpResponse:
    """Show two weeks of a thing's units with who takes them, today's uses, and the requests to answer."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "asset", asset)
    access.ensure_of(who, row.owner, *SIDES)
    today = local(who.now).date()
    first = _first(request.GET.get("from", ""), today)
    units = list(row.units.order_by("no"))
    chosen = _chosen(units, request.GET.get("unit", ""))
    rules, rows = opening_of(row), _bookings(chosen, first)
    ends = _ends(rules, rows)
    told = {
        "row": row, "units": units, "chosen": chosen, "every": len(chosen) == len(units),
        "days": _days(rules, rows, chosen, first, ends, who), "from": clock(ends[0]), "to": clock(ends[1]),
        "width": ends[1] - ends[0], "hours": range(60, ends[1] - ends[0], 60), "many": len(units) > FEW,
        "asked": _asked(row, who), "now": _today(row, who, today),
        "before": first - timedelta(days=DAYS), "after": first + timedelta(days=DAYS), "first": first,
        "closing": deeds.form(request, "unit.close", unit=chosen[0].pk) if len(chosen) == 1 else None,
        "up": _above(request, row), "keeps": bool(request.auth.roles & KEEPERS),
        "open_again": _("Open it again"), "close_label": deeds.deed("unit.close").label,
    }  # fmt: skip
    return pages.shown(request, "desk/timetable.html", told)


def _above(request: HttpRequest, row: Any) -> tuple[str, str]:
    if request.auth.roles & KEEPERS:
        return reverse("desk:thing", args=[row.pk]), called(row)
    return reverse("desk:things"), _("Our instruments")


def _first(text: str, today: date) -> date:
    """The first day that is asked for; today where none is, or no sound one."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return asked if abs(asked - today) < timedelta(days=3_650) else today


def _chosen(units: list[Any], text: str) -> list[Any]:
    named = [one for one in units if str(one.no) == text]
    return named or (units if len(units) <= FEW else units[:1])


def _asked(row: Any, who: By) -> list[Seen]:
    rows = Booking.objects.filter(unit__asset=row, state="requested").select_related("taker", "unit")
    return [_seen(one, None, who) for one in rows.order_by("use_during", "pk")]


def _today(row: Any, who: By, today: date) -> list[Seen]:
    """What is to begin or to end today, and what still runs."""
    begins, ends = _bounds(today, 1)
    rows = Booking.objects.filter(unit__asset=row, purpose="use").select_related("taker", "unit")
    comes = rows.filter(state="confirmed", use_during__overlap=(begins, ends))
    found = [*rows.filter(state="in_use"), *comes]
    return [_seen(one, None, who) for one in sorted(found, key=lambda one: (one.use_during.lower, one.pk))]


def _days(
    rules: Opening, rows: list[Any], units: list[Any], first: date, ends: tuple[int, int], who: By
) -> list[Day]:
    found = []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        hours = day_hours(rules, day, almanac.workdays())
        lines = [_line(one, rows, day, hours or (), ends, who) for one in units]
        told = None if hours is None else [f"{clock(opens)}–{clock(closes)}" for opens, closes in hours]
        found.append(Day(day, told, lines, day == local(who.now).date()))
    return found


def _line(
    unit: Any,
    rows: Iterable[Any],
    day: date,
    hours: Iterable[tuple[int, int]],
    ends: tuple[int, int],
    who: By,
) -> Line:
    line = Line(unit, [Part(opens - ends[0], closes - opens, "open") for opens, closes in hours])
    begins, over = _bounds(day, 1)
    for row in rows:
        if row.unit_id == unit.pk and row.busy_during.lower < over and begins < row.busy_during.upper:
            seen = _seen(row, day, who)
            use, busy = _minutes(row.use_during, day), _minutes(row.busy_during, day)
            line.parts.append(Part(busy[0] - ends[0], busy[1] - busy[0], "kept"))
            line.parts.append(Part(use[0] - ends[0], use[1] - use[0], seen.kind))
            line.bookings.append(seen)
    return line


def _seen(row: Any, day: date | None, who: By) -> Seen:
    may_start = row.state == "confirmed" and row.busy_during.lower <= who.now < row.use_during.upper
    if day is None:
        return Seen(row, "", may_start)
    opens, closes = _minutes(row.use_during, day)
    return Seen(row, f"{clock(opens)}–{clock(closes)}", may_start)


def _bookings(units: list[Any], first: date) -> list[Any]:
    rows = Booking.objects.filter(
        unit__in=[one.pk for one in units], state__in=LIVE, busy_during__overlap=_bounds(first, DAYS)
    )
    return list(rows.select_related("taker", "unit").order_by("busy_during", "pk"))


def _bounds(first: date, days: int) -> tuple[datetime, datetime]:
    begins = datetime.combine(first, time(), ZONE)
    return begins, begins + timedelta(days=days)


def _minutes(use: Any, day: date) -> tuple[int, int]:
    """From which minute of a day to which a time lasts; what lies on other days is cut off."""
    midnight = datetime.combine(day, time(), ZONE)
    ends = [int((moment - midnight) // timedelta(minutes=1)) for moment in (use.lower, use.upper)]
    return max(0, min(ends[0], DAY_MINUTES)), max(0, min(ends[1], DAY_MINUTES))


def _ends(rules: Opening, rows: Iterable[Any]) -> tuple[int, int]:
    """The minutes of a day that all strips show: whole hours that hold what is open and what is taken."""
    lows, highs = [FIRST], [LAST]
    for stretches in rules.hours.values():
        lows += [opens for opens, _closes in stretches]
        highs += [closes for _opens, closes in stretches]
    for row in rows:
        begins, over = local(row.busy_during.lower), local(row.busy_during.upper)
        apart = begins.date() != over.date()
        lows.append(0 if apart else begins.hour * 60 + begins.minute)
        highs.append(DAY_MINUTES if apart else over.hour * 60 + over.minute)
    return min(lows) // 60 * 60, -(-max(highs) // 60) * 60
