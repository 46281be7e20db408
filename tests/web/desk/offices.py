"""Pages and acts of offices for tests: asked for as somebody, as a browser does, in a language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import override_settings
from django.utils import timezone

from heban.exchange import server
from heban.exchange.models import Person
from tests.exchange.desks import NOW
from tests.exchange.fixtures import copied
from tests.exchange.voucher_desk import Desk, days, made
from tests.web.cast import browser

APRIL = NOW + days(31)


@contextmanager
def opened(running: server.Server, name: str) -> Iterator[Desk]:
    """Claims under rules with clearing, read on 2 April 2026, when March is over."""
    with (
        pytest.MonkeyPatch.context() as patch,
        copied(running, name) as base,
        override_settings(ALLOWED_HOSTS=["localhost"]),
    ):
        patch.setattr(timezone, "now", lambda: APRIL)
        yield made(base, clearing="cleared")


def page(desk: Desk, who: str, path: str, language: str = "en") -> Any:
    """Open a page of the desk."""
    person = Person.objects.get(pk=desk.people[who])
    return browser(person).get(f"/{language}/desk/{path}")


def text(desk: Desk, who: str, path: str, language: str = "en") -> str:
    """Read a page that is there."""
    answer = page(desk, who, path, language)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def do(
    desk: Desk, who: str, act: str, fixed: dict[str, Any] | None = None, language: str = "en", **said: Any
) -> Any:
    """Ask for an act as a page does: what is fixed in the query, the rest in the form."""
    given = fixed or {}
    query = urlencode([*given.items(), *[("fixed", name) for name in given]])
    person = Person.objects.get(pk=desk.people[who])
    return browser(person).post(f"/{language}/desk/do/{act}?{query}", said)
