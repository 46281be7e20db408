"""Contributions: exact for every mean, by hand, against brute force, with gaps."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
import xarray as xr

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.index.aggregate import median
from heban.measures.index.contributions import changes, contributions
from heban.measures.index.decomposition import divided
from heban.measures.index.pipeline import build
from tests.measures.index.small import panel, random_panel, spec, with_gaps

DEEP = {
    "index": "", "p": "index", "q": "index", "r": "q",
    "a": "p", "b": "p", "c": "q", "d": "r", "e": "r", "f": "index",
}  # fmt: skip
MEANS = ("arithmetic", "geometric", "harmonic", "power", "median", "owa", "mazziotta_pareto")
NORMALISED: dict[str, dict[str, Any]] = {
    "range": {"method": "minmax", "range": [70, 130]},
    "z": {"method": "zscore", "mean": 100.0, "sd": 10.0},
    "base": {"method": "fixed_base", "base_year": 2020},
}


def deep(method: str, normalised: str, *, gaps: float = 0.0, negative: str = "") -> Any:
    of: dict[str, dict[str, Any]] = {code: {"weight": 1 + number % 3} for number, code in enumerate(DEEP)}
    of["b"]["direction"] = -1
    if negative:
        of[negative]["direction"] = -1
    given = random_panel(4, places=7, years=4, codes="abcdef")
    # A value for every base, so that gaps leave fixed-base scores.
    some = (
        with_gaps(given, gaps).values.where(given.values["year"] > 2020, given.values)
        if gaps
        else given.values
    )
    plan = spec(DEEP, of, normalise=NORMALISED[normalised], aggregate={"method": method, "exponent": 2.0})
    return build(type(given)(some, given.catalogue), plan)


def largest(array: xr.DataArray) -> float:
    return float(np.abs(array).max())


# A penalty on ratios far from 100 leaves means below 0, which Mazziotta–Pareto refuses.
PAIRS = [(m, n) for m in MEANS for n in NORMALISED if (m, n) != ("mazziotta_pareto", "base")]


@pytest.mark.parametrize(("method", "normalised"), PAIRS)
@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("negative", ["", "q"])
def test_parts_sum_to_scores_and_changes(method: str, normalised: str, gaps: float, negative: str) -> None:
    made = deep(method, normalised, gaps=gaps, negative=negative)
    for node in ("index", "q", "p", "r", "a"):
        scores = made.scores.sel(node=node)
        for reference in (None, 50.0):
            parts = contributions(made, node, reference=reference).parts
            assert largest(parts.sum("indicator") - scores) <= 1e-12 * largest(scores)
            absent = made.scores.sel(node=list(parts.indexes["indicator"])).isnull()
            np.testing.assert_array_equal(parts.isnull(), absent | scores.isnull().to_numpy()[..., None])
        change = changes(made, 2020, 2023, node)
        total = scores.sel(year=2023) - scores.sel(year=2020)
        np.testing.assert_array_equal(change.total, total)
        assert largest(change.parts.sum("indicator") + change.composition - total) <= 1e-12 * largest(scores)
        if not gaps:
            assert (change.composition == 0).all()
            assert largest(change.parts.sum("indicator") - total) <= 1e-12 * largest(scores)


def test_arithmetic_parts_are_effective_weight_times_score() -> None:
    made = build(random_panel(), spec(of={"a": {"weight": 3}, "right": {"weight": 2}}))
    weights = made.effective_weights.sel(node=list("abcd")).to_numpy()
    by_hand = made.stages["normalised"] * weights
    for reference in (None, 7.0, -40.0):
        np.testing.assert_allclose(
            contributions(made, reference=reference).parts, by_hand, rtol=1e-12, atol=1e-12
        )
    change = changes(made, 2020, 2022).parts
    np.testing.assert_allclose(
        change, by_hand.sel(year=2022) - by_hand.sel(year=2020), rtol=1e-12, atol=1e-12
    )


def test_below_a_negative_aggregate_the_turned_score_contributes() -> None:
    made = build(random_panel(), spec(of={"right": {"direction": -1}}))
    parts = contributions(made).parts
    scores = made.stages["normalised"]
    np.testing.assert_allclose(parts.sel(indicator="a"), scores.sel(indicator="a") / 4, rtol=1e-12)
    np.testing.assert_allclose(parts.sel(indicator="c"), (100 - scores.sel(indicator="c")) / 4, atol=1e-12)


def test_geometric_change_is_the_log_mean_decomposition() -> None:
    tree = {"i": "", "x": "i", "y": "i"}
    given = panel([[[2.0, 5.0], [8.0, 5.0]]], "xy")
    plan = spec(
        tree, {"x": {"weight": 3}}, normalise={"method": "fixed_base", "base_year": 2020},
        aggregate={"method": "geometric"},
    )  # fmt: skip
    change = changes(build(given, plan), 2020, 2021)
    first, last = 100.0, 100.0 * 4**0.75
    log_mean = (last - first) / np.log(last / first)
    assert change.frame().loc["P0"].tolist() == pytest.approx(
        [log_mean * 0.75 * np.log(4), 0.0, 0.0, last - first], rel=1e-14
    )


def test_geometric_levels_in_logarithms() -> None:
    made = deep("geometric", "range", gaps=0.2)
    parts = contributions(made, logs=True).parts
    scores = made.scores.sel(node="index")
    assert largest(parts.sum("indicator") - np.log(scores)) < 1e-13
    complete = build(random_panel(), spec(normalise={"range": [1, 100]}, aggregate={"method": "geometric"}))
    np.testing.assert_allclose(
        contributions(complete, logs=True).parts,
        np.log(complete.stages["normalised"]) / 4,
        rtol=1e-13,
        atol=1e-14,
    )


def test_logarithms_of_what_is_not_geometric_are_refused() -> None:
    with pytest.raises(BadSpec) as caught:
        contributions(build(random_panel(), spec()), logs=True)
    assert str(caught.value) == (
        "logs: index is not geometric throughout, so its logarithm is no sum of indicators; leave logs out."
    )


def test_the_median_is_shared_out_by_shapley() -> None:
    tree = {"i": "", "x": "i", "y": "i", "z": "i"}
    given = random_panel(2, places=5, years=2, codes="xyz")
    made = build(given, spec(tree, aggregate={"method": "median"}))
    first, last = (made.stages["normalised"].sel(year=year).to_numpy() for year in (2020, 2021))
    brute = np.zeros(first.shape)
    orders = list(permutations(range(3)))
    for order in orders:
        state = first.copy()
        for child in order:
            before = median(state)
            state[:, child] = last[:, child]
            brute[:, child] += (median(state) - before) / len(orders)
    np.testing.assert_allclose(changes(made, 2020, 2021).parts, brute, rtol=1e-10, atol=1e-12)


def test_what_enters_or_leaves_between_two_years_is_composition() -> None:
    tree = {"i": "", "x": "i", "y": "i"}
    given = panel([[[0.0, 4.0], [1.0, np.nan]], [[2.0, 0.0], [2.0, 2.0]]], "xy")
    change = changes(build(given, spec(tree)), 2020, 2021)
    # P0: (0, 100) → 50, then (50, absent) → 50: x gives 50 − 0, the loss of y takes as much.
    assert change.frame().loc["P0"].tolist() == pytest.approx([50.0, np.nan, -50.0, 0.0], nan_ok=True)
    assert change.frame().loc["P1"].tolist() == [0.0, 25.0, 0.0, 25.0]


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        (
            {"aggregate": {"of": {"left": {"method": "copeland"}}}},
            "left is aggregated by copeland, which compares places and is no sum of indicators",
        ),
        (
            {"aggregate": {"of": {"index": {"method": "benefit_of_the_doubt"}}}},
            "index is aggregated by benefit_of_the_doubt, which compares places and is no sum of indicators",
        ),
        (
            {"aggregate": {"chain": True}, "normalise": {"method": "symmetric_growth", "base_year": 2020}},
            "chained growth is a product over years and is not a sum of indicators",
        ),
    ],
)
def test_what_cannot_be_taken_apart_says_why(steps: dict[str, Any], reason: str) -> None:
    made = build(random_panel(), spec(**steps))
    level, change = contributions(made), changes(made, 2020, 2022)
    assert level.reason == change.reason == reason
    assert level.parts.isnull().all() and change.parts.isnull().all() and change.composition.isnull().all()
    assert change.total.notnull().all()
    if "chain" not in steps["aggregate"]:
        assert contributions(made, "right").reason == ""


def test_many_children_are_too_many_for_shapley() -> None:
    codes = [f"x{number}" for number in range(13)]
    tree = {"i": "", **dict.fromkeys(codes, "i")}
    made = build(random_panel(codes=codes), spec(tree, aggregate={"method": "median"}))
    assert contributions(made).reason == "i has 13 children; median is taken apart for 12 at most"
    assert contributions(build(random_panel(codes=codes), spec(tree))).reason == ""


def test_frames_name_indicators_composition_and_total() -> None:
    made = build(random_panel(), spec())
    assert changes(made, 2020, 2021).frame().columns.tolist() == ["a", "b", "c", "d", "composition", "total"]
    frame = contributions(made, "left").frame()
    assert frame.columns.tolist() == ["a", "b"] and frame.index.names == ["place", "year"]
    with pytest.raises(UnknownName, match=r"^no year '1999' in the index\. Known: 2020, 2021, 2022\.$"):
        changes(made, 1999, 2021)
    with pytest.raises(UnknownName, match=r"^no node 'lefft' in the hierarchy\. Near names: left\.$"):
        contributions(made, "lefft")


@pytest.mark.parametrize("power", [-1.0, 0.0, 0.5, 1.0, 2.0, 3.0])
def test_divided_differences_are_exact_near_and_far(power: float) -> None:
    a = np.array([1.0, 2.0, 50.0, 1e-3])
    for step in (0.0, 1e-13, 1e-6, 0.5, 70.0):
        b = a + step
        slope = 1 / a if power == 0 else power * a ** (power - 1)
        chord = (np.log(b) - np.log(a) if power == 0 else b**power - a**power) / np.where(step, b - a, 1)
        right = slope if step < 1e-7 else chord
        np.testing.assert_allclose(divided(a, b, power), right, rtol=1e-8)
        np.testing.assert_array_equal(divided(a, b, power), divided(b, a, power))
