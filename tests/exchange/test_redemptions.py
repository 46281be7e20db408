"""Redemptions through the desk: claimed by the payee, seen by two offices, published and approved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heban.domain.errors import UnknownName
from heban.exchange.acts import payouts, redemptions, vouchers
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import (
    Approval,
    BudgetBucket,
    Hold,
    Notice,
    Payout,
    Redemption,
)
from heban.exchange.reading import vouchers as reading
from tests.exchange.claim_desk import OVER, F, Q, drafted, pay, published, submitted
from tests.exchange.desks import ACT, JIASHAN, NOW, STRANGER, Base
from tests.exchange.rows import last, row, step, steps
from tests.exchange.voucher_desk import Desk, days, made, moment, refused, seat, serve, sign, sound, stands


@pytest.fixture
def desk(base: Base) -> Desk:
    return made(base, payer_weights=[2, 1])


def test_the_whole_way_from_a_hold_to_the_money(desk: Desk) -> None:
    number = published(desk, 10_000, 9_000)
    row = Redemption.objects.get()
    assert (row.state, row.approved_fen, str(row.published_until)) == ("publicity", 9_000, "2026-03-09")
    assert reading.publicity(row.published_on)[0]["approved"].zh == "90.00 元"
    with refused(
        "redemption.not_yet",
        "Claim 1 is in publicity until 2026-03-09. It is approved by itself after that.",
        "兑付申请 1 公示至 2026-03-09，期满后自动核准。",
    ):
        redemptions.approve(By(SYSTEM, NOW + OVER - timedelta(seconds=1)), redemption=number)
    redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)
    assert stands() == {
        f"{F}:appropriation": -6_000, f"{F}:payable:2": 6_000,
        f"{Q}:appropriation": -3_000, f"{Q}:payable:2": 3_000,
    }  # fmt: skip
    assert pay(desk, number, F, 6_000)["still_to_pay"] == [Q]
    assert pay(desk, number, Q, 3_000)["state"] == "paid"
    assert stands() == {f"{F}:appropriation": -6_000, f"{Q}:appropriation": -3_000, "2:received": 9_000}
    hold = Hold.objects.get()
    assert (hold.state, hold.used_fen) == ("posted", 9_000)
    firm = BudgetBucket.objects.get(key="own:91330100799655058B")
    assert (firm.held_fen, firm.spent_fen) == (0, 9_000)
    hands = Approval.objects.get()
    assert len({hands.submitted_by_id, hands.county_by_id, hands.region_by_id, hands.paid_by_id}) == 4
    sound()


def test_in_the_general_mode_the_firm_claims_what_it_paid(base: Base) -> None:
    desk = made(base, mode="tongyong", review_levels=1)
    hold = desk.served(10_000, paid=20_000)
    with refused("access.denied"):
        redemptions.draft(desk.by("provider"), hold=hold, claimed_fen=10_000)
    number = int(redemptions.draft(desk.by("firm"), hold=hold, claimed_fen=10_000)["redemption"])
    redemptions.submit(desk.by("firm"), redemption=number)
    with refused(
        "redemption.one_level",
        "By its rules claim 1 has one level of review. Let the region's reviewer do it.",
        "兑付申请 1 按规则只审一级。请由省市审核人办理。",
    ):
        redemptions.pass_county(desk.by("county"), redemption=number)
    redemptions.pass_region(desk.by("region"), redemption=number)
    redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)
    pay(desk, number, F, 10_000)
    assert stands() == {f"{F}:appropriation": -10_000, "1:received": 10_000}
    sound()


def test_two_levels_are_not_skipped(desk: Desk) -> None:
    number = submitted(desk)
    with refused("state.event"):
        redemptions.pass_region(desk.by("region"), redemption=number)


@pytest.mark.parametrize("who", ["firm", "county", "finance", "other_firm", "platform"])
def test_a_claim_is_the_payees_own(desk: Desk, who: str) -> None:
    number = drafted(desk)
    for act in (redemptions.submit, redemptions.withdraw):
        with refused("access.denied"):
            act(desk.by(who), redemption=number)
    with refused("access.denied"):
        redemptions.submit(By(f"person:{STRANGER}", NOW), redemption=number)


def test_a_claim_waits_for_a_committed_hold_and_an_accepted_order(desk: Desk) -> None:
    held = desk.held(10_000)
    with refused(
        "redemption.hold_state",
        "The hold is held, and only a committed one is claimed. Sign the contract first.",
        "冻结处于“冻结”，只有已签约的冻结可以兑付。请先签约。",
    ):
        redemptions.draft(desk.by("provider"), hold=held, claimed_fen=1)
    order = Hold.objects.get().order_id
    sign(desk.base, order, 20_000)
    vouchers.commit(By(SYSTEM, NOW), hold=held, until=NOW.date())
    number = redemptions.draft(desk.by("provider"), hold=held, claimed_fen=10_000)["redemption"]
    with refused(
        "redemption.order_state",
        "The order is contracted; a claim is handed in after the firm has accepted the service. "
        "Have it accepted first.",
        "订单处于“已签约”，验收之后才能申请兑付。请先验收。",
    ):
        redemptions.submit(desk.by("provider"), redemption=number)
    serve(desk.base, order, 20_000, 10_000)
    assert redemptions.submit(desk.by("provider"), redemption=number)["state"] == "submitted"


@pytest.mark.parametrize("fen", [0, 10_001])
def test_no_more_is_claimed_than_is_held(desk: Desk, fen: int) -> None:
    hold = desk.served(10_000)
    with refused("hold.more_than_held"):
        redemptions.draft(desk.by("provider"), hold=hold, claimed_fen=fen)


def test_missing_papers_are_named(desk: Desk) -> None:
    held = desk.held(10_000)
    order = Hold.objects.get().order_id
    sign(desk.base, order, 20_000)
    vouchers.commit(By(SYSTEM, NOW), hold=held, until=NOW.date())
    number = redemptions.draft(desk.by("provider"), hold=held, claimed_fen=10_000)["redemption"]
    with desk.base.app(autocommit=False) as app:
        app.execute(
            ACT + steps("serviceorder", order, "in_service", "delivered", version=5)
            + step("serviceorder", order, "accepted_by_client", 8, accepted_on="2026-03-02")
        )  # fmt: skip
    with refused(
        "redemption.papers",
        "Papers are missing: invoice, proof of payment, result of the service. Add them, then hand the claim "
        "in.",
        "尚缺凭证：发票、付款凭证、服务结果。请上传后再提交。",
    ):
        redemptions.submit(desk.by("provider"), redemption=number)


def test_no_more_is_paid_than_the_papers_prove(desk: Desk) -> None:
    """The firm paid 60 of its 100 yuan: with the 100 held 160 are proven, and half of that is paid."""
    hold = desk.served(10_000, paid=6_000)
    number = redemptions.draft(desk.by("provider"), hold=hold, claimed_fen=8_001)["redemption"]
    with refused(
        "redemption.above",
        "Claimed are CNY 80.01; the limit “the scheme's share of the price” allows CNY 80.00. "
        "Claim CNY 80.00.",
        "申请兑付 80.01 元，依据“支持比例”最多兑付 80.00 元。请按 80.00 元申请。",
    ):
        redemptions.submit(desk.by("provider"), redemption=number)
    assert (
        redemptions.submit(desk.by("provider"), redemption=number, claimed_fen=8_000)["claimed_fen"] == 8_000
    )


def test_only_eligible_lines_of_the_contract_count(desk: Desk) -> None:
    order = desk.order(20_000, eligible=12_000)
    hold = vouchers.hold(desk.by("firm"), order=order, quota=desk.quota, asked_fen=6_000)["hold"]
    sign(desk.base, order, 20_000)
    vouchers.commit(By(SYSTEM, NOW), hold=hold, until=NOW.date())
    serve(desk.base, order, 20_000, 14_000)
    number = redemptions.draft(desk.by("provider"), hold=hold, claimed_fen=6_000)["redemption"]
    assert redemptions.submit(desk.by("provider"), redemption=number)["state"] == "submitted"


def test_a_service_that_is_wholly_paid_for_needs_no_payment_of_the_firm(base: Base) -> None:
    desk = made(base, full_cover_below_fen=20_000)
    hold = desk.served(10_000, price=10_000, paid=0)
    number = redemptions.draft(desk.by("provider"), hold=hold, claimed_fen=10_000)["redemption"]
    assert redemptions.submit(desk.by("provider"), redemption=number)["state"] == "submitted"


def test_a_claim_comes_within_its_window(desk: Desk) -> None:
    number = drafted(desk)
    with refused(
        "redemption.late", "The time to claim ended on 2026-05-31. The hold goes back to the budget."
    ):
        redemptions.submit(desk.by("provider", days(91)), redemption=number)
    assert redemptions.submit(desk.by("provider", days(90)), redemption=number)["state"] == "submitted"


def test_a_hold_is_claimed_once(desk: Desk) -> None:
    number = drafted(desk)
    with refused(
        "redemption.another",
        "This hold is claimed already, and is claimed once. Go on with that claim.",
        "该冻结已有兑付申请，只能申请一次。请使用已有申请。",
    ):
        redemptions.draft(desk.by("provider"), hold=1, claimed_fen=10_000)
    redemptions.withdraw(desk.by("provider"), redemption=number)
    assert redemptions.draft(desk.by("provider"), hold=1, claimed_fen=10_000)["redemption"] > number


def test_one_invoice_serves_one_claim_in_whichever_province(desk: Desk) -> None:
    """The number of an invoice and its file are of the whole platform, not of a place."""
    desk.served(10_000)
    other = desk.order(20_000, firm_id=3)
    sheet = {"order_id": other, "kind": "invoice", "fen": 20_000, "by_id": 10}
    fresh = row("evidence", sha256="f" * 64, kind="invoice", jurisdiction_id=3)
    first = Hold.objects.get().order_id
    attempts = {
        "paper_number_once": fresh
        + row("paper", number=f"invoice {first}", evidence_id=last("evidence"), **sheet),
        "evidence_once": row("evidence", sha256=f"{first:060x}0000", kind="invoice", jurisdiction_id=3),
    }
    for guard, attempt in attempts.items():
        with desk.base.app() as app, pytest.raises(Exception, match=guard):
            app.execute(attempt)


def test_a_claim_is_sent_back_mended_and_handed_in_again(desk: Desk) -> None:
    number = submitted(desk)
    county = desk.by("county", reason="发票缺章")
    with refused("reason.missing"):
        redemptions.send_back(desk.by("county"), redemption=number, defects=["invoice"])
    with pytest.raises(UnknownName, match=r"^no defect 'stamp' in a claim\."):
        redemptions.send_back(county, redemption=number, defects=["stamp"])
    redemptions.send_back(county, redemption=number, defects=["invoice"])
    assert Notice.objects.get().values == {"defects": ["invoice"]}
    late = desk.by("provider", days(31))
    with refused("redemption.mend_late", "The time to mend claim 1 is over. Withdraw it."):
        redemptions.submit(late, redemption=number)
    redemptions.submit(desk.by("provider", days(30)), redemption=number, claimed_fen=9_000)
    redemptions.pass_county(desk.by("county"), redemption=number)
    assert Redemption.objects.get().claimed_fen == 9_000


def test_a_claim_not_mended_in_time_gives_the_money_back(desk: Desk) -> None:
    number = submitted(desk)
    redemptions.send_back(desk.by("county", reason="缺"), redemption=number, defects=["report"])
    with refused(
        "redemption.mend_not_yet", "The time to mend claim 1 is not over. It ends by itself after that."
    ):
        redemptions.lapse(By(SYSTEM, NOW + days(30)), redemption=number)
    late = By(SYSTEM, NOW + days(31))
    with refused("state.actor"):
        redemptions.lapse(desk.by("provider", days(31)), redemption=number)
    redemptions.lapse(late, redemption=number)
    with refused("redemption.mend_not_yet"):
        redemptions.lapse(late, redemption=number)
    assert Hold.objects.get().state == "expired"
    assert stands() == {}
    assert Redemption.objects.get().state == "withdrawn"
    sound()


def test_a_hold_under_review_does_not_lapse(desk: Desk) -> None:
    number = submitted(desk)
    due = moment("2026-08-30T00:00:00+08:00")
    assert vouchers.lapse(By(SYSTEM, due), hold=1)["due"] == "2026-09-29T00:00:00+08:00"
    with refused(
        "hold.claimed",
        "Hold 1 is being claimed; the claim is submitted. Wait until it has ended.",
        "冻结 1 的兑付申请处于“已提交”，不能退券。请待审核结束。",
    ):
        vouchers.release(desk.by("firm"), hold=1)
    redemptions.reject(desk.by("county", reason="虚假"), redemption=number)
    assert Hold.objects.get().state == "voided"
    assert stands() == {}
    sound()


def test_who_became_related_meanwhile_is_not_paid(desk: Desk) -> None:
    number = submitted(desk)
    redemptions.pass_county(desk.by("county"), redemption=number)
    with desk.base.app() as app:
        app.execute(
            "INSERT INTO exchange_tie (a, b, kind, basis_points, source) VALUES"
            " ('12310118425006541Q', '91330100799655058B', 'equity', 3000, 'declared')"
        )
    with refused("party.related"):
        redemptions.pass_region(desk.by("region"), redemption=number)
    assert Redemption.objects.get().state == "county_ok"


def test_nobody_has_two_hands_in_one_claim(desk: Desk) -> None:
    """One person with both offices; the database refuses the second hand."""
    number = submitted(desk)
    for role in ("region_reviewer", "region_finance"):
        seat(desk.people["county"], 4, role, JIASHAN)
    redemptions.pass_county(desk.by("county"), redemption=number)
    with refused("approval.same_person"):
        redemptions.pass_region(desk.by("county"), redemption=number)
    redemptions.pass_region(desk.by("region"), redemption=number)
    redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)
    with refused("approval.same_person"):
        payouts.pay(desk.by("county", OVER), redemption=number, payer=F, reference="B", fen=6_667)
    assert Payout.objects.count() == 0
