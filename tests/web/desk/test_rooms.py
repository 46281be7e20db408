"""In the demonstration no room is empty: each that lists something has a row for somebody of the cast."""

from __future__ import annotations

import re

import pytest

from heban.exchange.demo import cast
from heban.exchange.models import Asset
from heban.web.desk.rooms import ROOMS
from tests.web.desk.crawling import client, open_rooms

LANGUAGE = "en"
BARE = {
    "tokens": "a token is shown once, to whoever makes it: no demonstration can give one",
    "people": "it shows whom one looks for",
    "what-if": "it tries the terms that one asks for",
}
"""Rooms that are bare until somebody asks or makes something, and why."""
IDLE: dict[str, str] = {}
"""Those of the cast for whom nothing waits on the first page, and why."""
EMPTY = 'class="empty"'
ROW = re.compile(r"<(?:li|tr|article|dt)\b")


def main(page: str) -> str:
    """The part of a page that is its own."""
    return page.partition("<main")[2].partition("</main>")[0]


@pytest.fixture(scope="module")
def pages(site: str) -> dict[str, dict[str, str]]:
    """What each of the cast finds in each room that they may enter, by its path."""
    found: dict[str, dict[str, str]] = {}
    for who, *_seat in cast.PEOPLE:
        visitor = client(who)
        for address in open_rooms(who, LANGUAGE):
            answer = visitor.get(address, follow=True)
            assert answer.status_code == 200, (who, address)
            found.setdefault(address.partition("/desk/")[2], {})[who] = main(answer.content.decode())
    return found


def filled(page: str) -> bool:
    return EMPTY not in page and ROW.search(page) is not None


def test_each_room_that_lists_something_has_a_row_for_somebody(pages: dict[str, dict[str, str]]) -> None:
    assert set(pages) == {room.path for room in ROOMS.values() if "<" not in room.path}
    bare = {path for path, shown in pages.items() if not any(map(filled, shown.values()))}
    assert bare == set(BARE)


def test_something_waits_for_each_on_the_first_page(pages: dict[str, dict[str, str]]) -> None:
    assert {who for who, page in pages[""].items() if not filled(page)} == set(IDLE)


def test_of_two_vouchers_the_one_that_pays_is_shown_first(site: str) -> None:
    asset = Asset.objects.get(name="场发射扫描电子显微镜（演示）")
    page = main(client("firm_manager").get(f"/{LANGUAGE}/desk/things/{asset.pk}").content.decode())
    first, *others = page.split("With a voucher")[1:]
    assert "The voucher could pay" in first
    assert others and all("does not pay for this" in one for one in others)
