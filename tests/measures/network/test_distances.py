"""Distances, closeness and the paths of the whole: against the definition in fractions, and laws."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.network.closeness import closeness, harmonic
from heban.measures.network.distances import distances, hops, lengths, short_ties, shortest
from heban.measures.network.paths import average_path_length, diameter, giant, global_efficiency, isolates
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, flows_of, reversed_flows, scaled
from tests.measures.network.pathcases import (
    by_definition,
    networks,
    reordered,
    triangle_with_tail,
    with_stranger,
)


@settings(max_examples=80)
@given(networks(), st.booleans())
def test_distances_are_those_of_the_definition(flows: Flows, weighted: bool) -> None:
    right, _ = by_definition(flows.matrix(), weighted=weighted)
    found = distances(flows, weighted=weighted)
    np.testing.assert_allclose(found, right, rtol=1e-14)
    assert tuple(found.index) == tuple(found.columns) == flows.places


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_products_and_walks_count_the_same_ties(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    tied = np.random.default_rng(4).random((150, 150)) < share
    np.fill_diagonal(tied, False)
    as_chosen = hops(tied)
    ways = []
    for cost in (0, 10**6):
        monkeypatch.setattr(sys.modules[hops.__module__], "DENSE", cost)
        ways.append(hops(tied))
    assert np.array_equal(ways[0], ways[1])
    assert np.array_equal(ways[0], as_chosen)
    assert as_chosen[np.isfinite(as_chosen)].max() > 1


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_ties_left_out_are_on_no_shortest_path(seed: int, one_way: bool) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.geometric(0.1, (60, 60)) * (rng.random((60, 60)) < 0.5).astype(float)
    matrix = matrix if one_way else np.triu(matrix, 1) + np.triu(matrix, 1).T
    np.fill_diagonal(matrix, 0)
    few = short_ties(lengths(matrix))
    assert np.isfinite(few).sum() < (matrix > 0).sum()
    np.testing.assert_allclose(shortest(few), shortest(lengths(matrix)), rtol=1e-13)


def test_distances_by_hand() -> None:
    flows = triangle_with_tail()
    assert distances(flows).loc["a"].tolist() == [0, 1, 1, 2, np.inf]
    assert distances(flows, weighted=True).loc["a"].tolist() == [0, 1, 0.5, 1.5, np.inf]
    assert average_path_length(flows) == pytest.approx(8 / 6)
    assert average_path_length(flows, weighted=True) == pytest.approx((1 + 0.5 + 1.5 + 0.5 + 1.5 + 1) / 6)
    assert (diameter(flows), diameter(flows, weighted=True)) == (2, 1.5)
    assert global_efficiency(flows) == pytest.approx(2 * (4 + 2 * 0.5) / 20)
    assert isolates(flows) == ("e",)
    assert giant(flows).places == ("a", "b", "c", "d")
    assert len(giant(flows).frame) == 4


def test_closeness_by_hand() -> None:
    flows = triangle_with_tail()
    assert closeness(flows).to_list() == pytest.approx([9 / 16, 9 / 16, 9 / 12, 9 / 20, 0])
    assert closeness(flows, weighted=True)["a"] == pytest.approx(3 / 4 * 3 / 3)
    assert harmonic(flows).to_list() == pytest.approx([2.5, 2.5, 3, 2, 0])
    assert harmonic(flows, weighted=True, normalised=True)["a"] == pytest.approx((1 + 2 + 2 / 3) / 4)


def test_closeness_follows_directed_flows_out_or_in() -> None:
    flows = flows_of([("a", "b", 4.0), ("b", "c", 4.0)], tuple("abc"))
    assert closeness(flows).to_list() == pytest.approx([2 / 3, 1 / 2, 0])
    assert closeness(flows, along="in").to_list() == pytest.approx([0, 1 / 2, 2 / 3])
    assert harmonic(flows, along="in", weighted=True).to_list() == pytest.approx([0, 4, 6])
    with pytest.raises(BadSpec) as refusal:
        closeness(flows, along="both")  # type: ignore[arg-type]
    assert str(refusal.value) == "along is 'both' and takes 'out' or 'in'."


@settings(max_examples=60)
@given(networks(), st.booleans(), st.permutations(PLACES))
def test_closeness_knows_neither_order_nor_way_of_reading(
    flows: Flows, weighted: bool, order: list[str]
) -> None:
    for measure in (closeness, harmonic):
        found = measure(flows, weighted=weighted)
        turned = measure(reordered(flows, order), weighted=weighted).reindex(list(PLACES))
        np.testing.assert_allclose(turned, found, rtol=1e-12)
        back = measure(reversed_flows(flows), weighted=weighted, along="in")
        np.testing.assert_allclose(back, found, rtol=1e-12)


@settings(max_examples=60)
@given(networks(), st.sampled_from([0.1, 4.0, 1e6]))
def test_twice_the_flow_is_half_as_far(flows: Flows, factor: float) -> None:
    larger = scaled(flows, factor)
    for measure in (closeness, harmonic):
        same = measure(larger, weighted=True) / factor
        np.testing.assert_allclose(same, measure(flows, weighted=True), rtol=1e-12)
        pd.testing.assert_series_equal(measure(larger), measure(flows))
    np.testing.assert_allclose(
        diameter(larger, weighted=True) * factor, diameter(flows, weighted=True), rtol=1e-12
    )


@settings(max_examples=60)
@given(networks(), st.booleans())
def test_a_place_more_is_out_of_reach(flows: Flows, weighted: bool) -> None:
    more = with_stranger(flows)
    np.testing.assert_allclose(
        closeness(more, weighted=weighted).drop("z") * 6, closeness(flows, weighted=weighted) * 5, rtol=1e-12
    )
    np.testing.assert_allclose(
        harmonic(more, weighted=weighted).drop("z"), harmonic(flows, weighted=weighted), rtol=1e-12
    )
    ours, theirs = average_path_length(more, weighted=weighted), average_path_length(flows, weighted=weighted)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    efficiency = global_efficiency(more, weighted=weighted) * 42 / 30
    assert efficiency == pytest.approx(global_efficiency(flows, weighted=weighted), abs=1e-14)
    assert "z" in isolates(more)
    assert "z" not in giant(more).places


@settings(max_examples=60)
@given(networks())
def test_efficiency_is_the_mean_harmonic_closeness(flows: Flows) -> None:
    assert global_efficiency(flows) == pytest.approx(harmonic(flows, normalised=True).mean(), abs=1e-15)


def test_a_network_without_ties_has_no_paths() -> None:
    for places in ((), ("a",), ("a", "b")):
        flows = flows_of([], places)
        assert np.isnan(average_path_length(flows))
        assert np.isnan(diameter(flows, weighted=True))
        assert closeness(flows).to_list() == harmonic(flows, weighted=True).to_list() == [0.0] * len(places)
        assert isolates(flows) == places
        assert giant(flows).places == places[:1]
        assert distances(flows).shape == (len(places), len(places))
    assert global_efficiency(flows_of([], ("a", "b"))) == 0
    assert np.isnan(global_efficiency(flows_of([], ("a",))))
    assert np.isnan(harmonic(flows_of([], ("a",)), normalised=True)["a"])


def test_the_giant_of_strong_components_and_of_ties() -> None:
    flows = flows_of([("a", "b", 1.0), ("c", "d", 1.0), ("d", "c", 1.0), ("c", "c", 5.0), ("b", "e", 1.0)])
    assert giant(flows).places == ("a", "b", "e")
    assert giant(flows, "strong").places == ("c", "d")
    assert giant(flows, "strong").frame["value"].to_list() == [1.0, 1.0, 5.0]


def test_flows_of_unknown_value_have_no_length() -> None:
    flows = flows_of([("a", "b", float("nan"))])
    for measure in (distances, closeness, harmonic, average_path_length, diameter, global_efficiency):
        with pytest.raises(BadSpec, match=r"^flows between places without a value: 1 of 1"):
            measure(flows)
