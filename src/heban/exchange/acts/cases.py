"""Cases: opened, looked into, heard, and closed by two people, clean or proven, with what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from heban.exchange import access, almanac
from heban.exchange.acts import clawback, vouchers
from heban.exchange.acts.consents import agree
from heban.exchange.acts.notices import tell
from heban.exchange.acts.rows import found, locked
from heban.exchange.acts.scrutiny import looked_into
from heban.exchange.acts.steps import stepped
from heban.exchange.china import local
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Case, CaseParty, CaseSubject, Hold, Organisation, Redemption, VoucherQuota
from heban.exchange.rules.machines import step
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.terms import Terms, terms

MACHINE = "Case"
TWO = frozenset(("auditor", "region_reviewer"))
KINDS = {"order": "serviceorder", "quota": "voucherquota"}
"""What people call rows that the tables call otherwise."""
CLAIMED_BACK = ("approved", "paid", "closed")


@act
def open_case(
    by: By,
    *,
    kind: str,
    words: str,
    parties: Sequence[int],
    subjects: Sequence[tuple[str, int]] = (),
) -> Said:
    """Open a case about organisations, and about rows by kind and number, as ("redemption", 7).

    By an auditor of the first party's place, the platform, or the system that an alarm has told.
    """
    if not parties:
        raise denied("case.no_party")
    first = found(Organisation, "organisation", pk=parties[0])
    if "platform" not in access.roles_of(by):
        access.ensure_office(by, first, "auditor")
    row = Case(kind=kind, words=words, opened_by=by.actor, made_at=by.now)
    stepped(by, row, MACHINE, "create", "system")
    CaseParty.objects.bulk_create(CaseParty(case=row, organisation_id=one) for one in dict.fromkeys(parties))
    CaseSubject.objects.bulk_create(
        CaseSubject(case=row, subject=KINDS.get(subject, subject), subject_id=number)
        for subject, number in subjects
    )
    return told(row)


@act
def investigate(by: By, *, case: int) -> Said:
    """Look into a case, as an auditor who is no party to it: quotas of the parties are frozen meanwhile."""
    row = locked(Case, case, "case")
    stepped(by, row, MACHINE, "investigate", *access.actors(by, row))
    for quota in _quotas(row, "granted"):
        stepped(by, quota, "VoucherQuota", "freeze", "auditor")
        tell(by, "quota.frozen", quota, organisation=quota.organisation_id)
    return told(row)


@act
def ask(by: By, *, case: int) -> Said:
    """Tell the parties what they are charged with; they have working days to answer."""
    row = locked(Case, case, "case")
    last = almanac.workdays().after(local(by.now).date(), Terms().hearing_working_days)
    stepped(by, row, MACHINE, "ask", *access.actors(by, row), due=_midnight_after(by, last))
    for party in row.parties.all():
        tell(by, "case.asked", row, organisation=party.organisation_id, until=last.isoformat())
    return told(row)


@act
def clear(by: By, *, case: int) -> Said:
    """Close a case clean; the auditor and the region's reviewer must agree. What it froze is let go."""
    row = locked(Case, case, "case")
    who = _agreed(by, row, "clear")
    if who != TWO:
        return {**told(row), "agreed": sorted(who)}
    stepped(by, row, MACHINE, "clear", *who, due=None)
    for quota in _quotas(row, "frozen"):
        if not looked_into(quota.organisation_id):
            stepped(by, quota, "VoucherQuota", "unfreeze", "region_reviewer")
            tell(by, "quota.unfrozen", quota, organisation=quota.organisation_id)
    return {**told(row), "agreed": sorted(who)}


@act
def prove(by: By, *, case: int, finding: str) -> Said:
    """Close a case as proven, with a written finding that both who decide have agreed to.

    The parties are excluded for the years of their rules, their quotas revoked, their holds let go, and what
    was paid on the claims that the case names is claimed back. Not before the time to answer is over.
    """
    row = locked(Case, case, "case")
    if row.state == "hearing" and row.due is not None and by.now < row.due:
        raise denied("case.still_heard", case=case, until=local(row.due).date())
    who = _agreed(by, row, "prove", digest=finding)
    if who != TWO:
        return {**told(row), "agreed": sorted(who)}
    stepped(by, row, MACHINE, "prove", *who, due=None, finding=finding)
    for party in row.parties.select_related("organisation"):
        _exclude(by, party.organisation)
    for quota in _quotas(row, "granted", "frozen"):
        _revoke(by, quota)
    named = row.subjects.filter(subject="redemption").values_list("subject_id", flat=True)
    for claim in Redemption.objects.filter(pk__in=list(named), state__in=CLAIMED_BACK).order_by("pk"):
        clawback.claw(by, redemption=claim.pk, case=case)
    return {**told(row), "agreed": sorted(who)}


def told(row: Any) -> Said:
    """Return a case as an act answers it."""
    return {"case": row.pk, "kind": row.kind, "state": row.state, "version": row.version}


def _agreed(by: By, row: Any, event: str, digest: str = "") -> frozenset[str]:
    mine = sorted(access.ensure(by, row, *TWO) & TWO)
    step(MACHINE, row.state, event, *TWO)  # nobody agrees to what cannot happen
    return agree(by, row, event, mine[0], digest=_digest(digest)) & TWO


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest() if words else ""


def _quotas(case: Any, *states: str) -> list[Any]:
    """The quotas of the parties, locked in the order of their numbers."""
    parties = case.parties.values_list("organisation_id", flat=True)
    rows = VoucherQuota.objects.select_for_update(no_key=True).filter(
        organisation__in=list(parties), state__in=states
    )
    return list(rows.order_by("pk"))


def _exclude(by: By, organisation: Any) -> None:
    row = locked(Organisation, organisation.pk, "organisation")
    quota = VoucherQuota.objects.filter(organisation=row).order_by("-pk").first()
    held = terms(quota.rule_set.terms) if quota else Terms()
    today = local(by.now).date()
    until = _years_on(today, held.blacklist_years)
    row.blacklisted_until = max(until, row.blacklisted_until or until)
    row.save(update_fields=["blacklisted_until"])
    tell(by, "organisation.excluded", row, organisation=row.pk, until=row.blacklisted_until.isoformat())


def _revoke(by: By, quota: Any) -> None:
    """Let the live holds of a quota go first: after it is revoked it is at its end."""
    for hold in Hold.objects.filter(quota=quota, state__in=["held", "committed"]).order_by("pk"):
        vouchers.release(by, hold=hold.pk, event="void")
    stepped(by, quota, "VoucherQuota", "revoke", "region_reviewer", due=None)
    tell(by, "quota.revoked", quota, organisation=quota.organisation_id)


def _years_on(day: date, years: int) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if leap else day.day)


def _midnight_after(by: By, day: date) -> Any:
    return datetime.combine(day + timedelta(days=1), time(), local(by.now).tzinfo)
