"""Four provinces with a scheme of their own: firms, providers, offices, and the life of an order."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from psycopg.types.json import Json

from heban.domain.errors import Refused
from heban.exchange.acts import payouts, redemptions, vouchers
from heban.exchange.demo.ground import credit_code
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import (
    Hold,
    Jurisdiction,
    Organisation,
    Person,
    RuleSet,
    ServiceOrder,
    VoucherQuota,
)
from tests.exchange.claim_desk import OVER
from tests.exchange.desks import ACT, NOW, REGION, SECOND_REGION, Base
from tests.exchange.rows import last, row, step, steps
from tests.exchange.voucher_desk import order, seat, serve, sign

REGIONS = ("310000", "320000", "330000", "340000")
FIRMS, PROVIDERS, EACH = 24, 8, 3
SCHEME = "four"
OFFICES = ("county_reviewer", "region_reviewer", "region_finance")
LIMITS = {"firm_year_cap_fen": 30_000, "provider_year_cap_fen": 80_000, "region_budget_fen": 150_000}
"""Low enough for each kind of cap to bind."""
CLOCK = By(SYSTEM, NOW)
LATER = By(SYSTEM, NOW + OVER)


@dataclass
class World:
    """Who is there: firms and providers with the number of their manager, and the offices of each region."""

    base: Base
    firms: dict[int, int]
    providers: dict[int, int]
    offices: dict[str, dict[str, int]]
    platform: int
    quotas: dict[int, int]
    orders: list[tuple[int, int]] = field(default_factory=list)
    claims: list[int] = field(default_factory=list)
    papers: threading.Lock = field(default_factory=threading.Lock)
    """Papers of a test are written as rows that follow the last one: one thread at a time."""

    def by(self, person: int) -> By:
        return By(f"person:{person}", NOW, reason="四省")

    def office(self, region: str, role: str, by: By = CLOCK) -> By:
        return By(f"person:{self.offices[region][role]}", by.now, reason="四省")


def world(base: Base) -> World:
    """Write the four provinces; firms lie in them by turns, and each controller has two firms."""
    codes = [code for code in REGIONS if code not in ("310000", "330000")]
    with base.app(autocommit=False) as app:
        app.execute(ACT + "".join(row("jurisdiction", code=code, name=code) for code in codes))
    places = dict(Jurisdiction.objects.filter(code__in=REGIONS).values_list("code", "pk"))
    with base.app(autocommit=False) as app:
        app.execute(ACT + _organisations(places) + _rules(places))
    firms, providers = (_managers(kind, role) for kind, role in (
        ("firm", "firm_manager"), ("provider", "provider_manager")
    ))  # fmt: skip
    with base.app(autocommit=False) as app:
        app.execute(ACT + _quotas(list(firms)))
    offices = {
        code: {role: _person(4, role, place) for role in OFFICES}
        for code, place in places.items()
    }  # fmt: skip
    quotas = dict(VoucherQuota.objects.filter(scheme__code=SCHEME).values_list("organisation_id", "pk"))
    made = World(base, firms, providers, offices, _person(5, "platform", None), quotas)
    chance = random.Random(4)
    for _ in range(EACH):
        for firm in firms:
            fen, provider = chance.randrange(9_001, 25_001), chance.choice(list(providers))
            made.orders.append((order(base, fen, firm_id=firm, provider_id=provider), fen))
    return made


def trade(on: World, seed: int, mine: list[tuple[int, int]], refused: Callable[[str], None]) -> None:
    """Take each order as far as it comes, and now and then meddle with a claim of somebody else."""
    chance = random.Random(seed)
    for number, fen in mine:
        for meddling in (lambda n=number, f=fen: _life(on, n, f, chance), lambda: _meddle(on, chance)):
            try:
                meddling()
            except Refused as no:
                refused(no.code)


def pay_all(on: World, claim: int) -> None:
    """Each payer of an approved claim pays its part; the provider's region advances the others'."""
    hold = Hold.objects.get(redemptions=claim)
    parts = hold.parts.filter(bucket__kind="budget", used_fen__gt=0)
    for payer, fen in parts.values_list("bucket__jurisdiction__code", "used_fen"):
        finance = on.office(payer, "region_finance", LATER)
        payouts.pay(finance, redemption=claim, payer=payer, reference=f"B{claim}-{payer}", fen=fen)


def _life(on: World, number: int, fen: int, chance: random.Random) -> None:
    """A hold, its contract, its claim, and its money; at some point it may be given back or rejected."""
    firm, provider = _parties(number)
    manager, seller = on.by(on.firms[firm]), on.by(on.providers[provider])
    asked = min(fen // 2, chance.randrange(2_001, 12_000))
    hold = vouchers.hold(manager, order=number, quota=on.quotas[firm], asked_fen=asked)["hold"]
    if chance.random() < 0.15:
        vouchers.release(manager, hold=hold)
        return
    with on.papers:
        sign(on.base, number, fen)
    vouchers.commit(CLOCK, hold=hold, until=date(2026, 5, 31))
    with on.papers:
        serve(on.base, number, fen, fen - asked)
    claim = redemptions.draft(seller, hold=hold, claimed_fen=asked)["redemption"]
    redemptions.submit(seller, redemption=claim)
    region = Organisation.objects.values_list("jurisdiction__code", flat=True).get(pk=firm)
    redemptions.pass_county(on.office(region, "county_reviewer"), redemption=claim)
    if chance.random() < 0.15:
        redemptions.reject(on.office(region, "region_reviewer"), redemption=claim)
        return
    redemptions.pass_region(on.office(region, "region_reviewer"), redemption=claim)
    on.claims.append(claim)
    redemptions.approve(LATER, redemption=claim)
    if chance.random() < 0.85:
        pay_all(on, claim)


def _meddle(on: World, chance: random.Random) -> None:
    """Approve, pay or void what another thread may be at."""
    if not on.claims:
        return
    claim = chance.choice(on.claims)
    match chance.choice(["approve", "pay", "void"]):
        case "approve":
            redemptions.approve(LATER, redemption=claim)
        case "pay":
            pay_all(on, claim)
        case "void":
            hold = Hold.objects.get(redemptions=claim)
            vouchers.release(on.by(on.firms[_parties(hold.order_id)[0]]), hold=hold.pk)


def _parties(number: int) -> tuple[int, int]:
    found: tuple[int, int] = ServiceOrder.objects.values_list("firm_id", "provider_id").get(pk=number)
    return found


def _organisations(places: dict[str, int]) -> str:
    text = ""
    for n in range(FIRMS + PROVIDERS):
        code = REGIONS[n % 4]
        text += row(
            "organisation", uscc=credit_code(code, n), name=f"四省{n}", jurisdiction_id=places[code],
            kind="firm" if n < FIRMS else "provider",
        )  # fmt: skip
        if n < FIRMS:
            text += row("controlled", organisation_id=last("organisation"), key=f"C{n // 2}")
    return text


def _rules(places: dict[str, int]) -> str:
    terms = Json({**LIMITS, "payer_weights": [2, 1], "clearing": "cleared"})
    text = row("scheme", code=SCHEME, name="四省", name_en="four")
    for code, place in places.items():
        text += row("ruleset", scheme_id=last("scheme"), jurisdiction_id=place, valid_from="2026-01-01",
                    terms=terms, drafted_by_id=REGION)  # fmt: skip
        text += step("ruleset", last("ruleset"), "active", 2, approved_by_id=SECOND_REGION)
        text += row("budgetbucket", kind="budget", year=2026, key=f"{SCHEME}:{code}", jurisdiction_id=place,
                    limit_fen=LIMITS["region_budget_fen"])  # fmt: skip
    return text


def _quotas(firms: list[int]) -> str:
    text = ""
    for firm in firms:
        of = Organisation.objects.get(pk=firm)
        rules = RuleSet.objects.get(scheme__code=SCHEME, jurisdiction=of.jurisdiction_id).pk
        text += row("voucherquota", scheme_id=RuleSet.objects.get(pk=rules).scheme_id, rule_set_id=rules,
                    organisation_id=firm, year=2026, kinds=["tech_sme"], controller=f"C{firm}",
                    applied_by_id=1, last_day="2026-12-31")  # fmt: skip
        text += steps("voucherquota", last("voucherquota"), "county_passed", "granted")
        text += row("budgetbucket", kind="firm", year=2026, key=f"{SCHEME}:{of.uscc}",
                    limit_fen=LIMITS["firm_year_cap_fen"])  # fmt: skip
    return text


def _managers(kind: str, role: str) -> dict[int, int]:
    rows = Organisation.objects.filter(kind=kind, name__startswith="四省").order_by("pk")
    return {one.pk: _person(one.pk, role, None) for one in rows}


def _person(organisation: int, role: str, place: int | None) -> int:
    made = Person.objects.create(name=role, email=f"{role}.{organisation}.{place}@example.org")
    seat(made.pk, organisation, role, place)
    return int(made.pk)
