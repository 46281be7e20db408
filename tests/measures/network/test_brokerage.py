"""Brokerage: against counting by hand, by brute force and by enumeration of every network."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.network.brokerage import ROLES, brokerage, brokerage_test, expected_brokerage
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, Row, counted, flows_of, of_matrix, reversed_flows, scaled

groupings = st.lists(st.sampled_from("PQR"), min_size=6, max_size=6).map(
    lambda names: dict(zip(PLACES, names, strict=True))
)


def by_counting(linked: np.ndarray, groups: list[str]) -> np.ndarray:
    """The five roles of each broker, one open two-path at a time."""
    n = len(linked)
    counts = np.zeros((n, len(ROLES)), dtype=int)
    for i, k, j in itertools.permutations(range(n), 3):
        if linked[i, k] and linked[k, j] and not linked[i, j]:
            counts[k, list(ROLES).index(_role(groups[i], groups[k], groups[j]))] += 1
    return counts


def _role(giver: str, broker: str, receiver: str) -> str:
    if giver == broker == receiver:
        return "coordinator"
    if broker == receiver:
        return "gatekeeper"
    if giver == broker:
        return "representative"
    return "consultant" if giver == receiver else "liaison"


def test_the_five_roles_by_hand() -> None:
    groups = {"a": "P", "b": "P", "c": "P", "d": "Q", "e": "R", "f": "Q"}
    for role, giver, broker, receiver in (
        ("coordinator", "a", "b", "c"),
        ("gatekeeper", "d", "a", "b"),
        ("representative", "a", "b", "d"),
        ("consultant", "a", "d", "b"),
        ("liaison", "a", "d", "e"),
    ):
        table = brokerage(flows_of([(giver, broker, 2), (broker, receiver, 1)]), groups)
        assert table.loc[broker, role] == table.to_numpy()[:, :-1].sum() == 1, role
    assert list(table.columns) == [*ROLES, "total"]


def test_a_direct_tie_and_a_way_back_need_no_broker() -> None:
    groups = dict.fromkeys(PLACES, "P")
    closed = flows_of([("a", "b", 1), ("b", "c", 1), ("a", "c", 1)])
    assert brokerage(closed, groups)["total"].sum() == 0
    assert brokerage(flows_of([("a", "b", 1), ("b", "a", 1)]), groups)["total"].sum() == 0


@given(counted(), groupings, st.booleans())
def test_brokerage_is_that_of_counting(rows: list[Row], groups: dict[str, str], directed: bool) -> None:
    flows = flows_of(rows, directed=directed)
    table = brokerage(flows, groups)
    linked = flows.matrix() > 0
    assert table[list(ROLES)].to_numpy().tolist() == by_counting(linked, list(groups.values())).tolist()
    if not directed:
        assert table["gatekeeper"].tolist() == table["representative"].tolist()


@given(counted(), groupings)
def test_the_roles_sum_to_the_open_two_paths_through_the_broker(
    rows: list[Row], groups: dict[str, str]
) -> None:
    flows = flows_of(rows)
    linked = (flows.matrix() > 0).astype(int)
    through = [
        sum(linked[i, k] * linked[k, j] * (1 - linked[i, j]) for i in range(6) for j in range(6) if i != j)
        for k in range(6)
    ]
    table = brokerage(flows, groups)
    assert table["total"].tolist() == through
    assert table[list(ROLES)].sum(axis=1).tolist() == through
    one = brokerage(flows, dict.fromkeys(PLACES, "P"))
    assert one["coordinator"].tolist() == through


@given(counted(), groupings)
def test_reversing_all_flows_swaps_gatekeeper_and_representative(
    rows: list[Row], groups: dict[str, str]
) -> None:
    flows = flows_of(rows)
    swapped = {"gatekeeper": "representative", "representative": "gatekeeper"}
    back = brokerage(reversed_flows(flows), groups).rename(columns=swapped)
    assert back[list(ROLES)].equals(brokerage(flows, groups)[list(ROLES)])
    assert brokerage(scaled(flows, 3.7), groups).equals(brokerage(flows, groups))


@given(counted(), groupings, st.permutations(PLACES))
def test_the_order_of_the_places_does_not_matter(
    rows: list[Row], groups: dict[str, str], order: list[str]
) -> None:
    table = brokerage(flows_of(rows, tuple(order)), groups)
    assert table.loc[list(PLACES)].equals(brokerage(flows_of(rows), groups))


@pytest.mark.parametrize("names", ["PPQQ", "PPPQ", "PQRS", "PPQR", "PPPP"])
def test_the_chance_of_brokerage_is_that_of_all_networks(names: str) -> None:
    places = "abcd"
    groups = dict(zip(places, names, strict=True))
    cells = list(itertools.permutations(range(4), 2))
    flows = flows_of(
        [("a", "b", 1), ("b", "c", 1), ("c", "d", 1), ("b", "d", 1), ("d", "a", 1)], tuple(places)
    )
    p = 5 / 12
    first = second = np.zeros((4, len(ROLES)))
    for bits in itertools.product((0, 1), repeat=12):
        linked = np.zeros((4, 4), dtype=bool)
        for (i, j), bit in zip(cells, bits, strict=True):
            linked[i, j] = bit
        chance = p ** sum(bits) * (1 - p) ** (12 - sum(bits))
        counts = by_counting(linked, list(names))
        first, second = first + chance * counts, second + chance * counts**2
    table = expected_brokerage(flows, groups)
    mean = np.column_stack([table[role, "mean"] for role in ROLES])
    sd = np.column_stack([table[role, "sd"] for role in ROLES])
    np.testing.assert_allclose(mean, first, atol=1e-12)
    np.testing.assert_allclose(sd, np.sqrt(np.maximum(second - first**2, 0)), atol=1e-7)
    z = np.column_stack([table[role, "z"] for role in ROLES])
    assert (np.isnan(z) == (sd == 0)).all()


def test_larger_networks_agree_with_counting() -> None:
    linked = np.random.default_rng(5).uniform(size=(25, 25)) < 0.2
    np.fill_diagonal(linked, False)
    names = [chr(ord("P") + i % 4) for i in range(25)]
    flows = of_matrix(linked.astype(float))
    groups = dict(zip(flows.places, names, strict=True))
    ours = brokerage(flows, groups)[list(ROLES)].to_numpy()
    assert ours.tolist() == by_counting(linked, names).tolist()
    assert (ours.sum(axis=0) > 0).all()


def test_a_broker_planted_between_groups_stands_out_among_networks_of_the_same_degrees() -> None:
    """Place a takes from P and gives to Q; b has as many partners, but anywhere."""
    linked = np.random.default_rng(8).uniform(size=(24, 24)) < 0.15
    linked[0], linked[:, 0] = False, False
    linked[2:8, 0] = linked[0, 12:18] = True
    linked[2:8, 12:18] = False
    np.fill_diagonal(linked, False)
    flows = of_matrix(linked.astype(float))
    groups = {
        place: "P" if i in range(2, 12) else "Q" if i >= 12 else "R" for i, place in enumerate(flows.places)
    }
    found = brokerage_test(flows, groups, np.random.default_rng(1), draws=99)
    liaison = found.loc["a", "liaison"]
    assert liaison["observed"] == 36
    assert liaison["p"] == 0.01
    assert liaison["ratio"] > 1.2
    assert found.loc["b", "liaison"]["p"] > 0.05
    assert (found.xs("observed", axis=1, level=1)[list(ROLES)] == brokerage(flows, groups)[list(ROLES)]).all(
        axis=None
    )


def test_places_without_a_group_and_undirected_chance_are_refused() -> None:
    flows = flows_of([("a", "b", 1)])
    with pytest.raises(BadSpec) as refused:
        brokerage(flows, {"a": "P", "b": "P", "c": "P", "d": "P"})
    assert str(refused.value) == (
        "places without a group: 2 of 6 (e, f). "
        "Give every place of the universe a group, for instance its province."
    )
    with pytest.raises(BadSpec, match=r"^expected brokerage needs directed flows"):
        expected_brokerage(Flows(flows.frame, flows.places, False), dict.fromkeys(PLACES, "P"))


def test_roles_have_two_languages() -> None:
    assert [zh for zh, _ in ROLES.values()] == ["协调", "守门员", "代表", "顾问", "联络"]
