"""The main job: from a package to a results package and a report, whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from heban.domain.errors import BadData, BadSpec, UnknownName
from heban.records.package import open_package
from heban.report.chapters import CHAPTERS
from heban.report.run import compose, compute, run


def value(facts: Any, id: str) -> Any:
    return facts["facts"][id]["value"]


def test_the_invented_package_makes_the_chapters_it_has_data_for(demo: Path, tmp_path: Path) -> None:
    results = run(demo, tmp_path / "out", lang="en", formats=("xlsx", "html"))
    assert [path.name for path in results.reports] == ["report.xlsx", "report.html"]
    assert [str(warning).split("'")[1] for warning in results.warnings] == [
        id for id in CHAPTERS if id not in ("capacity", "network")
    ]
    assert str(results.warnings[1]) == ("chapter 'talent' is left out: the package lacks indicator rd_fte")
    facts = json.loads((tmp_path / "out" / "facts.json").read_text("utf-8"))
    assert value(facts, "capacity.region.value") == pytest.approx(_by_hand())
    assert value(facts, "network.density") == pytest.approx(2 / 15)
    assert facts["cards"]["flows"]["synthetic"] is True
    assert "synthetic data" in (tmp_path / "out" / "report.html").read_text("utf-8")


def _by_hand() -> float:
    """The capacity of both provinces together in 2013: spend 60/15, staff 450/150, patents 5/2."""
    return 100 * (((60 / 15) * (450 / 150)) ** 0.5 + 5 / 2) / 2


def test_the_results_are_a_package_of_their_own(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(demo, out)
    document = json.loads((out / "datapackage.json").read_text("utf-8"))
    assert document["made_from"]["checksum"] == f"sha256:{open_package(demo).checksum}"
    assert document["made_with"]["heban"]
    for resource in document["resources"]:
        frame = pd.read_parquet(out / resource["path"])
        assert [field["name"] for field in resource["schema"]["fields"]] == list(frame.columns)
        assert resource["synthetic"] is True
    scores = pd.read_parquet(out / "capacity_scores.parquet")
    assert scores.loc[(scores["place"] == "D") & (scores["year"] == 2013), "value"].item() == pytest.approx(
        _by_hand()
    )


def test_a_run_is_reproducible(demo: Path, tmp_path: Path) -> None:
    run(demo, tmp_path / "a")
    run(demo, tmp_path / "b")
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) > 5
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_a_broken_package_leaves_no_half_result(demo: Path, tmp_path: Path) -> None:
    shutil.copy(demo / "places.csv", demo / "flows.csv")
    with pytest.raises(BadData, match="the checksum differs"):
        run(demo, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unknown_format_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(BadSpec) as caught:
        run(tmp_path / "nowhere", tmp_path / "out", formats=("pdf",))
    assert str(caught.value) == "no report format 'pdf'; there are html, docx, xlsx."


@pytest.fixture
def essay(demo: Path) -> Callable[[str], Path]:
    def write(body: str) -> Path:
        folder = demo / "texts" / "zh"
        folder.mkdir(parents=True, exist_ok=True)
        head = '+++\nchapter = "essays"\ntitle = "合板"\nauthor = "某某"\npost = "研究员"\n+++\n'
        (folder / "essay.md").write_text(head + body, "utf-8")
        return demo

    return write


def test_an_editors_essay_takes_its_numbers_from_the_facts(
    essay: Callable[[str], Path], tmp_path: Path
) -> None:
    run(essay("网络密度为 {{fact:network.density}}，另有 88 家。"), tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "某某" in page
    assert "0.133" in page
    package = open_package(tmp_path / "demo")
    document = compose(package, *compute(package), "zh")
    assert [(found.file, found.line, found.number) for found in document.not_traced] == [
        ("texts/zh/essay.md", 7, "88")
    ]


def test_an_unknown_fact_stops_the_run_with_near_names(essay: Callable[[str], Path], tmp_path: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        run(essay("{{fact:network.densty}}"), tmp_path / "out")
    assert "no fact 'network.densty' in the report's facts (texts/zh/essay.md, line 7)" in str(caught.value)
    assert "network.density" in caught.value.near
    assert not (tmp_path / "out").exists()


def test_heban_s_own_prose_types_no_number(full: Path, full_facts: Any) -> None:
    package = open_package(full)
    for lang in ("zh", "en"):
        assert compose(package, full_facts, [], lang).not_traced == ()


def test_every_chapter_stands_in_both_languages_with_the_same_figures(full: Path, full_facts: Any) -> None:
    package = open_package(full)
    zh, en = (compose(package, full_facts, [], lang) for lang in ("zh", "en"))
    assert [c.id for c in zh.chapters] == [c.id for c in en.chapters] == list(CHAPTERS)
    assert [(f.kind, f.id) for f in zh.figures()] == [(f.kind, f.id) for f in en.figures()]


class _Text(HTMLParser):
    """The text that a person reads: no scripts, no styles."""

    def __init__(self) -> None:
        super().__init__()
        self.silent = 0
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.silent += tag in ("script", "style", "svg")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style", "svg")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text.append(data)


def test_no_number_stands_in_a_paragraph_that_is_not_in_the_facts(full: Path, full_facts: Any) -> None:
    """The prose of the page holds exactly the figures that facts.json gives for it."""
    document = compose(open_package(full), full_facts, [], "zh")
    assert len(document.placed) > 60
    for id in document.placed:
        assert id in full_facts["facts"]
        assert value(full_facts, id) is not None, id


def test_the_figures_of_the_delta_are_those_of_the_sources(full_facts: Any) -> None:
    assert value(full_facts, "published.latest.value") == 267.57
    assert value(full_facts, "network.pairs") == 282
    assert value(full_facts, "network.ties") == 98
    assert value(full_facts, "network.taking_part") == 36
    assert value(full_facts, "network.possible") == 820
    assert value(full_facts, "transfer.last.giver.net") == 1405
    assert value(full_facts, "transfer.last.receiver.net") == -2237
    assert value(full_facts, "transfer.last.even.net") == 18
    assert value(full_facts, "transfer.last.gap") == 0
    assert value(full_facts, "transfer.first.gap") == -1
    assert value(full_facts, "investment.venture.firms") == 7838
    assert value(full_facts, "investment.venture.giver.share") == pytest.approx(51.71, abs=0.005)


def test_talent_agrees_with_the_published_figures_of_its_data_year(full_facts: Any) -> None:
    table = full_facts["tables"]["talent.published"]
    columns = [column["name"] for column in table["columns"]]
    rows = [dict(zip(columns, row, strict=True)) for row in table["rows"]]
    checked = {row["place"]: (row["value"], row["computed"]) for row in rows if row["computed"] is not None}
    assert set(checked) == {"YRD", "100000"}
    for published, computed in checked.values():
        assert round(computed, 2) == published


def test_every_table_says_where_it_comes_from(full_facts: Any) -> None:
    for id, table in full_facts["tables"].items():
        assert table["sources"], id
        assert all(source in full_facts["cards"] for source in table["sources"])


def test_the_capacity_index_is_never_called_collaborative(full_report: Callable[[str], Path]) -> None:
    parser = _Text()
    parser.feed(full_report("zh").read_text("utf-8"))
    text = "".join(parser.text)
    assert "创新能力指数" in text
    assert not re.search("能力协同指数|协同能力指数", text)


def test_talent_stands_without_a_nation_and_without_published_figures(
    demo_with: Callable[..., Path], demo: Path, tmp_path: Path
) -> None:
    rename = {"staff": "rd_fte"}
    package = open_package(demo)
    indicators = package.frame("indicators").replace({"code": rename})
    statistics = package.frame("statistics").replace({"indicator": rename})
    folder = demo_with(indicators=indicators, statistics=statistics)
    run(folder, tmp_path / "out", lang="en")
    facts = json.loads((tmp_path / "out" / "facts.json").read_text("utf-8"))
    assert value(facts, "talent.region.last") == pytest.approx(450 / 75)
    assert value(facts, "talent.nation.last") is None
    assert "no data" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_the_parts_of_the_growth_sum_to_the_growth(full_facts: Any) -> None:
    parts = [row[2] for row in full_facts["tables"]["capacity.growth"]["rows"]]
    assert len(parts) == value(full_facts, "capacity.indicators")
    assert sum(parts) == pytest.approx(value(full_facts, "capacity.region.value") - 100, rel=1e-12)


def test_the_published_composite_is_the_mean_of_its_pillars_where_checkable(
    full_facts: Any,
) -> None:
    assert value(full_facts, "published.check.low") == pytest.approx(204.161)
    assert value(full_facts, "published.check.high") == pytest.approx(204.171)
    assert value(full_facts, "published.check.agrees") == {"zh": "相符", "en": "agrees"}
