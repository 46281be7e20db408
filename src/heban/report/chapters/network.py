"""The network of cities that publish together, from records of papers."""

from __future__ import annotations

import pandas as pd

from heban.domain.region import Region
from heban.measures import concentration, network
from heban.records.flows import Flows
from heban.records.package import DataPackage
from heban.report.chapters.maker import NONE, Maker, name_of, named, names_of
from heban.report.charts import Chart
from heban.report.charts.flows import flows as flow_map
from heban.report.charts.maps import tiles
from heban.report.facts import Facts

KIND = "coaffiliation"
PAIRS = ("篇对", "paper pairs")
CITIES = ("市", "cities")
TIE_LABELS = {
    "origin": ("城市", "City"),
    "destination": ("城市", "City"),
    "value": ("篇对数", "Paper pairs"),
}


def add(package: DataPackage, facts: Facts) -> None:
    """Add density, ties, strength and the map of co-affiliation, pooled and by year."""
    region = package.region
    cities = [city.code for city in region.cities()]
    flows = package.flows(KIND, cities, directed=False)
    sources = tuple(dict.fromkeys(flows.frame["table"]))
    _add_pooled(facts, flows, region, sources)
    _add_years(facts, flows, sources)
    _add_cities(facts, flows, region, sources)
    _add_ties(facts, flows, region, sources)


def _add_pooled(facts: Facts, flows: Flows, region: Region, sources: tuple[str, ...]) -> None:
    n = len(flows.places)
    facts.fact("network.cities", n, decimals=0, unit=CITIES, sources=("places",))
    possible = network.possible_ties(n, directed=False)
    facts.fact("network.possible", possible, decimals=0, sources=("places",), how="N(N−1)/2")
    facts.fact("network.first_year", flows.years[0], plain=True, sources=sources)
    facts.fact("network.last_year", flows.years[-1], plain=True, sources=sources)
    facts.fact("network.pairs", flows.frame["value"].sum(), decimals=0, unit=PAIRS, sources=sources)
    facts.fact("network.ties", network.ties(flows), decimals=0, sources=sources)
    how = ("有联系的城市对除以全部可能的城市对", "pairs of cities with a tie over all possible pairs")
    facts.fact("network.density", network.density(flows), decimals=3, sources=sources, how=how)
    facts.fact("network.taking_part", network.taking_part(flows), decimals=0, unit=CITIES, sources=sources)
    strength = network.strength(flows).sort_values(ascending=False, kind="stable")
    facts.fact("network.strongest", names_of(region, list(strength.index[:5])), sources=sources)
    facts.fact("network.gini", concentration.gini(strength), decimals=2, sources=sources)
    absent = [code for code in flows.places if strength[code] == 0]
    facts.fact("network.absent", names_of(region, absent) or NONE, sources=sources)
    for group in region.groups.values():
        share = network.share_touching(flows, group.members)
        facts.fact(f"network.group.{group.code}.share", share, decimals=1, sources=sources)
        facts.fact(f"network.group.{group.code}.name", (group.zh, group.en), sources=sources)


def _add_years(facts: Facts, flows: Flows, sources: tuple[str, ...]) -> None:
    records = [
        (
            year,
            network.taking_part(flows.of_year(year)),
            network.ties(flows.of_year(year)),
            network.density(flows.of_year(year)),
            float(flows.of_year(year).frame["value"].sum()),
        )
        for year in flows.years
    ]
    facts.table(
        "network.years",
        pd.DataFrame(records, columns=["year", "cities", "ties", "density", "pairs"]),
        sources=sources,
        decimals={"density": 3, "pairs": 0, "cities": 0, "ties": 0},
        labels={
            "cities": ("参与城市", "Cities taking part"),
            "ties": ("有联系的城市对", "Pairs of cities with a tie"),
            "density": ("网络密度", "Density"),
            "pairs": ("篇对数", "Paper pairs"),
        },
    )


def _add_cities(facts: Facts, flows: Flows, region: Region, sources: tuple[str, ...]) -> None:
    strength, degree = network.strength(flows), network.degree(flows)
    core = next(iter(region.groups.values())).members if region.groups else ()
    places = [region.place(code) for code in flows.places]
    table = pd.DataFrame(
        {
            "place": flows.places,
            "strength": strength.to_numpy(),
            "degree": degree.to_numpy(),
            "lon": [place.lon for place in places],
            "lat": [place.lat for place in places],
            "col": [region.tiles.get(code, (None, None))[0] for code in flows.places],
            "row": [region.tiles.get(code, (None, None))[1] for code in flows.places],
            "core": [code in core for code in flows.places],
        }
    )
    # A city without a tie was looked for and not found in the records: zero is its value.
    table = table.sort_values(["strength", "place"], ascending=[False, True])
    facts.table(
        "network.places",
        named(table, region, "place"),
        sources=(*sources, "places"),
        labels={
            "strength": ("强度", "Strength"),
            "degree": ("联系城市数", "Degree"),
            "core": ("核心城市", "Core city"),
        },
        units={"strength": PAIRS},
        decimals={"strength": 0, "degree": 0},
    )
    top = table.iloc[0]
    facts.fact("network.top", name_of(region, top["place"]), sources=sources)
    facts.fact("network.top.strength", top["strength"], decimals=0, unit=PAIRS, sources=sources)
    facts.fact("network.top.degree", top["degree"], decimals=0, unit=CITIES, sources=sources)


def _add_ties(facts: Facts, flows: Flows, region: Region, sources: tuple[str, ...]) -> None:
    ties = network.pairs(flows)
    yearly = pd.concat([network.pairs(flows.of_year(year)).assign(year=year) for year in flows.years])
    for id, rows in (("network.flows", ties), ("network.yearly", yearly)):
        facts.table(
            id,
            named(rows, region, "origin", "destination"),
            sources=sources,
            labels=TIE_LABELS,
            decimals={"value": 0},
        )
    strongest = ties.iloc[0]
    for end in ("origin", "destination"):
        facts.fact(f"network.tie.{end}", name_of(region, strongest[end]), sources=sources)
    facts.fact("network.tie.value", strongest["value"], decimals=0, unit=PAIRS, sources=sources)


CHARTS = {
    "network_map": Chart(flow_map, ("network.flows", "network.places"), outlined=True),
    "network_tiles": Chart(tiles, ("network.places",), {"value": "strength", "scale": "sqrt"}, outlined=True),
    "network_years": Chart(
        flow_map, ("network.yearly", "network.places"), {"by": "year", "labels": 0}, outlined=True
    ),
}
CHAPTER = Maker(
    "network", "科研合作网络", "The research network", add, CHARTS, needs=("flows",), rows=(KIND,)
)
