"""Nothing leads into the void, and what stands on a page is what the package has."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from django.test import Client

from heban.report.tables import shown as printed
from heban.web import service
from heban.web.atlas.packages import Results
from tests.web.atlas.reading import FILE, Page, walk

LANGUAGES = {"zh-hans": "zh", "en": "en"}
ELSEWHERE = re.compile(r"https?://[^\s/]+\.[^\s/]+")
CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>")


@pytest.fixture(scope="module")
def answered() -> dict[str, int]:
    return {}


def found(client: Client, where: str, answered: dict[str, int]) -> bool:
    """Whether an address of this site answers; files of the design must lie where they are served."""
    if where.startswith("/static/"):
        base = "/".join(where.split("/")[:3])
        return (service.statics()[base] / where.removeprefix(f"{base}/").partition("?")[0]).is_file()
    if where not in answered:
        answered[where] = client.get(where).status_code
    return answered[where] == 200


@pytest.mark.parametrize("prefix", LANGUAGES)
def test_every_address_on_every_page_answers(prefix: str, client: Client, answered: dict[str, int]) -> None:
    inside = f"/{prefix}/atlas/"
    pages = walk(client, inside, inside, asks=True)
    assert len(pages) > 70
    checked = 0
    for where, page in pages.items():
        assert page.inline == [], where
        for link in {*page.links, *page.assets, *page.images, *page.charts, *page.actions}:
            to, _, spot = urljoin(where, link).partition("#")
            if ELSEWHERE.match(to):
                continue
            checked += 1
            if to.startswith(inside) and to not in pages and not FILE.search(to) and "vega" not in to:
                pages_of_it = Page(client.get(to).content.decode())
                assert not spot or spot in pages_of_it.ids, (where, link)
            elif to in pages:
                assert not spot or spot in pages[to].ids, (where, link)
            if to.startswith((inside, "/static/")):
                assert found(client, to, answered), (where, link)
            else:
                assert to.startswith(f"/{prefix}/") or to in ("/", "/language"), (where, link)
    assert checked > 2000
    assert any(to.endswith(".xlsx") for to in answered)


@pytest.mark.parametrize("prefix", LANGUAGES)
def test_the_page_of_a_table_has_its_cells_one_by_one(prefix: str, client: Client, results: Results) -> None:
    lang = LANGUAGES[prefix]
    for id, table in results.facts["tables"].items():
        text = client.get(f"/{prefix}/atlas/demo/data/{id}").content.decode()
        body = text.partition("<tbody>")[2].partition("</tbody>")[0]
        cells = [re.sub(r"<[^>]+>", "", cell) for cell in CELL.findall(body)]
        expected = printed(table, lang, 200).rows
        words = [text.replace("&#x27;", "'").replace("&amp;", "&") for text in cells]
        assert words == [cell for row in expected for cell in row], id
