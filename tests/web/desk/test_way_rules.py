"""The officers' way through rules, budgets, a programme and other terms; the auditor's through the books."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from heban.exchange.demo import cast
from heban.exchange.demo.book import SCHEME
from heban.exchange.desk import By
from heban.exchange.models import BudgetBucket, Case, Person, Redemption, RuleSet
from heban.exchange.reading import programme
from heban.exchange.rules import money
from tests.web.desk.axes import refused, sound
from tests.web.desk.officers import beside_a_browser, done, no, press

__all__ = ["beside_a_browser"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("beside_a_browser")]


def test_rules_are_drafted_by_one_and_approved_by_another(visitor: Callable[..., Any]) -> None:
    first, second = visitor("region_reviewer"), visitor("second_reviewer")
    first.page.get_by_role("link", name="规则", exact=True).click()
    sound(first)
    first.page.get_by_role("link", name=re.compile("起草规则.*长三角科技创新券")).first.click()
    sound(first)
    first.page.get_by_label("所在地", exact=True).select_option("330400")
    first.page.get_by_label("生效日").fill("2026-12-01")
    first.page.get_by_label("地区年度预算（元）").fill("1,000,000")
    press(first, "起草规则")
    draft = RuleSet.objects.get(jurisdiction__code="330400")
    press(first, "修改草案", "link")
    first.page.get_by_label("支持比例（%）").fill("40")
    press(first, "修改草案")
    done(first)
    expect(first.page.locator("main")).to_contain_text("您起草或最后修改了该草案，须由另一人批准。")
    expect(first.page.get_by_role("row", name=re.compile("支持比例")).first).to_contain_text("40 %")
    sound(first)
    first.go(f"do/rule_set.approve?rule_set={draft.pk}")
    press(first, "批准生效")
    no(first, "规则 yrd_pilot 330400 2026-12-01 由您起草或最后修改，须由另一人批准。")
    first.shot("way-rules-8-own-draft")
    second.page.get_by_role("link", name="审核", exact=True).click()
    second.page.locator("main").get_by_role("link", name=re.compile("嘉兴市")).click()
    press(second, "批准生效", "link")
    press(second, "批准生效")
    done(second)
    draft.refresh_from_db()
    assert (draft.state, draft.drafted_by.name, draft.approved_by.name) == (
        "active", "省级审核人（演示）", "省级审核人乙（演示）"
    )  # fmt: skip
    second.shot("way-rules-9-in-force")


def test_a_budget_is_set_a_programme_read_and_other_terms_tried(visitor: Callable[..., Any]) -> None:
    region, number = visitor("region_reviewer"), Person.objects.get(email=cast.address("region_reviewer")).pk
    by = By(f"person:{number}", timezone.now())
    region.page.get_by_role("link", name="券种运行", exact=True).click()
    told = programme.programme(by, scheme=SCHEME, since=date(2026, 1, 1), until=date(2027, 1, 1))["total"]
    ordered = region.page.locator("dl.facts > div").filter(
        has=region.page.get_by_text("订单金额", exact=True)
    )
    expect(ordered.locator("dd")).to_have_text(money.told(told["ordered_fen"])[0])
    sound(region)
    region.shot("way-rules-10-programme")
    region.page.locator("main .steps").get_by_role("link", name="预算", exact=True).click()
    sound(region)
    region.page.get_by_role("link", name=re.compile("调整预算.*嘉善县")).click()
    region.page.get_by_label("年度预算（元）").fill("1")
    press(region, "调整预算")
    expect(region.page.locator(".refusal")).to_be_visible()
    refused(region, 409)
    region.page.get_by_label("年度预算（元）").fill("3,000,000")
    press(region, "调整预算")
    done(region)
    bucket = BudgetBucket.objects.get(kind="budget", jurisdiction__code="330421", year=2026)
    assert bucket.limit_fen == 300_000_000
    region.go("programme")
    press(region, "以这些订单试算其他条款", "link")
    region.page.get_by_label("支持比例（%）").fill("30")
    press(region, "开始试算")
    expect(region.page.get_by_role("heading", name="试算结果")).to_be_visible()
    sound(region)
    region.shot("way-rules-11-what-if")


def test_an_auditor_opens_alarms_a_case_and_the_books(visitor: Callable[..., Any]) -> None:
    auditor, firm = visitor("auditor", "en"), cast.SEATS["firm"]
    auditor.page.get_by_role("link", name="Cases", exact=True).click()
    auditor.page.locator("main").get_by_role("link", name="Alarms", exact=True).first.click()
    expect(auditor.page.get_by_role("heading", level=1)).to_have_text("Alarms")
    sound(auditor)
    auditor.go("do/case.open")
    auditor.page.locator("select[name=kind]").select_option("complaint")
    auditor.page.locator("[name=words]").fill("A letter says that the report was not delivered.")
    auditor.page.locator("[name='parties.0.party']").fill(firm[3])
    press(auditor, "Open a case")
    case = Case.objects.latest("pk")
    expect(auditor.page.get_by_role("heading", level=1)).to_contain_text(f"Case {case.pk}")
    sound(auditor)
    auditor.shot("way-rules-12-case")
    press(auditor, "Investigate", "link")
    press(auditor, "Investigate")
    done(auditor)
    case.refresh_from_db()
    assert case.state == "investigating"
    auditor.page.get_by_role("link", name="Auditing", exact=True).click()
    press(auditor, "Check the books now")
    expect(auditor.page.locator("main")).to_contain_text("All agree: caps, ledger, audit and heads.")
    auditor.page.get_by_label("Kind").select_option("redemption")
    auditor.page.get_by_label("Number").fill(str(Redemption.objects.latest("pk").pk))
    press(auditor, "Show")
    expect(auditor.page.locator("main")).to_contain_text("The chain holds")
    sound(auditor)
    auditor.shot("way-rules-13-audit")
