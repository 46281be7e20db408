"""Every room and every form × everybody: nobody reads at the desk what the interface hides from them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse

import heban.web.api.site  # noqa: F401  offers the acts
from heban.exchange import server
from heban.exchange.models import ServiceOrder
from heban.web import windows
from heban.web.api import entry
from heban.web.desk.rooms import ROOMS
from tests.exchange.fixtures import copied
from tests.web import world as cast_of
from tests.web.cast import browser
from tests.web.test_matrix import SECRETS
from tests.web.world import CALLERS, HERE, NOBODY, World

OF_ROOM = {"what": "assets"}


@pytest.fixture(scope="module")
def world(running: server.Server) -> Iterator[World]:
    with copied(running, "secrets") as base, pytest.MonkeyPatch.context() as patch:
        cast_of.stood_still(patch)
        patch.setattr(windows, "tried", lambda *_: True)
        yield cast_of.made(base)


def addresses(world: World) -> Iterator[str]:
    """Every room with the rows that are hidden from most, and the form of every act with them."""
    last = ServiceOrder.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for rows in (world.rows, {**world.rows, "organisation": 2, "order": last}, dict.fromkeys(world.rows, 1)):
        for name, room in ROOMS.items():
            if name == "do":
                continue
            asked = re.findall(r"<(?:int:)?(\w+)>", room.path)
            given = {word: OF_ROOM.get(word, rows.get(word, 1)) for word in asked}
            yield reverse(f"desk:{name}", kwargs=given)
        for name, offer in entry.OFFERS.items():
            query = "&".join(f"{word}={rows.get(word, 1)}" for word in offer.in_path)
            yield reverse("desk:do", args=[name]) + "?" + query


def met(who: str, world: World) -> Iterator[tuple[str, str]]:
    """Yield where somebody meets which secret."""
    client = browser(None if who == NOBODY else world.people[who])
    for address in dict.fromkeys(addresses(world)):
        answer = client.get(address)
        assert answer.status_code < 500, address
        text = b"".join(answer).decode("utf-8", "replace")
        yield from ((address, secret) for secret in SECRETS if secret in text)


@pytest.mark.parametrize("who", CALLERS)
def test_nobody_reads_what_is_hidden_from_them(who: str, world: World) -> None:
    assert [(address, secret) for address, secret in met(who, world) if who not in SECRETS[secret]] == []


def test_the_crawl_would_see_a_leak(world: World) -> None:
    assert {secret for _, secret in met(f"firm_manager {HERE}", world)} == set(SECRETS)
