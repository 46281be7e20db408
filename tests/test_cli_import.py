"""`heban import KIND FILES --into PACKAGE --mapping M` on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner, Result

from heban.cli import app
from heban.cli.importing import KINDS
from heban.records.package import open_package
from heban.records.read.mapping import TABLES

MAPPING = """\
[works]
id = "doi"
year = "year"
[work_places]
work = "doi"
place = { column = "city", as = "name", separator = ";" }
"""


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    file = tmp_path / "papers.csv"
    file.write_text("doi,year,city\n1,2012,甲一市\n1,2012,甲一市\n2,2012-02-30,甲一市\n", "utf-8")
    return file


def test_there_is_a_command_for_every_kind() -> None:
    assert list(KINDS) == list(TABLES)
    group = typer.main.get_command(app).commands["import"]  # type: ignore[attr-defined]
    assert set(KINDS) < set(group.commands)


def test_an_import_says_how_the_rows_fared(demo: Path, papers: Path) -> None:
    words = ("import", "works", papers, "--into", demo, "--mapping", papers.with_name("m.toml"))
    result = call(*words, "--producer", "Library", "--licence", "CC0-1.0", "--synthetic")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "papers.csv, works: 3 rows, 1 kept, 1 repeated, 1 rejected.",
        "papers.csv, work_places: 3 rows, 1 kept, 1 repeated, 1 rejected.",
        "What was rejected, and why, stands in the table rejects.",
    ]
    card = open_package(demo).card("works")
    assert (card.producer, card.licence, card.synthetic) == ("Library", "CC0-1.0", True)
    again = call(*words)
    assert again.stdout == f"{demo}: nothing new.\n"
    assert re.search(r"papers.csv was imported before; it was skipped.", again.stderr)


def test_as_json_and_a_fault_of_the_mapping(demo: Path, papers: Path) -> None:
    words = ("import", "works", papers, "--into", demo, "--mapping", papers.with_name("m.toml"), "--json")
    document = json.loads(call(*words).stdout)
    assert document["tables"] == ["works", "work_places", "rejects", "imports"]
    assert [count["kept"] for count in document["counts"]] == [1, 1]
    assert json.loads(call(*words).stdout)["skipped"] == ["papers.csv"]
    papers.with_name("m.toml").write_text(MAPPING.replace("year =", "yaer ="), "utf-8")
    refused = call(*words)
    assert refused.exit_code == 1
    assert "works.yaer: there is no such key. Did you mean year?" in refused.stderr


def test_a_new_package_of_another_region(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data/20_keep_interreg"
    files = (folder / "projects.csv", folder / "participations.csv")
    words = ("import", "projects", *files, "--into", tmp_path / "alps", "--mapping", "keep")
    result = call(*words, "--code", "ALPS", "--zh", "阿尔卑斯", "--en", "Alps")
    assert result.exit_code == 0, result.output
    assert f"{tmp_path / 'alps'} is a new package. Next: heban check {tmp_path / 'alps'}" in result.stdout
    region = open_package(tmp_path / "alps").region
    assert (region.code, region.zh, region.en) == ("ALPS", "阿尔卑斯", "Alps")
    assert call("check", tmp_path / "alps").stdout == "0 errors, 0 warnings\n"
