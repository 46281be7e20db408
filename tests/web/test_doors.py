"""Every door × everybody: who is let in, who logs in first, who is refused; what is not named is closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from django.urls import URLPattern, get_resolver, path, reverse
from django.utils import translation
from ninja import NinjaAPI

from heban.exchange.models import Token
from heban.web import doors
from heban.web.accounts import tokens
from heban.web.api import entry, faults
from heban.web.api.site import api
from heban.web.desk.rooms import ROOMS
from tests.web.cast import BEGUN, EVERYBODY, Cast, browser

WHO = (*EVERYBODY, None)
MISSING = 10**12
"""The number of no row."""
SPECIMENS = {"machine": "Booking", "scheme": "yrd_pilot"}


def pages() -> Iterator[str]:
    """The names of all pages; those of the desk with its name in front."""
    for found in get_resolver().url_patterns:
        part = getattr(found, "namespace", None)
        if part in ("api", "admin"):
            continue
        inner = getattr(found, "url_patterns", [found])
        for one in inner:
            if isinstance(one, URLPattern):
                yield str(one.name)
            elif one.namespace not in doors.OPEN:
                yield from (f"{one.namespace}:{room.name}" for room in one.url_patterns)


def test_every_page_stands_in_the_table_and_every_row_is_a_page() -> None:
    assert sorted(pages()) == sorted(doors.PAGES)
    assert doors.faults() == []


def words_of(name: str) -> dict[str, object]:
    """Something for each word of the address of a page, whether there is such a row or not."""
    given: dict[str, object] = {"uidb64": "MQ", "token": "x-y"} if name == "password_set" else {}
    room = ROOMS.get(name.removeprefix("desk:"))
    asked = re.findall(r"<(?:(\w+):)?(\w+)>", room.path) if room else []
    return given | {word: MISSING if kind == "int" else "none" for kind, word in asked}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", sorted(doors.PAGES))
def test_a_page_is_open_to_those_of_the_table(name: str, who: str | None, cast: Cast) -> None:
    """What a page shows of a row that is missing is 404; a door that is shut is shut before that is known."""
    words, client = words_of(name), browser(cast.people[who] if who else None)
    call = client.post if name in ("language", "logout") else client.get
    with translation.override("zh-hans"):
        answer = call(reverse(name, kwargs=words))
    allowed = doors.PAGES[name]
    if doors.ANYONE in allowed or (who and (doors.PERSON in allowed or who in allowed)):
        missing = (
            (404,) if MISSING in words.values() or "none" in words.values() or name == "desk:cast" else ()
        )
        assert answer.status_code in (200, 302, *missing), answer.content
    elif who:
        assert answer.status_code == 403
    else:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/zh-hans/login?next=")


@pytest.mark.parametrize("who", WHO)
def test_the_back_office_is_open_to_the_platform_and_auditors(who: str | None, cast: Cast) -> None:
    answer = browser(cast.people[who] if who else None).get("/admin/", follow=True)
    if who in doors.OFFICE:
        assert (answer.status_code, answer.redirect_chain) == (200, [])
    elif who is None:
        assert answer.redirect_chain[-1][0].startswith("/zh-hans/login?next=")
    else:
        assert answer.status_code == 403


def test_a_role_that_is_over_opens_nothing(cast: Cast) -> None:
    assert browser(cast.ended).get("/admin/", follow=True).status_code == 403
    assert browser(cast.ended).get("/api/v1/me").json()["roles"] == []


# A page and a route that somebody added and forgot to name in the tables.
def forgotten(request: Any) -> Any:
    raise AssertionError("a page that is not named was shown")


unnamed = NinjaAPI(urls_namespace="unnamed", docs_url=None, auth=api.auth)
faults.hear(unnamed)


@unnamed.get("/secret", auth=entry.Gate("secret"))
def secret(request: Any) -> str:
    raise AssertionError("a route that is not named was called")


unnamed.get("/bare", operation_id="bare")(secret)
urlpatterns = [
    *get_resolver("heban.web.urls").url_patterns,
    path("forgotten", forgotten, name="forgotten"),
    path("unnamed/", unnamed.urls),
]


@pytest.mark.parametrize("who", WHO)
def test_a_page_that_is_not_named_is_closed_to_everybody(who: str | None, cast: Cast) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        assert browser(cast.people[who] if who else None).get("/forgotten").status_code == 403


@pytest.mark.parametrize("where", ["secret", "bare"])
@pytest.mark.parametrize("who", WHO)
def test_a_route_that_is_not_named_is_closed_to_everybody(
    who: str | None, where: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(doors.GUARDED_ELSEWHERE, "unnamed", "the test's own gate")
    with override_settings(ROOT_URLCONF=__name__):
        answer = browser(cast.people[who] if who else None).get(f"/unnamed/{where}")
    assert answer.status_code == (401 if who is None else 403)


def test_a_person_who_was_put_out_has_no_session_and_no_token(cast: Cast) -> None:
    person = cast.people["operator"]
    client = browser(person)
    _, words = tokens.make(person, "program", 9, doors.caller(None).now)
    bearer = {"authorization": f"Bearer {words}"}
    assert client.get("/api/v1/me").status_code == 200
    assert browser().get("/api/v1/me", headers=bearer).status_code == 200
    type(person).objects.filter(pk=person.pk).update(active=False)
    assert client.get("/api/v1/me").status_code == 401
    assert browser().get("/api/v1/me", headers=bearer).status_code == 401
    type(person).objects.filter(pk=person.pk).update(active=True)


def test_tokens_of_others_are_not_there(cast: Cast) -> None:
    theirs = tokens.make(cast.people["firm_member"], "theirs", 9, BEGUN)[0]
    client = browser(cast.people["platform"])
    answer = client.delete(f"/api/v1/tokens/{theirs.pk}")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == (
        f"there is no token {theirs.pk}, or it is not yours to see. Look at the list."
    )
    assert Token.objects.get(pk=theirs.pk).revoked_at is None
    assert theirs.pk not in {row["id"] for row in client.get("/api/v1/tokens").json()["items"]}
