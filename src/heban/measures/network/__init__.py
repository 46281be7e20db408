"""City networks: who is tied to whom, how strongly, and in which role.

Each measure is a function of flows; it stands here under its own name, whatever its module is called.
"""

from heban.measures.network.assortativity import assortativity, degree_assortativity
from heban.measures.network.backbone import backbone, disparity
from heban.measures.network.betweenness import betweenness
from heban.measures.network.brokerage import brokerage
from heban.measures.network.centralization import (
    betweenness_centralization,
    closeness_centralization,
    degree_centralization,
)
from heban.measures.network.closeness import closeness, harmonic
from heban.measures.network.clustering import average_clustering, clustering, transitivity
from heban.measures.network.communities import communities
from heban.measures.network.constraint import constraint
from heban.measures.network.core_periphery import core_periphery, core_test
from heban.measures.network.coreness import coreness
from heban.measures.network.cores import core_number, strength_core
from heban.measures.network.corridors import corridor_test, corridors
from heban.measures.network.eigen import eigenvector, hits, pagerank
from heban.measures.network.evolution import change, evolution, links
from heban.measures.network.exchange import coverage, exchange, largest_outflow
from heban.measures.network.hierarchy import component_count, flow_hierarchy
from heban.measures.network.modularity import modularity
from heban.measures.network.paths import average_path_length, diameter, giant, global_efficiency, isolates
from heban.measures.network.qap import mrqap, qap
from heban.measures.network.reciprocity import reciprocity, weighted_reciprocity
from heban.measures.network.roles import city_roles, roles_of_totals
from heban.measures.network.ties import (
    degree,
    density,
    pairs,
    possible_ties,
    share_touching,
    strength,
    taking_part,
    ties,
    weighted_density,
)

__all__ = [
    "assortativity",
    "average_clustering",
    "average_path_length",
    "backbone",
    "betweenness",
    "betweenness_centralization",
    "brokerage",
    "change",
    "city_roles",
    "closeness",
    "closeness_centralization",
    "clustering",
    "communities",
    "component_count",
    "constraint",
    "core_number",
    "core_periphery",
    "core_test",
    "coreness",
    "corridor_test",
    "corridors",
    "coverage",
    "degree",
    "degree_assortativity",
    "degree_centralization",
    "density",
    "diameter",
    "disparity",
    "eigenvector",
    "evolution",
    "exchange",
    "flow_hierarchy",
    "giant",
    "global_efficiency",
    "harmonic",
    "hits",
    "isolates",
    "largest_outflow",
    "links",
    "modularity",
    "mrqap",
    "pagerank",
    "pairs",
    "possible_ties",
    "qap",
    "reciprocity",
    "roles_of_totals",
    "share_touching",
    "strength",
    "strength_core",
    "taking_part",
    "ties",
    "transitivity",
    "weighted_density",
    "weighted_reciprocity",
]
