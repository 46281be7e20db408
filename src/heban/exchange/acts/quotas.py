"""Quotas: a firm applies for vouchers of a year; two offices look at it; then it has room under its caps."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from heban.exchange import access
from heban.exchange.acts import buckets, rulesets, ties
from heban.exchange.acts.approvals import hand
from heban.exchange.acts.consents import agree, agreed
from heban.exchange.acts.notices import tell
from heban.exchange.acts.related import key
from heban.exchange.acts.rows import found, locked
from heban.exchange.acts.steps import ensure_reason, stepped
from heban.exchange.china import ZONE, local, year_of
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Case, FirmYear, Organisation, Scheme, Standing, VoucherQuota
from heban.exchange.rules import eligibility
from heban.exchange.rules.application import Application, objections
from heban.exchange.rules.deadlines import last_quota_day
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.terms import Terms, terms
from heban.exchange.rules.voucher import limits

MACHINE = "VoucherQuota"


@act
def apply(by: By, *, scheme: str, organisation: int, station: int | None = None) -> Said:
    """Apply for the vouchers of this year, as a firm's manager or through a station that has its mandate.

    Refused with the first objection of the scheme: kind of beneficiary, national test, exclusion.
    """
    firm = found(Organisation, "organisation", pk=organisation)
    day = local(by.now).date()
    rule_set, held = rulesets.in_force(scheme, firm.jurisdiction.code, day)
    row = VoucherQuota(
        scheme=found(Scheme, "scheme", code=scheme), rule_set=rule_set, organisation=firm,
        year=year_of(by.now), kinds=kinds(firm, day), figures=latest(firm), station_id=station,
        applied_by_id=by.person, made_at=by.now,
    )  # fmt: skip
    who = access.ensure(by, row, "station" if station else "firm")
    _refuse(row, held, day)
    stepped(by, row, MACHINE, "create", *who)
    hand(row, "submitted", by)
    return told(row)


@act
def county_pass(by: By, *, quota: int) -> Said:
    """Pass an application on, as the county's reviewer; what the scheme objects to on this day is refused."""
    row = locked(VoucherQuota, quota, "quota")
    _refuse(row, terms(row.rule_set.terms), local(by.now).date())
    stepped(by, row, MACHINE, "county_pass", *access.actors(by, row))
    hand(row, "county", by)
    return told(row)


@act
def reject(by: By, *, quota: int) -> Said:
    """Reject an application, as the county's or the region's reviewer, for a reason (`By.reason`)."""
    row = locked(VoucherQuota, quota, "quota")
    event = "county_reject" if row.state == "applied" else "region_reject"
    ensure_reason(by)
    stepped(by, row, MACHINE, event, *access.actors(by, row))
    tell(by, "quota.rejected", row, organisation=row.organisation_id)
    return told(row)


@act
def grant(by: By, *, quota: int) -> Said:
    """Grant a quota, as the region's reviewer, and open the year's caps of the firm and its controller.

    Where the rules have one level of review nobody passed it before; where they have two the county did.
    """
    row = locked(VoucherQuota, quota, "quota")
    held = terms(row.rule_set.terms)
    day = local(by.now).date()
    _refuse(row, held, day)
    if held.review_levels == 2 and row.state == "applied":
        raise denied("quota.county_first", quota=quota)
    event = "skip_county" if row.state == "applied" else "grant"
    last = last_quota_day(held, day)
    group = ties.group_of(row.organisation)
    over = datetime.combine(last + timedelta(days=1), time(), ZONE)
    stepped(
        by, row, MACHINE, event, *access.actors(by, row), due=over, last_day=last, controller=group
    )  # fmt: skip
    hand(row, "region", by)
    _open_caps(row, held)
    tell(by, "quota.granted", row, organisation=row.organisation_id)
    return told(row)


@act
def freeze(by: By, *, quota: int, case: int) -> Said:
    """Freeze a quota for a case: no new hold, no payment, until it is closed."""
    row = locked(VoucherQuota, quota, "quota")
    _ensure_case(case, row, "investigating", "hearing", "closed_proven")
    stepped(by, row, MACHINE, "freeze", *access.actors(by, row))
    tell(by, "quota.frozen", row, organisation=row.organisation_id)
    return told(row)


@act
def unfreeze(by: By, *, quota: int, case: int) -> Said:
    """Let a frozen quota go, when its case was closed clean."""
    row = locked(VoucherQuota, quota, "quota")
    _ensure_case(case, row, "closed_clean")
    stepped(by, row, MACHINE, "unfreeze", *access.actors(by, row))
    tell(by, "quota.unfrozen", row, organisation=row.organisation_id)
    return told(row)


