"""Betweenness against its definition in fractions, laws, and lengths that rounding would part or merge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.network.betweenness import betweenness, through
from heban.measures.network.distances import distances, fronts
from heban.measures.network.exactpaths import exact_dependency
from heban.measures.network.geodesics import doubtful, geodesics, steps, whole_numbers
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, flows_of, of_matrix, reversed_flows, scaled
from tests.measures.network.pathcases import by_definition, networks, reordered, with_stranger


def mixed(values: list[float], size: int, share: float, seed: int, *, one_way: bool = False) -> np.ndarray:
    rng = np.random.default_rng(seed)
    drawn = rng.choice(values, (size, size)) * (rng.random((size, size)) < share)
    above = np.triu(drawn, 1)
    np.fill_diagonal(drawn, 0)
    return drawn if one_way else above + above.T


@settings(max_examples=80)
@given(networks(), st.booleans())
def test_betweenness_is_that_of_the_definition(flows: Flows, weighted: bool) -> None:
    _, right = by_definition(flows.matrix(), weighted=weighted)
    found = betweenness(flows, weighted=weighted, normalised=False)
    np.testing.assert_allclose(found, right if flows.directed else right / 2, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(betweenness(flows, weighted=weighted), right / 20, rtol=1e-12, atol=1e-12)


@settings(max_examples=40)
@given(networks((1.0, 3.0, 7e5, 2.5e8, 1e15, 1e17)))
def test_whole_flows_of_any_range_have_exact_lengths(flows: Flows) -> None:
    _, right = by_definition(flows.matrix(), weighted=True)
    np.testing.assert_allclose(through(flows.matrix(), weighted=True), right, rtol=1e-12, atol=1e-12)


def test_fractional_flows_of_any_range_have_exact_lengths() -> None:
    rows = [("a", "b", 1 / 3), ("b", "c", 1e18), ("c", "d", 1e18 / 7), ("b", "e", 5e17), ("e", "c", 2e18)]
    matrix = flows_of(rows, tuple("abcde"), directed=False).matrix()
    assert not geodesics(matrix).parted
    _, right = by_definition(matrix, weighted=True)
    assert through(matrix, weighted=True).tolist() == right.tolist()
    assert right.tolist() == [0, 6, 10, 0, 0]


@pytest.mark.parametrize("one_way", [False, True])
@pytest.mark.parametrize(("share", "seed"), [(0.1, 1), (0.3, 2), (0.8, 3)])
@pytest.mark.parametrize(
    "values", [[1.0], [1.0, 2.0, 3.0, 6.0], list(np.arange(1.0, 41.0)), [0.25, 0.5, 1.5]]
)
def test_sparse_and_dense_networks_agree_with_the_definition(
    values: list[float], share: float, seed: int, one_way: bool
) -> None:
    matrix = mixed(values, 18, share, seed, one_way=one_way)
    for weighted in (False, True):
        _, right = by_definition(matrix, weighted=weighted)
        np.testing.assert_allclose(through(matrix, weighted=weighted), right, rtol=1e-12, atol=1e-12)


def test_a_long_chain_and_a_dense_network_take_different_ways() -> None:
    chain = np.eye(60, k=1) + np.eye(60, k=-1)
    assert fronts(chain, slice(0, 1)) is None
    position = np.arange(60)
    assert through(chain, weighted=False).tolist() == (2.0 * position * (59 - position)).tolist()
    whole = 1 - np.eye(60)
    assert len(fronts(whole, slice(0, 1)) or []) == 2
    assert not through(whole, weighted=False).any()


def test_lengths_that_rounding_parts_are_equal() -> None:
    ways = [(2.0, 3.0, 6.0), (6.0, 2.0, 3.0), (3.0, 6.0, 2.0)]
    sums = {1 / a + 1 / b + 1 / c for a, b, c in ways}
    assert len(sums) > 1, "floating point does not part these"
    rows = []
    for number, way in enumerate(ways):
        stops = ["s", f"u{number}", f"v{number}", "t"]
        rows += list(zip(stops, stops[1:], way, strict=False))
    places = ("s", "t", *(f"{kind}{number}" for number in range(3) for kind in "uv"))
    found = betweenness(flows_of(rows, places), weighted=True, normalised=False)
    # each way carries a third of s→t, and each stop the one pair before or after it
    assert found.drop(["s", "t"]).to_list() == pytest.approx([4 / 3] * 6, rel=1e-14)


def test_lengths_that_rounding_merges_are_different() -> None:
    large = 1e8
    rows = [("s", "b", large), ("b", "t", large), ("s", "c", large - 1), ("c", "t", large + 1)]
    assert abs(1 / (large - 1) + 1 / (large + 1) - 2 / large) < 1e-15 * 2 / large
    flows = flows_of(rows, tuple("sbct"))
    net = geodesics(flows.matrix())
    block = slice(0, 4)
    assert doubtful(net, block, *steps(net, block)).tolist() == [0]
    assert betweenness(flows, weighted=True, normalised=False).to_dict() == {"s": 0, "b": 1, "c": 0, "t": 0}


def test_the_exact_way_is_the_quick_way_and_not_needed_for_equal_lengths() -> None:
    matrix, block = mixed(list(np.arange(1.0, 13.0)), 40, 0.4, seed=5), slice(0, 40)
    net = geodesics(matrix)
    source, tie = steps(net, block)
    assert len(source) > 40 * 39 + 20  # some places are reached by several ties
    assert not doubtful(net, block, source, tie).size
    one = exact_dependency(net)
    right = sum(one(source) for source in range(40))
    np.testing.assert_allclose(through(matrix, weighted=True), right, rtol=1e-12, atol=1e-12)


def test_more_paths_than_floating_point_counts() -> None:
    layers, size = 650, 1950
    matrix = np.kron(np.eye(layers, k=1), np.ones((3, 3)))  # 3⁶⁴⁹ paths from the first layer to the last
    position = np.arange(size) // 3
    right = 3.0 * position * (layers - 1 - position)
    np.testing.assert_allclose(through(matrix, weighted=False), right, rtol=1e-9)


def test_fractional_counts_are_equal_within_their_rounding() -> None:
    third = 1 / 3
    other = 1 / 2 + 1 / 3 + 1 / 4 - 3 / 4
    assert other != third
    rows = [("a", "b", third), ("b", "d", third), ("a", "c", other), ("c", "d", third)]
    found = betweenness(flows_of(rows, tuple("abcd")), weighted=True, normalised=False)
    assert found[["b", "c"]].to_list() == [0.5, 0.5]


@settings(max_examples=60)
@given(networks(), st.permutations(PLACES), st.booleans())
def test_the_order_of_places_does_not_matter(flows: Flows, order: list[str], weighted: bool) -> None:
    turned = betweenness(reordered(flows, order), weighted=weighted).reindex(list(PLACES))
    np.testing.assert_allclose(turned, betweenness(flows, weighted=weighted), rtol=1e-12, atol=1e-13)


@settings(max_examples=60)
@given(networks(), st.sampled_from([0.1, 0.5, 3.0, 1 / 3, 1e6, 1e-7]))
def test_the_unit_of_flows_does_not_matter(flows: Flows, factor: float) -> None:
    same = betweenness(scaled(flows, factor), weighted=True)
    np.testing.assert_allclose(same, betweenness(flows, weighted=True), rtol=1e-12, atol=1e-13)


@settings(max_examples=60)
@given(networks(), st.booleans())
def test_a_place_more_changes_the_pairs_and_no_path(flows: Flows, weighted: bool) -> None:
    more = with_stranger(flows)
    assert betweenness(more, weighted=weighted)["z"] == 0
    same = betweenness(more, weighted=weighted, normalised=False).drop("z")
    np.testing.assert_allclose(same, betweenness(flows, weighted=weighted, normalised=False), atol=1e-13)
    larger, smaller = (
        betweenness(more, weighted=weighted).drop("z") * 30,
        betweenness(flows, weighted=weighted),
    )
    np.testing.assert_allclose(larger, smaller * 20, rtol=1e-12, atol=1e-12)


@settings(max_examples=60)
@given(networks(), st.booleans())
def test_backward_flows_have_the_same_betweenness(flows: Flows, weighted: bool) -> None:
    back = betweenness(reversed_flows(flows), weighted=weighted)
    np.testing.assert_allclose(back, betweenness(flows, weighted=weighted), rtol=1e-12, atol=1e-13)


@settings(max_examples=60)
@given(networks())
def test_the_sum_counts_the_stops_of_all_paths(flows: Flows) -> None:
    distance = distances(flows).to_numpy()
    stops = distance[np.isfinite(distance) & (distance > 0)] - 1
    assert through(flows.matrix(), weighted=False).sum() == pytest.approx(stops.sum(), abs=1e-9)


@pytest.mark.parametrize("places", [(), ("a",), ("a", "b")])
def test_without_pairs_of_others_there_is_no_share(places: tuple[str, ...]) -> None:
    flows = flows_of([("a", "b", 1.0)] if len(places) == 2 else [], places)
    for weighted in (False, True):
        assert betweenness(flows, weighted=weighted).isna().all()
        assert betweenness(flows, weighted=weighted, normalised=False).to_list() == [0.0] * len(places)


def test_a_star_runs_through_its_centre() -> None:
    star = np.zeros((6, 6))
    star[0, 1:] = [5, 1, 2, 3, 0]
    found = betweenness(of_matrix(star, directed=False), weighted=True)
    assert found.to_list() == pytest.approx([12 / 20, 0, 0, 0, 0, 0], abs=1e-15)


def test_flows_of_unknown_value_are_refused() -> None:
    with pytest.raises(BadSpec) as refusal:
        betweenness(flows_of([("a", "b", float("nan")), ("b", "c", 1.0)]))
    assert str(refusal.value) == (
        "flows between places without a value: 1 of 2, the first from a to b in 2020; absence is not zero "
        "(§1). Find the values, or leave those rows out and say so."
    )


def test_decimal_flows_are_whole_in_a_smaller_unit() -> None:
    assert whole_numbers(np.array([0.1 + 0.2, 0.05])) is not None
    assert whole_numbers(np.array([0.1 + 0.2, 0.05])).tolist() == [30.0, 5.0]
    assert whole_numbers(np.array([2.0**60, 1.0])) is not None
    assert whole_numbers(np.array([2.0**60, 0.5])) is None
    assert whole_numbers(np.array([1.0, 1 / 7])) is None
    assert whole_numbers(np.array([1e-8])) is None
