"""The atlas in a browser: it draws, weighs and turns dark in silence, and axe finds nothing serious."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, sync_playwright

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
pytestmark = pytest.mark.browser
PAGES = (
    "", "demo/", "demo/index", "demo/index/input", "demo/places", "demo/places/A1?with=B1", "demo/network",
    "demo/report/capacity", "demo/figures", "demo/data", "demo/data/capacity.scores", "demo/methods/space",
    "demo/search?q=a", "demo/plan", "demos/",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(made: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEBAN_PACKAGES", str(made))
        thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={}, port=0)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        yield f"http://127.0.0.1:{thread.port}"
        thread.terminate()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking"]
        found = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield found
        found.close()


def opened(browser: Browser, width: int, scheme: str) -> tuple[Page, list[str]]:
    said: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


def drawn(page: Page) -> None:
    for chart in page.locator("[data-chart]").all():
        if chart.is_visible():
            chart.scroll_into_view_if_needed()
            page.wait_for_timeout(20)
    page.locator("[data-chart]:not(.ready)").first.wait_for(state="detached", timeout=60_000)


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("zh-hans", 1280, "light"), ("en", 390, "dark"), ("zh-hans", 390, "dark"), ("en", 1280, "light")],
)
def test_pages_draw_themselves_in_silence_and_axe_finds_nothing_serious(
    lang: str, width: int, scheme: str, site: str, browser: Browser
) -> None:
    page, said = opened(browser, width, scheme)
    for name in PAGES:
        page.goto(f"{site}/{lang}/atlas/{name}")
        drawn(page)
        sizes = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert sizes[0] <= sizes[1], f"{name} scrolls sideways"
        found = axe.Axe().run(page).response["violations"]
        serious = [
            (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")
        ]
        assert serious == [], name
    assert [one for one in said if "404" not in one] == []


def test_a_slider_is_answered_by_the_engine(site: str, browser: Browser) -> None:
    page, said = opened(browser, 1280, "light")
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
    assert said == []


def test_the_reader_turns_day_into_night_and_it_stays(site: str, browser: Browser) -> None:
    page, said = opened(browser, 1280, "light")
    page.goto(f"{site}/en/atlas/demo/")
    colour = "getComputedStyle(document.body).backgroundColor"
    day = page.evaluate(colour)
    button = page.get_by_role("button", name="Dark")
    button.click()
    assert page.evaluate(colour) != day
    assert button.get_attribute("aria-pressed") == "true"
    page.goto(f"{site}/en/atlas/demo/index")
    assert page.evaluate(colour) != day
    assert said == []


def test_the_first_key_leads_to_the_content(site: str, browser: Browser) -> None:
    page, _ = opened(browser, 1280, "light")
    page.goto(f"{site}/en/atlas/demo/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
