"""Alarms: each opens one case about its parties and rows, is told once, and is read by few."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from heban.domain.errors import Refused
from heban.exchange.acts import alarms, cases, people, redemptions, vouchers
from heban.exchange.acts.scrutiny import ensure_free
from heban.exchange.desk import By
from heban.exchange.models import Alarm, BudgetBucket, Case, Notice, Redemption, ServiceOrder
from heban.exchange.reading import alarms as shown
from heban.exchange.reading import cases as files
from heban.exchange.rules.alarms import Alarm as Pattern
from heban.exchange.rules.alarms import kinds
from tests.concurrency.crowd import crowd
from tests.exchange.alarm_desk import CLOCK, TODAY, circle, found, tied, write
from tests.exchange.desks import (
    AUDITOR,
    COUNTY,
    FIRM,
    MEMBER,
    NOW,
    OTHER_FIRM,
    PLATFORM,
    PROVIDER,
    REGION,
    STRANGER,
    Base,
)
from tests.exchange.rows import row
from tests.exchange.voucher_desk import made, order, refused, serve, sign

STATION = "52330421501234567P"


def test_split_orders_of_one_group_are_found_under_rules_that_pay_small_prices_in_full(base: Base) -> None:
    desk = made(base, full_cover_below_fen=1_000_000, provider_year_cap_fen=None)
    desk.held(990_000, price=990_000)
    desk.held(980_000, price=980_000)
    (one,) = (one for one in alarms.found(TODAY) if one.kind == "split")
    assert one.parties == ("G1", PROVIDER)
    alarms.watch(CLOCK)
    case = Case.objects.get(kind="split")
    assert list(case.parties.order_by("pk").values_list("organisation_id", flat=True)) == [1, 2]


def test_a_station_that_steers_is_found(base: Base) -> None:
    desk = made(base)
    for _ in range(5):
        number = desk.order(2_000, station_id=1)
        vouchers.hold(desk.by("firm"), order=number, quota=desk.quota, asked_fen=1_000)
    year = ServiceOrder.objects.get(pk=number).made_at.year
    assert found("concentration") == [f"concentration:{STATION}>{PROVIDER}:{year}"]
    alarms.watch(CLOCK)
    case = Case.objects.get(kind="concentration")
    assert list(case.parties.order_by("pk").values_list("organisation_id", flat=True)) == [6, 2]
    assert not case.subjects.exists(), "what firms ordered does not stand still for it"


def test_a_contact_that_three_give_is_found_and_no_person_is_in_its_key(base: Base) -> None:
    tied(base, FIRM, PROVIDER)
    assert found("shared_contact") == []
    tied(base, OTHER_FIRM)
    assert found("shared_contact") == ["shared_contact:agent:agent:7"]
    alarms.watch(CLOCK)
    assert Alarm.objects.get().key == f"shared_contact:{sha256(b'shared_contact:agent:agent:7').hexdigest()}"


def audited(area: str = "330000") -> By:
    """The auditor, who from now on looks at the firm's province as well."""
    people.give_role(
        By(f"person:{PLATFORM}", NOW), person=AUDITOR, organisation=5, role="auditor", since=TODAY,
        jurisdiction=area,
    )  # fmt: skip
    Notice.objects.all().update(sent_at=NOW)
    return By(f"person:{AUDITOR}", NOW)


def told() -> list[tuple[int | None, str, dict[str, Any]]]:
    return list(Notice.objects.filter(sent_at=None).values_list("person", "code", "values"))


def test_an_alarm_opens_one_case_and_a_second_run_none(base: Base) -> None:
    audited()
    orders = circle(base)
    assert alarms.watch(CLOCK) == {"found": 1, "new": 1, "cases": [1]}
    assert alarms.watch(CLOCK) == {"found": 1, "new": 0, "cases": []}
    one = Alarm.objects.get()
    assert (one.case_id, one.evidence) == (1, [["order", str(orders[1])], ["order", str(orders[0])]])
    case = Case.objects.get()
    assert case.words == f"{one.words['zh']}\n{one.words['en']}"
    assert (case.state, case.opened_by, case.kind) == ("open", "system", "ring")
    assert sorted(case.subjects.values_list("subject", "subject_id")) == [
        ("serviceorder", number) for number in orders
    ]
    assert told() == [(AUDITOR, "alarm.found", {"count": 1})]


def test_later_orders_of_the_same_ring_are_no_second_alarm(base: Base) -> None:
    circle(base)
    alarms.watch(CLOCK)
    order(base, 9_000, made_at=NOW + timedelta(days=40))
    assert alarms.watch(CLOCK)["new"] == 0


def test_the_claims_on_its_orders_stand_still_once_it_is_looked_into(base: Base) -> None:
    auditor, desk = audited(), made(base)
    number = desk.order(20_000, made_at=NOW)
    hold = vouchers.hold(desk.by("firm"), order=number, quota=desk.quota, asked_fen=10_000)["hold"]
    sign(base, number, 20_000)
    vouchers.commit(CLOCK, hold=hold, until=date(2026, 5, 31))
    serve(base, number, 20_000, 10_000)
    claim = redemptions.draft(desk.by("provider"), hold=hold, claimed_fen=10_000)["redemption"]
    order(base, 9_000, firm_id=2, provider_id=1, made_at=NOW)
    (case,) = alarms.watch(CLOCK)["cases"]
    ensure_free(Redemption.objects.get(pk=claim))
    cases.investigate(auditor, case=case)
    with refused("case.open"):
        ensure_free(Redemption.objects.get(pk=claim))


