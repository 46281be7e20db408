"""Clearing between two provinces in the demonstration: one is settled, one to confirm."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Sum

from heban.exchange.acts import settlement
from heban.exchange.acts.draws import quarter_before
from heban.exchange.china import ZONE
from heban.exchange.demo.ordering import Told
from heban.exchange.desk import By
from heban.exchange.models import SettlementBatch

PAYER, ADVANCED_BY = "330000", "310000"
"""Who pays for the firm, and who paid its provider first and is to have its money back."""
OFFICES = {PAYER: "region_finance", ADVANCED_BY: "shanghai_finance"}


def settled(one: Told, begins: date, ends: date) -> None:
    """Settle the first two months of a quarter in the third: both confirm, one pays, nothing is due then."""
    name = f"{begins:%Y-%m}/{ends - timedelta(days=1):%m}"
    batch = settlement.open_batch(one.by("platform", 0.0), name=name, begins=begins, ends=ends)["batch"]
    over = datetime.combine(ends, time(9, 30), ZONE)
    digest = settlement.freeze(_by(one, "platform", over), batch=batch)["digest"]
    for days, (region, office) in enumerate(OFFICES.items(), 1):
        by = _by(one, office, over + timedelta(days=days))
        settlement.confirm(by, batch=batch, region=region, digest=digest)
    finance = _by(one, OFFICES[PAYER], over + timedelta(days=5))
    due = SettlementBatch.objects.get(pk=batch).lines.aggregate(fen=Sum("fen"))["fen"]
    settlement.enter_payment(
        finance, batch=batch, payer=PAYER, payee=ADVANCED_BY, reference=f"DEMO-CLEARING-{batch}", fen=due
    )
    settlement.settle(finance, batch=batch)


def asked(since: Told, begins: date, ends: date) -> None:
    """Freeze the rest of a quarter when it is over; one has confirmed it, the other is to."""
    platform, name = since.by("platform", 0.10), quarter_before(since.begun)
    batch = settlement.open_batch(platform, name=name, begins=begins, ends=ends)["batch"]
    digest = settlement.freeze(platform, batch=batch)["digest"]
    settlement.confirm(since.by(OFFICES[ADVANCED_BY], 0.20), batch=batch, region=ADVANCED_BY, digest=digest)


def _by(one: Told, who: str, at: datetime) -> By:
    return By(f"person:{one.cast.people[who]}", at)
