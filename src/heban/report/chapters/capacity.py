"""Heban's own index of innovation capacity, from yearbook statistics, every step shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd
import xarray as xr

from heban.measures import growth
from heban.measures.index import build, spec
from heban.measures.index.contributions import changes
from heban.measures.index.result import IndexResult
from heban.measures.index.spec import IndexSpec
from heban.records.package import DataPackage
from heban.records.panel import Panel
from heban.report.chapters.maker import NONE, Maker, name_of, named, names_of
from heban.report.charts import Chart
from heban.report.charts.comparisons import ranked
from heban.report.charts.series import lines, multiples
from heban.report.facts import Facts
from heban.report.indexing import FILE, index_panel, read_spec

UNIT = ("点", "points")


@dataclass(frozen=True)
class Capacity:
    """The index of a package with the panel it came from and the band around its root."""

    panel: Panel
    members: tuple[str, ...]
    index: IndexResult
    low: xr.DataArray
    high: xr.DataArray
    sources: tuple[str, ...]

    @property
    def last_year(self) -> int:
        """The last year of the index."""
        return self.index.years[-1]

    @property
    def base_year(self) -> int:
        """The year in which every score is 100."""
        return self.index.spec.normalise.base_year or self.index.years[0]


def capacity(package: DataPackage) -> Capacity:
    """Build the index of the provinces and of the region as their sum, as `index.toml` asks for it."""
    region = package.region
    wanted = read_spec(package)
    panel = index_panel(package, wanted)
    provinces = [code for code in region.provinces if code in panel.places]
    members = tuple(provinces or panel.places)
    panel = panel.with_total(region.code, members)
    built = build.build(panel, wanted)
    variants = xr.concat([built.scores.sel(node=wanted.root), *_variants(panel, wanted)], "variant")
    named_sources = {name for code in panel.indicators for name in panel.origins.get(code, ())}
    sources = (*sorted(named_sources), "indicators")
    return Capacity(panel, members, built, variants.min("variant"), variants.max("variant"), sources)


def add(package: DataPackage, facts: Facts) -> None:
    """Add the scores, the pillars, the steps and the band of the index of innovation capacity."""
    made = capacity(package)
    _add_scores(package, facts, made)
    _add_pillars(package, facts, made)
    _add_growth(package, facts, made)
    _add_steps(package, facts, made)
    facts.fact("capacity.base", growth.BASE, decimals=0)
    facts.fact("capacity.base_year", made.base_year, plain=True)
    facts.fact("capacity.last_year", made.last_year, plain=True)
    facts.fact("capacity.indicators", made.index.hierarchy.size, decimals=0, sources=made.sources)
    pillars = package.catalogue.children(made.index.root)
    present = [pillar for pillar in pillars if pillar.code not in made.index.missing]
    facts.fact("capacity.pillars", len(present), decimals=0, sources=made.sources)
    facts.fact("capacity.framework", len(pillars), decimals=0, sources=("indicators",))
    bare = [(pillar.zh, pillar.en) for pillar in pillars if pillar not in present]
    facts.fact("capacity.missing_pillars", bare or NONE, sources=("indicators",))
    leaves = package.catalogue.leaves(made.index.root)
    missing = [(leaf.zh, leaf.en) for leaf in leaves if leaf.code in made.index.missing]
    facts.fact("capacity.missing", missing or NONE, sources=("indicators",))
    bridged = int((made.index.lineage.filled > 0).sum())
    facts.fact("capacity.bridged", bridged, decimals=0, sources=made.sources)
    members = list(made.members)
    facts.fact("capacity.places", names_of(package.region, members), sources=("places",))


def _variants(panel: Panel, wanted: IndexSpec) -> Iterator[xr.DataArray]:
    """Yield the root's scores with each indicator in turn left out, and with the other means."""
    for code in panel.indicators:
        rest = [other for other in panel.indicators if other != code]
        if rest:
            smaller = replace(panel, values=panel.values.sel(indicator=rest))
            yield build.build(smaller, wanted).scores.sel(node=wanted.root)
    for inner in ("geometric", "arithmetic"):
        for outer in ("geometric", "arithmetic"):
            of_root = spec.AggregateOne(method=outer, threshold=0.0)
            rule = wanted.aggregate.model_copy(update={"method": inner, "of": {wanted.root: of_root}})
            yield build.build(panel, wanted.model_copy(update={"aggregate": rule})).scores.sel(
                node=wanted.root
            )


def _add_scores(package: DataPackage, facts: Facts, made: Capacity) -> None:
    region = package.region
    scores = made.index.scores.sel(node=made.index.root, drop=True)
    layers = xr.Dataset({"value": scores, "low": made.low, "high": made.high}).drop_vars(
        "node", errors="ignore"
    )
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
        for end, bound in (("low", made.low), ("high", made.high)):
            at = float(bound.sel(place=code, year=made.last_year))
            facts.fact(f"capacity.{key}.{end}", at, decimals=1, unit=UNIT, sources=made.sources)


