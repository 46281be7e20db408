"""Amounts by hand: the golden cases of the schemes, every cap by name, and what is redeemed."""

from __future__ import annotations

from typing import Any

import pytest

from heban.domain.errors import BadSpec
from heban.exchange.rules.paying import Payment, payee, payments, region_shares
from heban.exchange.rules.schemes import scheme
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.voucher import (
    BUCKETS,
    Bucket,
    BucketName,
    Evidence,
    hold,
    limits,
    redeem,
    redeemable,
    room,
)
from tests.exchange.rules.refusing import refused

AMPLE = {name: Bucket(10**12) for name in BUCKETS}
YUHUAN, ANHUI, AWARD, DOUBLE, PILOT = (
    scheme(code).terms
    for code in (
        "yuhuan",
        "anhui_instruments",
        "anhui_instruments_provider",
        "double_innovation",
        "yrd_pilot",
    )
)


def left(**rooms: int) -> dict[BucketName, Bucket]:
    return {name: Bucket(10**9, 10**9 - rooms[name]) if name in rooms else AMPLE[name] for name in BUCKETS}


@pytest.mark.parametrize(
    ("terms", "yuan", "expected", "binding"),
    [
        (YUHUAN, 9_999, 9_999, "share"),  # below 10,000 in full
        (YUHUAN, 10_000, 5_000, "share"),  # from 10,000 on the share of the scheme
        (YUHUAN, 60_000, 20_000, "application"),
        (ANHUI, 100_000, 20_000, "share"),
        (ANHUI, 20_000_000, 4_000_000, "share"),
        (AWARD, 12_345_678, 2_469_135.6, "share"),  # of last year's rental income
        (DOUBLE, 1_000, 500, "share"),
        (PILOT, 53_400, 26_700, "share"),
    ],
)
def test_golden_amounts_of_the_schemes(terms: Terms, yuan: int, expected: float, binding: str) -> None:
    shown = room(terms, yuan * 100, AMPLE)
    assert (shown.amount_fen, shown.binding.name) == (expected * 100, binding)


@pytest.mark.parametrize(
    ("terms", "price", "binding", "amount"),
    [
        (PILOT, 100_000_000, "firm", 30_000_000),
        (ANHUI, 2_000_000_000, "firm", 200_000_000),
        (AWARD, 3_000_000_000, "firm", 500_000_000),
    ],
)
def test_a_fresh_year_is_bound_by_the_cap_of_the_firm(
    terms: Terms, price: int, binding: str, amount: int
) -> None:
    fresh = {
        name: Bucket(limit)
        for name, limit in limits(terms.model_copy(update={"region_budget_fen": 10**12})).items()
    }
    shown = room(terms, price, fresh)
    assert (shown.binding.name, shown.amount_fen) == (binding, amount)


CAPPED = Terms(per_application_cap_fen=4_000_000, provider_year_cap_fen=10**9)


@pytest.mark.parametrize(
    ("buckets", "terms", "message"),
    [
        (
            AMPLE,
            CAPPED.model_copy(update={"per_application_cap_fen": None}),
            "share: At the scheme's share of 50 % the voucher pays at most CNY 50,000.00; asked for are "
            "CNY 60,000.00. Ask for CNY 50,000.00 or less.",
        ),
        (
            AMPLE,
            CAPPED,
            "application: One application is paid at most CNY 40,000.00; asked for are CNY 60,000.00, and "
            "CNY 40,000.00 can be had. Ask for less, or apply again.",
        ),
        (
            left(firm=500),
            CAPPED,
            "firm: Of the firm's CNY 10,000,000.00 for the year CNY 5.00 is left; asked for are "
            "CNY 60,000.00. Ask for less, or wait for the next year.",
        ),
        (
            left(controller=400, firm=500),
            CAPPED,
            "controller: Of the CNY 10,000,000.00 for all firms of one controller CNY 4.00 is left "
            "this year; asked for are CNY 60,000.00. Ask for less, or wait for the next year.",
        ),
        (
            left(budget=0),
            CAPPED,
            "budget: Of the region's budget of CNY 10,000,000.00 CNY 0.00 is left this year; asked for are "
            "CNY 60,000.00. Ask for less, or wait for more budget.",
        ),
        (
            left(provider=1),
            CAPPED,
            "provider: Of the provider's CNY 10,000,000.00 for the year CNY 0.01 is left; asked for are "
            "CNY 60,000.00. Ask for less, or choose another provider.",
        ),
    ],
)
def test_the_binding_cap_is_named_and_the_hold_never_shrunk(
    buckets: dict[BucketName, Bucket], terms: Terms, message: str
) -> None:
    name, said = message.split(": ", 1)
    with refused(f"voucher.{name}", said):
        hold(terms, 10_000_000, 6_000_000, buckets)


def test_the_price_binds_where_other_money_is_taken_off() -> None:
    terms = Terms(ratio_bp=10_000, double_funding="net")
    shown = room(terms, 10_000, AMPLE, 4_000)
    assert (shown.amount_fen, shown.eligible_fen) == (6_000, 6_000)
    assert hold(terms, 10_000, 6_000, AMPLE, 4_000) == 6_000
    assert room(terms, 10_000, AMPLE, 20_000).amount_fen == 0


def test_exactly_the_room_can_be_had_and_a_fen_more_cannot() -> None:
    assert hold(Terms(), 10_000_001, 5_000_000, AMPLE) == 5_000_000
    said = (
        "At the scheme's share of 50 % the voucher pays at most CNY 50,000.00; asked for are "
        "CNY 50,000.01. Ask for CNY 50,000.00 or less."
    )
    with refused("voucher.share", said):
        hold(Terms(), 10_000_001, 5_000_001, AMPLE)


