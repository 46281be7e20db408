"""The pipeline: steps in order, settings by indicator, groups, screening, weights, methods."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from heban.domain.errors import BadSpec
from heban.measures.index.pipeline import build
from heban.measures.index.result import STAGES
from heban.records.panel import Panel
from tests.measures.index.small import panel, random_panel, spec, with_gaps

ONE = {"i": "", "x": "i"}


def column(values: list[float], **at: Any) -> Panel:
    """One indicator, one year."""
    return panel(np.array(values)[:, None, None], "x", **at)


def scores(result: Any, node: str = "index") -> list[float]:
    return [float(one) for one in result.scores.sel(node=node).to_numpy().ravel()]


def test_by_hand_two_levels_with_weights_and_a_direction() -> None:
    given = panel([[[0, 2, 1, 1]], [[5, 4, 3, 1]], [[10, 6, 2, 2]]])
    plan = spec(of={"a": {"weight": 3}, "c": {"direction": -1}, "right": {"weight": 3}})
    made = build(given, plan)
    assert scores(made, "left") == [0.0, 50.0, 100.0]
    assert scores(made, "c") == [100.0, 0.0, 50.0]
    assert scores(made, "right") == [50.0, 0.0, 75.0]
    assert scores(made) == [37.5, 12.5, 81.25]
    assert made.ranks.sel(node="index", year=2020).to_numpy().tolist() == [2.0, 3.0, 1.0]
    assert made.effective_weights.sel(node=["a", "b", "c"]).to_numpy().tolist() == [0.1875, 0.0625, 0.375]


def test_every_stage_is_there_and_untouched_ones_are_the_same() -> None:
    given = random_panel()
    made = build(given, spec())
    assert tuple(made.stages) == STAGES
    for name in ("raw", "denominated", "imputed", "screened", "treated"):
        np.testing.assert_array_equal(made.stages[name], given.values)
    assert made.stages["normalised"].dims == ("place", "year", "indicator")
    assert made.scores.dims == ("place", "year", "node")


def test_the_panel_is_never_changed() -> None:
    given = with_gaps(random_panel())
    before = given.values.copy(deep=True)
    build(given, spec(impute={"method": "mean"}, treat={"steps": ["winsorise", "log_CT"]}))
    xr.testing.assert_identical(given.values, before)


def test_denominators_are_taken_from_the_panel_and_zeros_are_said() -> None:
    given = panel([[[10.0, 2.0]], [[9.0, 0.0]], [[8.0, np.nan]], [[4.0, 4.0]]], ["x", "pop"])
    made = build(given, spec(ONE, {"x": {"denominator": "pop"}}, denominate={"scale": 100}))
    np.testing.assert_array_equal(
        made.stages["denominated"].to_numpy().ravel(), [500.0, np.nan, np.nan, 100.0]
    )
    assert made.notes == (
        "x: 1 known value is lost where pop is zero.",
        "x: 1 known value is lost where pop is absent.",
    )
    assert made.frame("history", 2020)["x"].tolist() == [
        "raw / pop", "absent: no pop", "absent: no pop", "raw / pop",
    ]  # fmt: skip


def test_groups_come_by_name_or_from_the_panel() -> None:
    given = column([1.0, 3.0, np.nan, 10.0])
    plan = spec(ONE, impute={"method": "group_mean", "group": "coast"})
    by_place = {"coast": {"P0": "yes", "P1": "yes", "P2": "yes", "P3": "no"}}
    made = build(given, plan, groups=by_place)
    assert made.frame("imputed")["x"].tolist() == [1.0, 3.0, 2.0, 10.0]
    own = Panel(given.values.assign_coords(coast=("place", ["no", "yes", "yes", "yes"])), given.catalogue)
    assert build(own, plan).frame("imputed")["x"].tolist() == [1.0, 3.0, 6.5, 10.0]
    assert made.frame("history")["x"].tolist() == ["raw", "raw", "group_mean", "raw"]


def test_a_place_without_a_group_is_not_filled() -> None:
    plan = spec(ONE, impute={"method": "group_mean", "group": "coast"})
    made = build(column([1.0, 3.0, np.nan]), plan, groups={"coast": {"P0": "a", "P1": "a", "P2": None}})
    assert np.isnan(made.frame("imputed")["x"].iloc[2])


def test_settings_by_indicator_keep_the_others() -> None:
    given = with_gaps(random_panel(places=20, years=4), 0.1)
    plan = spec(
        impute={"method": "mean", "of": {"b": {"method": "linear"}, "c": {"method": "none"}}},
        treat={"steps": ["winsorise"], "winmax": 1, "of": {"b": {"steps": "none"}, "c": {"winmax": 3}}},
        normalise={"range": [0, 1], "of": {"d": {"method": "zscore", "mean": 5.0}}},
    )
    made = build(given, plan)
    for code, alone in (
        ("a", {"impute": {"method": "mean"}, "treat": {"steps": ["winsorise"], "winmax": 1},
               "normalise": {"range": [0, 1]}}),
        ("b", {"impute": {"method": "linear"}, "normalise": {"range": [0, 1]}}),
        ("c", {"treat": {"steps": ["winsorise"], "winmax": 3}, "normalise": {"range": [0, 1]}}),
        ("d", {"impute": {"method": "mean"}, "treat": {"steps": ["winsorise"], "winmax": 1},
               "normalise": {"method": "zscore", "mean": 5.0}}),
    ):  # fmt: skip
        single = build(
            Panel(given.values.sel(indicator=[code]), given.catalogue), spec({"i": "", code: "i"}, **alone)
        )
        for stage in ("imputed", "treated", "normalised"):
            np.testing.assert_array_equal(
                single.stages[stage][..., 0], made.stages[stage].sel(indicator=code)
            )
        assert single.treatment().loc[code].equals(made.treatment().loc[code])


def test_imputation_from_other_indicators_sees_them_all() -> None:
    given = with_gaps(random_panel(places=30), 0.1)
    whole = build(given, spec(impute={"method": "em"}))
    part = build(given, spec(impute={"method": "none", "of": {"a": {"method": "em"}}}))
    np.testing.assert_array_equal(
        whole.stages["imputed"].sel(indicator="a"), part.stages["imputed"].sel(indicator="a")
    )
    assert part.stages["imputed"].sel(indicator="b").isnull().any()


@pytest.mark.parametrize(
    "method", ["row_mean", "regression", "em", "neighbours", "median", "latest", "carried"]
)
def test_every_imputation_marks_what_it_filled(method: str) -> None:
    given = with_gaps(random_panel(places=20, years=4), 0.1)
    made = build(given, spec(impute={"method": method}))
    filled = given.values.isnull() & made.stages["imputed"].notnull()
    assert filled.any()
    word = {"em": "iterative"}.get(method, method)
    assert ((made.history == word) == filled).all()


def test_places_that_are_screened_out_are_named_with_the_reason() -> None:
    given = panel([[[1.0, 1.0]], [[2.0, np.nan]], [[3.0, 0.0]], [[4.0, 5.0]]], "xy")
    tree = {"i": "", "x": "i", "y": "i"}
    made = build(given, spec(tree, screen={"rule": "missing", "least_available": 0.9, "forced_out": ["P3"]}))
    assert made.places == ["P0", "P2"]
    assert made.left_out == {
        "P1": "50.0% of its cells are known and 100.0% of these not zero",
        "P3": "forced out",
    }
    assert made.stages["imputed"].sizes["place"] == 4 and made.stages["screened"].sizes["place"] == 2
    assert made.screening()["kept"].tolist() == [True, False, True, False]
    kept = build(given, spec(tree, screen={"rule": "missing", "least_available": 0.9, "forced_in": ["P1"]}))
    assert kept.places == ["P0", "P1", "P2", "P3"]


def test_an_index_of_no_place_is_refused() -> None:
    with pytest.raises(BadSpec) as caught:
        build(with_gaps(random_panel(), 0.6), spec(screen={"rule": "missing", "least_available": 1}))
    assert str(caught.value) == (
        "screen.rule = 'missing': no place passes it. Lower least_available or least_nonzero, or impute "
        "first."
    )


# Weights and aggregation by node and level


def test_methods_differ_by_level_and_by_node() -> None:
    given = random_panel()
    plan = spec(
        normalise={"range": [1, 100]},
        aggregate={
            "method": "geometric",
            "of": {"right": {"method": "harmonic"}, "3": {"method": "arithmetic"}},
        },
    )
    made = build(given, plan).scores
    left = np.sqrt(made.sel(node="a") * made.sel(node="b"))
    right = 2 / (1 / made.sel(node="c") + 1 / made.sel(node="d"))
    np.testing.assert_allclose(made.sel(node="left"), left, rtol=1e-13)
    np.testing.assert_allclose(made.sel(node="right"), right, rtol=1e-13)
    np.testing.assert_allclose(made.sel(node="index"), (left + right) / 2, rtol=1e-13)


@pytest.mark.parametrize(
    "method", ["median", "owa", "power", "copeland", "benefit_of_the_doubt", "mazziotta_pareto"]
)
def test_every_method_of_aggregation_can_be_asked_for(method: str) -> None:
    plan = spec(normalise={"range": [70, 130]}, aggregate={"of": {"2": {"method": method, "exponent": 2.0}}})
    assert build(random_panel(), plan).scores.notnull().all()


def test_a_threshold_leaves_a_node_without_a_score() -> None:
    given = panel([[[0, 2, 1, 1]], [[5, np.nan, 3, 1]], [[10, 6, 2, 2]]])
    made = build(given, spec(aggregate={"of": {"2": {"threshold": 0.6}}}))
    assert np.isnan(made.scores.sel(place="P1", node="left"))
    assert float(made.scores.sel(place="P1", node="index").item()) == float(
        made.scores.sel(place="P1", node="right").item()
    )


@pytest.mark.parametrize("method", ["equal", "entropy", "critic", "optimised"])
def test_weights_from_the_data_are_those_used(method: str) -> None:
    given = random_panel(places=30, years=1)
    made = build(given, spec(weigh={"method": method}))
    weights = made.weights.sel(node=["a", "b"]).to_numpy()
    assert weights.sum() == pytest.approx(1)
    mean = made.scores.sel(node=["a", "b"]).to_numpy() @ weights
    np.testing.assert_allclose(made.scores.sel(node="left"), mean, rtol=1e-12)


def test_expert_weights_go_by_name() -> None:
    judgements = [[1, 3], [1 / 3, 1]]
    plan = spec(
        weigh={
            "of": {
                "left": {"method": "ahp", "children": ["b", "a"], "judgements": judgements},
                "right": {"method": "budget", "children": ["c", "d"], "points": [[60, 40], [80, 20]]},
            }
        }
    )
    made = build(random_panel(), plan)
    assert made.weights.sel(node=["a", "b", "c", "d"]).to_numpy() == pytest.approx([0.25, 0.75, 0.7, 0.3])


def test_a_weight_or_a_mean_that_cannot_be_names_its_node() -> None:
    with pytest.raises(BadSpec) as caught:
        build(random_panel(), spec(aggregate={"of": {"left": {"method": "geometric"}}}))
    assert str(caught.value).startswith(
        "aggregate, left (a, b): the geometric mean takes scores above 0; 2 are not"
    )
    flat = panel(np.ones((5, 1, 4)) * np.arange(1, 6)[:, None, None] * [1, -1, 1, 1])
    with pytest.raises(BadSpec, match=r"^weigh, left \(a, b\): the first component"):
        build(flat, spec(weigh={"of": {"left": {"method": "pca"}}}))
