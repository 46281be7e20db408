"""Defects of COINr that a pipeline can have, and the right behaviour."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heban.domain.errors import BadSpec
from heban.measures.index.pipeline import build
from heban.measures.index.result import sheets
from heban.records.panel import Panel
from tests.measures.index.small import indicators, panel, random_panel, spec

ONE = {"i": "", "x": "i"}


def scores(result: Any, node: str = "index") -> list[float]:
    return [float(one) for one in result.scores.sel(node=node).to_numpy().ravel()]


def test_defect_07_a_year_treated_otherwise_is_never_pooled_with_the_rest() -> None:
    rng = np.random.default_rng(5)
    calm, wild = rng.uniform(10, 20, (30, 1)), np.exp(rng.normal(size=(30, 1)) * 3)
    given = panel(np.stack([calm, wild], axis=1), "x")
    made = build(given, spec(ONE, treat={"steps": ["winsorise", "log_CT"]}))
    raw, made_scores = (made.stages[name].to_numpy().ravel() for name in ("raw", "normalised"))
    order = np.argsort(raw, kind="stable")
    assert (np.diff(made_scores[order]) >= 0).all()


def test_defect_10_no_treatment_is_none() -> None:
    given = panel(np.exp(np.arange(12.0))[:, None, None], "x")
    assert build(given, spec(ONE)).stages["treated"].equals(build(given, spec(ONE)).stages["raw"])
    made = build(given, spec(ONE, treat={"steps": "none"}))
    np.testing.assert_array_equal(made.stages["treated"], given.values)
    assert set(made.frame("history")["x"]) == {"raw"}


def test_defect_12_a_partial_setting_still_treats_columns_with_gaps() -> None:
    values = np.exp(np.arange(15.0))
    values[3] = np.nan
    plan = spec(ONE, treat={"steps": ["winsorise", "log_CT"], "of": {"x": {"winmax": 1}}})
    made = build(panel(values[:, None, None], "x"), plan)
    assert made.treatment().loc["x", ["what", "moved", "passed"]].tolist() == ["winsorised", 1, True]


def test_defect_13_a_parameter_that_cannot_be_stops_the_run() -> None:
    given = panel(np.array([-9.0, *np.arange(14) / 100])[:, None, None], "x")
    with pytest.raises(BadSpec, match=r"^log_gii needs a maximum above 1"):
        build(given, spec(ONE, treat={"steps": ["log_GII"]}))


def test_defect_21_goalposts_of_the_nodes_serve_a_panel() -> None:
    given = panel([[[20.0], [50.0]], [[80.0], [90.0]]], "x")
    made = build(
        given, spec(ONE, {"x": {"direction": -1, "goalposts": [20, 80]}}, normalise={"method": "goalposts"})
    )
    assert scores(made, "i") == [100.0, 50.0, 0.0, 0.0]


def test_defect_22_effective_weights_are_those_that_were_used() -> None:
    given = random_panel(places=30, years=1)
    made = build(given, spec(of={"a": {"weight": 9}}, weigh={"method": "equal"}))
    assert made.effective_weights.sel(node=list("abcd")).to_numpy() == pytest.approx([0.25] * 4)
    read = build(given, spec(weigh={"method": "entropy"}))
    eff = read.effective_weights
    used = read.weights
    assert float(eff.sel(node="a")) == pytest.approx(float(used.sel(node="a") * used.sel(node="left")))


def test_defect_26_one_place_and_one_year_keep_their_shape() -> None:
    given = panel([[[10.0, 2.0]]], ["x", "pop"])
    made = build(given, spec(ONE, {"x": {"denominator": "pop"}}, normalise={"method": "none"}))
    assert made.scores.shape == (1, 1, 2)
    assert scores(made, "i") == [5.0]


def test_defect_29_nothing_is_rounded() -> None:
    given = random_panel()
    made = build(given, spec())
    by_hand = made.stages["normalised"].to_numpy().reshape(8, 3, 2, 2).mean(axis=-1).mean(axis=-1)
    np.testing.assert_allclose(made.scores.sel(node="index"), by_hand, rtol=1e-15)
    assert (
        sheets(made)["scores"]["index"].to_numpy().tolist()
        == made.scores.sel(node="index").to_numpy().ravel().tolist()
    )


def test_defect_08_codes_of_any_kind_are_unharmed() -> None:
    codes = ["a-b", "c d", "1", "指标"]
    given = random_panel()
    named = Panel(
        given.values.assign_coords(indicator=codes, place=[f"P-{n}" for n in range(8)]), indicators(codes)
    )
    tree = {
        "index": "",
        "left": "index",
        "right": "index",
        **dict(zip(codes, ["left", "left", "right", "right"], strict=True)),
    }
    np.testing.assert_array_equal(build(named, spec(tree)).scores, build(given, spec()).scores)
