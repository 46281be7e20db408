"""The officers' way: a claim through different hands to the money, and the settlement between regions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import expect

from heban.exchange import deadlines
from heban.exchange.china import local
from heban.exchange.demo import cast, quarter, record
from heban.exchange.models import (
    Approval,
    Jurisdiction,
    Membership,
    Organisation,
    Person,
    Redemption,
    SettlementBatch,
)
from tests.web.desk.axes import refused, sound
from tests.web.desk.officers import beside_a_browser, done, no, press

__all__ = ["beside_a_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("beside_a_browser")]

TITLE = "高温涂层配方优化"
OBJECTION, ANSWER = "The report names another sample.", "经核查，报告样品编号与合同一致。"
APPROVED, QUARTER_OVER = datetime(2026, 9, 28, 2, tzinfo=UTC), datetime(2026, 10, 12, 2, tzinfo=UTC)
"""Mondays in Shanghai at ten: after the five workdays of publicity, and after the end of the quarter."""
PEOPLE = (
    ("own_reviewer", "office", "county_reviewer", "330421"),
    ("own_reviewer", "firm", "firm_member", ""),
    ("neighbour", "", "firm_manager", "340500"),
)
"""Who is needed beside the cast: their name, the seat they belong to, their role and its place."""


class Clock:
    """How far the clock of the module was put forward."""

    ahead = timedelta()

    def put_to(self, moment: datetime) -> None:
        """Put the clock forward to a moment, do what is due, and wait for nobody."""
        self.ahead += moment - timezone.now()
        report = deadlines.run(timezone.now())
        assert not report.failed, report.failed


@pytest.fixture(scope="module")
def clearing() -> Iterator[None]:
    """Rules under which the provider's region pays first and is paid back by a settlement, the only one."""
    usual = record._terms
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record, "_terms", lambda place: {**usual(place), "clearing": "cleared"})
        patch.setattr(quarter, "told", lambda *_: None)
        yield


@pytest.fixture(scope="module")
def site(clearing: None, site: str) -> str:
    """The demonstration, under those rules and with the people who are needed beside its cast."""
    for name, seat, role, place in PEOPLE:
        person, _made = Person.objects.get_or_create(
            name=name, email=cast.address(name), defaults={"password": make_password(cast.PASSWORD)}
        )
        _seat(person, seat, role, place)
    return site


@pytest.fixture(scope="module")
def clock(site: str) -> Iterator[Clock]:
    made, before = Clock(), timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: before() + made.ahead)
        yield made


def _seat(person: Any, seat: str, role: str, place: str) -> None:
    named = {"name": cast.SEATS[seat][3]} if seat else {"kind": "firm", "jurisdiction__code": place}
    area = Jurisdiction.objects.get(code=place) if seat and place else None
    since = local(timezone.now()).date() - timedelta(days=30)
    Membership.objects.create(
        person=person, organisation=Organisation.objects.filter(**named)[0], role=role, jurisdiction=area,
        valid=(since, None),
    )  # fmt: skip


def claim() -> Any:
    """The claim of the story, as it stands."""
    return Redemption.objects.get(hold__order__title=TITLE)


def looked_at(county: Any) -> None:
    """The county opens the queue, sees the papers side by side and what binds, and passes the claim."""
    county.page.get_by_role("link", name="审核", exact=True).click()
    sound(county)
    county.shot("way-officers-1-queue")
    county.page.get_by_role("link", name=re.compile(TITLE)).click()
    proofs = county.page.locator(".proofs > li")
    expect(proofs).to_have_count(4)
    expect(proofs).to_contain_text(["合同", "发票", "付款凭证", "服务结果"])
    expect(proofs.nth(1)).to_contain_text("48,000.00 元")
    with county.page.expect_download() as got:
        proofs.first.get_by_role("link").click()
    assert got.value.path().read_bytes().startswith(b"%PDF-")
    expect(county.page.locator("main")).to_contain_text("最多可兑付 24,000.00 元")
    sound(county)
    county.shot("way-officers-2-claim")
    press(county, "区县通过")
    done(county)


def own_case(own: Any, number: int) -> None:
    """An officer who belongs to the firm is offered nothing, and is refused who asks all the same."""
    own.go(f"claims/{number}")
    expect(own.page.locator(".next")).to_contain_text("您属于本申请的一方")
    expect(own.page.locator("main").get_by_role("button", name="区县通过")).to_have_count(0)
    sound(own)
    own.shot("way-officers-3-own-case")
    own.go(f"do/redemption.pass_county?redemption={number}")
    press(own, "区县通过")
    expect(own.page.locator(".refusal")).to_be_visible()
    refused(own, 409)


