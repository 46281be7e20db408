"""Deals: an order and the quota that would pay for it, under the rules of the day, and the caps of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from heban.domain.errors import UnknownName
from heban.exchange import access
from heban.exchange.acts import buckets, holds, rulesets
from heban.exchange.acts.holds import Cap, Name
from heban.exchange.china import local, province_of
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import BudgetBucket
from heban.exchange.models.budgets import ORDER
from heban.exchange.rules import paying, roles
from heban.exchange.rules.application import Application, objections
from heban.exchange.rules.machines import machines
from heban.exchange.rules.refusals import Denial, denied, listed
from heban.exchange.rules.roles import Thing
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.voucher import CAPS, Bucket, BucketName
from heban.exchange.statements import prepared

_ORDER = """
    SELECT o.id, o.state, o.service_class, o.use, o.other_funding_fen, q.total_fen, q.eligible_fen,
        coalesce(c.key, ''), f.id, coalesce(f.uscc, ''), fj.code, f.blacklisted_until,
        p.id, coalesce(p.uscc, ''), pj.code, p.blacklisted_until
    FROM exchange_serviceorder o
        JOIN exchange_organisation f ON f.id = o.firm_id
        JOIN exchange_jurisdiction fj ON fj.id = f.jurisdiction_id
        JOIN exchange_organisation p ON p.id = o.provider_id
        JOIN exchange_jurisdiction pj ON pj.id = p.jurisdiction_id
        LEFT JOIN exchange_controlled c ON c.organisation_id = f.id
        LEFT JOIN exchange_quote q ON q.id = coalesce(o.quote_id,
            (SELECT id FROM exchange_quote WHERE order_id = o.id ORDER BY no DESC LIMIT 1))
    WHERE o.id = %s
"""
_QUOTA = """
    SELECT q.id, q.state, q.organisation_id, q.year, q.last_day, q.kinds, q.controller, s.code, j.code
    FROM exchange_voucherquota q JOIN exchange_scheme s ON s.id = q.scheme_id
        JOIN exchange_ruleset r ON r.id = q.rule_set_id
        JOIN exchange_jurisdiction j ON j.id = r.jurisdiction_id
    WHERE q.id = %s
