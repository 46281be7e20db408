"""What pages cost is printed and bounded: bytes before the chart library, and requests."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.atlas.costs import BYTES, REQUESTS, cost
from tests.web.atlas.reading import walk


def test_every_page_is_light_and_asks_for_little(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    pages = walk(client, "/en/atlas/", "/en/atlas/")
    costs = [cost(client, where) for where in sorted(pages)]
    with capsys.disabled():
        heaviest = sorted(costs, key=lambda one: -one.bytes)[:5]
        print(f"\nThe heaviest of {len(costs)} pages:", *heaviest, sep="\n")  # noqa: T201  the printed cost is what the test is for
    assert [str(one) for one in costs if one.bytes >= BYTES] == []
    assert [str(one) for one in costs if one.requests > REQUESTS] == []
