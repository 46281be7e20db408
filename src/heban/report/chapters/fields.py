"""Fields of co-publication: the region's largest, each city's top ten, and the newcomers."""

from __future__ import annotations

import pandas as pd

from heban.records.package import DataPackage
from heban.report.chapters.maker import NONE, Maker, labelled, name_of, named
from heban.report.charts import Chart
from heban.report.charts.comparisons import ranked
from heban.report.charts.matrix import heat
from heban.report.facts import Facts

KIND, SCHEME = "co_papers", "wos_fields"
UNIT = ("篇", "papers")
TOP = 20


def add(package: DataPackage, facts: Facts) -> None:
    """Add the largest fields of the region and of each city, and the fields new to a city's list."""
    region = package.region
    rows = package.holdings(KIND).frame
    sources = tuple(dict.fromkeys(rows["table"]))
    rows = labelled(rows, package.class_names(SCHEME)).sort_values("value", ascending=False)
    cumulative = rows[rows["since"].notna()]
    _add_region(facts, cumulative[cumulative["place"] == region.code], sources)
    cities = cumulative[cumulative["place"] != region.code]
    ranks = cities.groupby("place")["value"].rank(ascending=False, method="min").astype(int)
    table = cities.assign(rank=ranks)[["place", "rank", "class", "class_zh", "class_en", "value"]]
    table = table.sort_values(["place", "rank"])
    facts.table(
        "fields.cities",
        named(table, region, "place"),
        sources=sources,
        labels={"class": ("学科", "Field"), "value": ("合作论文", "Co-publications")},
        units={"value": UNIT},
    )
    tops = cities[ranks == 1]
    facts.fact("fields.cities.count", tops["place"].nunique(), decimals=0, sources=sources)
    _add_newcomers(package, facts, rows, sources)


def newcomers(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a single year whose class is not in the same place's cumulative list.

    >>> rows = pd.DataFrame({"place": "a", "class": ["x", "x", "y"], "since": [2011, None, None]})
    >>> newcomers(rows)["class"].tolist()
    ['y']
    >>> list(newcomers(rows[rows["since"].notna()]).columns)
    ['place', 'class', 'since']
    """
    known = set(rows.loc[rows["since"].notna(), ["place", "class"]].itertuples(index=False, name=None))
    single = rows[rows["since"].isna()]
    new = [pair not in known for pair in single[["place", "class"]].itertuples(index=False, name=None)]
    return single[pd.Series(new, index=single.index, dtype=bool)]


def _add_region(facts: Facts, rows: pd.DataFrame, sources: tuple[str, ...]) -> None:
    table = rows.assign(rank=range(1, len(rows) + 1)).head(TOP)
    facts.table(
        "fields.region",
        table[["rank", "class", "class_zh", "class_en", "since", "year", "value"]],
        sources=sources,
        labels={"class": ("学科", "Field"), "value": ("合作论文", "Co-publications")},
        units={"value": UNIT},
    )
    facts.fact("fields.region.known", len(table), decimals=0, sources=sources)
    facts.fact("fields.region.top", (table.iloc[0]["class_zh"], table.iloc[0]["class_en"]), sources=sources)
    facts.fact("fields.region.top.value", table.iloc[0]["value"], decimals=0, unit=UNIT, sources=sources)
    facts.fact("fields.first_year", int(table.iloc[0]["since"]), plain=True, sources=sources)
    facts.fact("fields.last_year", int(table.iloc[0]["year"]), plain=True, sources=sources)


def _add_newcomers(package: DataPackage, facts: Facts, rows: pd.DataFrame, sources: tuple[str, ...]) -> None:
    columns = ["class", "class_zh", "class_en", "place", "year", "value"]
    new = newcomers(rows).sort_values(["class", "value"], ascending=[False, False])
    facts.table(
        "fields.newcomers",
        named(new[columns], package.region, "place"),
        sources=sources,
        units={"value": UNIT},
        labels={"class": ("学科", "Field"), "value": ("当年合作论文", "Co-publications of the year")},
    )
    names = new[["class_zh", "class_en"]].drop_duplicates()
    facts.fact("fields.newcomers", list(names.itertuples(index=False, name=None)) or NONE, sources=sources)
    if len(new):
        facts.fact("fields.newcomers.year", int(new["year"].max()), plain=True, sources=sources)
        largest = new.sort_values("value").iloc[-1]
        facts.fact("fields.newcomers.largest", name_of(package.region, largest["place"]), sources=sources)
        facts.fact("fields.newcomers.largest.value", largest["value"], decimals=0, unit=UNIT, sources=sources)


CHARTS = {
    "fields_region": Chart(ranked, ("fields.region",), {"category": "class"}),
    "fields_cities": Chart(heat, ("fields.cities",), {"row": "class", "column": "place", "cell": 34}),
}
CHAPTER = Maker(
    "fields", "合作学科", "Fields of co-publication", add, CHARTS, needs=("holdings", "classes"), rows=(KIND,)
)
