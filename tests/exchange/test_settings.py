"""Settings come from the environment, strict and loud; the database that Django sees follows from them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange import databases, server
from heban.exchange.settings import Settings, from_environment

URL = "postgresql://heban_app:s%40cret@db.example:5433/heban?sslmode=require"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"DEBUG": "yes"}, "DEBUG is 'yes'; it accepts true or false. Correct it or unset it."),
        ({"DEBUG": ""}, "DEBUG is ''; it accepts true or false. Correct it or unset it."),
        ({"HEBAN_DATA": "data"}, "HEBAN_DATA is 'data'; it must be a whole path, as /var/lib/heban."),
        (
            {"DATABASE_URL": "sqlite:///secret.db"},
            "DATABASE_URL does not begin with postgresql://. The exchange runs on PostgreSQL only.",
        ),
        (
            {"DATABASE_OWNER_URL": URL},
            "DATABASE_OWNER_URL is given without DATABASE_URL. Give both, or neither for the embedded one.",
        ),
    ],
)
def test_a_setting_that_is_wrong_says_what_is_accepted(given: dict[str, str], message: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        from_environment(given)


def test_a_misprinted_setting_does_not_go_unseen() -> None:
    message = "no setting 'HEBAN_DATE' in the environment. Near names: HEBAN_DATA, HEBAN_PACKAGES."
    with pytest.raises(UnknownName, match=f"^{re.escape(message)}$"):
        from_environment({"HEBAN_DATE": "/srv"})


def test_an_address_becomes_what_django_wants() -> None:
    settings = from_environment({"DATABASE_URL": URL, "HEBAN_DATA": "/srv/heban", "DEBUG": "true"})
    assert settings == Settings(Path("/srv/heban"), URL, None, True)
    assert databases.named(settings) == {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "heban",
            "USER": "heban_app",
            "PASSWORD": "s@cret",
            "HOST": "db.example",
            "PORT": "5433",
            "OPTIONS": {"sslmode": "require"},
        }
    }


def test_without_an_address_the_embedded_server_is_found(running: server.Server, tmp_path: Path) -> None:
    named = databases.named(Settings(running.data))
    assert {alias: entry["USER"] for alias, entry in named.items()} == {
        "default": "heban_app",
        "owner": "heban_owner",
    }
    message = (
        f"there is no database: DATABASE_URL is not set and none was made in {tmp_path}. "
        "Start the embedded one first, or give the address of yours."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        databases.named(Settings(tmp_path))


@pytest.mark.usefixtures("untouched")
def test_the_migrations_make_what_the_models_say() -> None:
    call_command("makemigrations", "exchange", check=True, dry_run=True, verbosity=0)
