"""Every act of the exchange has a page: its words, its fields, its answer, and its refusal."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

import heban.web.api.site  # noqa: F401  offers the acts
from heban.exchange.desk import By
from heban.exchange.models import Membership, Need, Organisation, Person
from heban.web import routes
from heban.web.api import entry
from heban.web.desk import deeds, picks, words
from heban.web.desk.rooms import ROOMS
from tests.web.cast import Cast, browser
from tests.web.world import stood_still

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_every_act_has_words_and_no_other_is_told() -> None:
    assert set(words.deeds()) == set(entry.OFFERS)


@pytest.mark.parametrize("name", sorted(entry.OFFERS))
def test_the_words_of_an_act_are_whole(name: str) -> None:
    told = words.deeds()[name]
    assert all((*told.word.label, *told.word.help)), "a button and its help, in both languages"
    assert not told.opens or told.opens.partition(":")[0] in ROOMS
    assert told.reason in ("", "may", "must")
    for said in (told.word, *told.fields.values()):
        assert re.search(r"[\u4e00-\u9fff]", said.label.zh)
        assert not re.search(r"[\u4e00-\u9fff]", said.label.en)
    assert set(told.fields) <= set(entry.OFFERS[name].form.model_fields)


@pytest.mark.parametrize("name", sorted(entry.OFFERS))
def test_the_form_of_an_act_asks_for_all_that_it_takes(name: str, cast: Cast) -> None:
    who = By(f"person:{cast.people['platform'].pk}", NOW)
    of = deeds.deed(name)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            form = deeds.DeedForm(of, who, dict.fromkeys(of.offer.in_path, "1"))
            labels = [str(field.label) for field in form.fields.values()]
            assert all(labels)
            form.as_p()
    told = {block["name"] if isinstance(block, dict) else block[0].name for block in form.blocks}
    needless = {
        asked for asked in of.asked if picks.picks(who, name, asked, form.fixed) == []
        and not of.offer.form.model_fields[asked].is_required()
    }  # fmt: skip
    assert told == set(of.asked) - needless


def test_every_step_of_a_machine_that_a_route_takes_has_an_act() -> None:
    for names in routes.STEPS.values():
        assert any(name in entry.OFFERS for name in names), names


def asked(client: Any, name: str, given: dict[str, Any], **query: Any) -> Any:
    return client.post(f"/en/desk/do/{name}", given, query_params=query)


def test_an_act_is_done_once_and_leads_on(cast: Cast) -> None:
    client = browser(cast.people["firm_member"])
    page = client.get("/en/desk/do/need.register").content.decode()
    key = re.findall(r'name="key" value="(\w+)"', page)[-1]
    given = {"organisation": cast.firm.pk, "title": "Coating", "text": "1200 °C", "key": key,
             "budget_fen": "12,000.50"}  # fmt: skip
    first, second = (asked(client, "need.register", given) for _ in range(2))
    (row,) = Need.objects.filter(title="Coating")
    assert (row.budget_fen, row.organisation_id) == (1_200_050, cast.firm.pk)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"] == f"/en/desk/needs/{row.pk}"


def test_a_fault_stands_at_its_field_and_nothing_is_lost(cast: Cast) -> None:
    client = browser(cast.people["firm_member"])
    given = {"organisation": cast.firm.pk, "title": "Keeps", "text": "x", "budget_fen": "twelve"}
    answer = asked(client, "need.register", given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Write an amount in yuan, with at most two decimals, as 12,000.50." in page
    assert 'value="Keeps"' in page and 'value="twelve"' in page


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Put a rule set into force first."),
        ("zh-hans", "请先启用一份。"),
    ],
)
def test_a_refusal_says_its_rule_in_the_language_of_the_page(
    language: str, sentence: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    stood_still(monkeypatch)
    client = browser(cast.people["firm_manager"])
    given = {"scheme": "yrd_pilot", "organisation": cast.firm.pk}
    answer = client.post(f"/{language}/desk/do/quota.apply", given)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert sentence in page and "<code>rules.none</code>" in page


def test_what_is_hidden_is_not_there(cast: Cast) -> None:
    client = browser(cast.people["stranger"])
    assert client.get("/en/desk/do/asset.submit", {"asset": cast.draft.pk}).status_code == 403
    client = browser(cast.people["firm_member"])
    assert asked(client, "need.close", {}, need=10**12).status_code == 404
    assert client.get("/en/desk/do/need.close").status_code == 404, "without its number"
    assert client.get("/en/desk/do/nothing.known").status_code == 404


def test_a_page_leads_back_to_its_own_site_only(cast: Cast) -> None:
    client = browser(cast.people["firm_member"])
    for where in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        page = client.get("/en/desk/do/need.register", {"next": where}).content.decode()
        assert "elsewhere" not in page.split("<main")[1] and "alert" not in page.split("<main")[1]


def test_nobody_plays_a_part_where_nothing_is_a_demonstration(cast: Cast) -> None:
    client = browser()
    person = cast.people["platform"]
    assert client.get("/en/desk/cast").status_code == 404
    assert client.post("/en/desk/cast", {"person": person.pk}).status_code == 404


def test_only_parts_of_the_cast_are_played(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from heban.web import remarks

    monkeypatch.setattr(remarks, "synthetic", lambda: {"zh": "合成", "en": "synthetic"})
    client = browser()
    actor = Person.objects.create(name="Actor", email="actor@demo.invalid", password="!")
    Membership.objects.create(
        person=actor, organisation=cast.firm, role="firm_member", valid=cast.people["firm_member"]
        .memberships.get().valid,
    )  # fmt: skip
    assert "Actor" in client.get("/en/desk/cast").content.decode()
    assert client.post("/en/desk/cast", {"person": cast.people["platform"].pk}).status_code == 404
    assert client.post("/en/desk/cast", {"person": actor.pk}).status_code == 302
    assert int(client.session["_auth_user_id"]) == actor.pk


def test_somebody_registers_themselves_and_then_their_firm(cast: Cast) -> None:
    client = browser()
    answer = client.post("/en/register", {"name": "New", "email": "New@web.example.org"})
    assert answer.status_code == 302
    person = Person.objects.get(email="new@web.example.org")
    assert not person.has_usable_password() and person.language == "en"
    (letter,) = [one for one in mail.outbox if one.to == ["new@web.example.org"]]
    assert "/en/password/" in letter.body
    client = browser(person)
    given = {"uscc": "", "name": "New team", "kind": "team", "jurisdiction": "340500"}
    answer = asked(client, "organisation.register", given)
    row = Organisation.objects.get(name="New team")
    assert answer.headers["Location"] == f"/en/desk/organisations/{row.pk}"
    assert [one.role for one in person.memberships.all()] == ["firm_manager"]