@act
def revoke(by: By, *, quota: int, case: int) -> Said:
    """Revoke a quota whose case was proven; two reviewers of the region must agree to it."""
    row = locked(VoucherQuota, quota, "quota")
    _ensure_case(case, row, "closed_proven")
    who = access.ensure(by, row, "region_reviewer")
    persons = _reviewers(by, row)
    if persons < 2:
        return {**told(row), "persons": persons}
    stepped(by, row, MACHINE, "revoke", *who)
    tell(by, "quota.revoked", row, organisation=row.organisation_id)
    return {**told(row), "persons": persons}


@act
def close(by: By, *, quota: int) -> Said:
    """Give a quota back, as the firm; not while a hold of it lives."""
    row = locked(VoucherQuota, quota, "quota")
    if row.holds.filter(state__in=["held", "committed"]).exists():
        raise denied("quota.has_holds", quota=quota)
    stepped(by, row, MACHINE, "close", *access.actors(by, row), due=None)
    return told(row)


@act
def year_end(by: By, *, quota: int) -> Said:
    """End a quota after its last day; holds that live keep their year."""
    access.ensure_system(by)
    row = locked(VoucherQuota, quota, "quota")
    if row.due is None or by.now < row.due:
        raise denied("quota.not_yet", quota=quota, day=row.last_day)
    stepped(by, row, MACHINE, "year_end", "system", due=None)
    return told(row)


DEADLINES = {("VoucherQuota", "granted"): year_end, ("VoucherQuota", "frozen"): year_end}


def kinds(organisation: Any, day: Any) -> list[str]:
    """Return which kinds of beneficiary an organisation is on a day; every firm is a firm, a team a team."""
    said = Standing.objects.filter(access.in_force(day), organisation=organisation)
    own = {"firm": "firm", "team": "team"}.get(organisation.kind)
    return sorted({*said.values_list("kind", flat=True), *([own] if own else [])})


def latest(organisation: Any) -> Any:
    """Return the figures that an organisation declared last, or nothing."""
    return FirmYear.objects.filter(organisation=organisation).order_by("-year", "-id").first()


def verdict(figures: Any) -> eligibility.Verdict | None:
    """Return what the national test says of declared figures; nothing is known of a firm without any."""
    return None if figures is None else eligibility.tech_sme(as_year(figures.figures))


def as_year(figures: Any) -> eligibility.FirmYear:
    """Return declared figures as the rules read them."""
    lists = {name: tuple(figures.get(name, ())) for name in ("breaches", "direct")}
    return eligibility.FirmYear(**{**figures, **lists})


def as_figures(year: eligibility.FirmYear) -> dict[str, Any]:
    """Return the figures of a year as they are kept."""
    return asdict(year)


def told(row: Any) -> Said:
    """Return a quota as an act answers it."""
    return {
        "quota": row.pk,
        "state": row.state,
        "version": row.version,
        "year": row.year,
        "scheme": row.scheme.code,
        "organisation": row.organisation_id,
        "last_day": row.last_day.isoformat() if row.last_day else None,
    }


def _refuse(row: Any, held: Terms, day: Any) -> None:
    """Refuse with the scheme's first objection to the applicant; a service is not asked for yet."""
    place = row.organisation.jurisdiction.code
    wanted = Application(
        frozenset(row.kinds), held.eligible_classes[0], place, place,
        blacklisted_until=row.organisation.blacklisted_until, tech_sme=verdict(row.figures),
    )  # fmt: skip
    if said := [one for one in objections(held, wanted, day) if one.code.startswith("beneficiary.")]:
        raise said[0]


def _open_caps(row: Any, held: Terms) -> None:
    team = row.organisation.kind == "team"
    whose = {"firm": key(row.organisation), "controller": row.controller}
    for kind, limit in limits(held, team=team).items():
        if kind in whose:
            buckets.opened(kind, buckets.key(row.scheme.code, whose[kind]), row.year, limit)


def _reviewers(by: By, row: Any) -> int:
    """Count the reviewers who agree, the one who acts included; each agrees under a number of their own."""
    place = row.rule_set.jurisdiction_id
    actor = "second_reviewer" if agreed(row, "revoke") else "region_reviewer"
    return len(agree(by, row, "revoke", actor, jurisdiction=place))


def _ensure_case(case: int, row: Any, *states: str) -> None:
    known = Case.objects.filter(pk=case, state__in=states, parties__organisation=row.organisation_id).exists()
    if not known:
        raise denied("quota.no_case", quota=row.pk, case=case)
