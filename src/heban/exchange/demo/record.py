"""A synthetic record of a voucher programme: quotas, orders and money, written as far as a day has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from heban.exchange.acts.rulesets import scheme_row
from heban.exchange.china import ZONE
from heban.exchange.demo import claims, timeline
from heban.exchange.demo.book import SCHEME, Book, Order, Programme, hands
from heban.exchange.demo.ground import PILOT, Ground, Party
from heban.exchange.demo.mass import step, written
from heban.exchange.demo.timeline import midnight_after
from heban.exchange.demo.words import SERVICES
from heban.exchange.models import Scheme
from heban.exchange.rules.schemes import scheme
from heban.exchange.rules.terms import Terms

BUDGETS = {"310118": 420_000_000, "320509": 380_000_000, "330421": 260_000_000, "340500": 220_000_000}
"""Invented budgets of a year, in fen: none is published."""


def record(on: Ground, made: Programme) -> int:
    """Write a programme up to a moment, within `mass.writing`, and return how many orders it has.

    Each firm is granted a quota in the period; orders come after it, each from another province than the
    provider's, under the caps of firm and place; their prices sum to the total exactly.
    """
    rules = rule_sets(on, made)
    granted = _quotas(on, made, rules)
    orders = _drawn(on, made, granted)
    book = Book(on, made, orders, rules)
    book.ordered()
    book.held()
    book.served()
    claims.claimed(book)
    claims.paid(book)
    claims.counted(book)
    return len(orders)


def rule_sets(on: Ground, made: Programme) -> dict[str, int]:
    """Write the rules of each place of the pilot for the year, and their budgets; return their numbers."""
    kind = scheme_row(SCHEME)
    since = date(made.year, 1, 1)
    begun = _at(since - timedelta(days=20))
    numbers = written(
        "ruleset",
        {"jurisdiction_id": [on.places[place] for place in PILOT], "terms": [_terms(p) for p in PILOT]},
        scheme_id=kind.pk, valid_from=since, valid_to=None if made.open_end else date(made.year + 1, 1, 1),
        drafted_by_id=on.clerks["region"], since=begun, due=None, approved_by_id=None,
    )  # fmt: skip
    approved = [on.clerks["second_region"]] * len(PILOT)
    step("ruleset", numbers, "active", [begun + timedelta(days=5)] * len(PILOT), approved_by_id=approved)
    written(
        "budgetbucket",
        {
            "key": [f"{SCHEME}:{place}" for place in PILOT],
            "jurisdiction_id": [on.places[place] for place in PILOT],
            "limit_fen": [BUDGETS[place] for place in PILOT],
        },
        kind="budget", year=made.year,
    )  # fmt: skip
    return dict(zip(PILOT, numbers, strict=True))


def _terms(place: str) -> dict[str, Any]:
    given = scheme(SCHEME).terms.model_copy(update={"region_budget_fen": BUDGETS[place]})
    return given.model_dump(mode="json")


def _quotas(on: Ground, made: Programme, rules: Mapping[str, int]) -> dict[int, tuple[Party, int, datetime]]:
    """Each firm's quota, and when it was granted: in the first part of the period, however short it is."""
    begun, ended = _bounds(on, made)
    length = (ended - begun) / timedelta(days=1)
    least, most = min(0.5, length * 0.03), length * 0.06
    applied = [begun + timedelta(days=float(on.rng.uniform(0, length * 0.55))) for _ in made.firms]
    passed = [at + timedelta(days=float(on.rng.uniform(least, most))) for at in applied]
    granted = [at + timedelta(days=float(on.rng.uniform(least, most))) for at in passed]
    kind = Scheme.objects.get(code=SCHEME).pk
    over = date(made.year, 12, 31)
    clerk = on.clerks
    numbers = written(
        "voucherquota",
        {
            "organisation_id": [firm.id for firm in made.firms],
            "rule_set_id": [rules[firm.place] for firm in made.firms],
            "since": applied, "made_at": applied,
        },
        scheme_id=kind, year=made.year, kinds=["tech_sme"], applied_by_id=clerk["firm"],
    )  # fmt: skip
    step("voucherquota", numbers, "county_passed", passed)
    ends = [midnight_after(over)] * len(numbers)
    keys = [firm.uscc for firm in made.firms]
    step(
        "voucherquota", numbers, "granted", granted, due=ends, last_day=[over] * len(numbers), controller=keys
    )
    hands("voucherquota", numbers, clerk, paid=False)
    for cap, limit in (("firm", Terms().firm_year_cap_fen), ("controller", Terms().firm_year_cap_fen)):
        written(
            "budgetbucket", {"key": [f"{SCHEME}:{key}" for key in keys]}, kind=cap, year=made.year,
            limit_fen=limit, jurisdiction_id=None,
        )  # fmt: skip
    if ends[0] <= on.now:
        step("voucherquota", numbers, "expired", ends, due=[None] * len(numbers))
    return {
        firm.id: (firm, number, at) for firm, number, at in zip(made.firms, numbers, granted, strict=True)
    }


def _drawn(on: Ground, made: Programme, granted: Mapping[int, tuple[Party, int, datetime]]) -> list[Order]:
    """Orders by chance, each of a firm and at a place that has room for half its price."""
    prices = _prices(on.rng, made.orders, made.total_fen)
    firms = list(granted.values())
    room = {firm.id: Terms().firm_year_cap_fen for firm, _, _ in firms}
    budget = dict(BUDGETS)
    elsewhere = {place: [one for one in made.providers if one.place[:2] != place[:2]] for place in PILOT}
    terms, (_, last) = Terms(), _bounds(on, made)
    found = []
    for fen in sorted(prices, reverse=True):
        able = [one for one in firms if room[one[0].id] >= fen // 2 and budget[one[0].place] >= fen // 2]
        if not able:
            raise AssertionError(f"no firm of the demonstration has room for an order of {fen} fen")
        firm, quota, since = able[int(on.rng.integers(len(able)))]
        room[firm.id] -= fen // 2
        budget[firm.place] -= fen // 2
        near = elsewhere[firm.place]
        provider = near[int(len(near) * float(on.rng.random()) ** 2)]
        begun = timeline.within(on.rng, since, last)
        service = SERVICES[int(on.rng.integers(len(SERVICES)))]
        found.append(Order(firm, provider, fen, timeline.life(on.rng, begun, terms), quota, service))
    return sorted(found, key=lambda one: one.life.at["draft"])


def _bounds(on: Ground, made: Programme) -> tuple[datetime, datetime]:
    """The first moment of a programme's period, and the last that has come."""
    since, until = (datetime.combine(day, time(), ZONE) for day in (made.since, made.until))
    return since, min(until, on.now)


def _prices(rng: np.random.Generator, count: int, total_fen: int) -> list[int]:
    """Prices in whole yuan, log-normal, none beyond twice a firm's cap, that sum to a total exactly."""
    most = 55_000_000
    drawn = np.minimum(rng.lognormal(0.0, 0.85, count), 6.0)
    yuan = np.maximum(np.floor(drawn / drawn.sum() * total_fen / 100), 500).astype(int)
    yuan[int(np.argmin(yuan))] += total_fen // 100 - int(yuan.sum())
    prices = [int(one) * 100 for one in yuan]
    if sum(prices) != total_fen or max(prices) > most or min(prices) <= 0:
        raise AssertionError(f"{count} prices do not sum to {total_fen} fen below {most} each")
    return prices


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), ZONE)
