"""What the cast did in the last quarter, under rules with clearing: three orders, from wish to money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from heban.exchange.acts import delivery, notices, payouts, quotas, redemptions, rulesets, samples
from heban.exchange.china import ZONE, local
from heban.exchange.demo import auditing, clearing, ordering
from heban.exchange.demo.cast import Cast
from heban.exchange.demo.ground import Ground
from heban.exchange.demo.ordering import Told
from heban.exchange.demo.uses import quarter_before
from heban.exchange.desk import SYSTEM, By
from heban.exchange.files import Store
from heban.exchange.models import Notice, Redemption

SCHEME = "double_innovation"
TERMS = {"region_budget_fen": 300_000_000, "payer_weights": (1, 0), "clearing": "cleared"}
"""What the rules here have besides their preset; invented, as all is."""
CITY = "330100"
"""Hangzhou, for which next year's rules are drafted."""
DAYS = 100
"""Days that are told of from the first of the quarter, so that a hundredth of the time is a day."""
MOMENT = timedelta(minutes=10)


@dataclass(frozen=True)
class Wanted:
    """An order of the quarter: its words, its price, and the day of the quarter on which it is placed."""

    title: str
    fen: int
    day: int


SETTLED = Wanted("叶片热障涂层热震性能研究", 4_800_000, 2)
CONFIRMING = Wanted("涂层氧化动力学研究", 3_200_000, 28)
WAITING = Wanted("高温合金基体显微组织分析", 2_600_000, 50)
"""What the regions have settled, what they are confirming, and what no settlement has yet."""


def told(on: Ground, cast: Cast, store: Store) -> None:
    """Tell the last quarter, and what the offices did when it was over, by the acts that people use."""
    first, over = quarter_before(on.now)
    third = (first + timedelta(days=62)).replace(day=1)
    begun = datetime.combine(first, time(10), ZONE)
    one = Told(cast, begun, begun + timedelta(days=DAYS))
    quota = _granted(one, first)
    settled, confirming = (_approved(one, store, quota, wanted) for wanted in (SETTLED, CONFIRMING))
    _paid(one, settled, settled.since + timedelta(days=3))
    auditing.cleared(one, settled)
    clearing.settled(one, first, third)
    _paid(one, confirming, max(confirming.since, datetime.combine(third, time(10), ZONE)) + timedelta(days=3))
    waiting = _approved(one, store, quota, WAITING)
    since = Told(cast, datetime.combine(over, time(), ZONE), on.now)
    auditing.drawn(since.by(SYSTEM, 0.05))
    clearing.asked(since, third, over)
    _paid(since, waiting, since.by(SYSTEM, 0.30).now)
    _drafted(since)
    for who in ("firm_manager", "provider_manager"):
        told_then = list(Notice.objects.values_list("pk", flat=True))
        notices.read(since.by(who, 0.90), notices=told_then)


def _granted(one: Told, first: date) -> int:
    """Rules of the whole province with clearing, and the firm's quota under them: its number."""
    ends = date(first.year + 1, 1, 1)
    said = rulesets.draft(
        one.by("region_reviewer", -0.25), scheme=SCHEME, jurisdiction=clearing.PAYER, valid_from=first,
        valid_to=ends, changes=TERMS,
    )  # fmt: skip
    rulesets.approve(one.by("second_reviewer", -0.20), rule_set=said["rule_set"])
    asked = quotas.apply(one.by("firm_manager", 0.0), scheme=SCHEME, organisation=one.cast.seats["firm"])
    quotas.grant(one.by("region_reviewer", 0.01), quota=asked["quota"])
    number: int = asked["quota"]
    return number


def _drafted(since: Told) -> None:
    """Next year's rules of the scheme for a city: a second reviewer is to put them into force."""
    year = local(since.now).year + 1
    rulesets.draft(
        since.by("region_reviewer", 0.80), scheme=SCHEME, jurisdiction=CITY,
        valid_from=date(year, 1, 1), valid_to=date(year + 1, 1, 1), changes=TERMS,
    )  # fmt: skip


def _approved(one: Told, store: Store, quota: int, wanted: Wanted) -> Redemption:
    """An order with all its papers whose claim was approved when its publicity was over: that claim."""
    at = wanted.day / DAYS
    number = ordering.placed(one, wanted.title, "research", at)
    ordering.agreed(one, number, quota, wanted.fen, at + 0.02, SCHEME)
    until = local(one.by(SYSTEM, at + 0.45).now).date()
    ordering.signed(one, store, number, until, at + 0.05, "firm_manager")
    delivery.begin(one.by("provider_manager", at + 0.08), order=number)
    sample = _sent(one, number, at + 0.09) if wanted is WAITING else None
    ordering.shown(one, store, "provider_member", at + 0.12, number, "report")
    if sample is not None:
        _tested(one, sample, at + 0.13)
    ordering.finished(one, store, number, wanted.fen, at + 0.12)
    claim = ordering.claimed(one, number, wanted.fen, at + 0.23)
    redemptions.pass_region(one.by("region_reviewer", at + 0.25), redemption=claim)
    due = Redemption.objects.values_list("due", flat=True).get(pk=claim)
    redemptions.approve(By(SYSTEM, due + MOMENT), redemption=claim)
    row: Redemption = Redemption.objects.get(pk=claim)
    return row


def _sent(one: Told, order: int, at: float) -> int:
    """A sample that the firm sends when the work has begun: its number."""
    said = samples.register(
        one.by("firm_member", at), order=order, code=f"DEMO-S{order}", what="叶片基体切片（合成）",
        quantity="2 片",
    )  # fmt: skip
    samples.ship(one.by("firm_member", at), sample=said["sample"], waybill=f"DEMO-{order}")
    number: int = said["sample"]
    return number


def _tested(one: Told, sample: int, at: float) -> None:
    """It is written down as received after the report was: that is what an alarm is about."""
    samples.receive(
        one.by("provider_member", at), sample=sample, lab_number=f"LAB-{sample}", condition="完好"
    )
    samples.test(one.by("operator", at), sample=sample)
    samples.verify(one.by("provider_member", at + 0.005), sample=sample)


def _paid(one: Told, claim: Redemption, at: datetime) -> None:
    """The province pays what the provider's region has advanced."""
    by = By(f"person:{one.cast.people['region_finance']}", at)
    payouts.pay(
        by, redemption=claim.pk, payer=clearing.PAYER, reference=f"DEMO-PAY-{claim.pk}",
        fen=claim.approved_fen,
    )  # fmt: skip
