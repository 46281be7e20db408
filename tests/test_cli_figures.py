"""Your own figures on the command line: from a messy workbook to a report in three commands."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner, Result

from heban import cli
from heban.cli import figures as own
from heban.records.package import open_package
from scripts.demo_workbook.__main__ import write
from scripts.demo_workbook.figures import INDICATORS, figures
from tests.records.sheets.reader import Rows, book

app = typer.Typer()
own.register(app)


def call(*words: str | Path, of: typer.Typer = app) -> Result:
    return CliRunner().invoke(of, [str(word) for word in words])


def good(*words: str | Path, of: typer.Typer = app) -> Result:
    result = call(*words, of=of)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def demonstration(yrd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's two workbooks, and what three commands make of the first."""
    folder = tmp_path_factory.mktemp("demonstration")
    for edition in ("2024", "2025"):
        write(open_package(yrd).region, edition, folder / f"cities-{edition}.xlsx")
    package = folder / "mine"
    good("new", package, "--places-from", yrd)
    good(
        "import",
        "statistics",
        folder / "cities-2024.xlsx",
        "--into",
        package,
        "--edition",
        "2024",
        "--add-indicators",
    )
    good("run", package, "-o", folder / "report", of=cli.app)
    return folder


def values(package: Path, edition: str) -> dict[tuple[str, int, str], Decimal]:
    """Return what stands in the table of an edition, to the last digit."""
    with (package / f"statistics_{edition}.csv").open(encoding="utf-8") as rows:
        return {
            (r["place"], int(r["year"]), r["indicator"]): Decimal(r["value"]) for r in csv.DictReader(rows)
        }


def truth(package: Path, yrd: Path, edition: str) -> dict[tuple[str, int, str], Decimal]:
    codes = {indicator.zh: indicator.code for indicator in open_package(package).catalogue}
    rows = figures(open_package(yrd).region, edition)
    return {(r.place, r.year, codes[r.indicator]): r.value for r in rows.itertuples()}


def test_a_messy_workbook_becomes_a_report_and_no_figure_changes(demonstration: Path, yrd: Path) -> None:
    package = demonstration / "mine"
    expected = truth(package, yrd, "2024")
    assert len(INDICATORS) == 20
    assert len({place for place, _, _ in expected}) == 45
    assert {year for _, year, _ in expected} == set(range(2012, 2024))
    assert 0 in expected.values()
    assert values(package, "2024") == expected


def test_the_report_rests_on_these_figures(demonstration: Path, yrd: Path) -> None:
    facts = json.loads((demonstration / "report" / "facts.json").read_text("utf-8"))
    table = facts["tables"]["capacity.steps"]
    columns = [column["name"] for column in table["columns"]]
    steps = pd.DataFrame(table["rows"], columns=columns).set_index("indicator_zh")
    expected = truth(demonstration / "mine", yrd, "2024")
    provinces = open_package(yrd).region.provinces
    for name, code in (("研发经费", "rd_spend"), ("高新技术企业数", "high_tech_enterprises")):
        for end, year in (("first", 2012), ("last", 2023)):
            assert steps.loc[name, end] == pytest.approx(
                float(sum(expected[p, year, code] for p in provinces)), rel=1e-15
            )
    assert facts["cards"]["statistics_2024"]["synthetic"] is True
    assert "example_statistics" not in facts["cards"]
    assert (demonstration / "report" / "report.html").exists()


def test_the_same_import_again_changes_nothing(demonstration: Path) -> None:
    package = demonstration / "mine"
    before = {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}
    result = good(
        "import", "statistics", demonstration / "cities-2024.xlsx", "--into", package, "--edition", "2024"
    )
    assert "0 figures added, 0 replaced, 10431 there already, 0 indicators added." in result.stdout
    assert {path: path.read_bytes() for path in package.rglob("*") if path.is_file()} == before