"""


class Party(NamedTuple):
    """A firm or a provider: where it is registered, and until when it is excluded."""

    id: int
    uscc: str
    place: str
    excluded_until: date | None

    @property
    def key(self) -> str:
        """What it is called in buckets."""
        return self.uscc or f"team:{self.id}"


class Order(NamedTuple):
    """What a voucher would pay for; of the quote that was accepted, else of the last one."""

    id: int
    state: str
    service_class: str
    use: str
    other_funding_fen: int
    total_fen: int | None
    eligible_fen: int | None
    controller: str
    firm: Party
    provider: Party


class Quota(NamedTuple):
    """What would pay: a quota of a scheme, granted in a place."""

    id: int
    state: str
    organisation: int
    year: int
    last_day: date | None
    kinds: list[str]
    controller: str
    scheme: str
    granted_in: str


@dataclass(frozen=True)
class Deal:
    """An order, a quota, and the rules in force on a day where the firm is registered."""

    order: Order
    quota: Quota
    rules: Any
    terms: Terms
    day: date

    @property
    def price_fen(self) -> int:
        """What a voucher may pay for of the quote."""
        return self.order.eligible_fen or 0

    @property
    def payee(self) -> Party:
        """Who is paid by the regions."""
        return self.order.firm if paying.payee(self.terms) == paying.FIRM else self.order.provider

    @cached_property
    def payers(self) -> tuple[str, str]:
        """The codes of the jurisdictions that pay on the firm's and on the provider's side.

        On the firm's side it is that of the rules; on the other the one nearest to the provider that has a
        budget of the scheme this year.
        """
        firm: str = self.rules.jurisdiction.code
        if not self.terms.payer_weights[1]:
            return firm, firm
        place = self.order.provider.place
        return firm, nearest(self.quota.scheme, place, self.day.year) or place

    def actors(self, by: By) -> frozenset[str]:
        """Return the actors that whoever acts is for a hold of this deal."""
        if by.person is None:
            return frozenset([SYSTEM])
        firm, provider = self.order.firm, self.order.provider
        thing = Thing(holds.MACHINE, str(firm.id), firm.place, str(provider.id), provider.place)
        return roles.actors(access.held(by.person), thing, self.day)

    @cached_property
    def caps(self) -> dict[Name, int | None]:
        """The buckets that it counts in, with the limit at which one is opened when first needed."""
        firm, its = self.order.firm, self.terms
        controller = self.order.controller or self.quota.controller or firm.key
        sides = zip(self.payers, its.payer_weights, strict=True)
        found: dict[Name, int | None] = {("budget", code): None for code, weight in sides if weight}
        if (limit := its.controller_cap_fen) is not None:
            found["controller", controller] = limit
        found["firm", firm.key] = None
        if (limit := its.provider_year_cap_fen) is not None:
            found["provider", self.order.provider.key] = limit
        return {(kind, buckets.key(self.quota.scheme, one)): limit for (kind, one), limit in found.items()}


def nearest(scheme: str, place: str, year: int) -> str | None:
    """Return the code of the place, its city or its province: the nearest that has a budget of a scheme."""
    codes = {buckets.key(scheme, code): code for code in (place, f"{place[:4]}00", province_of(place))}
    there = BudgetBucket.objects.filter(kind="budget", year=year, key__in=codes)
    known = set(there.values_list("key", flat=True))
    return next((code for key, code in codes.items() if key in known), None)


def agreed_deal(by: By, order: int, quota: int, *, lock: bool = True) -> Deal:
    """Return a deal, its order and quota locked unless only its numbers are wanted."""
    said = _one(_ORDER + " FOR NO KEY UPDATE OF o" * lock, order, "order")
    asked = Order._make([*said[:8], Party(*said[8:12]), Party(*said[12:])])
    drawn = Quota(*_one(_QUOTA + " FOR NO KEY UPDATE OF q" * lock, quota, "quota"))
    if drawn.organisation != asked.firm.id:
        raise denied("access.denied")
    day = local(by.now).date()
    rules, its = rulesets.in_force(drawn.scheme, asked.firm.place, day)
    return Deal(asked, drawn, rules, its, day)


def ensure_open(deal: Deal) -> None:
    """Refuse a deal in which nothing can be held now, for the first reason that there is."""
    state = deal.order.state
    if state != "accepted":
        raise denied("hold.order_state", state=machines()["ServiceOrder"].states[state])
    for reason in reasons(deal):
        raise reason


def reasons(deal: Deal) -> list[Denial]:
    """Return every reason why a quota does not pay for an order, in the order in which they are looked at."""
    return [*_of_quota(deal), *_of_parties(deal)]


def locked_caps(deal: Deal) -> list[Cap]:
    """Lock the buckets of a deal; those of a controller or provider are opened when first needed.

    Refused: `cap.none`, where no budget is set or the firm's quota was never opened.
    """
    wanted = deal.caps
    caps = holds.named(list(wanted), deal.day.year)
    if not (missing := _unopened(deal, caps)):
        return caps
    for kind, key, limit in missing:
        buckets.opened(kind, key, deal.day.year, limit)
    return holds.named(list(wanted), deal.day.year)


def shown_caps(deal: Deal) -> list[Cap]:
    """Return the buckets of a deal as they are now, those not yet opened as they would be; not locked."""
    caps = holds.named(list(deal.caps), deal.day.year, lock=False)
    return caps + [Cap(0, kind, key, "", limit, limit) for kind, key, limit in _unopened(deal, caps)]


def rooms(deal: Deal, caps: Iterable[Cap]) -> Mapping[BucketName, Bucket]:
    """Return what is left under each cap; several budgets are one, of as much as all can carry together."""
    known = list(caps)
    budgets = [one for one in known if one.kind == "budget"]
    left = paying.most_carried(deal.terms, {one.payer: one.room_fen for one in budgets}, *deal.payers)
    most = paying.most_carried(deal.terms, {one.payer: one.limit_fen for one in budgets}, *deal.payers)
    under = {one.kind: Bucket(one.limit_fen, one.limit_fen - one.room_fen) for one in known}
    return under | {"budget": Bucket(most, most - left)}


def _of_quota(deal: Deal) -> list[Denial]:
    quota = deal.quota
    if quota.state != "granted":
        return [denied("hold.quota_state", state=machines()["VoucherQuota"].states[quota.state])]
    if quota.year != deal.day.year or (quota.last_day is not None and quota.last_day < deal.day):
        return [denied("hold.quota_over", until=quota.last_day or date(quota.year, 12, 31))]
    now = deal.rules.jurisdiction.code
    if quota.granted_in != now:
        return [denied("hold.quota_elsewhere", granted=quota.granted_in, now=now)]
    return []


def _of_parties(deal: Deal) -> list[Denial]:
    order, barred = deal.order, deal.order.provider.excluded_until
    asked = Application(
        frozenset(deal.quota.kinds), order.service_class, order.firm.place, order.provider.place, order.use,
        order.other_funding_fen, order.firm.excluded_until,
    )  # fmt: skip
    found = objections(deal.terms, asked, deal.day)
    if barred is not None and deal.day < barred:
        found.append(denied("hold.provider_barred", until=barred))
    return found


def _unopened(deal: Deal, caps: Iterable[Cap]) -> list[tuple[BucketName, str, int]]:
    """The buckets that are opened when first needed and are not there yet, in the order of locking."""
    there = {(one.kind, one.key) for one in caps}
    missing = {name: limit for name, limit in deal.caps.items() if name not in there}
    if closed := [name for name, limit in missing.items() if limit is None]:
        named = listed((f"{CAPS[kind].zh} {key}", f"{kind} {key}") for kind, key in closed)
        raise denied("cap.none", year=deal.day.year, caps=named)
    found = ((kind, key, limit or 0) for (kind, key), limit in missing.items())
    return sorted(found, key=lambda one: (ORDER.index(one[0]), one[1]))


def _one(statement: str, number: int, name: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = prepared(statement, [number]).fetchone()
    if row is None:
        raise UnknownName(f"there is no {name} {number}. Look it up again.")
    return row
