"""Vouchers through the desk: who holds, under which rules, what binds, and what becomes of a hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heban.domain.errors import UnknownName
from heban.exchange.acts import vouchers
from heban.exchange.acts.reconcile import bucket_drift
from heban.exchange.desk import By
from heban.exchange.models import BudgetBucket, Hold, HoldBucket, Membership, Organisation, Person
from tests.exchange.desks import ACT, NOW, STRANGER, Base
from tests.exchange.rows import step
from tests.exchange.voucher_desk import (
    CLOCK,
    Desk,
    days,
    hold,
    made,
    moment,
    refused,
    sign,
    sound,
    stands,
)


@pytest.fixture
def desk(base: Base) -> Desk:
    return made(base, payer_weights=[2, 1])


def test_a_hold_counts_wholly_under_every_cap_and_by_parts_in_the_budgets(desk: Desk) -> None:
    number = desk.order(20_000)
    said = vouchers.hold(desk.by("firm"), order=number, quota=desk.quota, asked_fen=10_000)
    assert said == {
        "hold": 1, "order": number, "state": "held", "version": 1, "amount_fen": 10_000, "used_fen": None,
        "due": "2026-04-01T09:00:00+08:00",
    }  # fmt: skip
    row = Hold.objects.get()
    assert (row.payee_id, row.year, row.rule_set_id) == (2, 2026, desk.rules)
    parts = HoldBucket.objects.order_by("bucket__kind", "bucket__key")
    assert list(parts.values_list("bucket__key", "amount_fen")) == [
        ("own:310118", 3_333), ("own:330421", 6_667), ("own:G1", 10_000), ("own:91330100799655058B", 10_000),
    ]  # fmt: skip
    assert stands() == {
        "310118:appropriation": -3_333, "310118:encumbered": 3_333,
        "330421:appropriation": -6_667, "330421:encumbered": 6_667,
    }  # fmt: skip
    sound()


def test_several_budgets_bind_together_by_the_part_that_has_least_room(base: Base) -> None:
    desk = made(base, payer_weights=[2, 1], caps={"310118": 3_000})
    number = desk.order(40_000)
    with refused(
        "voucher.budget",
        "Of the region's budget of CNY 90.01 CNY 90.01 is left this year; asked for are CNY 90.02. "
        "Ask for less, or wait for more budget.",
        "地区年度预算 90.01 元 仅余 90.01 元，申请 90.02 元。额度发完即止，请减额或待追加。",
    ):
        vouchers.hold(desk.by("firm"), order=number, quota=desk.quota, asked_fen=9_002)
    vouchers.hold(desk.by("firm"), order=number, quota=desk.quota, asked_fen=9_001)
    assert BudgetBucket.objects.get(key="own:310118").held_fen == 3_000
    sound()


@pytest.mark.parametrize("who", ["provider", "county", "region", "finance", "auditor", "other_firm"])
def test_only_a_manager_of_the_firm_holds(desk: Desk, who: str) -> None:
    number = desk.order(20_000)
    with refused("access.denied"):
        vouchers.hold(desk.by(who), order=number, quota=desk.quota, asked_fen=1)
    with refused("access.denied"):
        vouchers.hold(By(f"person:{STRANGER}", NOW), order=number, quota=desk.quota, asked_fen=1)
    with refused("access.denied"):
        vouchers.hold(CLOCK, order=number, quota=desk.quota, asked_fen=1)


def test_a_quota_pays_for_its_own_firm_only(desk: Desk) -> None:
    number = desk.order(20_000, firm_id=3)
    with refused("access.denied"):
        vouchers.hold(desk.by("other_firm"), order=number, quota=desk.quota, asked_fen=1)


def test_an_order_is_paid_for_once(desk: Desk) -> None:
    number = desk.order(20_000)
    first = hold(desk, number)
    with refused(
        "hold.another",
        "A voucher is held for this order already, and an order is paid for once. Give that one back first.",
        "该订单已有用券冻结，同一订单只支持一次。请先退券。",
    ):
        hold(desk, number)
    vouchers.release(desk.by("firm"), hold=first)
    assert hold(desk, number) > first
    sound()


def test_a_hold_waits_for_an_accepted_order(desk: Desk) -> None:
    number = desk.order(20_000)
    sign(desk.base, number, 20_000)
    with refused(
        "hold.order_state",
        "The order is contracted, and no voucher is used then. Use it after accepting the quote and before "
        "the contract; signing commits it.",
        "订单处于“已签约”，此时不能用券。用券在接受报价之后、签约之前，签约时转为已签约。",
    ):
        hold(desk, number)


def test_the_quota_must_be_granted_and_not_over(desk: Desk) -> None:
    number = desk.order(20_000)
    with refused(
        "hold.quota_over",
        "The last day of the quota was 2026-12-31, and it holds nothing new. Apply for a new one.",
        "额度的最后有效日为 2026-12-31，不能再用券。请申请新的额度。",
    ):
        hold(desk, number, later=days(305))
    with desk.base.app() as app:
        app.execute(f"BEGIN; {ACT} {step('voucherquota', desk.quota, 'frozen', 4)} COMMIT")
    with refused(
        "hold.quota_state",
        "The quota is frozen, and only a granted one pays. Have it granted first.",
        "额度处于“冻结”，只有已批准的额度可以用券。请先取得批准。",
    ):
        hold(desk, number)


def test_the_year_is_that_of_shanghai(desk: Desk) -> None:
    number = desk.order(20_000)
    eve = moment("2026-12-31T15:59:00+00:00") - NOW
    hold(desk, number, later=eve)
    assert Hold.objects.get().year == 2026
    with refused("hold.quota_over"):
        hold(desk, desk.order(20_000), later=eve + timedelta(minutes=1))


def test_a_firm_that_moved_to_other_rules_applies_there(desk: Desk) -> None:
    """Rules of Zhejiang as a whole stand behind those of the county; a quota of the county is not theirs."""
    number = desk.order(20_000)
    with desk.base.app() as app:
        app.execute(
            f"BEGIN; {ACT} INSERT INTO exchange_ruleset (state, version, since, scheme_id, jurisdiction_id,"
            " valid_from, terms, drafted_by_id) SELECT 'draft', 1, now(), scheme_id, 2, valid_from, terms,"
            f" drafted_by_id FROM exchange_ruleset WHERE id = {desk.rules}; UPDATE exchange_ruleset SET"
            " state = 'active', version = 2, approved_by_id = 12 WHERE id > 2 AND state = 'draft'; COMMIT"
        )
    Organisation.objects.filter(pk=1).update(jurisdiction=2)
    with refused(
        "hold.quota_elsewhere",
        "The quota was granted in 330421, and the firm is now under the rules of 330000. Give it back and "
        "apply in 330000.",
        "额度由 330421 批准，企业现适用 330000 的规则。请退还原额度，在 330000 重新申请。",
    ):
        hold(desk, number)


def test_nobody_who_is_excluded_takes_part(desk: Desk) -> None:
    number = desk.order(20_000)
    Organisation.objects.filter(pk=2).update(blacklisted_until="2027-01-01")
    with refused(
        "hold.provider_barred",
        "The provider is excluded until 2027-01-01. Choose another provider.",
        "服务机构在失信名单上，至 2027-01-01 止。请另选机构。",
    ):
        hold(desk, number)
    Organisation.objects.filter(pk=1).update(blacklisted_until="2026-03-03")
    with refused("beneficiary.blacklisted"):
        hold(desk, number)


def test_related_parties_use_no_voucher_and_the_refusal_leaves_nothing(desk: Desk) -> None:
    number = desk.order(20_000)
    with desk.base.app() as app:
        app.execute(
            "INSERT INTO exchange_tie (a, b, kind, basis_points, source) VALUES"
            " ('91330100799655058B', '12310118425006541Q', 'equity', 2500, 'declared')"
        )
    with refused(
        "party.related",
        "The parties are related: a holding at the threshold. No voucher is used between them; choose a "
        "provider that is not.",
    ):
        hold(desk, number)
    assert Hold.objects.count() == 0
    assert bucket_drift() == []


def test_a_cap_that_is_not_set_is_named_and_one_of_a_provider_opens_by_itself(base: Base) -> None:
    desk = made(base, provider_year_cap_fen=6_000, controller_year_cap_fen=7_000)
    number = desk.order(20_000)
    with refused(
        "voucher.provider",
        "Of the provider's CNY 60.00 for the year CNY 60.00 is left; asked for are CNY 60.01. "
        "Ask for less, or choose another provider.",
    ):
        hold(desk, number, 6_001)
    hold(desk, number, 6_000)
    assert BudgetBucket.objects.get(kind="provider", key="own:12310118425006541Q").held_fen == 6_000
    with base.admin() as admin:
        admin.execute("UPDATE exchange_budgetbucket SET key = 'gone' WHERE key = 'own:330421'")
    with refused(
        "cap.none",
        "No cap is set in 2026 for: budget own:330421. Have it set, or the quota granted.",
        "2026 年尚未设定额度：地区年度预算 own:330421。请先设定额度，或核发配额。",
    ):
        hold(desk, desk.order(20_000))


def test_a_firm_that_was_bought_counts_with_its_new_owner(base: Base) -> None:
    desk = made(base, controller_year_cap_fen=7_000)
    with base.app() as app:
        app.execute("UPDATE exchange_controlled SET key = 'G9' WHERE organisation_id = 1")
    hold(desk, desk.order(20_000), 7_000)
    assert BudgetBucket.objects.get(key="own:G9").held_fen == 7_000
    assert BudgetBucket.objects.get(key="own:G1").held_fen == 0


def test_a_limit_is_not_lowered_below_what_is_held(desk: Desk) -> None:
    desk.held(10_000)
    with desk.base.app() as app, pytest.raises(Exception, match="bucket_not_overdrawn"):
        app.execute("UPDATE exchange_budgetbucket SET limit_fen = 6666 WHERE key = 'own:330421'")
    with desk.base.app() as app:
        app.execute("UPDATE exchange_budgetbucket SET limit_fen = 6667 WHERE key = 'own:330421'")
    with refused("voucher.budget"):
        hold(desk, desk.order(20_000))


def test_what_is_not_there_is_told(desk: Desk) -> None:
    with pytest.raises(UnknownName, match=r"^there is no order 77\. Look it up again\.$"):
        vouchers.hold(desk.by("firm"), order=77, quota=desk.quota, asked_fen=1)
    with pytest.raises(UnknownName, match=r"^there is no quota 77\. Look it up again\.$"):
        vouchers.hold(desk.by("firm"), order=1, quota=77, asked_fen=1)
    with pytest.raises(UnknownName, match=r"^there is no hold 77\. Look it up again\.$"):
        vouchers.release(desk.by("firm"), hold=77)
    with refused("voucher.nothing_asked"):
        hold(desk, desk.order(20_000), 0)


def test_whoever_is_shut_out_does_nothing(desk: Desk) -> None:
    number = desk.order(20_000)
    Person.objects.filter(pk=desk.people["firm"]).update(active=False)
    assert Membership.objects.filter(person=desk.people["firm"]).exists()
    with refused("access.denied"):
        hold(desk, number)
