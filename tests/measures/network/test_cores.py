"""Cores by number of ties and by strength: against the definition, laws, and cases checked by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.measures.network.cores import core_number, max_core, strength_core
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, Row, counted, flows_of, scaled


def undirected(rows: list[Row]) -> Flows:
    return flows_of(rows, PLACES, directed=False)


def by_definition(weights: np.ndarray, threshold: float) -> np.ndarray:
    """Which places remain when those below the threshold are taken away one at a time."""
    inside = np.ones(len(weights), dtype=bool)
    while (weak := np.flatnonzero(inside & (weights[:, inside].sum(axis=1) < threshold))).size:
        inside[weak[0]] = False
    return inside


@settings(max_examples=60)
@given(counted())
def test_a_place_is_in_the_core_of_its_number_and_in_none_above(rows: list[Row]) -> None:
    flows = undirected(rows)
    present = (flows.matrix() > 0).astype(float)
    found = core_number(flows).to_numpy()
    for k in range(1, len(PLACES) + 1):
        assert np.array_equal(found >= k, by_definition(present, k))
    assert max_core(flows) == found.max()


@settings(max_examples=60)
@given(counted())
def test_a_place_is_in_the_strength_core_of_its_number_and_in_none_above(rows: list[Row]) -> None:
    flows = undirected(rows)
    found = strength_core(flows).to_numpy()
    for threshold in {*found[found > 0], *(found[found > 0] + 0.5)}:
        assert np.array_equal(found >= threshold, by_definition(flows.matrix(), threshold))


@settings(max_examples=60)
@given(counted(), st.permutations(PLACES), st.sampled_from([0.5, 3.0, 0.1]))
def test_cores_know_neither_order_nor_unit(rows: list[Row], order: list[str], factor: float) -> None:
    flows = undirected(rows)
    turned = scaled(Flows(flows.frame, tuple(order), directed=False), factor)
    assert core_number(turned).reindex(list(PLACES)).equals(core_number(flows))
    same = strength_core(turned).reindex(list(PLACES)) / factor
    np.testing.assert_allclose(same, strength_core(flows), rtol=1e-9)


@settings(max_examples=60)
@given(counted())
def test_flows_all_of_one_make_the_strength_core_the_core(rows: list[Row]) -> None:
    ends = {tuple(sorted(row[:2])) for row in rows if row[0] != row[1]}
    flows = undirected([(a, b, 1.0) for a, b in ends])
    assert strength_core(flows).eq(core_number(flows)).all()


@settings(max_examples=60)
@given(counted())
def test_a_direction_does_not_change_the_core(rows: list[Row]) -> None:
    assert core_number(flows_of(rows, PLACES, directed=True)).equals(core_number(undirected(rows)))


def test_by_hand() -> None:
    square = [("a", "b", 5.0), ("b", "c", 5.0), ("c", "d", 5.0), ("d", "a", 0.1), ("d", "e", 9.0)]
    assert core_number(undirected(square)).to_dict() == {"a": 2, "b": 2, "c": 2, "d": 2, "e": 1, "f": 0}
    found = strength_core(undirected(square)).round(6).to_dict()
    assert found == {"a": 5.1, "b": 5.1, "c": 5.1, "d": 9.0, "e": 9.0, "f": 0.0}


def test_sums_of_decimals_do_not_part_what_is_tied() -> None:
    ring = [("a", "b", 0.1), ("b", "c", 0.2), ("c", "d", 0.1), ("d", "a", 0.2)]
    assert strength_core(undirected(ring))[["a", "b", "c", "d"]].nunique() == 1


def test_a_flow_of_unknown_value_is_a_tie_and_one_of_nothing_is_none() -> None:
    rows = [("a", "b", float("nan")), ("b", "c", 1.0), ("c", "a", 2.0), ("c", "d", 0.0)]
    assert core_number(undirected(rows)).to_list() == [2, 2, 2, 0, 0, 0]


def test_no_places_no_core() -> None:
    assert max_core(flows_of([], (), directed=False)) == 0
