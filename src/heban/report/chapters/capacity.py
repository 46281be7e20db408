"""Heban's own index of innovation capacity, from yearbook statistics, every step shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from heban.measures import fixedbase, growth
from heban.measures.fixedbase import Index, IndexSpec
from heban.records.package import DataPackage
from heban.records.panel import Panel
from heban.report.chapters.maker import NONE, Maker, name_of, named, names_of
from heban.report.charts import Chart
from heban.report.charts.series import lines, multiples
from heban.report.facts import Facts

UNIT = ("点", "points")


@dataclass(frozen=True)
class Capacity:
    """The index of a package with the panel it came from and the band around its root."""

    panel: Panel
    index: Index
    low: xr.DataArray
    high: xr.DataArray
    sources: tuple[str, ...]


def capacity(package: DataPackage) -> Capacity:
    """Build the index of the provinces and of the region as their sum, as `region.toml` asks for it."""
    region = package.region
    wanted = package.settings["index"]
    spec = IndexSpec(
        wanted["root"], wanted["base_year"], wanted["last_year"], fill_gap=wanted.get("fill_gap", 0)
    )
    leaves = [leaf.code for leaf in package.catalogue.leaves(spec.root)]
    panel = package.panel(leaves)
    provinces = panel.values.sel(place=list(region.provinces))
    panel = replace(panel, values=provinces).with_total(region.code, region.provinces)
    built = fixedbase.build(panel, spec)
    low, high = _band(panel, spec)
    named_sources = {name for code in leaves for name in panel.origins.get(code, ())}
    return Capacity(panel, built, low, high, (*sorted(named_sources), "indicators"))


def add(package: DataPackage, facts: Facts) -> None:
    """Add the scores, the pillars, the steps and the band of the index of innovation capacity."""
    made = capacity(package)
    region = package.region
    _add_scores(package, facts, made)
    _add_pillars(package, facts, made)
    _add_steps(package, facts, made)
    spec = made.index.spec
    facts.fact("capacity.base", fixedbase.BASE, decimals=0)
    facts.fact("capacity.base_year", spec.base_year, plain=True)
    facts.fact("capacity.last_year", spec.last_year, plain=True)
    leaves = package.catalogue.leaves(spec.root)
    facts.fact(
        "capacity.indicators", len(leaves) - len(made.index.left_out), decimals=0, sources=made.sources
    )
    pillars = {pillar.code for pillar in package.catalogue.children(spec.root)}
    entered = pillars & set(made.index.scores.indexes["indicator"])
    facts.fact("capacity.pillars", len(entered), decimals=0, sources=made.sources)
    left_out = [package.catalogue[code] for code in made.index.left_out]
    facts.fact("capacity.left_out", [(i.zh, i.en) for i in left_out] or NONE, sources=made.sources)
    facts.fact("capacity.bridged", int(made.index.filled.sum()), decimals=0, sources=made.sources)
    facts.fact("capacity.places", names_of(region, list(region.provinces)), sources=("places",))


def _band(panel: Panel, spec: IndexSpec) -> tuple[xr.DataArray, xr.DataArray]:
    """Return the lowest and highest score when each indicator in turn, or either mean, is exchanged."""
    layers = [fixedbase.without_each(panel, spec).rename(left_out="variant").drop_vars("variant")]
    for within in ("geometric", "arithmetic"):
        for across in ("geometric", "arithmetic"):
            variant = fixedbase.build(panel, replace(spec, within=within, across=across))
            layers.append(variant.scores.sel(indicator=spec.root, drop=True).expand_dims("variant"))
    variants = xr.concat(layers, "variant")
    return variants.min("variant"), variants.max("variant")


def _add_scores(package: DataPackage, facts: Facts, made: Capacity) -> None:
    region, spec = package.region, made.index.spec
    scores = made.index.scores.sel(indicator=spec.root, drop=True)
    layers = xr.Dataset({"value": scores, "low": made.low, "high": made.high})
    table = layers.to_dataframe().reset_index()[["place", "year", "value", "low", "high"]]
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
            "区间为逐一去掉一个指标、并换用另一种平均后各结果的最低与最高值，不是抽样误差。",
            "The band spans the results when each indicator in turn is left out and when the other mean "
            "is used; it is not a sampling error.",
        ),
    )
    last = scores.sel(year=spec.last_year)
    order = sorted(region.provinces, key=lambda code: float(last.sel(place=code)), reverse=True)
    facts.fact("capacity.first", name_of(region, order[0]), sources=made.sources)
    facts.fact("capacity.last", name_of(region, order[-1]), sources=made.sources)
    steps = spec.last_year - spec.base_year
    for key, code in (("region", region.code), ("first", order[0]), ("last", order[-1])):
        value = float(last.sel(place=code))
        annual = 100 * growth.annual(fixedbase.BASE, value, steps)
        facts.fact(f"capacity.{key}.value", value, decimals=1, unit=UNIT, sources=made.sources)
        facts.fact(f"capacity.{key}.annual_growth", annual, decimals=2, unit="%", sources=made.sources)
        for end, bound in (("low", made.low), ("high", made.high)):
            at = float(bound.sel(place=code, year=spec.last_year))
            facts.fact(f"capacity.{key}.{end}", at, decimals=1, unit=UNIT, sources=made.sources)


def _add_pillars(package: DataPackage, facts: Facts, made: Capacity) -> None:
    region, catalogue, spec = package.region, package.catalogue, made.index.spec
    pillars = [p for p in catalogue.children(spec.root) if p.code in made.index.scores.indexes["indicator"]]
    scores = made.index.scores.sel(indicator=[p.code for p in pillars])
    table = scores.to_series().rename("value").reset_index()
    for lang in ("zh", "en"):
        table[f"pillar_{lang}"] = [catalogue[code].name(lang) for code in table["indicator"]]
    table = named(table[["place", "pillar_zh", "pillar_en", "year", "value"]], region, "place")
    facts.table(
        "capacity.pillar_scores",
        table,
        sources=made.sources,
        decimals={"value": 1},
        units={"value": UNIT},
        labels={"pillar": ("支柱", "Pillar"), "value": ("得分", "Score")},
    )
    last = scores.sel(place=region.code, year=spec.last_year).to_series().sort_values()
    for key, code in (("fastest", last.index[-1]), ("slowest", last.index[0])):
        facts.fact(f"capacity.{key}_pillar", (catalogue[code].zh, catalogue[code].en), sources=made.sources)
        facts.fact(f"capacity.{key}_pillar.value", last[code], decimals=1, unit=UNIT, sources=made.sources)


def _add_steps(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Show for every indicator what it is, what entered for the region, and what it became."""
    catalogue, region, spec = package.catalogue, package.region, made.index.spec
    records = []
    for pillar in catalogue.children(spec.root):
        siblings = [leaf for leaf in catalogue.leaves(pillar.code) if leaf.code not in made.index.left_out]
        for leaf in catalogue.leaves(pillar.code):
            entered = leaf in siblings
            first, last = (
                made.panel.value(region.code, y, leaf.code) for y in (spec.base_year, spec.last_year)
            )
            score = (
                made.index.scores.sel(place=region.code, year=spec.last_year, indicator=leaf.code)
                if entered
                else np.nan
            )
            weight = 100 * leaf.weight / sum(s.weight for s in siblings) if entered else np.nan
            bridged = int(made.index.filled.sel(indicator=leaf.code).sum()) if entered else 0
            reason = _reason(package, made.index.left_out.get(leaf.code))
            records.append(
                (
                    leaf.zh,
                    leaf.en,
                    pillar.zh,
                    pillar.en,
                    leaf.unit,
                    leaf.unit_in("en"),
                    first,
                    last,
                    float(score),
                    weight,
                    bridged,
                    *reason,
                )
            )
    columns = [
        "indicator_zh",
        "indicator_en",
        "pillar_zh",
        "pillar_en",
        "unit_zh",
        "unit_en",
        "first",
        "last",
    ]
    table = pd.DataFrame(records, columns=[*columns, "score", "weight", "bridged", "reason_zh", "reason_en"])
    facts.table(
        "capacity.steps",
        table,
        sources=made.sources,
        labels={
            "indicator": ("指标", "Indicator"),
            "pillar": ("支柱", "Pillar"),
            "unit": ("单位", "Unit"),
            "first": (f"{spec.base_year} 年", str(spec.base_year)),
            "last": (f"{spec.last_year} 年", str(spec.last_year)),
            "score": (f"{spec.last_year} 年得分", f"Score {spec.last_year}"),
            "weight": ("支柱内权重", "Weight in pillar"),
            "bridged": ("补齐的格数", "Cells bridged"),
            "reason": ("未计入的原因", "Why left out"),
        },
        decimals={"first": 0, "last": 0, "score": 1, "weight": 1},
        units={"weight": "%"},
    )


def _reason(package: DataPackage, gap: str | None) -> tuple[str, str]:
    if gap is None:
        return "", ""
    code, year = gap.split()
    place = package.region.place(code)
    return f"{place.zh} {year} 年无数", f"{place.name('en')} has no value for {year}"


CHARTS = {
    "capacity_scores": Chart(lines, ("capacity.scores",), {"series": "place", "band": ("low", "high")}),
    "capacity_pillars": Chart(
        multiples,
        ("capacity.pillar_scores",),
        {"facet": "pillar", "series": "place", "columns": 2, "height": 150, "log": True},
    ),
}
CHAPTER = Maker(
    "capacity", "创新能力指数", "The capacity index", add, CHARTS, needs=("statistics",), settings=("index",)
)
