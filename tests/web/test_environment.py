"""What the site is told is strict and loud."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from heban.domain.errors import BadSpec
from heban.exchange.settings import Settings
from heban.web.environment import LOCAL, Mail, from_environment, kept_key

EMBEDDED = Settings(Path("/srv/heban"))
GIVEN = Settings(Path("/srv/heban"), "postgresql://heban_app@db/heban")
KEY = "k" * 40


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {},
            "SECRET_KEY is not set, and DATABASE_URL is. Set a secret text of at least 32 signs, the same "
            "for every process of the site.",
        ),
        ({"SECRET_KEY": "short"}, "SECRET_KEY has 5 signs; it needs 32 or more. Make a longer one."),
        (
            {"SECRET_KEY": KEY, "ALLOWED_HOSTS": "*.example"},
            "ALLOWED_HOSTS holds '*.example'; it accepts names separated by commas, as heban.example,"
            "127.0.0.1. Name each; there is no wildcard.",
        ),
        (
            {"SECRET_KEY": KEY, "HTTPS": "on"},
            "HTTPS is 'on'; it accepts true or false. Correct it or unset it.",
        ),
        (
            {"SECRET_KEY": KEY, "MAIL": "mail.example"},
            "MAIL is no address of a mail server. It accepts console, or smtp://, smtp+tls:// or smtps:// "
            "with user:password@host:port.",
        ),
    ],
)
def test_what_is_wrong_says_what_is_accepted(given: dict[str, str], message: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        from_environment(GIVEN, given)


def test_a_site_of_this_machine_alone_needs_no_tls_and_any_other_does() -> None:
    local = from_environment(GIVEN, {"SECRET_KEY": KEY})
    assert (local.allowed_hosts, local.https, local.mail) == (LOCAL, False, None)
    public = from_environment(GIVEN, {"SECRET_KEY": KEY, "ALLOWED_HOSTS": "heban.example, localhost"})
    assert (public.allowed_hosts, public.https) == (("heban.example", "localhost"), True)
    plain = from_environment(GIVEN, {"SECRET_KEY": KEY, "ALLOWED_HOSTS": "heban.example", "HTTPS": "false"})
    assert not plain.https


@pytest.mark.parametrize(
    ("url", "mail"),
    [
        ("smtp://mail.example", Mail("mail.example", 25)),
        ("smtp+tls://u:p%40ss@mail.example:2525", Mail("mail.example", 2525, "u", "p@ss", starts_tls=True)),
        ("smtps://mail.example", Mail("mail.example", 465, is_tls=True)),
    ],
)
def test_mail_goes_where_it_is_told(url: str, mail: Mail) -> None:
    assert from_environment(GIVEN, {"SECRET_KEY": KEY, "MAIL": url}).mail == mail


def test_the_key_of_an_embedded_site_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    made = kept_key(tmp_path / "data")
    assert len(made) == 64
    assert kept_key(tmp_path / "data") == made
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
    assert from_environment(Settings(tmp_path / "data"), {}).secret_key == made


SHOWN = (
    "import json; from heban.web import settings as s; print(json.dumps([s.SESSION_COOKIE_SECURE, "
    "s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT, s.SECURE_PROXY_SSL_HEADER]))"
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, "[false, false, 0, false, null]"),
        ({"ALLOWED_HOSTS": "heban.example"}, "[true, true, 31536000, false, null]"),
        (
            {"ALLOWED_HOSTS": "heban.example", "BEHIND_PROXY": "true"},
            '[true, true, 31536000, true, ["HTTP_X_FORWARDED_PROTO", "https"]]',
        ),
        ({"ALLOWED_HOSTS": "heban.example", "DEBUG": "true"}, "[false, false, 0, false, null]"),
    ],
)
def test_cookies_and_headers_follow_from_how_the_site_is_reached(given: dict[str, str], shown: str) -> None:
    told = {"DATABASE_URL": "postgresql://heban_app@/none", "SECRET_KEY": KEY, **given}
    done = subprocess.run(
        [sys.executable, "-c", SHOWN], env={**os.environ, **told}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == shown
