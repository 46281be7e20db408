"""The page of a matching: hostile texts stand still in it, and it lives without a network."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.place import LANGUAGES, Language
from heban.report import matching
from heban.report.matching.marking import marked
from heban.report.matching.page import render
from heban.report.matching.words import WORDS
from tests.report.matching.test_answering import asked, judgements, many


@pytest.fixture(scope="module")
def whole() -> dict[str, object]:
    """The facts of a matching with everything in it: judgements, an assignment, a watched group."""
    needs, offers, judged = judgements(20, 12)
    offers = offers.assign(protected=["1", ""] * 60, organisation=[f"机构{at % 17}" for at in range(120)])
    needs = pd.concat([needs, asked("古琴").assign(id="none")], ignore_index=True)
    return matching.answers(needs, offers, judgements=judged, assign=True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_that_was_found_stands_in_the_page(whole: dict[str, object], lang: Language) -> None:
    page = render(whole, lang)
    at = 0 if lang == "zh" else 1
    for name in ("reliability", "assignment", "exposure", "nothing", "unfilled", "kept"):
        assert WORDS[name][at] in page, name
    assert page.count('class="chapter need"') == 21
    assert "<script" not in page


def test_a_long_list_is_cut_and_said() -> None:
    spec = matching.MatchSpec(page=2)
    page = render(matching.answers(asked("石墨烯", "电池", "雷达"), many(20), spec), "en")
    assert page.count('class="chapter need"') == 2
    assert "This page shows the first 2 of 3 needs; the tables hold them all." in page


@pytest.fixture(scope="module")
def small() -> dict[str, object]:
    """The facts of a matching with one need and two offers."""
    return matching.answers(asked("石墨烯"), many(2))


@settings(max_examples=30)  # each draws the whole page
@given(st.text(min_size=1, max_size=80))
def test_any_title_is_escaped(small: dict[str, object], title: str) -> None:
    (need,) = small["needs"]  # type: ignore[attr-defined]
    page = render({**small, "needs": [{**need, "title": f"<b onclick=x>{title}</b>"}]}, "en")
    assert "<b onclick" not in page
    assert "&lt;b onclick=x&gt;" in page


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=4), max_size=4))
def test_marks_lose_nothing_of_a_passage(passage: str, terms: list[str]) -> None:
    assert "".join(text for text, _ in marked(passage, terms)) == passage


def test_marks_stand_where_terms_are_however_they_are_written() -> None:
    assert marked("ＴｉＯ₂ 光催化劑", ["tio2", "光催化剂"]) == [
        ("ＴｉＯ₂", True),
        (" ", False),
        ("光催化劑", True),
    ]
    assert marked("grapheneoxide Graphene", ["graphene"]) == [("grapheneoxide ", False), ("Graphene", True)]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_a_screen_offline_and_in_silence(
    whole: dict[str, object], chromium: str, tmp_path: Path, width: int
) -> None:
    from playwright.sync_api import sync_playwright

    facts = {**whole, "needs": [dict(need) for need in whole["needs"]]}  # type: ignore[attr-defined]
    facts["needs"][0]["title"] = "\u202e</bdi><script>document.title='run'</script>" + "长" * 300 + "W" * 300
    path = tmp_path / "matches.html"
    path.write_text(render(facts, "zh"), "utf-8")
    said: list[str] = []
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_context(viewport={"width": width, "height": 900}, offline=True).new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: said.append(r.url) if not r.url.startswith(("file:", "data:")) else None)
        page.goto(path.as_uri())
        assert page.title() == "需求与供给的匹配"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown = page.locator(".drawing:visible svg:visible")
        assert shown.count() == 2
        browser.close()
    assert said == []
