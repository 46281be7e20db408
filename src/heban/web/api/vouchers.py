"""Vouchers: rules of schemes, quotas, holds, claims, and what they are paid by."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from heban.exchange import access
from heban.exchange.acts import buckets, clawback, payouts, quotas, redemptions, rulesets, vouchers
from heban.exchange.acts import claims as acts
from heban.exchange.china import local
from heban.exchange.models import BudgetBucket, Redemption, RuleSet, VoucherQuota
from heban.exchange.reading import quotas as reading
from heban.exchange.reading import vouchers as claims
from heban.exchange.reading.programme import areas_of, seen
from heban.web.api import entry, sight
from heban.web.api.forms import Code, Id, many, one_of, signs, states
from heban.web.api.paging import Page, Span, page

router = Router(tags=["vouchers"])

entry.offer(router, "/rule-sets", "rule_set.draft", rulesets.draft)
entry.offer(router, "/rule-sets/{rule_set}/revise", "rule_set.revise", rulesets.revise)
entry.offer(router, "/rule-sets/{rule_set}/approve", "rule_set.approve", rulesets.approve)
entry.offer(router, "/rule-sets/{rule_set}/close", "rule_set.close", rulesets.close)
entry.offer(router, "/rule-sets/{rule_set}/drop", "rule_set.drop", rulesets.drop)
entry.offer(router, "/budgets/{bucket}/limit", "budget.set", buckets.set_limit)
entry.offer(router, "/quotas", "quota.apply", quotas.apply)
entry.offer(router, "/quotas/{quota}/county-pass", "quota.county_pass", quotas.county_pass)
entry.offer(router, "/quotas/{quota}/reject", "quota.reject", quotas.reject)
entry.offer(router, "/quotas/{quota}/grant", "quota.grant", quotas.grant)
entry.offer(router, "/quotas/{quota}/freeze", "quota.freeze", quotas.freeze)
entry.offer(router, "/quotas/{quota}/unfreeze", "quota.unfreeze", quotas.unfreeze)
entry.offer(router, "/quotas/{quota}/revoke", "quota.revoke", quotas.revoke)
entry.offer(router, "/quotas/{quota}/close", "quota.close", quotas.close)
entry.offer(router, "/holds/{hold}/release", "hold.release", vouchers.release, event=one_of(("void",)))
entry.offer(router, "/holds/{hold}/redemptions", "redemption.draft", redemptions.draft)
entry.offer(router, "/redemptions/{redemption}/submit", "redemption.submit", redemptions.submit)
entry.offer(router, "/redemptions/{redemption}/withdraw", "redemption.withdraw", redemptions.withdraw)
entry.offer(
    router, "/redemptions/{redemption}/send-back", "redemption.send_back", redemptions.send_back,
    defects=many(one_of(redemptions.DEFECTS), "what is to be mended", 10),
)  # fmt: skip
entry.offer(
    router, "/redemptions/{redemption}/pass-county", "redemption.pass_county", redemptions.pass_county
)
entry.offer(
    router, "/redemptions/{redemption}/pass-region", "redemption.pass_region", redemptions.pass_region
)
entry.offer(router, "/redemptions/{redemption}/reject", "redemption.reject", redemptions.reject)
entry.offer(router, "/redemptions/{redemption}/oppose", "redemption.oppose", redemptions.oppose)
entry.offer(router, "/redemptions/{redemption}/overrule", "redemption.overrule", redemptions.overrule)
entry.offer(router, "/redemptions/{redemption}/pay", "redemption.pay", payouts.pay)
entry.offer(router, "/redemptions/{redemption}/claw", "redemption.claw", clawback.claw)
entry.offer(router, "/redemptions/{redemption}/recover", "redemption.recover", clawback.recover)


class Rules(Span):
    """Of which scheme and place."""

    scheme: Annotated[str, signs(20)] | None = None
    jurisdiction: Code | None = None


class Claims(Span):
    """In which state."""

    state: states("Redemption") | None = None  # type: ignore[valid-type]


class Quotas(Span):
    """Of which organisation, year and state."""

    organisation: Id | None = None
    year: int | None = Field(None, ge=1990, le=2199)
    state: states("VoucherQuota") | None = None  # type: ignore[valid-type]


class Budget(Schema):
    """What a jurisdiction may spend in a year of a scheme, and how far it has."""

    bucket: int
    key: str
    year: int
    jurisdiction: str
    limit_fen: int
    held_fen: int
    spent_fen: int


class Published(Schema):
    """A claim in publicity (公示): who asks for how much, and until when one may object."""

    redemption: int
    firm: str
    provider: str
    approved_fen: int
    published_on: date
    published_until: date


@entry.get(router, "/rule-sets", "rule_sets", Page[dict[str, Any]])
def rule_sets(request: HttpRequest, rules: Query[Rules]) -> dict[str, Any]:
    """Rules of schemes that are or were in force, by place."""
    rows = RuleSet.objects.filter(state__in=["active", "closed"]).select_related("scheme", "jurisdiction")
    wanted = {"scheme__code": rules.scheme, "jurisdiction__code": rules.jurisdiction}
    said = page(rows.filter(**{name: value for name, value in wanted.items() if value}), rules)
    said["items"] = [rulesets.told(row) for row in said["items"]]
    return said


@entry.get(router, "/rule-sets/{rule_set}", "rule_set", dict[str, Any])
def rule_set(request: HttpRequest, rule_set: entry.Number) -> dict[str, Any]:
    """One rule set with its terms, each with its source and whether it is to be confirmed (默认值待核)."""
    rows = RuleSet.objects.filter(state__in=["active", "closed"])
    if request.auth.person is None:
        row = entry.found(rows, rule_set, "rule set")
    else:
        row = sight.ensure_seen(entry.by(request), "rule_set", rule_set)
    return {**rulesets.told(row), "terms": reading.rules(row)}


@entry.get(router, "/budgets", "budgets", Page[Budget])
def budgets(request: HttpRequest, span: Query[Span]) -> dict[str, Any]:
    """Budgets of the places that one answers for."""
    areas = areas_of(entry.by(request))
    rows = BudgetBucket.objects.filter(kind="budget").select_related("jurisdiction")
    codes = set(rows.values_list("jurisdiction__code", flat=True))
    said = page(rows.filter(jurisdiction__code__in=[code for code in codes if seen(code, areas)]), span)
    said["items"] = [
        {**buckets.told_bucket(row), "jurisdiction": row.jurisdiction.code} for row in said["items"]
    ]
    return said


@entry.get(router, "/quotas", "quotas", Page[dict[str, Any]])
def listed(request: HttpRequest, choice: Query[Quotas]) -> dict[str, Any]:
    """Quotas of one's organisations, or those of the places that one's office answers for."""
    who = entry.by(request)
    wanted = {"organisation": choice.organisation, "year": choice.year, "state": choice.state}
    given = {name: value for name, value in wanted.items() if value is not None}
    rows = VoucherQuota.objects.filter(sight.quotas(who), **given).select_related("scheme")
    said = page(rows.distinct(), choice)
    said["items"] = [quotas.told(row) for row in said["items"]]
    return said


@entry.get(router, "/quotas/waiting", "quotas.waiting", list[dict[str, Any]])
def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """Applications that one can decide next, with the points of the national test and the objections."""
    return reading.waiting(entry.by(request))


@entry.get(router, "/quotas/{quota}", "quota", dict[str, Any])
def quota(request: HttpRequest, quota: entry.Number) -> dict[str, Any]:
    """One quota with what is left under each cap of its year."""
    who = entry.by(request)
    return reading.quota(who, sight.ensure_seen(who, "quota", quota, *reading.NEAR))


@entry.get(router, "/redemptions", "redemptions", Page[dict[str, Any]])
def listed_claims(request: HttpRequest, choice: Query[Claims]) -> dict[str, Any]:
    """Claims that one sees, as a party or as an office."""
    numbers = Redemption.objects.filter(claims.seen(entry.by(request))).values("pk")
    rows = Redemption.objects.filter(pk__in=numbers)
    said = page(rows.filter(state=choice.state) if choice.state else rows, choice)
    said["items"] = [acts.told(row) for row in said["items"]]
    return said


@entry.get(router, "/redemptions/publicity", "publicity", list[Published])
def publicity(request: HttpRequest) -> list[dict[str, Any]]:
    """Claims in publicity today, for anyone (公示)."""
    return claims.publicity(local(request.auth.now).date())


@entry.get(router, "/redemptions/{redemption}", "redemption", dict[str, Any])
def claim(request: HttpRequest, redemption: entry.Number) -> dict[str, Any]:
    """One claim with its payouts and objections."""
    who = entry.by(request)
    row = entry.found(access.near(Redemption), redemption, "redemption")
    if not sight.sees(who, row):
        entry.found(Redemption.objects.none(), redemption, "redemption")
    return claims.claim(who, row)
