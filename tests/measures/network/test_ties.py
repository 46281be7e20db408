"""Networks of cities: laws that must hold whatever the flows."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.measures import concentration, network
from heban.measures.balance import balances, imbalance
from heban.records.flows import Flows

PLACES = tuple("abcdef")
ties = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES), st.floats(0.5, 100)), min_size=0, max_size=20
)


def flows_of(rows: list[tuple[str, str, float]], *, directed: bool) -> Flows:
    frame = pd.DataFrame(rows, columns=["origin", "destination", "value"]).assign(
        **{"year": 2020, "class": ""}
    )
    return Flows(frame, PLACES, directed)


@given(ties, st.booleans())
def test_density_is_a_share_and_counts_lonely_places(
    rows: list[tuple[str, str, float]], directed: bool
) -> None:
    flows = flows_of(rows, directed=directed)
    assert 0 <= network.density(flows) <= 1
    wider = Flows(flows.frame, (*PLACES, "z"), directed)
    assert network.density(wider) <= network.density(flows)


@given(ties)
def test_strength_adds_up_to_twice_the_flow_between_places(rows: list[tuple[str, str, float]]) -> None:
    flows = flows_of(rows, directed=False)
    between = sum(value for origin, destination, value in rows if origin != destination)
    assert network.strength(flows).sum() == pytest.approx(2 * between)
    assert network.pairs(flows)["value"].sum() == pytest.approx(between)
    assert len(network.pairs(flows)) == network.ties(flows)


@given(ties)
def test_a_self_flow_changes_nothing(rows: list[tuple[str, str, float]]) -> None:
    with_self = flows_of([*rows, ("a", "a", 9.0)], directed=True)
    without = flows_of(rows, directed=True)
    assert network.density(with_self) == network.density(without)
    assert network.strength(with_self).equals(network.strength(without))


def test_the_density_of_the_published_network_is_that_of_574_ties() -> None:
    possible = network.possible_ties(41, directed=False)
    assert possible == 820
    assert round(574 / possible, 2) == 0.70


def test_the_share_of_a_group() -> None:
    flows = flows_of([("a", "b", 1.0), ("c", "d", 3.0)], directed=True)
    assert network.share_touching(flows, {"a", "c"}) == 1.0
    assert network.share_touching(flows, {"b"}) == 0.25


def test_a_place_that_only_one_series_knows_has_no_balance() -> None:
    table = balances(pd.Series({"a": 3.0, "b": 1.0}), pd.Series({"a": 3.0}))
    assert table.loc["a", "net"] == 0
    assert pd.isna(table.loc["b", "net"])
    assert imbalance(table) == 1.0


@given(st.lists(st.floats(0, 100), min_size=2, max_size=12).filter(lambda values: sum(values) > 1))
def test_gini_lies_between_equality_and_one_has_all(values: list[float]) -> None:
    n = len(values)
    assert -1e-9 <= concentration.gini(values) <= (n - 1) / n + 1e-9
    assert concentration.gini([5.0] * n) == pytest.approx(0)
