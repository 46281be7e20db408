"""Clustering, constraint, assortativity and centralization: definitions written out, laws, cases by hand."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.network.assortativity import End, assortativity, degree_assortativity
from heban.measures.network.centralization import (
    betweenness_centralization,
    closeness_centralization,
    degree_centralization,
)
from heban.measures.network.clustering import By, average_clustering, clustering, transitivity
from heban.measures.network.constraint import constraint
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, flows_of, of_matrix, reversed_flows, scaled
from tests.measures.network.pathcases import networks, reordered, triangle_with_tail, with_stranger

WAYS: tuple[By, ...] = ("ties", "onnela", "barrat")
WHOLE = (degree_centralization, betweenness_centralization, closeness_centralization)


def both_ways(flows: Flows) -> np.ndarray:
    matrix = flows.matrix()
    return matrix + matrix.T if flows.directed else matrix


def around(weight: np.ndarray, i: int, by: By) -> tuple[float, float]:
    """What the closed pairs of partners of a place weigh, and what all pairs would, pair by pair."""
    partners = np.flatnonzero(weight[i])
    scale = weight / weight.max() if weight.any() else weight
    closed = possible = 0.0
    for j, h in permutations(partners, 2):
        one = {"ties": 1.0, "onnela": 1.0, "barrat": (weight[i, j] + weight[i, h]) / 2}[by]
        possible += one
        if weight[j, h] > 0:
            closed += (scale[i, j] * scale[i, h] * scale[j, h]) ** (1 / 3) if by == "onnela" else one
    return closed, possible


@settings(max_examples=80)
@given(networks(), st.sampled_from(WAYS))
def test_clustering_pair_by_pair(flows: Flows, by: By) -> None:
    weight = both_ways(flows)
    sums = [around(weight, i, by) for i in range(6)]
    right = [closed / possible if possible else np.nan for closed, possible in sums]
    np.testing.assert_allclose(clustering(flows, by=by), right, rtol=1e-12, atol=1e-15)
    if by == "ties":
        closed, possible = (sum(side) for side in zip(*sums, strict=True))
        np.testing.assert_allclose(transitivity(flows), closed / possible if possible else np.nan)


def test_clustering_by_hand() -> None:
    flows = triangle_with_tail()
    nan = float("nan")
    assert clustering(flows).to_list() == pytest.approx([1, 1, 1 / 3, nan, nan], nan_ok=True)
    assert clustering(flows, by="barrat")["c"] == pytest.approx(0.4)  # 2·(2 + 2)/2 of 5·2
    assert clustering(flows, by="onnela")["a"] == pytest.approx(0.5 ** (1 / 3))
    assert transitivity(flows) == pytest.approx(3 / 5)
    assert average_clustering(flows) == pytest.approx(7 / 15)
    assert average_clustering(flows, whole=False) == pytest.approx(7 / 9)
    nothing = flows_of([], ())
    assert np.isnan(average_clustering(nothing))
    assert np.isnan(transitivity(nothing))


def test_a_way_of_clustering_that_there_is_not() -> None:
    with pytest.raises(BadSpec) as refusal:
        clustering(triangle_with_tail(), by="weights")  # type: ignore[arg-type]
    assert str(refusal.value) == "by is 'weights' and takes 'ties' or 'onnela' or 'barrat'."


@settings(max_examples=60)
@given(networks(), st.booleans())
def test_constraint_partner_by_partner(flows: Flows, weighted: bool) -> None:
    weight = both_ways(flows)
    weight = weight if weighted else (weight > 0).astype(float)
    with np.errstate(invalid="ignore"):
        share = weight / weight.sum(axis=1, keepdims=True)
    right = []
    for i in range(6):
        partners = np.flatnonzero(weight[i])
        bound = sum(
            (share[i, j] + sum(share[i, q] * share[q, j] for q in partners if q != j)) ** 2 for j in partners
        )
        right.append(bound if len(partners) else np.nan)
    np.testing.assert_allclose(constraint(flows, weighted=weighted), right, rtol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("origin", "destination"), [("out", "in"), ("in", "out"), ("both", "both")])
@settings(max_examples=40)
@given(flows=networks())
def test_assortativity_is_the_correlation_over_ties(
    flows: Flows, origin: End, destination: End, weighted: bool
) -> None:
    matrix = flows.matrix()
    tied = matrix > 0
    degrees = {"out": tied.sum(axis=1), "in": tied.sum(axis=0)}
    degrees["both"] = degrees["out"] + degrees["in"]
    rows, columns = np.nonzero(tied)
    x, y = degrees[origin][rows].astype(float), degrees[destination][columns].astype(float)
    found = degree_assortativity(flows, origin=origin, destination=destination, weighted=weighted)
    if not len(x) or np.ptp(x) == 0 or np.ptp(y) == 0:
        assert np.isnan(found)
    else:
        spread = np.cov(x, y, aweights=matrix[rows, columns] if weighted else None)
        right = spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1])
        assert found == pytest.approx(right, abs=1e-10)


def test_assortativity_of_a_property() -> None:
    flows = triangle_with_tail()
    rich = pd.Series({"d": 1.0, "c": 1.0, "b": 5.0, "a": 5.0})  # e has no ties and needs no value
    x, y = np.array([[5, 5], [5, 1], [5, 1], [1, 1]]).T
    both = np.corrcoef(np.r_[x, y], np.r_[y, x])[0, 1]
    assert assortativity(flows, rich) == pytest.approx(both)
    with pytest.raises(BadSpec) as refusal:
        assortativity(flows, rich.drop("d"))
    assert str(refusal.value) == (
        "places with ties but without a value: d; find the values, or leave those places out of the universe "
        "and say so."
    )
    with pytest.raises(BadSpec) as refusal:
        degree_assortativity(flows, origin="off")  # type: ignore[arg-type]
    assert str(refusal.value) == "origin is 'off' and takes 'out' or 'in' or 'both'."


def test_a_star_is_as_central_as_can_be_and_a_ring_not_at_all() -> None:
    star, ring = np.zeros((6, 6)), np.zeros((6, 6))
    star[0, 1:] = 3
    ring[np.arange(6), (np.arange(6) + 1) % 6] = 2
    for measure in WHOLE:
        assert measure(of_matrix(star)) == pytest.approx(1, abs=1e-14)
        assert measure(of_matrix(np.maximum(ring, ring.T), directed=False)) == pytest.approx(0, abs=1e-14)
        assert np.isnan(measure(flows_of([("a", "b", 1.0)], ("a", "b"))))
    assert np.isnan(degree_assortativity(of_matrix(ring)))
    assert degree_assortativity(of_matrix(star, directed=False)) == pytest.approx(-1)


@settings(max_examples=60)
@given(networks(), st.permutations(PLACES), st.sampled_from([0.1, 3.0, 1e6]))
def test_neither_order_nor_unit_matters(flows: Flows, order: list[str], factor: float) -> None:
    turned = scaled(reordered(flows, order), factor)
    for by in WAYS:
        found = clustering(turned, by=by).reindex(list(PLACES))
        np.testing.assert_allclose(found, clustering(flows, by=by), rtol=1e-12)
    np.testing.assert_allclose(constraint(turned).reindex(list(PLACES)), constraint(flows), rtol=1e-12)
    for measure in (*WHOLE, degree_assortativity, transitivity):
        np.testing.assert_allclose(measure(turned), measure(flows), rtol=1e-9, atol=1e-12)


@settings(max_examples=60)
@given(networks())
def test_a_place_more_has_no_partners(flows: Flows) -> None:
    more = with_stranger(flows)
    assert np.isnan(clustering(more)["z"])
    assert np.isnan(constraint(more)["z"])
    np.testing.assert_allclose(constraint(more).drop("z"), constraint(flows), rtol=1e-12)
    np.testing.assert_allclose(transitivity(more), transitivity(flows))
    np.testing.assert_allclose(average_clustering(more) * 7, average_clustering(flows) * 6)
    np.testing.assert_allclose(average_clustering(more, whole=False), average_clustering(flows, whole=False))
    np.testing.assert_allclose(degree_assortativity(more), degree_assortativity(flows), rtol=1e-12)


@settings(max_examples=60)
@given(networks())
def test_backward_flows_have_the_same_clusters(flows: Flows) -> None:
    back = reversed_flows(flows)
    for measure in (clustering, constraint):
        np.testing.assert_allclose(measure(back), measure(flows), rtol=1e-12)
    for measure in WHOLE:
        np.testing.assert_allclose(measure(back), measure(flows), rtol=1e-12, atol=1e-14)


def test_flows_of_unknown_value_are_refused() -> None:
    flows = flows_of([("a", "b", float("nan"))])
    for measure in (clustering, constraint, transitivity, degree_assortativity):
        with pytest.raises(BadSpec, match=r"^flows between places without a value: 1 of 1"):
            measure(flows)
