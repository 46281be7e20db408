"""`heban index`: a specification and a package become tables of every step."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from heban.cli import app


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_build_writes_every_step_and_says_where(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("index", "build", demo, "-o", out)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == str(out / "index.xlsx")
    scores = pd.read_parquet(out / "scores.parquet").set_index(["place", "year"])
    assert scores.loc[("P2", 2013), "capacity"] == pytest.approx(200)
    assert scores.loc[("P1", 2013), "spend"] == pytest.approx(400)
    assert "D" not in scores.index.get_level_values("place")
    book = load_workbook(out / "index.xlsx", read_only=True)
    assert {"raw", "normalised", "scores", "ranks", "weights", "lineage"} <= set(book.sheetnames)
    spec = json.loads((out / "spec.json").read_text("utf-8"))
    assert spec["normalise"]["base_year"] == 2011


def test_build_takes_another_specification(demo: Path, tmp_path: Path) -> None:
    spec = tmp_path / "other.toml"
    spec.write_text('root = "capacity"\n', "utf-8")
    assert call("index", "build", demo, "-o", tmp_path / "out", "--spec", spec).exit_code == 0
    scores = pd.read_parquet(tmp_path / "out" / "scores.parquet")
    assert scores["spend"].max() == 100


def test_a_wrong_key_is_said_with_the_right_one(demo: Path, tmp_path: Path) -> None:
    (demo / "index.toml").write_text('root = "capacity"\n[normalise]\nmethod = "min-max"\n', "utf-8")
    result = call("index", "build", demo, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "normalise.method = 'min-max'" in result.stderr
    assert "Did you mean minmax?" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_package_without_a_specification_says_what_to_do(demo: Path, tmp_path: Path) -> None:
    (demo / "index.toml").unlink()
    result = call("index", "build", demo, "-o", tmp_path / "out")
    assert "Give --spec, or add index.toml to the package." in result.stderr


def test_schema_is_json_schema() -> None:
    schema = json.loads(call("index", "schema").stdout)
    assert {"root", "normalise", "aggregate"} <= set(schema["properties"])
