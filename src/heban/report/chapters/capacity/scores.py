"""Scores of the index and of its pillars."""

from __future__ import annotations

from heban.measures import growth
from heban.measures.uncertainty import score_table
from heban.records.package import DataPackage
from heban.report.chapters.capacity.building import UNIT, Capacity
from heban.report.chapters.maker import name_of, named
from heban.report.facts import Facts


def add_scores(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Add the score of every place and year with its band, and who stands first and last."""
    region = package.region
    scores = made.index.scores.sel(node=made.index.root, drop=True)
    band = score_table(made.runs)
    table = band.rename(columns={"nominal": "value"})[["value", "low", "high"]].reset_index()
    facts.table(
        "capacity.scores",
        named(table, region, "place"),
        sources=made.sources,
        labels={
            "value": ("创新能力指数", "Capacity index"),
            "low": ("下界", "Low"),
            "high": ("上界", "High"),
        },
        decimals={"value": 1, "low": 1, "high": 1},
        units={"value": UNIT, "low": UNIT, "high": UNIT},
        notes=(
            f"区间为 {made.runs.draws} 次换一种算法重算的中间 90%，不是抽样误差。",
            f"The band holds the middle 90 % of {made.runs.draws} recomputations under other choices; "
            "it is not a sampling error.",
        ),
    )
    last = scores.sel(year=made.last_year)
    order = sorted(made.members, key=lambda code: float(last.sel(place=code)), reverse=True)
    facts.fact("capacity.first", name_of(region, order[0]), sources=made.sources)
    facts.fact("capacity.last", name_of(region, order[-1]), sources=made.sources)
    steps = made.last_year - made.base_year
    for key, code in (("region", region.code), ("first", order[0]), ("last", order[-1])):
        value = float(last.sel(place=code))
        annual = 100 * growth.annual(growth.BASE, value, steps)
        facts.fact(f"capacity.{key}.value", value, decimals=1, unit=UNIT, sources=made.sources)
        facts.fact(f"capacity.{key}.annual_growth", annual, decimals=2, unit="%", sources=made.sources)
        for end in ("low", "high"):
            at = float(band.loc[(code, made.last_year), end])
            facts.fact(f"capacity.{key}.{end}", at, decimals=1, unit=UNIT, sources=made.sources)


def add_pillars(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Add the scores of the pillars, and which rose most and least."""
    region, catalogue = package.region, package.catalogue
    pillars = [p.code for p in catalogue.children(made.index.root) if p.code not in made.index.missing]
    scores = made.index.scores.sel(node=pillars)
    table = scores.rename("value").to_series().reset_index()
    for lang in ("zh", "en"):
        table[f"pillar_{lang}"] = [catalogue[code].name(lang) for code in table["node"]]
    table = named(table[["place", "pillar_zh", "pillar_en", "year", "value"]], region, "place")
    facts.table(
        "capacity.pillar_scores",
        table,
        sources=made.sources,
        decimals={"value": 1},
        units={"value": UNIT},
        labels={"pillar": ("支柱", "Pillar"), "value": ("得分", "Score")},
    )
    last = scores.sel(place=region.code, year=made.last_year).to_series().sort_values()
    for key, code in (("fastest", last.index[-1]), ("slowest", last.index[0])):
        facts.fact(f"capacity.{key}_pillar", (catalogue[code].zh, catalogue[code].en), sources=made.sources)
        facts.fact(f"capacity.{key}_pillar.value", last[code], decimals=1, unit=UNIT, sources=made.sources)
