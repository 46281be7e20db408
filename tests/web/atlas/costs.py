"""What a page costs its reader: requests and bytes before the chart library, and time on the server."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.test import Client

from heban.web import service
from tests.web.atlas.reading import Page

BYTES, REQUESTS = 250_000, 25


@dataclass(frozen=True)
class Cost:
    """One page: its own bytes, those of its charts and of its styles and scripts, how many requests."""

    where: str
    page: int
    charts: int
    files: int
    requests: int
    milliseconds: float

    @property
    def bytes(self) -> int:
        """All bytes but those of the chart library, uncompressed."""
        return self.page + self.charts + self.files

    def __str__(self) -> str:
        parts = f"page {self.page:>7,}  charts {self.charts:>7,}  files {self.files:>6,}"
        return f"{self.where:<44} {parts}  {self.requests:>2} requests  {self.milliseconds:>4.0f} ms"


def cost(client: Client, where: str) -> Cost:
    """Return what a page costs; the time is that of the second answer, its parts being kept by then."""
    client.get(where)
    began = time.perf_counter()
    answer = client.get(where)
    took = 1000 * (time.perf_counter() - began)
    page = Page(answer.content.decode())
    folders = service.statics()
    files = []
    for asset in {*page.assets, *page.images}:
        base = "/".join(asset.split("/")[:3])
        name = asset.removeprefix(f"{base}/").partition("?")[0]
        files.append((folders[base] / name).stat().st_size)
    charts = [len(client.get(chart).content) for chart in page.charts]
    library = bool(charts)
    requests = 1 + len(files) + len(charts) + library
    return Cost(where, len(answer.content), sum(charts), sum(files), requests, took)
