"""Flows, holdings and panels as frames, graphs, shapes and HTML."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.domain.indicator import Catalogue, Indicator
from heban.records.flows import Flows
from heban.records.holdings import Holdings
from heban.records.panel import Panel, from_frame

WHERE = {"a": (120.0, 30.0), "b": (121.0, 31.0), "c": (118.0, 32.0)}


@pytest.fixture
def flows() -> Flows:
    rows = [
        ("a", "b", 2020, "", 1.0),
        ("b", "a", 2021, "", 2.0),
        ("a", "a", 2020, "", 5.0),
        ("a", "b", 2021, "", 3.0),
    ]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "year", "class", "value"])
    return Flows.from_frame(frame, ["c", "a", "b"], directed=True, unit="件")


@pytest.fixture
def holdings() -> Holdings:
    rows = {
        "place": ["a", "b", "a"],
        "class": ["x", "y", "x"],
        "year": [2020, 2020, 2021],
        "value": [1.0, 2.0, 3.0],
    }
    return Holdings.from_frame(pd.DataFrame(rows), places=["a", "b", "c"])


@pytest.fixture
def panel() -> Panel:
    rows = {"place": ["a", "a", "b"], "year": [2020, 2021, 2020], "indicator": "x", "value": [1.0, 2.0, 3.0]}
    return Panel.from_frame(pd.DataFrame(rows), Catalogue({"x": Indicator("x", "甲", "X", "件")}))


def test_frames_go_there_and_back(flows: Flows, holdings: Holdings, panel: Panel) -> None:
    again = Flows.from_frame(flows.to_frame(), flows.places, directed=True, unit="件")
    pd.testing.assert_frame_equal(again.frame, flows.frame)
    assert (again.places, again.unit) == (("c", "a", "b"), "件")
    held = Holdings.from_frame(holdings.to_frame(), holdings.places, holdings.classes)
    pd.testing.assert_frame_equal(held.table(), holdings.table())
    assert len(panel.to_frame()) == 3  # what is absent has no row
    assert from_frame(panel.to_frame(), panel.catalogue).values.identical(panel.values)


def test_a_frame_without_year_or_universe() -> None:
    rows = pd.DataFrame({"origin": ["b"], "destination": ["a"], "value": [2.0]})
    made = Flows.from_frame(rows, directed=False, year=2019)
    assert made.frame.to_numpy().tolist() == [["b", "a", 2019, "", 2.0]]
    assert made.places == ("a", "b")
    with pytest.raises(BadSpec) as caught:
        Flows.from_frame(rows, directed=False)
    assert str(caught.value) == "flows lack the columns year."
    with pytest.raises(BadSpec) as missing:
        Holdings.from_frame(pd.DataFrame({"place": ["a"], "value": [1.0]}))
    assert str(missing.value) == "holdings lack the columns class, year."


def test_flows_as_a_graph(flows: Flows) -> None:
    pytest.importorskip("networkx", reason="the extra heban[notebook] is not installed")
    graph = flows.to_networkx()
    assert sorted(graph.edges(data="weight")) == [("a", "b", 4.0), ("b", "a", 2.0)]
    assert dict(graph.nodes(data="within")) == {"c": 0.0, "a": 5.0, "b": 0.0}
    both = Flows(flows.frame, flows.places, directed=False).to_networkx()
    assert list(both.edges(data="weight")) == [("a", "b", 6.0)]


def test_an_absent_flow_stays_absent_in_the_graph(flows: Flows) -> None:
    pytest.importorskip("networkx", reason="the extra heban[notebook] is not installed")
    unknown = flows.frame.assign(value=[np.nan, 2.0, np.nan, 3.0])
    graph = Flows(unknown, flows.places, directed=True).to_networkx()
    assert np.isnan(graph["a"]["b"]["weight"])
    assert np.isnan(graph.nodes["a"]["within"])
    assert graph["b"]["a"]["weight"] == 2.0


def test_holdings_as_a_graph(holdings: Holdings) -> None:
    pytest.importorskip("networkx", reason="the extra heban[notebook] is not installed")
    graph = holdings.to_networkx()
    assert graph[("place", "a")][("class", "x")]["weight"] == 4.0
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (5, 2)


def test_shapes_on_the_map(flows: Flows, holdings: Holdings, panel: Panel) -> None:
    pytest.importorskip("geopandas", reason="the extra heban[notebook] is not installed")
    lines = flows.to_geopandas(WHERE)
    assert lines.crs.to_epsg() == 4326
    assert [list(shape.coords) for shape in lines.geometry] == [
        [WHERE["a"], WHERE["b"]], [WHERE["b"], WHERE["a"]], [WHERE["a"], WHERE["b"]]
    ]  # fmt: skip
    assert lines["value"].tolist() == [1.0, 2.0, 3.0]
    points = holdings.to_geopandas(WHERE)
    assert (points.geometry["b"].x, points["y"]["b"]) == (121.0, 2.0)
    assert np.isnan(panel.to_geopandas(WHERE, 2021)["x"]["b"])
    with pytest.raises(BadSpec) as caught:
        holdings.to_geopandas({"a": (1.0, 2.0)})
    assert str(caught.value) == "2 places have no coordinates: b, c. Give each its longitude and latitude."


def test_what_is_missing_is_named_with_what_brings_it(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(BadSpec) as caught:
        flows.to_networkx()
    assert str(caught.value) == 'networkx is not installed. Run: pip install "heban[notebook]".'


def test_html_in_a_notebook(flows: Flows, holdings: Holdings, panel: Panel) -> None:
    shown = flows._repr_html_()
    assert "&lt;Flows: 3 places, directed, 4 rows, 2020–2021&gt;" in shown
    assert shown.count("<tr") == 5
    assert "<td>–</td>" in holdings._repr_html_()  # nothing recorded is not 0
    assert "2 places, 2 years, 1 indicators, 1 cells absent&gt; 2021" in panel._repr_html_()
    many = pd.concat([flows.frame] * 4, ignore_index=True)
    assert "… 6 more" in Flows(many, flows.places, directed=True)._repr_html_()
    script = flows.frame.assign(**{"class": "<script>"})
    assert "<script>" not in Flows(script, flows.places, directed=True)._repr_html_()
