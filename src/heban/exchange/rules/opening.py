"""Opening hours: when an asset can be booked, how finely, how long, how far ahead, until when given up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from heban.domain import documents
from heban.domain.errors import BadSpec
from heban.exchange.china import ZONE, local
from heban.exchange.rules.refusals import Denial, Said, denied, listed
from heban.exchange.rules.workdays import Span, Workdays

DAY_MINUTES = 1_440
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Stretch = tuple[int, int]
"""Minutes of a day from one, counted, to another, not counted; 24:00 is 1440."""
Count = Annotated[int, Field(ge=0, strict=True)]
Positive = Annotated[int, Field(ge=1, strict=True)]
_MINUTE = timedelta(minutes=1)


class Opening(BaseModel):
    """When an asset can be booked, in Asia/Shanghai.

    `hours` are the open stretches of each weekday; one that is not named is closed. On a public holiday the
    asset is closed, or with `on_holidays` has the hours of that weekday. On a weekend day that is worked in
    exchange (调休) it has the hours of the weekday `worked_as`. A use begins and ends on a grid that is
    counted from midnight. It keeps the asset `before_minutes` and `after_minutes` longer, which may lie
    outside the hours. The defaults are Heban's own choices.

    >>> Opening(hours={"mon": ((510, 720), (780, 1050))}).most_minutes
    480
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: Mapping[Weekday, tuple[Stretch, ...]] = {}
    on_holidays: Annotated[bool, Field(strict=True)] = False
    worked_as: Weekday = "mon"
    grid_minutes: Positive = 30
    least_minutes: Positive = 30
    most_minutes: Positive = 480
    advance_days: Count = 60
    cancel_minutes: Count = DAY_MINUTES
    before_minutes: Count = 0
    after_minutes: Count = 0

    @field_validator("hours")
    @classmethod
    def _in_order(cls, hours: Mapping[Weekday, tuple[Stretch, ...]]) -> Mapping[Weekday, tuple[Stretch, ...]]:
        for day, stretches in hours.items():
            ends = [minute for stretch in stretches for minute in stretch]
            rising = all(start < end for start, end in stretches) and ends == sorted(ends)
            if not rising or (ends and not 0 <= ends[0] <= ends[-1] <= DAY_MINUTES):
                raise ValueError(f"of stretches in order within 0 to {DAY_MINUTES} minutes; look at {day!r}")
        return hours

    @field_validator("grid_minutes")
    @classmethod
    def _whole_day(cls, grid: int) -> int:
        if DAY_MINUTES % grid:
            raise ValueError(f"a whole part of a day of {DAY_MINUTES} minutes, as 30")
        return grid

    @field_validator("most_minutes")
    @classmethod
    def _some_length(cls, most: int, info: Any) -> int:
        grid, least = (info.data.get(key, 1) for key in ("grid_minutes", "least_minutes"))
        if most // grid * grid < least:
            raise ValueError(f"at least {-(-least // grid) * grid}, the first length on the grid")
        return most

    @property
    def every_day(self) -> bool:
        """Whether all days are alike, holidays too, so that no notice on holidays is needed."""
        return self.on_holidays and len({self.hours.get(day, ()) for day in WEEKDAYS}) == 1


def opening(document: Mapping[str, Any]) -> Opening:
    """Return checked opening hours, or raise `BadSpec` naming every key that is wrong.

    >>> opening({"hours": {"mon": [[480, 1020]]}, "grid_minutes": 7})
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the opening hours have 1 fault:
      grid_minutes = 7: it should be a whole part of a day of 1440 minutes, as 30.
    """
    return documents.read(Opening, document, "the opening hours have")


def day_hours(rules: Opening, day: date, calendar: Workdays) -> tuple[Stretch, ...] | None:
    """Return the open stretches of a day; none (`None`) where the year's notice on holidays is not known.

    >>> from heban.exchange.rules.workdays import notices
    >>> weekdays = Opening(hours={"mon": ((480, 1020),), "tue": ((480, 1020),)})
    >>> day_hours(weekdays, date(2026, 2, 14), notices())  # a Saturday worked for the Spring Festival
    ((480, 1020),)
    >>> day_hours(weekdays, date(2026, 2, 16), notices())  # a Monday of that festival
    ()
    """
    own = rules.hours.get(WEEKDAYS[day.weekday()], ())
    if rules.every_day:
        return own
    if day.year not in calendar.years:
        return None
    if day in calendar.worked:
        return rules.hours.get(rules.worked_as, ())
    return () if day in calendar.off and not rules.on_holidays else own


