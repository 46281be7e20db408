"""Opening hours by hand: midnight, 24:00, holidays, worked weekends; free is what can be booked."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.exchange.china import ZONE
from heban.exchange.rules import opening
from heban.exchange.rules.opening import DAY_MINUTES, WEEKDAYS, Opening, day_hours, ensure_bookable, free
from heban.exchange.rules.workdays import Span, notices
from tests.exchange.rules.refusing import refused

WORK = ((510, 720), (780, 1050))  # 08:30–12:00, 13:00–17:30
OFFICE = Opening(hours=dict.fromkeys(WEEKDAYS[:5], WORK), most_minutes=240)
ALWAYS = Opening(
    hours=dict.fromkeys(WEEKDAYS, ((0, DAY_MINUTES),)), on_holidays=True, most_minutes=2 * DAY_MINUTES
)
NOTICES = notices()
MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=ZONE)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("start", "end", "code", "said"),
    [
        (
            at(MONDAY, 7),
            at(MONDAY, 9),
            "booking.closed",
            "From 2026-03-02 07:00 to 2026-03-02 09:00 it is not open all the time; on 2026-03-02 it is "
            "open: 08:30–12:00, 13:00–17:30. Choose a time within the opening hours.",
        ),
        (
            at(date(2026, 3, 7), 9),
            at(date(2026, 3, 7), 10),
            "booking.closed",
            "From 2026-03-07 09:00 to 2026-03-07 10:00 it is not open all the time; on 2026-03-07 it is "
            "open: closed. Choose a time within the opening hours.",
        ),
        (
            at(MONDAY, 9, 30),
            at(MONDAY, 9, 30) + timedelta(minutes=15),
            "booking.too_short",
            "The time chosen has 15 minutes; the least is 30. Choose a longer time.",
        ),
        (
            at(MONDAY, 8, 30),
            at(MONDAY, 17, 30),
            "booking.too_long",
            "The time chosen has 540 minutes; the most is 240. Choose a shorter time, "
            "or book more than once.",
        ),
        (
            at(MONDAY, 9, 10),
            at(MONDAY, 10, 10),
            "booking.off_grid",
            "Times begin and end on a grid of 30 minutes from midnight. Choose times on it.",
        ),
        (
            at(MONDAY, 9) + timedelta(seconds=30),
            at(MONDAY, 10) + timedelta(seconds=30),
            "booking.off_grid",
            "Times begin and end on a grid of 30 minutes from midnight. Choose times on it.",
        ),
        (
            at(date(2026, 5, 6), 9),
            at(date(2026, 5, 6), 10),
            "booking.too_far",
            "It is booked at most 60 days ahead, now up to 2026-04-30. "
            "Choose that day or an earlier one, or come back later.",
        ),
        (
            at(date(2026, 2, 27), 9),
            at(date(2026, 2, 27), 10),
            "booking.past",
            "2026-02-27 09:00 is past. Choose a time ahead.",
        ),
    ],
)
def test_what_cannot_be_booked_is_refused(start: datetime, end: datetime, code: str, said: str) -> None:
    with refused(code, said):
        ensure_bookable(OFFICE, start, end, NOW, NOTICES)


def test_the_edges_of_hours_and_days_ahead_belong_to_them() -> None:
    ensure_bookable(OFFICE, at(MONDAY, 8, 30), at(MONDAY, 12), NOW, NOTICES)
    ensure_bookable(OFFICE, at(MONDAY, 13), at(MONDAY, 17), at(MONDAY, 13), NOTICES)
    last = NOW.date() + timedelta(days=60)
    ensure_bookable(OFFICE, at(last, 9), at(last, 10), NOW, NOTICES)
    # The same moments on another clock are the same.
    ensure_bookable(OFFICE, at(MONDAY, 9).astimezone(UTC), at(MONDAY, 10).astimezone(UTC), NOW, NOTICES)


def test_every_objection_is_found() -> None:
    sunday = date(2026, 2, 1)
    found = opening.objections(OFFICE, at(sunday, 9, 10), at(sunday, 9, 50), NOW, NOTICES)
    assert [one.code for one in found] == ["booking.past", "booking.off_grid", "booking.closed"]


def test_a_weekend_day_that_is_worked_is_open_and_a_holiday_is_not() -> None:
    assert day_hours(OFFICE, date(2026, 2, 28), NOTICES) == WORK  # a Saturday worked for the Spring Festival
    assert day_hours(OFFICE, date(2026, 2, 17), NOTICES) == ()  # a Tuesday of the festival
    late = OFFICE.model_copy(update={"hours": {**OFFICE.hours, "fri": ((600, 720),)}, "worked_as": "fri"})
    assert day_hours(late, date(2026, 2, 28), NOTICES) == ((600, 720),)
    holiday = OFFICE.model_copy(update={"on_holidays": True})
    assert day_hours(holiday, date(2026, 2, 17), NOTICES) == WORK
    assert day_hours(holiday, date(2026, 2, 21), NOTICES) == ()  # a Saturday of it has a Saturday's hours


def test_a_use_crosses_midnight_where_both_sides_are_open() -> None:
    start, end = at(MONDAY, 22), at(MONDAY, 26)
    ensure_bookable(ALWAYS, start, end, NOW, NOTICES)
    evening = Opening(hours={"mon": ((1200, DAY_MINUTES),), "tue": ((0, 60),)})
    ensure_bookable(evening, at(MONDAY, 23), at(MONDAY, 25), NOW, NOTICES)
    ensure_bookable(evening, at(MONDAY, 22), at(MONDAY, 24), NOW, NOTICES)  # up to 24:00
    assert [one.code for one in opening.objections(evening, start, end, NOW, NOTICES)] == ["booking.closed"]


def test_a_year_without_its_notice_is_not_guessed() -> None:
    soon = at(date(2026, 12, 30), 9)
    said = (
        "The public holidays of 2027 are not entered yet, and none of its days can be booked. "
        "Choose an earlier day, or wait for the notice."
    )
    with refused("booking.unannounced", said):
        ensure_bookable(OFFICE, at(date(2027, 1, 4), 9), at(date(2027, 1, 4), 10), soon, NOTICES)
    ensure_bookable(ALWAYS, at(date(2026, 12, 31), 23), at(date(2027, 1, 1), 2), soon, NOTICES)
    ensure_bookable(OFFICE, at(date(2026, 12, 31), 15), at(date(2026, 12, 31), 17), soon, NOTICES)
    days = (date(2026, 12, 31), date(2027, 1, 6))
    assert {span.start.date() for span in free(OFFICE, [], days, 60, soon, NOTICES)} == {days[0]}


def test_free_keeps_the_margins_of_both_uses_apart() -> None:
    rules = Opening(hours={"mon": ((480, 720),)}, before_minutes=15, after_minutes=30)
    taken = [opening.busy(rules, at(MONDAY, 9, 30), at(MONDAY, 10))]  # 09:15 to 10:30
    found = free(rules, taken, (MONDAY, date(2026, 3, 3)), 30, NOW, NOTICES)
    assert [f"{span.start:%H:%M}" for span in found] == ["08:00", "11:00", "11:30"]
    touching = Opening(hours={"mon": ((480, 660),)})
    found = free(
        touching, [Span(at(MONDAY, 9), at(MONDAY, 10))], (MONDAY, date(2026, 3, 3)), 60, NOW, NOTICES
    )
    assert [f"{span.start:%H:%M}" for span in found] == ["08:00", "10:00"]
    found = free(touching, [], (MONDAY, date(2026, 3, 3)), 60, at(MONDAY, 9) + timedelta(seconds=1), NOTICES)
    assert [f"{span.start:%H:%M}" for span in found] == ["09:30", "10:00"]


def test_free_refuses_a_length_that_is_never_booked() -> None:
    days = (MONDAY, date(2026, 3, 3))
    with refused(
        "booking.off_grid", "Times begin and end on a grid of 30 minutes from midnight. Choose times on it."
    ):
        free(OFFICE, [], days, 45, NOW, NOTICES)
    said = "The time chosen has 480 minutes; the most is 240. Choose a shorter time, or book more than once."
    with refused("booking.too_long", said):
        free(OFFICE, [], days, 480, NOW, NOTICES)
    with pytest.raises(
        BadSpec, match=r"^the days from 2026-03-02 up to 2026-03-02 hold none; the last is not counted\.$"
    ):
        free(OFFICE, [], (MONDAY, MONDAY), 60, NOW, NOTICES)


def test_a_booking_is_given_back_and_moved_up_to_its_last_moment() -> None:
    start = at(MONDAY, 9)
    last = opening.last_cancel(OFFICE, start)
    assert last == at(date(2026, 3, 1), 9)
    opening.ensure_may_move(OFFICE, start, last)
    said = (
        "It could be moved until 2026-03-01 09:00. It can still be cancelled, for the fee that the rules set."
    )
    with refused("booking.move_late", said):
        opening.ensure_may_move(OFFICE, start, last + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (
            {"hours": {"mon": [[480, 400]]}},
            "hours = {'mon': [[480, 400]]}: it should be of stretches in order within 0 to 1440 minutes; "
            "look at 'mon'.",
        ),
        (
            {"hours": {"mon": [[480, 700], [690, 800]]}},
            "hours = {'mon': [[480, 700], [690, 800]]}: it should be of stretches in order within 0 to 1440 "
            "minutes; look at 'mon'.",
        ),
        (
            {"hours": {"sun": [[480, 1441]]}},
            "hours = {'sun': [[480, 1441]]}: it should be of stretches in order within 0 to 1440 minutes; "
            "look at 'sun'.",
        ),
        (
            {"grid_minutes": 30, "least_minutes": 40, "most_minutes": 50},
            "most_minutes = 50: it should be at least 60, the first length on the grid.",
        ),
        ({"advance": 3}, "advance: there is no such key. Did you mean advance_days?"),
    ],
)
def test_faulty_hours_are_named(document: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(f'the opening hours have 1 fault:{chr(10)}  {fault}')}$"):
        opening.opening(document)


def test_hours_survive_json() -> None:
    assert opening.opening(OFFICE.model_dump(mode="json")) == OFFICE


@st.composite
def hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    ends = sorted(draw(st.sets(st.integers(0, 96).map(lambda n: n * 15), min_size=0, max_size=6)))
    if draw(st.booleans()):
        ends = [0, *(end for end in ends if 0 < end < DAY_MINUTES), DAY_MINUTES]
    return tuple(zip(ends[::2], ends[1::2], strict=False))


RULES = st.builds(
    Opening,
    hours=st.dictionaries(st.sampled_from(WEEKDAYS), hours()),
    on_holidays=st.booleans(),
    worked_as=st.sampled_from(WEEKDAYS),
    grid_minutes=st.sampled_from([15, 30, 60]),
    least_minutes=st.sampled_from([1, 60]),
    most_minutes=st.sampled_from([120, 480, 3000]),
    advance_days=st.integers(0, 6),
    before_minutes=st.sampled_from([0, 10, 45]),
    after_minutes=st.sampled_from([0, 10, 45]),
)
DAYS = st.sampled_from([date(2026, 2, 13), date(2026, 2, 26), date(2026, 9, 30), date(2026, 12, 30)])


@settings(max_examples=60)
@given(RULES, DAYS, st.integers(1, 40), st.integers(0, 3), st.data())
def test_what_is_free_is_what_can_be_booked_and_overlaps_nothing(
    rules: Opening, day: date, quarters: int, before: int, data: st.DataObject
) -> None:
    minutes = -(-max(quarters * 15, rules.least_minutes) // rules.grid_minutes) * rules.grid_minutes
    minutes = min(minutes, rules.most_minutes // rules.grid_minutes * rules.grid_minutes)
    now = (
        at(day, 9, 15) - timedelta(days=before) + timedelta(seconds=data.draw(st.sampled_from([0, 30, 120])))
    )
    # On the grid as often as off it, so that what only touches is met as well.
    seconds = st.integers(-86_400, 3 * 86_400) | st.integers(-96, 288).map(lambda quarter: quarter * 900)
    taken = [
        Span(at(day, 0) + timedelta(seconds=start), at(day, 0) + timedelta(seconds=start + length))
        for start, length in data.draw(st.lists(st.tuples(seconds, st.integers(1, 20_000)), max_size=4))
    ]
    found = free(rules, taken, (day, day + timedelta(days=2)), minutes, now, NOTICES)
    length = timedelta(minutes=minutes)
    every = [at(day, 0) + timedelta(minutes=15 * n) for n in range(2 * 96)]
    expected = [
        Span(start, start + length)
        for start in every
        if not opening.objections(rules, start, start + length, now, NOTICES)
        and not any(opening.busy(rules, start, start + length).overlaps(span) for span in taken)
    ]
    assert found == expected


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
def test_every_day_of_the_clock_has_a_whole_day(day: date) -> None:
    midnight, following = at(day, 0).astimezone(UTC), at(day + timedelta(days=1), 0).astimezone(UTC)
    assert following - midnight == timedelta(minutes=DAY_MINUTES)
