"""What auditors have in the demonstration: a case that was cleared, a draw, an alarm with its open case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from heban.domain.errors import Refused
from heban.exchange.acts import alarms, cases, draws, heads
from heban.exchange.china import local
from heban.exchange.demo.ordering import Told
from heban.exchange.desk import By, Said
from heban.exchange.models import Redemption

COMPLAINT = "合成数据：有人反映该订单的试验未按合同完成。请核对报告、样品与付款。"
CLEARED = "经核对报告、合同与付款凭证，试验已按合同完成，反映的问题不存在。"


def cleared(one: Told, claim: Redemption) -> None:
    """A case about a claim that was paid: looked into, heard, and closed clean by two people."""
    order = claim.hold.order
    said = cases.open_case(
        one.by("auditor", 0.46), kind="complaint", words=COMPLAINT,
        parties=[order.firm_id, order.provider_id],
        subjects=[("order", order.pk), ("redemption", claim.pk)],
    )  # fmt: skip
    case: int = said["case"]
    cases.investigate(one.by("auditor", 0.47), case=case)
    cases.ask(one.by("auditor", 0.48), case=case)
    for who, at in (("auditor", 0.51), ("region_reviewer", 0.52)):
        cases.clear(one.by(who, at, CLEARED), case=case)


def drawn(by: By) -> None:
    """Draw what is audited of the claims that were paid in the last quarter."""
    _unless_to_come(lambda: draws.draw(by, period=draws.quarter_before(by.now)))


def watched(by: By) -> None:
    """Do what a night does: look for alarms, and close the day before."""
    alarms.watch(by)
    _unless_to_come(lambda: heads.take(by, day=local(by.now).date() - timedelta(days=1)))


def _unless_to_come(closing: Callable[[], Said]) -> None:
    """The database's clock says when a day is over: a demonstration of a later day has no head of it yet."""
    try:
        closing()
    except Refused as no:
        if no.code != "head.day_not_over":
            raise
