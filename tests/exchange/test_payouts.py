"""Payouts and claw-backs: each region pays its part once, and has it back when a case is proven."""

from __future__ import annotations

import pytest

from heban.exchange.acts import clawback, payouts, vouchers
from heban.exchange.acts.reconcile import bucket_drift, ledger_drift
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import (
    BankPaper,
    BudgetBucket,
    Redemption,
    ServiceOrder,
)
from heban.exchange.reading import vouchers as reading
from tests.exchange.claim_desk import OVER, F, Q, approved, case, paid, pay, published
from tests.exchange.desks import ACT, NOW, STRANGER, Base
from tests.exchange.rows import step
from tests.exchange.voucher_desk import Desk, days, made, refused, sound, stands


@pytest.fixture
def desk(base: Base) -> Desk:
    return made(base, payer_weights=[2, 1])


def test_each_region_pays_its_own_part_once(desk: Desk) -> None:
    number = approved(desk)
    with refused(
        "payout.not_payer",
        "330000 pays no part of this claim; it is paid by 310118, 330421. Choose one of these.",
    ):
        payouts.pay(desk.by("finance", OVER), redemption=number, payer="330000", reference="B", fen=6_667)
    with refused("access.denied"):
        payouts.pay(desk.by("qingpu_finance", OVER), redemption=number, payer=F, reference="B", fen=6_667)
    with refused(
        "payout.amount",
        "330421 owes CNY 66.67; given are CNY 66.66. They must agree to the fen.",
        "330421 应付 66.67 元，所填为 66.66 元。两者须一分不差。",
    ):
        pay(desk, number, F, 6_666)
    with refused(
        "bank.none",
        "The bank's reference is empty. Copy it from the bank's file.",
        "未填银行流水号。请照银行回单填写。",
    ):
        pay(desk, number, F, 6_667, " ")
    pay(desk, number, F, 6_667)
    with refused("payout.done", "This region has paid its part, and pays it once. Nothing is left to do."):
        pay(desk, number, F, 6_667, "another")
    pay(desk, number, Q, 3_333)
    with refused("state.event"):
        pay(desk, number, Q, 3_333, "another")


def test_a_line_of_the_bank_serves_once(desk: Desk) -> None:
    first, second = approved(desk), approved(desk)
    pay(desk, first, F, 6_667, "B1")
    with refused(
        "bank.used",
        "This bank reference was used before, and each serves for one payment. Look at the reference again.",
        "该银行流水号已使用过，每笔流水只对应一次付款。请核对流水号。",
    ):
        pay(desk, second, F, 6_667, " B1 ")
    assert BankPaper.objects.count() == 1


def test_what_a_case_looks_into_is_not_paid(desk: Desk) -> None:
    number = approved(desk)
    case(desk, number, "hearing")
    with refused("case.open"):
        pay(desk, number, F, 6_667)


def test_nothing_is_paid_from_a_frozen_quota(desk: Desk) -> None:
    number = approved(desk)
    with desk.base.app(autocommit=False) as app:
        app.execute(ACT + step("voucherquota", desk.quota, "frozen", 4))
    with refused(
        "redemption.frozen",
        "The firm's quota is frozen, and nothing is paid meanwhile. Wait until the case is closed.",
        "该企业的额度处于“冻结”，暂停拨付。请待案件结束。",
    ):
        pay(desk, number, F, 6_667)


def test_a_paid_claim_closes_when_its_time_of_audit_is_over(desk: Desk) -> None:
    number = paid(desk)
    late = NOW + OVER + days(180)
    with refused(
        "redemption.audit_not_yet",
        "Claim 1 may be drawn for audit until 2026-09-06. It is closed by itself after that.",
    ):
        payouts.close(By(SYSTEM, late - days(1)), redemption=number)
    assert payouts.close(By(SYSTEM, late), redemption=number)["state"] == "closed"


@pytest.mark.parametrize(("restore", "spent"), [(False, 10_000), (True, 0)])
def test_money_proven_false_is_claimed_back_and_recovered(base: Base, restore: bool, spent: int) -> None:
    desk = made(base, payer_weights=[2, 1], restore_quota=restore)
    number = paid(desk)
    with refused("claw.not_proven", "There is no case 7 about claim 1 that is proven. Prove it first."):
        clawback.claw(desk.by("auditor"), redemption=number, case=7)
    proven = case(desk, number, "closed_proven")
    with refused("access.denied"):
        clawback.claw(desk.by("firm"), redemption=number, case=proven)
    assert clawback.claw(desk.by("auditor"), redemption=number, case=proven)["state"] == "clawback_due"
    assert stands() == {
        f"{F}:appropriation": -6_667, f"{F}:receivable:2": 6_667,
        f"{Q}:appropriation": -3_333, f"{Q}:receivable:2": 3_333,
    }  # fmt: skip
    finance, other = desk.by("finance"), desk.by("qingpu_finance")
    with refused(
        "recovery.amount",
        "330421 is to have CNY 66.67 back; given are CNY 66.66. They must agree to the fen.",
    ):
        clawback.recover(finance, redemption=number, payer=F, reference="R1", fen=6_666)
    assert clawback.recover(finance, redemption=number, payer=F, reference="R1", fen=6_667)[
        "still_to_recover"
    ] == [Q]
    with refused("ledger.booked"):
        clawback.recover(finance, redemption=number, payer=F, reference="R3", fen=6_667)
    assert ledger_drift() == []
    assert (
        clawback.recover(other, redemption=number, payer=Q, reference="R2", fen=3_333)["state"]
        == "clawed_back"
    )
    assert stands() == {}
    assert BudgetBucket.objects.get(key="own:91330100799655058B").spent_fen == spent
    sound()


