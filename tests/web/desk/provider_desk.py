"""The desk of a provider for tests: its people, its browser, and what it writes there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from heban.exchange.acts import assets, booking
from heban.exchange.models import Jurisdiction, Membership, Person
from tests.exchange.desks import MEMBER, NOW, PROVIDER_MEMBER, hour
from tests.exchange.fixtures import copied
from tests.exchange.openings import FIRM, PROVIDER, opened
from tests.web.cast import browser
from tests.web.world import undoing

SEM, OWNER = 1, 2
ROLES = {"operator": (2, "operator", None), "reviewer": (5, "region_reviewer", "310000"),
         "zhejiang": (4, "region_reviewer", "330000"), "elsewhere": (3, "provider_manager", None),
         "auditor": (5, "auditor", "310000"), "platform": (5, "platform", None)}  # fmt: skip
DAYS = (date(2026, 1, 1), None)


@pytest.fixture(scope="module")
def people(running: Any, request: pytest.FixtureRequest) -> Iterator[dict[str, Person]]:
    """The cast of the exchange, with an operator, a reviewer of Shanghai and a provider elsewhere."""
    with (
        pytest.MonkeyPatch.context() as patch,
        copied(running, request.module.__name__.rpartition(".")[2]) as base,
        override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"),
    ):
        patch.setattr(timezone, "now", lambda: NOW)
        opened(base)
        found = {"provider": PROVIDER_MEMBER, "firm": MEMBER}
        seated = {name: Person.objects.get(pk=number) for name, number in found.items()}
        for name, (seat, role, place) in ROLES.items():
            seated[name] = Person.objects.create(name=f"某{name}", email=f"{name}@desk.example.org")
            Membership.objects.create(
                person=seated[name], organisation_id=seat, role=role, valid=DAYS,
                jurisdiction=Jurisdiction.objects.filter(code=place).first(),
            )  # fmt: skip
        yield seated


@pytest.fixture
def at(people: dict[str, Person]) -> Iterator[Any]:
    """Return the browser of somebody; what a test does is undone after it."""
    with undoing():
        yield lambda who: browser(people[who] if who else None)


def page(client: Client, path: str, status: int = 200, language: str = "en") -> str:
    answer = client.get(f"/{language}/desk/{path}")
    assert answer.status_code == status, (path, answer.status_code, answer.content[:600])
    return unescape(answer.content.decode())


def do(client: Client, name: str, given: dict[str, Any], language: str = "en", **fixed: Any) -> Any:
    query = {**fixed, "fixed": list(fixed), "next": "/en/desk/things"}
    return client.post(f"/{language}/desk/do/{name}", given, query_params=query)


def done(client: Client, name: str, given: dict[str, Any], **fixed: Any) -> None:
    answer = do(client, name, given, **fixed)
    assert answer.status_code == 302, unescape(answer.content.decode())


def written(text: str) -> dict[str, str]:
    """The values that a form shows, by the names of its fields."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and value and ("checkbox" not in tag or " checked" in tag):
            found[name[1]] = value[1]
    for name, inside in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside) or re.search(r'value="([^"]*)"', inside)
        found[name] = chosen[1] if chosen else ""
    for name, inside in re.findall(r'<textarea name="([^"]+)".*?>(.*?)</textarea>', text, re.DOTALL):
        found[name] = inside.strip()
    return found


def draft(**columns: Any) -> int:
    given = {"kind": "instrument", "name": "激光共聚焦显微镜", **columns}
    number: int = assets.draft(PROVIDER, owner=OWNER, jurisdiction="310118", given=given)["asset"]
    return number


def asked_for(start: float = 0, end: float = 2, *, unit: int = 1) -> int:
    number: int = booking.book(FIRM, unit=unit, taker=1, start=hour(start), end=hour(end))["booking"]
    booking.request(FIRM, booking=number)
    return number
