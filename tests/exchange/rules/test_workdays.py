"""Working days by hand from the notices of 2025 and 2026, and half-open stretches of time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from heban.domain.errors import BadSpec
from heban.exchange.rules.workdays import Span, notices, read, workdays
from tests.exchange.rules.refusing import refused

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),  # a Sunday worked for New Year
        (date(2026, 2, 14), True),
        (date(2026, 2, 21), False),  # a Saturday within the Spring Festival
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2025, 10, 8), False),
        (date(2025, 9, 28), True),
    ],
)
def test_days_of_the_notices(day: date, worked: bool) -> None:
    assert notices().is_worked(day) is worked


def test_five_working_days_of_publicity_across_the_national_holiday() -> None:
    # Mon 28 Sep is day 0; 29, 30 Sep, 8, 9 and the worked Saturday 10 Oct are the five
    assert notices().after(date(2026, 9, 28), 5) == date(2026, 10, 10)
    assert notices().within(date(2026, 9, 29), date(2026, 10, 11)) == 5
    assert notices().after(date(2026, 9, 28), 0) == date(2026, 9, 28)


def test_each_notice_gives_the_working_days_of_its_year() -> None:
    # 365 days − 104 days of weekends − 13 holidays by law on weekdays or in lieu: 248 days either year
    for year in (2025, 2026):
        assert notices().within(date(year, 1, 1), date(year + 1, 1, 1)) == 248


def test_a_year_without_a_notice_is_refused() -> None:
    said = (
        "The public holidays of 2027 are not entered yet, and a period of working days that reaches into it "
        "cannot be counted. Ask the platform's operators to enter the notice, then do this again."
    )
    with refused("deadline.unannounced", said):
        notices().after(date(2026, 12, 30), 5)


def test_a_table_is_read_or_every_fault_of_it_is_said() -> None:
    said = """the table of holidays has 3 faults:
  years.2027.source: the key is missing.
  years.2027.off.0.1 = 'May': it should be a valid date or datetime, input is too short.
  years.2027.work: there is no such key. Did you mean worked?"""
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        read("[years.2027]\noff = [[2027-05-01, 'May']]\nworked = []\nwork = []")
    with pytest.raises(BadSpec, match=r"has 1 fault:\n  Expected .=. after a key .*; correct the line\.$"):
        read("19")


def test_a_table_that_contradicts_itself_is_refused() -> None:
    day = date(2026, 1, 1)
    with pytest.raises(BadSpec, match=r"^the day 2026-01-01 stands as free and as worked; leave it in one"):
        workdays([day], [day], [2026])
    with pytest.raises(BadSpec, match=r"^the day 2026-01-01 is of a year that the calendar does not cover"):
        workdays([day], [], [2025])
    with pytest.raises(BadSpec, match=r"^the number of working days is -1 and must be 0 or more\.$"):
        notices().after(day, -1)


def test_stretches_that_touch_do_not_overlap() -> None:
    first, second = Span(NOON, NOON + HOUR), Span(NOON + HOUR, NOON + 2 * HOUR)
    assert not first.overlaps(second)
    assert not second.overlaps(first)
    assert first.overlaps(Span(NOON + HOUR / 2, NOON + 2 * HOUR))
    assert Span(NOON, NOON + 2 * HOUR).covers(second)
    assert not first.covers(second)
    assert second.minutes == 60
    assert first.holds(NOON)
    assert not first.holds(NOON + HOUR)


def test_an_empty_stretch_is_refused() -> None:
    said = (
        "the stretch from 2026-03-02T04:00:00+00:00 to 2026-03-02T04:00:00+00:00 is empty; "
        "its end must come after its start."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        Span(NOON, NOON)
