"""A unit's week as it is read: by its owner, by a user, and by others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from heban.domain.errors import BadSpec, Refused, UnknownName
from heban.exchange.acts import assets, calendars
from heban.exchange.acts.booking import book
from heban.exchange.reading import calendar
from tests.exchange.desks import MEMBER, OTHER_MEMBER, PROVIDER_MEMBER, STRANGER, Base, hour
from tests.exchange.openings import FIRM, PROVIDER, by, opened

TUESDAY = date(2026, 3, 3)


@pytest.fixture(autouse=True)
def booking(base: Base) -> int:
    opened(base, 600, 720)
    calendars.add_units(PROVIDER, asset=1, count=1)
    number: int = book(FIRM, unit=1, taker=1, start=hour(0), end=hour(1))["booking"]
    return number


def test_a_week_is_told_with_what_is_still_free(booking: int) -> None:
    said = calendar.unit(FIRM, 1, TUESDAY, days=1, minutes=60)
    assert said["days"] == [{"day": "2026-03-03", "hours": [[600, 720]]}]
    assert said["free"] == [{"start": "2026-03-03T11:00:00+08:00", "end": "2026-03-03T12:00:00+08:00"}]
    assert said["taken"] == [
        {
            "start": "2026-03-03T10:00:00+08:00", "end": "2026-03-03T11:00:00+08:00", "booking": booking,
            "state": "held", "purpose": "use", "taker": 1, "taker_name": "某企业",
            "use": ["2026-03-03T10:00:00+08:00", "2026-03-03T11:00:00+08:00"],
        }
    ]  # fmt: skip
    assert len(calendar.unit(FIRM, 2, TUESDAY, days=1)["free"]) == 4


@pytest.mark.parametrize("person", [OTHER_MEMBER, STRANGER])
def test_others_see_that_it_is_taken_and_not_by_whom(person: int) -> None:
    (taken,) = calendar.unit(by(person), 1, TUESDAY)["taken"]
    assert taken == {"start": "2026-03-03T10:00:00+08:00", "end": "2026-03-03T11:00:00+08:00"}


def test_the_owner_sees_by_whom() -> None:
    assert calendar.unit(PROVIDER, 1, TUESDAY)["taken"][0]["taker"] == 1


def test_every_free_use_can_be_booked_and_none_that_is_taken() -> None:
    for one in calendar.unit(FIRM, 1, TUESDAY, days=3, minutes=120)["free"]:
        from datetime import datetime

        start, end = (datetime.fromisoformat(one[name]) for name in ("start", "end"))
        book(FIRM, unit=1, taker=1, start=start, end=end)
    assert calendar.unit(FIRM, 1, TUESDAY, days=3, minutes=120)["free"] == []


def test_a_suspended_assets_calendar_is_read_by_those_it_concerns() -> None:
    assets.suspend(by(PROVIDER_MEMBER, reason="故障"), asset=1)
    assert calendar.unit(PROVIDER, 1, TUESDAY)["free"] == []
    with pytest.raises(Refused, match="This is not yours to do or to read"):
        calendar.unit(by(STRANGER), 1, TUESDAY)


def test_ones_own_bookings_and_their_prices(booking: int) -> None:
    for person in (MEMBER, PROVIDER_MEMBER):
        (row,) = calendar.mine(by(person))
        assert (row["booking"], row["name"], row["price_fen"]) == (booking, "电子显微镜", 12_000)
        assert calendar.booking(by(person), booking)["price_origin"]["class"] == "delta"
    assert calendar.mine(by(OTHER_MEMBER)) == []
    with pytest.raises(Refused, match="This is not yours to do or to read"):
        calendar.booking(by(OTHER_MEMBER), booking)
    assert calendar.mine(FIRM, since=hour(1) + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"number": 9}, UnknownName, "there is no unit 9. Look it up again."),
        ({"number": 1, "days": 0}, BadSpec, "0 days are asked for; ask for 1 to 62."),
    ],
)
def test_what_cannot_be_read_is_said(said: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as no:
        calendar.unit(FIRM, first=TUESDAY, **said)
    assert str(no.value) == message
