"""Publicity of claims: what somebody objects stops the money, and only the clock approves."""

from __future__ import annotations

import pytest

from heban.exchange.acts import redemptions
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import (
    Objection,
    Redemption,
)
from tests.exchange.claim_desk import OVER, case, published
from tests.exchange.desks import ACT, NOW, STRANGER, Base
from tests.exchange.rows import step
from tests.exchange.voucher_desk import Desk, days, made, refused, sound, stands


@pytest.fixture
def desk(base: Base) -> Desk:
    return made(base, payer_weights=[2, 1])


def test_an_objection_stops_the_money_until_it_is_answered(desk: Desk) -> None:
    number = published(desk)
    with refused("reason.missing"):
        redemptions.oppose(desk.by("other_firm"), redemption=number, words=" ")
    with refused("state.actor"):
        redemptions.oppose(By(f"person:{STRANGER}", NOW), redemption=number, words="假的")
    with refused(
        "redemption.publicity_over",
        "Publicity ended on 2026-03-09, and no objection is taken after it. Tell the auditors what you know.",
        "公示已于 2026-03-09 结束，不再受理异议。如有线索请向审计人反映。",
    ):
        redemptions.oppose(desk.by("other_firm", OVER), redemption=number, words="假的")
    redemptions.oppose(desk.by("other_firm", days(1)), redemption=number, words="服务未做")
    with refused("state.event"):
        redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)
    redemptions.overrule(desk.by("region", days(2), reason="查有报告"), redemption=number)
    assert Objection.objects.get().finding == "查有报告"
    assert str(Redemption.objects.get().published_until) == "2026-03-11"
    with refused("redemption.not_yet"):
        redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)
    redemptions.approve(By(SYSTEM, NOW + OVER + days(2)), redemption=number)
    sound()


def test_an_objection_that_stands_ends_the_claim(desk: Desk) -> None:
    number = published(desk)
    redemptions.oppose(desk.by("other_firm"), redemption=number, words="服务未做")
    redemptions.reject(desk.by("region", reason="属实"), redemption=number)
    assert Objection.objects.get().finding == "属实"
    assert stands() == {}
    sound()


def test_only_the_clock_approves(desk: Desk) -> None:
    number = published(desk)
    with refused("state.actor"):
        redemptions.approve(desk.by("region", OVER), redemption=number)
    redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)
    with refused("state.event"):
        redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)


def test_what_a_case_looks_into_is_not_approved(desk: Desk) -> None:
    number = published(desk)
    about = case(desk, number, "hearing")
    with refused("case.open"):
        redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)
    with desk.base.app(autocommit=False) as app:
        app.execute(ACT + step("case", about, "closed_clean", 4))
    assert redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)["state"] == "approved"
