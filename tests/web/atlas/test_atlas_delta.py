"""The Delta beside the invented region: every page of it is walked, in both languages, and weighed."""

from __future__ import annotations

import pytest
from django.test import Client

from heban.web.atlas import packages
from tests.web.atlas.costs import BYTES, REQUESTS, cost
from tests.web.atlas.reading import Page, could_say, walk

LANGUAGES = {"zh-hans": "zh", "en": "en"}
PAGES = (
    "", "index", "index/shared-results", "index/resource-sharing/rd_spend", "network", "network?year=2018",
    "network?field=T",
    "space", "space?place=310100", "plan", "audit", "audit?verdict=off", "data", "data/boards.all",
    "places/310100", "places/310100?with=320500&with=330100&with=340100&with=320100", "report/capacity",
)  # fmt: skip
"""The kinds of pages, at their heaviest."""


def test_the_two_regions_stand_side_by_side_and_the_delta_keeps_its_word(
    both: None, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client(headers={"host": "localhost"})
    known = packages.library()
    assert set(known) == {"yrd-1.0.0", "demo"}
    shelf = Page(client.get("/zh-hans/atlas/").content.decode())
    assert {f"/zh-hans/atlas/{slug}/" for slug in known} <= set(shelf.links)
    for prefix, lang in LANGUAGES.items():
        inside = f"/{prefix}/atlas/yrd-1.0.0/"
        pages = walk(client, inside, inside)
        assert len(pages) > 150
        could = could_say(known["yrd-1.0.0"], lang)
        both_could = could | could_say(known["demo"], lang)
        for where, page in pages.items():
            said = both_could if "/beside/" in where else could
            strange = page.numbers() - said if "/methods" not in where else set()
            assert strange == set(), where
            assert page.inline == [], where
            assert len(page.ids) == len(set(page.ids)), where
    costs = [cost(client, f"/en/atlas/yrd-1.0.0/{name}") for name in PAGES]
    with capsys.disabled():
        print("\nThe Delta:", *costs, sep="\n")  # noqa: T201  the printed cost is what the test is for
    assert [str(one) for one in costs if one.bytes >= BYTES] == []
    assert [str(one) for one in costs if one.requests > REQUESTS] == []


def test_two_packages_say_what_differs_between_them(both: None) -> None:
    client = Client(headers={"host": "localhost"})
    text = client.get("/en/atlas/yrd-1.0.0/beside/demo").content.decode()
    page = Page(text)
    values = dict.fromkeys(id for id, _ in page.facts)
    assert "capacity.region.value" in values
    both_said = [text for id, text in page.facts if id == "capacity.region.value"]
    own = [
        packages.library()[slug].facts["facts"]["capacity.region.value"]["value"]
        for slug in ("yrd-1.0.0", "demo")
    ]
    assert both_said == [f"{value:.1f} points" for value in own]
    assert "/en/atlas/yrd-1.0.0/data/audit.verdicts" in page.links
    assert client.get("/en/atlas/demo/beside/demos").status_code == 404
