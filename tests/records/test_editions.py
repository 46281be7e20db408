"""Editions are rolled forward without copying, and compared cell by cell."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from heban.domain.errors import BadSpec, UnknownName
from heban.records import editions
from heban.records.package import DataPackage, open_package
from heban.records.sheets.keeping import keep, plan
from heban.records.sheets.mapping import parse
from heban.records.sheets.understanding import understand_file
from heban.records.vintage import mapping_for

DAY = "2026-01-01"


def fill(package: DataPackage, folder: Path, figures: dict[tuple[str, str], float]) -> Path:
    """Fill the template of edition 2025 and save it; the keys are row and column of the cell by name."""
    path = folder / "filled.xlsx"
    path.write_bytes((package.folder / "editions/2025/template.xlsx").read_bytes())
    book = load_workbook(path)
    sheet = book.worksheets[0]
    rows = {sheet.cell(r, 1).value: r for r in range(6, sheet.max_row + 1)}
    columns = {sheet.cell(4, c).value: c for c in range(3, sheet.max_column + 1)}
    for (place, name), value in figures.items():
        sheet.cell(rows[place], columns[name]).value = value
    book.save(path)
    return path


def test_a_new_edition_gets_a_template_a_mapping_and_the_old_definitions_and_no_figures(demo: Path) -> None:
    before = (demo / "statistics.csv").read_bytes()
    rolled = editions.roll(open_package(demo), "2025", "2024")
    assert rolled.carried == 0
    assert sorted(rolled.files) == [
        "editions/2024/index.toml", "editions/2024/indicators.csv", "editions/2025/mapping.toml",
        "editions/2025/template.xlsx", "region.toml",
    ]  # fmt: skip
    assert (demo / "statistics.csv").read_bytes() == before
    assert editions.names(open_package(demo)) == ["2024"]
    assert open_package(demo).settings["edition"] == "2025"
    mapping = parse((demo / "editions/2025/mapping.toml").read_text("utf-8"), "m")
    assert mapping.edition == "2025"
    assert mapping.sheets == {"2013 参考 reference": {"skip": "last year's figures, for reference"}}


def test_the_template_has_last_years_layout_and_blank_cells(demo: Path) -> None:
    rolled = editions.roll(open_package(demo), "2025", "2024")
    book = load_workbook(io.BytesIO(rolled.template.content))
    assert book.sheetnames == ["2014", "2013 参考 reference"]
    cells = [[cell.value for cell in row] for row in book["2014"].iter_rows(min_row=3)]
    assert cells == [
        ["代码", "地区", "产出", "投入", None, None],
        [None, None, "专利", "研发经费", "研发人员", "常住人口"],
        [None, None, "件", "亿元", "人年", "万人"],
        ["P1", "甲省", None, None, None, None],
        ["P2", "乙省", None, None, None, None],
    ]
    assert [str(merged) for merged in book["2014"].merged_cells.ranges if merged.min_row == 3] == [
        "A3:A5",
        "B3:B5",
        "D3:E3",
    ]
    assert book["2013 参考 reference"]["C6"].value == 3
    assert len(rolled.template.wanted) == 8


def test_the_template_filled_in_comes_back_as_the_new_edition(demo: Path, tmp_path: Path) -> None:
    editions.roll(open_package(demo), "2025", "2024")
    package = open_package(demo)
    path = fill(package, tmp_path, {("P1", "研发经费"): 44.5, ("P2", "专利"): 0, ("P2", "研发经费"): "—"})
    reading = understand_file(path, package, mapping_for(package, None, "2025"), edition="2025")
    assert reading.findings == []
    keep(package, reading, plan(package, reading), retrieved=DAY)
    rows = open_package(demo).frame("statistics_2025")
    assert rows[["place", "data_year", "indicator", "value"]].to_numpy().tolist() == [
        ["P1", 2014, "spend", 44.5],
        ["P2", 2014, "patents", 0.0],
    ]


def test_carry_copies_the_old_figures_and_the_card_says_so(demo: Path) -> None:
    rolled = editions.roll(open_package(demo), "2025", "2024", carry=True, retrieved=DAY)
    package = open_package(demo)
    assert rolled.carried == 24
    old, new = (
        package.frames("statistics").query(f"edition == '{e}'")["value"].tolist() for e in ("2024", "2025")
    )
    assert old == new
    made = package.card("statistics_2025").made
    assert made == f"{DAY} 由 heban edition new --carry 自 2024 版原样转入 24 行（表 statistics）。"
    assert package.card("statistics_2025").synthetic


def test_editions_that_are_not_there_or_exist_already_are_refused(demo: Path) -> None:
    with pytest.raises(UnknownName, match=r"^no edition '2023' in the package demo\. Near names: 2024\.$"):
        editions.roll(open_package(demo), "2025", "2023")
    editions.roll(open_package(demo), "2025", "2024")
    with pytest.raises(
        BadSpec, match=r"^the edition '2025' exists already\. Import into it, or give another name\.$"
    ):
        editions.roll(open_package(demo), "2025", "2024")


@pytest.fixture
def revised(demo: Path) -> Path:
    """The small package with an edition 2025: one value revised, one gone, one new; one weight and one unit's
    definition changed."""
    editions.roll(open_package(demo), "2025", "2024", carry=True, retrieved=DAY)
    path = demo / "statistics_2025.csv"
    text = path.read_text("utf-8").replace("P1,2013,2013,spend,40,", "P1,2013,2013,spend,44,")
    lines = [line for line in text.splitlines() if not line.startswith("P2,2013,2013,staff")]
    path.write_text("\n".join([*lines, "P2,2014,2014,staff,55,人年,2025"]) + "\n", "utf-8")
    catalogue = demo / "indicators.csv"
    rows = pd.read_csv(catalogue, dtype=str, keep_default_na=False)
    rows.loc[rows["code"] == "spend", ["weight", "definition_zh"]] = ["3", "新口径"]
    rows.to_csv(catalogue, index=False, lineterminator="\n")
    index = demo / "index.toml"
    index.write_text(index.read_text("utf-8").replace("threshold = 1.0", "threshold = 0.5"), "utf-8")
    import hashlib
    import json

    document = json.loads((demo / "datapackage.json").read_text("utf-8"))
    for entry in document["resources"]:
        entry["hash"] = f"sha256:{hashlib.sha256((demo / entry['path']).read_bytes()).hexdigest()}"
    (demo / "datapackage.json").write_text(json.dumps(document), "utf-8")
    return demo


def test_revisions_appearances_and_disappearances_are_told_apart(revised: Path) -> None:
    found = editions.compare(open_package(revised), "2024", "2025")
    assert found.revisions.to_dict("records") == [
        {
            "place": "P1", "data_year": 2013, "indicator": "spend", "unit": "亿元",
            "old": 40.0, "new": 44.0, "change": 4.0, "percent": pytest.approx(10.0),
        }
    ]  # fmt: skip
    assert found.appeared[["place", "data_year", "indicator", "value"]].to_numpy().tolist() == [
        ["P2", 2014, "staff", 55.0]
    ]
    assert found.vanished[["place", "data_year", "indicator", "value"]].to_numpy().tolist() == [
        ["P2", 2013, "staff", 50.0]
    ]
    assert found.same == 22


def test_changes_of_definition_are_known_from_what_was_kept(revised: Path) -> None:
    found = editions.compare(open_package(revised), "2024", "2025")
    assert [tuple(row) for row in found.definitions.to_numpy()] == [
        ("spend", "weight", 1.0, 3.0),
        ("spend", "definition_zh", "", "新口径"),
        ("index.toml", "aggregate.threshold", 1.0, 0.5),
    ]
    assert found.known == (
        "the definitions of 2024 are those kept when it was rolled forward",
        "the definitions of 2025 are today’s",
    )


def test_without_anything_kept_a_change_of_definition_cannot_be_told(revised: Path) -> None:
    for path in (revised / "editions" / "2024").iterdir():
        path.unlink()
    found = editions.compare(open_package(revised), "2024", "2025")
    assert found.definitions.empty
    assert found.known == (
        "the package keeps one catalogue for 2024 and 2025: a change of definition cannot be told",
    )


def test_an_edition_against_itself_differs_in_nothing(revised: Path) -> None:
    found = editions.compare(open_package(revised), "2025", "2025")
    assert (len(found.revisions), len(found.appeared), len(found.vanished), found.same) == (0, 0, 0, 24)
