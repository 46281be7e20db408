"""The analyst's way: open, filter, compare, take the table away, check a claim; pictures are kept."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.atlas.browsing import Window, opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("zh-hans", 1280, "light"), ("en", 390, "dark")],
)
def test_an_analyst_finds_compares_takes_away_and_checks(
    lang: str, width: int, scheme: str, site: str, browser: Browser, tmp_path: Path
) -> None:
    window = opened(browser, width, scheme)
    named = f"atlas-{lang}-{width}-{scheme}"
    _opens(window, f"{site}/{lang}/atlas/")
    _goes_down_to_an_indicator(window, named)
    _filters_by_year(window, named)
    _compares(window, named)
    _takes_the_table_away(window, tmp_path)
    _checks_a_claim(window, named)
    _checks_a_figure(window)
    assert window.said == []


def _looked_at(window: Window, name: str) -> None:
    window.drawn()
    assert window.fits(), name
    assert window.serious() == [], name
    assert window.picture(name).stat().st_size > 10_000


def _way(window: Window, end: str) -> None:
    window.page.locator(f".ways a[href$='/demo/{end}']").click()
    window.page.wait_for_url(f"**/demo/{end}")


def _opens(window: Window, where: str) -> None:
    page = window.page
    page.goto(where)
    page.locator(".card h2 a").click()
    page.wait_for_url("**/demo/")
    assert page.locator(".headline .value").text_content() is not None


def _goes_down_to_an_indicator(window: Window, named: str) -> None:
    page = window.page
    _way(window, "index")
    page.locator(".tree h3 a").first.click()
    page.locator("#down a[href$='/spend']").click()
    page.wait_for_url("**/index/input/spend")
    page.locator("#figures details summary").click()
    first = page.locator("#figures tbody tr").filter(has=page.locator("a[href$='/places/P1']"))
    assert first.locator("td").all_text_contents() == ["10", "20", "40"]
    assert page.locator("#cards .card").count() == 1
    _looked_at(window, f"{named}-indicator")


def _filters_by_year(window: Window, named: str) -> None:
    page = window.page
    _way(window, "network")
    page.locator("#slide").fill("2013")
    page.locator("#of-year .lead", has_text="2013").wait_for()
    assert page.locator("#matrix td", has_text="2").count() == 2
    _looked_at(window, f"{named}-network")


def _compares(window: Window, named: str) -> None:
    page = window.page
    _way(window, "places")
    page.locator(".list a[href$='/places/A1']").click()
    page.locator("#compare select").nth(0).select_option("B1")
    page.locator("#compare select").nth(1).select_option("A2")
    page.locator("#compare button").click()
    page.wait_for_url("**with=B1**")
    heads = page.locator("#compare thead a")
    assert heads.count() == 3
    row = page.locator("#compare tbody tr").first.locator("td.n")
    assert row.all_text_contents() == ["6", "3", "3"]
    _looked_at(window, f"{named}-compare")


def _takes_the_table_away(window: Window, folder: Path) -> None:
    page = window.page
    _way(window, "data")
    page.locator("a[href$='/data/network.places']").click()
    with page.expect_download() as got:
        page.locator(".pills a[href$='.csv']").click()
    got.value.save_as(folder / "taken.csv")
    with (folder / "taken.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert {row[0]: row[3] for row in rows[1:]}["A1"] == "6.0"
    assert "SHA-256" in str(page.locator("#cite p").text_content())


def _checks_a_claim(window: Window, named: str) -> None:
    page = window.page
    _way(window, "audit")
    assert page.locator("#claims tbody tr").count() == 2
    page.locator("#claims select[name=verdict]").select_option(index=1)
    page.locator("#claims button").click()
    page.wait_for_url("**verdict=**")
    (text,) = page.locator("#claims tbody tr").all_text_contents()
    chosen = page.locator("#claims select[name=verdict] option:checked").text_content()
    assert chosen and chosen in text
    _looked_at(window, f"{named}-audit")


def _checks_a_figure(window: Window) -> None:
    """From a figure in a sentence to how it was made, and from there to the card of its data."""
    page = window.page
    page.locator(".region-name a").click()
    page.locator(".headline .value a.fact").click()
    page.wait_for_url("**/figures#capacity.region.value")
    row = page.locator("[id='capacity.region.value']")
    assert row.is_visible()
    row.locator("a[href*='#card-']").first.click()
    page.wait_for_url("**/data#card-*")
    card = page.locator(page.evaluate("'[id=\"' + location.hash.slice(1) + '\"]'"))
    assert card.locator("code").text_content()
