"""What officers do on every page: press what stands on it, and see that it was done or refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.exchange.desks import disconnect
from tests.web.desk.axes import refused, sound


@pytest.fixture
def beside_a_browser(site: str, chrome: Browser) -> Iterator[None]:
    """Let a test look into the database: the browser's loop runs in its thread and awaits nothing of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield
        # Beside a loop Django keeps another connection, which nobody else would close.
        disconnect()


def press(who: Any, name: str, role: Any = "button") -> None:
    """Press a button or follow a link of the page itself, by what stands on it."""
    who.page.locator("main").get_by_role(role, name=name, exact=True).click()


def done(who: Any) -> None:
    """Wait until the page says that an act was done."""
    words = "Done" if who.language == "en" else "已办理"
    expect(who.page.get_by_role("status").first).to_contain_text(words)


def no(who: Any, words: str) -> None:
    """See that an act was refused with these words, on a page that is sound."""
    expect(who.page.locator(".refusal")).to_contain_text(words)
    refused(who, 409)
    sound(who)
