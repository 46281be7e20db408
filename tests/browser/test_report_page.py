"""The report in a browser without a network: it draws every chart and says nothing on the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from heban.report.chapters import CHAPTERS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request: pytest.FixtureRequest, full_report: Callable[[str], Path]) -> Path:
    return full_report(request.param)


@pytest.fixture(params=[1280, 390], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        context = browser.new_context(
            viewport={"width": request.param, "height": 900}, offline=True, accept_downloads=True
        )
        yield context.new_page()
        browser.close()


def test_the_page_draws_itself_offline_and_in_silence(report: Path, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request", lambda r: said.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None
    )
    page.goto(report.as_uri())
    charts = page.locator(".chart .marks")
    charts.first.wait_for()
    expected = sum(len(maker.charts) for maker in CHAPTERS.values())
    page.wait_for_function(f"document.querySelectorAll('.chart .marks').length >= {expected}")
    assert said == []
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], "the page scrolls sideways"


def test_the_data_of_a_chart_can_be_taken_away(report: Path, page: Page) -> None:
    page.goto(report.as_uri())
    button = page.locator("#chapter-published button").first
    with page.expect_download() as download:
        button.click()
    content = Path(download.value.path()).read_bytes()
    assert content.decode("utf-8-sig").splitlines()[0].split(",")[0]
    assert len(content.splitlines()) > 10
