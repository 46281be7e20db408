"""How sure a package's index is: tables of the draws, the default, the chart, and nothing by halves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures import uncertainty as doubt
from heban.report import uncertainty
from heban.report.uncertainty_chart import rank_intervals

FINITE = """
[[inputs]]
kind = "choice"
of = "aggregate.of.2.method"
values = ["geometric", "arithmetic"]
[[inputs]]
kind = "weight_noise"
levels = [2]
sets = 3
"""


@pytest.fixture
def doubts(tmp_path: Path) -> Path:
    path = tmp_path / "doubts.toml"
    path.write_text(FINITE, "utf-8")
    return path


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_seed_gives_the_same_files_and_another_does_not(demo: Path, tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        made = uncertainty.measure(demo, draws=32, seed=seed, sobol=True)
        uncertainty.write(made, tmp_path / name)
    one, two, three = (tables(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert one["parameters.parquet"] != three["parameters.parquet"]
    assert one["draw_weights.parquet"] != three["draw_weights.parquet"]
    assert one["inputs.parquet"] == three["inputs.parquet"]


def test_the_tables_agree_with_each_other_and_with_the_measures(demo: Path) -> None:
    measured = uncertainty.measure(demo, draws=64, seed=1)
    made, result = measured.tables, measured.result
    intervals = made["rank_intervals"].set_index(["node", "place", "year"])
    by_measure = doubt.rank_table(result, "input").loc[("P1", 2013)]
    assert intervals.loc[("input", "P1", 2013), ["nominal", "low", "high"]].tolist() == (
        by_measure[["nominal", "low", "high"]].tolist()
    )
    quantiles = made["score_quantiles"]
    ordered = quantiles[["low", "quarter", "median", "three_quarters", "high"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    shares = made["acceptability"].groupby(["year", "place"])["share"].sum()
    assert shares.to_numpy() == pytest.approx(np.ones(2))
    above = made["dominance"].set_index(["place", "other"])["share"]
    assert above["P1", "P2"] + above["P2", "P1"] == pytest.approx(1)
    rising = made["rising"]
    assert rising[["before", "after"]].drop_duplicates().to_numpy().tolist() == [
        [2011, 2012], [2012, 2013], [2011, 2013],
    ]  # fmt: skip
    assert rising.filter(like="score_").sum(axis=1).to_numpy() == pytest.approx(np.ones(len(rising)))
    assert made["parameters"]["draw"].tolist() == list(range(64)) == made["draw_weights"]["draw"].tolist()
    assert set(made["inputs"]["input"]) == set(made["parameters"].columns) - {"draw"}
    assert made["firmness"]["year"].tolist() == [2013]
    assert "sensitivity" not in made


def test_few_values_are_run_in_every_combination_and_are_exact(demo: Path, doubts: Path) -> None:
    measured = uncertainty.measure(demo, draws=50, seed=1, sobol=True, doubts_file=doubts)
    found = measured.sensitivity
    assert found is not None and measured.result.draws == 6
    facts = uncertainty.facts(measured)
    assert (facts["exact"], facts["runs"], facts["said_by"]) == (True, 6, "doubts.toml")
    whole = measured.tables["sensitivity"]
    assert whole["first_low"].isna().all()
    panel = whole[whole["target"] == "panel"]
    assert panel["first"].sum() <= 1 + 1e-9 <= panel["total"].sum() + 2e-9
    sampled = uncertainty.measure(demo, draws=1, seed=1, sobol=False, doubts_file=doubts)
    assert sampled.sensitivity is None


def test_estimated_indices_have_bootstrap_intervals(demo: Path) -> None:
    measured = uncertainty.measure(demo, draws=64, seed=1, sobol=True)
    made = measured.tables
    assert not uncertainty.facts(measured)["exact"]
    places = made["sensitivity_places"].dropna(subset=["first"])
    assert (places["total_low"] <= places["total"] + 1e-9).mean() > 0.9
    assert (places["total"] <= places["total_high"] + 1e-9).mean() > 0.9
    assert set(made["sensitivity"]["year"]) == {"2011", "2012", "2013", "all"}
    by_hand = doubt.index_table(measured.sensitivity, "scores").loc[("P1", 2013), "first"]
    of_place = places[(places["target"] == "score") & (places["place"] == "P1")].set_index("input")["first"]
    assert of_place.to_dict() == pytest.approx(by_hand.to_dict())


def test_years_and_nodes_that_are_told_are_those_asked_for(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(f"nodes = ['input']\nyears = [2011, 2012]\ninterval = [0.25, 0.75]\n{FINITE}", "utf-8")
    made = uncertainty.measure(demo, draws=16, seed=1, doubts_file=path).tables
    assert set(made["rank_intervals"]["node"]) == {"input", "capacity"}
    assert set(made["acceptability"]["year"]) == {2011, 2012} == set(made["firmness"]["year"])
    quantiles = made["score_quantiles"]
    assert quantiles["low"].tolist() == quantiles["quarter"].tolist()


def test_the_default_that_is_written_gives_the_same_run_again(demo: Path, tmp_path: Path) -> None:
    first = uncertainty.measure(demo, draws=32, seed=3)
    uncertainty.write(first, tmp_path / "out")
    again = uncertainty.measure(demo, draws=32, seed=3, doubts_file=tmp_path / "out" / "doubts.toml")
    assert (first.doubtful.source, again.doubtful.source) == ("default", "doubts.toml")
    pd.testing.assert_frame_equal(first.tables["score_quantiles"], again.tables["score_quantiles"])


def test_what_cannot_be_run_is_said_before_it_is(demo: Path, tmp_path: Path) -> None:
    def refused(**options: object) -> str:
        with pytest.raises(BadSpec) as error:
            uncertainty.measure(demo, **{"draws": 4, "seed": 1, **options})  # type: ignore[arg-type]
        return str(error.value)

    assert refused(doubts_file=tmp_path / "no.toml") == (
        f"there is no file '{tmp_path / 'no.toml'}'. Give --doubts a TOML file with [[inputs]]."
    )
    empty = tmp_path / "empty.toml"
    empty.write_text("", "utf-8")
    assert refused(doubts_file=empty) == (
        "empty.toml names no uncertain input. Write [[inputs]], or leave --doubts out."
    )
    assert refused(draws=100_000_000) == (
        "100,000,000 runs of 2 places, 3 years and 3 nodes are 14 GB of scores. Give fewer --draws, or name "
        "fewer in uncertainty.nodes."
    )
    assert refused(level="ciy") == (
        "--level 'ciy': no place of that level has statistics. There is only province."
    )


def test_the_chart_shows_every_place_of_the_last_year_and_tells_homonyms_apart() -> None:
    rows = [
        ("i", code, year, rank, rank, 1.0, 3.0)
        for year in (2020, 2021)
        for code, rank in (("a", 2.0), ("b", 1.0))
    ]
    intervals = pd.DataFrame(rows, columns=["node", "place", "year", "nominal", "median", "low", "high"])
    places = pd.DataFrame({"place": ["a", "b"], "zh": ["苏州市", "宿州市"], "en": ["Suzhou", "Suzhou"]})
    zh, en = (rank_intervals(intervals, places, "i", lang) for lang in ("zh", "en"))
    (data,) = en["datasets"].values() if "datasets" in en else [en["layer"][0]["data"]["values"]]
    assert [row["name"] for row in data] == ["Suzhou b", "Suzhou a"]
    assert "苏州市" in json.dumps(zh, ensure_ascii=False)
    assert en["$schema"].startswith("https://vega.github.io/schema/vega-lite/")


def test_nothing_to_vary_is_said(demo_with: Callable[..., Path]) -> None:
    folder = demo_with()
    (folder / "index.toml").write_text(
        'root = "capacity"\nnodes = [{code = "capacity"}, {code = "spend", parent = "capacity"}]\n'
        '[normalise]\nmethod = "zscore"\n',
        "utf-8",
    )
    with pytest.raises(BadSpec) as error:
        uncertainty.measure(folder, draws=4, seed=1)
    assert str(error.value) == (
        "nothing of the index of demo can be varied by default: it has no weights to share and no second "
        "method. Write [[uncertainty.inputs]] in its specification."
    )
