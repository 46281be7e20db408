"""The page in a real browser, without a network: it draws its charts and complains of nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from heban.report import document, html
from heban.report.facts import FactsDict
from tests.report.invented import CHARTS, chapter_texts

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine; make system-deps brings it")
    assert program, "no Chromium, and with CI=true that is a failure"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, facts: FactsDict) -> str:
    report = document.build(chapter_texts("zh"), facts, "zh", CHARTS)
    path = Path(tmp_path_factory.mktemp("page")) / "report.html"
    path.write_text(html.render(report, facts, "zh", CHARTS), "utf-8")
    return path.as_uri()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_every_chart_lives_offline_without_a_complaint(browser: Any, address: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    drawings = page.locator(".drawing")
    page.wait_for_function(
        "() => document.querySelectorAll('.drawing .vega-embed').length"
        " === document.querySelectorAll('.drawing').length"
    )
    assert drawings.count() == len(CHARTS) + 1
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.browser
def test_data_and_pictures_are_saved(browser: Any, address: str, tmp_path: Path) -> None:
    context = browser.new_context(offline=True, accept_downloads=True)
    page = context.new_page()
    page.goto(address)
    figure = page.locator("#chart-1")
    figure.locator(".vega-embed").wait_for()
    saved = {}
    for label in ("下载数据", "PNG", "SVG"):
        with page.expect_download() as download:
            figure.get_by_role("button").filter(has_text=label).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        saved[path.name] = path.read_bytes()
    assert saved["total.csv"].decode("utf-8-sig").splitlines()[3] == "2013,123.455,118,129"
    assert saved["chart-total.png"].startswith(b"\x89PNG")
    assert saved["chart-total.svg"].startswith(b"<svg")
    context.close()
