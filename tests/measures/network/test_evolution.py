"""Evolution: accounts of links and flow that close, and their laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures.network import ties
from heban.measures.network.evolution import change, evolution, links
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, Row, counted, flows_of, scaled

BEFORE: list[Row] = [("a", "b", 3), ("b", "c", 4), ("c", "d", 3), ("a", "a", 5)]
AFTER: list[Row] = [("a", "b", 5), ("b", "c", 1), ("d", "c", 4)]


def test_change_by_hand() -> None:
    found = change(flows_of(BEFORE), flows_of(AFTER))
    expected = {
        "new": 1, "lost": 1, "persistent": 2, "jaccard": 0.5, "gained": 4, "ceased": 3, "grown": 2,
        "shrunk": 3, "growth": 1, "cosine": 19 / np.sqrt(34 * 42), "bray_curtis": 12 / 20, "turnover": 0.6,
    }  # fmt: skip
    assert found.to_dict() == pytest.approx(expected)
    undirected = change(flows_of(BEFORE, directed=False), flows_of(AFTER, directed=False))
    assert undirected[["new", "lost", "persistent"]].tolist() == [0, 0, 3]


def test_links_by_hand() -> None:
    table = links(flows_of(BEFORE), flows_of(AFTER))
    assert table.to_numpy().tolist() == [
        ["d", "c", 0.0, 4.0, 4.0, "new"],
        ["b", "c", 4.0, 1.0, -3.0, "persistent"],
        ["c", "d", 3.0, 0.0, -3.0, "lost"],
        ["a", "b", 3.0, 5.0, 2.0, "persistent"],
    ]


@given(counted(), counted(), st.booleans())
def test_the_accounts_of_change_close(first: list[Row], second: list[Row], directed: bool) -> None:
    before, after = flows_of(first, directed=directed), flows_of(second, directed=directed)
    found, table = change(before, after), links(before, after)
    assert found["persistent"] + found["lost"] == ties(before)
    assert found["persistent"] + found["new"] == ties(after)
    counts = table["status"].value_counts()
    assert [counts.get(status, 0) for status in ("new", "lost", "persistent")] == found[:3].tolist()
    moved = found["gained"] + found["grown"] - found["ceased"] - found["shrunk"]
    assert moved == pytest.approx(table["change"].sum())
    assert table["after"].sum() - table["before"].sum() == pytest.approx(moved)
    bounded = found[["jaccard", "cosine", "bray_curtis", "turnover"]].dropna()
    assert bounded.between(-1e-12, 1 + 1e-12).all()


@given(counted(), counted(), st.booleans())
def test_time_turned_round_swaps_new_and_lost(first: list[Row], second: list[Row], directed: bool) -> None:
    before, after = flows_of(first, directed=directed), flows_of(second, directed=directed)
    swapped = {"new": "lost", "lost": "new", "gained": "ceased", "ceased": "gained", "grown": "shrunk"}
    there = change(before, after).drop("growth")
    back = change(after, before).drop("growth").rename({**swapped, "shrunk": "grown"})
    np.testing.assert_allclose(back[there.index].to_numpy(), there.to_numpy(), atol=1e-12)


@given(counted(1), counted(1), st.floats(0.01, 100), st.permutations(PLACES))
def test_structure_does_not_depend_on_size_or_order(
    first: list[Row], second: list[Row], factor: float, order: list[str]
) -> None:
    plain = change(flows_of(first), flows_of(second))
    other = change(flows_of(first, tuple(order)), scaled(flows_of(second), factor))
    same = ["new", "lost", "persistent", "jaccard", "cosine", "turnover"]
    np.testing.assert_allclose(other[same].to_numpy(), plain[same].to_numpy(), rtol=1e-9, atol=1e-12)


@given(counted(1))
def test_a_network_that_does_not_change_has_no_turnover(rows: list[Row]) -> None:
    flows = flows_of(rows)
    found = change(flows, flows)
    assert found[["new", "lost", "gained", "ceased", "grown", "shrunk"]].tolist() == [0] * 6
    if ties(flows):
        assert found[["jaccard", "growth", "cosine"]].tolist() == pytest.approx([1, 1, 1])
        assert found[["bray_curtis", "turnover"]].tolist() == [0, 0]
    else:
        assert found[["jaccard", "growth", "cosine", "bray_curtis", "turnover"]].isna().all()


def test_evolution_over_periods() -> None:
    frames = [
        flows_of(BEFORE, year=2019).frame,
        flows_of(BEFORE, year=2020).frame,
        flows_of(AFTER, year=2022).frame,
    ]
    flows = Flows(pd.concat(frames), PLACES, True)
    by_year = evolution(flows)
    assert by_year[["from", "to", "new"]].to_numpy().tolist() == [[2019, 2020, 0], [2020, 2022, 1]]
    spans = evolution(flows, [[2019, 2020], [2022]])
    assert spans[["from", "to", "lost", "growth"]].to_numpy().tolist() == [[2020, 2022, 1, 0.5]]
    assert evolution(flows.of_year(2022)).empty
    with pytest.raises(BadSpec) as refused:
        evolution(flows, [[2019], [2021]])
    assert str(refused.value) == (
        "no flows of 2021; known years: 2019, 2020, 2022. Leave those years out of the periods."
    )


def test_a_flow_of_unknown_value_is_a_link_whose_change_is_unknown() -> None:
    table = links(flows_of([("a", "b", float("nan"))]), flows_of([("a", "b", 2)]))
    assert table["status"].tolist() == ["persistent"]
    assert table["change"].isna().all()
    found = change(flows_of([("a", "b", float("nan"))]), flows_of([("a", "b", 2)]))
    assert found["persistent"] == 1
    assert found[["growth", "cosine", "bray_curtis", "turnover"]].isna().all()


def test_different_universes_and_kinds_are_refused() -> None:
    flows = flows_of(BEFORE)
    with pytest.raises(BadSpec) as refused:
        change(flows, Flows(flows.frame, (*PLACES[:5], "z"), True))
    assert str(refused.value) == (
        "the periods have different universes; only one of them has f, z. "
        "Give both the same places: a place outside the universe is not a place without flow (§5)."
    )
    with pytest.raises(BadSpec) as kinds:
        links(flows, flows_of(BEFORE, directed=False))
    assert str(kinds.value) == (
        "one period has directed flows and the other undirected ones; give both of one kind."
    )
