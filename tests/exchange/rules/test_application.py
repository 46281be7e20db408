"""The door of the schemes: each rule refuses alone, with its whole sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from heban.domain.errors import BadSpec
from heban.exchange.rules.application import Application, objections
from heban.exchange.rules.eligibility import FirmYear, tech_sme
from heban.exchange.rules.schemes import scheme
from heban.exchange.rules.terms import Terms

DAY = date(2026, 3, 2)
ASKED = Application(frozenset({"tech_sme", "firm"}), "testing", "310118", "330421")


def said(terms: Terms, asked: Application, day: date = DAY) -> list[tuple[str, str]]:
    return [(found.code, str(found)) for found in objections(terms, asked, day)]


def test_a_fit_application_meets_no_objection() -> None:
    assert said(scheme("yrd_pilot").terms, ASKED) == []


def test_the_pilot_wants_a_provider_of_another_province() -> None:
    same = replace(ASKED, provider_region="310104")
    assert said(scheme("yrd_pilot").terms, same) == [
        (
            "region.same",
            "The voucher is for use across provinces, and both parties are in 310000. "
            "Choose a provider in another province.",
        )
    ]
    assert said(Terms(), same) == []


def test_anhui_pays_for_use_within_the_province_only() -> None:
    terms = scheme("anhui_instruments").terms
    rent = replace(ASKED, service_class="instrument_rent", firm_region="340104", provider_region="340221")
    assert said(terms, rent) == []
    assert said(terms, replace(rent, provider_region="320505")) == [
        (
            "region.across",
            "The voucher is for use within the province; the firm is in 340000, the provider in 320000. "
            "Choose a provider in the firm's province.",
        )
    ]


@pytest.mark.parametrize("use", Terms().excluded_uses)
def test_excluded_uses(use: str) -> None:
    (found,) = said(Terms(), replace(ASKED, use=use))
    assert found[0] == "service.use"


def test_the_sentence_of_an_excluded_use_and_of_a_class() -> None:
    found = objections(Terms(), replace(ASKED, use="medical", service_class="finance"), DAY)
    assert [one.zh for one in found] == [
        "服务类别为科技金融，本券支持技术研发、技术转移、检验检测、资源共享。请选择支持类别的服务。",
        "用途为医疗服务，按规则不予支持。该项请自付。",
    ]


def test_who_may_apply() -> None:
    assert said(scheme("yrd_pilot").terms, replace(ASKED, kinds=frozenset({"team", "firm"}))) == [
        (
            "beneficiary.kind",
            "The scheme is for: technology-based small or medium firm; the applicant is: firm, "
            "start-up team. "
            "Obtain that standing first, or use another scheme.",
        )
    ]
    assert said(scheme("shanghai").terms, replace(ASKED, kinds=frozenset({"team"}))) == []


def test_a_firm_that_fails_the_national_test_is_told_why() -> None:
    failed = replace(
        ASKED, tech_sme=tech_sme(FirmYear(staff=501, sales_fen=0, assets_fen=0, direct=("standard",)))
    )
    assert said(scheme("yrd_pilot").terms, failed) == [
        (
            "beneficiary.not_tech_sme",
            "The applicant is no technology-based small or medium firm: staff are 501 persons, "
            "above 500 persons. "
            "Check the figures of the year, or use another scheme.",
        )
    ]
    assert said(scheme("shanghai").terms, failed) == []  # open to every firm


def test_exclusion_after_fraud_ends_on_its_day() -> None:
    excluded = replace(ASKED, blacklisted_until=date(2026, 3, 3))
    assert said(Terms(), excluded) == [
        ("beneficiary.blacklisted", "The applicant is excluded until 2026-03-03. Apply again from that day.")
    ]
    assert said(Terms(), excluded, date(2026, 3, 3)) == []


def test_other_public_money_is_refused_or_left_to_the_amount() -> None:
    funded = replace(ASKED, other_funding_fen=5_000_00)
    assert said(Terms(), funded) == [
        (
            "funding.double",
            "Other public money, CNY 5,000.00, already supports this work, and it is paid for once only. "
            "Withdraw one of the two.",
        )
    ]
    assert said(Terms(double_funding="net"), funded) == []


def test_several_objections_are_all_named() -> None:
    bad = replace(ASKED, kinds=frozenset({"firm"}), use="medical", provider_region="310104")
    codes = [code for code, _ in said(scheme("yrd_pilot").terms, bad)]
    assert codes == ["beneficiary.kind", "service.use", "region.same"]


def test_a_word_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BadSpec, match=r"^'teleportation' is none of the classes: research, transfer, "):
        objections(Terms(), replace(ASKED, service_class="teleportation"), DAY)
