"""Centrality, clustering, paths and the shape of the whole on five networks and two sets of flows.

Source: ../shared/golden/space, folders net_* (networkx 3.6.1 and igraph 1.0.0 on `w_full`) and flow_*; its
README tells what computed each column. Weighted betweenness is compared with `betweenness_w_inv_exact` and
igraph's; networkx's own column is off by up to 1.7e-3 there. What other programs print as 0 for places with
fewer than two partners is NaN here. All to 1e-9.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.measures.network.assortativity import degree_assortativity
from heban.measures.network.betweenness import betweenness
from heban.measures.network.centralization import degree_centralization
from heban.measures.network.closeness import closeness, harmonic
from heban.measures.network.clustering import average_clustering, clustering, transitivity
from heban.measures.network.constraint import constraint
from heban.measures.network.eigen import eigenvector, hits, pagerank
from heban.measures.network.paths import average_path_length, diameter, giant, isolates
from heban.records.flows import Flows

NETS = ("net_cn_wos_ai_diagnosis", "net_keep_2014_2016_nuts3")
COUNTRIES = tuple(f"net_openalex_countries_{year}" for year in (1995, 2005, 2015))
FLOWS = ("flow_cn_firms_ele", "flow_keep_2014_2016_nuts3_lead_to_partner")
TIED_FLOATS = {"net_cn_wos_ai_diagnosis": 4e-5, "net_keep_2014_2016_nuts3": 1e-3}  # networkx is off by more


class Golden:
    """One network and what other programs found in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.whole = json.loads((folder / "global_metrics.json").read_text("utf-8"))
        self.nodes = self.read("node_metrics.csv").set_index("node")

    def read(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / name, dtype=str, keep_default_na=False)

    @cached_property
    def flows(self) -> Flows:
        directed = self.folder.name.startswith("flow")
        rows = self.read("flows.csv" if directed else "edges.csv")
        value = rows["weight" if directed else "w_full"].astype(float)
        frame = pd.DataFrame({"origin": rows["source"], "destination": rows["target"], "value": value})
        return Flows(frame.assign(**{"year": 2000, "class": ""}), tuple(self.nodes.index), directed)

    def column(self, name: str) -> np.ndarray:
        return self.nodes[name].replace("", "nan").to_numpy(dtype=object).astype(float)


@pytest.fixture(scope="module", params=[*NETS, *COUNTRIES])
def net(request: pytest.FixtureRequest, shared: Path) -> Golden:
    return Golden(shared / "golden" / "space" / request.param)


@pytest.fixture(scope="module", params=FLOWS)
def flow(request: pytest.FixtureRequest, shared: Path) -> Golden:
    return Golden(shared / "golden" / "space" / request.param)


def close(ours: object, theirs: object) -> None:
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=1e-9, atol=1e-12)


def test_betweenness_by_ties(net: Golden) -> None:
    close(betweenness(net.flows), net.column("betweenness_unw"))
    raw = betweenness(net.flows, normalised=False)
    np.testing.assert_allclose(raw, net.column("betweenness_unw_igraph"), rtol=1e-9, atol=1e-9)


def test_betweenness_by_lengths(net: Golden) -> None:
    ours = betweenness(net.flows, weighted=True, normalised=False)
    np.testing.assert_allclose(ours, net.column("betweenness_w_inv_igraph"), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", NETS)
def test_betweenness_by_exact_lengths(shared: Path, name: str) -> None:
    golden = Golden(shared / "golden" / "space" / name)
    ours = betweenness(golden.flows, weighted=True).to_numpy()
    close(ours, golden.column("betweenness_w_inv_exact"))
    assert np.abs(ours - golden.column("betweenness_w_inv")).max() > TIED_FLOATS[name]


def test_betweenness_of_directed_flows(flow: Golden) -> None:
    close(betweenness(flow.flows), flow.column("betweenness_unw"))


def test_closeness(net: Golden) -> None:
    close(closeness(net.flows), net.column("closeness_wf"))
    close(harmonic(net.flows), net.column("harmonic"))


def test_eigenvector_and_pagerank(net: Golden) -> None:
    close(eigenvector(net.flows), net.column("eigenvector_w_igraph"))
    close(pagerank(net.flows), net.column("pagerank_w_igraph"))
    np.testing.assert_allclose(pagerank(net.flows), net.column("pagerank_w"), rtol=0, atol=1e-9)


def test_hubs_authorities_and_pagerank_of_flows(flow: Golden) -> None:
    ours = hits(flow.flows)
    close(ours["hub"], flow.column("hub"))
    close(ours["authority"], flow.column("authority"))
    # theirs stops iterating at 1e-6, ours at 1e-15
    np.testing.assert_allclose(pagerank(flow.flows), flow.column("pagerank_w"), rtol=0, atol=1e-9)


def test_clustering(net: Golden) -> None:
    few = net.column("degree") < 2
    for by, column in {
        "ties": "clustering",
        "onnela": "clustering_w_onnela",
        "barrat": "clustering_barrat_igraph",
    }.items():
        ours = clustering(net.flows, by=by)  # type: ignore[arg-type]
        assert np.array_equal(ours.isna(), few)
        close(ours.fillna(0), net.column(column))
    close(average_clustering(net.flows), net.whole["avg_clustering_unweighted"])
    close(transitivity(net.flows), net.whole["transitivity"])


def test_constraint(net: Golden) -> None:
    theirs = net.column("constraint_burt")
    assert np.isnan(theirs).sum() == net.whole["isolates"] > 0
    close(constraint(net.flows), theirs)


def test_the_giant_component_and_its_paths(net: Golden) -> None:
    part = giant(net.flows)
    assert len(part.places) == net.whole["giant_n"]
    assert diameter(part) == diameter(net.flows) == net.whole["giant_diameter"]
    close(average_path_length(part), net.whole["giant_avg_path_len"])
    assert len(isolates(net.flows)) == net.whole["isolates"]


def test_the_shape_of_the_whole(net: Golden) -> None:
    close(degree_assortativity(net.flows), net.whole["degree_assortativity"])
    close(degree_centralization(net.flows), net.whole["degree_centralization_freeman"])
