"""Keeping an import: whole or not at all, twice is once, and no value is lost unsaid."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from heban.domain.errors import BadData, Finding
from heban.records import scaffold
from heban.records.checking import check_package
from heban.records.package import open_package
from heban.records.sheets.keeping import keep, plan
from heban.records.sheets.mapping import Mapping
from heban.records.sheets.understanding import understand_file
from tests.records.sheets.reader import Rows, book

TABLE: Rows = [
    ["地区", "研发经费(万元)", "专利(件)"],
    ["甲一市", 15000, 3],
    ["甲三市", None, 4],
    ["Source: 某局"],
]
DAY = "2026-01-01"


def imported(
    package: Path, rows: Rows, *, edition: str = "2025", name: str = "a.xlsx", **options: object
) -> list[str]:
    path = book(package.parent / name, {"2013": rows})
    opened = open_package(package)
    keeping = {key: options.pop(key) for key in ("table", "replacing") if key in options}
    reading = understand_file(path, opened, edition=edition, **options)  # type: ignore[arg-type]
    return keep(opened, reading, plan(opened, reading, **keeping), retrieved=DAY)  # type: ignore[arg-type]


def bytes_of(package: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(package)): path.read_bytes() for path in package.rglob("*") if path.is_file()
    }


def test_figures_come_to_a_table_of_their_edition_with_a_card(demo: Path) -> None:
    imported(demo, TABLE)
    package = open_package(demo)
    frame = package.frame("statistics_2025")
    assert frame[["place", "data_year", "indicator", "value", "unit", "edition"]].to_numpy().tolist() == [
        ["A1", 2013, "patents", 3.0, "件", "2025"],
        ["A1", 2013, "spend", 1.5, "亿元", "2025"],
        ["A3", 2013, "patents", 4.0, "件", "2025"],
    ]
    assert (demo / "statistics_2025.csv").read_text("utf-8").splitlines()[1:3] == [
        "A1,2013,2013,patents,3,件,2025",
        "A1,2013,2013,spend,1.5,亿元,2025",
    ]
    card = package.card("statistics_2025")
    assert (card.title, card.producer, card.year, card.retrieved) == ("a.xlsx", "某局", "2013", DAY)
    assert card.made.startswith("2026-01-01 由 heban import 读入 a.xlsx，工作表 2013（sha256 ")
    assert not card.synthetic
    assert [f for f in check_package(demo) if f.severity == "error"] == []


def test_an_import_again_changes_no_byte(demo: Path) -> None:
    imported(demo, TABLE)
    before = bytes_of(demo)
    assert imported(demo, TABLE) == []
    assert bytes_of(demo) == before


def test_a_second_file_is_added_to_the_table_of_its_edition(demo: Path) -> None:
    imported(demo, TABLE)
    imported(demo, [["地区", "专利(件)"], ["甲一市", 3], ["乙一市", 5]], name="b.xlsx")
    package = open_package(demo)
    assert len(package.frame("statistics_2025")) == 4
    made = package.card("statistics_2025").made
    assert "a.xlsx" in made
    assert "b.xlsx" in made


def test_a_value_that_contradicts_the_package_is_an_error_and_nothing_is_written(demo: Path) -> None:
    imported(demo, TABLE)
    before = bytes_of(demo)
    with pytest.raises(BadData) as no:
        imported(demo, [["地区", "专利(件)"], ["甲一市", 9], ["乙一市", 5]])
    assert [str(finding) for finding in no.value.findings] == [
        "error: a.xlsx!2013 row 2, B = '9.0': edition 2025 has 3 for patents of A1 in 2013, the file has 9. "
        "Repair: import it as another edition, or give --replace."
    ]
    assert bytes_of(demo) == before


def test_replace_lets_the_file_win_in_its_own_table_only(demo: Path) -> None:
    imported(demo, TABLE)
    imported(demo, [["地区", "专利(件)"], ["甲一市", 9]], replacing=True)
    frame = open_package(demo).frame("statistics_2025")
    assert frame.set_index(["place", "indicator"])["value"].to_dict() == {
        ("A1", "patents"): 9.0,
        ("A1", "spend"): 1.5,
        ("A3", "patents"): 4.0,
    }
    with pytest.raises(BadData) as no:
        imported(demo, [["地区", "专利(件)"], ["甲省", 9]], edition="2024", replacing=True)
    assert no.value.findings[0].message == (
        "edition 2024 has 3 for patents of P1 in 2013 (table statistics), the file has 9"
    )
    assert no.value.findings[0].repair == "import it as another edition, or give --replace --table statistics"
    imported(demo, [["地区", "专利(件)"], ["甲省", 9]], edition="2024", replacing=True, table="statistics")
    rows = open_package(demo).frame("statistics")
    assert rows[(rows["place"] == "P1") & (rows["indicator"] == "patents")]["value"].tolist() == [
        1.0,
        2.0,
        9.0,
    ]


def test_what_another_table_holds_already_is_not_written_again(demo: Path) -> None:
    said = imported(demo, [["地区", "专利(件)"], ["甲省", 3]], edition="2024")
    assert said == ["editions/2024/mapping.toml: the mapping is kept there"]
    assert "statistics_2024" not in open_package(demo).resources


def test_errors_of_the_reading_leave_the_package_untouched(demo: Path) -> None:
    before = bytes_of(demo)
    with pytest.raises(BadData, match="2 faults in the data"):
        imported(demo, [["地区", "专利(件)", "高校数(所)"], ["假市", 1, 2], ["甲一市", 3, 4]])
    assert bytes_of(demo) == before


def test_indicators_of_several_editions_without_a_choice_are_a_warning(demo: Path) -> None:
    opened = open_package(demo)
    path = book(demo.parent / "a.xlsx", {"2013": TABLE})
    planned = plan(opened, understand_file(path, opened, edition="2025"))
    assert planned.findings == (
        Finding(
            "warning", "region.toml", None, "edition", None,
            "2 indicators come in several editions, as 'patents', and none is chosen",
            'write edition = "2025" at the top of region.toml',
        ),
    )  # fmt: skip


def test_added_indicators_come_to_the_catalogue_once(demo: Path) -> None:
    rows = [["地区", "投入"], [None, "高校数"], [None, "所"], ["甲一市", 3]]
    imported(demo, rows, adding=True)
    imported(demo, rows, adding=True)
    new = open_package(demo).catalogue["own_1"]
    assert (new.zh, new.unit, new.parent, new.direction, new.weight) == ("高校数", "所", "input", 1, 1.0)
    assert open_package(demo).catalogue["spend"].parent == "input"


def test_the_first_figures_of_ones_own_replace_the_examples(tmp_path: Path) -> None:
    package = tmp_path / "mine"
    scaffold.write_new(package, scaffold.invented("MY", "我的区域", "Mine"), created=DAY)
    rows = [
        ["地区", "研发经费(亿元)", "创新产出"],
        [None, None, "高校数(所)"],
        ["示例甲省", 2, 3],
        ["示例乙省", 4, 5],
    ]
    path = book(tmp_path / "a.xlsx", {"2011": rows, "2012": rows})
    opened = open_package(package)
    reading = understand_file(path, opened, edition="2024", adding=True)
    said = keep(opened, reading, plan(opened, reading), retrieved=DAY)
    assert said == [
        "editions/2024/mapping.toml: the mapping is kept there",
        "region.toml: edition = 2024",
        "the example figures were taken out: example_statistics",
        "example indicators without figures were taken out: support, rd_fte, patents_granted_invention, "
        "contracts_out_value, fiscal_science, population",
        "index.toml: base_year = 2011",
    ]
    mine = open_package(package)
    assert sorted(mine.resources) == ["indicators", "places", "statistics_2024"]
    assert not (package / "example_statistics.csv").exists()
    assert [i.code for i in mine.catalogue] == ["capacity", "inputs", "outputs", "own_1", "rd_spend"]
    assert mine.catalogue["own_1"].parent == "outputs"
    assert "example" not in json.loads((package / "datapackage.json").read_text("utf-8"))
    assert check_package(package) == []


def test_the_card_says_what_the_mapping_says(demo: Path) -> None:
    card = {
        "title": "统计年鉴",
        "producer": "统计局",
        "licence": "CC-BY-4.0",
        "url": "https://x.example",
        "synthetic": True,
    }
    imported(demo, TABLE, mapping=Mapping(card=card))
    found = open_package(demo).card("statistics_2025")
    assert (found.title, found.producer, found.licence, found.url) == (
        "统计年鉴",
        "统计局",
        "CC-BY-4.0",
        "https://x.example",
    )
    assert found.synthetic


def test_a_gbk_table_of_the_package_is_written_back_as_utf_8(demo: Path) -> None:
    path = demo / "statistics.csv"
    path.write_bytes(path.read_text("utf-8").encode("gbk"))
    document = json.loads((demo / "datapackage.json").read_text("utf-8"))
    entry = next(e for e in document["resources"] if e["name"] == "statistics")
    import hashlib

    entry |= {
        "encoding": "gbk",
        "hash": f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
        "note": "kept",
    }
    (demo / "datapackage.json").write_text(json.dumps(document), "utf-8")
    imported(demo, [["地区", "专利(件)"], ["甲一市", 3]], edition="2024", table="statistics")
    after = json.loads((demo / "datapackage.json").read_text("utf-8"))
    entry = next(e for e in after["resources"] if e["name"] == "statistics")
    assert (entry["encoding"], entry["note"]) == ("utf-8", "kept")
    assert path.read_text("utf-8").splitlines()[1] == "A1,2013,2013,patents,3,件,2024"
    assert isinstance(open_package(demo).frame("statistics"), pd.DataFrame)
