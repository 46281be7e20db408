"""What becomes of holds: committed, spent, given back or lapsed; their money is conserved whatever it is."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.exchange.acts import holds, payouts, redemptions, vouchers
from heban.exchange.desk import SYSTEM, By, Said, act
from heban.exchange.models import BudgetBucket, Hold, Organisation
from heban.exchange.rules.money import split
from heban.exchange.rules.refusals import Denial
from tests.exchange.claim_desk import OVER, F, Q, published
from tests.exchange.desks import ACT, NOW, Base
from tests.exchange.rows import step
from tests.exchange.voucher_desk import Desk, days, hold, made, moment, refused, serve, sign, sound, stands

LATER = By(SYSTEM, NOW + OVER)
ENDS = ("keep", "give back", "lapse", "reject", "approve", "pay one", "pay both")


@act
def spent(by: By, *, hold: int, fen: int) -> Said:
    """A hold spent as an act would, that forgot to look at the claim."""
    row = vouchers.locked_hold(hold)
    holds.spend(by, row, fen, Organisation.objects.get(pk=2), vouchers.rules_of(row))
    return {}


@pytest.mark.parametrize(("fen", "said"), [(0, "0.00"), (10_001, "100.01")])
def test_no_more_is_spent_than_is_held(base: Base, fen: int, said: str) -> None:
    number = made(base).served(10_000)
    with refused(
        "hold.more_than_held",
        f"Hold {number} is for CNY 100.00; asked for are CNY {said}. "
        "Ask for more than 0 and no more than is held.",
        f"冻结 {number} 为 100.00 元，申请核销 {said} 元。请填写大于 0 且不超过冻结额的金额。",
    ):
        spent(LATER, hold=number, fen=fen)
    assert Hold.objects.get().state == "committed"


def test_a_hold_is_spent_once_and_not_let_go_after(base: Base) -> None:
    desk = made(base)
    number = desk.served(10_000)
    spent(LATER, hold=number, fen=1)
    with refused("state.ended", "The voucher hold has ended as posted and cannot post."):
        spent(LATER, hold=number, fen=1)
    with refused("state.ended", "The voucher hold has ended as posted and cannot void."):
        vouchers.release(desk.by("firm"), hold=number)
    assert BudgetBucket.objects.get(key="own:330421").spent_fen == 1


def test_money_moves_by_whole_buckets_or_not_at_all(base: Base) -> None:
    """A bucket that lost its room behind the locks is our own broken promise; nothing of the act stays."""
    desk = made(base)
    order = desk.order(20_000)
    with base.admin() as admin:
        admin.execute("ALTER TABLE exchange_holdbucket DROP CONSTRAINT hold_bucket_once")

    @act
    def short(by: By) -> Said:
        row = vouchers.locked_hold(
            int(vouchers.hold(by, order=order, quota=desk.quota, asked_fen=10)["hold"])
        )
        caps = holds.named([("firm", "own:91330100799655058B")], 2026)
        BudgetBucket.objects.filter(pk=caps[0].id).update(limit_fen=10)
        holds._moved(holds._TAKEN, 1, hold=row.pk, buckets=[caps[0].id], fens=[1])
        return {}

    with pytest.raises(AssertionError, match=r"^0 of 1 buckets moved"):
        short(desk.by("firm"))
    assert Hold.objects.count() == 0


@pytest.fixture
def desk(base: Base) -> Desk:
    return made(base, payer_weights=[2, 1])


def test_a_contract_commits_the_hold_until_it_can_no_longer_be_claimed(desk: Desk) -> None:
    number = desk.order(20_000)
    mine = hold(desk, number)
    with refused("hold.order_state"):
        vouchers.commit(By(SYSTEM, NOW), hold=mine, until=date(2026, 5, 31))
    sign(desk.base, number, 20_000)
    said = vouchers.commit(desk.by("provider"), hold=mine, until=date(2026, 5, 31))
    assert (said["state"], said["due"]) == ("committed", "2026-08-30T00:00:00+08:00")
    with refused("state.event"):
        vouchers.commit(By(SYSTEM, NOW), hold=mine, until=date(2026, 5, 31))


def test_a_hold_that_lapsed_is_not_committed(desk: Desk) -> None:
    number = desk.order(20_000)
    mine = hold(desk, number)
    sign(desk.base, number, 20_000)
    late = By("system", NOW + days(30))
    with refused(
        "hold.lapsed",
        "Hold 1 lapsed on 2026-04-01 and cannot be committed. Hold a voucher again, then sign.",
        "冻结 1 已于 2026-04-01 到期，不能随合同确认。请重新用券后签约。",
    ):
        vouchers.commit(late, hold=mine, until=date(2026, 5, 31))


def test_a_hold_lapses_by_the_clock_once(desk: Desk) -> None:
    mine = desk.held(10_000)
    with refused(
        "hold.not_yet",
        "The time of hold 1 is not over. It ends by itself after that.",
        "冻结 1 尚未到期。到期后自动处理。",
    ):
        vouchers.lapse(By("system", NOW + days(29)), hold=mine)
    late = By("system", NOW + days(30))
    with refused("access.denied"):
        vouchers.lapse(desk.by("firm", days(30)), hold=mine)
    assert vouchers.lapse(late, hold=mine)["state"] == "expired"
    with refused("hold.not_yet"):
        vouchers.lapse(late, hold=mine)
    assert stands() == {}
    sound()


def test_a_service_that_was_accepted_late_can_still_be_claimed(desk: Desk) -> None:
    """The window after acceptance is promised to the payee: a hold does not lapse within it."""
    number = desk.order(20_000)
    mine = hold(desk, number, 10_000)
    sign(desk.base, number, 20_000)
    vouchers.commit(By(SYSTEM, NOW), hold=mine, until=date(2026, 5, 31))
    serve(desk.base, number, 20_000, 10_000, accepted_on="2026-08-01")
    due = moment("2026-08-30T00:00:00+08:00")
    assert vouchers.lapse(By("system", due), hold=mine)["due"] == "2026-10-31T00:00:00+08:00"
    assert vouchers.lapse(By("system", moment("2026-10-31T00:00:00+08:00")), hold=mine)["state"] == "expired"
    sound()


def test_a_voucher_is_given_back_by_its_firm_and_goes_by_itself_with_its_order(desk: Desk) -> None:
    mine = desk.held(10_000)
    with refused("state.actor"):
        vouchers.release(desk.by("provider"), hold=mine)
    with refused("state.actor"):
        vouchers.release(desk.by("firm"), hold=mine, event="expire")
    with pytest.raises(BadSpec, match=r"^event is 'lose'; a hold is let go by void or expire\.$"):
        vouchers.release(desk.by("firm"), hold=mine, event="lose")
    assert vouchers.release(desk.by("firm"), hold=mine)["state"] == "voided"
    other = desk.held(10_000)
    with desk.base.app() as app:
        order = Hold.objects.get(pk=other).order_id
        app.execute(f"BEGIN; {ACT} {step('serviceorder', order, 'cancelled', 5)} COMMIT")
    assert vouchers.release(desk.by("provider"), hold=other)["state"] == "voided"
    assert stands() == {}
    sound()


STORY = st.tuples(st.integers(1, 20_000), st.integers(1, 20_000), st.sampled_from(ENDS))


def test_money_is_conserved_whatever_becomes_of_holds(base: Base) -> None:
    """Stories of holds, each to some end; the oracle knows only what was asked, and splits it 2 to 1."""
    desk = made(base, payer_weights=[2, 1])
    oracle: Counter[str] = Counter()

    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(stories=st.lists(STORY, min_size=1, max_size=4))
    def told(stories: list[tuple[int, int, str]]) -> None:
        for fen, part, end in stories:
            lived(desk, oracle, fen, min(fen, part), end)
        sound()
        assert stands() == {code: fen for code, fen in oracle.items() if fen}
        firm = BudgetBucket.objects.get(key="own:91330100799655058B")
        assert firm.held_fen == sum(oracle[f"{one}:encumbered"] for one in (F, Q))
        paid = sum(oracle[code] for code in oracle if "payable" in code or "received" in code)
        assert firm.spent_fen == paid

    told()


def lived(desk: Desk, oracle: Counter[str], fen: int, part: int, end: str) -> None:
    """One hold from its beginning to an end, and what the oracle says of it."""
    if end in ("keep", "give back", "lapse"):
        number = desk.held(fen)
        if end == "give back":
            vouchers.release(desk.by("firm"), hold=number)
        elif end == "lapse":
            vouchers.lapse(By(SYSTEM, NOW + days(30)), hold=number)
        else:
            for payer, share in zip((F, Q), split(fen, (2, 1)), strict=True):
                oracle.update({f"{payer}:encumbered": share, f"{payer}:appropriation": -share})
        return
    claim = published(desk, fen, part)
    if end == "reject":
        redemptions.reject(desk.by("region", reason="否"), redemption=claim)
        return
    redemptions.approve(LATER, redemption=claim)
    for payer, share, whose in zip((F, Q), split(part, (2, 1)), ("finance", "qingpu_finance"), strict=True):
        oracle[f"{payer}:appropriation"] -= share
        if share and (end == "pay both" or (end == "pay one" and payer == F)):
            pay(desk, claim, payer, share, whose)
            oracle["2:received"] += share
        else:
            oracle[f"{payer}:payable:2"] += share


def pay(desk: Desk, claim: int, payer: str, fen: int, whose: str) -> Any:
    return payouts.pay(
        desk.by(whose, OVER), redemption=claim, payer=payer, reference=f"{claim}{payer}", fen=fen
    )


def test_twice_is_once(base: Base) -> None:
    """The same act under the same key is answered again; without a key the second is refused."""
    desk = made(base)
    order = desk.order(20_000)
    by = By(desk.by("firm").actor, NOW, key="once")
    first = vouchers.hold(by, order=order, quota=desk.quota, asked_fen=7)
    assert vouchers.hold(by, order=order, quota=desk.quota, asked_fen=7) == first
    with pytest.raises(Denial) as no:
        vouchers.hold(desk.by("firm"), order=order, quota=desk.quota, asked_fen=7)
    assert no.value.code == "hold.another"
    assert Hold.objects.count() == 1
