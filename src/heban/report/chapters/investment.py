"""Investment across provinces: from where to where, and in which industries."""

from __future__ import annotations

import pandas as pd

from heban.domain.region import Region
from heban.records.package import DataPackage
from heban.report.chapters.maker import Maker, labelled, name_of, named
from heban.report.charts import Chart
from heban.report.charts.matrix import heat
from heban.report.facts import Facts

LISTED, VENTURE = "listed", "venture"
FIRMS = ("家", "firms")
INVESTORS = {LISTED: ("上市企业", "Listed firms"), VENTURE: ("投资机构", "Venture investors")}


def add(package: DataPackage, facts: Facts) -> None:
    """Add the origin–destination shares and the industries of both kinds of investor."""
    flows = package.frames("flows")
    holdings = package.frames("holdings")
    for investor in (LISTED, VENTURE):
        shares = flows[flows["kind"] == f"{investor}_share"]
        firms = holdings[holdings["kind"] == f"{investor}_investees"]
        sources = tuple(dict.fromkeys([*shares["table"], *firms["table"]]))
        _add_shares(facts, package.region, investor, shares, sources)
        _add_firms(package, facts, investor, firms, sources)
    _add_industries(package, facts, holdings)


def _add_shares(
    facts: Facts, region: Region, investor: str, shares: pd.DataFrame, sources: tuple[str, ...]
) -> None:
    """Add a row for every ordered pair of provinces; a share that is not published stays empty (§1)."""
    pairs = pd.MultiIndex.from_product([region.provinces, region.provinces], names=["origin", "destination"])
    wide = shares.set_index(["origin", "destination"])["value"].reindex(pairs).reset_index()
    between = wide[wide["origin"] != wide["destination"]]
    facts.table(
        f"investment.{investor}",
        named(between, region, "origin", "destination"),
        sources=sources,
        labels={
            "origin": ("投资方所在地", "Investors in"),
            "destination": ("被投资企业所在地", "Firms in"),
            "value": ("占投资方区域内异地投资的比重", "Share of the investors' cross-province investment"),
        },
        units={"value": "%"},
        decimals={"value": 2},
    )
    known = between.dropna(subset="value")
    facts.fact(f"investment.{investor}.known", len(known), decimals=0, sources=sources)
    facts.fact(f"investment.{investor}.possible", len(between), decimals=0, sources=("places",))
    largest = known.sort_values("value").iloc[-1]
    for end in ("origin", "destination"):
        facts.fact(f"investment.{investor}.top.{end}", name_of(region, largest[end]), sources=sources)
    facts.fact(f"investment.{investor}.top", largest["value"], decimals=2, unit="%", sources=sources)


def _add_firms(
    package: DataPackage, facts: Facts, investor: str, firms: pd.DataFrame, sources: tuple[str, ...]
) -> None:
    region = package.region
    total = firms[(firms["place"] == region.code) & (firms["class"] == "all")]
    value, year = next(total[["value", "year"]].itertuples(index=False, name=None), (None, None))
    facts.fact(f"investment.{investor}.firms", value, decimals=0, unit=FIRMS, sources=sources)
    facts.fact(f"investment.{investor}.year", year, plain=True, sources=sources)
    origins = firms[firms["place"].isin(region.provinces)]
    if origins.empty:
        return
    share = 100 * origins["value"] / origins["value"].sum()
    table = origins.assign(share=share).sort_values("value", ascending=False)[["place", "value", "share"]]
    facts.table(
        f"investment.{investor}.origins",
        named(table, region, "place"),
        sources=sources,
        labels={"value": ("投资企业数", "Firms invested in"), "share": ("占比", "Share")},
        units={"value": FIRMS, "share": "%"},
        decimals={"share": 2},
    )
    top = table.iloc[0]
    facts.fact(f"investment.{investor}.giver", name_of(region, top["place"]), sources=sources)
    facts.fact(f"investment.{investor}.giver.share", top["share"], decimals=2, unit="%", sources=sources)


def _add_industries(package: DataPackage, facts: Facts, holdings: pd.DataFrame) -> None:
    kinds = {f"{LISTED}_investees": LISTED, f"{VENTURE}_financed": VENTURE}
    rows = holdings[holdings["kind"].isin(list(kinds)) & (holdings["class"] != "all")]
    sources = tuple(dict.fromkeys(rows["table"]))
    table = labelled(rows, package.class_names("gbt4754")).sort_values(
        ["kind", "value"], ascending=[True, False]
    )
    for at, lang in enumerate(("zh", "en")):
        table[f"investor_{lang}"] = [INVESTORS[kinds[kind]][at] for kind in table["kind"]]
    table = table[["investor_zh", "investor_en", "class", "class_zh", "class_en", "year", "value"]]
    facts.table(
        "investment.industries",
        table,
        sources=sources,
        units={"value": FIRMS},
        labels={
            "investor": ("投资方", "Investors"),
            "class": ("行业", "Industry"),
            "value": ("企业数", "Firms"),
        },
    )
    for investor, (_, investor_en) in INVESTORS.items():
        mine = table[table["investor_en"] == investor_en]
        if len(mine):
            top = mine.iloc[0]
            facts.fact(f"investment.{investor}.industry", (top["class_zh"], top["class_en"]), sources=sources)
            facts.fact(
                f"investment.{investor}.industry.value", top["value"], decimals=0, unit=FIRMS, sources=sources
            )


CHARTS = {f"investment_{investor}": Chart(heat, (f"investment.{investor}",)) for investor in INVESTORS}
CHAPTER = Maker(
    "investment",
    "跨城投资",
    "Investment across provinces",
    add,
    CHARTS,
    needs=("flows", "holdings"),
    rows=(
        f"{LISTED}_share",
        f"{VENTURE}_share",
        f"{LISTED}_investees",
        f"{VENTURE}_investees",
        f"{VENTURE}_financed",
    ),
)
