"""Settlement through the desk: what regions advanced is netted, confirmed by all, paid exactly and zeroed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from heban.exchange.acts import payouts, redemptions, settlement
from heban.exchange.desk import SYSTEM, By, Said
from heban.exchange.models import Organisation, Payout, SettlementBatch, SettlementLine
from heban.exchange.reading import settlement as reading
from tests.exchange.claim_desk import OVER, F, Q, approved
from tests.exchange.desks import JIASHAN, NOW, QINGPU, ZHEJIANG, Base
from tests.exchange.voucher_desk import Desk, days, made, refused, seat, sound, stands

APRIL = days(31)  # 2 April, when March is over
MARCH = {"name": "2026-03", "begins": date(2026, 3, 1), "ends": date(2026, 4, 1)}


@pytest.fixture
def desk(base: Base) -> Desk:
    return made(base, clearing="cleared")


def advanced(desk: Desk, fen: int = 10_000) -> int:
    """A claim paid by the provider's region for the firm's."""
    number = approved(desk, fen)
    payouts.pay(desk.by("finance", OVER), redemption=number, payer=F, reference=f"B{number}", fen=fen)
    return number


def frozen(desk: Desk) -> Said:
    number = settlement.open_batch(desk.by("platform"), **MARCH)["batch"]
    return settlement.freeze(desk.by("platform", APRIL), batch=number)


def confirmed(desk: Desk) -> Said:
    said = frozen(desk)
    settlement.confirm(desk.by("finance", APRIL), batch=said["batch"], region=F, digest=said["digest"])
    return settlement.confirm(
        desk.by("qingpu_finance", APRIL), batch=said["batch"], region=Q, digest=said["digest"]
    )


def test_money_that_was_advanced_is_owed_until_it_is_settled(desk: Desk) -> None:
    advanced(desk)
    assert stands() == {
        f"{F}:appropriation": -10_000, "2:received": 10_000, f"{Q}:due_from:{F}": 10_000,
        f"{F}:due_to:{Q}": -10_000, f"{F}:cash": 10_000, f"{Q}:cash": -10_000,
    }  # fmt: skip
    assert Payout.objects.get().advanced_by_id == QINGPU
    sound()
    number = confirmed(desk)["batch"]
    assert SettlementBatch.objects.get().state == "confirmed"
    finance = desk.by("finance", APRIL)
    settlement.enter_payment(finance, batch=number, payer=F, payee=Q, reference="S1", fen=4_000)
    with refused(
        "settlement.uncovered",
        "330421 owes 310118 CNY 100.00; the bank's papers show CNY 40.00. They must agree to the fen.",
    ):
        settlement.settle(finance, batch=number)
    with refused(
        "settlement.not_due",
        "In batch 2026-03 330421 does not owe 310118 this much. Look at the transfers again.",
    ):
        settlement.enter_payment(finance, batch=number, payer=F, payee=Q, reference="S2", fen=6_001)
    with refused("bank.used"):
        settlement.enter_payment(finance, batch=number, payer=F, payee=Q, reference="B1", fen=6_000)
    settlement.enter_payment(finance, batch=number, payer=F, payee=Q, reference="S2", fen=6_000)
    assert settlement.settle(desk.by("qingpu_finance", APRIL), batch=number)["state"] == "settled"
    assert stands() == {f"{F}:appropriation": -10_000, "2:received": 10_000}
    with refused("state.ended"):
        settlement.settle(finance, batch=number)
    sound()


def test_a_region_that_pays_its_own_provider_owes_nobody(base: Base) -> None:
    desk = made(base, payer_weights=[2, 1], clearing="cleared")
    number = approved(desk)
    payouts.pay(desk.by("finance", OVER), redemption=number, payer=F, reference="B1", fen=6_667)
    payouts.pay(desk.by("qingpu_finance", OVER), redemption=number, payer=Q, reference="B2", fen=3_333)
    assert list(SettlementLine.objects.values_list("fen", flat=True)) == [6_667]
    sound()


def test_a_firm_that_is_paid_itself_needs_no_clearing(base: Base) -> None:
    desk = made(base, mode="tongyong", clearing="cleared")
    hold = desk.served(10_000, paid=20_000)
    number = redemptions.draft(desk.by("firm"), hold=hold, claimed_fen=10_000)["redemption"]
    redemptions.submit(desk.by("firm"), redemption=number)
    redemptions.pass_county(desk.by("county"), redemption=number)
    redemptions.pass_region(desk.by("region"), redemption=number)
    redemptions.approve(By(SYSTEM, NOW + OVER), redemption=number)
    payouts.pay(desk.by("finance", OVER), redemption=number, payer=F, reference="B1", fen=10_000)
    assert not SettlementLine.objects.exists()


def test_only_the_platform_opens_and_freezes_and_only_after_the_period(desk: Desk) -> None:
    with refused("access.denied"):
        settlement.open_batch(desk.by("finance"), **MARCH)
    number = settlement.open_batch(desk.by("platform"), **MARCH)["batch"]
    with refused("settlement.named", "There is a batch of this name. Choose another name."):
        settlement.open_batch(desk.by("platform"), **MARCH)
    with refused("settlement.no_lines", "Batch 2026-03 has no lines to settle. Nothing is to be done."):
        settlement.freeze(desk.by("platform", APRIL), batch=number)
    advanced(desk)
    with refused(
        "settlement.period", "The period of batch 2026-03 lasts until 2026-04-01. Freeze it from that day on."
    ):
        settlement.freeze(desk.by("platform", days(29)), batch=number)
    with refused("state.actor"):
        settlement.freeze(desk.by("finance", APRIL), batch=number)
    assert settlement.freeze(desk.by("platform", APRIL), batch=number)["state"] == "frozen"


def test_every_region_with_a_net_amount_confirms_the_same_lines(desk: Desk) -> None:
    advanced(desk)
    said = frozen(desk)
    mine, digest = said["batch"], said["digest"]
    with refused("settlement.hash"):
        settlement.confirm(desk.by("finance", APRIL), batch=mine, region=F, digest="0" * 64)
    with refused("access.denied"):
        settlement.confirm(desk.by("finance", APRIL), batch=mine, region=Q, digest=digest)
    assert settlement.confirm(desk.by("finance", APRIL), batch=mine, region=F, digest=digest)[
        "still_to_confirm"
    ] == [Q]
    seat(desk.people["finance"], 4, "region_finance", QINGPU)
    with refused("consent.same_person"):
        settlement.confirm(desk.by("finance", APRIL), batch=mine, region=Q, digest=digest)
    assert reading.batch(desk.by("platform"), mine)["still_to_confirm"] == [Q]
    settlement.confirm(desk.by("qingpu_finance", APRIL), batch=mine, region=Q, digest=digest)
    shown = reading.batch(desk.by("finance", APRIL), mine)
    assert (shown["state"], shown["net"], shown["transfers"]) == (
        "confirmed", {F: -10_000, Q: 10_000}, [{"payer": F, "payee": Q, "fen": 10_000}],
    )  # fmt: skip


def test_a_disputed_line_goes_to_the_next_batch_and_old_consents_are_void(desk: Desk) -> None:
    advanced(desk), advanced(desk, 4_000)
    said = frozen(desk)
    mine, why = said["batch"], desk.by("qingpu_finance", APRIL, reason="重复")
    settlement.confirm(desk.by("finance", APRIL), batch=mine, region=F, digest=said["digest"])
    first, second = SettlementLine.objects.order_by("pk").values_list("pk", flat=True)
    with refused("reason.missing"):
        settlement.dispute(desk.by("qingpu_finance", APRIL), batch=mine, line_ids=[second])
    with refused(
        "settlement.lines",
        "These lines of batch 2026-03 are not your region's to dispute: 99. Name lines that it owes or "
        "is owed.",
    ):
        settlement.dispute(why, batch=mine, line_ids=[second, 99])
    with refused("settlement.lines"):
        settlement.dispute(why, batch=mine, line_ids=[])
    settlement.dispute(why, batch=mine, line_ids=[second])
    again = settlement.refreeze(desk.by("platform", APRIL), batch=mine)
    assert again["digest"] != said["digest"]
    assert [one["line"] for one in reading.waiting()] == [second]
    assert settlement.confirm(why, batch=mine, region=Q, digest=again["digest"])["still_to_confirm"] == [F]
    settlement.confirm(desk.by("finance", APRIL), batch=mine, region=F, digest=again["digest"])
    assert settlement.paid(SettlementBatch.objects.get()) == []
    april = settlement.open_batch(
        desk.by("platform"), name="2026-04", begins=date(2026, 4, 1), ends=date(2026, 5, 1)
    )
    settlement.freeze(desk.by("platform", days(62)), batch=april["batch"])
    assert list(SettlementLine.objects.order_by("pk").values_list("batch__name", flat=True)) == [
        "2026-03",
        "2026-04",
    ]
    assert SettlementLine.objects.get(pk=first).disputed is False


def between() -> dict[str, int]:
    """What stands on the accounts between regions."""
    return {code: fen for code, fen in stands().items() if "due_" in code or "cash" in code}


REGIONS = {"330421": JIASHAN, "310118": QINGPU, "330000": ZHEJIANG}


def advances(base: Base, *pairs: tuple[str, str, int]) -> dict[str, Desk]:
    """Claims under rules of each debtor for a provider of its creditor, paid; the desks by debtor."""
    desks: dict[str, Desk] = {}
    for debtor, creditor, fen in pairs:
        Organisation.objects.filter(pk=1).update(jurisdiction=REGIONS[debtor])
        Organisation.objects.filter(pk=2).update(jurisdiction=REGIONS[creditor])
        if debtor not in desks:
            desks[debtor] = made(base, scheme=f"of{debtor}", place=REGIONS[debtor], clearing="cleared")
        number = approved(desks[debtor], fen)
        finance = desks[debtor].by("finance", OVER)
        payouts.pay(finance, redemption=number, payer=debtor, reference=f"B{number}", fen=fen)
    return desks


def test_three_regions_settle_by_the_fewest_transfers_and_nothing_is_due(base: Base) -> None:
    third = "330000"
    desks = advances(base, (F, Q, 70), (Q, third, 20), (third, F, 5), (Q, F, 30))
    said = frozen(desks[F])
    mine: dict[str, Any] = {"batch": said["batch"]}
    shown = reading.batch(desks[F].by("platform", APRIL), said["batch"])
    assert shown["net"] == {F: -35, Q: 20, third: 15}
    assert shown["transfers"] == [
        {"payer": F, "payee": Q, "fen": 20},
        {"payer": F, "payee": third, "fen": 15},
    ]
    for region, desk in desks.items():
        settlement.confirm(desk.by("finance", APRIL), **mine, region=region, digest=said["digest"])
    for number, one in enumerate(shown["transfers"]):
        settlement.enter_payment(desks[F].by("finance", APRIL), **mine, **one, reference=f"S{number}")
    assert sum(between().values()) == 0
    sound()
    settlement.settle(desks[Q].by("finance", APRIL), **mine)
    assert between() == {}
    sound()


def test_lines_that_cancel_out_are_confirmed_by_any_of_their_regions(base: Base) -> None:
    desks = advances(base, (F, Q, 70), (Q, F, 70))
    said = frozen(desks[F])
    finance = desks[Q].by("finance", APRIL)
    settlement.confirm(finance, batch=said["batch"], region=Q, digest=said["digest"])
    settlement.settle(finance, batch=said["batch"])
    assert between() == {}
    sound()


def test_a_stranger_sees_no_batch(desk: Desk) -> None:
    advanced(desk)
    mine = frozen(desk)["batch"]
    assert [one["batch"] for one in reading.batches(desk.by("finance"))] == [mine]
    assert reading.batches(desk.by("provider", timedelta(0))) == []
    with refused("access.denied"):
        reading.batch(desk.by("firm"), mine)
