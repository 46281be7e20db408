"""Take the pictures of the README from the running site: `python -m scripts.pictures`."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
LANGUAGES = {"en": "en", "zh-hans": "zh"}
WIDTH = 1280
LARGEST = 150_000
MARGIN = 8
HEBAN = (sys.executable, "-m", "heban")


def _as_it_opens(page: Page) -> None:
    """Leave a page as it opens."""


def _weighed(page: Page) -> None:
    """Take most of the weight from the first pillar and wait for the engine's totals."""
    with page.expect_response(lambda answer: "whatif.json" in answer.url):
        page.locator("#w0").fill("2")
    page.locator("#w0").blur()


def _first_found(page: Page) -> None:
    """Open the page of the first thing that is found."""
    page.locator("main h3 a").first.click()
    page.wait_for_url("**/things/*")


def _first_waiting(page: Page) -> None:
    """Open the first claim that waits."""
    page.locator("main a[href*='/claims/']").first.click()
    page.wait_for_url("**/claims/*")


@dataclass(frozen=True)
class Picture:
    """A picture: whose part is taken, where they go and what they do there, and how much of the page is kept.

    `of` is the part that is kept; without it the page is kept from its top, down to the end of `down_to`.
    """

    name: str
    who: str
    path: str
    do: Callable[[Page], None] = _as_it_opens
    of: str = ""
    down_to: str = "main"


SHOWN = (
    Picture("atlas", "", "atlas/{slug}/", down_to="main > .cards"),
    Picture("weights", "", "atlas/{slug}/index", _weighed, of="section:has(#own-state)"),
    Picture("network", "", "atlas/{slug}/network", of="#of-year [data-chart] >> nth=0 >> svg"),
    Picture("search", "企业负责人", "desk/search?text=SEM", down_to=".find-row >> nth=2"),
    Picture("calendar", "企业负责人", "desk/search?text=SEM", _first_found, down_to=".find-day:not(.over)"),
    Picture("claim", "区县审核人", "desk/claims", _first_waiting, down_to=".proofs"),
)


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """Serve a small demonstration and the results of the bundled package, and yield the address."""
    results, data, port = folder / "yrd", folder / "data", _free_port()
    folder.chmod(0o711)  # for root PostgreSQL is run by another user, who must reach it
    _heban("run", ROOT / "data" / "yrd", "-o", results, "--format", "html")
    _heban("demo", "--size", "small", "--data", data)
    words = [*HEBAN, "serve", "--data", data, "--package", results, "--port", port, "--workers", 1]
    with subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL) as service:
        try:
            _wait_for(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            service.terminate()


def main() -> None:
    """Take every picture in both languages."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, site(Path(folder)) as at, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        for language, short in LANGUAGES.items():
            for one in SHOWN:
                path = PICTURES / f"{one.name}.{short}.webp"
                path.write_bytes(taken(browser, one, f"{at}/{language}"))
                print(path.relative_to(ROOT), f"{path.stat().st_size / 1000:.0f} kB")
        browser.close()


def taken(browser: Browser, one: Picture, at: str) -> bytes:
    """Return a picture as WebP, as good as its size allows."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
    try:
        page = context.new_page()
        if one.who:
            _take_part(page, one.who, at)
        page.goto(f"{at}/{one.path.format(slug=_slug(page, at))}")
        one.do(page)
        _drawn(page)
        return _small(page, _kept(page, one))
    finally:
        context.close()


def _take_part(page: Page, who: str, at: str) -> None:
    """Become one of the cast of the demonstration, found by the name they have in it."""
    page.goto(f"{at}/desk/cast")
    page.locator("main li", has_text=who).get_by_role("button").click()
    page.wait_for_url("**/desk/")


def _slug(page: Page, at: str) -> str:
    """Return the name of the one results package in addresses."""
    page.goto(f"{at}/atlas/")
    href = page.locator("a[href*='/atlas/'][href*='yrd']").first.get_attribute("href") or ""
    return href.split("/atlas/")[1].split("/")[0]


def _drawn(page: Page) -> None:
    """Wait until every chart that can be seen is drawn."""
    for chart in page.locator("[data-chart]").all():
        if chart.is_visible():
            chart.scroll_into_view_if_needed()
            page.wait_for_timeout(20)
    page.locator("[data-chart]:not(.ready)").first.wait_for(state="detached", timeout=60_000)
    page.evaluate("scrollTo(0, 0)")


def _kept(page: Page, one: Picture) -> dict[str, float]:
    """Return the rectangle of the page that is kept."""
    if one.of:
        x, y, wide, high = _box(page.locator(one.of))
        return {"x": x - MARGIN, "y": y - MARGIN, "width": wide + 2 * MARGIN, "height": high + 2 * MARGIN}
    _x, y, _wide, high = _box(page.locator(one.down_to).first)
    return {"x": 0, "y": 0, "width": WIDTH, "height": y + high + MARGIN}


def _box(part: Locator) -> tuple[float, float, float, float]:
    box = part.bounding_box()
    assert box is not None, f"{part} is not shown"
    return box["x"], box["y"], box["width"], box["height"]


def _small(page: Page, clip: dict[str, float]) -> bytes:
    devtools = page.context.new_cdp_session(page)  # Playwright itself writes no WebP
    for quality in (90, 80, 70, 60, 50):
        asked = {"format": "webp", "quality": quality, "clip": {**clip, "scale": 1}}
        answer = devtools.send("Page.captureScreenshot", {**asked, "captureBeyondViewport": True})
        kept = base64.b64decode(answer["data"])
        if len(kept) <= LARGEST:
            return kept
    raise AssertionError(f"{page.url} cannot be shown in {LARGEST} bytes: keep less of it")


def _wait_for(address: str) -> None:
    """Wait until a site answers; it is given a minute."""
    for _second in range(60):
        time.sleep(1)
        with suppress(OSError), urlopen(address, timeout=5):
            return
    raise SystemExit(f"{address} does not answer")


def _heban(*words: object) -> None:
    subprocess.run([*HEBAN, *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def _chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("no Chromium on this machine: run `make system-deps`")
    return found


if __name__ == "__main__":
    main()
