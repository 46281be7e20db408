"""Joined boards 合板: who is long, who is short, who should share with whom, what it would change."""

from __future__ import annotations

from heban.records.package import DataPackage
from heban.report.chapters.boards.after import add_after
from heban.report.chapters.boards.drivers import add_drivers
from heban.report.chapters.boards.patrols import add_patrols
from heban.report.chapters.boards.planks import add_planks
from heban.report.chapters.boards.rested import rested, unfit
from heban.report.chapters.boards.sharing import add_sharing
from heban.report.chapters.maker import Maker
from heban.report.charts import Chart
from heban.report.charts.comparisons import dumbbell
from heban.report.charts.flows import flows as flow_map
from heban.report.charts.planks import planks
from heban.report.facts import Facts
from heban.report.planning.ground import FILE

PARTS = (add_planks, add_sharing, add_after, add_patrols, add_drivers)


def add(package: DataPackage, facts: Facts) -> None:
    """Add boards, the plan, what it changes, the patrols and the key factors."""
    for part in PARTS:
        part(facts, rested(package))


CHARTS = {
    "boards_planks": Chart(planks, ("boards.shown",)),
    "boards_flows": Chart(
        flow_map, ("boards.flows", "boards.places"), {"strength": "given", "labels": 16}, outlined=True
    ),
    "boards_after": Chart(dumbbell, ("boards.after",), {"start": "before", "end": "after", "zero": True}),
}
CHAPTER = Maker(
    "boards",
    "合板：长板、短板与共享",
    "Joined boards: long, short, shared",
    add,
    CHARTS,
    files=(FILE,),
    unfit=unfit,
)