def _add_pillars(package: DataPackage, facts: Facts, made: Capacity) -> None:
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


def _add_growth(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Take the region's growth apart: what each indicator added, summing exactly to the whole."""
    catalogue, place = package.catalogue, package.region.code
    change = changes(made.index, made.base_year, made.last_year)
    parts = change.parts.sel(place=place).to_series().sort_values(ascending=False)
    total = float(change.total.sel(place=place))
    table = pd.DataFrame({"value": parts, "share": 100 * parts / total})
    for lang in ("zh", "en"):
        table[f"indicator_{lang}"] = [catalogue[str(code)].name(lang) for code in parts.index]
    facts.table(
        "capacity.growth",
        table[["indicator_zh", "indicator_en", "value", "share"]],
        sources=made.sources,
        decimals={"value": 1, "share": 1},
        units={"value": UNIT, "share": "%"},
        labels={
            "indicator": ("指标", "Indicator"),
            "value": ("对增长的贡献", "Part in the growth"),
            "share": ("占比", "Share"),
        },
        notes=(
            "支柱内为几何平均，各指标的贡献按对数平均分解（LMDI），合计恰为总增长。",
            "Pillars are geometric means, so the parts are those of the log-mean decomposition (LMDI); "
            "they sum to the whole growth.",
        ),
    )
    top = catalogue[str(parts.index[0])]
    facts.fact("capacity.growth.total", total, decimals=1, unit=UNIT, sources=made.sources)
    facts.fact("capacity.growth.top", (top.zh, top.en), sources=made.sources)
    facts.fact(
        "capacity.growth.top.share", 100 * parts.iloc[0] / total, decimals=1, unit="%", sources=made.sources
    )


def _add_steps(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Show for every indicator what entered for the region and what it became; also those without data."""
    records = [
        _step(package, made, pillar.code, leaf.code)
        for pillar in package.catalogue.children(made.index.root)
        for leaf in package.catalogue.leaves(pillar.code)
    ]
    first, last = made.base_year, made.last_year
    facts.table(
        "capacity.steps",
        pd.DataFrame(records),
        sources=made.sources,
        labels={
            "indicator": ("指标", "Indicator"),
            "pillar": ("支柱", "Pillar"),
            "unit": ("单位", "Unit"),
            "first": (f"{first} 年", str(first)),
            "last": (f"{last} 年", str(last)),
            "score": (f"{last} 年得分", f"Score {last}"),
            "weight": ("在总指数中的权重", "Weight in the index"),
            "bridged": ("补齐的格数", "Cells bridged"),
        },
        decimals={"first": 0, "last": 0, "score": 1, "weight": 1},
        units={"weight": "%"},
        notes=(
            "没有公开数的指标如实列出，不计入指数。",
            "Indicators without open figures are listed and do not enter the index.",
        ),
    )


def _step(package: DataPackage, made: Capacity, pillar: str, code: str) -> dict[str, object]:
    catalogue, place = package.catalogue, package.region.code
    leaf = catalogue[code]
    step: dict[str, object] = {
        "indicator_zh": leaf.zh,
        "indicator_en": leaf.en,
        "pillar_zh": catalogue[pillar].zh,
        "pillar_en": catalogue[pillar].en,
        "unit_zh": leaf.unit,
        "unit_en": leaf.unit_in("en"),
    }
    if code in made.index.missing:
        return step | dict.fromkeys(("first", "last", "score", "weight", "bridged"))
    number = made.index.hierarchy.leaves.index(code)
    return step | {
        "first": made.panel.value(place, made.base_year, code)
        if made.base_year in made.panel.years
        else None,
        "last": made.panel.value(place, made.last_year, code),
        "score": float(made.index.scores.sel(place=place, year=made.last_year, node=code)),
        "weight": 100 * float(made.index.effective_weights.sel(node=code)),
        "bridged": int((made.index.lineage.filled[..., number] > 0).sum()),
    }


CHARTS = {
    "capacity_scores": Chart(lines, ("capacity.scores",), {"series": "place", "band": ("low", "high")}),
    "capacity_pillars": Chart(
        multiples,
        ("capacity.pillar_scores",),
        {"facet": "pillar", "series": "place", "columns": 2, "height": 150, "log": True},
    ),
    "capacity_growth": Chart(ranked, ("capacity.growth",), {"category": "indicator"}),
}
CHAPTER = Maker(
    "capacity", "创新能力指数", "The capacity index", add, CHARTS, needs=("statistics",), files=(FILE,)
)