def test_auditors_are_told_of_what_lies_where_they_look_and_is_not_their_own(base: Base) -> None:
    tied(base, FIRM, PROVIDER, OTHER_FIRM)
    alarms.watch(CLOCK)
    first = Case.objects.get().parties.order_by("pk")[0].organisation
    assert first.jurisdiction.code == "310118", "the provider comes first by its code"
    assert [code for _, code, _ in told()] == ["alarm.found"]
    write(base, row("membership", person_id=AUDITOR, organisation_id=1, role="firm_member",
                    valid="[2026-01-01,2028-01-01)"))  # fmt: skip
    circle(base)
    Notice.objects.all().update(sent_at=NOW)
    alarms.watch(CLOCK)
    assert told() == []


def test_alarms_are_the_system_s_to_raise(base: Base) -> None:
    with refused("access.denied"):
        alarms.watch(By(f"person:{PLATFORM}", NOW))
    with refused("access.denied"):
        alarms.open_faults(By(f"person:{PLATFORM}", NOW), faults=["x"])


def test_sound_books_open_no_case(base: Base) -> None:
    assert alarms.check_books(CLOCK) == {"faults": 0, "cases": []}


def test_a_fault_of_the_books_opens_one_case_about_who_keeps_them(base: Base) -> None:
    BudgetBucket.objects.filter(pk=1).update(held_fen=7)
    said = alarms.check_books(CLOCK)
    assert said == {"faults": 1, "cases": [1]}
    case = Case.objects.get()
    assert case.words == "Drift: budget, yrd_pilot:330421, 2026, 7, 0"
    assert [party.organisation_id for party in case.parties.all()] == [5]
    assert alarms.check_books(CLOCK) == {"faults": 1, "cases": []}
    BudgetBucket.objects.filter(pk=1).update(held_fen=8)
    assert alarms.check_books(CLOCK) == {"faults": 1, "cases": [2]}


def test_cases_and_alarms_are_read_by_those_who_look_into_them(base: Base) -> None:
    circle(base)
    alarms.watch(CLOCK)
    for person in (MEMBER, STRANGER, COUNTY):
        by = By(f"person:{person}", NOW)
        assert files.cases(by) == []
        assert shown.alarms(by) == []
        with refused("access.denied"):
            files.case(by, 1)
    for person in (AUDITOR, PLATFORM):
        by = By(f"person:{person}", NOW)
        assert [one["case"] for one in files.cases(by)] == [1]
        assert files.case(by, 1)["alarms"][0]["kind"] == "ring"
    assert files.cases(By(f"person:{REGION}", NOW)) == [], "of another province"
    (one,) = shown.alarms(CLOCK, "ring")
    assert (one["case"], one["state"]) == (1, "open")
    assert [party["name"] for party in files.case(CLOCK, 1)["parties"]] == ["某仪器中心", "某企业"]
    assert files.cases(CLOCK, "investigating") == []
    assert shown.tally(CLOCK)[0] == {"kind": "ring", "found": 1, "proven": 0, "clean": 0, "open": 1}


def test_reading_a_list_and_a_single_case_is_one_rule(base: Base) -> None:
    circle(base)
    tied(base, FIRM, PROVIDER, OTHER_FIRM)
    alarms.watch(CLOCK)
    cases.open_case(CLOCK, kind="x", words="x", parties=[1])
    for person in range(1, 13):
        by = By(f"person:{person}", NOW)
        assert [one["case"] for one in files.cases(by)] == sorted(single(by, (1, 2, 3)), reverse=True)


def single(by: By, numbers: Iterable[int]) -> list[int]:
    seen = []
    for number in numbers:
        try:
            files.case(by, number)
        except Refused as no:
            assert no.code == "access.denied"
        else:
            seen.append(number)
    return seen


def test_every_kind_of_alarm_says_what_stands_still() -> None:
    assert set(alarms.OF_ORGANISATIONS) <= set(kinds())


@pytest.mark.parametrize("key", ["ring:a>b:2026", "split:7"])
def test_a_key_stays_as_it_is(key: str) -> None:
    assert alarms.key_of(Pattern(key.split(":", maxsplit=1)[0], key, (), (), "", "")) == key


def test_a_key_that_is_too_long_for_its_column_is_hashed() -> None:
    assert len(alarms.key_of(Pattern("ring", f"ring:{'9' * 120}", (), (), "", ""))) == len("ring:") + 64


def test_several_watches_at_once_open_one_case(base: Base) -> None:
    circle(base)
    said = crowd(4, lambda _which: alarms.watch(CLOCK))
    assert sorted(one["new"] for one in said) == [0, 0, 0, 1]
    assert Case.objects.count() == 1


def test_the_books_are_read_as_of_one_moment(base: Base) -> None:
    seen = []

    def looked() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_isolation')")
            seen.append(cursor.fetchone()[0])
        return []

    with mock.patch("heban.exchange.acts.reconcile.findings", looked):
        alarms.check_books(CLOCK)
    assert seen == ["repeatable read"]