@pytest.fixture(scope="module")
def next_year(demonstration: Path) -> Path:
    """The package after the first two of the three commands of the next year."""
    package = demonstration / "mine"
    good("edition", "new", "2025", "--from", "2024", "--in", package)
    good("import", "statistics", demonstration / "cities-2025.xlsx", "--into", package, "--edition", "2025")
    return package


def test_the_next_years_edition_stands_beside_the_old_one(next_year: Path, yrd: Path) -> None:
    assert values(next_year, "2025") == truth(next_year, yrd, "2025")
    assert values(next_year, "2024") == truth(next_year, yrd, "2024")


def test_the_next_years_report_is_built_from_the_new_edition(next_year: Path) -> None:
    out = next_year.parent / "next"
    assert call("run", next_year, "-o", out, of=cli.app).exit_code == 0
    facts = json.loads((out / "facts.json").read_text("utf-8"))["facts"]
    assert facts["capacity.last_year"]["value"] == 2024


def test_editions_are_compared_on_the_command_line(next_year: Path, tmp_path: Path) -> None:
    result = good("edition", "compare", next_year, "2024", "2025", "-o", tmp_path / "c.xlsx", "--lang", "en")
    assert result.stdout.startswith(
        "2024 → 2025: 88 figures revised, 10343 the same, 861 appeared, 0 vanished.\n"
    )
    assert (tmp_path / "c.xlsx").exists()
    found = json.loads(good("edition", "compare", next_year, "2024", "2025", "--json").stdout)
    assert (len(found["revisions"]), len(found["appeared"]), found["same"]) == (88, 861, 10343)
    assert {row["data_year"] for row in found["revisions"]} == {2023}


TABLE: Rows = [["地区", "研发经费(万元)", "专利(件)", "位次"], ["甲一市", 15000, 3, 1], ["合计", 1, 2, 3]]


def test_a_dry_run_shows_the_understanding_and_writes_the_mapping_and_nothing_else(
    demo: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()}
    path = book(tmp_path / "a.xlsx", {"2013": TABLE})
    result = good("import", "statistics", path, "--into", demo, "--dry-run")
    for words in (
        "研发经费(万元)",
        "spend",
        "亿元 (×0.0001)",
        "A1 甲一市",
        "a rank or a growth",
        "a total, not a place",
    ):
        assert words in result.stdout
    assert result.stdout.splitlines()[-1] == (
        "a.xlsx: edition 2013, table statistics_2013: 2 figures to add, 0 to replace, 0 there already."
    )
    assert {p: p.read_bytes() for p in demo.rglob("*") if p.is_file()} == before
    mapping = tmp_path / "a.mapping.toml"
    assert '"研发经费(万元)" = { indicator = "spend", unit = "万元" }' in mapping.read_text("utf-8")
    mapping.write_text(mapping.read_text("utf-8") + "# mine\n", "utf-8")
    again = good("import", "statistics", path, "--into", demo, "--dry-run", "--json")
    assert json.loads(again.stdout)["add"] == 2
    assert "exists and was left as it is" in again.stderr
    assert mapping.read_text("utf-8").endswith("# mine\n")


def test_a_dry_run_of_a_faulty_file_ends_with_one_and_names_every_fault(demo: Path, tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", {"2013": [["地区", "专利(件)", "高校数"], ["假市", 1, 2], ["甲一市", "x", 3]]}
    )
    result = call("import", "statistics", path, "--into", demo, "--dry-run", "-o", tmp_path / "m.toml")
    assert result.exit_code == 1
    assert result.stderr.count("error: a.xlsx!2013 row") == 3
    refused = call("import", "statistics", path, "--into", demo)
    assert refused.exit_code == 1
    assert "heban: 3 faults in the data:" in refused.stderr
    assert "Traceback" not in refused.output


