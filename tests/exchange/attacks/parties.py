"""Attacks on who takes part: places, organisations, people, ties, groups and needs."""

from __future__ import annotations

from heban.exchange.china import uscc_check_digit
from tests.exchange.attacks.attack import Attack, wrong
from tests.exchange.attacks.world import SHA
from tests.exchange.desks import FIRM, JIASHAN, MEMBER, REGION


def with_check_digit(first: str) -> str:
    return first + uscc_check_digit(first)


PARTIES = [
    wrong("jurisdiction", "jurisdiction_code_form", code="31"),
    wrong("jurisdiction", "exchange_jurisdiction_code_key", code="310000"),
    wrong("organisation", "organisation_uscc_form", uscc=with_check_digit("91A30100799655058")),
    wrong("organisation", "organisation_uscc_check_digit", uscc=FIRM[:-1] + "A"),
    wrong("organisation", "organisation_uscc_given", uscc=None),
    wrong("organisation", "organisation_kind", kind="club"),
    wrong("organisation", "exchange_organisation_uscc_key", uscc=FIRM),
    wrong("standing", "standing_kind", kind="saint"),
    wrong("standing", "standing_once", kind="tech_sme"),
    wrong("controlled", "exchange_controlled_organisation_id_key", keeps="I3", organisation_id=1),
    wrong("tie", "tie_kind", keeps="I12", kind="friend"),
    wrong("tie", "tie_share", keeps="I12", kind="equity", basis_points=0),
    wrong("tie", "tie_share", keeps="I12", basis_points=10_001, kind="equity"),
    wrong("tie", "tie_share", keeps="I12", basis_points=1),
    wrong("tie", "tie_once", keeps="I12", b="u:2", kind="equity", basis_points=2_000),
    wrong("relatedfinding", "finding_two_persons", keeps="I12", second_id=REGION),
    wrong("relatedfinding", "finding_reason", keeps="I12", reason=""),
    wrong("station", "station_once", jurisdiction_id=JIASHAN),
    wrong("mandate", "mandate_once", since="2026-01-01"),
    wrong("alliance", "alliance_kind", kind="club"),
    wrong("alliancemember", "alliance_member_once", organisation_id=1),
    wrong("allianceasset", "alliance_asset_once", asset_id=1),
]
PEOPLE = [
    wrong("person", "exchange_person_email_key", email="1@example.org"),
    wrong("person", "person_language", language="fr"),
    wrong(
        "membership", "membership_once", person_id=MEMBER, role="firm_member", valid="[2026-01-01,2028-01-01)"
    ),
    wrong("membership", "membership_valid_form", valid="empty"),
    wrong("membership", "membership_role", role="king"),
    wrong("membership", "membership_office_somewhere", keeps="I13", role="auditor"),
    wrong("token", "exchange_token_digest_key", digest=SHA),
    wrong("window", "window_once", starts="2026-03-02T00:00:00Z"),
    wrong("notice", "notice_to_somebody", organisation_id=None),
    wrong("remark", "exchange_remark_key_key", key="synthetic"),
]
NEEDS = [
    wrong("need", "need_said", title=""),
    wrong("need", "need_said", text=""),
    wrong("need", "need_budget", budget_fen=0),
    wrong("programmeneed", "programme_need_once", need_id=1),
    wrong("programmepartner", "programme_partner_once", organisation_id=1),
    wrong("programmepartner", "programme_pledge", pledged_fen=-1),
]
CASES = [
    wrong("caseparty", "case_party_once", organisation_id=1),
    wrong("casesubject", "case_subject_once", subject_id=1),
    wrong("alarm", "exchange_alarm_key_key", keeps="I22", key="split:1"),
    wrong("auditdraw", "exchange_auditdraw_redemption_id_key", keeps="I22", redemption_id=1),
    wrong("auditdraw", "draw_ground", ground="whim"),
]
ATTACKS: list[Attack] = PARTIES + PEOPLE + NEEDS + CASES
