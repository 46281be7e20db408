"""Laws that every index keeps, whatever the data: order, names, sign, unit, years, gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from heban.domain.errors import BadSpec
from heban.measures.index.contributions import changes, contributions
from heban.measures.index.pipeline import build
from heban.records.panel import Panel
from tests.measures.index.small import TREE, indicators, panel, spec

CODES = list("abcd")
FEW = settings(max_examples=25)

# Values apart enough that no rounding of a sum decides a rank, and above 0, so that every method takes them.
values = hnp.arrays(
    np.float64,
    st.tuples(st.integers(4, 7), st.integers(2, 3), st.just(4)),
    elements=st.integers(1, 400).map(float),
)
gaps = st.integers(0, 2**32 - 1).map(np.random.default_rng)
plans = st.sampled_from(
    [
        {},
        {"normalise": {"pool": "year"}},
        {"normalise": {"method": "zscore"}},
        {"normalise": {"method": "percentile"}},
        {"normalise": {"method": "rank", "pool": "year"}},
        {"normalise": {"method": "efficacy"}, "aggregate": {"method": "geometric"}},
        {"normalise": {"range": [1, 100]}, "aggregate": {"method": "harmonic"}},
        {"treat": {"steps": ["winsorise", "log_CT"], "winmax": 1}, "weigh": {"method": "equal"}},
        {"impute": {"method": "median"}, "aggregate": {"of": {"3": {"method": "copeland"}}}},
        {
            "impute": {"method": "linear", "outside": True},
            "aggregate": {"method": "median", "threshold": 0.5},
        },
    ]
)


def holed(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same values with some cells absent."""
    return np.where(rng.random(array.shape) < 0.15, np.nan, array)


def index(given_panel: Panel, plan: dict[str, Any], of: Any = None, tree: Any = TREE) -> xr.DataArray:
    return build(given_panel, spec(tree, of, **plan)).scores


def same(left: xr.DataArray, right: xr.DataArray, tolerance: float = 1e-9) -> None:
    np.testing.assert_allclose(
        left.to_numpy(), right.to_numpy(), rtol=tolerance, atol=tolerance, equal_nan=True
    )


@FEW
@given(values, gaps, plans, st.randoms(use_true_random=False))
def test_the_order_of_places_years_and_indicators_changes_nothing(
    array: np.ndarray, rng: np.random.Generator, plan: dict[str, Any], chance: Any
) -> None:
    whole = panel(holed(array, rng))
    order = {name: chance.sample(range(size), size) for name, size in whole.values.sizes.items()}
    mixed = Panel(whole.values.isel(order), whole.catalogue)
    nodes = dict(chance.sample(list(TREE.items()), len(TREE)))
    nodes = {"index": "", **nodes}
    first = index(whole, plan)
    second = index(mixed, plan, tree=nodes)
    same(first, second.sel(place=first["place"], year=first["year"], node=first["node"]))


@FEW
@given(values, gaps, plans)
def test_names_change_nothing(array: np.ndarray, rng: np.random.Generator, plan: dict[str, Any]) -> None:
    whole = panel(holed(array, rng))
    names = ["z-1", "甲", "m m", "0"]
    places = [f"城{99 - number}" for number in range(len(array))]
    renamed = Panel(whole.values.assign_coords(indicator=names, place=places), indicators(names))
    new = dict(zip(CODES, names, strict=True))
    tree = {new.get(code, code): parent for code, parent in TREE.items()}
    np.testing.assert_array_equal(index(whole, plan).to_numpy(), index(renamed, plan, tree=tree).to_numpy())


SIGNED = [
    {"method": "minmax"},
    {"method": "minmax", "pool": "year"},
    {"method": "zscore"},
    {"method": "rank"},
    {"method": "borda", "pool": "year"},
    {"method": "percentile"},
    {"method": "distance_to_maximum"},
    {"method": "distance_to_reference", "reference": "P1"},
    {"method": "distance_to_target"},
    {"method": "goalposts"},
    {"method": "efficacy"},
    {"method": "none"},
]


@pytest.mark.parametrize("normalise", SIGNED, ids=str)
@FEW
@given(array=values)
def test_more_of_a_thing_is_less_of_its_opposite(normalise: dict[str, Any], array: np.ndarray) -> None:
    # The reference is best in everything: distances to it have a scale.
    array[1] = 500.0
    limits = {"target": 900.0, "goalposts": [100.0, 300.0]}
    turned = {"target": -900.0, "goalposts": [-300.0, -100.0], "direction": -1}
    plus, minus = panel(array), panel(array * [1, 1, -1, 1])
    of = dict.fromkeys(CODES, limits)
    same(
        index(plus, {"normalise": normalise}, of),
        index(minus, {"normalise": normalise}, {**of, "c": turned}),
        1e-12,
    )


