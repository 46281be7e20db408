"""Uncertainty and sensitivity on COINr's ASEM example, with the inputs of its vignette.

Source of the data: ../shared/golden/coinr (51 places × 49 indicators; European Commission JRC, ASEM
Sustainable Connectivity portal; COINr 1.1.14). COINr's own runs depend on R's random numbers and are not
among the files: every draw is compared with an index built with its settings, and the nominal
index with COINr's.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.index import asem, vignette
from heban.measures import uncertainty as doubt
from heban.measures.index.pipeline import build
from heban.measures.index.spec import IndexSpec, from_dict
from heban.measures.index.tables import Groups
from heban.measures.uncertainty.plan import said
from heban.records.panel import Panel

Asem = tuple[Panel, IndexSpec, Groups]


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "golden" / "coinr"


@pytest.fixture(scope="module")
def example(folder: Path) -> Asem:
    return asem(folder)


@pytest.fixture(scope="module")
def exact(example: Asem) -> doubt.Sensitivity:
    """Every one of the 5 · 2 · 100 · 2 combinations."""
    panel, spec, groups = example
    return doubt.exact_sensitivity(panel, spec, vignette(sets=100), np.random.default_rng(1), groups=groups)


def test_coinr_the_nominal_scores_and_ranks_of_a_run_are_those_of_coinr(example: Asem, folder: Path) -> None:
    panel, spec, groups = example
    made = doubt.run(panel, spec, vignette(), 8, np.random.default_rng(0), groups=groups)
    scores = pd.read_csv(folder / "07_Aggregated.csv").set_index("uCode")
    assert made.places == scores.index.tolist()
    nominal = made.nominal.to_numpy()[:, 0]
    np.testing.assert_allclose(nominal, scores[made.nodes].to_numpy(), rtol=1e-12)
    ranks = pd.read_csv(folder / "08_Results_agg_ranks.csv").set_index("uCode").loc[made.places]
    for node in made.nodes:
        assert made.nominal_rank(node)[:, 0].tolist() == ranks[node].tolist()


def test_coinr_every_draw_is_the_index_built_with_its_settings(example: Asem) -> None:
    panel, spec, groups = example
    made = doubt.run(panel, spec, vignette(), 60, np.random.default_rng(2), design="latin", groups=groups)
    assert len(made.failed) == 0
    document = spec.model_dump(exclude_unset=True)
    scales = {said(value): value for value in vignette()[1].values}
    for draw, row in made.parameters.iterrows():
        weights = made.weights.sel(draw=draw).to_series()
        nodes = [{**node, "weight": float(weights[node["code"]])} for node in document["nodes"]]
        of_draw = from_dict(document | {
            "nodes": nodes,
            "treat": document["treat"] | {"winmax": int(row["treat.winmax"])},
            "normalise": scales[row["normalise"]],
            "aggregate": {"method": row["aggregate.method"]},
        })  # fmt: skip
        expected = build(panel, of_draw, groups=groups).scores.sel(node=made.nodes).to_numpy()
        np.testing.assert_allclose(made.scores.sel(draw=draw).to_numpy(), expected, rtol=1e-12)


def test_coinr_weight_noise_moves_levels_2_and_3_only(example: Asem) -> None:
    panel, spec, groups = example
    made = doubt.run(panel, spec, vignette(), 400, np.random.default_rng(0), groups=groups)
    weights = made.weights.to_pandas()
    leaves = [node.code for node in spec.nodes if node.code in panel.indicators]
    assert (weights[[*leaves, "Index"]] == 1).all(axis=None)
    moved = weights.drop(columns=[*leaves, "Index"])
    assert moved.shape[1] == 10
    assert moved.min(axis=None) >= 0.75 and moved.max(axis=None) <= 1.25
    assert moved.std().min() > 0.12


def test_defect_18_coinr_estimates_of_100_rows_are_near_the_exact_indices(
    example: Asem, exact: doubt.Sensitivity
) -> None:
    """COINr's estimator is off by 0.10–0.31 (root mean square) here; centred it is by less than 0.12."""
    panel, spec, groups = example
    truth = doubt.index_table(exact).loc["all", ["first", "total"]].to_numpy()
    errors = []
    for seed in range(20):
        made = doubt.sensitivity(panel, spec, vignette(sets=100), 100, np.random.default_rng(seed),
                                 design="monte_carlo", groups=groups)  # fmt: skip
        errors.append(doubt.index_table(made).loc["all", ["first", "total"]].to_numpy() - truth)
    off = np.sqrt((np.array(errors) ** 2).mean(axis=0))
    assert off[:, 0].max() < 0.12 and off[:, 1].max() < 0.12


def test_coinr_exact_indices_of_the_vignette(exact: doubt.Sensitivity) -> None:
    assert exact.runs.draws == 2000
    assert len(exact.runs.failed) == 0
    table = doubt.index_table(exact).loc["all"]
    assert (table["first"] <= table["total"]).all()
    assert table["first"].sum() < 1 < table["total"].sum()
    # The mean is the choice that matters most for ranks; the sets of weights differ between seeds.
    assert table["total"].idxmax() == "aggregate.method"
    steps = exact.runs.steps["step"].value_counts()
    assert steps["treat"] == 5 and steps["normalise"] == 10


def test_coinr_the_first_place_is_first_in_most_draws(exact: doubt.Sensitivity) -> None:
    shares = doubt.acceptability_table(exact.runs, 2018)
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1.0)
    nominal = exact.runs.nominal_rank()[:, 0]
    first = exact.runs.places[int(nominal.argmin())]
    assert shares[1].idxmax() == first
    table = doubt.rank_table(exact.runs)
    assert (table["low"] <= table["nominal"]).mean() > 0.9
