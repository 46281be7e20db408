"""Cores, modularity, communities and the core–periphery scan on five real networks, against other programs.

Source: ../shared/golden/space/net_* (networkx 3.6.1 and igraph 1.0.0 on `w_full`; its README tells how). The
bound of the modularity is the best of 60 runs of Leiden there; ours are RUNS runs from seed 1. The columns
cp_* and cpnet_* are unreliable and not compared. The scan for a core leaves out places without ties.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.measures.network.communities import Communities, communities
from heban.measures.network.core_periphery import core_periphery
from heban.measures.network.cores import core_number, max_core
from heban.measures.network.modularity import modularity, share_within
from heban.records.flows import Flows

NETWORKS = (
    "net_cn_wos_ai_diagnosis",
    "net_keep_2014_2016_nuts3",
    "net_openalex_countries_1995",
    "net_openalex_countries_2005",
    "net_openalex_countries_2015",
)
WITH_PARTITION = NETWORKS[:2]  # the networks of countries come without a partition
RUNS = {"net_cn_wos_ai_diagnosis": 300}  # about one run in forty reaches the bound there
SEED = 1


class Golden:
    """One network and what other programs found in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.whole = json.loads((folder / "global_metrics.json").read_text("utf-8"))
        edges = self.read("edges.csv")
        ends = {"origin": edges["source"], "destination": edges["target"]}
        frame = pd.DataFrame({**ends, "year": 2000, "class": "", "value": edges["w_full"].astype(float)})
        self.flows = Flows(frame, tuple(self.read("nodes.csv")["node"]), directed=False)

    def read(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / name, dtype=str, keep_default_na=False)

    def column(self, name: str) -> pd.Series:
        return self.read("node_metrics.csv").set_index("node")[name].reindex(list(self.flows.places))

    @cached_property
    def communities(self) -> Communities:
        return communities(self.flows, seed=SEED, runs=RUNS.get(self.folder.name, 60))


@pytest.fixture(scope="module")
def networks(shared: Path) -> dict[str, Golden]:
    return {name: Golden(shared / "golden" / "space" / name) for name in NETWORKS}


@pytest.mark.parametrize("name", NETWORKS)
def test_core_numbers(networks: dict[str, Golden], name: str) -> None:
    golden = networks[name]
    assert core_number(golden.flows).to_list() == golden.column("core_number").astype(int).to_list()
    assert max_core(golden.flows) == golden.whole["max_core"]


@pytest.mark.parametrize("name", WITH_PARTITION)
def test_modularity_of_a_given_partition(networks: dict[str, Golden], name: str) -> None:
    golden = networks[name]
    partition = golden.column("partition")
    right = golden.whole["modularity_fixed_partition_w"]
    assert modularity(golden.flows, partition) == pytest.approx(right, abs=1e-14)
    share = golden.whole["share_weight_within_partition"]
    assert share_within(golden.flows, partition) == pytest.approx(share, abs=1e-14)


@pytest.mark.parametrize("name", NETWORKS)
def test_modularity_of_the_best_partition_of_the_other_program(
    networks: dict[str, Golden], name: str
) -> None:
    golden = networks[name]
    right = golden.whole["leiden_best_of_60_modularity_w"]
    assert modularity(golden.flows, golden.column("leiden_best_membership")) == pytest.approx(
        right, abs=1e-14
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_leiden_reaches_the_modularity_of_the_other_program(networks: dict[str, Golden], name: str) -> None:
    golden = networks[name]
    found = golden.communities
    assert found.modularity >= golden.whole["leiden_best_of_60_modularity_w"] - 1e-12
    assert modularity(golden.flows, found.membership) == pytest.approx(found.modularity, abs=1e-14)


@pytest.mark.parametrize("name", NETWORKS[2:4])
def test_where_the_optimum_is_plain_the_communities_are_the_same(
    networks: dict[str, Golden], name: str
) -> None:
    golden = networks[name]
    tied = core_number(golden.flows) > 0
    ours, theirs = golden.communities.membership[tied], golden.column("leiden_best_membership")[tied]
    assert pd.crosstab(ours, theirs).gt(0).sum().eq(1).all()
    assert ours.nunique() == theirs.nunique()


@pytest.mark.parametrize("name", NETWORKS)
def test_the_scan_for_a_core(networks: dict[str, Golden], name: str) -> None:
    golden = networks[name]
    found = core_periphery(golden.flows)
    right = golden.whole["BE_binary_best_degree_ordered_corr"]
    assert found.correlation == pytest.approx(right, abs=1e-13)
    assert len(found.core) == golden.whole["BE_binary_best_degree_ordered_core_size"]
    assert np.array_equal(found.is_core, golden.column("BE_binary_core_degree_ordered") == "1")
