"""The laboratory's way: a booking confirmed, an order quoted, signed, served, accepted, paid and claimed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.desk.axes import refused, sound
from tests.web.desk.test_way_firm import press

pytestmark = pytest.mark.browser

ORDER, SIGNED = "截面形貌分析", "涂层附着力检测"
"""Orders of the demonstration: one that waits for its quote, one whose contract the firm has not signed."""
SCHEME = "长三角科技创新券（青浦、吴江、嘉善、马鞍山试点）"
SAMPLE, LAST_DAY = "LM-01", "2026-10-30"


def home(who: Any) -> Page:
    """Go to one's desk by the way that leads there."""
    way = {"zh-hans": "我的工作台", "en": "My desk"}[who.language]
    who.page.get_by_role("navigation").get_by_role("link", name=way, exact=True).click()
    page: Page = who.page
    return page


def to_order(who: Any, title: str) -> Page:
    """Go to an order that waits, from one's desk."""
    page = home(who)
    press(page, title, "link")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page


def stands(who: Any, state: str) -> None:
    """See in which state the order is."""
    expect(who.page.locator(".parties .state").first).to_have_text(state)


def paper(who: Any, kind: str, name: str, number: str = "", yuan: str = "") -> None:
    """Hand in a paper of the order that is shown."""
    page, text = who.page, f"%PDF-1.4\n% {name}\n%%EOF\n"
    up, what, file, numbered, amount, hand_in = PAPER[who.language]
    page.locator("main").get_by_role("link", name=up, exact=True).first.click()
    page.get_by_label(what).select_option(kind)
    page.get_by_label(file, exact=True).set_input_files(
        {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": text.encode()}
    )
    if number:
        page.get_by_label(numbered).fill(number)
        page.get_by_label(amount).fill(yuan)
    sound(who)
    press(page, hand_in)
    expect(page.get_by_role("link", name=f"{name}.pdf").first).to_be_visible()


PAPER = {
    "zh-hans": ("上传材料", "材料类型", "文件", "发票号或付款凭证号", "金额（元）", "上传"),
    "en": (
        "Hand in a paper", "What it is", "File", "Number of the invoice or payment", "Amount (CNY)",
        "Hand it in",
    ),
}  # fmt: skip


def confirmed(lab: Any) -> None:
    """Confirm the booking that waits: the price and why it is that stand there."""
    page = lab.page
    sound(lab)
    lab.shot("way-lab-1-desk")
    press(page, "场发射扫描电子显微镜（演示） · 2026年9月23日 周三 10:00", "link")
    expect(page.locator(".why").nth(1)).to_have_text("区域内用户价 240.00 元/小时 × 120 分钟 = 480.00 元")
    sound(lab)
    press(page, "确认预约")
    expect(page.locator(".lead .state")).to_have_text("已确认")
    sound(lab)
    lab.shot("way-lab-2-confirmed")


def agreed(lab: Any, firm: Any) -> None:
    """Quote; the firm takes the quote with half of it on a voucher; both sign the same file."""
    page = to_order(lab, ORDER)
    press(page, "报价", "link")
    line = page.locator("fieldset .line").first
    for label, value in (("内容", "截面形貌"), ("数量", "1"), ("单价（元）", "16,000")):
        line.get_by_label(label).fill(value)
    page.get_by_label("适用券种").select_option(label=SCHEME)
    press(page, "报价")
    stands(lab, "已报价")
    theirs = to_order(firm, ORDER)
    press(theirs, "接受报价并用券", "link")
    expect(theirs.get_by_label("申请用券金额（元）")).to_have_value("8,000.00")
    press(theirs, "接受报价")
    stands(firm, "已接受")
    page.reload()
    paper(lab, "合同", "检测服务合同")
    press(page, "签署合同", "link")
    page.get_by_label("服务最后日期").fill(LAST_DAY)
    sound(lab)
    press(page, "签署合同")
    expect(page.get_by_role("region", name="合同")).to_contain_text("对方尚未签署")
    theirs.reload()
    press(theirs, "签署合同", "link")
    expect(theirs.get_by_label("服务最后日期")).to_have_value(LAST_DAY)
    press(theirs, "签署合同")
    stands(firm, "已签约")
    expect(theirs.get_by_role("region", name="合同")).to_contain_text("2026年10月30日")
    sound(firm)
    firm.shot("way-lab-3-signed")


def examined(lab: Any, second: Any, firm: Any) -> None:
    """The sample comes, is tested by one and verified by another: nobody verifies what they tested."""
    theirs = firm.page
    press(theirs, "登记样品", "link")
    for label, value in (("样品编号（本单位）", SAMPLE), ("样品名称", "截面镶样"), ("数量", "1 件")):
        theirs.get_by_label(label).fill(value)
    press(theirs, "登记样品")
    press(theirs, "寄出", "link")
    expect(theirs.locator(".about")).to_contain_text(f"{SAMPLE} · 截面镶样")
    theirs.get_by_label("快递单号").fill("SF1234567890")
    press(theirs, "寄出")
    page = to_order(lab, ORDER)
    press(page, "收样", "link")
    page.get_by_label("实验室编号").fill("QP-2026-0001")
    page.get_by_label("到样状态").fill("完好")
    sound(lab)
    press(page, "收样")
    press(page, "开工")
    stands(lab, "服务中")
    press(page, "开始检测")
    press(page, "复核")
    expect(page.get_by_role("alert")).to_contain_text("检测人不得复核自己的结果。请由机构的另一人复核。")
    refused(lab, 409)
    sound(lab)
    other = to_order(second, ORDER)
    press(other, "复核")
    expect(other.locator(".sample")).to_contain_text("已检测")


def delivered(lab: Any, firm: Any) -> None:
    """Without the result nothing is delivered; with it the firm accepts the work; both bring their papers."""
    page = to_order(lab, ORDER)
    expect(page.locator("main")).to_contain_text("请先上传服务结果，再交付。")
    expect(page.get_by_role("button", name="交付结果")).to_have_count(0)
    paper(lab, "服务结果", "截面形貌检测报告")
    press(page, "交付结果")
    expect(page.get_by_role("region", name="下一步")).to_contain_text("2026年9月30日")
    sound(lab)
    lab.shot("way-lab-4-delivered")
    theirs = to_order(firm, ORDER)
    press(theirs, "验收", "link")
    press(theirs, "验收")
    stands(firm, "已验收")
    paper(firm, "付款凭证", "银行付款回单", "PAY-2026-0916-01", "8,000")
    page.reload()
    paper(lab, "发票", "增值税发票", "FP-2026-0916-77", "16,000")
    expect(page.get_by_role("region", name="下一步")).to_contain_text("完结前尚缺：用券兑付。")
    sound(lab)
    lab.shot("way-lab-5-accepted")


def claimed(lab: Any) -> None:
    """Claim what the voucher pays: see every proof and the cap that binds, and hand it in."""
    page = lab.page
    press(page, "申请兑付")
    stands(lab, "草稿")
    proofs = page.locator(".proofs")
    for name in ("检测服务合同", "增值税发票", "银行付款回单", "截面形貌检测报告"):
        expect(proofs.get_by_role("link", name=f"{name}.pdf")).to_be_visible()
    expect(page.locator("main")).to_contain_text(
        "合同、发票、付款三项中最少的为 16,000.00 元，按计入金额的 50 % 支持。"
        "最多可兑付 8,000.00 元，受限项为“冻结额”。"
    )
    sound(lab)
    asked = page.get_by_label("申请兑付金额（元）")
    expect(asked).to_have_value("8,000.00")
    asked.fill("8,000.01")
    press(page, "提交兑付申请")
    expect(page.get_by_role("alert")).to_contain_text("依据“冻结额”最多兑付 8,000.00 元")
    refused(lab, 409)
    asked = page.get_by_label("申请兑付金额（元）")
    asked.fill("8,000")
    press(page, "提交兑付申请")
    stands(lab, "已提交")
    expect(page.get_by_role("region", name="下一步")).to_contain_text(
        "先由区县审核人审核，再由省市的另一人审核。"
    )
    sound(lab)
    lab.shot("way-lab-6-claimed")


def test_a_laboratory_goes_from_a_request_to_a_claim(visitor: Callable[..., Any]) -> None:
    lab, second, firm = visitor("provider_manager"), visitor("provider_member"), visitor("firm_manager")
    confirmed(lab)
    agreed(lab, firm)
    examined(lab, second, firm)
    delivered(lab, firm)
    claimed(lab)
    assert [one.said for one in (lab, second, firm)] == [[], [], []]


def test_a_laboratory_confirms_and_delivers_from_a_phone(visitor: Callable[..., Any]) -> None:
    firm, lab = visitor("firm_manager", "en", "phone"), visitor("provider_manager", "en", "phone")
    _asked_for(firm)
    page = home(lab)
    press(page, "Field emission SEM (demo) · 24 September 2026 Thu 14:00", "link")
    sound(lab)
    lab.shot("way-lab-phone-1-request")
    press(page, "Confirm the booking")
    expect(page.locator(".lead .state")).to_have_text("confirmed")
    _sampled(firm)
    page = to_order(lab, SIGNED)
    press(page, "Take it in", "link")
    page.get_by_label("Laboratory number").fill("QP-2026-0002")
    page.get_by_label("Condition on arrival").fill("sound")
    press(page, "Take it in")
    press(page, "Begin the work")
    stands(lab, "in service")
    press(page, "Send it back", "link")
    page.get_by_label("Waybill").fill("SF1111111111")
    press(page, "Send it back")
    paper(lab, "result of the service", "adhesion-report")
    press(page, "Deliver the result")
    stands(lab, "delivered")
    expect(page.get_by_role("region", name="What comes next")).to_contain_text("30 September 2026")
    sound(lab)
    lab.shot("way-lab-phone-2-delivered")


def _asked_for(firm: Any) -> None:
    """The firm asks for an hour."""
    page = firm.page
    page.get_by_label("What do you need?").fill("field emission")
    press(page, "Find")
    press(page, "Next week, free, our voucher pays", "link")
    press(page, "Field emission SEM (demo)", "link")
    thursday = page.locator(".find-day").filter(has_text="Thu 24 Sep")
    thursday.get_by_role("link").filter(has_text="14:00").click()
    press(page, "Hold this time")
    press(page, "Ask for the booking")
    expect(page.locator(".lead .state")).to_have_text("requested")


def _sampled(firm: Any) -> None:
    """The firm signs what the provider has signed, and sends a sample."""
    page = to_order(firm, SIGNED)
    press(page, "Sign the contract", "link")
    press(page, "Sign the contract")
    stands(firm, "contracted")
    press(page, "Register a sample", "link")
    for label, value in (("Your own code of the sample", "LM-02"), ("What the sample is", "a coated plate")):
        page.get_by_label(label).fill(value)
    press(page, "Register a sample")
    press(page, "Send it", "link")
    page.get_by_label("Waybill").fill("SF0987654321")
    sound(firm)
    press(page, "Send it")
    expect(page.get_by_role("status")).to_have_text("Done: Send it")
