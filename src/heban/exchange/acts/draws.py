"""Draws: claims paid in a quarter that are audited, by a seed that nobody could choose, and all risk hits."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max

from heban.exchange.acts import alarms, heads
from heban.exchange.acts.notices import tell
from heban.exchange.china import ZONE, local
from heban.exchange.desk import By, Said, act
from heban.exchange.models import AuditDraw, CaseSubject, Membership, Redemption
from heban.exchange.rules import sampling
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.roles import lies_in
from heban.exchange.rules.terms import terms

_QUARTER = re.compile(r"(20\d\d)Q([1-4])")


@act
def draw(by: By, *, period: str) -> Said:
    """Draw what is audited of the claims that were paid in a quarter, as 2026Q1; once and for all.

    By the system, after the quarter. The seed is the SHA-256 of the period and of the audit's head of its
    last day, which is taken here if it was not. Of all claims under rules that say the same share, that share
    is drawn by chance; every claim that a case names is a risk hit and is audited besides. One that is both
    counts as drawn by chance. Refused: `draw.not_over`, and as by `heads.take`.
    """
    if by.person is not None:
        raise denied("access.denied")
    first, over = quarter(period)
    if by.now < over:
        raise denied("draw.not_over", period=period, until=over.date())
    alarms.in_turn()
    done = AuditDraw.objects.filter(period=period)
    if not done.exists():
        head = heads.take(by, day=over.date() - timedelta(days=1))
        drawn = _sampled(first, over, sampling.seed(period, head["digest"]))
        AuditDraw.objects.bulk_create(
            AuditDraw(redemption_id=number, period=period, seed=seed, ground=ground, at=by.now)
            for number, (seed, ground) in sorted(drawn.items())
        )
        _tell_auditors(by, period, list(drawn))
    return told(period)


def quarter(period: str) -> tuple[datetime, datetime]:
    """Return the first moment of a quarter in Asia/Shanghai, and the first after it.

    >>> [moment.date().isoformat() for moment in quarter("2026Q4")]
    ['2026-10-01', '2027-01-01']
    """
    said = _QUARTER.fullmatch(period)
    if said is None:
        raise denied("draw.period", period=period)
    year, month = int(said[1]), 3 * int(said[2]) - 2
    ends = date(year + month // 10, (month + 3 - 1) % 12 + 1, 1)
    return datetime(year, month, 1, tzinfo=ZONE), datetime.combine(ends, time(), ZONE)


def quarter_before(moment: datetime) -> str:
    """Return the quarter before the one in which a moment lies.

    >>> from datetime import UTC
    >>> quarter_before(datetime(2026, 1, 1, tzinfo=UTC))
    '2025Q4'
    """
    day = local(moment)
    number = 4 * day.year + (day.month - 1) // 3 - 1
    return f"{number // 4}Q{number % 4 + 1}"


def told(period: str) -> Said:
    """Return a draw as an act answers it."""
    rows = AuditDraw.objects.filter(period=period).order_by("redemption_id")
    seeds = sorted(set(rows.values_list("seed", flat=True)))
    by_ground = {
        ground: list(rows.filter(ground=ground).values_list("redemption_id", flat=True))
        for ground in ("random", "risk")
    }
    return {"period": period, "seed": seeds[0] if seeds else None, **by_ground}


def _sampled(first: datetime, over: datetime, seed: str) -> dict[int, tuple[str, str]]:
    """What is drawn by chance and what is hit, by the number of the claim; each was never drawn before."""
    paid = Redemption.objects.filter(state__in=["paid", "closed", "clawback_due", "clawed_back"])
    paid = paid.annotate(last=Max("payouts__at")).filter(last__gte=first, last__lt=over, draw=None)
    items: dict[int, list[str]] = defaultdict(list)
    for number, share in paid.values_list("pk", "hold__rule_set__terms"):
        items[terms(share).audit_sample_bp].append(str(number))
    named = CaseSubject.objects.filter(subject="redemption", case__made_at__lt=over)
    hits = {str(number) for number in named.values_list("subject_id", flat=True)}
    found: dict[int, tuple[str, str]] = {}
    for share, numbers in sorted(items.items()):
        known = sampling.sample(numbers, seed, share, hits & set(numbers))
        drawn = set(known.drawn)
        found |= {int(one): (seed, "random" if one in drawn else "risk") for one in known.items}
    return found


def _tell_auditors(by: By, period: str, numbers: list[int]) -> None:
    """Tell each auditor once how many claims of firms or providers where they look are to be audited."""
    rows: list[Any] = list(
        Redemption.objects.filter(pk__in=numbers).order_by("pk").values_list(
            "pk", "hold__order__firm_id", "hold__order__provider_id",
            "hold__order__firm__jurisdiction__code", "hold__order__provider__jurisdiction__code",
        )
    )  # fmt: skip
    for person, areas in alarms.auditors(local(by.now).date()).items():
        own = set(Membership.objects.filter(person=person).values_list("organisation_id", flat=True))
        theirs = [
            number for number, firm, provider, *places in rows
            if not own & {firm, provider} and any(lies_in(at, area) for at in places for area in areas)
        ]  # fmt: skip
        if theirs:
            tell(by, "audit.drawn", Redemption(pk=theirs[0]), person=person, count=len(theirs), period=period)
