"""The firm's way: from nothing to an account, a quota, a booking with its price, an order on a voucher."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from heban.exchange.china import uscc_check_digit
from tests.web.desk.axes import refused, sound

pytestmark = pytest.mark.browser

FIRST_17 = "91330421MA0WAYFM1"
MAIL, SECRET = "wang@luming.example", "guang-huo-yu-shan-26"
MORE = (
    "At the scheme's share of 50 % the voucher pays at most CNY 18,000.00; asked for are CNY 20,000.00. "
    "Ask for CNY 18,000.00 or less."
)
FIRM = "嘉善鹿鸣涂层技术有限公司"
PROVIDER, THING = "青浦示例分析测试中心（合成）", "场发射扫描电子显微镜（演示）"
ORDER = "涂层截面形貌与能谱分析"
LINES = (
    ("截面形貌观察", "3", "8,000", True),
    ("能谱分析", "3", "4,000", True),
    ("加急寄送", "1", "200", False),
)


def press(page: Page, name: str, role: Any = "button") -> None:
    """Press a button or follow a link of the page itself, by what stands on it."""
    page.locator("main").get_by_role(role, name=name, exact=True).click()


def registered(guest: Any) -> None:
    """Make an account, set its password by the link of the letter, and log in."""
    page = guest.page
    guest.go("")
    sound(guest)
    page.get_by_role("link", name="注册", exact=True).click()
    sound(guest)
    page.get_by_label("姓名").fill("王小路")
    page.get_by_label("电子邮箱").fill(MAIL)
    press(page, "发送链接")
    expect(page.locator("h1")).to_have_text("链接已发出")
    [letter] = [one for one in mail.outbox if one.to == [MAIL]]
    page.goto(re.findall(r"http\S+", str(letter.body))[0])
    sound(guest)
    page.get_by_label("新密码", exact=True).fill(SECRET)
    page.get_by_label("新密码确认").fill(SECRET)
    press(page, "设置密码")
    expect(page.get_by_role("status")).to_have_text("密码已设置，请用新密码登录。")
    page.get_by_label("电子邮箱").fill(MAIL)
    page.get_by_label("密码").fill(SECRET)
    press(page, "登录")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的工作台")


def founded(guest: Any) -> None:
    """Register the firm; a code whose check digit is wrong is refused, and says which it should be."""
    page, last = guest.page, uscc_check_digit(FIRST_17)
    press(page, "登记单位", "link")
    sound(guest)
    wrong = "0" if last != "0" else "1"
    page.get_by_label("统一社会信用代码").fill(FIRST_17 + wrong)
    page.get_by_label("单位名称").fill(FIRM)
    page.get_by_label("单位类型").select_option("企业")
    page.get_by_label("登记所在地").select_option(label="嘉善县 (330421)")
    press(page, "登记单位")
    expect(page.locator(".field.wrong")).to_contain_text(f"校验位为 {wrong}，应为 {last}")
    refused(guest, 400)
    sound(guest)
    page.get_by_label("统一社会信用代码").fill(FIRST_17 + last)
    press(page, "登记单位")
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRM)
    expect(page.locator("main")).to_contain_text("嘉兴市 · 嘉善县")
    sound(guest)
    guest.shot("way-firm-1-registered")


FIGURES = {
    "职工总数": "48", "科技人员": "16", "年销售收入（元）": "36,000,000", "资产总额（元）": "24,000,000",
    "研发费用（元）": "2,200,000", "Ⅰ类知识产权（项）": "1", "Ⅱ类知识产权（项）": "3",
    "出处": "2025 年度审计报告",
}  # fmt: skip
"""Of a firm that passes the national test: 20 of 20, 50 of 50 and 30 of 30 points."""


def declared(guest: Any) -> None:
    """Declare the last year, and see what the test says of it and what is still missing."""
    page = guest.page
    press(page, "填报年度数据", "link")
    sound(guest)
    for label, value in FIGURES.items():
        page.get_by_label(label, exact=True).fill(value)
    press(page, "填报年度数据")
    expect(page.get_by_role("row", name="年销售收入（元）")).to_contain_text("36,000,000.00 元")
    press(page, "查看券种", "link")
    offer = page.get_by_role("article").filter(has_text="长三角科技创新券")
    expect(offer).to_contain_text("科技型中小企业评价 通过")
    expect(offer).to_contain_text("100 / 100")
    expect(offer).to_contain_text("暂不符合条件")
    expect(offer).to_contain_text("待所在区县或省市审核人认定后，即可在此申请。")
    sound(guest)


def recognised(county: Any) -> None:
    """The county's reviewer recognises the firm, by what it declared."""
    page = county.page
    page.get_by_role("link", name="审核", exact=True).click()
    row = page.get_by_role("listitem").filter(has_text=FIRM)
    expect(row).to_contain_text("100 / 100")
    sound(county)
    county.shot("way-firm-2-recognise")
    row.get_by_role("link", name="认定受益类型").click()
    page.get_by_label("依据").fill("科技型中小企业入库登记编号 202633042108000123")
    sound(county)
    press(page, "认定受益类型")
    expect(page.get_by_role("status")).to_contain_text("已办理")


