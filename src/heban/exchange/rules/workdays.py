"""Working days of China: weekends, public holidays, and the days that are worked in exchange (调休)."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from heban.domain import documents
from heban.domain.errors import BadSpec
from heban.domain.faults import refusal
from heban.exchange.china import local
from heban.exchange.rules.refusals import denied

_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A half-open stretch of time: the start belongs to it, the end does not.

    >>> from datetime import UTC
    >>> morning = Span(datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 2, 4, tzinfo=UTC))
    >>> morning.holds(morning.start), morning.holds(morning.end), morning.minutes
    (True, False, 180)
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if local(self.start) >= local(self.end):
            raise BadSpec(
                f"the stretch from {self.start.isoformat()} to {self.end.isoformat()} is empty; "
                "its end must come after its start."
            )

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.start <= local(moment) < self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two have a moment in common; one that ends as the other starts has none."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether all of the other lies in it."""
        return self.start <= other.start and other.end <= self.end

    @property
    def minutes(self) -> int:
        """Its length in whole minutes, rounded down."""
        return (self.end - self.start) // timedelta(minutes=1)


@dataclass(frozen=True)
class Workdays:
    """Which days are worked: Monday to Friday, but for the days that a yearly notice changes.

    `off` are the weekdays that are free, `worked` the weekend days that are worked, `years` those whose
    notice is in the table. A day of another year is refused, `deadline.unannounced`: its notice is not known.
    """

    off: frozenset[date]
    worked: frozenset[date]
    years: frozenset[int]

    def __post_init__(self) -> None:
        if both := sorted(self.off & self.worked):
            raise BadSpec(f"the day {both[0]} stands as free and as worked; leave it in one list.")
        if stray := sorted(day for day in self.off | self.worked if day.year not in self.years):
            raise BadSpec(f"the day {stray[0]} is of a year that the calendar does not cover; add the year.")

    def is_worked(self, day: date) -> bool:
        """Whether a day is worked.

        >>> notices().is_worked(date(2026, 2, 14)), notices().is_worked(date(2026, 2, 16))
        (True, False)
        """
        if day.year not in self.years:
            raise denied("deadline.unannounced", year=day.year)
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)

    def after(self, day: date, count: int) -> date:
        """Return the `count`-th working day after a day; the day itself is not counted.

        >>> notices().after(date(2026, 2, 13), 2)
        datetime.date(2026, 2, 24)
        """
        if count < 0:
            raise BadSpec(f"the number of working days is {count} and must be 0 or more.")
        while count:
            day += _DAY
            count -= self.is_worked(day)
        return day

    def within(self, start: date, end: date) -> int:
        """Return how many working days lie from a day, counted, to another, not counted.

        >>> notices().within(date(2026, 2, 13), date(2026, 2, 25))
        3
        """
        return sum(self.is_worked(start + n * _DAY) for n in range((end - start).days))


def workdays(off: Collection[date], worked: Collection[date], years: Collection[int]) -> Workdays:
    """Return the calendar of a table: free days, weekend days worked, and the years that it covers.

    >>> workdays([date(2026, 1, 1)], [date(2026, 1, 4)], [2026]).after(date(2025, 12, 31), 1)
    datetime.date(2026, 1, 2)
    """
    return Workdays(frozenset(off), frozenset(worked), frozenset(years))


class Notice(BaseModel):
    """The notice of a year: each holiday's first and last day, both free, and the weekend days worked.

    `assumed` says that there is no notice yet, and that the days are somebody's assumption.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    off: tuple[tuple[date, date], ...]
    worked: tuple[date, ...]
    assumed: bool = False


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    years: Mapping[int, Notice]


def read(text: str) -> Mapping[int, Notice]:
    """Return the notices of a table like `holidays.toml` by year, or raise `BadSpec` with every fault.

    >>> read("[years.2026]\\noff = []\\nworked = []")
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the table of holidays has 1 fault:
      years.2026.source: the key is missing.
    """
    try:
        return documents.read(_Table, tomllib.loads(text), "the table of holidays has").years
    except tomllib.TOMLDecodeError as error:
        raise refusal([f"{error}; correct the line."], "the table of holidays has") from None


def calendar(years: Mapping[int, Notice]) -> Workdays:
    """Return the working days of the years of some notices.

    >>> calendar(announced()).is_worked(date(2026, 10, 10))
    True
    """
    of = years.values()
    off = [date.fromordinal(n) for one in of for a, b in one.off for n in _ordinals(a, b)]
    return workdays(off, [day for one in of for day in one.worked], years)


@cache
def announced() -> Mapping[int, Notice]:
    """Return the State Council's notices that are in `holidays.toml`, by year.

    >>> announced()[2026].worked[0]
    datetime.date(2026, 1, 4)
    """
    return read((files("heban.exchange.rules") / "holidays.toml").read_text("utf-8"))


@cache
def notices() -> Workdays:
    """Return the calendar of the notices that are in `holidays.toml`.

    A site may know more: see `heban.exchange.almanac`.

    >>> sorted(notices().years)
    [2025, 2026]
    """
    return calendar(announced())


def _ordinals(first: date, last: date) -> range:
    return range(first.toordinal(), last.toordinal() + 1)
