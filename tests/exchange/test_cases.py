"""Cases: what they freeze, who closes them, and what follows when they are proven."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from heban.domain.errors import Refused
from heban.exchange.acts import cases, people
from heban.exchange.acts.scrutiny import ensure_free
from heban.exchange.desk import By
from heban.exchange.models import Case, Organisation, VoucherQuota
from tests.exchange.desks import AUDITOR, MEMBER, NOW, PLATFORM, REGION, STRANGER, Base

TODAY = date(2026, 3, 2)


def by(person: int, days: int = 0) -> By:
    return By(f"person:{person}", NOW + timedelta(days=days))


@pytest.fixture
def case(base: Base) -> int:
    """A case about the firm, and an auditor where the firm is."""
    people.give_role(
        by(PLATFORM), person=AUDITOR, organisation=5, role="auditor", since=TODAY, jurisdiction="330000"
    )
    said = cases.open_case(by(AUDITOR), kind="fraud", words="发票可疑", parties=[1], subjects=[("quota", 1)])
    number: int = said["case"]
    return number


def refused(code: str, act: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Refused) as told:
        act(*args, **kwargs)  # type: ignore[operator]
    assert told.value.code == code, str(told.value)
    return str(told.value)


def quota() -> str:
    state: str = VoucherQuota.objects.get(pk=1).state
    return state


def test_a_case_freezes_and_a_clean_end_lets_go(case: int) -> None:
    cases.investigate(by(AUDITOR), case=case)
    assert quota() == "frozen"
    assert cases.clear(by(AUDITOR), case=case) == {
        "case": case, "kind": "fraud", "state": "investigating", "version": 2, "agreed": ["auditor"],
    }  # fmt: skip
    refused("consent.same_person", cases.clear, by(AUDITOR), case=case)
    assert cases.clear(by(REGION), case=case)["state"] == "closed_clean"
    assert quota() == "granted"


def test_a_quota_that_another_case_looks_into_stays_frozen(case: int) -> None:
    other = cases.open_case(by(AUDITOR), kind="split", words="拆单", parties=[1])["case"]
    cases.investigate(by(AUDITOR), case=case)
    cases.investigate(by(AUDITOR), case=other)
    cases.clear(by(AUDITOR), case=case)
    cases.clear(by(REGION), case=case)
    assert quota() == "frozen"


def test_a_proven_case_excludes_and_revokes_after_the_hearing(case: int) -> None:
    cases.investigate(by(AUDITOR), case=case)
    refused("state.event", cases.prove, by(AUDITOR), case=case, finding="属实")
    cases.ask(by(AUDITOR), case=case)
    late = 30
    said = refused("case.still_heard", cases.prove, by(AUDITOR), case=case, finding="属实")
    assert said == "The parties of the case 1 may answer until 2026-03-10. Decide after that day."
    cases.prove(by(AUDITOR, late), case=case, finding="发票属伪造")
    assert quota() == "frozen", "one of two has agreed"
    assert cases.prove(by(REGION, late), case=case, finding="发票属伪造")["state"] == "closed_proven"
    assert quota() == "revoked"
    assert Organisation.objects.get(pk=1).blacklisted_until == date(2029, 4, 1)
    assert Case.objects.get(pk=case).finding == "发票属伪造"


def test_those_who_agree_have_seen_the_same_finding(case: int) -> None:
    cases.investigate(by(AUDITOR), case=case)
    cases.ask(by(AUDITOR), case=case)
    cases.prove(by(AUDITOR, 30), case=case, finding="甲")
    assert cases.prove(by(REGION, 30), case=case, finding="乙")["agreed"] == ["region_reviewer"]
    assert quota() == "frozen"


def test_others_do_not_open_or_look_into_cases(case: int) -> None:
    for person in (MEMBER, STRANGER):
        refused("access.denied", cases.open_case, by(person), kind="x", words="x", parties=[1])
        refused("state.actor", cases.investigate, by(person), case=case)


def test_what_a_case_looks_into_stands_still(case: int) -> None:
    row = VoucherQuota.objects.get(pk=1)
    ensure_free(row)
    said = cases.open_case(
        by(AUDITOR), kind="x", words="x", parties=[1], subjects=[("quota", 1), ("order", 7)]
    )
    cases.investigate(by(AUDITOR), case=said["case"])
    refused("case.open", ensure_free, row)
