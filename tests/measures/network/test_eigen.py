"""Eigenvector centrality, PageRank, hubs and authorities: equations, laws, cases by hand, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.network.eigen import eigenvector, hits, pagerank
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, flows_of, of_matrix, reversed_flows, scaled
from tests.measures.network.pathcases import networks, reordered, with_stranger


def determined(measure: object, flows: Flows, **settings: object) -> object:
    """What the measure returns, the example being put aside when it refuses."""
    try:
        return measure(flows, **settings)  # type: ignore[operator]
    except BadSpec:
        assume(False)


@settings(max_examples=60)
@given(networks(), st.booleans())
def test_the_standing_solves_its_equation(flows: Flows, weighted: bool) -> None:
    flows = Flows(flows.frame, flows.places, directed=False)
    matrix = flows.matrix() if weighted else (flows.matrix() > 0).astype(float)
    assume(matrix.any())
    found = determined(eigenvector, flows, weighted=weighted)
    value = np.linalg.eigvalsh(matrix)[-1]
    np.testing.assert_allclose(matrix @ found, value * found, atol=1e-12 * value)
    assert found.max() == 1
    assert found.min() >= 0


@pytest.mark.parametrize("size", [40, 51, 120])
def test_small_and_large_parts_are_solved_alike(size: int) -> None:
    rng = np.random.default_rng(size)
    matrix = np.triu(rng.poisson(0.3, (size, size)), 1).astype(float)
    matrix += matrix.T
    places = tuple(f"p{number}" for number in range(size))
    ends = np.argwhere(np.triu(matrix))
    rows = [(places[i], places[j], float(matrix[i, j])) for i, j in ends]
    found = eigenvector(flows_of(rows, places, directed=False)).to_numpy()
    vector = np.abs(np.linalg.eigh(matrix)[1][:, -1])
    np.testing.assert_allclose(found, vector / vector.max(), atol=1e-12)


@settings(max_examples=60)
@given(networks(), st.sampled_from([0.0, 0.5, 0.85, 0.99]), st.booleans())
def test_pagerank_solves_its_equation(flows: Flows, damping: float, weighted: bool) -> None:
    matrix = flows.matrix() if weighted else (flows.matrix() > 0).astype(float)
    given_off = matrix.sum(axis=1, keepdims=True)
    follow = np.where(given_off > 0, matrix / np.where(given_off > 0, given_off, 1), 1 / 6)
    right = np.linalg.solve(np.eye(6) - damping * follow.T, np.full(6, (1 - damping) / 6))
    found = pagerank(flows, damping=damping, weighted=weighted)
    np.testing.assert_allclose(found, right, rtol=1e-12)
    assert found.sum() == pytest.approx(1, abs=1e-14)


@settings(max_examples=60)
@given(networks(), st.booleans())
def test_hubs_and_authorities_are_the_leading_singular_vectors(flows: Flows, weighted: bool) -> None:
    matrix = flows.matrix() if weighted else (flows.matrix() > 0).astype(float)
    assume(matrix.any())
    found = determined(hits, flows, weighted=weighted)
    left, values, right = np.linalg.svd(matrix)
    assume(values[0] > values[1] * 1.001)
    np.testing.assert_allclose(found["hub"], np.abs(left[:, 0]) / np.abs(left[:, 0]).sum(), atol=1e-10)
    np.testing.assert_allclose(found["authority"], np.abs(right[0]) / np.abs(right[0]).sum(), atol=1e-10)
    back = hits(reversed_flows(flows), weighted=weighted) if flows.directed else found
    np.testing.assert_allclose(back[["authority", "hub"]], found, atol=1e-10)


@settings(max_examples=60)
@given(networks(), st.permutations(PLACES), st.sampled_from([0.1, 3.0, 1e6]))
def test_neither_order_nor_unit_matters(flows: Flows, order: list[str], factor: float) -> None:
    turned = scaled(reordered(flows, order), factor)
    np.testing.assert_allclose(pagerank(turned).reindex(list(PLACES)), pagerank(flows), rtol=1e-12)
    assume(flows.matrix().any())
    found = determined(hits, flows)
    np.testing.assert_allclose(hits(turned).reindex(list(PLACES)), found, atol=1e-9)


@settings(max_examples=60)
@given(networks())
def test_a_place_more_stands_apart(flows: Flows) -> None:
    more = with_stranger(flows)
    assert pagerank(more)["z"] == pytest.approx(pagerank(more).min(), abs=1e-15)
    assume(flows.matrix().any())
    found = determined(hits, flows)
    np.testing.assert_allclose(hits(more).drop("z"), found, atol=1e-12)
    assert hits(more).loc["z"].to_list() == [0, 0]


def test_a_star_by_hand() -> None:
    star = np.zeros((5, 5))
    star[0, 1:] = 2
    found = eigenvector(of_matrix(star, directed=False))
    assert found.to_list() == pytest.approx([1, 0.5, 0.5, 0.5, 0.5])
    one_way = hits(of_matrix(star))
    assert one_way["hub"].to_list() == pytest.approx([1, 0, 0, 0, 0])
    assert one_way["authority"].to_list() == pytest.approx([0, 0.25, 0.25, 0.25, 0.25])


def test_without_ties_there_is_no_standing() -> None:
    for places in ((), ("a",), ("a", "b")):
        nothing = flows_of([], places, directed=False)
        assert eigenvector(nothing).isna().all()
        assert hits(nothing).isna().all().all()
        assert pagerank(nothing).to_list() == [1 / max(len(places), 1)] * len(places)


def test_standing_that_is_not_determined_is_refused() -> None:
    pairs = flows_of([("a", "b", 2.0), ("c", "d", 2.0)], directed=False)
    with pytest.raises(BadSpec) as refusal:
        eigenvector(pairs)
    assert str(refusal.value) == (
        "the leading value, 2, belongs to 2 parts of the network alike, so that their standing beside each "
        "other is not determined; take the giant component (paths.giant), or use pagerank."
    )
    across = flows_of([("a", "b", 2.0), ("b", "c", 1.0)], directed=False)
    with pytest.raises(BadSpec, match="belongs to 2 parts of the network alike"):
        hits(across)


def test_settings_that_make_no_sense_are_refused() -> None:
    flows = flows_of([("a", "b", 2.0)])
    with pytest.raises(BadSpec) as refusal:
        eigenvector(flows)
    assert str(refusal.value) == (
        "eigenvector needs undirected flows, and these are directed; use pagerank or hits."
    )
    with pytest.raises(BadSpec) as refusal:
        pagerank(flows, damping=1.0)
    assert str(refusal.value) == "damping is 1; give a chance from 0 to below 1, 0.85 as usual."
    for measure in (pagerank, hits):
        with pytest.raises(BadSpec, match=r"^flows between places without a value: 1 of 1"):
            measure(flows_of([("a", "b", float("nan"))]))
