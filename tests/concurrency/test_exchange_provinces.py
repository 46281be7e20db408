"""Four provinces trade at once, and then settle: no fen is made or lost."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db.models import Sum

from heban.exchange.acts import settlement
from heban.exchange.acts.reconcile import balances, findings
from heban.exchange.desk import By
from heban.exchange.models import BudgetBucket, Payout, Redemption
from heban.exchange.rules import settlement as rules
from tests.concurrency.crowd import crowd
from tests.concurrency.provinces import REGIONS, SCHEME, World, trade, world
from tests.exchange.desks import NOW, Base
from tests.exchange.voucher_desk import days

THREADS = 12
APRIL = NOW + days(31)
NO = {
    "voucher.controller", "voucher.firm", "voucher.provider", "voucher.budget", "hold.claimed", "state.event",
    "payout.done", "bank.used",
}  # fmt: skip
"""What those who meddle, and those who come to a cap, are told."""


@pytest.fixture
def on(base: Base) -> World:
    return world(base)


def traded(on: World) -> Counter[str]:
    """Let all orders go their way, on twelve threads; return what was refused."""
    refused: Counter[str] = Counter()
    shares = [on.orders[which::THREADS] for which in range(THREADS)]
    crowd(THREADS, lambda which: trade(on, which, shares[which], lambda code: refused.update([code])))
    return refused


def conserved() -> None:
    """Demand that every fen is where holds, claims and payments say, for each payer and each payee."""
    stands = balances()
    assert sum(stands.values()) == 0
    assert findings() == []
    paid = dict(Payout.objects.values_list("payer__code").annotate(Sum("fen")))
    for bucket in BudgetBucket.objects.filter(kind="budget", key__startswith=SCHEME):
        payer = bucket.jurisdiction.code
        owed = sum(fen for code, fen in stands.items() if code.startswith(f"{payer}:payable:"))
        assert bucket.spent_fen == paid.get(payer, 0) + owed
    received = Payout.objects.values_list("redemption__claimant_id").annotate(Sum("fen"))
    assert all(stands[f"{payee}:received"] == fen for payee, fen in received)


def settled(on: World) -> list[rules.Line]:
    """Settle the month in one batch, confirmed by each region that has a net amount."""
    platform = By(f"person:{on.platform}", APRIL)
    march = {"name": "2026-03", "begins": date(2026, 3, 1), "ends": date(2026, 4, 1)}
    number = settlement.open_batch(platform, **march)["batch"]
    digest = settlement.freeze(platform, batch=number)["digest"]
    lines = settlement.lines(settlement.SettlementBatch.objects.get(pk=number))

    def finance(region: str) -> Any:
        return on.office(region, "region_finance", platform)

    net = rules.net(lines)
    for region in rules.to_confirm(net):
        settlement.confirm(finance(region), batch=number, region=region, digest=digest)
    for one in rules.transfers(net):
        settlement.enter_payment(
            finance(one.payer), batch=number, payer=one.payer, payee=one.payee,
            reference=f"S-{one.payer}-{one.payee}", fen=one.fen,
        )  # fmt: skip
    settlement.settle(finance(one.payer), batch=number)
    return lines


def test_four_provinces_conserve_money_to_the_fen_and_settle_to_zero(on: World) -> None:
    refused = traded(on)
    assert set(refused) <= NO
    assert any(code.startswith("voucher.") for code in refused), "no cap was reached"
    states = set(Redemption.objects.values_list("state", flat=True))
    assert {"paid", "rejected"} <= states
    conserved()
    assert len(settled(on)) > 5
    conserved()
    due = {code: fen for code, fen in balances().items() if ":due_" in code or code.endswith(":cash")}
    assert {code[:6] for code in due} == set(REGIONS)
    assert set(due.values()) == {0}


def test_one_fen_too_many_would_be_seen(on: World) -> None:
    """The twin: behind every trigger's back, one fen is added to one row."""
    on.orders = on.orders[: 2 * THREADS]
    traded(on)
    conserved()
    with on.base.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        for table, column in (("budgetbucket", "spent_fen"), ("ledgerleg", "amount_fen"), ("payout", "fen")):
            more = f"UPDATE exchange_{table} SET {column} = {column} + %s WHERE id = (SELECT max(id)"
            more += f" FROM exchange_{table} WHERE {column} > 1)"
            admin.execute(more, [1])
            with pytest.raises(AssertionError):
                conserved()
            admin.execute(more, [-1])
            conserved()
