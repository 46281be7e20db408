"""The pages of the atlas: they answer in both languages, lead on, and say what the package says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from urllib.parse import urljoin

import pandas as pd
import pytest
from django.test import Client
from django.urls import get_resolver

from heban.web.atlas import downloads, drawing, urls
from heban.web.atlas.packages import Results
from tests.web.atlas.reading import Page, could_say, walk, ways_to_write

LANGUAGES = {"zh-hans": "zh", "en": "en"}
WORDS = {
    "slug": "demo", "other": "demo", "pillar": "input", "indicator": "spend",
    "code": "A1", "chapter": "capacity", "id": "capacity.scores",
    "name": "space", "version": drawing.VERSION, "format": "csv",
}  # fmt: skip


def checked(page: Page, where: str, results: Results, lang: str) -> None:
    """What every page keeps: its numbers are the package's, nothing is inline, no id stands twice."""
    strange = page.numbers() - could_say(results, lang) if "/methods" not in where else set()
    assert strange == set(), where
    assert page.inline == [], where
    assert len(page.ids) == len(set(page.ids)), where
    for id, text in page.facts:
        assert text in ways_to_write(results, id, lang), (where, id)


@pytest.mark.parametrize("prefix", LANGUAGES)
def test_every_page_that_can_be_reached_answers_and_keeps_its_word(
    prefix: str, client: Client, results: Results
) -> None:
    pages = walk(client, f"/{prefix}/atlas/", f"/{prefix}/atlas/")
    assert len(pages) > 40
    for where, page in pages.items():
        checked(page, where, results, LANGUAGES[prefix])
        for link in page.links:
            to, _, spot = urljoin(where, link).partition("#")
            if spot and to in pages:
                assert spot in pages[to].ids, (where, link)
    for chart in {chart for page in pages.values() for chart in page.charts}:
        assert client.get(chart).json()["$schema"].startswith("https://vega.github.io/schema/vega-lite/")


def test_every_address_of_the_atlas_answers_to_anyone_and_only_to_those_who_read(client: Client) -> None:
    for pattern in urls.urlpatterns:
        words = {name: WORDS[name] for name in pattern.pattern.regex.groupindex}
        if not words and pattern.name != "library":
            words = {name: WORDS[name] for name in pattern.pattern.converters}
        where = f"/en/atlas/{get_resolver(urls.__name__).reverse(pattern.name, **words)}"
        query = {"w": ["1", "1"]} if pattern.name == "weighed" else {}
        where = where.replace("charts/capacity.scores", "charts/capacity_scores")
        assert client.get(where, query).status_code == 200, where
        assert client.post(where).status_code == 405, where


def test_what_a_package_lacks_is_said_and_leads_on(client: Client) -> None:
    for name in ("space", "plan"):
        page = Page(client.get(f"/en/atlas/demo/{name}").content.decode())
        assert any("no figures for this page" in words for words in page.words)
        assert {"/en/atlas/demo/", "/en/atlas/demo/data", "/en/atlas/demo/methods"} <= set(page.links)
    (ways,) = [client.get("/en/atlas/demo/").content.decode().partition('<nav class="ways"')[2]]
    assert "/en/atlas/demo/plan" not in ways.partition("</nav>")[0]


@pytest.mark.parametrize(
    ("where", "near"),
    [
        ("demo/places/甲一", "甲一市"), ("demo/data/capacity.score", "capacity.scores"),
        ("demos/", "demo"), ("demo/index/inputs", "input"), ("demo/report/capacities", "capacity"),
        ("demo/methods/spaces", "space"), ("demo/network?year=2014", "2013"), ("demo/?map=x:y", ""),
    ],
)  # fmt: skip
def test_a_name_that_is_not_known_answers_404_with_what_is_near(
    where: str, near: str, client: Client
) -> None:
    answer = client.get(f"/zh-hans/atlas/{where}")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert f"<code>{near}</code>" in text if near else "<code>" in text
    assert "/zh-hans/atlas/" in Page(text).links


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("charts/capacity_score.json", "no chart 'capacity_score' in the atlas. Near names: capacity_scores, "
         "capacity_ranks, place_scores, capacity_growth, capacity_pillars."),
        ("charts/capacity_scores.json?size=huge", "no size 'huge' in the atlas. Known: narrow, wide."),
        ("charts/capacity_scores.json?theme=grey", "no theme 'grey' in the atlas. Known: dark, light."),
        ("charts/capacity_scores.json?place_x=1", "no column 'place_x' in the tables of the chart. "
         "Near names: place, place_zh, place_en."),
    ],
)  # fmt: skip
def test_a_drawing_that_cannot_be_says_why(where: str, message: str, client: Client) -> None:
    answer = client.get(f"/zh-hans/atlas/demo/{where}")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == message


