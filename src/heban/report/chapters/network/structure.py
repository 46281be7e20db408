"""The structure of the network: communities, core and periphery, who stands between."""

from __future__ import annotations

import pandas as pd

from heban.domain.region import Region
from heban.measures import network
from heban.measures.network.betweenness import betweenness
from heban.measures.network.communities import communities
from heban.measures.network.core_periphery import core_periphery
from heban.measures.network.cores import core_number
from heban.report.chapters.maker import NONE, SEED, named, names_of
from heban.report.chapters.network.shape import FEW
from heban.report.cooperation import Cooperation
from heban.report.facts import Facts

RUNS, SHOWN = 20, 15
WHOLE = ("strength", "degree", "core_number", "community", "firmness")


def add_structure(facts: Facts, made: Cooperation, region: Region) -> None:
    """Add the communities with their stability, the core, and the cities on the shortest ways."""
    flows, sources = made.flows, made.sources
    found = communities(flows, seed=SEED, runs=RUNS)
    core = core_periphery(flows)
    strength = network.strength(flows)
    table = pd.DataFrame(
        {
            "strength": strength,
            "degree": network.degree(flows),
            "betweenness": betweenness(flows, weighted=True),
            "core_number": core_number(flows),
            "core": core.is_core,
            "community": found.membership,
            "firmness": 100 * found.firmness,
        }
    )
    table = table[strength > 0].rename_axis("place").reset_index()
    table = table.sort_values(["strength", "place"], ascending=[False, True]).head(SHOWN)
    facts.table(
        "network.structure",
        named(table, region, "place"),
        sources=sources,
        labels={
            "strength": ("强度", "Strength"),
            "degree": ("联系城市数", "Degree"),
            "betweenness": ("居间中心度", "Betweenness"),
            "core_number": ("k 核", "k-core"),
            "core": ("核心", "Core"),
            "community": ("社群", "Community"),
            "firmness": ("归属稳定度", "Firmness"),
        },
        units={"strength": made.unit, "firmness": "%"},
        decimals={"betweenness": 3} | dict.fromkeys(WHOLE, 0),
        notes=(
            "居间中心度以 1/强度为距离，除以其最大可能值；社群用 Leiden 算法求模块度，归属稳定度为多次求解中"
            "与同一社群其他城市仍在一起的比重；核心按 Borgatti–Everett。",
            "Betweenness over distances 1/strength, as a share of its maximum; communities by Leiden's "
            "algorithm for modularity, firmness the share of a city's community that stays with it over "
            "the runs; core after Borgatti and Everett.",
        ),
    )
    several = [number for number, size in found.sizes.items() if size > 1]
    facts.fact("network.communities", len(several), decimals=0, sources=sources)
    facts.fact("network.modularity", found.modularity, decimals=2, sources=sources)
    facts.fact("network.stability", found.stability, decimals=2, sources=sources)
    facts.fact("network.runs", found.runs, decimals=0)
    facts.fact("network.core", names_of(region, _strongest(core.core, strength)) or NONE, sources=sources)
    facts.fact("network.core.count", len(core.core), decimals=0, sources=sources)
    facts.fact("network.core.fit", core.correlation, decimals=2, sources=sources)


def _strongest(codes: tuple[str, ...], strength: pd.Series[float]) -> list[str]:
    """Return the first few of some places, the strongest first."""
    return [str(code) for code in strength[list(codes)].sort_values(ascending=False).index[:FEW]]