def objections(
    rules: Opening, start: datetime, end: datetime, now: datetime, calendar: Workdays
) -> list[Denial]:
    """Return every reason why a use from `start` to `end` cannot be booked.

    Codes: `booking.past`, `booking.too_far`, `booking.too_short`, `booking.too_long`, `booking.off_grid`,
    `booking.unannounced` where it falls on a day of a year whose holidays are not announced, and
    `booking.closed`. A use may cross midnight where 24:00 and the next day's 0:00 are both open.

    >>> from heban.exchange.rules.workdays import notices
    >>> rules = Opening(hours={"mon": ((480, 1020),)})
    >>> monday = datetime(2026, 3, 2, 16, 0, tzinfo=ZONE)
    >>> [one.code for one in objections(rules, monday, monday + timedelta(hours=2), monday, notices())]
    ['booking.closed']
    """
    use, today = Span(local(start), local(end)), local(now)
    found = []
    if use.start < today:
        found.append(denied("booking.past", start=_told(use.start)))
    last = today.date() + timedelta(days=rules.advance_days)
    if use.start.date() > last:
        found.append(denied("booking.too_far", days=rules.advance_days, last=last))
    found += _of_length(rules, use.minutes)
    grid = timedelta(minutes=rules.grid_minutes)
    if any((moment - _midnight(moment.date())) % grid for moment in (use.start, use.end)):
        found.append(denied("booking.off_grid", grid=rules.grid_minutes))
    if not _of_length(rules, use.minutes):
        found += _of_hours(rules, use, calendar)
    return found


def ensure_bookable(
    rules: Opening, start: datetime, end: datetime, now: datetime, calendar: Workdays
) -> None:
    """Refuse a use that cannot be booked, with the first of `objections`.

    >>> from heban.exchange.rules.workdays import notices
    >>> monday = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
    >>> hours = Opening(hours={"mon": ((480, 1020),)})
    >>> ensure_bookable(hours, monday, monday + timedelta(hours=2), monday, notices())
    """
    if found := objections(rules, start, end, now, calendar):
        raise found[0]


def busy(rules: Opening, start: datetime, end: datetime) -> Span:
    """Return the time that a use keeps the asset from others: the use, with what goes before and after.

    >>> nine = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
    >>> busy(Opening(before_minutes=15, after_minutes=30), nine, nine + timedelta(hours=1)).minutes
    105
    """
    before, after = (timedelta(minutes=each) for each in (rules.before_minutes, rules.after_minutes))
    return Span(local(start) - before, local(end) + after)


