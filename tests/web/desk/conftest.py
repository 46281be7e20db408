"""A demonstration that is served, and browsers of its people: for the ways that people go at the desk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Browser, Page

from heban.exchange import server
from heban.exchange.demo import cast, making
from heban.exchange.files import Store
from heban.web import remarks, uploads
from tests.exchange.bare import bare
from tests.web.served import launched, served

NOW = datetime(2026, 9, 16, 2, tzinfo=UTC)
"""A Wednesday morning in Shanghai, in a year whose holidays are known; from here the clock goes on."""
QUICK = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
}
WIDTHS = {"desktop": 1280, "phone": 390}
SHOTS = Path("build/screenshots")


@dataclass
class Visitor:
    """Somebody in a browser: their page, and what the browser complained of."""

    page: Page
    said: list[str]
    site: str
    language: str

    def go(self, path: str) -> None:
        """Open a page of the desk."""
        self.page.goto(f"{self.site}/{self.language}/desk/{path}")

    def shot(self, name: str) -> None:
        """Keep a picture of the page, for whoever looks through them."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        width = self.page.viewport_size["width"]  # type: ignore[index]
        self.page.screenshot(path=SHOTS / f"{name}-{self.language}-{width}.png", full_page=True)


@pytest.fixture(autouse=True)
def unremembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The remark is asked for on every page, so that two pages can be compared by their queries."""
    monkeypatch.setattr(remarks, "KEPT_SECONDS", -1)


@pytest.fixture(scope="module")
def site(running: server.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small demonstration, made for the module; its tests do not undo what they do."""
    store, begun = Store(tmp_path_factory.mktemp("files")), time.monotonic()
    with pytest.MonkeyPatch.context() as patch, bare(running, "ways"), override_settings(**QUICK):
        patch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=time.monotonic() - begun))
        patch.setattr(uploads, "store", lambda: store)
        mail.outbox = []
        making.make("small", 1, NOW, store)
        with served() as address:
            yield address


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Browser]:
    with launched(chromium) as found:
        yield found


@pytest.fixture
def visitor(site: str, chrome: Browser) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens a browser: `visitor("firm_manager", "en", "phone")`, or of nobody."""
    opened: list[Any] = []

    def come(who: str = "", language: str = "zh-hans", device: str = "desktop") -> Visitor:
        context = chrome.new_context(viewport={"width": WIDTHS[device], "height": 900})
        opened.append(context)
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        if who:
            page.goto(f"{site}/{language}/login")
            page.locator("[name=username]").fill(cast.address(who))
            page.locator("[name=password]").fill(cast.PASSWORD)
            page.locator("main button").click()
            page.wait_for_url("**/desk/")
        return Visitor(page, said, site, language)

    yield come
    for context in opened:
        context.close()
