"""Technology transfer between cities, from records: who gives to whom, in which role, along what corridor."""

from __future__ import annotations

from heban.records.package import DataPackage
from heban.report.chapters.maker import Maker
from heban.report.chapters.transfer_cities.corridors import add_corridors
from heban.report.chapters.transfer_cities.flows import add_maps, moved, unfit
from heban.report.chapters.transfer_cities.industries import add_industries
from heban.report.chapters.transfer_cities.roles import add_roles
from heban.report.charts import Chart
from heban.report.charts.bubbles import bubbles
from heban.report.charts.flows import flows as flow_map
from heban.report.charts.matrix import heat
from heban.report.charts.series import lines
from heban.report.facts import Facts


def add(package: DataPackage, facts: Facts) -> None:
    """Add the maps of chosen years, the roles of cities, the industries and the corridors."""
    made = moved(package)
    for part in (add_maps, add_roles, add_industries, add_corridors):
        part(package, facts, made)


CHARTS = {
    "transfer_cities_maps": Chart(
        flow_map,
        ("transfer.cities.flows", "transfer.cities.places"),
        {"by": "year", "labels": 0},
        outlined=True,
    ),
    "transfer_cities_roles": Chart(bubbles, ("transfer.cities.roles",), {"ring": "corridor"}),
    "transfer_cities_capitals": Chart(
        heat, ("transfer.cities.capitals",), {"row": "class", "column": "place"}
    ),
    "transfer_cities_industries": Chart(lines, ("transfer.cities.industries",), {"series": "class"}),
    "transfer_cities_corridors": Chart(
        lines, ("transfer.cities.corridors",), {"y": "share", "series": "group"}
    ),
}
CHAPTER = Maker(
    "transfer_cities",
    "城市间的技术转移",
    "Technology transfer between cities",
    add,
    CHARTS,
    needs=("transfers",),
    unfit=unfit,
)
