"""Every page that one of the demonstration's people is led to answers, is whole, and is in one language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from heban import web
from heban.exchange.demo import cast
from tests.web.desk.crawling import Sheet, Walk, client, open_rooms

PEOPLE = ("", *(name for name, *_seat in cast.PEOPLE))
LATIN = re.compile(r"[A-Za-z]{2,} [a-z]{2,}|^[A-Z][a-z]{2,}$")
"""English words in a row, or one alone that is no name of something."""
DATA = re.compile(r"Demo Instruments|Sample Scientific|heban exchange|^Heban$")
"""What people called their things, and names that are the same in every language."""
CATALOGUE = Path(web.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po"
Pages = dict[str, tuple[str, Sheet]]


@pytest.fixture(scope="module")
def walks(site: str) -> dict[tuple[str, str], Walk]:
    """The walk of each of the people, two pages of a kind in Chinese and one in English."""
    shared: set[str] = set()
    return {
        (language, who): Walk(client(who), most, shared).go(f"/{language}/", *open_rooms(who, language))
        for language, most in (("zh-hans", 2), ("en", 1))
        for who in PEOPLE
    }


def told(faults: list[str]) -> str:
    return f"{len(faults)} faults:\n" + "\n".join(faults[:25])


def sheets(walks: dict[tuple[str, str], Walk], language: str) -> Iterator[tuple[str, str, Sheet]]:
    for (spoken, who), walk in walks.items():
        if spoken == language:
            yield from ((who or "nobody", address, sheet) for address, sheet in walk.sheets.items())


def test_everything_that_is_offered_answers_and_every_page_is_whole(
    walks: dict[tuple[str, str], Walk],
) -> None:
    faults = [f"{who or 'nobody'}: {one}" for (_language, who), walk in walks.items() for one in walk.faults]
    assert not faults, told(faults)
    for (language, who), walk in walks.items():
        assert len(walk.sheets) > (12 if not who else 20), (language, who)


def test_chinese_pages_have_no_english_words(walks: dict[tuple[str, str], Walk]) -> None:
    strange = {
        words: f"{who}: {words!r} at {address}"
        for who, address, sheet in sheets(walks, "zh-hans")
        for words in sheet.words
        if LATIN.search(words) and not DATA.search(words)
    }
    assert not strange, told([*strange.values()])


def test_english_pages_have_no_sentence_of_the_chinese_catalogue(walks: dict[tuple[str, str], Walk]) -> None:
    chinese = set(re.findall(r'^msgstr "(.*[\u4e00-\u9fff].*)"$', CATALOGUE.read_text("utf-8"), re.M))
    assert len(chinese) > 1_000
    strange = {
        words: f"{who}: {words!r} at {address}"
        for who, address, sheet in sheets(walks, "en")
        for words in sheet.words
        if words in chinese
    }
    assert not strange, told([*strange.values()])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_are_told_apart_by_their_titles(walks: dict[tuple[str, str], Walk], language: str) -> None:
    titled: dict[str, set[str]] = defaultdict(set)
    for _who, address, sheet in sheets(walks, language):
        titled[sheet.title].add(urlsplit(address).path)
    same = [f"{title}: {', '.join(sorted(paths))}" for title, paths in titled.items() if len(paths) > 1]
    assert not same, told(same)
