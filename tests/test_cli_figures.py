"""From a messy workbook and its next edition to a report, in commands and without code."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from heban.cli import app
from heban.records.package import open_package
from scripts.demo_workbook.__main__ import main as write_workbooks


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_from_workbook_to_report_and_to_the_next_edition(
    yrd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["demo", "-o", str(tmp_path), "--places", str(yrd)])
    write_workbooks()
    package, first, second = tmp_path / "p", tmp_path / "cities-2024.xlsx", tmp_path / "cities-2025.xlsx"
    assert call("new", package, "--places-from", yrd).exit_code == 0
    into = ("--into", package, "--add-indicators")
    imported = call("import", "statistics", first, *into, "--edition", "2024")
    assert imported.exit_code == 0, imported.output
    before = (package / "statistics_2024.csv").read_bytes()
    again = call("import", "statistics", first, *into, "--edition", "2024")
    assert again.exit_code == 0, again.output
    assert (package / "statistics_2024.csv").read_bytes() == before
    run = call("run", package, "-o", tmp_path / "out")
    assert run.exit_code == 0, run.output
    assert (tmp_path / "out" / "capacity_scores.parquet").exists()
    assert call("edition", "new", "2025", "--from", "2024", "--in", package).exit_code == 0
    assert call("import", "statistics", second, *into, "--edition", "2025").exit_code == 0
    assert call("check", package).stdout.splitlines()[-1] == "0 errors, 0 warnings"
    compared = call("edition", "compare", package, "2024", "2025")
    assert compared.exit_code == 0, compared.output
    editions = set(pd.concat([open_package(package).frames("statistics")])["edition"])
    assert {"2024", "2025"} <= editions
