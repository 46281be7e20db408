"""Axe on the pages that people go through: what it finds serious, and pages that scroll sideways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.web.desk.conftest import Visitor

_AXE = pytest.importorskip("axe_playwright_python.base", reason="axe is not installed").AXE_SCRIPT
expect.set_options(timeout=20_000)  # the first page of a kind is slow on a machine that is busy
WIDTHS = {1280: "light", 390: "dark"}
"""Both are looked at, whatever the visitor's own screen: the wide one by day, the narrow one by night."""
GRAVE = frozenset({"serious", "critical"})
_RUN = "axe.run(document, {resultTypes: ['violations']}).then((said) => said.violations)"


def sound(visitor: Visitor) -> None:
    """Assert that the page is as it should be: no grave finding of axe, no scrolling sideways, no complaint.

    At both widths; the visitor's own is restored.
    """
    page = visitor.page
    own = page.viewport_size
    assert own is not None
    for width in sorted(WIDTHS, key=lambda one: one == own["width"]):
        page.set_viewport_size({"width": width, "height": own["height"]})
        page.emulate_media(color_scheme=WIDTHS[width])
        where = f"{page.url} at {width} px"
        assert not _grave(page), f"{where}: {_grave(page)}"
        assert not _beyond(page), f"{where} scrolls sideways: {_beyond(page)}"
    page.set_viewport_size(own)
    page.emulate_media(color_scheme="light")
    assert visitor.said == [], page.url


def refused(visitor: Visitor, status: int) -> None:
    """Assert that the browser noted one answer of this status, as it does of every no, and let it be."""
    assert [f"status of {status}" in one for one in visitor.said] == [True], visitor.said
    visitor.said.clear()


def _grave(page: Any) -> list[tuple[str, str]]:
    """The rule, and the first place that breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found = page.evaluate(_RUN)
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in GRAVE]


def _beyond(page: Any) -> list[str]:
    """What stands out of the window where the page scrolls sideways; nothing where it does not."""
    found: list[str] = page.evaluate(
        """() => {
            const room = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= room) return [];
            const out = [...document.body.querySelectorAll("*")].filter(
                (one) => one.getBoundingClientRect().right > room + 1);
            return out.slice(-3).map((one) => one.outerHTML.slice(0, 120)).concat(["?"]).slice(0, 3);
        }"""
    )
    return found
