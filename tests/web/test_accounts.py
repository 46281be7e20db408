"""Logging in within limits, links that serve once, invitations, languages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.utils import timezone

from heban.exchange.models import Person, Window
from heban.web import windows
from heban.web.accounts import invitations
from tests.web.cast import PASSWORD, Cast, browser

WRONG = "电子邮箱或密码有误。"
TOO_MANY = "尝试次数过多，请十五分钟后再试。"


def login(name: str, word: str, address: str = "10.0.0.1", client: Any = None) -> Any:
    return (client or browser()).post(
        "/zh-hans/login", {"username": name, "password": word}, REMOTE_ADDR=address
    )


def test_log_in_and_out(cast: Cast) -> None:
    client = browser()
    answer = login("auditor@web.example.org", PASSWORD, client=client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/zh-hans/desk/")
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "auditor" in client.get("/zh-hans/").content.decode()
    assert client.post("/zh-hans/logout").status_code == 302
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("name", ["auditor@web.example.org", "nobody@web.example.org"])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(name: str, cast: Cast) -> None:
    with mock.patch.object(hashers, "make_password", wraps=hashers.make_password):
        answer = login(name, "wrong", "10.0.0.2")
    assert answer.status_code == 200
    assert WRONG in answer.content.decode()


@pytest.mark.parametrize("name", ["platform", "nobody", "ended", "invited"])
def test_the_hash_is_worked_out_once_whoever_is_named(name: str, cast: Cast) -> None:
    Person.objects.get_or_create(email="invited@web.example.org", defaults={"name": "x", "password": "!"})
    Person.objects.filter(pk=cast.ended.pk).update(active=False)
    kind = hashers.get_hasher().__class__
    with mock.patch.object(kind, "encode", autospec=True, side_effect=kind.encode) as encoded:
        assert WRONG in login(f"{name}@web.example.org", "wrong", f"10.1.0.{len(name)}").content.decode()
    assert encoded.call_count == 1
    Person.objects.filter(pk=cast.ended.pk).update(active=True)


def test_five_failures_of_a_name_and_the_right_password_is_not_looked_at(cast: Cast) -> None:
    name = "region_finance@web.example.org"
    for n in range(5):
        assert login(name, "wrong", f"10.2.0.{n}").status_code == 200
    answer = login(name.upper(), PASSWORD, "10.2.0.9")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert TOO_MANY in answer.content.decode()
    later = timezone.now() + timedelta(minutes=16)
    with mock.patch.object(timezone, "now", return_value=later):
        assert login(name, PASSWORD, "10.2.0.9").status_code == 302


def test_twenty_failures_of_an_address(cast: Cast) -> None:
    for n in range(20):
        assert login(f"nobody{n}@web.example.org", "wrong", "10.3.0.1").status_code == 200
    assert login("firm_member@web.example.org", PASSWORD, "10.3.0.1").status_code == 429
    assert login("firm_member@web.example.org", PASSWORD, "10.3.0.2").status_code == 302


def test_success_is_no_failure(cast: Cast) -> None:
    for _ in range(7):
        assert login("firm_manager@web.example.org", PASSWORD, "10.4.0.1").status_code == 302
    assert windows.lately(windows.LOGIN_ADDRESS, "10.4.0.1", timezone.now()) == 0


def test_the_table_of_tries_holds_no_name_and_no_address(cast: Cast) -> None:
    login("somebody@web.example.org", "wrong", "10.5.0.1")
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in Window.objects.values_list("key", flat=True))


def test_the_address_is_the_proxys_word_only_behind_one(cast: Cast) -> None:
    from django.test import RequestFactory, override_settings

    from heban.web.accounts.backend import address_of

    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2")
    assert address_of(request) == "10.0.0.9"
    with override_settings(BEHIND_PROXY=True):
        assert address_of(request) == "2.2.2.2"


def asked(email: str, address: str) -> Any:
    return browser().post("/en/password/forgotten", {"email": email}, REMOTE_ADDR=address)


def test_a_link_sets_a_password_once(cast: Cast) -> None:
    mail.outbox.clear()
    person = cast.people["station_member"]
    known, unknown = asked(person.email, "10.6.0.1"), asked("nobody@web.example.org", "10.6.0.1")
    assert known.status_code == unknown.status_code == 302
    assert known.headers["Location"] == unknown.headers["Location"]
    (letter,) = mail.outbox
    assert letter.to == [person.email]
    link = re.search(r"http://localhost(\S+)", letter.body)
    assert link
    client = browser()
    form = client.get(link[1], follow=True)
    assert "Set a password" in form.content.decode()
    where = form.redirect_chain[-1][0]
    weak = client.post(where, {"new_password1": "12345678901", "new_password2": "12345678901"})
    assert "entirely numeric" in weak.content.decode()
    new = "another word 9 nobody guesses"
    assert client.post(where, {"new_password1": new, "new_password2": new}).status_code == 302
    assert login(person.email, new, "10.6.0.2").status_code == 302
    assert "was used before" in browser().get(link[1], follow=True).content.decode()


def test_mail_is_not_sent_more_and_more(cast: Cast) -> None:
    mail.outbox.clear()
    statuses = [asked("provider_member@web.example.org", f"10.7.0.{n}").status_code for n in range(4)]
    assert statuses == [302, 302, 302, 429]
    assert len(mail.outbox) == 3


def test_somebody_invited_sets_a_first_password(cast: Cast) -> None:
    mail.outbox.clear()
    person = invitations.invite("新人", "new@web.example.org", "zh-hans", site="https://heban.example/")
    assert not person.has_usable_password()
    (letter,) = mail.outbox
    assert letter.subject == "邀请您使用合板 Heban"
    assert letter.body.startswith("新人，您好：已为您开设账户。")
    link = re.search(r"https://heban\.example(/zh-hans/password/\S+)", letter.body)
    assert link
    assert "设置密码" in browser().get(link[1], follow=True).content.decode()
    assert (
        invitations.invite("新人", "new@web.example.org", "en", site="https://heban.example").pk == person.pk
    )
    assert asked("new@web.example.org", "10.8.0.1").status_code == 302
    assert len(mail.outbox) == 3


def test_the_language_is_chosen_and_remembered(cast: Cast) -> None:
    client = browser(cast.people["firm_member"])
    answer = client.post("/language", {"language": "en", "next": "/zh-hans/login"})
    assert answer.headers["Location"] == "/en/login"
    cast.people["firm_member"].refresh_from_db()
    assert cast.people["firm_member"].language == "en"
    assert client.get("/").headers["Location"] == "/en/"
    assert browser().get("/").headers["Location"] == "/zh-hans/"
    client.post("/language", {"language": "xx", "next": "https://evil.example/"})
    cast.people["firm_member"].refresh_from_db()
    assert cast.people["firm_member"].language == "en"


def test_one_is_never_sent_elsewhere_after_logging_in(cast: Cast) -> None:
    answer = browser().post(
        "/en/login?next=https://evil.example/",
        {"username": "operator@web.example.org", "password": PASSWORD, "next": "https://evil.example/"},
        REMOTE_ADDR="10.9.0.1",
    )
    assert answer.headers["Location"] == "/en/desk/"
