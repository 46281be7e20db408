"""A browser for the atlas: pages opened at a width and by day or night, their charts drawn, axe run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
PICTURES = ROOT / "build" / "screenshots"


@dataclass
class Window:
    """One window, and what its console said."""

    page: Page
    said: list[str] = field(default_factory=list)

    def drawn(self) -> None:
        """Wait until every chart that can be seen is drawn."""
        for chart in self.page.locator("[data-chart]").all():
            if chart.is_visible():
                chart.scroll_into_view_if_needed()
                self.page.wait_for_timeout(20)
        self.page.locator("[data-chart]:not(.ready)").first.wait_for(state="detached", timeout=60_000)

    def fits(self) -> bool:
        """Whether the page needs no scrolling sideways."""
        wide, room = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        return bool(wide <= room)

    def serious(self) -> list[tuple[str, str]]:
        """What axe finds serious or critical: the rule, and the first place that breaks it."""
        found = axe.Axe().run(self.page).response["violations"]
        return [
            (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")
        ]

    def picture(self, name: str) -> Path:
        """Keep a picture of the page whole, to be looked at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.evaluate("scrollTo(0, 0)")
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        return PICTURES / f"{name}.png"


def opened(browser: Browser, width: int = 1280, scheme: str = "light") -> Window:
    """Open a window of a width, by day ("light") or by night ("dark")."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    window = Window(context.new_page())
    window.page.on("console", lambda message: window.said.append(message.text))
    window.page.on("pageerror", lambda error: window.said.append(str(error)))
    return window
