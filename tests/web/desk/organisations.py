"""What the tests of organising at the desk share: a row of everything, browsers, pages, and acts."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client, override_settings

from heban.exchange.desk import By
from heban.exchange.models import Person
from tests.exchange.desks import NOW
from tests.exchange.fixtures import copied
from tests.web import world as cast_of
from tests.web.cast import browser
from tests.web.world import HERE, NOBODY, World

FIRM, OTHER, MANAGER, OFFICE = 1, 3, f"firm_manager {HERE}", f"region_reviewer {HERE}"
"""The firm of the world, another of the same county, and who looks after them."""


@pytest.fixture(scope="module")
def world(running: Any, request: pytest.FixtureRequest) -> Iterator[World]:
    """A row of everything and people of each role, on the day of the tests of the exchange."""
    letters = {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    name = "desk_" + request.module.__name__.rpartition(".")[2]
    with (
        pytest.MonkeyPatch.context() as patch,
        copied(running, name) as base,
        override_settings(**letters),
    ):
        cast_of.stood_still(patch)
        yield cast_of.made(base)


@pytest.fixture
def at(world: World) -> Any:
    """Return the browser of somebody, by role and place."""
    return lambda who: browser(None if who == NOBODY else world.people[who])


def page(client: Client, path: str, status: int = 200, language: str = "en") -> str:
    answer = client.get(f"/{language}/desk/{path}", follow=True)
    assert answer.status_code == status, (path, answer.status_code)
    return unescape(answer.content.decode())


def do(client: Client, name: str, given: dict[str, Any], **fixed: Any) -> Any:
    query = {**fixed, "fixed": list(fixed), "next": "/en/desk/"}
    return client.post(f"/en/desk/do/{name}", given, query_params=query)


def done(client: Client, name: str, given: dict[str, Any], **fixed: Any) -> str:
    answer = do(client, name, given, **fixed)
    assert answer.status_code == 302, unescape(answer.content.decode())
    return str(answer.url)


def by(person: Person) -> By:
    return By(f"person:{person.pk}", NOW)
