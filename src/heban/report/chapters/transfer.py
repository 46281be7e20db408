"""Technology transfer between the provinces: who gives, who receives, in which industries."""

from __future__ import annotations

import pandas as pd

from heban.measures import balance, growth
from heban.records.package import DataPackage
from heban.report.chapters.maker import Maker, labelled, name_of, named
from heban.report.charts import Chart
from heban.report.charts.comparisons import diverging, ranked
from heban.report.facts import Facts

GIVEN, RECEIVED, BY_INDUSTRY, SCHEME = "patents_out", "patents_in", "patents_transferred", "sei"
HEADLINE = "专利转移数量"  # as the published index calls all transfers, those within a province included
UNIT = ("件", "patents")


def add(package: DataPackage, facts: Facts) -> None:
    """Add the balances of patents given and received, and the transfers by industry."""
    given, received = (package.holdings(kind).frame for kind in (GIVEN, RECEIVED))
    sources = tuple(dict.fromkeys(given["table"]))
    table = _balances(given, received)
    latest = table[table["year"] == table["year"].max()]
    for id, rows in (("transfer.balances", table), ("transfer.latest", latest)):
        facts.table(
            id,
            named(rows, package.region, "place"),
            sources=sources,
            labels={
                "given": ("输出", "Given"),
                "received": ("输入", "Received"),
                "net": ("净输出", "Net given"),
                "balance": ("平衡度", "Balance"),
            },
            units={"given": UNIT, "received": UNIT, "net": UNIT},
            decimals={"balance": 3},
        )
    _add_figures(package, facts, table, sources)
    _add_headline(package, facts)
    _add_industries(package, facts)


def _balances(given: pd.DataFrame, received: pd.DataFrame) -> pd.DataFrame:
    pieces = []
    for year in sorted(set(given["year"]) & set(received["year"])):
        ends = [frame[frame["year"] == year].set_index("place")["value"] for frame in (given, received)]
        table = balance.balances(*ends).rename_axis("place").reset_index()
        table.insert(1, "year", year)
        pieces.append(table)
    return pd.concat(pieces, ignore_index=True)


def _add_figures(package: DataPackage, facts: Facts, table: pd.DataFrame, sources: tuple[str, ...]) -> None:
    years = sorted(table["year"].unique())
    for end, year in (("first", years[0]), ("last", years[-1])):
        now = table[table["year"] == year].set_index("place")
        ranked = now["net"].sort_values(ascending=False)
        facts.fact(f"transfer.{end}_year", int(year), plain=True, sources=sources)
        facts.fact(f"transfer.{end}.total", now["given"].sum(), decimals=0, unit=UNIT, sources=sources)
        how = ("全部输出减全部输入；封闭系统应为零", "all given less all received; a closed system has 0")
        facts.fact(
            f"transfer.{end}.gap", balance.imbalance(now), decimals=0, unit=UNIT, sources=sources, how=how
        )
        for role, place in (("giver", ranked.index[0]), ("receiver", ranked.index[-1])):
            facts.fact(f"transfer.{end}.{role}", name_of(package.region, str(place)), sources=sources)
            facts.fact(f"transfer.{end}.{role}.net", ranked[place], decimals=0, unit=UNIT, sources=sources)
        even = now["balance"].abs().idxmin()
        facts.fact(f"transfer.{end}.even", name_of(package.region, str(even)), sources=sources)
        facts.fact(f"transfer.{end}.even.net", now.loc[even, "net"], decimals=0, unit=UNIT, sources=sources)
    first, last = (float(table.loc[table["year"] == year, "given"].sum()) for year in (years[0], years[-1]))
    annual = 100 * growth.annual(first, last, int(years[-1] - years[0]))
    facts.fact("transfer.annual_growth", annual, decimals=1, unit="%", sources=sources)
    facts.fact(
        "transfer.ratio",
        last / first,
        decimals=1,
        sources=sources,
        how=("末年除以首年", "last over first year"),
    )


def _add_headline(package: DataPackage, facts: Facts) -> None:
    """Add the published number of all transfers, which each edition defines in its own way (§4)."""
    rows = package.published()
    rows = rows[rows["name"] == HEADLINE].sort_values(["edition", "year"])
    facts.table(
        "transfer.published",
        rows[["edition", "year", "value"]],
        sources=tuple(rows["table"].unique()),
        labels={"value": ("专利转移数量", "Patents transferred")},
        units={"value": UNIT},
    )


def _add_industries(package: DataPackage, facts: Facts) -> None:
    rows = package.holdings(BY_INDUSTRY).frame
    sources = (*dict.fromkeys(rows["table"]),)
    table = labelled(rows, package.class_names(SCHEME)).sort_values("value", ascending=False)
    facts.table(
        "transfer.industries",
        table[["class", "class_zh", "class_en", "since", "year", "value"]],
        sources=sources,
        labels={
            "class": ("战略性新兴产业", "Strategic emerging industry"),
            "value": ("转移专利", "Patents transferred"),
        },
        units={"value": UNIT},
    )
    facts.fact("transfer.industries.known", len(table), decimals=0, sources=sources)
    facts.fact("transfer.industries.since", int(table.iloc[0]["since"]), plain=True, sources=sources)
    facts.fact(
        "transfer.industries.top", (table.iloc[0]["class_zh"], table.iloc[0]["class_en"]), sources=sources
    )
    facts.fact(
        "transfer.industries.top.value", table.iloc[0]["value"], decimals=0, unit=UNIT, sources=sources
    )


CHARTS = {
    "transfer_balances": Chart(diverging, ("transfer.latest",), {"value": "net"}),
    "transfer_industries": Chart(ranked, ("transfer.industries",), {"category": "class"}),
}
CHAPTER = Maker(
    "transfer",
    "技术转移",
    "Technology transfer",
    add,
    CHARTS,
    needs=("holdings",),
    rows=(GIVEN, RECEIVED, BY_INDUSTRY),
)
