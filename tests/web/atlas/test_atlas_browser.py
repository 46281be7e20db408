"""The atlas in a browser: it draws, weighs and turns dark in silence, and axe finds nothing serious."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.web.atlas.browsing import opened

pytestmark = pytest.mark.browser
PAGES = (
    "", "demo/", "demo/index", "demo/index/input", "demo/index/input/spend", "demo/places",
    "demo/places/A1?with=B1", "demo/network", "demo/network?year=2013",
    "demo/report/capacity", "demo/figures", "demo/data", "demo/data/capacity.scores", "demo/methods/space",
    "demo/search?q=a", "demo/plan", "demos/",
)  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("zh-hans", 390, "dark"), ("en", 1280, "light")],  # the analyst's way goes the other two
)
def test_pages_draw_themselves_in_silence_and_axe_finds_nothing_serious(
    lang: str, width: int, scheme: str, site: str, browser: Browser
) -> None:
    window = opened(browser, width, scheme)
    for name in PAGES:
        window.page.goto(f"{site}/{lang}/atlas/{name}")
        window.drawn()
        assert window.fits(), f"{name} scrolls sideways"
        assert window.serious() == [], name
    assert [one for one in window.said if "404" not in one] == []


def test_a_slider_is_answered_by_the_engine(site: str, browser: Browser) -> None:
    window = opened(browser)
    page = window.page
    page.goto(f"{site}/en/atlas/demo/index")
    total = page.locator('[data-own="P1"] .total')
    before = total.text_content()
    with page.expect_response(lambda answer: "whatif.json" in answer.url) as got:
        page.locator("#w0").fill("0")
    rows = {row["place"]: row["text"] for row in got.value.json()["rows"]}
    page.locator("#own-state", has_text="Your own weights").wait_for()
    assert total.text_content() == rows["P1"] != before
    assert "w=0&" in page.url
    page.reload()
    assert total.text_content() == rows["P1"]
    assert window.said == []


def test_the_reader_turns_day_into_night_and_it_stays(site: str, browser: Browser) -> None:
    window = opened(browser)
    page = window.page
    page.goto(f"{site}/en/atlas/demo/")
    colour = "getComputedStyle(document.body).backgroundColor"
    day = page.evaluate(colour)
    button = page.get_by_role("button", name="Dark")
    button.click()
    assert page.evaluate(colour) != day
    assert button.get_attribute("aria-pressed") == "true"
    page.goto(f"{site}/en/atlas/demo/index")
    assert page.evaluate(colour) != day
    assert window.said == []


def test_the_first_key_leads_to_the_content(site: str, browser: Browser) -> None:
    page = opened(browser).page
    page.goto(f"{site}/en/atlas/demo/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_slider_of_an_indicator_weighs_inside_of_its_pillar(site: str, browser: Browser) -> None:
    window = opened(browser)
    page = window.page
    page.goto(f"{site}/en/atlas/demo/index")
    total = page.locator('[data-own="P2"] .total')
    before = total.text_content()
    page.locator(".slider details summary").first.click()
    with page.expect_response(lambda answer: "whatif.json" in answer.url) as got:
        page.locator("#i0").fill("0")
    rows = {row["place"]: row["text"] for row in got.value.json()["rows"]}
    page.locator("#own-state", has_text="Your own weights").wait_for()
    assert total.text_content() == rows["P2"] != before
    assert window.said == []


def test_the_slider_of_years_shows_each_year_in_place(site: str, browser: Browser) -> None:
    window = opened(browser)
    page = window.page
    page.goto(f"{site}/en/atlas/demo/network")
    window.drawn()
    page.locator("#slide").fill("2013")
    page.locator("#of-year .lead", has_text="2013").wait_for()
    window.drawn()
    assert page.locator('output[for="slide"]').text_content() == "2013"
    assert page.locator("#matrix tbody tr").count() == 2
    assert "year=2013" in page.url
    page.locator("#slide").press("ArrowLeft")
    page.locator("#of-year .lead", has_text="2012").wait_for()
    assert page.locator("#matrix tbody tr").count() == 3
    assert window.said == []
