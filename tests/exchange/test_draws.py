"""Draws: claims paid in a quarter, once, by a seed that anybody can compute, and all risk hits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from heban.exchange.acts import cases, draws, payouts, redemptions
from heban.exchange.desk import By
from heban.exchange.models import DailyHead, Notice
from heban.exchange.reading.cases import drawn, periods
from heban.exchange.rules.sampling import seed
from tests.exchange.desks import AUDITOR, NOW, PLATFORM, Base
from tests.exchange.voucher_desk import Desk, days, made, refused

APRIL = datetime(2026, 3, 31, 16, tzinfo=UTC)
"""The first moment after the first quarter in Shanghai."""
CLOCK = By("system", APRIL)


def paid(desk: Desk, count: int) -> list[int]:
    """Claims that were paid in the first quarter."""
    found = []
    for number in range(count):
        hold = desk.served(10_000)
        claim = redemptions.draft(desk.by("provider"), hold=hold, claimed_fen=10_000)["redemption"]
        redemptions.submit(desk.by("provider"), redemption=claim)
        redemptions.pass_county(desk.by("county"), redemption=claim)
        redemptions.pass_region(desk.by("region"), redemption=claim)
        redemptions.approve(By("system", NOW + days(15)), redemption=claim)
        payouts.pay(
            desk.by("finance", days(16)), redemption=claim, payer="330421", reference=f"B{number}", fen=10_000
        )
        found.append(int(claim))
    Notice.objects.all().update(sent_at=NOW)
    return found


@pytest.fixture
def head(base: Base) -> str:
    """The head of the quarter's last day, as if the audit had been kept then."""
    digest = sha256(b"the audit of that day").hexdigest()
    DailyHead.objects.create(day=date(2026, 3, 31), events=1, digest=digest, at=APRIL)
    return digest


def test_a_share_is_drawn_by_the_published_seed_and_once_for_all(base: Base, head: str) -> None:
    desk = made(base, audit_sample_bp=5_000)
    claims = paid(desk, 3)
    said = draws.draw(CLOCK, period="2026Q1")
    said_seed = seed("2026Q1", head)
    order = sorted(claims, key=lambda one: sha256(f"{said_seed}\n{one}".encode()).digest())
    assert said == {"period": "2026Q1", "seed": said_seed, "random": sorted(order[:2]), "risk": []}
    assert draws.draw(By("system", APRIL + timedelta(days=1)), period="2026Q1") == said
    assert drawn("2026Q1") == said
    assert periods() == ["2026Q1"]
    notices = Notice.objects.filter(sent_at=None).order_by("person")
    assert [one.person_id for one in notices] == [AUDITOR, desk.people["auditor"]]
    for one in notices:
        assert (one.code, one.values) == ("audit.drawn", {"count": 2, "period": "2026Q1"})
        assert one.subject_id == min(order[:2])


def test_what_a_case_names_is_audited_besides(base: Base, head: str) -> None:
    desk = made(base, audit_sample_bp=0)
    claims = paid(desk, 2)
    cases.open_case(CLOCK, kind="split", words="拆单", parties=[1], subjects=[("redemption", claims[1])])
    late = By("system", APRIL + timedelta(days=5))
    assert draws.draw(late, period="2026Q1")["risk"] == [], "the case came after the quarter"
    cases.open_case(By("system", NOW), kind="x", words="x", parties=[1], subjects=[("redemption", claims[0])])
    assert draws.draw(late, period="2026Q1")["risk"] == [claims[0]]


def test_one_that_is_both_counts_as_drawn_by_chance(base: Base, head: str) -> None:
    desk = made(base, audit_sample_bp=10_000)
    (claim,) = paid(desk, 1)
    cases.open_case(By("system", NOW), kind="x", words="x", parties=[1], subjects=[("redemption", claim)])
    assert draws.draw(CLOCK, period="2026Q1")["random"] == [claim]


def test_what_was_not_paid_in_the_quarter_is_not_drawn(base: Base) -> None:
    desk = made(base, audit_sample_bp=10_000)
    paid(desk, 1)
    DailyHead.objects.create(day=date(2025, 12, 31), events=1, digest="0" * 64, at=NOW)
    assert draws.draw(CLOCK, period="2025Q4") == {"period": "2025Q4", "seed": None, "random": [], "risk": []}


def test_no_draw_before_the_quarter_is_over(base: Base, head: str) -> None:
    en = "2026Q1 is not over; claims are drawn from 2026-04-01 on. Draw then."
    with refused("draw.not_over", en, "2026Q1 尚未结束，须自 2026-04-01 起抽查。请届时再抽。"):
        draws.draw(By("system", APRIL - timedelta(microseconds=1)), period="2026Q1")


def test_a_head_that_was_not_taken_is_taken_for_the_draw(base: Base) -> None:
    draws.draw(CLOCK, period="2026Q1")
    assert DailyHead.objects.get().day == date(2026, 3, 31)


def test_nobody_draws_by_hand(base: Base) -> None:
    with refused("access.denied"):
        draws.draw(By(f"person:{PLATFORM}", APRIL), period="2026Q1")


@pytest.mark.parametrize("period", ["2026Q5", "26Q1", "2026-03", ""])
def test_a_period_is_a_quarter(period: str) -> None:
    with refused("draw.period", f"{period} is no quarter. Write a year and a quarter, as 2026Q1."):
        draws.quarter(period)


@pytest.mark.parametrize("number", range(4))
def test_the_quarter_before_ends_where_this_one_begins(number: int) -> None:
    begins, ends = draws.quarter(f"2026Q{number + 1}")
    assert draws.quarter(draws.quarter_before(begins))[1] == begins
    assert draws.quarter_before(ends) == f"2026Q{number + 1}"
