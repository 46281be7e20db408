"""Organising at the desk: organisations and their people, notices, tokens, and the pages of accounts."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from heban.exchange.china import uscc_check_digit
from heban.exchange.models import (
    Membership,
    Notice,
    Organisation,
    Person,
    Token,
)
from heban.web.api import entry
from heban.web.desk import deeds, picks
from heban.web.desk.organising import holdings
from tests.exchange.desks import NOW
from tests.web.desk.organisations import FIRM, MANAGER, OFFICE, at, by, do, done, page, world
from tests.web.world import FIGURES, HERE, NOBODY, STRANGER, THERE, TIE, World

__all__ = ["at", "world"]

AREA = ("mine", "organisation", "quotas", "quota", "needs", "need", "programmes", "notices", "tokens")
ACTS = (
    "organisation.register", "organisation.change", "organisation.declare", "person.invite", "role.give",
    "role.take", "mandate.give", "mandate.end", "alliance.found", "alliance.join", "notices.read",
    "quota.apply", "quota.close", "need.register", "need.close", "need.shortlist", "programme.begin",
    "programme.invite", "programme.pledge", "programme.propose",
)  # fmt: skip


@pytest.mark.parametrize("who", [MANAGER, f"firm_member {HERE}", f"provider_manager {HERE}",
                                 f"station_member {HERE}", OFFICE, f"auditor {THERE}", f"platform {HERE}",
                                 STRANGER])  # fmt: skip
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_list_opens_for_everybody_who_is_logged_in(at: Any, who: str, language: str) -> None:
    client = at(who)
    for path in ("organisation?all=1", "organisations/1", "organisations/2", "quotas", "needs",
                 "joint-programmes", "notices", "tokens"):  # fmt: skip
        shown = page(client, path, language=language)
        assert shown.count("<h1>") == 1
        assert " style=" not in shown


def test_who_is_not_logged_in_logs_in_first(at: Any) -> None:
    for path in ("organisation", "organisations/1", "quotas", "quotas/1", "needs", "notices", "tokens"):
        answer = at(NOBODY).get(f"/en/desk/{path}")
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/en/login")


@pytest.mark.parametrize("path", ["organisations/999", "quotas/999", "needs/999"])
def test_what_is_not_there_is_said_to_be_missing(at: Any, path: str) -> None:
    page(at(MANAGER), path, 404)


@pytest.mark.parametrize("who", [STRANGER, f"firm_manager {THERE}", f"provider_manager {HERE}"])
def test_a_quota_and_a_hidden_need_of_others_are_not_there(at: Any, who: str) -> None:
    page(at(who), "quotas/1", 404)
    page(at(who), "needs/1", 404)


def test_with_one_organisation_one_goes_straight_on_to_it(at: Any) -> None:
    answer = at(MANAGER).get("/en/desk/organisation")
    assert (answer.status_code, answer.url) == (302, f"/en/desk/organisations/{FIRM}")


def test_who_belongs_to_none_registers_one_and_manages_it(at: Any, world: World) -> None:
    client = at(STRANGER)
    shown = page(client, "organisation")
    assert "You belong to no organisation yet." in shown and 'name="uscc"' in shown
    given = {
        "uscc": "91330421MA2B0L4X00",
        "name": "新企业",
        "kind": "firm",
        "jurisdiction": "330421",
    }
    refused = do(client, "organisation.register", given)
    assert refused.status_code == 400 and "check digit" in unescape(refused.content.decode())
    given["uscc"] = code("91330421MA2B0L4X0")
    assert done(client, "organisation.register", given).startswith("/en/desk/organisations/")
    made = Organisation.objects.get(uscc=given["uscc"])
    assert made.pk in {int(one) for one, _name in picks.managed(by(world.people[STRANGER]))}
    Membership.objects.filter(organisation=made).update(valid=(date(2026, 1, 1), date(2026, 1, 2)))


def code(first: str) -> str:
    return first + uscc_check_digit(first)


def test_its_own_people_see_what_is_theirs_and_others_do_not(at: Any) -> None:
    own, other = page(at(MANAGER), "organisations/1"), page(at(f"provider_manager {HERE}"), "organisations/1")
    assert FIGURES in own and TIE in own and "Bring somebody in" in own
    assert FIGURES not in other and TIE not in other and "@matrix" not in other and "People" not in other
    member = page(at(f"firm_member {HERE}"), "organisations/1")
    assert FIGURES not in member and "Bring somebody in" not in member and "People" in member


def test_somebody_is_brought_in_by_two_steps_on_one_page(at: Any, world: World) -> None:
    client = at(MANAGER)
    given = {"email": "new@firm.example", "name": "新人", "language": "zh-hans",
             "next": f"/en/desk/organisations/{FIRM}?step=role#role"}  # fmt: skip
    answer = client.post("/en/desk/do/person.invite", {**given, "key": "i1"})
    assert answer.url == given["next"]
    shown = page(client, f"organisations/{FIRM}?step=role")
    new = Person.objects.get(email="new@firm.example")
    assert '<details class="fold" id="role" open>' in shown
    assert f'<option value="{new.pk}" selected>' in shown
    assert 'name="jurisdiction"' not in shown
    assert "region_reviewer" not in re.findall(r'<select name="role".*?</select>', shown, re.DOTALL)[0]
    done(client, "role.give", {"person": new.pk, "role": "firm_member", "since": "2026-03-02"},
         organisation=FIRM)  # fmt: skip
    seat = Membership.objects.get(person=new, organisation=FIRM)
    assert new.name in page(client, f"organisations/{FIRM}")
    address = done(client, "role.take", {"on": "2026-03-03"}, membership=seat.pk)
    assert address == f"/en/desk/organisations/{FIRM}"
    assert "up to 3 March 2026" in page(client, f"organisations/{FIRM}")


def test_an_office_is_not_given_by_a_manager(at: Any, world: World) -> None:
    person = world.people[f"firm_member {HERE}"].pk
    given = {"person": person, "role": "auditor", "since": "2026-03-02"}
    assert do(at(MANAGER), "role.give", given, organisation=FIRM).status_code == 400


def test_a_year_is_declared_and_shown_with_dashes_for_what_is_open(at: Any) -> None:
    client = at(MANAGER)
    given = {"year": 2025, "source": "accounts", "figures.staff": "48", "figures.sales_fen": "36,000,000",
             "figures.direct": ["high_tech"], "figures.mainland": "on"}  # fmt: skip
    done(client, "organisation.declare", given, organisation=FIRM)
    with translation.override("en"):
        told = holdings.years(Organisation.objects.get(pk=FIRM))
    cells = {row["label"]: row["cells"][0] for row in told["rows"]}
    assert (cells["Staff"], cells["Sales (CNY)"], cells["Cost (CNY)"]) == (48, 3_600_000_000, None)
    shown = page(client, "organisations/1")
    assert "CNY 36,000,000.00" in shown and "a valid certificate of a high-tech enterprise" in shown
    assert 'Cost (CNY)</th><td class="n">—' in shown


def test_the_name_is_changed_with_the_present_words_in_the_form(at: Any) -> None:
    client = at(MANAGER)
    assert 'name="given.name" value="某企业"' in page(client, "organisations/1")
    done(client, "organisation.change", {"given.name": "某企业", "given.name_en": "Some firm",
                                         "given.address": "新路 1 号"}, organisation=FIRM)  # fmt: skip
    assert "<h1>Some firm</h1>" in page(client, "organisations/1")


def test_notices_lead_to_what_they_are_about_and_are_marked_read(at: Any, world: World) -> None:
    person = world.people[MANAGER]
    made = [
        Notice.objects.create(person=person, code=code, values=values, subject=subject, subject_id=number,
                              made_at=NOW).pk
        for code, values, subject, number in (
            ("quota.granted", {}, "voucherquota", 1), ("sample.shipped", {}, "sample", 1),
            ("role.given", {"role": "operator"}, "membership", 1), ("case.asked", {"until": ""}, "case", 1),
            ("needs.proposed", {}, "jointprogramme", 1))
    ]  # fmt: skip
    client = at(MANAGER)
    shown = page(client, "notices")
    order = shown.split('<h3><a href="')[1:]
    leads = {one.split('"')[0] for one in order}
    assert {"/en/desk/quotas/1", "/en/desk/orders/1", "/en/desk/organisations/1",
            "/en/desk/joint-programmes"} <= leads  # fmt: skip
    assert not any("/cases/" in one for one in leads)
    stranger = at(STRANGER)
    done(client, "notices.read", {"notices": [str(made[0])]})
    assert Notice.objects.get(pk=made[0]).read_at == NOW
    assert page(client, "notices").index("Read before") < page(client, "notices").index("/desk/quotas/1")
    others = do(stranger, "notices.read", {"notices": [str(made[1])]})
    assert others.status_code == 400 and Notice.objects.get(pk=made[1]).read_at is None


def test_a_token_is_shown_once_serves_a_program_and_ends(at: Any) -> None:
    client = at(f"provider_manager {HERE}")
    made = client.post("/en/desk/tokens", {"name": "lims", "days": "30"})
    (words,) = re.findall(r'<code class="secret">(\w+|[\w-]+)</code>', made.content.decode())
    assert "no-store" in made.headers["Cache-Control"]
    program = Client(headers={"host": "localhost", "authorization": f"Bearer {words}"})
    assert program.get("/api/v1/me").status_code == 200
    again = page(client, "tokens")
    assert "lims" in again and words not in again
    token = Token.objects.get(name="lims")
    assert at(MANAGER).post("/en/desk/tokens", {"end": token.pk}).status_code == 404
    client.post("/en/desk/tokens", {"end": token.pk})
    assert program.get("/api/v1/me").status_code == 401
    wrong = client.post("/en/desk/tokens", {"name": "too long", "days": "9999"})
    assert wrong.status_code == 400 and Token.objects.filter(name="too long").count() == 0


def test_the_pages_of_accounts_open_on_the_frame_of_the_site(at: Any) -> None:
    for path in ("login", "register", "password/forgotten", "password/asked", "password/x/y"):
        for language in ("zh-hans", "en"):
            answer = at(NOBODY).get(f"/{language}/{path}")
            assert answer.status_code == 200 and 'class="entry"' in answer.content.decode(), path


@pytest.mark.parametrize("name", ACTS)
def test_every_act_of_the_area_says_what_it_does_in_both_languages(name: str) -> None:
    of = deeds.deed(name)
    assert all((*of.words.word.label, *of.words.word.help))
    assert of.words.opens in ("", *AREA) and name in entry.OFFERS