def granted(guest: Any, officers: tuple[Any, ...]) -> None:
    """Apply for the year's quota; the county passes it and the region grants it, each from their desk."""
    page = guest.page
    page.reload()
    offer = page.get_by_role("article").filter(has_text="长三角科技创新券")
    expect(offer).to_contain_text("可以申请")
    offer.get_by_role("link", name="申请额度").click()
    expect(page.locator(".about")).to_contain_text(FIRM)
    sound(guest)
    press(page, "申请额度")
    expect(page.get_by_role("status")).to_have_text("已办理：申请额度")
    expect(page.locator("dl.facts").first).to_contain_text("企业 · 科技型中小企业")
    sound(guest)
    for officer, step in zip(officers, ("区县通过", "授予额度"), strict=True):
        officer.page.get_by_role("link", name="审核", exact=True).click()
        card = officer.page.get_by_role("article").filter(has_text=FIRM)
        expect(card).to_contain_text("100 / 100")
        sound(officer)
        officer.shot(f"way-firm-3-{step}")
        card.get_by_role("button", name=step).click()
    page.reload()
    expect(page.locator("main")).to_contain_text("剩余 300,000.00 元")
    sound(guest)
    guest.shot("way-firm-4-quota")


def booked(guest: Any) -> None:
    """Find what is free next week where the voucher pays, see price and share, ask for two hours of it."""
    page = guest.page
    press(page, "查找仪器", "link")
    page.get_by_label("您需要什么？").fill("扫描电子显微镜")
    press(page, "查找")
    expect(page.get_by_role("heading", name="共 3 项")).to_be_visible()
    press(page, "下周空闲且可用我的券", "link")
    expect(page.locator(".find-row")).to_have_count(1)
    expect(page.locator(".find-row")).to_contain_text("贵单位的券：最高付 50 %")
    sound(guest)
    guest.shot("way-firm-5-found")
    press(page, THING, "link")
    page.get_by_label("时长").select_option("2 小时")
    press(page, "显示")
    expect(page.get_by_role("row", name="区域内用户")).to_contain_text("240.00 元 / 小时")
    sound(guest)
    monday = page.locator(".find-day").filter(has_text="9月21日 周一")
    monday.get_by_role("link").filter(has_text="13:00").click()
    why = page.locator(".why").first
    expect(why).to_contain_text("区域内用户价 240.00 元/小时 × 120 分钟 = 480.00 元")
    expect(why).to_contain_text("贵单位与该资源同在长三角（沪苏浙皖）。")
    expect(page.locator(".find-share dd")).to_have_text(["240.00 元", "240.00 元"])
    sound(guest)
    guest.shot("way-firm-6-price")
    press(page, "占住此时段")
    press(page, "申请预约")
    expect(page.locator(".lead")).to_contain_text("9月21日 周一 13:00")
    expect(page.locator(".lead")).to_contain_text("待确认")
    sound(guest)


def ordered(guest: Any) -> None:
    """Begin an order at that provider from the booking's page, and hand it in."""
    page = guest.page
    press(page, "下单", "link")
    expect(page.locator(".about")).to_contain_text(PROVIDER)
    expect(page.locator(".about")).to_contain_text(THING)
    sound(guest)
    page.get_by_label("订单名称").fill(ORDER)
    page.get_by_label("需求说明").fill("三个截面样，各测形貌与能谱。")
    press(page, "新建订单")
    sound(guest)
    press(page, "提交给服务机构")
    expect(page.locator(".parties .state")).to_have_text("已提交")


