"""Down the index to one indicator, across the years, beside other places: pages say what was built."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from heban.domain.place import Language
from heban.records.package import open_package
from heban.report.chapters.capacity import capacity
from heban.web.atlas import drawing
from heban.web.atlas.figures import Sight, place_names
from heban.web.atlas.packages import Results
from tests.conftest import build_demo
from tests.web.atlas.reading import Page

CELL = re.compile(r"<t[dh][^>]*>(?:<a [^>]*>)?([^<]*)")


def section(text: str, id: str) -> str:
    """The markup of a section of a page."""
    return text.partition(f'<section id="{id}"')[2].partition("</section>")[0]


def lines(markup: str) -> list[list[str]]:
    """The rows of the first table in some markup."""
    body = markup.partition("<tbody>")[2].partition("</tbody>")[0]
    return [CELL.findall(row) for row in body.split("</tr>") if "<t" in row]


def test_an_indicator_has_its_figures_and_scores_by_place_and_year(client: Client, tmp_path: Path) -> None:
    text = client.get("/en/atlas/demo/index/input/spend").content.decode()
    assert lines(section(text, "figures")) == [
        ["Demo", "15", "25", "60"],
        ["First Province", "10", "20", "40"],
        ["Second Province", "5", "5", "20"],
    ]
    built = capacity(open_package(build_demo(tmp_path / "again"))).index
    scores = built.scores.sel(node="spend", place=["D", "P1", "P2"]).to_numpy()
    shown = [[float(cell.replace(",", "")) for cell in line[1:]] for line in lines(section(text, "scores"))]
    assert shown == [[round(float(score), 1) for score in row] for row in scores]


def test_an_indicator_says_its_weight_its_unit_and_the_card_it_rests_on(client: Client) -> None:
    page = Page(client.get("/zh-hans/atlas/demo/index/input/spend").content.decode())
    assert {"25.0%", "亿元", "研发经费"} <= {words.strip() for words in page.words}
    assert "card-statistics" in page.ids
    assert "/zh-hans/atlas/demo/index/input" in page.links
    assert "/zh-hans/atlas/demo/index/input/staff" in page.links


def test_a_pillar_leads_to_its_indicators_and_draws_them(client: Client) -> None:
    page = Page(client.get("/en/atlas/demo/index/input").content.decode())
    assert {f"/en/atlas/demo/index/input/{code}" for code in ("spend", "staff")} <= set(page.links)
    (drawn,) = [chart for chart in page.charts if "pillar_indicators" in chart]
    text = client.get(drawn).content.decode()
    assert "R&D spending" in text
    assert "Patents" not in text


@pytest.mark.parametrize(
    ("where", "near"), [("index/input/spent", "spend"), ("index/output/spend", "patents")]
)
def test_an_indicator_that_is_not_there_answers_404(where: str, near: str, client: Client) -> None:
    answer = client.get(f"/en/atlas/demo/{where}")
    assert answer.status_code == 404
    assert near in answer.content.decode()


def test_places_stand_side_by_side_over_the_years(client: Client) -> None:
    text = client.get("/en/atlas/demo/places/A1", {"with": ["B1", "A2"]}).content.decode()
    assert lines(section(text, "years")) == [
        ["Alpha", "4", "2"],
        ["Suzhou (First Province)", "3", "0"],
        ["Beta", "1", "2"],
    ]
    assert "Strength (paper pairs) · 2013" in text
    by_name = client.get("/en/atlas/demo/places/A1", {"with": ["Beta", "Suzhou (First Province)"]})
    assert lines(section(by_name.content.decode(), "years")) == lines(section(text, "years"))


def test_a_year_of_the_network_has_its_own_matrix_and_cities(client: Client) -> None:
    text = client.get("/en/atlas/demo/network", {"year": "2013"}).content.decode()
    matrix = text.partition('<table class="matrix">')[2].partition("</table>")[0]
    assert lines(matrix) == [["Alpha", "", "2"], ["Beta", "2", ""]]
    assert "/en/atlas/demo/data/network.yearly" in Page(text).links
    cities = text.partition('id="table-network-city_years"')[2]
    assert [line[0] for line in lines(cities)][:2] == ["Alpha", "Beta"]


def test_a_chart_of_too_many_small_maps_is_not_drawn(
    client: Client, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not drawing.is_heavy(results, "network_years")
    monkeypatch.setattr(drawing, "MOST_DRAWN", 11)  # two years of six cities are twelve
    assert drawing.is_heavy(results, "network_years")
    assert not drawing.is_heavy(results, "network_map")


def apart(of: Results, lang: Language) -> dict[str, str]:
    return Sight(of, lang, place_names(of, lang)).apart


def test_places_that_share_a_name_are_told_apart_by_level(results: Results) -> None:
    facts = copy.deepcopy(results.facts)
    called = {"甲省": "甲一市", "First Province": "Alpha"}
    for table in facts["tables"].values():
        table["rows"] = [[called.get(str(one), one) for one in row] for row in table["rows"]]
    alike = replace(results, facts=facts)
    english, chinese = apart(alike, "en"), apart(alike, "zh")
    assert (english["P1"], english["A1"]) == ("Alpha (province)", "Alpha (city)")
    assert (chinese["P1"], chinese["A1"]) == ("甲一市（省级）", "甲一市（市级）")
    del facts["about"]["levels"]
    older = apart(alike, "en")
    assert (older["P1"], older["A1"]) == ("Alpha (P1)", "Alpha (A1)")


def test_only_places_are_listed_as_places(results: Results) -> None:
    assert set(place_names(results, "en")) <= set(results.about["levels"])
    assert {"A1", "P1"} <= set(place_names(results, "en"))
