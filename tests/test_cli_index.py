"""`heban index`: a specification and a package become tables of every step, with their doubt, compared."""

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


def test_build_says_what_would_change_a_rank_and_how_each_place_grew(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call("index", "build", demo, "-o", out, "--growth-steps", "2").exit_code == 0
    rivals = pd.read_parquet(out / "rivals.parquet")
    assert rivals[["place", "rival"]].values.tolist() == [["P2", "P1"]]
    growth = pd.read_parquet(out / "growth.parquet").set_index(["place", "node"])
    assert growth.loc[("P1", "spend"), ["last_year", "cumulative", "annual"]].tolist() == pytest.approx(
        [100, 300, 100]
    )
    assert growth.loc[("P2", "staff"), "cumulative"] == pytest.approx(0)
    summary = pd.read_parquet(out / "growth_summary.parquet").set_index(["place", "level"])
    assert summary.loc[("P2", 2), ["rising", "falling", "unchanged"]].tolist() == [2, 0, 1]
    names = pd.read_parquet(out / "places.parquet").set_index("place")
    assert names.loc["P1", ["zh", "en"]].tolist() == ["甲省", "First Province"]
    assert {"rivals", "strengths", "growth"} <= set(
        load_workbook(out / "index.xlsx", read_only=True).sheetnames
    )


def test_build_writes_the_formats_that_are_asked_for(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("index", "build", demo, "-o", out, "--format", "csv,json")
    assert result.stdout.splitlines()[-1] == str(out / "index.json")
    assert not (out / "index.xlsx").exists()
    parquet = {path.stem for path in out.glob("*.parquet")}
    assert {path.stem for path in (out / "csv").glob("*.csv")} == parquet
    document = json.loads((out / "index.json").read_text("utf-8"))
    assert set(document) == parquet
    scores = pd.read_parquet(out / "scores.parquet")
    assert document["scores"][0]["capacity"] == scores["capacity"].iloc[0]
    pd.testing.assert_frame_equal(pd.read_csv(out / "csv" / "scores.csv"), scores, check_dtype=False)
    listed = json.loads((out / "datapackage.json").read_text("utf-8"))["resources"]
    assert {resource["name"] for resource in listed} == parquet
    wrong = call("index", "build", demo, "-o", tmp_path / "no", "--format", "xls")
    assert wrong.stderr.strip() == "heban: --format 'xls': there is no such format. Did you mean xlsx?"
    bare = call("index", "build", demo, "-o", tmp_path / "bare", "--format", "parquet")
    assert bare.stdout.splitlines()[-1] == str(tmp_path / "bare" / "datapackage.json")


def test_uncertainty_says_what_was_varied_and_how_sure_each_rank_is(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--draws", "64", "--seed", "5", "--sobol", "--lang", "en")
    result = call("index", "uncertainty", demo, "-o", out, *options)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "varied (default):"
    assert "  aggregate.of.2: method = geometric | method = arithmetic" in lines
    assert any(line.split()[:4] == ["1", "P1", "First", "Province"] for line in lines)
    assert "rank  place" in result.stdout and "5–95 %" in result.stdout
    assert "first order" in result.stdout
    assert lines[-1] == str(out)
    written = {path.stem for path in out.glob("*.parquet")}
    assert written == {
        "inputs", "rank_intervals", "score_quantiles", "acceptability", "dominance", "rising", "firmness",
        "parameters", "draw_weights", "steps", "failed", "sensitivity", "sensitivity_places",
        "places", "nodes",
    }  # fmt: skip
    facts = json.loads((out / "facts.json").read_text("utf-8"))
    assert facts["about"]["seed"] == 5 and facts["draws"] == 128
    chart = json.loads((out / "charts" / "rank_intervals.json").read_text("utf-8"))
    assert "First Province" in json.dumps(chart)
    again = call("index", "uncertainty", demo, "-o", out, *options)
    assert "exists. Give --force to replace it" in again.stderr
    assert call("index", "uncertainty", demo, "-o", out, *options, "--force").exit_code == 0


def test_uncertainty_reads_the_table_of_the_specification(demo: Path, tmp_path: Path) -> None:
    with (demo / "index.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[uncertainty.inputs]]\nkind = "simplex"\nlevel = 2\n')
    result = call("index", "uncertainty", demo, "-o", tmp_path / "out", "--draws", "8")
    assert "位次  地区" in result.stdout
    assert result.stdout.splitlines()[:2] == [
        "变动的内容（index.toml）：",
        "  shares of the siblings of level 2, Dirichlet about their own with concentration 1",
    ]
    assert call("index", "build", demo, "-o", tmp_path / "built").exit_code == 0
    other = tmp_path / "mine.toml"
    other.write_text("[[inputs]]\nkind = 'simplex'\nlevel = 9\n", "utf-8")
    refused = call("index", "uncertainty", demo, "-o", tmp_path / "no", "--doubts", other)
    assert refused.exit_code == 1
    assert "no weights stand at level 9; there are levels 1, 2" in refused.stderr
    assert not (tmp_path / "no").exists()


def test_compare_takes_results_and_packages(demo: Path, tmp_path: Path) -> None:
    first = tmp_path / "first"
    assert call("index", "build", demo, "-o", first).exit_code == 0
    (demo / "index.toml").write_text(
        'root = "capacity"\nlast_year = 2012\n[normalise]\nmethod = "rank"\n', "utf-8"
    )
    book = tmp_path / "both.xlsx"
    result = call("index", "compare", first, demo, "-o", book, "--lang", "en")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[:3] == [f"A = {first}, capacity", f"B = {demo}, capacity", "only in A: 2013"]
    assert "2012: 2 places, Spearman 1.000, Kendall 1.000, mean change of rank 0.00" in lines
    assert "no rank differs." in lines and lines[-1] == str(book)
    chinese = call("index", "compare", first, demo).stdout
    assert "2012 年：2 个地区，斯皮尔曼 1.000，肯德尔 1.000，位次平均变动 0.00" in chinese
    assert "仅 A 有：2013" in chinese and chinese.splitlines()[-1] == "位次都相同。"
    assert load_workbook(book, read_only=True).sheetnames == [
        "by_year", "places_2012", "movers", "every_year", "only_in_one",
    ]  # fmt: skip
    told = json.loads(
        call("index", "compare", first, demo, "--json", "--node", "spend", "--year", "2011").stdout
    )
    assert told["year"] == 2011 and told["first"]["only"] == ["2013"]
    assert [row["rank_first"] for row in told["places"]] == [1.0, 1.0]


def test_compare_ranks_a_negative_aggregate_as_the_index_does(demo: Path, tmp_path: Path) -> None:
    text = (demo / "index.toml").read_text("utf-8").partition("[aggregate]")[0]
    nodes = (
        'nodes = [{code = "capacity"}, {code = "input", parent = "capacity", direction = -1}, '
        '{code = "spend", parent = "input"}, {code = "staff", parent = "input"}, '
        '{code = "patents", parent = "capacity"}]\n'
    )
    (demo / "index.toml").write_text(nodes + text, "utf-8")
    out = tmp_path / "out"
    assert call("index", "build", demo, "-o", out).exit_code == 0
    ranks = pd.read_parquet(out / "ranks.parquet").set_index(["place", "year"])
    told = json.loads(call("index", "compare", out, demo, "--json", "--node", "input").stdout)
    for row in told["places"]:
        assert row["rank_first"] == row["rank_second"] == ranks.loc[(row["place"], 2013), "input"]
        assert row["difference"] == 0


def test_compare_says_what_it_cannot_take(demo: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    refused = call("index", "compare", demo, empty)
    assert refused.stderr.strip() == (
        f"heban: '{empty}' is neither a results folder of `heban index build` nor the folder of a package. "
        "Give one of these."
    )
    unknown = call("index", "compare", demo, demo, "--node", "inputs")
    assert "no node 'inputs'" in unknown.stderr and "Near names: input" in unknown.stderr


def test_places_of_one_level_are_measured_among_themselves(demo: Path, tmp_path: Path) -> None:
    statistics = pd.read_csv(demo / "statistics.csv", dtype={"edition": str})
    city = statistics[statistics["place"] == "P1"].assign(place="A1")
    more = pd.concat([statistics, city, city.assign(place="B1")])
    from tests.conftest import build_demo

    folder = build_demo(tmp_path / "more", statistics=more)
    together = call("index", "build", folder, "-o", tmp_path / "all")
    assert "places of several levels are measured together: province, city. Give --level" in together.stderr
    alone = call("index", "build", folder, "-o", tmp_path / "one", "--level", "city")
    assert alone.stderr.strip() == ""
    assert pd.read_parquet(tmp_path / "one" / "scores.parquet")["place"].unique().tolist() == ["A1", "B1"]