def four_eyes(county: Any, number: int) -> None:
    """Who passed it at the county holds the region's office too, and is told that another must go on."""
    _seat(Person.objects.get(email=cast.address("county_reviewer")), "office", "region_reviewer", "330000")
    county.go(f"claims/{number}")
    expect(county.page.locator(".next")).to_contain_text("您已在区县一级通过本申请，下一步须由另一人办理。")
    county.go(f"do/redemption.pass_region?redemption={number}")
    press(county, "省市通过并公示")
    no(county, "同一人不得经手同一事项的两个环节。请由另一人办理。")
    county.shot("way-officers-4-four-eyes")
    county.page.get_by_role("button", name="English").click()
    press(county, "Pass it into publicity")
    no(county, "Nobody may have a hand in one matter twice. Let another person do it.")


def objected(neighbour: Any, region: Any, number: int) -> None:
    """Somebody of another province objects in publicity, on a telephone; the region answers in writing."""
    page = neighbour.page
    neighbour.go("publicity")
    sound(neighbour)
    neighbour.shot("way-officers-5-publicity")
    page.locator(f"#claim-{number}").get_by_role("link", name="Object", exact=True).click()
    sound(neighbour)
    page.locator("textarea").first.fill(OBJECTION)
    press(neighbour, "Object")
    done(neighbour)
    assert claim().state == "objection"
    region.go(f"claims/{number}")
    expect(region.page.locator("main")).to_contain_text(OBJECTION)
    press(region, "异议不成立", "link")
    region.page.locator("textarea").first.fill(ANSWER)
    press(region, "异议不成立")
    done(region)
    expect(region.page.locator("main")).to_contain_text(ANSWER)
    sound(region)


def paid(finance: Any, number: int) -> None:
    """The finance office pays its part by the bank's reference; one that served is refused."""
    finance.go(f"claims/{number}")
    expect(finance.page.locator("main")).to_contain_text("各地区财务拨付各自承担的部分")
    press(finance, "登记拨付", "link")
    sound(finance)
    finance.page.get_by_label("银行流水号").fill("DEMO-2026-1")
    press(finance, "登记拨付")
    no(finance, "该银行流水号已使用过")
    finance.page.get_by_label("银行流水号").fill("ICBC-20260928-0007")
    press(finance, "登记拨付")
    done(finance)
    finance.go(f"claims/{number}")
    expect(finance.page.locator("main")).to_contain_text("ICBC-20260928-0007")
    sound(finance)
    finance.shot("way-officers-6-paid")


def test_a_claim_goes_through_many_hands_to_the_money(visitor: Callable[..., Any], clock: Clock) -> None:
    number, county = claim().pk, visitor("county_reviewer")
    own_case(visitor("own_reviewer"), number)
    looked_at(county)
    four_eyes(county, number)
    region = visitor("region_reviewer")
    region.page.get_by_role("link", name="审核", exact=True).click()
    region.page.get_by_role("link", name=re.compile(TITLE)).click()
    press(region, "省市通过并公示")
    done(region)
    assert (claim().state, claim().approved_fen) == ("publicity", 2_400_000)
    objected(visitor("neighbour", "en", "phone"), region, number)
    assert claim().state == "publicity"
    clock.put_to(APPROVED)
    assert claim().state == "approved", "the clock has approved it"
    paid(visitor("region_finance"), number)
    assert claim().state == "paid"
    hands = Approval.objects.get(subject="redemption", subject_id=number)
    assert len({hands.submitted_by_id, hands.county_by_id, hands.region_by_id, hands.paid_by_id}) == 4


def test_regions_settle_what_one_advanced_for_the_other(visitor: Callable[..., Any], clock: Clock) -> None:
    clock.put_to(QUARTER_OVER)
    platform, finance, other = (visitor(one) for one in ("platform", "region_finance", "shanghai_finance"))
    platform.page.get_by_role("link", name="清算", exact=True).click()
    expect(platform.page.get_by_role("row", name="嘉善县")).to_contain_text("24,000.00 元")
    sound(platform)
    press(platform, "新开清算批次")
    press(platform, "锁定批次")
    done(platform)
    batch = SettlementBatch.objects.get()
    assert (batch.name, batch.state) == ("2026Q3", "frozen")
    for who in (finance, other):
        who.go("settlement")
        press(who, "2026Q3", "link")
        expect(who.page.locator("main")).to_contain_text(batch.digest)
        sound(who)
        if (region := who.page.locator("select[name=region]")).count():
            region.select_option(index=region.locator("option").count() - 1)
        press(who, "确认明细")
        done(who)
    finance.page.reload()
    finance.page.get_by_label("银行流水号").fill("ICBC-20261012-0101")
    sound(finance)
    finance.shot("way-officers-7-settlement")
    press(finance, "登记付款")
    expect(finance.page.locator("main")).to_contain_text("银行回单已覆盖全部转账，可以办结清算。")
    press(finance, "清算完毕", "link")
    press(finance, "清算完毕")
    done(finance)
    batch.refresh_from_db()
    assert batch.state == "settled"
