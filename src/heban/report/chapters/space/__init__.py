"""The space of disciplines: what cities are strong in, what lies near, who complements whom."""

from __future__ import annotations

from heban.records.package import DataPackage
from heban.report.chapters.maker import Maker
from heban.report.chapters.space.cities import add_cities, add_entries
from heban.report.chapters.space.complexity import add_complexity
from heban.report.chapters.space.cone import add_cone
from heban.report.chapters.space.ground import KIND, NATION, ground, unfit
from heban.report.chapters.space.partners import add_partners
from heban.report.chapters.space.scope import add_scope
from heban.report.chapters.space.trend import add_trend
from heban.report.chapters.space.web import add_web
from heban.report.charts import Chart
from heban.report.charts.comparisons import dumbbell
from heban.report.charts.series import lines
from heban.report.charts.webs import web
from heban.report.facts import Facts

PARTS = (add_scope, add_web, add_cities, add_entries, add_complexity, add_partners, add_trend, add_cone)


def add(package: DataPackage, facts: Facts) -> None:
    """Add the space, the cities in it, partners, the trend of both, and the cone."""
    made = ground(package)
    for part in PARTS:
        part(facts, made)


CHARTS = {
    "space_web": Chart(web, ("space.ties", "space.fields")),
    "space_cities": Chart(web, ("space.ties", "space.held"), {"by": "place", "columns": 2}),
    "space_trend": Chart(lines, ("space.trend",), {"series": "series"}),
    "space_ranks": Chart(lines, ("space.ranks",), {"x": "rank", "series": "span"}),
    "space_cone": Chart(dumbbell, ("space.cone",), {"start": "first", "end": "last", "zero": True}),
}
CHAPTER = Maker(
    "space",
    "学科空间",
    "The space of disciplines",
    add,
    CHARTS,
    needs=("holdings", "classes", "class_pairs"),
    rows=(KIND, NATION),
    unfit=unfit,
)