@pytest.mark.parametrize("content", ["", "城市,2013年 无此指标\n甲一市,3\n"])
def test_a_first_import_without_a_single_figure_is_a_finding(tmp_path: Path, content: str) -> None:
    package, file = tmp_path / "mine", tmp_path / "empty.csv"
    good("new", package)
    file.write_text(content, "utf-8")
    before = sorted(package.rglob("*"))
    for options in ((), ("--dry-run", "-o", tmp_path / "kept.toml")):
        result = call("import", "statistics", file, "--into", package, "--edition", "2025", *options)
        assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.output
        assert "error: empty.csv" in result.stderr and "Repair: " in result.stderr
    assert sorted(package.rglob("*")) == before


def test_a_file_that_cannot_be_written_is_said_plainly(demo: Path, tmp_path: Path) -> None:
    file, kept = tmp_path / "a.csv", tmp_path / "none" / "kept.toml"
    file.write_text("城市,2013年\n", "utf-8")
    result = call("import", "statistics", file, "--into", demo, "--edition", "2025", "--dry-run", "-o", kept)
    assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.output
    assert result.stderr.splitlines()[-1] == (
        f"heban: {str(kept)!r} cannot be used (No such file or directory). Look whether the path is right, "
        "whether you may read and write there, and whether the disk has room."
    )


def test_a_mapping_given_decides_and_a_missing_one_is_said(demo: Path, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"2013": TABLE})
    (tmp_path / "m.toml").write_text('[indicators]\n"专利(件)" = { skip = "not ours" }\n', "utf-8")
    good("import", "statistics", path, "--into", demo, "--edition", "x", "--mapping", tmp_path / "m.toml")
    assert open_package(demo).frame("statistics_x")["indicator"].tolist() == ["spend"]
    result = call("import", "statistics", path, "--into", demo, "--mapping", tmp_path / "n.toml")
    assert (result.exit_code, "Give --mapping a file that a dry run wrote." in result.stderr) == (1, True)


def test_new_says_what_it_made_and_refuses_two_sources_of_places(tmp_path: Path, yrd: Path) -> None:
    result = good("new", tmp_path / "a", "--code", "D", "--zh", "三角", "--en", "Delta")
    assert result.stdout.splitlines()[0] == f"{tmp_path / 'a'}: 9 places, 2 members of the index."
    assert open_package(tmp_path / "a").region.en == "Delta"
    good("check", tmp_path / "a", of=cli.app)
    again = call("new", tmp_path / "a")
    assert "exists, and a new package never overwrites. Give another folder." in again.stderr
    (tmp_path / "p.csv").write_text("code,zh\nA,甲市\n", "utf-8")
    both = call("new", tmp_path / "b", "--places", tmp_path / "p.csv", "--places-from", yrd)
    assert (both.exit_code, both.stderr.strip()) == (
        1, "heban: --places and --places-from both give the places. Give one of them.",
    )  # fmt: skip
    good("new", tmp_path / "b", "--places", tmp_path / "p.csv")


def test_a_new_package_can_be_reported_on_at_once(tmp_path: Path) -> None:
    good("new", tmp_path / "a")
    good("run", tmp_path / "a", "-o", tmp_path / "out", "--lang", "en", of=cli.app)
    facts = json.loads((tmp_path / "out" / "facts.json").read_text("utf-8"))
    assert facts["cards"]["example_statistics"]["synthetic"] is True
    assert facts["facts"]["capacity.last_year"]["value"] == 2023


def test_edition_new_names_what_it_wrote(demo: Path, tmp_path: Path) -> None:
    result = good(
        "edition", "new", "2025", "--from", "2024", "--in", demo, "--carry", "-o", tmp_path / "t.xlsx"
    )
    assert result.stdout.splitlines()[-2:] == [
        "edition 2025: 8 cells of 2014 to fill, 24 figures carried over from 2024.",
        f"Next: heban import statistics FILE --into {demo} --edition 2025",
    ]
    assert (tmp_path / "t.xlsx").read_bytes() == (demo / "editions/2025/template.xlsx").read_bytes()
    lost = call("edition", "new", "2026", "--from", "2023", "--in", demo)
    assert lost.stderr.strip() == "heban: no edition '2023' in the package demo. Near names: 2025, 2024."