def quoted(lab: Any) -> None:
    """The provider gives a quote from its desk: two lines that a voucher may pay for, one that it may not."""
    page = lab.page
    press(page, ORDER, "link")
    press(page, "报价", "link")
    for at, (what, many, each, pays) in enumerate(LINES):
        line = page.locator("fieldset .line").nth(at)
        line.get_by_label("内容").fill(what)
        line.get_by_label("数量").fill(many)
        line.get_by_label("单价（元）").fill(each)
        line.get_by_label("可用券").set_checked(pays)
    page.get_by_label("适用券种").select_option(label="长三角科技创新券（青浦、吴江、嘉善、马鞍山试点）")
    sound(lab)
    lab.shot("way-firm-7-quote")
    press(page, "报价")
    expect(page.get_by_role("row", name="合计")).to_contain_text("36,200.00 元")


def paid(guest: Any) -> None:
    """See what the voucher pays and what binds; more is refused in both languages; take the quote with it."""
    page = guest.page
    page.reload()
    expect(page.get_by_role("row", name="其中可用券")).to_contain_text("36,000.00 元")
    sound(guest)
    guest.shot("way-firm-8-quoted")
    press(page, "接受报价并用券", "link")
    expect(page.locator("dl.facts").first).to_contain_text("18,000.00 元")
    bound = page.get_by_role("row", name="支持比例 受限项")
    expect(bound).to_contain_text("50 % × 36,000.00 元")
    sound(guest)
    guest.shot("way-firm-9-voucher")
    _ask(guest, "申请用券金额（元）", "接受报价", "20,000")
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text(
        "按支持比例 50 % 最多可用 18,000.00 元，申请 20,000.00 元。请减至 18,000.00 元。"
    )
    expect(refusal).to_contain_text("voucher.share")
    refused(guest, 409)
    sound(guest)
    guest.shot("way-firm-10-refused")
    page.get_by_role("button", name="English").click()
    _ask(guest, "Amount asked of the voucher (CNY)", "Take the quote", "20,000")
    expect(refusal).to_contain_text(MORE)
    refused(guest, 409)
    _ask(guest, "Amount asked of the voucher (CNY)", "Take the quote", "18,000")
    expect(page.locator(".parties .state")).to_have_text("accepted")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("dl.facts dd.big").first).to_have_text("18,000.00 元")
    sound(guest)
    guest.shot("way-firm-11-accepted")


def _ask(guest: Any, label: str, button: str, yuan: str) -> None:
    guest.page.get_by_label(label).fill(yuan)
    press(guest.page, button)


def test_a_firm_goes_from_nothing_to_an_order_on_a_voucher(visitor: Callable[..., Any]) -> None:
    guest = visitor()
    registered(guest)
    founded(guest)
    declared(guest)
    county, region, elsewhere = map(visitor, ("county_reviewer", "region_reviewer", "shanghai_reviewer"))
    expect(county.page.locator("main")).to_contain_text(FIRM)
    expect(elsewhere.page.locator("main")).not_to_contain_text(FIRM)
    recognised(county)
    granted(guest, (county, region))
    booked(guest)
    ordered(guest)
    quoted(visitor("provider_manager"))
    paid(guest)
    assert not guest.said + county.said + region.said


def test_a_firm_books_with_a_price_in_two_minutes(visitor: Callable[..., Any]) -> None:
    firm = visitor("firm_manager", "en", "phone")
    page = firm.page
    sound(firm)
    page.get_by_label("What do you need?").fill("field emission")
    press(page, "Find")
    press(page, "Next week, free, our voucher pays", "link")
    found = page.locator(".find-row")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Your voucher: up to 50 %")
    sound(firm)
    firm.shot("way-firm-phone-1-found")
    press(page, "Field emission SEM (demo)", "link")
    sound(firm)
    firm.shot("way-firm-phone-2-calendar")
    tuesday = page.locator(".find-day").filter(has_text="Tue 22 Sep")
    tuesday.get_by_role("link").filter(has_text="10:00").click()
    expect(page.locator(".why").first).to_contain_text("× 60 minutes = CNY 240.00")
    expect(page.locator(".find-share dd")).to_have_text(["CNY 120.00", "CNY 120.00"])
    sound(firm)
    firm.shot("way-firm-phone-3-price")
    press(page, "Hold this time")
    press(page, "Ask for the booking")
    expect(page.locator(".lead .state")).to_have_text("requested")
    expect(page.locator("dd.big").first).to_have_text("CNY 240.00")
    sound(firm)
    firm.shot("way-firm-phone-4-asked")
