"""`heban boards`, `plan`, `patrol`, `scenario`: from a package to tables and sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from heban.cli import app

PLAN = """\
[[factors]]
code = "hours"
source = "holdings:hours"
zh = "机时"
en = "instrument hours"
unit = "小时"
unit_en = "hours"
mobility = "transferable"
band = 0.0

[factors.need]
kind = "absolute"
value = 10.0

[cost]
by = "none"
border = 1.0
price = 0.01
"""


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def package(demo_with: Callable[..., Path]) -> Path:
    """Six cities that need 10 hours each; A1 has 30, A2 has 4, the others 10."""
    hours = {"A1": 30.0, "A2": 4.0, "A3": 10.0, "B1": 10.0, "B2": 10.0, "B3": 10.0}
    rows = [("hours", place, "lab", 2020, 2020, value, "小时") for place, value in hours.items()]
    columns = ["kind", "place", "class", "since", "year", "value", "unit"]
    folder = demo_with(holdings=pd.DataFrame(rows, columns=columns))
    (folder / "plan.toml").write_text(PLAN, "utf-8")
    return folder


def test_boards_shows_who_is_long_and_who_is_short(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("boards", package, "-o", out, "--lang", "en")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[1].split() == ["Alpha", "3.00", "long"]
    assert lines[2].split() == ["Suzhou", "(First", "Province)", "0.40", "short"]
    assert lines[-1] == str(out / "boards.xlsx")
    written = pd.read_parquet(out / "boards.parquet").set_index("place")
    assert written.loc["A1", "to_give"] == 20
    assert written.loc["A2", "to_fill"] == 6
    assert {"boards", "composite", "pairs", "missing"} <= set(load_workbook(out / "boards.xlsx").sheetnames)


def test_plan_moves_what_is_lacking_and_says_why(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("plan", package, "-o", out, "--lang", "en", "--format", "csv,json")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0].startswith(
        "Alpha has 20 hours of instrument hours beyond its own need and the band; "
        "Suzhou (First Province) lacks 6 hours."
    )
    moves = pd.read_parquet(out / "moves.parquet")
    assert moves[["origin", "destination", "amount"]].to_numpy().tolist() == [["A1", "A2", 6.0]]
    assert (out / "csv" / "moves.csv").exists()
    facts = json.loads((out / "facts.json").read_text("utf-8"))
    assert facts["totals"]["gain"] == pytest.approx(0.6)
    assert json.loads((out / "plan.json").read_text("utf-8"))["moves"][0]["amount"] == 6.0
    assert "outputs" not in facts


def test_limits_that_clash_are_named(package: Path, tmp_path: Path) -> None:
    spec = tmp_path / "strict.toml"
    spec.write_text(PLAN + "budget = 0.0\n[limits]\nat_least = 1.0\n", "utf-8")
    result = call("plan", package, "-o", tmp_path / "out", "--spec", spec)
    assert result.exit_code == 1
    assert "budget" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_key_that_is_not_there_is_said_with_the_right_one(package: Path, tmp_path: Path) -> None:
    (package / "plan.toml").write_text(PLAN.replace("border", "bordr"), "utf-8")
    result = call("boards", package)
    assert result.exit_code == 1
    assert "cost.bordr: there is no such key. Did you mean border?" in result.stderr


def test_patrol_goes_round_with_a_city_by_its_name(package: Path, tmp_path: Path) -> None:
    result = call("patrol", package, "--city", "Alpha", "--lang", "en", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "worth giving to 1 place; first Suzhou (First Province): 6 hours fill 100 %" in result.stdout
    offers = pd.read_parquet(tmp_path / "out" / "offers.parquet")
    assert offers[["donor", "receiver", "amount"]].to_numpy().tolist() == [["A1", "A2", 6.0]]


def test_patrol_of_a_group_stays_within_it_first(package: Path) -> None:
    result = call("patrol", package, "--group", "core", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "the group has 20 hours beyond the needs of its members and lacks 0 hours" in result.stdout


def test_a_patrol_is_of_one_city_or_one_group(package: Path) -> None:
    result = call("patrol", package)
    assert result.exit_code == 1
    assert "a patrol is of one place or one group. Give --city or --group." in result.stderr


def test_a_scenario_of_the_plan_says_what_it_changes(package: Path, tmp_path: Path) -> None:
    """A band of a tenth: 4.4 hours may be there, so 5.6 are lacking; 9.6 of 10 are 96 points."""
    out = tmp_path / "plan"
    (package / "plan.toml").write_text(PLAN.replace("band = 0.0", "band = 0.1"), "utf-8")
    result = call("scenario", "run", package, "-o", out, "--draws", "32", "--lang", "en")
    assert result.exit_code == 0, result.output
    region = result.stdout.splitlines()[1].split()
    assert region[:3] == ["region", "90.00", "99.33"]
    change = pd.read_parquet(out / "change.parquet").query("node == 'boards'").set_index("place")
    assert change.loc["A2", "change"] == pytest.approx(56)
    assert change.loc["A1", "change"] == 0


def test_a_scenario_of_edits_measures_the_packages_own_index_again(package: Path, tmp_path: Path) -> None:
    edits = tmp_path / "edits.csv"
    edits.write_text("place,year,indicator,factor\nP1,2013,spend,2\n", "utf-8")
    out = tmp_path / "edited"
    assert call("scenario", "run", package, "--edits", edits, "-o", out, "--draws", "32").exit_code == 0
    change = pd.read_parquet(out / "change.parquet").query("year == 2013").set_index(["place", "node"])
    assert change.loc[("P1", "input"), "change"] > 0
    assert change.loc[("P2", "input"), "change"] == 0
    assert pd.read_parquet(out / "edits.parquet")["factor"].tolist() == [2]
    side = call("scenario", "compare", out, tmp_path / "nothing")
    assert side.exit_code == 1
    assert "holds no scenario. Give folders that `heban scenario run` wrote." in side.stderr


def test_scenarios_stand_side_by_side(package: Path, tmp_path: Path) -> None:
    for name, factor in (("half", 0.5), ("double", 2)):
        edits = tmp_path / f"{name}.csv"
        edits.write_text(f"place,year,indicator,factor\nP1,2013,spend,{factor}\n", "utf-8")
        made = call("scenario", "run", package, "--edits", edits, "-o", tmp_path / name, "--draws", "32")
        assert made.exit_code == 0, made.output
    both = ("scenario", "compare", tmp_path / "half", tmp_path / "double")
    chinese = call(*both).stdout.splitlines()
    assert chinese[0].split()[:5] == ["地区", "变化", "half", "概率", "half"]
    assert chinese[1].startswith("全域") and chinese[2].startswith("P1 甲")
    result = call(*both, "-o", tmp_path / "side.xlsx", "--lang", "en")
    assert result.exit_code == 0, result.output
    head, region, first, *_ = result.stdout.splitlines()
    assert head.split()[:5] == ["place", "change", "half", "probability", "half"]
    assert region.split()[0] == "region" and first.startswith("P1 First")
    assert float(region.split()[1]) < 0 < float(region.split()[3])
    assert (tmp_path / "side.xlsx").exists()
