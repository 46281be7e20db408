"""A site that is served in this process, and a browser to look at it with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, sync_playwright


@contextmanager
def served() -> Iterator[str]:
    """The address of the site as its settings and database stand now."""
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={}, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@contextmanager
def launched(chromium: str) -> Iterator[Browser]:
    """The browser at a path, without a sandbox of its own and without calls home."""
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking"]
        found = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield found
        found.close()
