"""Prices by hand: who is what to an owner, which tier counts, and what it comes to."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.exchange.rules.prices import (
    CLASSES,
    Party,
    Tier,
    UserClass,
    overlapping,
    price,
    tier,
    user_class,
)
from tests.exchange.rules.refusing import refused

LAB = Party("lab", "310104")
DELTA = ("310000", "320000", "330000", "340000")
DAY = date(2026, 3, 2)
TIERS = [
    Tier("staff", "internal", "hour", 5_000),
    Tier("city", "region", "hour", 12_000, until=date(2026, 7, 1)),
    Tier("city new", "region", "hour", 15_000, since=date(2026, 7, 1)),
    Tier("all", "commercial", "hour", 20_000),
    Tier("near", "delta", "sample", 30_000),
]


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (Party("lab", "330421"), "internal"),  # a branch office is still the organisation
        (Party("friend", "110108"), "partner"),
        (Party("firm", "310118"), "region"),
        (Party("firm", "340500"), "delta"),
        (Party("firm", "110108"), "commercial"),
    ],
)
def test_classes_of_users(user: Party, expected: UserClass) -> None:
    assert user_class(user, LAB, ["friend"], DELTA) == expected


def test_the_delta_is_for_owners_that_lie_in_it() -> None:
    assert user_class(Party("firm", "340500"), Party("lab", "110108"), (), DELTA) == "commercial"
    assert user_class(Party("firm", "340500"), LAB) == "commercial"


def test_the_tier_of_a_day_and_class_with_the_next_farther_one_for_want_of_it() -> None:
    assert tier(TIERS, "lab", "region", "hour", date(2026, 6, 30)).id == "city"
    assert tier(TIERS, "lab", "region", "hour", date(2026, 7, 1)).id == "city new"
    assert tier(TIERS, "lab", "partner", "hour", DAY).id == "city"
    assert tier(TIERS, "lab", "delta", "hour", DAY).id == "all"
    assert tier(TIERS, "lab", "internal", "sample", DAY).id == "near"


def test_no_price_is_no_free_service() -> None:
    said = (
        "There is no price of lab for all other users, by the sample, on 2026-03-02. "
        "Ask the provider for a quote."
    )
    with refused("prices.none", said):
        tier(TIERS, "lab", "commercial", "sample", DAY)


def test_the_origin_of_a_price() -> None:
    found = price(TIERS, "lab", "region", "hour", 125, DAY)
    assert (found.fen, found.tier.id, found.user_class) == (25_000, "city", "region")
    assert found.origin.zh == "本省用户价 120.00 元/小时 × 125 分钟 = 250.00 元"
    samples = price(TIERS, "lab", "delta", "sample", 3, DAY)
    assert samples.origin.en == (
        "price for users of the group of provinces, CNY 300.00 per sample × 3 = CNY 900.00"
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: tier([*TIERS, Tier("too", "commercial", "hour", 1)], "lab", "delta", "hour", DAY),
            "the prices all, too are all for commercial by the hour on 2026-03-02; end all but one.",
        ),
        (
            lambda: price(TIERS, "lab", "region", "hour", 0, DAY),
            "the amount is 0 and must be a whole number, 1 or more.",
        ),
        (
            lambda: Tier("x", "region", "hour", -1),
            "the price 'x' is -1 and must be a whole number of fen, 0 or more.",
        ),
        (
            lambda: Tier("x", "vip", "day", 1),  # type: ignore[arg-type]
            "the price 'x' is for 'vip' by the 'day'; classes are internal, partner, region, delta, "
            "commercial, units hour, sample, job.",
        ),
        (
            lambda: Tier("x", "region", "hour", 1, DAY, DAY),
            "the price 'x' ends on 2026-03-02, no later than it begins; "
            "the last day is not counted and must come after the first.",
        ),
    ],
)  # fmt: skip
def test_faulty_prices(make: object, said: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        make()  # type: ignore[operator]


def test_prices_that_overlap_are_found_at_the_door() -> None:
    assert overlapping(TIERS) == []
    assert overlapping([*TIERS, Tier("b", "region", "hour", 1, date(2026, 6, 30), date(2026, 7, 2))]) == [
        ("b", "city"),
        ("b", "city new"),
    ]


@given(st.integers(0, 10**7), st.integers(1, 5_000), st.integers(1, 5_000))
def test_splitting_a_booking_is_never_dearer_and_saves_less_than_a_fen(rate: int, a: int, b: int) -> None:
    tiers = [Tier("t", "commercial", "hour", rate)]
    one, other, whole = (price(tiers, "lab", "region", "hour", n, DAY).fen for n in (a, b, a + b))
    assert 0 <= whole - (one + other) <= 1


@given(st.sampled_from(list(CLASSES)), st.sets(st.sampled_from(list(CLASSES)), min_size=1))
def test_a_class_never_gets_the_price_of_a_nearer_one(of: UserClass, given_for: set[UserClass]) -> None:
    order = list(CLASSES)
    tiers = [Tier(one, one, "job", 1) for one in given_for]
    fit = [one for one in order[order.index(of) :] if one in given_for]
    if fit:
        assert tier(tiers, "lab", of, "job", DAY).user_class == fit[0]
    else:
        with pytest.raises(Exception, match=r"^There is no price of lab for "):
            tier(tiers, "lab", of, "job", DAY)
