"""The fixtures of the site: a database for each module, with the cast in it, served as heban_app."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import override_settings

from heban.exchange import server
from tests.exchange.fixtures import copied, folder, running
from tests.web.cast import Cast, seated

__all__ = ["folder", "running"]


@pytest.fixture(scope="module")
def cast(running: server.Server, request: pytest.FixtureRequest) -> Iterator[Cast]:
    """The cast, seated once for a module; its tests do not undo what they do."""
    # One round of hashing: the tests log in often and prove nothing of the hash.
    quick = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    letters = {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    name = "web_" + request.module.__name__.rpartition(".")[2]
    with copied(running, name), override_settings(**quick, **letters):
        mail.outbox = []
        yield seated()