def test_what_was_approved_and_not_paid_goes_back_at_once(desk: Desk) -> None:
    number = approved(desk)
    pay(desk, number, Q, 3_333)
    clawback.claw(desk.by("region"), redemption=number, case=case(desk, number, "closed_proven"))
    assert stands() == {f"{Q}:appropriation": -3_333, f"{Q}:receivable:2": 3_333}
    assert ledger_drift() == []
    clawback.recover(desk.by("qingpu_finance"), redemption=number, payer=Q, reference="R", fen=3_333)
    assert stands() == {}
    sound()


def test_where_nothing_was_paid_only_the_end_is_recorded(desk: Desk) -> None:
    number = approved(desk)
    clawback.claw(desk.by("region"), redemption=number, case=case(desk, number, "closed_proven"))
    assert clawback.recover(desk.by("finance"), redemption=number, payer=F)["state"] == "clawed_back"
    assert stands() == {}
    sound()


def test_drift_is_found(desk: Desk) -> None:
    number = paid(desk)
    with desk.base.admin() as admin:
        admin.execute("UPDATE exchange_budgetbucket SET spent_fen = spent_fen - 1 WHERE key = 'own:G1'")
        admin.execute("ALTER TABLE exchange_payout DISABLE TRIGGER ALL")
        admin.execute("UPDATE exchange_payout SET fen = 3334 WHERE fen = 3333")
    assert bucket_drift() == [("controller", "own:G1", 2026, 0, -1)]
    assert ledger_drift() == []  # what was paid is read from the parts of the hold, not from the payout
    with desk.base.admin() as admin:
        admin.execute("DELETE FROM exchange_payout WHERE payer_id = 3")
    assert [(one.account, one.stands_fen, one.expected_fen) for one in ledger_drift()] == [
        ("2:received", 10_000, 6_667), ("310118:payable:2", 0, 3_333),
    ]  # fmt: skip
    assert number == 1


def test_each_sees_the_claims_that_are_theirs(desk: Desk) -> None:
    number = published(desk)
    seen = {who: [one["redemption"] for one in reading.queue(desk.by(who))] for who in desk.people}
    assert seen.pop("other_firm") == []
    assert set(map(tuple, seen.values())) == {(number,)}
    assert reading.queue(By(f"person:{STRANGER}", NOW)) == []
    assert reading.queue(desk.by("county"), "submitted") == []
    row = Redemption.objects.get(pk=number)
    said = reading.claim(desk.by("provider"), row)
    assert (said["state"], said["payouts"], said["recovered_fen"]) == ("publicity", [], 0)
    with refused("access.denied"):
        reading.claim(desk.by("other_firm"), row)


def test_what_a_voucher_could_pay_is_shown_cap_by_cap(desk: Desk) -> None:
    order = desk.order(20_001)
    row = ServiceOrder.objects.get(pk=order)
    shown = reading.room(desk.by("provider"), row, quota=desk.quota)
    assert (shown["amount_fen"], shown["binding"], shown["eligible_fen"]) == (10_000, "share", 20_001)
    assert [one["name"] for one in shown["caps"]] == ["share", "price", "firm", "controller", "budget"]
    assert [(one["payer"], one["payee"], one["fen"]) for one in shown["payments"]] == [
        ("firm", "provider", 10_001), ("330421", "provider", 6_667), ("310118", "provider", 3_333),
    ]  # fmt: skip
    assert shown["objections"] == []
    with refused("access.denied"):
        reading.room(desk.by("other_firm"), row, quota=desk.quota)
    vouchers.hold(desk.by("firm"), order=order, quota=desk.quota, asked_fen=10_000)
    (held,) = reading.holds_of(desk.by("provider"), row)
    assert [(part["key"], part["amount_fen"]) for part in held["parts"]][:2] == [
        ("own:310118", 3_333), ("own:330421", 6_667),
    ]  # fmt: skip
