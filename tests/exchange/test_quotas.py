"""From an application to a quota: who looks at it, what it opens, and how it ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from heban.domain.errors import Refused
from heban.exchange.acts import parties, people, quotas, rulesets, ties
from heban.exchange.desk import By
from heban.exchange.models import AuditEvent, BudgetBucket, Case, CaseParty, Notice, VoucherQuota
from tests.exchange.desks import (
    COUNTY,
    FIRM,
    MEMBER,
    NOW,
    OTHER_FIRM,
    OTHER_MEMBER,
    PLATFORM,
    REGION,
    SECOND_REGION,
    Base,
)

SYSTEM = By("system", NOW)
TODAY = date(2026, 3, 2)
STRONG = {
    "staff": 40, "tech_staff": 12, "sales_fen": 3_000_000_000, "assets_fen": 2_000_000_000,
    "rd_fen": 180_000_000, "ip1": 1, "ip2": 0,
}  # fmt: skip


def by(person: int, *, days: int = 0, reason: str = "") -> By:
    return By(f"person:{person}", NOW + timedelta(days=days), reason=reason)


@pytest.fixture
def applicant(base: Base) -> int:
    """The second firm has a manager, is on the list of small technology firms, and declared its figures."""
    people.give_role(by(PLATFORM), person=OTHER_MEMBER, organisation=3, role="firm_manager", since=TODAY)
    parties.recognise(by(COUNTY), organisation=3, kind="tech_sme", since=TODAY, source="名单")
    parties.declare_year(by(OTHER_MEMBER), organisation=3, year=2025, figures=STRONG, source="年报")
    return 3


def applied(organisation: int) -> int:
    said = quotas.apply(by(OTHER_MEMBER), scheme="yrd_pilot", organisation=organisation)
    number: int = said["quota"]
    return number


def test_a_quota_is_granted_by_two_offices_and_opens_the_caps(applicant: int) -> None:
    quota = applied(applicant)
    assert quotas.county_pass(by(COUNTY), quota=quota)["state"] == "county_passed"
    said = quotas.grant(by(REGION), quota=quota)
    assert said == {
        "quota": quota, "state": "granted", "version": 3, "year": 2026, "scheme": "yrd_pilot",
        "organisation": 3, "last_day": "2026-12-31",
    }  # fmt: skip
    caps = dict(BudgetBucket.objects.filter(year=2026).values_list("key", "limit_fen"))
    assert caps[f"yrd_pilot:{OTHER_FIRM}"] == 30_000, "the cap that was there is kept"
    assert Notice.objects.filter(organisation=3, code="quota.granted", subject_id=quota).count() == 1
    events = AuditEvent.objects.filter(entity="exchange_voucherquota", entity_id=quota).order_by("sequence")
    assert [event.actor for event in events] == [f"person:{one}" for one in (OTHER_MEMBER, COUNTY, REGION)]


def refused(code: str, act: object, *args: object, **kwargs: object) -> Refused:
    with pytest.raises(Refused) as told:
        act(*args, **kwargs)  # type: ignore[operator]
    assert told.value.code == code, str(told.value)
    return told.value


def test_the_region_waits_for_the_county(applicant: int) -> None:
    no = refused("quota.county_first", quotas.grant, by(REGION), quota=applied(applicant))
    assert str(no) == "The application 2 is looked at by the county first. Wait until it has passed it."


def test_a_firm_applies_once_a_year(applicant: int) -> None:
    applied(applicant)
    refused("quota.alive", quotas.apply, by(OTHER_MEMBER), scheme="yrd_pilot", organisation=applicant)


def test_others_do_not_apply_for_a_firm(applicant: int) -> None:
    refused("access.denied", quotas.apply, by(MEMBER), scheme="yrd_pilot", organisation=applicant)


def test_a_firm_that_fails_the_national_test_is_told_why(applicant: int) -> None:
    weak = {**STRONG, "staff": 501, "tech_staff": 200}
    parties.declare_year(by(OTHER_MEMBER), organisation=3, year=2025, figures=weak, source="更正")
    no = refused(
        "beneficiary.not_tech_sme", quotas.apply, by(OTHER_MEMBER), scheme="yrd_pilot", organisation=applicant
    )
    assert str(no) == (
        "The applicant is no technology-based small or medium firm: staff are 501 persons, above 500 "
        "persons. Check the figures of the year, or use another scheme."
    )


def test_a_reviewer_does_not_pass_what_another_county_has(applicant: int, base: Base) -> None:
    people.give_role(
        by(PLATFORM), person=9, organisation=5, role="county_reviewer", since=TODAY, jurisdiction="310118"
    )
    refused("state.actor", quotas.county_pass, by(9), quota=applied(applicant))


def test_one_person_does_not_sign_for_both_offices(applicant: int) -> None:
    people.give_role(
        by(PLATFORM),
        person=COUNTY,
        organisation=4,
        role="region_reviewer",
        since=TODAY,
        jurisdiction="330000",
    )
    quota = applied(applicant)
    quotas.county_pass(by(COUNTY), quota=quota)
    refused("approval.same_person", quotas.grant, by(COUNTY), quota=quota)


def test_a_rejected_firm_may_apply_again(applicant: int) -> None:
    quota = applied(applicant)
    refused("reason.missing", quotas.reject, by(COUNTY), quota=quota)
    quotas.reject(by(COUNTY, reason="材料不全"), quota=quota)
    assert applied(applicant) == quota + 1


def test_firms_of_one_controller_share_a_key(base: Base) -> None:
    ties.declare(by(COUNTY), a="g", b=FIRM, kind="controller", source="登记")
    ties.declare(by(COUNTY), a="g", b=OTHER_FIRM, kind="controller", source="登记")
    keys = {ties.group_of(parties.Organisation.objects.get(pk=one)) for one in (1, 3)}
    assert keys == {min(FIRM, OTHER_FIRM)}
    ties.end(by(COUNTY), tie=2, on=TODAY)
    assert ties.group_of(parties.Organisation.objects.get(pk=3)) == OTHER_FIRM


def test_a_quota_ends_after_its_last_day_and_not_before(applicant: int) -> None:
    quota = applied(applicant)
    quotas.county_pass(by(COUNTY), quota=quota)
    quotas.grant(by(REGION), quota=quota)
    refused("quota.not_yet", quotas.year_end, SYSTEM, quota=quota)
    late = By("system", NOW + timedelta(days=400))
    assert quotas.year_end(late, quota=quota)["state"] == "expired"
    refused("quota.not_yet", quotas.year_end, late, quota=quota)


def test_two_reviewers_revoke_a_quota_whose_case_was_proven(base: Base) -> None:
    refused("quota.no_case", quotas.freeze, by(REGION), quota=1, case=1)
    case = _case("open")
    refused("quota.no_case", quotas.freeze, by(REGION), quota=1, case=case)


def _case(state: str) -> int:
    with_actor = Case(kind="fraud", words="x", opened_by="system", made_at=NOW, since=NOW, state=state)
    from heban.exchange.acts.steps import stepped
    from heban.exchange.desk import act

    @act
    def opened(by: By) -> dict[str, int]:
        stepped(by, with_actor, "Case", "create", "system")
        CaseParty.objects.create(case=with_actor, organisation_id=1)
        return {"case": with_actor.pk}

    return opened(SYSTEM)["case"]


def test_rules_are_approved_by_another_and_hold_where_they_are_nearest(base: Base) -> None:
    said = rulesets.draft(
        by(REGION), scheme="yrd_pilot", jurisdiction="330000", valid_from=date(2026, 4, 1),
        changes={"region_budget_fen": 5_000_000, "ratio_bp": 4_000},
    )  # fmt: skip
    refused("rules.two_persons", rulesets.approve, by(REGION), rule_set=said["rule_set"])
    assert rulesets.approve(by(SECOND_REGION), rule_set=said["rule_set"])["state"] == "active"
    row, held = rulesets.in_force("yrd_pilot", "330421", date(2026, 5, 1))
    assert (row.jurisdiction.code, held.ratio_bp) == ("330421", 5_000)
    row, held = rulesets.in_force("yrd_pilot", "330000", date(2026, 5, 1))
    assert (row.jurisdiction.code, held.ratio_bp) == ("330000", 4_000)
    assert BudgetBucket.objects.get(key="yrd_pilot:330000").limit_fen == 5_000_000
    refused("rules.fixed", rulesets.revise, by(REGION), rule_set=said["rule_set"], changes={"ratio_bp": 1})
    refused("rules.none", rulesets.in_force, "yrd_pilot", "310118", date(2026, 5, 1))


def test_a_draft_that_was_put_away_is_in_nobodys_way(base: Base) -> None:
    given = {
        "scheme": "yrd_pilot", "jurisdiction": "330000", "valid_from": date(2026, 4, 1),
        "changes": {"region_budget_fen": 5_000_000},
    }  # fmt: skip
    first, second = (rulesets.draft(by(REGION), **given)["rule_set"] for _ in range(2))
    rulesets.drop(by(REGION), rule_set=first)
    assert rulesets.approve(by(SECOND_REGION), rule_set=second)["state"] == "active"


def test_the_last_manager_stays(base: Base) -> None:
    given = people.give_role(by(PLATFORM), person=MEMBER, organisation=1, role="firm_manager", since=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    refused("role.last_manager", people.take_role, by(MEMBER), membership=given["membership"], on=tomorrow)
    refused("role.too_soon", people.take_role, by(MEMBER), membership=given["membership"], on=TODAY)
    assert VoucherQuota.objects.get(pk=1).state == "granted"


def test_a_reviewer_sees_the_points_and_the_objections(applicant: int) -> None:
    from heban.exchange.reading.quotas import quota, waiting

    number = applied(applicant)
    (told,) = waiting(by(COUNTY))
    assert (told["quota"], told["score"], told["objections"]) == (number, 100, [])
    assert waiting(by(MEMBER)) == []
    row = VoucherQuota.objects.get(pk=1)
    caps = {cap["cap"]: cap["room_fen"] for cap in quota(by(COUNTY), row)["caps"]}
    assert caps == {"firm": 30_000, "controller": 50_000, "budget": 1_000_000}
    refused("access.denied", quota, by(OTHER_MEMBER), row)
