"""What the tests of reviews and claims share: pages and acts, as somebody of the desk opens and does them."""

from __future__ import annotations

import re

from django.test import Client

from heban.exchange.models import (
    Person,
)
from heban.web.api import entry
from tests.exchange.voucher_desk import Desk
from tests.web.cast import browser


def at(desk: Desk, who: str) -> Client:
    return browser(Person.objects.get(pk=desk.people[who]))


def page(client: Client, path: str, lang: str = "en", status: int = 200) -> str:
    answer = client.get(f"/{lang}/desk/{path}")
    assert answer.status_code == status, path
    return answer.content.decode()


def do(client: Client, name: str, lang: str = "en", status: int = 302, /, **given: object) -> str:
    """Do an act at its page; numbers of the path go in the query, the rest in the form."""
    path = entry.OFFERS[name].in_path
    query = "&".join(f"{one}={given.pop(one)}" for one in path)
    answer = client.post(f"/{lang}/desk/do/{name}?{query}", given)
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.content.decode()


def plain(html: str) -> str:
    """What a page reads, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))
