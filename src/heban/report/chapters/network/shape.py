"""The shape of the network: its size and density, its cities, its strongest ties, year by year."""

from __future__ import annotations

import pandas as pd

from heban.domain.region import Region
from heban.measures import concentration, network
from heban.report.chapters.maker import NONE, name_of, named, names_of
from heban.report.cooperation import Cooperation
from heban.report.facts import Facts

FEW, DRAWN = 12, 400  # names in a sentence, and ties on a map: the strongest
CITY, CITIES = ("城市", "City"), ("市", "cities")


def add_pooled(facts: Facts, made: Cooperation, region: Region) -> None:
    """Add density, ties and concentration of all years together."""
    flows, sources = made.flows, made.sources
    n = len(flows.places)
    facts.fact("network.what", made.what, sources=sources)
    facts.fact("network.unit", made.unit, sources=sources)
    facts.fact("network.cities", n, decimals=0, unit=CITIES, sources=("places",))
    possible = network.possible_ties(n, directed=False)
    facts.fact("network.possible", possible, decimals=0, sources=("places",), how="N(N−1)/2")
    facts.fact("network.first_year", flows.years[0], plain=True, sources=sources)
    facts.fact("network.last_year", flows.years[-1], plain=True, sources=sources)
    facts.fact(
        "network.pairs", network.pairs(flows)["value"].sum(), decimals=0, unit=made.unit, sources=sources
    )
    facts.fact("network.ties", network.ties(flows), decimals=0, sources=sources)
    how = ("有联系的城市对除以全部可能的城市对", "pairs of cities with a tie over all possible pairs")
    facts.fact("network.density", network.density(flows), decimals=3, sources=sources, how=how)
    facts.fact("network.taking_part", network.taking_part(flows), decimals=0, unit=CITIES, sources=sources)
    strength = network.strength(flows).sort_values(ascending=False, kind="stable")
    facts.fact("network.strongest", names_of(region, list(strength.index[:5])), sources=sources)
    facts.fact("network.gini", concentration.gini(strength), decimals=2, sources=sources)
    absent = [code for code in flows.places if strength[code] == 0]
    facts.fact("network.absent", names_of(region, absent[:FEW]) or NONE, sources=sources)
    facts.fact("network.absent.count", len(absent), decimals=0, sources=sources)
    for group in region.groups.values():
        share = network.share_touching(flows, group.members)
        facts.fact(f"network.group.{group.code}.share", share, decimals=1, sources=sources)
        facts.fact(f"network.group.{group.code}.name", (group.zh, group.en), sources=sources)


def add_years(facts: Facts, made: Cooperation, _: Region) -> None:
    """Add the cities that took part, the ties and the density of every year."""
    flows, sources = made.flows, made.sources
    records = [
        (
            year,
            network.taking_part(flows.of_year(year)),
            network.ties(flows.of_year(year)),
            network.density(flows.of_year(year)),
            network.weighted_density(flows.of_year(year)),
            float(network.pairs(flows.of_year(year))["value"].sum()),
        )
        for year in flows.years
    ]
    facts.table(
        "network.years",
        pd.DataFrame(records, columns=["year", "cities", "ties", "density", "weighted", "pairs"]),
        sources=sources,
        decimals={"density": 3, "weighted": 3, "pairs": 0, "cities": 0, "ties": 0},
        labels={
            "cities": ("参与城市", "Cities taking part"),
            "ties": ("有联系的城市对", "Pairs of cities with a tie"),
            "density": ("网络密度", "Density"),
            "weighted": ("加权密度", "Weighted density"),
            "pairs": made.unit,
        },
    )


def add_cities(facts: Facts, made: Cooperation, region: Region) -> None:
    """Add strength and degree of every city, and where it stands on maps."""
    flows, sources = made.flows, made.sources
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
        units={"strength": made.unit},
        decimals={"strength": 0, "degree": 0},
    )
    top = table.iloc[0]
    facts.fact("network.top", name_of(region, top["place"]), sources=sources)
    facts.fact("network.top.strength", top["strength"], decimals=0, unit=made.unit, sources=sources)
    facts.fact("network.top.degree", top["degree"], decimals=0, unit=CITIES, sources=sources)


def add_cities_by_year(facts: Facts, made: Cooperation, region: Region) -> None:
    """Add strength and degree of every city that has a tie in any year, year by year."""
    flows = made.flows
    parts = [
        pd.DataFrame(
            {"strength": network.strength(flows.of_year(year)), "degree": network.degree(flows.of_year(year))}
        ).assign(year=year)
        for year in flows.years
    ]
    table = pd.concat(parts).rename_axis("place").reset_index()
    strength = network.strength(flows)
    # A city of the network that has no tie in a year was looked for in it too: zero is its value.
    table = table[table["place"].map(strength) > 0].sort_values(["place", "year"], ignore_index=True)
    facts.table(
        "network.city_years",
        named(table[["place", "year", "strength", "degree"]], region, "place"),
        sources=made.sources,
        labels={"strength": ("强度", "Strength"), "degree": ("联系城市数", "Degree")},
        units={"strength": made.unit},
        decimals={"strength": 0, "degree": 0},
    )


def add_ties(facts: Facts, made: Cooperation, region: Region) -> None:
    """Add the tied pairs, of all years together and by year."""
    flows, sources = made.flows, made.sources
    ties = network.pairs(flows)
    strongest = ties.iloc[0]
    yearly = pd.concat(
        [network.pairs(flows.of_year(year)).head(DRAWN // 2).assign(year=year) for year in flows.years]
    )
    for id, rows in (("network.flows", ties.head(DRAWN)), ("network.yearly", yearly)):
        facts.table(
            id,
            named(rows, region, "origin", "destination"),
            sources=sources,
            labels={"origin": CITY, "destination": CITY, "value": made.unit},
            decimals={"value": 0},
        )
    for end in ("origin", "destination"):
        facts.fact(f"network.tie.{end}", name_of(region, strongest[end]), sources=sources)
    facts.fact("network.tie.value", strongest["value"], decimals=0, unit=made.unit, sources=sources)
