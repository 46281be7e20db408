"""Nothing assumes the Delta: Interreg's projects become a package and a report of regions of Europe."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from heban.cli import app

PROJECTS = 300


@pytest.fixture(scope="module")
def interreg(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first projects of keep.eu as files, imported and reported on."""
    folder = tmp_path_factory.mktemp("interreg")
    source = shared / "data" / "20_keep_interreg"
    projects = pd.read_csv(source / "projects.csv", dtype=str, nrows=PROJECTS)
    partners = pd.read_csv(source / "participations.csv", dtype=str)
    partners = partners[partners["project_id"].isin(projects["project_id"])]
    files = []
    for name, frame in (("projects", projects), ("participations", partners)):
        files.append(str(folder / f"{name}.csv"))
        frame.to_csv(files[-1], index=False)
    package, out = str(folder / "package"), str(folder / "out")
    for words in (
        ["import", "projects", *files, "--into", package, "--mapping", "keep"],
        ["run", package, "-o", out, "--lang", "en"],
    ):
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.output
    return folder


def test_the_report_counts_what_the_files_hold(interreg: Path) -> None:
    facts = json.loads((interreg / "out" / "facts.json").read_text("utf-8"))["facts"]
    partners = pd.read_csv(interreg / "participations.csv", dtype=str).dropna(subset=["nuts3"])
    sizes = partners.groupby("project_id")["nuts3"].nunique()
    assert facts["network.pairs"]["value"] == int((sizes * (sizes - 1) // 2).sum())
    assert (
        facts["network.taking_part"]["value"]
        == partners[partners["project_id"].isin(sizes[sizes > 1].index)]["nuts3"].nunique()
    )
    assert facts["network.what"]["value"]["en"] == "projects"


def test_the_page_speaks_of_no_chinese_city(interreg: Path) -> None:
    page = (interreg / "out" / "report.html").read_text("utf-8")
    assert "Interreg" in page
    for word in ("Shanghai", "Delta", "上海", "长三角"):
        assert word not in page
