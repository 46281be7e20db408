"""Opening hours, prices, trainings and closed times: who sets them, and what they are worth for bookings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from heban.domain.errors import BadSpec, Refused, UnknownName
from heban.exchange.acts import calendars
from heban.exchange.acts.booking import book, cancel
from heban.exchange.models import AssetUnit, Opening, PriceTier
from tests.exchange.desks import MEMBER, NOW, PROVIDER_MEMBER, STRANGER, Base, hour
from tests.exchange.openings import DELTA_FEN, FIRM, PROVIDER, by, opened

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def desk(base: Base) -> Base:
    opened(base)
    return base


def booked(start: float = 0) -> Any:
    return book(FIRM, unit=1, taker=1, start=hour(start), end=hour(start + 1))


def test_a_week_takes_the_place_of_the_one_before() -> None:
    said = calendars.open_week(PROVIDER, asset=1, week=[(1, 780, 1020), (1, 510, 720)])
    assert said == {"asset": 1, "hours": {"tue": [[510, 720], [780, 1020]]}}
    assert Opening.objects.count() == 2
    booked()
    with pytest.raises(Refused, match="on 2026-03-03 it is open: 08:30–12:00, 13:00–17:00"):
        booked(2)
    assert calendars.open_week(PROVIDER, asset=1, week=[])["hours"] == {}
    with pytest.raises(Refused, match="it is open: closed"):
        booked(5)


@pytest.mark.parametrize(
    ("week", "message"),
    [
        ([(7, 0, 60)], "the weekday is 7; give 0 for Monday to 6 for Sunday."),
        ([(0, 60, 0)], "of stretches in order within 0 to 1440 minutes; look at 'mon'"),
        ([(0, 0, 60), (0, 30, 90)], "of stretches in order within 0 to 1440 minutes; look at 'mon'"),
    ],
)  # fmt: skip
def test_hours_that_are_none_are_told(week: Any, message: str) -> None:
    with pytest.raises(BadSpec) as no:
        calendars.open_week(PROVIDER, asset=1, week=week)
    assert message in str(no.value)
    assert Opening.objects.count() == 7


@pytest.mark.parametrize("person", [MEMBER, STRANGER])
def test_only_its_owner_sets_an_assets_calendar(person: int) -> None:
    for act, said in (
        (calendars.open_week, {"asset": 1, "week": []}),
        (calendars.set_price, {"asset": 1, "user_class": "delta", "unit": "hour", "fen": 1, "since": TODAY}),
        (calendars.end_price, {"price": 1, "on": TODAY}),
        (calendars.train, {"asset": 1, "person": MEMBER, "since": TODAY}),
        (calendars.add_units, {"asset": 1, "count": 1}),
        (calendars.close_time, {"unit": 1, "start": hour(0), "end": hour(1)}),
    ):
        with pytest.raises(Refused, match="This is not yours to do"):
            act(by(person), **said)  # type: ignore[operator]


def price(since: date, fen: int = 9_000, **more: Any) -> int:
    said = {"asset": 1, "user_class": "delta", "unit": "hour", "fen": fen, "since": since, **more}
    number: int = calendars.set_price(PROVIDER, **said)["price"]
    return number


def test_a_new_price_ends_the_old_and_what_was_agreed_stays() -> None:
    before = booked()
    assert before["price_fen"] == DELTA_FEN
    price(TODAY + 2 * DAY)
    price(TODAY + DAY, 8_000)
    days = PriceTier.objects.filter(user_class="delta").order_by("since").values_list("since", "until", "fen")
    assert list(days) == [
        (date(2026, 1, 1), TODAY + DAY, DELTA_FEN), (TODAY + DAY, TODAY + 2 * DAY, 8_000),
        (TODAY + 2 * DAY, None, 9_000),
    ]  # fmt: skip
    assert booked(1)["price_fen"] == DELTA_FEN, "the price of the day on which it is booked"
    price(TODAY, 7_000)
    assert booked(2)["price_fen"] == 7_000


def test_prices_are_not_changed_in_the_past_nor_twice_on_a_day() -> None:
    with pytest.raises(
        Refused, match=r"^2026-03-01 is past; today is 2026-03-02\. Change a price from today"
    ):
        price(TODAY - DAY)
    price(TODAY)
    with pytest.raises(Refused, match="A price of this class and unit begins on that day already"):
        price(TODAY)
    with pytest.raises(UnknownName, match="no user class 'friend' in prices"):
        price(TODAY, user_class="friend")
    with pytest.raises(BadSpec):
        price(TODAY + DAY, -1)


def test_a_price_ends_on_a_day_and_the_next_class_pays_its_own() -> None:
    assert calendars.end_price(PROVIDER, price=2, on=TODAY) == {"price": 2, "until": "2026-03-02"}
    assert booked()["price_fen"] == 20_000
    with pytest.raises(Refused, match=r"^The price 2 holds from 2026-01-01 to 2026-03-02 and cannot end on"):
        calendars.end_price(PROVIDER, price=2, on=TODAY + DAY)


def test_a_training_is_written_and_ended() -> None:
    said = calendars.train(PROVIDER, asset=1, person=MEMBER, since=TODAY)
    with pytest.raises(Refused, match="A training of this person from that day on is written already"):
        calendars.train(PROVIDER, asset=1, person=MEMBER, since=TODAY)
    assert calendars.end_training(PROVIDER, training=said["training"], on=TODAY)["until"] == "2026-03-02"
    with pytest.raises(UnknownName, match=r"^there is no person 99\. Look it up again\.$"):
        calendars.train(PROVIDER, asset=1, person=99, since=TODAY)


def test_an_asset_serves_more_at_a_time() -> None:
    assert calendars.add_units(PROVIDER, asset=1, count=2)["units"] == [1, 2, 3, 4]
    assert list(AssetUnit.objects.order_by("no").values_list("no", flat=True)) == [1, 2, 3, 4]
    with pytest.raises(BadSpec, match=r"^0 units are to be added; give 1 or more\.$"):
        calendars.add_units(PROVIDER, asset=1, count=0)


def test_a_closed_time_keeps_users_out_until_it_is_cancelled() -> None:
    said = calendars.close_time(PROVIDER, unit=1, start=hour(0), end=hour(5))
    assert (said["state"], said["due"]) == ("confirmed", None)
    with pytest.raises(Refused, match="The unit is taken"):
        booked(2)
    cancel(by(PROVIDER_MEMBER, reason="修好"), booking=said["booking"])
    booked(2)
    with pytest.raises(Refused, match="The unit is taken"):
        calendars.close_time(PROVIDER, unit=1, start=hour(0), end=hour(5), purpose="blackout")
    with pytest.raises(UnknownName, match="no purpose 'use' in times"):
        calendars.close_time(PROVIDER, unit=1, start=hour(0), end=hour(5), purpose="use")
    with pytest.raises(Refused, match=r"^2026-03-02 08:00 is past\. Choose a time ahead\.$"):
        calendars.close_time(PROVIDER, unit=1, start=NOW - timedelta(hours=1), end=NOW)