def free(
    rules: Opening, taken: Iterable[Span], days: tuple[date, date], minutes: int, now: datetime,
    calendar: Workdays,
) -> list[Span]:  # fmt: skip
    """Return every use of a length that can be booked, beginning on a day from the first to the last.

    The last day is not counted. Exactly those spans are found that `ensure_bookable` lets through and
    whose `busy` time overlaps nothing of `taken`, which are busy times as well. A length that the rules do
    not allow is refused: `booking.too_short`, `booking.too_long`, `booking.off_grid`.

    >>> from heban.exchange.rules.workdays import notices
    >>> def at(hour): return datetime(2026, 3, 2, hour, 0, tzinfo=ZONE)
    >>> rules, day = Opening(hours={"mon": ((480, 720),)}, grid_minutes=60), date(2026, 3, 2)
    >>> found = free(rules, [Span(at(9), at(10))], (day, date(2026, 3, 3)), 60, at(0), notices())
    >>> [span.start.hour for span in found]
    [8, 10, 11]
    """
    first, last = days
    if first >= last:
        raise BadSpec(f"the days from {first} up to {last} hold none; the last is not counted.")
    if wrong := _of_length(rules, minutes):
        raise wrong[0]
    if minutes % rules.grid_minutes:
        raise denied("booking.off_grid", grid=rules.grid_minutes)
    count = (last - first).days
    starts = np.arange(0, count * DAY_MINUTES, rules.grid_minutes)
    total = _running(rules, first, count - -minutes // DAY_MINUTES, calendar)
    origin, today = _midnight(first), local(now)
    latest = _minutes(origin, _midnight(today.date() + timedelta(days=rules.advance_days + 1)))[0]
    fit = total[starts + minutes] - total[starts] == minutes
    fit &= (starts >= _minutes(origin, today)[1]) & (starts < latest)
    fit &= ~_blocked(rules, taken, origin, minutes, count * DAY_MINUTES)[starts]
    length = timedelta(minutes=minutes)
    begins = [origin + timedelta(minutes=int(start)) for start in starts[fit]]
    return [Span(begin, begin + length) for begin in begins]


def last_cancel(rules: Opening, start: datetime) -> datetime:
    """Return the last moment at which a use is given back without a fee, or moved.

    >>> last_cancel(Opening(cancel_minutes=120), datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)).isoformat()
    '2026-03-02T07:00:00+08:00'
    """
    return local(start) - timedelta(minutes=rules.cancel_minutes)


def ensure_may_move(rules: Opening, start: datetime, now: datetime) -> None:
    """Refuse to move a use after its last moment: `booking.move_late`.

    >>> nine = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
    >>> ensure_may_move(Opening(cancel_minutes=120), nine, nine - timedelta(hours=2))
    """
    until = last_cancel(rules, start)
    if local(now) > until:
        raise denied("booking.move_late", until=_told(until))


def _of_length(rules: Opening, minutes: int) -> list[Denial]:
    if minutes < rules.least_minutes:
        return [denied("booking.too_short", minutes=minutes, least=rules.least_minutes)]
    if minutes > rules.most_minutes:
        return [denied("booking.too_long", minutes=minutes, most=rules.most_minutes)]
    return []


def _of_hours(rules: Opening, use: Span, calendar: Workdays) -> list[Denial]:
    first, count = use.start.date(), (use.end.date() - use.start.date()).days + 1
    begin, end = _since_midnight(use.start), _since_midnight(use.start) + use.minutes
    unknown = [
        day
        for day in (first + timedelta(days=n) for n in range(-(-end // DAY_MINUTES)))
        if day_hours(rules, day, calendar) is None
    ]
    if unknown:
        return [denied("booking.unannounced", year=unknown[0].year)]
    total = _running(rules, first, count, calendar)
    if total[end] - total[begin] == end - begin:
        return []
    hours = [(f"{_clock(a)}–{_clock(b)}",) * 2 for a, b in day_hours(rules, first, calendar) or ()]
    open_ = listed(hours) if hours else Said("不开放", "closed")
    return [denied("booking.closed", start=_told(use.start), end=_told(use.end), day=first, hours=open_)]


def _running(rules: Opening, first: date, count: int, calendar: Workdays) -> NDArray[np.int64]:
    """How many minutes are open before each minute since the first day's midnight."""
    open_ = np.zeros(count * DAY_MINUTES, dtype=np.int64)
    for number in range(count):
        for start, end in day_hours(rules, first + timedelta(days=number), calendar) or ():
            open_[number * DAY_MINUTES + start : number * DAY_MINUTES + end] = 1
    return np.concatenate([[0], np.cumsum(open_)])


def _blocked(
    rules: Opening, taken: Iterable[Span], origin: datetime, minutes: int, size: int
) -> NDArray[np.bool_]:
    """Which minutes are no start, because the use and its margins would overlap what is taken."""
    found = np.zeros(size, dtype=np.bool_)
    for span in taken:
        lower = _minutes(origin, local(span.start))[0] - minutes - rules.after_minutes
        upper = _minutes(origin, local(span.end))[1] + rules.before_minutes
        found[max(lower + 1, 0) : max(upper, 0)] = True
    return found


def _minutes(origin: datetime, moment: datetime) -> tuple[int, int]:
    """Whole minutes from one moment to another, rounded down and up."""
    return (moment - origin) // _MINUTE, -((origin - moment) // _MINUTE)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), ZONE)


def _since_midnight(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
