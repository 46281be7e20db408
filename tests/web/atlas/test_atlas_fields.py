"""A field of the network: one choice redraws map and matrix, and the table of papers follows it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from django.test import Client

from heban.report.run import run
from heban.web.atlas import packages
from tests.conftest import build_demo
from tests.report.test_network_fields import tables
from tests.web.atlas.reading import Page, could_say
from tests.web.atlas.test_atlas_levels import lines, section

HERE = "/en/atlas/demo/network"
CLASSES = pd.DataFrame(
    [("wos_fields", "chem", "化学", "Chemistry"), ("wos_fields", "art", "艺术", "Art")],
    columns=["scheme", "code", "zh", "en"],
)
COUNTED = pd.DataFrame(
    [
        ("D", "chem", 2011, 90.0),
        ("A1", "chem", 2011, 40.0),
        ("A1", "art", 2011, 5.0),
        ("B1", "chem", 2011, 30.0),
        ("B1", "art", None, 2.0),  # of the last year alone
    ],
    columns=["place", "class", "since", "value"],
).assign(kind="co_papers", year=2013, unit="篇")


@pytest.fixture(scope="module")
def classed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented region with papers that have classes, and with counts of papers by field."""
    folder = tmp_path_factory.mktemp("fields")
    run(
        build_demo(folder / "data", classes=CLASSES, holdings=COUNTED, **tables()),
        folder / "results",
        formats=(),
    )
    return folder / "results"


@pytest.fixture
def reader(classed: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("HEBAN_PACKAGES", str(classed))
    return Client(headers={"host": "localhost"})


def read(reader: Client, **asked: str) -> str:
    return reader.get(HERE, asked).content.decode()


def matrix(text: str) -> list[list[str]]:
    return lines(text.partition('<table class="matrix">')[2].partition("</table>")[0])


def test_a_field_has_its_own_map_matrix_and_number_of_pairs(reader: Client) -> None:
    text = read(reader, field="chem")
    page = Page(text)
    alpha, beta, suzhou = "Alpha", "Beta", "Suzhou (First Province)"
    assert matrix(text) == [[alpha, "", "2", "1"], [beta, "2", "", "1"], [suzhou, "1", "1", ""]]
    (drawn,) = [chart for chart in page.charts if "network_field" in chart]
    assert "class=chem" in drawn
    shown = json.dumps(reader.get(drawn).json())
    assert '"destination": "B1"' in shown
    assert '"destination": "A3"' not in shown  # a tie of the other field
    told = text.partition("Pairs of cities with a tie</dt><dd>")[2]
    assert told.startswith('<a href="/en/atlas/demo/data/network.fields">3</a>')
    assert "Chemistry · All years together" in text
    assert "/en/atlas/demo/data/network.by_field" in page.links
    assert not any("network_map" in chart for chart in page.charts)


def test_the_table_of_papers_follows_the_same_choice(reader: Client) -> None:
    whole, field = (section(read(reader, **asked), "fields") for asked in ({}, {"field": "chem"}))
    assert [line[0] for line in lines(whole)] == ["Alpha", "Alpha", "Beta"]
    assert [line[-1] for line in lines(field)] == ["40", "30"]
    assert read(reader, field="chem").count('name="field"') == 2  # the choice, and what the slider keeps
    assert '<option value="chem" selected>Chemistry' in read(reader, field="chem")


def test_a_field_of_one_side_only_says_so_on_the_other(reader: Client) -> None:
    records_only, counts_only = read(reader, field="law"), read(reader, field="art")
    assert matrix(records_only) == [["Alpha", "", "1"], ["Gamma", "1", ""]]
    assert "counted in other fields; law is not among them" in section(records_only, "fields")
    assert matrix(counts_only) == matrix(read(reader))
    assert "map and matrix are of all fields" in counts_only
    assert [line[-1] for line in lines(section(counts_only, "fields"))] == ["5"]
    assert counts_only.count("<optgroup ") == 2


def test_a_year_does_not_narrow_a_field_and_the_page_says_so(reader: Client) -> None:
    both = read(reader, field="chem", year="2012")
    assert matrix(both) == matrix(read(reader, field="chem"))
    assert "the year 2012 does not narrow it" in both
    assert {"?year=2012#year", "?field=chem#year"} <= set(Page(both).links)
    assert matrix(read(reader, year="2012")) != matrix(both)
    zh = reader.get("/zh-hans/atlas/demo/network", {"field": "chem", "year": "2012"}).content.decode()
    assert "所选的2012年不影响它" in zh
    assert "化学 · 各年合计" in zh


def test_what_the_page_of_a_field_says_is_in_the_package(reader: Client, classed: Path) -> None:
    results = packages.open_results(classed)
    for prefix, lang in (("en", "en"), ("zh-hans", "zh")):
        for query in ("field=chem", "field=law&year=2013", "field=art"):
            page = Page(reader.get(f"/{prefix}/atlas/demo/network?{query}").content.decode())
            assert page.numbers() <= could_say(results, lang), query
            assert len(page.ids) == len(set(page.ids)), query
            assert page.inline == []


def test_a_field_that_is_not_known_answers_404_with_what_is_near(reader: Client) -> None:
    answer = reader.get(HERE, {"field": "chemi"})
    assert answer.status_code == 404
    assert "<code>chem</code>" in answer.content.decode()
