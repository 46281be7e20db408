"""The network of cities that work together, from counted pairs or from records."""

from __future__ import annotations

from heban.records.package import DataPackage
from heban.report.chapters.maker import Maker
from heban.report.chapters.network.change import add_border, add_change
from heban.report.chapters.network.fields import add_fields
from heban.report.chapters.network.shape import (
    add_cities,
    add_cities_by_year,
    add_pooled,
    add_ties,
    add_years,
)
from heban.report.chapters.network.structure import add_structure
from heban.report.charts import Chart
from heban.report.charts.flows import flows as flow_map
from heban.report.charts.maps import tiles
from heban.report.cooperation import cooperation, unfit
from heban.report.facts import Facts

PARTS = (
    *(add_pooled, add_years, add_cities, add_cities_by_year),
    *(add_ties, add_structure, add_change, add_border),
)


def add(package: DataPackage, facts: Facts) -> None:
    """Add shape, structure, change and borders of the network, pooled, by year and by field."""
    made = cooperation(package)
    for part in PARTS:
        part(facts, made, package.region)
    add_fields(package, facts)


CHARTS = {
    "network_map": Chart(flow_map, ("network.flows", "network.places"), outlined=True),
    "network_tiles": Chart(tiles, ("network.places",), {"value": "strength", "scale": "sqrt"}, outlined=True),
    "network_years": Chart(
        flow_map, ("network.yearly", "network.places"), {"by": "year", "labels": 0}, outlined=True
    ),
}
CHAPTER = Maker("network", "科研合作网络", "The research network", add, CHARTS, unfit=unfit)
