"""Heban's own index of innovation capacity, from yearbook statistics, every step shown."""

from __future__ import annotations

from heban.measures import growth
from heban.records.package import DataPackage
from heban.report.chapters.capacity.building import Capacity, capacity, unfit
from heban.report.chapters.capacity.doubts import add_doubts
from heban.report.chapters.capacity.growing import add_growth_table, add_parts
from heban.report.chapters.capacity.leaves import add_leaves
from heban.report.chapters.capacity.scores import add_pillars, add_scores
from heban.report.chapters.capacity.standing import add_ranks, add_rivals
from heban.report.chapters.capacity.steps import add_steps
from heban.report.chapters.maker import NONE, Maker, names_of
from heban.report.charts import Chart
from heban.report.charts.comparisons import ranked
from heban.report.charts.matrix import heat
from heban.report.charts.series import lines, multiples
from heban.report.facts import Facts
from heban.report.indexing import FILE

__all__ = ["CHAPTER", "CHARTS", "capacity"]


def add(package: DataPackage, facts: Facts) -> None:
    """Add the scores, the pillars, the steps and the band of the index of innovation capacity."""
    made = capacity(package)
    for part in PARTS:
        part(package, facts, made)


def _add_frame(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Say what stands in the framework, and what is missing from it."""
    facts.fact("capacity.base", growth.BASE, decimals=0)
    facts.fact("capacity.base_year", made.base_year, plain=True)
    facts.fact("capacity.last_year", made.last_year, plain=True)
    facts.fact("capacity.indicators", made.index.hierarchy.size, decimals=0, sources=made.sources)
    pillars = package.catalogue.children(made.index.root)
    present = [pillar for pillar in pillars if pillar.code not in made.index.missing]
    facts.fact("capacity.pillars", len(present), decimals=0, sources=made.sources)
    facts.fact("capacity.framework", len(pillars), decimals=0, sources=("indicators",))
    bare = [(pillar.zh, pillar.en) for pillar in pillars if pillar not in present]
    facts.fact("capacity.missing_pillars", bare or NONE, sources=("indicators",))
    leaves = package.catalogue.leaves(made.index.root)
    missing = [(leaf.zh, leaf.en) for leaf in leaves if leaf.code in made.index.missing]
    facts.fact("capacity.missing", missing or NONE, sources=("indicators",))
    bridged = int((made.index.lineage.filled > 0).sum())
    facts.fact("capacity.bridged", bridged, decimals=0, sources=made.sources)
    members = list(made.members)
    facts.fact("capacity.places", names_of(package.region, members), sources=("places",))


PARTS = (
    *(add_scores, add_pillars, add_ranks, add_rivals),
    *(add_parts, add_growth_table, add_doubts, add_steps, add_leaves, _add_frame),
)
CHARTS = {
    "capacity_scores": Chart(lines, ("capacity.scores",), {"series": "place", "band": ("low", "high")}),
    "capacity_pillars": Chart(
        multiples,
        ("capacity.pillar_scores",),
        {"facet": "pillar", "series": "place", "columns": 2, "height": 150, "log": True},
    ),
    "capacity_ranks": Chart(heat, ("capacity.ranks",), {"row": "place", "column": "rank", "value": "value"}),
    "capacity_growth": Chart(ranked, ("capacity.growth",), {"category": "indicator"}),
}
CHAPTER = Maker(
    "capacity",
    "创新能力指数",
    "The capacity index",
    add,
    CHARTS,
    needs=("statistics",),
    files=(FILE,),
    unfit=unfit,
)
