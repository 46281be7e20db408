"""From records to pairs: edges.csv and nodes.csv of ../shared/golden/space/net_keep_2014_2016_nuts3 and
net_cn_wos_ai_diagnosis, computed from their records.csv by other programs (README there); and the flows
from lead to partner of flow_keep_2014_2016_nuts3_lead_to_partner, from ../shared/data/20_keep_interreg."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.records import engine, reduce

SETS = {"net_keep_2014_2016_nuts3": ("project_id", "nuts3"), "net_cn_wos_ai_diagnosis": ("paper_id", "c")}
WEIGHTS = {"full": "w_full", "newman": "w_newman", "pair": "w_pair"}


@pytest.fixture(params=SETS)
def network(
    request: pytest.FixtureRequest, shared: Path
) -> tuple[Path, reduce.Affiliations, tuple[str, ...]]:
    """The folder of a set, its records and its universe."""
    folder = shared / "golden" / "space" / request.param
    record, place = SETS[request.param]
    rows = pd.read_csv(folder / "records.csv", dtype={record: object, place: object})
    nodes = pd.read_csv(folder / "nodes.csv", dtype={"node": object})
    flat = pd.DataFrame({"record": rows[record], "place": rows[place]})
    return folder, reduce.of_rows(flat), tuple(nodes["node"])


@pytest.mark.parametrize("counting", WEIGHTS)
def test_network_edges(network: tuple[Path, reduce.Affiliations, tuple[str, ...]], counting: str) -> None:
    folder, records, places = network
    flows = reduce.collaboration(records, counting=counting, places=places)
    between = flows.frame[flows.frame["origin"] != flows.frame["destination"]]
    told = pd.read_csv(folder / "edges.csv", dtype={"source": object, "target": object})
    assert flows.places == places
    assert between["origin"].tolist() == told["source"].tolist()
    assert between["destination"].tolist() == told["target"].tolist()
    np.testing.assert_allclose(between["value"], told[WEIGHTS[counting]], rtol=1e-12)


def test_network_nodes(network: tuple[Path, reduce.Affiliations, tuple[str, ...]]) -> None:
    folder, records, places = network
    nodes = pd.read_csv(folder / "nodes.csv", dtype={"node": object}).set_index("node")["n_records"]
    held = reduce.held(records, places=places).frame.set_index("place")["value"]
    assert held.reindex(nodes.index).astype(int).to_dict() == nodes.to_dict()
    alone = reduce.collaboration(records).frame.query("origin == destination")["value"].sum()
    coverage = reduce.coverage(records).iloc[0]
    assert alone == coverage["located"] - coverage["joint"]
    assert coverage["places"] == nodes.sum()


def test_network_lead_to_partner(shared: Path) -> None:
    golden = shared / "golden" / "space"
    chosen = pd.read_csv(golden / "net_keep_2014_2016_nuts3" / "records.csv", dtype=object)[
        "project_id"
    ].unique()
    told = pd.read_csv(shared / "data" / "20_keep_interreg" / "participations.csv", dtype=object)
    told = told[told["project_id"].isin(chosen)]
    role = told["is_lead"].map({"True": "lead", "False": "partner"})
    part = pd.DataFrame({"project": told["project_id"], "place": told["nuts3"], "role": role})
    projects = pd.DataFrame({"id": chosen, "year": 2015, "class": None})
    tables = engine.in_memory(projects), engine.in_memory(part)
    flows = reduce.lead_to_partner(*tables, each="participation").frame
    expected = pd.read_csv(golden / "flow_keep_2014_2016_nuts3_lead_to_partner" / "flows.csv")
    assert list(zip(flows["origin"], flows["destination"], flows["value"], strict=True)) == list(
        expected.itertuples(index=False, name=None)
    )
    once = reduce.lead_to_partner(*tables).frame  # one for each project: the same ties, lighter
    assert once[["origin", "destination"]].equals(flows[["origin", "destination"]])
    assert (once["value"] <= flows["value"]).all()
