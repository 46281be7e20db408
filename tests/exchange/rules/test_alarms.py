"""Alarms by hand: each pattern just inside and just outside its limit, and keys that stay."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange.rules.alarms import Order, Thresholds, alarm, kinds
from heban.exchange.rules.dealing import concentration, dear_orders, split_orders
from heban.exchange.rules.refusals import placeholders
from heban.exchange.rules.traces import (
    Billed,
    Contact,
    Delivery,
    Payment,
    early_results,
    returned,
    shared_contacts,
    unmetered,
)

DAY = date(2026, 3, 1)
LIMIT = 1_000_000
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


def order(id: str, days: int = 0, **changes: object) -> Order:
    return replace(Order(id, DAY + timedelta(days=days), "f", "p", 990_000), **changes)  # type: ignore[arg-type]


def later(days: float) -> datetime:
    return NOON + timedelta(days=days)


def test_every_alarm_is_said_alike_in_both_languages() -> None:
    for kind, said in kinds().items():
        assert placeholders(said.zh) == placeholders(said.en), kind
        assert said.zh.endswith("。")
        assert said.en.endswith(".")


def test_split_orders_are_told_with_their_sum() -> None:
    (found,) = split_orders([order("2", 30), order("1"), order("3", 31)], LIMIT)
    assert (found.key, found.parties) == ("split:1", ("f", "p"))
    assert found.evidence == (("order", "1"), ("order", "2"))
    assert found.en == (
        "f placed 2 orders with p within 30 days, each just below CNY 10,000.00, under which the price is "
        "paid in full, CNY 19,800.00 in all. Check whether one order was split."
    )
    assert found.zh == (
        "f 在 30 天内向 p 下单 2 笔，均略低于全额支持线 10,000.00 元，合计 19,800.00 元。请核对是否拆单。"
    )


@pytest.mark.parametrize(
    "second",
    [
        order("2", 31),
        order("2", 1, fen=LIMIT),  # not below the limit
        order("2", 1, fen=799_999),  # far below it
        order("2", 1, provider="q"),
        order("2", 1, firm="g"),
        order("2", 1, voucher=False),
    ],
)
def test_what_is_not_split(second: Order) -> None:
    assert split_orders([order("1"), second], LIMIT) == []
    assert len(split_orders([order("1"), order("2", 1, fen=800_000)], LIMIT)) == 1
    assert split_orders([order("1"), order("2")], 0) == []  # nothing is paid in full


def test_a_provider_with_more_than_three_fifths_of_a_station() -> None:
    orders = [order(str(n), n, station="s", provider="p" if n < 6 else "q") for n in range(10)]
    assert concentration(orders) == []  # 6 of 10 is no more than 60 %
    (found,) = concentration(orders[:9])
    assert found.key == "concentration:s>p:2026"
    assert found.en == (
        "Of the 9 vouchers that s handled in 2026, p had 6, more than 60 %. Check that it recommends fairly."
    )
    assert [row.id for row in found.evidence] == ["0", "1", "2", "3", "4", "5"]
    assert concentration(orders[:4]) == []  # too few
    assert concentration([replace(one, station="") for one in orders[:9]]) == []
    assert concentration([replace(one, voucher=False) for one in orders[:9]]) == []


def test_an_order_dearer_than_twice_the_median_of_its_service() -> None:
    prices = [100, 100, 101, 102, 203]
    orders = [order(str(n), fen=fen, service="xrd") for n, fen in enumerate(prices)]
    (found,) = dear_orders(orders)  # the median is 101
    assert found.key == "price:4"
    assert found.en == (
        "The order 4 costs CNY 2.03 a unit, more than 2 times the median CNY 1.01 of the service xrd. "
        "Check what the quote rests on."
    )
    assert dear_orders([*orders[:4], replace(orders[4], fen=202)]) == []
    assert dear_orders([*orders[:4], replace(orders[4], fen=2_020, quantity=10)]) == []  # by the unit
    assert dear_orders(orders[1:]) == []  # four are too few
    assert dear_orders([replace(one, service="") for one in orders]) == []


def test_a_result_before_its_sample() -> None:
    early = Delivery("o", "s1", "f", "p", later(1), NOON)
    (found,) = early_results([early, replace(early, sample="s2", received=NOON)])
    assert found.en == (
        "The result of the order o was delivered at 2026-03-01 12:00, before the sample s1 was received "
        "at 2026-03-02 12:00. Check the custody of the sample."
    )
    assert early_results([replace(early, received=None), replace(early, delivered=None)]) == []


def test_hours_billed_without_the_meter() -> None:
    billed = Billed("b", "f", "p", 90, True, None)
    (found,) = unmetered([billed])
    assert found.zh == "预约 b 计费 90 分钟，但仪器没有开机记录。请核对是否使用。"
    assert unmetered([replace(billed, started=NOON)]) == []
    assert unmetered([replace(billed, metered=False), replace(billed, minutes=0)]) == []


def test_many_firms_with_one_contact() -> None:
    given_by = [
        Contact(org, "agent", name) for org, name in [("a", "Li Lei"), ("b", "li lei"), ("c", "LiLei")]
    ]
    (found,) = shared_contacts([*given_by, Contact("a", "agent", "Li Lei"), Contact("d", "email", "Li Lei")])
    assert found.key == "shared_contact:agent:lilei"
    assert found.zh == "3 家单位登记了同一经办人 lilei：a、b、c。请核对是否为同一方代办或控制。"
    assert shared_contacts(given_by[:2]) == []
    assert shared_contacts([Contact(org, "telephone", " - ") for org in "abc"]) == []  # nothing given
    more = shared_contacts([*given_by, Contact("d", "agent", "Li Lei")])
    assert [one.key for one in more] == [found.key]


def test_a_payment_that_came_back() -> None:
    paid = Payment("1", "f", "p", 100_000, NOON, "o")
    back = [Payment("2", "p", "f", 4_000, later(10)), Payment("3", "p", "f", 6_000, later(30))]
    (found,) = returned([*back, paid])
    assert [row.id for row in found.evidence] == ["1", "2", "3"]
    assert found.en == (
        "Of the payment 1 of f to p, CNY 1,000.00, CNY 100.00 came back within 30 days. Check why."
    )
    assert returned([paid, back[0]]) == []  # less than a tenth
    assert returned([paid, replace(back[1], at=later(30.01)), back[0]]) == []
    assert returned([paid, replace(back[1], fen=50_000, at=NOON)]) == []  # not after it
    assert returned([replace(paid, order=""), *back]) == []
    assert returned([paid, replace(back[1], payer="q", fen=50_000)]) == []
    assert returned([Payment("1", "f", "f", 1, NOON, "o"), Payment("2", "f", "f", 1, later(1))]) == []


ORDERS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.sampled_from("fgh"),
        st.sampled_from("pq"),
        st.sampled_from([850_000, 990_000]),
    ),
    max_size=25,
).map(
    lambda rows: [
        Order(f"{n:02d}", DAY + timedelta(days=day), firm, provider, fen, "xrd", "s")
        for n, (day, firm, provider, fen) in enumerate(sorted(rows))
    ]
)


@given(ORDERS, st.integers(0, 25), st.randoms(use_true_random=False))
def test_later_orders_and_another_order_of_rows_change_no_key(
    orders: list[Order], count: int, chance: random.Random
) -> None:
    mixed = list(orders)
    chance.shuffle(mixed)
    assert split_orders(mixed, LIMIT) == split_orders(orders, LIMIT)
    assert concentration(mixed) == concentration(orders)
    assert dear_orders(mixed) == dear_orders(orders)
    before = {one.key for one in split_orders(orders[:count], LIMIT)}
    assert before <= {one.key for one in split_orders(orders, LIMIT)}


@given(ORDERS)
def test_no_two_alarms_have_one_key(orders: list[Order]) -> None:
    keys = [one.key for one in (*split_orders(orders, LIMIT), *concentration(orders), *dear_orders(orders))]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Thresholds(contact_least=1), "contact_least is 1; one contact is shared by 2 or more."),
        (
            lambda: Thresholds(split_days=-1),
            "split_days is -1 and must be a whole number, 0 or more.",
        ),
        (lambda: order("1", quantity=0), "the order '1' is for 0 units and must be for 1 or more."),
        (
            lambda: order("1", fen=-1),
            "the price of the order '1' is -1 and must be a whole number of fen, 0 or more.",
        ),
    ],
)
def test_faulty_rows_and_thresholds(make: Callable[[], object], said: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        make()


def test_an_unknown_kind_is_our_own_fault() -> None:
    with pytest.raises(UnknownName, match=r"^no alarm 'splits' in the table of alarms\. Near names: split"):
        alarm("splits", "x", [], [])
