"""The first person of a fresh site gets in from the command line, and everybody else by being invited."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange import server
from heban.exchange.china import uscc_check_digit
from heban.exchange.models import Jurisdiction, Membership, Organisation, Person
from heban.exchange.rules.refusals import Denial
from heban.web.accounts.invitations import Seat, first
from tests.exchange.fixtures import copied
from tests.web.cast import browser

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def base(running: server.Server) -> Iterator[None]:
    with copied(running, "web_inviting"):
        yield


def seat(**said: str) -> Seat:
    stem = "52310000MJ4950001"
    given = {"name": "长三角技术交易中心", "kind": "hub", "jurisdiction": "310115", **said}
    return Seat(stem + uscc_check_digit(stem), **given)


def test_the_first_person_makes_the_organisation_and_its_place() -> None:
    path = first("Op@Example.org ", "运营", now=NOW, organisation=seat())
    person = Person.objects.get(email="op@example.org")
    held = Membership.objects.get(person=person)
    assert (held.role, held.organisation.name, held.jurisdiction) == ("platform", "长三角技术交易中心", None)
    place = held.organisation.jurisdiction
    assert (place.code, place.parent.code, place.parent.name) == ("310115", "310000", "上海市")
    assert held.organisation.controlled.key == held.organisation.uscc
    assert not person.has_usable_password()
    client = browser()
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    new = {"new_password1": "long enough 4 all", "new_password2": "long enough 4 all"}
    assert client.post(answer.redirect_chain[-1][0], new).status_code == 302
    assert browser().login(request=None, username="op@example.org", password="long enough 4 all")


def test_asked_again_they_get_another_link_and_the_role_once() -> None:
    before = Membership.objects.count()
    first("op@example.org", "运营", now=NOW, organisation=seat())
    assert Membership.objects.count() == before
    assert Organisation.objects.filter(kind="hub").count() == 1


def test_an_office_is_held_over_the_place_of_its_organisation() -> None:
    first("auditor@example.org", "审计", now=NOW, role="auditor", organisation=seat())
    held = Membership.objects.get(person__email="auditor@example.org")
    assert held.jurisdiction.code == "310115"


@pytest.mark.parametrize(
    ("words", "kind", "message"),
    [
        ({"role": "king"}, UnknownName, "no role 'king' in the exchange."),
        ({"language": "fr"}, UnknownName, "no language 'fr' in the exchange."),
        ({"email": "nobody"}, BadSpec, "'nobody' is no e-mail address. Write it as name@example.org."),
        (
            {"organisation": Seat("911")}, BadSpec,
            "'911' is no unified social credit code: it has 3 signs and needs 18. Copy it from the licence.",
        ),
        (
            {"organisation": None}, BadSpec,
            "no organisation is given, and which runs the site is not known. Give --organisation, --called "
            "and --jurisdiction.",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(
    words: dict[str, object], kind: type[Exception], message: str
) -> None:
    people, places = Person.objects.count(), Jurisdiction.objects.count()
    given = {"email": "x@example.org", "organisation": seat(), **words}
    with pytest.raises(kind) as no:
        first(name="某人", now=NOW, **given)  # type: ignore[arg-type]
    assert str(no.value).startswith(message)
    assert (Person.objects.count(), Jurisdiction.objects.count()) == (people, places)


def test_a_new_organisation_needs_its_name() -> None:
    stem = "52310000MJ4950002"
    new = Seat(stem + uscc_check_digit(stem), jurisdiction="310115")
    with pytest.raises(
        BadSpec, match=r"^there is no organisation .{18} yet\. Give its name with --called\.$"
    ):
        first("y@example.org", "某人", now=NOW, organisation=new)


def test_somebody_who_was_shut_out_stays_out() -> None:
    first("out@example.org", "某人", now=NOW, organisation=seat())
    Person.objects.filter(email="out@example.org").update(active=False)
    with pytest.raises(Denial):
        first("out@example.org", "某人", now=NOW, organisation=seat())


def test_the_command_prints_the_link(running: server.Server, tmp_path: Path) -> None:
    words = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HEBAN_")},
        "DATABASE_URL": running.url(server.APP, "web_inviting"), "SECRET_KEY": "k" * 40,
    }  # fmt: skip
    asked = [
        "invite",
        "cli@example.org",
        "--name",
        "甲",
        "--language",
        "en",
        "--site",
        "https://heban.example",
        "--organisation",
        seat().uscc,
    ]
    run = "from heban.cli import app; app()"
    kept = {"env": words, "capture_output": True, "text": True, "timeout": 120}
    done = subprocess.run([sys.executable, "-c", run, *asked], check=False, **kept)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"https://heban\.example/en/password/\w+/[\w-]+\n", done.stdout)
    bad = [sys.executable, "-c", run, "invite", "nobody", "--name", "甲"]
    wrong = subprocess.run(bad, check=False, **kept)  # type: ignore[call-overload]
    assert wrong.returncode == 1
    assert wrong.stderr == "heban: 'nobody' is no e-mail address. Write it as name@example.org.\n"
