"""What every answer carries, what is logged of a request, and whether the site says how it is."""

from __future__ import annotations

import io
import json
import logging
import sys
from importlib.metadata import version
from typing import Any
from unittest import mock

import pytest
from django.db import DatabaseError

from heban.web import health
from heban.web.logs import Lines
from heban.web.passage import POLICY
from tests.web.cast import Cast, browser


@pytest.mark.parametrize("where", ["/zh-hans/", "/api/v1/machines", "/api/v1/nothing", "/nothing", "/health"])
def test_every_answer_keeps_strangers_out(where: str, cast: Cast) -> None:
    headers = browser().get(where).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert len(headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("where", ["/zh-hans/", "/en/login", "/en/password/forgotten", "/en/nothing"])
def test_no_page_has_script_or_style_of_its_own(where: str, cast: Cast) -> None:
    page = browser().get(where).content.decode()
    for inline in ("<script>", "<style", " style=", " onclick=", "javascript:"):
        assert inline not in page


def test_a_request_keeps_its_number_when_it_is_one(cast: Cast) -> None:
    assert (
        browser().get("/health", headers={"x-request-id": "abc-12345"}).headers["X-Request-Id"] == "abc-12345"
    )
    forged = browser().get("/health", headers={"x-request-id": '"}{"a": 1'}).headers["X-Request-Id"]
    assert len(forged) == 32


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Any:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Lines())
    monkeypatch.setattr(logging.getLogger("heban.web"), "handlers", [handler])
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_says_the_route_and_nothing_of_the_person(lines: Any, cast: Cast) -> None:
    client = browser(cast.people["firm_member"])
    client.get("/zh-hans/password/MQ/abc-secret?email=a@example.org")
    (line,) = lines()
    assert sorted(line) == ["at", "event", "level", "method", "ms", "request", "route", "status"]
    assert (line["event"], line["route"], line["status"]) == (
        "request",
        "zh-hans/password/<uidb64>/<token>",
        200,
    )
    assert "secret" not in str(line)
    assert "@" not in str(line)


def test_an_error_is_logged_by_kind_and_place_without_its_words() -> None:
    try:
        raise DatabaseError("Key (email)=(a@example.org) already exists.")
    except DatabaseError:
        record = logging.LogRecord("heban.web", logging.ERROR, "x.py", 1, "broken", (), sys.exc_info())
    line = json.loads(Lines().format(record))
    assert line["error"] == "django.db.utils.DatabaseError"
    assert line["frames"][0].startswith("test_passage.py:")
    assert "example.org" not in str(line)


def test_other_loggers_say_only_who_they_are() -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "x.py", 1, "Not Found: /a@b", (), None)
    assert json.loads(Lines().format(record))["event"] == "django.request"


def test_a_page_that_is_not_there_says_so(cast: Cast) -> None:
    answer = browser().get("/zh-hans/nothing")
    assert answer.status_code == 404
    assert "此地址没有页面" in answer.content.decode()


def test_health(cast: Cast) -> None:
    answer = browser().get("/health")
    said = {"ok": True, "database": True, "migrated": True, "version": version("heban")}
    assert (answer.status_code, answer.json()) == (200, said)


def test_health_without_the_form_or_the_database(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", set())
    with mock.patch.object(health, "missing", return_value=["exchange.0099_new"]):
        answer = browser().get("/health")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["migrated"]) == (True, False)
    with mock.patch.object(health.connections["default"], "cursor", side_effect=DatabaseError):
        answer = browser().get("/health")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["migrated"]) == (False, False)


def test_what_a_database_lacks_is_named(cast: Cast) -> None:
    assert health.missing("default") == []
