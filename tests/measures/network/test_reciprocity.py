"""Reciprocity, exchange and hierarchy: by hand, against brute force, and their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.network import density, taking_part, ties
from heban.measures.network.exchange import coverage, exchange, largest_outflow, within
from heban.measures.network.hierarchy import component_count, components, flow_hierarchy
from heban.measures.network.reciprocity import (
    excess_reciprocity,
    reciprocated,
    reciprocity,
    weighted_reciprocity,
)
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, Row, counted, flows_of, of_matrix, reversed_flows, scaled

ROWS: list[Row] = [("a", "b", 4), ("b", "a", 1), ("b", "c", 5), ("c", "d", 2), ("a", "a", 7)]
orders = st.permutations(PLACES)


def test_reciprocity_by_hand() -> None:
    flows = flows_of(ROWS)
    assert reciprocity(flows) == 2 / 4
    assert weighted_reciprocity(flows) == 2 / 12
    assert excess_reciprocity(flows) == pytest.approx((0.5 - 4 / 30) / (1 - 4 / 30))
    assert reciprocated(flows).loc["b"].tolist() == [1.0, 5.0, 3.0, 0.2]


def test_no_flow_has_no_reciprocity_and_no_hierarchy() -> None:
    empty = flows_of([("a", "a", 3)])
    for measure in (reciprocity, weighted_reciprocity, excess_reciprocity, flow_hierarchy):
        assert np.isnan(measure(empty)), measure
    assert exchange(empty)["balance"].isna().all()
    assert len(largest_outflow(empty)) == 0


def test_a_full_network_has_no_excess_reciprocity() -> None:
    assert np.isnan(excess_reciprocity(of_matrix(np.ones((3, 3)) - np.eye(3))))


@pytest.mark.parametrize(
    ("measure", "name"),
    [
        (reciprocity, "reciprocity"),
        (weighted_reciprocity, "weighted reciprocity"),
        (exchange, "exchange"),
        (flow_hierarchy, "flow hierarchy"),
    ],
)
def test_undirected_flows_are_refused(measure: object, name: str) -> None:
    with pytest.raises(BadSpec) as refused:
        measure(flows_of(ROWS, directed=False))
    assert str(refused.value) == (
        f"{name} needs directed flows, and these are undirected. "
        "Build them with directed=True, the giver as origin and the receiver as destination."
    )


@given(counted(1))
def test_reversing_all_flows_keeps_reciprocity_and_hierarchy_and_swaps_the_sides(rows: list[Row]) -> None:
    flows = flows_of(rows)
    back = reversed_flows(flows)
    for measure in (reciprocity, weighted_reciprocity, flow_hierarchy):
        np.testing.assert_allclose(measure(back), measure(flows), rtol=1e-12)
    there, here = exchange(back), exchange(flows)
    swap = {"out_degree": "in_degree", "given": "received", "given_share": "received_share"}
    for one, other in swap.items():
        np.testing.assert_allclose(there[one], here[other])
    np.testing.assert_allclose(there["net"], -here["net"])
    np.testing.assert_allclose(there["balance"], -here["balance"])


@given(counted(1), st.floats(0.01, 100))
def test_a_change_of_unit_changes_no_share(rows: list[Row], factor: float) -> None:
    flows, other = flows_of(rows), scaled(flows_of(rows), factor)
    for measure in (reciprocity, weighted_reciprocity, excess_reciprocity, flow_hierarchy):
        np.testing.assert_allclose(measure(other), measure(flows), rtol=1e-9)
    shares = ["out_degree", "balance", "given_share", "within_share"]
    np.testing.assert_allclose(exchange(other)[shares], exchange(flows)[shares], rtol=1e-9, atol=1e-12)


@given(counted(1), orders)
def test_the_order_of_the_places_does_not_matter(rows: list[Row], order: list[str]) -> None:
    flows, other = flows_of(rows), flows_of(rows, tuple(order))
    np.testing.assert_allclose(exchange(other).loc[list(PLACES)], exchange(flows))
    for measure in (reciprocity, weighted_reciprocity, flow_hierarchy, component_count):
        np.testing.assert_allclose(measure(other), measure(flows))


@given(counted())
def test_the_accounts_of_exchange_close(rows: list[Row]) -> None:
    flows = flows_of(rows)
    table, figures = exchange(flows), coverage(flows)
    assert table["net"].sum() == pytest.approx(0)
    assert table["given"].sum() == pytest.approx(figures["between"])
    assert table["within"].sum() == pytest.approx(figures["within"])
    assert figures["between"] + figures["within"] == pytest.approx(sum(value for *_, value in rows))
    assert figures["ties"] == ties(flows)
    assert figures["density"] == density(flows)
    assert figures["taking_part"] == taking_part(flows)
    assert figures["exchanging"] <= min(figures["giving"], figures["receiving"])


@given(counted(1))
def test_what_is_reciprocated_adds_up(rows: list[Row]) -> None:
    flows = flows_of(rows)
    parts, sides = reciprocated(flows), exchange(flows)
    np.testing.assert_allclose(parts["mutual"] + parts["given_only"], sides["given"])
    np.testing.assert_allclose(parts["mutual"] + parts["received_only"], sides["received"])
    if sides["given"].sum():
        np.testing.assert_allclose(parts["mutual"].sum() / sides["given"].sum(), weighted_reciprocity(flows))


def test_a_flow_of_unknown_value_is_a_tie_and_leaves_sums_unknown() -> None:
    table = exchange(flows_of([("a", "b", float("nan")), ("c", "b", 2)]))
    assert table.loc["a", "out_degree"] == 1
    assert np.isnan(table.loc["a", "given"])
    assert table.loc["c", "given"] == 2
    assert np.isnan(table.loc["c", "given_share"])
    assert np.isnan(weighted_reciprocity(flows_of([("a", "b", float("nan")), ("c", "b", 2)])))
    assert np.isnan(within(flows_of([("a", "a", float("nan"))]))["a"])


def test_coverage_counts_undirected_ties_once() -> None:
    figures = coverage(flows_of([("a", "b", 4), ("b", "c", 2), ("d", "d", 3)], directed=False))
    assert figures[["places", "taking_part", "ties", "between", "within"]].tolist() == [6, 3, 2, 6, 3]
    assert figures["weighted_density"] == 6 / 15


def test_the_largest_outflow_names_its_rivals_and_refuses_the_unknown() -> None:
    found = largest_outflow(flows_of([("a", "c", 2), ("a", "b", 2), ("a", "d", 1), ("c", "b", 1)]))
    assert found.to_numpy().tolist() == [["a", "b", 2.0, 0.4, 1], ["c", "b", 1.0, 1.0, 0]]
    with pytest.raises(BadSpec) as refused:
        largest_outflow(flows_of([("a", "b", float("nan")), ("c", "b", 2)]))
    assert str(refused.value) == (
        "flows between places without a value: 1 of 2, the first from a to b in 2020; "
        "absence is not zero (§1). "
        "Find the values, or leave those rows out and say so."
    )


def test_hierarchy_by_hand() -> None:
    circle = flows_of([("a", "b", 1), ("b", "c", 1), ("c", "a", 1)])
    assert flow_hierarchy(circle) == 0
    tree = flows_of([("a", "b", 1), ("a", "c", 5)])
    assert flow_hierarchy(tree) == 1
    mixed = flows_of([*ROWS])
    assert flow_hierarchy(mixed) == 7 / 12
    assert flow_hierarchy(mixed, weighted=False) == 2 / 4
    assert component_count(mixed) == 3
    assert component_count(mixed, "strong") == 5
    assert components(mixed, "strong").to_dict() == {"a": 1, "b": 1, "c": 2, "d": 3, "e": 4, "f": 5}


def test_a_connection_is_weak_or_strong() -> None:
    with pytest.raises(BadSpec) as refused:
        components(flows_of(ROWS), "strng")
    assert str(refused.value) == "connection is 'strng' and takes 'weak' or 'strong'."


def _on_a_cycle(flows: Flows) -> np.ndarray:
    """Which ordered pairs are tied and can return, by closing paths step by step."""
    linked = flows.matrix() > 0
    reach = linked.copy()
    for k in range(len(linked)):
        reach |= reach[:, [k]] & reach[[k], :]
    return linked & reach.T


@given(counted(1))
def test_hierarchy_is_the_flow_that_cannot_return(rows: list[Row]) -> None:
    flows = flows_of(rows)
    matrix = flows.matrix()
    if matrix.sum():
        cyclic = matrix[_on_a_cycle(flows)].sum() / matrix.sum()
        assert flow_hierarchy(flows) == pytest.approx(1 - cyclic)
