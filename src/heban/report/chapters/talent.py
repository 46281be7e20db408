"""Research and development personnel per 10,000 people, and how evenly it is spread."""

from __future__ import annotations

import pandas as pd

from heban.measures import concentration
from heban.records.package import DataPackage
from heban.report.chapters.maker import Maker, name_of, named
from heban.report.charts import Chart
from heban.report.charts.series import lines
from heban.report.facts import Facts

PERSONNEL, POPULATION = "rd_fte", "population"
UNIT = ("人年", "person-years")


def add(package: DataPackage, facts: Facts) -> None:
    """Add the density of R&D personnel of each province, of the region and of the nation."""
    region = package.region
    panel = package.panel([PERSONNEL, POPULATION])
    sources = tuple(sorted({name for names in panel.origins.values() for name in names}))
    panel = panel.with_total(region.code, region.provinces)
    ratio = panel.values.sel(indicator=PERSONNEL) / panel.values.sel(indicator=POPULATION)
    density = ratio.rename("value").to_series().unstack("year").dropna(axis="columns", how="all")
    table = density.stack().rename("value").reset_index()
    facts.table(
        "talent.density",
        named(table[["place", "year", "value"]], region, "place"),
        sources=sources,
        labels={"value": ("每万人 R&D 人员", "R&D personnel per 10,000")},
        units={"value": UNIT},
        decimals={"value": 2},
    )
    _add_spread(package, facts, density, sources)
    _add_figures(package, facts, density, sources)
    _add_published(package, facts, density)


def _add_spread(package: DataPackage, facts: Facts, density: pd.DataFrame, sources: tuple[str, ...]) -> None:
    provinces = density.loc[list(package.region.provinces)].dropna(axis="columns")
    spread = pd.DataFrame(
        {
            "year": provinces.columns,
            "variation": [concentration.variation(provinces[year]) for year in provinces],
            "range_ratio": [concentration.range_ratio(provinces[year]) for year in provinces],
        }
    )
    facts.table(
        "talent.spread",
        spread,
        sources=sources,
        decimals={"variation": 3, "range_ratio": 2},
        labels={
            "variation": ("变异系数", "Coefficient of variation"),
            "range_ratio": ("最高与最低之比", "Highest over lowest"),
        },
    )
    for end, row in (("first", spread.iloc[0]), ("last", spread.iloc[-1])):
        facts.fact(f"talent.spread.{end}", row["variation"], decimals=3, sources=sources)
        facts.fact(f"talent.range_ratio.{end}", row["range_ratio"], decimals=2, sources=sources)


def _add_figures(package: DataPackage, facts: Facts, density: pd.DataFrame, sources: tuple[str, ...]) -> None:
    region = package.region
    first, last = int(density.columns[0]), int(density.columns[-1])
    facts.fact("talent.first_year", first, plain=True, sources=sources)
    facts.fact("talent.last_year", last, plain=True, sources=sources)
    how = ("R&D 人员全时当量除以年末常住人口", "R&D personnel (FTE) over the resident population at year end")
    for key, code in (("region", region.code), ("nation", region.nation)):
        for end, year in (("first", first), ("last", last)):
            value = density.at[code, year] if code in density.index else None
            facts.fact(f"talent.{key}.{end}", value, decimals=2, unit=UNIT, sources=sources, how=how)
    nation = density.at[region.nation, last] if region.nation in density.index else float("nan")
    lead = density.at[region.code, last] / nation
    facts.fact(
        "talent.lead", lead, decimals=2, sources=sources, how=("区域值除以全国值", "region over nation")
    )
    ranked = density.loc[list(region.provinces), last].sort_values(ascending=False)
    for key, place in (("highest", ranked.index[0]), ("lowest", ranked.index[-1])):
        facts.fact(f"talent.{key}", name_of(region, str(place)), sources=sources)
        facts.fact(f"talent.{key}.value", ranked[place], decimals=2, unit=UNIT, sources=sources, how=how)


def _add_published(package: DataPackage, facts: Facts, density: pd.DataFrame) -> None:
    """Set what the published index says of the same quantity beside our value of its data year."""
    rows = package.published()
    same = rows[rows["name"].str.contains("每万人") & rows["unit"].eq(UNIT[0])]
    table = same[["place", "edition", "year", "data_year", "value"]].assign(
        computed=[
            density.at[place, year] if place in density.index and year in density.columns else None
            for place, year in same[["place", "data_year"]].itertuples(index=False)
        ]
    )
    facts.table(
        "talent.published",
        named(table, package.region, "place"),
        sources=tuple(same["table"].unique()),
        units={"value": UNIT, "computed": UNIT},
        decimals={"value": 2, "computed": 2},
        labels={
            "value": ("已发布值", "Published value"),
            "computed": ("按数据年份重算", "Computed for the data year"),
            "year": ("年份标签", "Year label"),
        },
    )


CHARTS = {
    "talent_density": Chart(lines, ("talent.density",), {"series": "place"}),
    "talent_spread": Chart(lines, ("talent.spread",), {"y": "variation", "zero": True, "height": 220}),
}
CHAPTER = Maker(
    "talent", "创新人才", "Talent", add, CHARTS, needs=("statistics",), indicators=(PERSONNEL, POPULATION)
)