@pytest.mark.parametrize("method", ["share_of_maximum", "fixed_base", "symmetric_growth"])
def test_ratio_scales_refuse_negative_values(method: str) -> None:
    values_below_0 = panel(-np.ones((3, 2, 4)))
    with pytest.raises(BadSpec, match=r"negative values|needs a scale with a true zero"):
        index(values_below_0, {"normalise": {"method": method, "base_year": 2020}})


UNITS = [
    *SIGNED[:7],
    {"method": "share_of_maximum"},
    {"method": "fixed_base", "base_year": 2020},
    {"method": "symmetric_growth"},
]


@pytest.mark.parametrize("normalise", UNITS, ids=str)
@FEW
@given(array=values, factor=st.sampled_from([1e-6, 0.1, 10.0, 1e4, 1e9]))
def test_the_unit_of_an_indicator_changes_nothing(
    normalise: dict[str, Any], array: np.ndarray, factor: float
) -> None:
    plan = {"normalise": normalise, "treat": {"steps": ["winsorise", "log_CT"], "winmax": 1}}
    if normalise["method"] in ("fixed_base", "symmetric_growth", "share_of_maximum"):
        del plan["treat"]
    same(index(panel(array), plan), index(panel(array * [1, factor, 1, 1]), plan))


@FEW
@given(array=values, shift=st.integers(-500, 500))
def test_the_zero_of_an_interval_scale_changes_nothing(array: np.ndarray, shift: int) -> None:
    for method in ("minmax", "zscore", "percentile"):
        plan = {"normalise": {"method": method}, "treat": {"steps": ["winsorise"], "winmax": 2}}
        same(index(panel(array), plan), index(panel(array + np.array([0, shift, 0, 0])), plan))


@FEW
@given(array=values, level=st.integers(1, 400))
def test_a_constant_year_changes_no_other_year(array: np.ndarray, level: int) -> None:
    more = np.concatenate([array, np.full((len(array), 1, 4), float(level))], axis=1)
    for method in ("minmax", "zscore", "rank", "percentile"):
        plan = {"normalise": {"method": method, "pool": "year"}}
        first, second = index(panel(array), plan), index(panel(more), plan)
        np.testing.assert_array_equal(first, second.isel(year=slice(array.shape[1])))


@FEW
@given(array=values)
def test_with_a_base_year_later_years_change_no_score_of_the_past(array: np.ndarray) -> None:
    plan = {"normalise": {"pool": "base", "base_year": 2020}}
    more = np.concatenate([array, array[:, :1] * 3], axis=1)
    first, second = index(panel(array), plan), index(panel(more), plan)
    np.testing.assert_array_equal(first, second.isel(year=slice(array.shape[1])))


MEANS = [
    {"method": "arithmetic"},
    {"method": "geometric"},
    {"method": "harmonic"},
    {"method": "power", "exponent": 3.0},
    {"method": "power", "exponent": -2.0},
    {"method": "owa", "exponent": 1.5},
    {"method": "median"},
    {"method": "mazziotta_pareto"},
]


@pytest.mark.parametrize("mean", MEANS, ids=str)
@FEW
@given(array=values)
def test_defect_16_an_absent_child_is_one_that_is_not_there_for_every_mean(
    mean: dict[str, Any], array: np.ndarray
) -> None:
    plan = {"normalise": {"range": [70, 130], "pool": "panel"}, "aggregate": mean}
    without = array.copy()
    without[..., 0] = np.nan
    tree = {code: parent for code, parent in TREE.items() if code != "a"}
    of = {"b": {"weight": 2}, "c": {"weight": 3}}
    nodes = ["b", "c", "d", "left", "right", "index"]
    first = index(panel(without), plan, of).sel(node=nodes)
    second = index(panel(array), plan, of, tree).sel(node=nodes)
    same(first, second, 1e-12)


@pytest.mark.parametrize("mean", MEANS, ids=str)
@FEW
@given(array=values, rng=gaps)
def test_contributions_sum_to_scores_and_changes(
    mean: dict[str, Any], array: np.ndarray, rng: np.random.Generator
) -> None:
    made = build(panel(holed(array, rng)), spec(normalise={"range": [70, 130]}, aggregate=mean))
    scores = made.scores.sel(node="index")
    parts = contributions(made).parts
    np.testing.assert_allclose(parts.sum("indicator", min_count=1), scores, rtol=1e-12)
    change = changes(made, 2020, 2021)
    total = scores.sel(year=2021) - scores.sel(year=2020)
    found = (change.parts.sum("indicator") + change.composition).where(total.notnull())
    np.testing.assert_allclose(found, total, rtol=0, atol=1e-12 * 130)


@FEW
@given(values, gaps, plans)
def test_the_same_input_gives_the_same_bits(
    array: np.ndarray, rng: np.random.Generator, plan: dict[str, Any]
) -> None:
    whole = panel(holed(array, rng))
    np.testing.assert_array_equal(index(whole, plan).to_numpy(), index(whole, plan).to_numpy())
