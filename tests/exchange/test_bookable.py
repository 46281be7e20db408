"""What may be booked at all: by whom, when, of which asset, at which price."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange.acts import people
from heban.exchange.acts.booking import book, cancel, request
from heban.exchange.china import local
from heban.exchange.models import Booking
from heban.exchange.rules.refusals import Denial
from tests.exchange.desks import (
    MEMBER,
    NOW,
    OTHER_MEMBER,
    PLATFORM,
    Base,
    hour,
)
from tests.exchange.openings import FIRM, PROVIDER, asset, by, held, opened, refused


@pytest.fixture(autouse=True)
def desk(base: Base) -> Base:
    opened(base, 8 * 60, 22 * 60)
    return base


def test_a_suspended_asset_is_not_booked(desk: Base) -> None:
    number = held()
    asset(desk, state="suspended")
    for act in (lambda: held(4, 5), lambda: request(FIRM, booking=number)):
        refused(
            "booking.not_listed",
            "The asset is suspended, and only a listed one is booked. Choose another.",
            act,
            "该资源为“暂停”，只有开放的资源可以预约。请另选资源。",
        )


def test_an_asset_for_the_trained_is_booked_by_them(desk: Base) -> None:
    asset(desk, needs_training=True)
    refused(
        "booking.not_trained",
        "This asset is for those who were trained for it, and you were not, or no longer. "
        "Ask the provider for a training.",
        held,
        "该资源须培训后使用，您没有有效的培训记录。请先向机构申请培训。",
    )
    with desk.app() as app:
        app.execute(
            "INSERT INTO exchange_training (asset_id, person_id, since) VALUES (1, %s, '2026-01-01')",
            [MEMBER],
        )
    held()


def test_a_use_within_an_order_is_paid_for_by_its_quote() -> None:
    number = held(order=1)
    row = Booking.objects.get(pk=number)
    assert (row.order_id, row.price_fen, row.price_origin) == (1, None, None)
    people.give_role(by(PLATFORM), person=OTHER_MEMBER, organisation=3, role="firm_manager", since=NOW.date())
    refused(
        "booking.order",
        "Order 1 is not between you and the owner of this asset, or is accepted. Name one whose quote you "
        "took and that is not delivered.",
        lambda: book(by(OTHER_MEMBER), unit=1, taker=3, start=hour(4), end=hour(5), order=1),
        "订单 1 不是贵单位与该资源所属机构之间的订单，或处于“已接受”。请使用已接受报价且未交付的订单。",
    )


def test_without_a_price_nothing_is_booked(desk: Base) -> None:
    with desk.app() as app:
        app.execute("UPDATE exchange_pricetier SET until = '2026-02-01'")
    refused(
        "prices.none",
        "There is no price of 电子显微镜 for users of the group of provinces, by the hour, on 2026-03-02. "
        "Ask the provider for a quote.",
        held,
    )
    assert book(PROVIDER, unit=1, taker=2, start=hour(0), end=hour(1))["price_fen"] is None


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (hour(-2), hour(-1.9), "booking.too_short"), (hour(0.1), hour(1.1), "booking.off_grid"),
        (hour(-3), hour(-1), "booking.closed"), (hour(24 * 120), hour(24 * 120 + 1), "booking.too_far"),
        (NOW - timedelta(minutes=30), NOW + timedelta(minutes=30), "booking.past"),
    ],
)  # fmt: skip
def test_hours_grid_and_length_are_kept(start: datetime, end: datetime, code: str) -> None:
    with pytest.raises(Denial) as no:
        book(FIRM, unit=1, taker=1, start=start, end=end)
    assert no.value.code == code


@pytest.mark.parametrize("ends", [hour(0), hour(2)])
def test_a_time_that_is_none_is_refused(ends: datetime) -> None:
    with pytest.raises(Denial) as no:
        book(FIRM, unit=1, taker=1, start=hour(2), end=ends)
    said = f"{local(ends):%Y-%m-%d %H:%M}"
    assert no.value.code == "booking.times"
    assert str(no.value) == (
        f"The end, {said}, is not after the start, 2026-03-03 12:00. Exchange or correct them."
    )
    assert no.value.zh == f"结束时间 {said} 不在开始时间 2026-03-03 12:00 之后。请对调或更正。"


def test_a_time_without_a_zone_is_none() -> None:
    with pytest.raises(
        BadSpec, match=r"^start and end need a time zone\. Give them one, as Asia/Shanghai\.$"
    ):
        book(FIRM, unit=1, taker=1, start=hour(0).replace(tzinfo=None), end=hour(1))


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(UnknownName, match=r"^there is no unit 9\. Look it up again\.$"):
        book(FIRM, unit=9, taker=1, start=hour(0), end=hour(1))
    with pytest.raises(UnknownName, match=r"^there is no organisation 99\. Look it up again\.$"):
        book(FIRM, unit=1, taker=99, start=hour(0), end=hour(1))
    with pytest.raises(UnknownName, match=r"^there is no booking 9\. Look it up again\.$"):
        cancel(by(MEMBER, reason="x"), booking=9)
