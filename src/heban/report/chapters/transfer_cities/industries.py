"""Industries of the transfers: by year, and by what the capitals of the provinces give."""

from __future__ import annotations

import pandas as pd

from heban.records.package import DataPackage
from heban.report.chapters.maker import NONE, labelled, name_of, named
from heban.report.chapters.transfer_cities.flows import UNIT, Moved
from heban.report.facts import Facts

SCHEME, LARGEST = "sei", 6  # the scheme of the classes, and how many are shown


def add_industries(package: DataPackage, facts: Facts, made: Moved) -> None:
    """Add the transfers by industry and year, and by industry of the first city of each province."""
    names = package.class_names(SCHEME) if package.of_kind("classes") else {}
    rows = made.flows.frame[made.flows.frame["class"] != ""]
    largest = rows.groupby("class")["value"].sum().sort_values(ascending=False, kind="stable").index[:LARGEST]
    rows = rows[rows["class"].isin(largest)]
    yearly = rows.groupby(["class", "year"], as_index=False)["value"].sum()
    facts.table(
        "transfer.cities.industries",
        labelled(yearly, names),
        sources=made.sources,
        labels={"class": ("战略性新兴产业", "Strategic emerging industry"), "value": ("转移专利", "Patents")},
        units={"value": UNIT},
        decimals={"value": 0},
    )
    _add_capitals(package, facts, made, rows, names)


def _add_capitals(
    package: DataPackage, facts: Facts, made: Moved, rows: pd.DataFrame, names: dict[str, tuple[str, str]]
) -> None:
    region = package.region
    capitals = [city for province in region.provinces if (city := _capital(package, province))]
    given = rows[rows["origin"].isin(capitals)]
    table = given.groupby(["origin", "class"], as_index=False)["value"].sum()
    table["value"] = 100 * table["value"] / table.groupby("origin")["value"].transform("sum")
    table = table.rename(columns={"origin": "place"})
    size = table.groupby("class")["value"].transform("sum")
    table = table.assign(size=size).sort_values(["place", "size"], ascending=[True, False])
    facts.table(
        "transfer.cities.capitals",
        labelled(named(table.drop(columns="size"), region, "place"), names),
        sources=made.sources,
        labels={
            "class": ("产业", "Industry"),
            "value": ("占该市输出的比重", "Share of what it gives"),
        },
        units={"value": "%"},
        decimals={"value": 0},
    )
    top = table.loc[table.groupby("place")["value"].idxmax()]
    told = []
    for row in top.to_dict("records"):
        place, (zh, en) = name_of(region, row["place"]), names.get(row["class"], (row["class"],) * 2)
        told.append({"zh": f"{place['zh']}（{zh}）", "en": f"{place['en']} ({en})"})
    facts.fact("transfer.cities.capitals.top", told or NONE, sources=made.sources)


def _capital(package: DataPackage, province: str) -> str:
    """Return the first city of a province in the order of codes, its seat of government in GB/T 2260."""
    cities = sorted(city.code for city in package.region.cities() if city.parent == province)
    return cities[0] if cities else ""