def test_files_hold_the_table_whole(client: Client, results: Results, tmp_path: Path) -> None:
    table = results.table("capacity.scores")
    got = {name: client.get(f"/en/atlas/demo/data/capacity.scores.{name}") for name in downloads.TYPES}
    assert {name: answer["Content-Type"] for name, answer in got.items()} == dict(downloads.TYPES)
    assert got["json"].json()["rows"] == table["rows"]
    assert got["json"].json()["cards"].keys() == set(table["sources"])
    for name in ("parquet", "xlsx"):
        (tmp_path / name).write_bytes(got[name].content)
    read = pd.read_parquet(tmp_path / "parquet"), pd.read_excel(tmp_path / "xlsx")
    values = [row[4] for row in table["rows"]]
    assert read[0]["value"].tolist() == values
    assert read[1]["value"].tolist() == pytest.approx(values, rel=1e-14)  # a sheet keeps no more digits
    lines = got["csv"].content.decode("utf-8-sig").splitlines()
    assert (len(lines), lines[0]) == (
        len(table["rows"]) + 1,
        "Place [code],Place [zh],Place [en],Year,Capacity index (points),Low (points),High (points)",
    )
    assert got["csv"]["Content-Disposition"] == 'attachment; filename="demo-capacity.scores.csv"'


def test_an_address_with_the_checksum_is_kept_for_ever_and_another_is_asked_again(
    client: Client, results: Results
) -> None:
    where = "/en/atlas/demo/data/capacity.scores.json"
    assert client.get(where, {"v": results.mark})["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(where, {"v": "old"})["Cache-Control"] == "public, no-cache"


def test_a_part_of_a_drawing_has_the_rows_of_the_part(client: Client) -> None:
    whole, part = (
        json.dumps(client.get("/en/atlas/demo/charts/place_scores.json", query).json(), ensure_ascii=False)
        for query in ({}, {"place": "P1"})
    )
    assert "Second Province" in whole
    assert "Second Province" not in part
    assert "First Province" in part


def test_by_night_a_drawing_has_other_colours_and_the_same_data(client: Client) -> None:
    day, night = (
        client.get("/en/atlas/demo/charts/capacity_scores.json", {"theme": theme}).json()
        for theme in ("light", "dark")
    )
    assert (day["background"], night["background"]) == ("white", "#12181f")
    assert day["layer"][0]["data"] == night["layer"][0]["data"]


def test_places_stand_side_by_side(client: Client, results: Results) -> None:
    page = client.get("/en/atlas/demo/places/A1", {"with": ["B1", "A1", "nobody", "A2"]}).content.decode()
    head = page.partition('aria-label="Side by side"')[2].partition("</thead>")[0]
    assert [name in head for name in ("Alpha", "Beta", "Suzhou (First Province)")] == [True] * 3
    assert head.count("<th ") == 5


def test_search_finds_places_tables_and_figures(client: Client) -> None:
    for words, where in (
        ("alpha", "/en/atlas/demo/places/A1"),
        ("capacity scores", "/en/atlas/demo/data/capacity.scores"),
        ("network.density", "/en/atlas/demo/figures#network.density"),
    ):
        assert where in Page(client.get("/en/atlas/demo/search", {"q": words}).content.decode()).links
    assert "Nothing has all of these words" in client.get("/en/atlas/demo/search?q=zzz").content.decode()


def test_without_packages_the_atlas_says_how_to_get_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEBAN_PACKAGES")
    page = client.get("/en/atlas/").content.decode()
    assert "heban serve --package build/yrd" in page


def test_drawings_and_tables_come_compressed_to_those_who_take_it(client: Client) -> None:
    for where in ("charts/capacity_scores.json", "data/capacity.indicator_scores.csv"):
        plain = client.get(f"/en/atlas/demo/{where}")
        packed = client.get(f"/en/atlas/demo/{where}", headers={"accept-encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert len(packed.content) < len(plain.content) / 2
        assert "Accept-Encoding" in packed["Vary"]
