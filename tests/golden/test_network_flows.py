"""Directed flows and the concentration of strengths against networkx, igraph and plain sums.

Source: ../shared/golden/space, folders flow_* (Chinese electronics firms and their branches; lead partners
and partners of Interreg projects 2014–2016) and net_*; its README says what computed each file. To 1e-9.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.measures import concentration, network
from heban.measures.network.exchange import coverage, exchange, largest_outflow
from heban.measures.network.hierarchy import component_count, flow_hierarchy
from heban.measures.network.reciprocity import reciprocity, weighted_reciprocity
from heban.measures.network.roles import city_roles
from heban.records.flows import Flows

FLOWS = ["flow_cn_firms_ele", "flow_keep_2014_2016_nuts3_lead_to_partner"]
NETS = ["net_cn_wos_ai_diagnosis", "net_keep_2014_2016_nuts3"]
NETS += [f"net_openalex_countries_{year}" for year in (1995, 2005, 2015)]


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False)


def flows_in(folder: Path, name: str, weight: str, *, directed: bool) -> Flows:
    frame = read(folder / f"{name}.csv")[["source", "target", weight]]
    frame = frame.set_axis(["origin", "destination", "value"], axis=1).astype(
        {"origin": str, "destination": str}
    )
    places = tuple(read(folder / "node_metrics.csv")["node"].astype(str))
    return Flows(frame.assign(**{"year": 2016, "class": ""}), places, directed)


@pytest.fixture(params=FLOWS)
def folder(request: pytest.FixtureRequest, shared: Path) -> Path:
    return shared / "golden" / "space" / str(request.param)


@pytest.fixture
def flows(folder: Path) -> Flows:
    return flows_in(folder, "flows", "weight", directed=True)


def close(ours: object, theirs: object) -> None:
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=1e-9, atol=1e-12)


def test_flow_global_metrics(folder: Path, flows: Flows) -> None:
    theirs = json.loads((folder / "global_metrics.json").read_text("utf-8"))
    figures = coverage(flows)
    ours = {
        "n": figures["places"],
        "m": figures["ties"],
        "density": figures["density"],
        "total_weight": figures["between"],
        "self_weight": figures["within"],
        "reciprocity_binary": reciprocity(flows),
        "reciprocity_weighted_squartini": weighted_reciprocity(flows),
        "n_weak": component_count(flows),
        "n_strong": component_count(flows, "strong"),
        "flow_hierarchy": flow_hierarchy(flows),
    }
    assert set(ours) == set(theirs)
    close([ours[name] for name in theirs], list(theirs.values()))
    assert network.density(flows) == figures["density"]


def test_flow_node_metrics(folder: Path, flows: Flows) -> None:
    theirs = read(folder / "node_metrics.csv").set_index("node")
    ours = exchange(flows)
    assert ours.index.tolist() == theirs.index.tolist()
    for name, column in {
        "out_degree": "out_degree", "in_degree": "in_degree", "given": "out_strength",
        "received": "in_strength", "net": "net_out",
    }.items():  # fmt: skip
        close(ours[name], theirs[column])
    balance = pd.to_numeric(theirs["symmetry_index"], errors="coerce")
    moving = ours["given"] + ours["received"] > 0
    close(ours["balance"][moving], balance[moving])
    assert ours["balance"][~moving].isna().all()
    assert moving.sum() > 70


def test_flow_largest_outflow(folder: Path, flows: Flows) -> None:
    theirs = read(folder / "largest_outflow.csv")
    ours = largest_outflow(flows)
    assert ours["origin"].tolist() == theirs["source"].tolist()
    close(ours["value"], theirs["weight"])
    alone = ours["rivals"] == 0
    assert alone.sum() > 10
    assert ours["destination"][alone].tolist() == theirs["target"][alone].tolist()
    matrix = pd.DataFrame(flows.matrix(), flows.places, flows.places)
    assert all(matrix.loc[row.source, row.target] == row.weight for row in theirs.itertuples())


def test_network_roles_never_rest_on_chance(flows: Flows) -> None:
    found = city_roles(flows, np.random.default_rng(1), draws=200)
    named = found[found["role"].isin(["source", "sink"])]
    assert len(named) > 3
    assert ((named["low"] > 0) | (named["high"] < 0)).all()
    assert (found.loc[found["volume"].nlargest(3).index, "role"] != "peripheral").all()


@pytest.mark.parametrize("name", NETS)
def test_network_concentration_of_strengths(shared: Path, name: str) -> None:
    folder = shared / "golden" / "space" / name
    theirs = json.loads((folder / "global_metrics.json").read_text("utf-8"))
    flows = flows_in(folder, "edges", "w_full", directed=False)
    strengths = network.strength(flows)
    nodes = read(folder / "node_metrics.csv")
    close(strengths, nodes["strength"])
    close(network.degree(flows), nodes["degree"])
    figures, degrees = coverage(flows), network.degree(flows)
    close(
        [
            len(flows.places), network.ties(flows), figures["density"], figures["between"],
            component_count(flows), (degrees == 0).sum(),
            concentration.gini(strengths), concentration.herfindahl(strengths),
        ],
        [
            theirs[key]
            for key in (
                "n", "m", "density", "total_weight", "n_components", "isolates", "strength_gini",
                "strength_hhi",
            )
        ],
    )  # fmt: skip
