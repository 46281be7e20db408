"""Pages speak both languages: every sentence has its Chinese, compiled as it is written."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest

import heban.web

WEB = Path(heban.web.__file__).parent
WRITTEN = WEB / "locale/zh_Hans/LC_MESSAGES/django.po"
TEMPLATES = sorted((WEB / "templates").rglob("*.*"))


def written() -> dict[str, str]:
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', WRITTEN.read_text("utf-8"), re.MULTILINE)
    return dict(pairs)


def said() -> set[str]:
    found = set()
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        found |= set(re.findall(r"""\{% translate (?:"([^"]+)"|'[^']+')""", text))
        found |= {
            re.findall(r"""\{% translate '([^']+)'""", text)[n] for n in range(text.count("translate '"))
        }
        for block in re.findall(r"\{% blocktranslate %\}(.*?)\{% endblocktranslate %\}", text, re.DOTALL):
            found.add(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", block))
    for path in WEB.rglob("*.py"):
        found |= set(re.findall(r'\b_\("([^"]+)"\)', path.read_text("utf-8")))
    return found - {""}


def test_every_sentence_has_its_chinese_and_no_other_is_kept() -> None:
    assert said() == set(written())
    assert all(written().values())


def test_the_atlas_has_one_name_in_chinese() -> None:
    named = {english: chinese for english, chinese in written().items() if re.search("[Aa]tlas", english)}
    assert named and not [english for english, chinese in named.items() if "图志" not in chinese]


def test_what_is_compiled_is_what_is_written() -> None:
    with WRITTEN.with_suffix(".mo").open("rb") as compiled:
        known = gettext.GNUTranslations(compiled)
    assert {english: known.gettext(english) for english in written()} == written()


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.suffix == ".html"], ids=lambda path: path.name
)
def test_no_template_has_words_outside_of_translations(path: Path) -> None:
    text = re.sub(
        r"<code>.*?</code>|\{% blocktranslate %\}.*?\{% endblocktranslate %\}",
        "",
        path.read_text("utf-8"),
        flags=re.DOTALL,
    )
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", text, flags=re.DOTALL)
    words = set(re.findall(r"[A-Za-z]{2,}", bare)) - {"Heban", "English"}
    assert words == set(), path