def test_nothing_is_not_held() -> None:
    with refused("voucher.nothing_asked", "The amount asked for is 0. Ask for more than 0."):
        hold(Terms(), 10_000, 0, AMPLE)


def test_a_limit_lowered_below_what_is_held_leaves_no_room() -> None:
    assert Bucket(100, 80, 40).room_fen == 0


def test_limits_of_a_year() -> None:
    budget = {"region_budget_fen": 10**9}
    assert limits(scheme("shanghai").terms.model_copy(update=budget), team=True) == {
        "firm": 10_000_000,
        "budget": 10**9,
    }
    assert limits(ANHUI.model_copy(update=budget)) == {
        "firm": 200_000_000,
        "budget": 10**9,
    }
    with pytest.raises(BadSpec, match=r"^the terms have no budget of the region; set region_budget_fen\.$"):
        limits(ANHUI)


def test_a_bucket_that_the_terms_need_must_be_given_and_others_are_not_looked_at() -> None:
    said = r"^the bucket 'controller' is missing; the terms cap it, so give what is left of it\.$"
    with pytest.raises(BadSpec, match=said):
        room(Terms(), 100, {"firm": Bucket(1), "budget": Bucket(1)})
    assert room(YUHUAN, 10_000, left(controller=0, provider=0)).amount_fen == 10_000


@pytest.mark.parametrize("price", [1.5, -1, True, "100"])
def test_only_whole_fen_are_a_price(price: Any) -> None:
    with pytest.raises(BadSpec, match=r"^the price is .* and must be a whole number of fen, 0 or more\.$"):
        room(Terms(), price, AMPLE)


@pytest.mark.parametrize(
    ("terms", "held", "evidence", "amount", "binding"),
    [
        # 通用: the firm paid all of it
        (
            PILOT.model_copy(update={"mode": "tongyong"}),
            50_000,
            Evidence(100_000, (100_000,), (100_000,)),
            50_000,
            "hold",
        ),
        (Terms(mode="tongyong"), 50_000, Evidence(100_000, (60_000, 30_000), (100_000,)), 45_000, "share"),
        (Terms(mode="tongyong"), 50_000, Evidence(100_000, (100_000,), (50_000,)), 25_000, "share"),
        # 通兑: the firm paid its own half, and what is held counts with it
        (Terms(mode="tongdui"), 50_000, Evidence(100_000, (100_000,), (50_000,)), 50_000, "hold"),
        (Terms(mode="tongdui"), 50_000, Evidence(100_000, (100_000,), (20_000,)), 35_000, "share"),
        (Terms(mode="tongdui"), 50_000, Evidence(80_000, (100_000,), (50_000,)), 40_000, "share"),
        # 玉环: a smaller price falls under full cover, but never above what is held
        (YUHUAN, 600_000, Evidence(900_000, (900_000,), (900_000,)), 600_000, "hold"),
        (YUHUAN, 600_000, Evidence(500_000, (900_000,), (900_000,)), 500_000, "share"),
    ],
)
def test_what_is_redeemed(terms: Terms, held: int, evidence: Evidence, amount: int, binding: str) -> None:
    shown = redeemable(terms, held, evidence)
    assert (shown.amount_fen, shown.binding.name) == (amount, binding)
    assert redeem(terms, held, amount, evidence) == (amount, held - amount)


def test_a_claim_above_the_evidence_names_what_binds() -> None:
    said = (
        "Claimed are CNY 500.00; the limit “the scheme's share of the price” allows CNY 450.00. "
        "Claim CNY 450.00."
    )
    with refused("redemption.above", said):
        redeem(Terms(mode="tongyong"), 50_000, 50_000, Evidence(100_000, (90_000,), (100_000,)))
    said = "Claimed are CNY 500.01; the limit “the amount held” allows CNY 500.00. Claim CNY 500.00."
    with refused("redemption.above", said):
        redeem(Terms(mode="tongyong"), 50_000, 50_001, Evidence(100_002, (100_002,), (100_002,)))


def test_without_evidence_nothing_is_redeemed() -> None:
    said = (
        "Nothing can be redeemed: the least of contract, invoices and payments is CNY 0.00. "
        "Add what is missing."
    )
    with refused("redemption.nothing", said):
        redeem(Terms(), 50_000, 50_000, Evidence(100_000, (), (50_000,)))


def test_who_pays_what_in_both_modes() -> None:
    firm, provider = "310110", "320412"
    tongyong = DOUBLE.model_copy(update={"mode": "tongyong"})
    assert payee(tongyong) == "firm"
    assert payments(tongyong, 200_000, 100_000, 100_000, firm, provider) == [
        Payment("purchase", "firm", "provider", 200_000),
        Payment("payout", firm, "firm", 66_667),
        Payment("payout", provider, "firm", 33_333),
    ]
    assert payments(DOUBLE, 200_000, 100_000, 100_000, firm, provider) == [
        Payment("purchase", "firm", "provider", 100_000),
        Payment("payout", firm, "provider", 66_667),
        Payment("payout", provider, "provider", 33_333),
    ]
    with pytest.raises(BadSpec, match=r"^paid 3, held 2, price 1 fen: what is paid is within what is held, "):
        payments(DOUBLE, 1, 2, 3, firm, provider)


def test_regions_that_carry_a_voucher() -> None:
    assert region_shares(DOUBLE, 100_000, "310110", "320412") == {"310110": 66_667, "320412": 33_333}
    assert region_shares(DOUBLE, 100_000, "310110", "310110") == {"310110": 100_000}
    assert region_shares(PILOT, 100_000, "310118", "330421") == {"310118": 100_000}
