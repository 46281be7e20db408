"""Flows of patents between cities, and their maps for chosen years."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from heban.measures import network
from heban.measures.network.evolution import change
from heban.records.flows import Flows
from heban.records.package import DataPackage
from heban.report.chapters.maker import name_of, named
from heban.report.facts import Facts

UNIT = ("件", "patents")
MAPS, SHOWN = 4, 60  # years that are drawn, and pairs in each


@dataclass(frozen=True)
class Moved:
    """The transfers of a package as flows between its cities, with the tables that they come from."""

    flows: Flows
    sources: tuple[str, ...]

    @property
    def years(self) -> list[int]:
        """The years in which anything goes from one city to another."""
        frame = self.flows.frame
        return sorted({int(year) for year in frame.loc[frame["origin"] != frame["destination"], "year"]})

    @property
    def last(self) -> Flows:
        """The flows of the last such year."""
        return self.flows.of_year(self.years[-1])


@lru_cache(maxsize=1)  # `unfit` asks first, then the chapter: records are reduced once
def moved(package: DataPackage) -> Moved:
    """Count the records of transfers by origin, destination, year and class."""
    cities = [city.code for city in package.region.cities()]
    flows = package.network("transfers", places=cities, by_class=True)
    return Moved(flows, tuple(resource.name for resource in package.of_kind("transfers")))


def unfit(package: DataPackage) -> str:
    """Say what is lacking when no record goes from one city to another."""
    return "" if moved(package).years else "transfers between two cities"


def add_maps(package: DataPackage, facts: Facts, made: Moved) -> None:
    """Add the strongest flows of years spread over the whole time, and how the network changed."""
    region, flows = package.region, made.flows
    years = _spread(made.years)
    pairs = pd.concat([network.pairs(flows.of_year(year)).head(SHOWN).assign(year=year) for year in years])
    facts.table(
        "transfer.cities.flows",
        named(pairs, region, "origin", "destination"),
        sources=made.sources,
        labels={"origin": ("转出", "From"), "destination": ("转入", "To"), "value": ("转移专利", "Patents")},
        units={"value": UNIT},
        decimals={"value": 0},
    )
    core = next(iter(region.groups.values())).members if region.groups else ()
    nodes = pd.concat([_nodes(package, flows.of_year(year), year, core) for year in years])
    facts.table(
        "transfer.cities.places",
        named(nodes, region, "place"),
        sources=(*made.sources, "places"),
        labels={"strength": ("输出加输入", "Given and received"), "core": ("核心城市", "Core city")},
        units={"strength": UNIT},
        decimals={"strength": 0},
    )
    first, last = (flows.of_year(years[end]) for end in (0, -1))
    for end, some in (("first", first), ("last", last)):
        ties = network.ties(some)
        facts.fact(f"transfer.cities.{end}_year", some.years[0], plain=True, sources=made.sources)
        facts.fact(f"transfer.cities.{end}.ties", ties, decimals=0, sources=made.sources)
        facts.fact(f"transfer.cities.{end}.total", some.frame["value"].sum(), decimals=0, unit=UNIT)
        strongest = network.pairs(some).iloc[0]
        for which in ("origin", "destination"):
            facts.fact(f"transfer.cities.{end}.{which}", name_of(region, strongest[which]))
        facts.fact(f"transfer.cities.{end}.strongest", strongest["value"], decimals=0, unit=UNIT)
    turned = change(first, last)
    facts.fact("transfer.cities.new", turned["new"], decimals=0, sources=made.sources)
    facts.fact("transfer.cities.lost", turned["lost"], decimals=0, sources=made.sources)
    facts.fact("transfer.cities.turnover", 100 * turned["turnover"], decimals=0, unit="%")


def _spread(years: list[int]) -> list[int]:
    """Return the first and the last year and some evenly between."""
    at = np.linspace(0, len(years) - 1, min(MAPS, len(years))).round().astype(int)
    return [years[number] for number in at]


def _nodes(package: DataPackage, flows: Flows, year: int, core: tuple[str, ...]) -> pd.DataFrame:
    places = [package.region.place(code) for code in flows.places]
    return pd.DataFrame(
        {
            "place": flows.places,
            "year": year,
            "strength": network.strength(flows).to_numpy(),
            "lon": [place.lon for place in places],
            "lat": [place.lat for place in places],
            "core": [code in core for code in flows.places],
        }
    )
