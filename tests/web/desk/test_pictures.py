"""The pictures of the documents: all there, small, shown; and the desk's page names whoever may be played."""

from __future__ import annotations

import re

import pytest

from heban.exchange.demo.cast import PASSWORD, PEOPLE, address
from scripts.pictures import LANGUAGES, LARGEST, PICTURES, ROOT, SHOWN

DESK = (ROOT / "docs" / "desk.md").read_text("utf-8")
READMES = [(ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md")]


def test_every_picture_is_there_in_both_languages_and_small() -> None:
    names = {f"{one.name}.{short}.webp" for one in SHOWN for short in LANGUAGES.values()}
    assert {path.name for path in PICTURES.iterdir()} == names, "run `python -m scripts.pictures`"
    for name in names:
        kept = (PICTURES / name).read_bytes()
        assert kept[:4] == b"RIFF" and kept[8:12] == b"WEBP", name
        assert len(kept) <= LARGEST, name


def test_both_readmes_show_the_same_pictures_each_in_its_language_with_words_for_who_does_not_see() -> None:
    found = [re.findall(r"!\[([^\]]*)\]\(docs/pictures/(\w+)\.(\w+)\.webp\)", page) for page in READMES]
    assert [name for _words, name, _short in found[0]] == [name for _words, name, _short in found[1]]
    assert [{short for _words, _name, short in page} for page in found] == [{"en"}, {"zh"}]
    assert all(len(words) > 10 for page in found for words, _name, _short in page)
    assert 4 <= len(found[0]) <= 6


@pytest.mark.parametrize("called", [row[0] for row in PEOPLE])
def test_the_desks_page_names_everybody_who_may_be_played(called: str) -> None:
    assert f"`{address(called).partition('@')[0]}`" in DESK
    assert f"`{PASSWORD}`" in DESK
