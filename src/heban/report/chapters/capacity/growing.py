"""Growth of the index: what each indicator added to it, and the growth of every node over some years."""

from __future__ import annotations

import pandas as pd

from heban.domain.indicator import Catalogue
from heban.measures.growthtable import growth_table
from heban.measures.index.contributions import changes
from heban.records.package import DataPackage
from heban.report.chapters.capacity.building import UNIT, Capacity
from heban.report.chapters.maker import labelled
from heban.report.facts import Facts

GROWTH = ("last_year", "cumulative", "annual", "rank")
STEPS = 3  # as the published index prints the growth of its second level
LEVELS = (("总指数", "Index"), ("支柱", "Pillar"), ("指标", "Indicator"))


def add_parts(package: DataPackage, facts: Facts, made: Capacity) -> None:
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


def add_growth_table(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Add the region's growth of the total, the pillars and the indicators over the last years."""
    steps = min(STEPS, made.last_year - made.base_year)
    levels = _levels(package.catalogue, made)
    scores = made.index.scores.sel(node=list(levels))
    grown = growth_table(scores, package.region.code, steps=steps, year=made.last_year, levels=levels)
    names = {code: (package.catalogue[code].zh, package.catalogue[code].en) for code in levels}
    table = labelled(grown.frame, names, "node")
    for at, lang in enumerate(("zh", "en")):
        table[f"level_{lang}"] = [LEVELS[level][at] for level in table["level"]]
    facts.table(
        "capacity.grown",
        table[
            [
                "level_zh",
                "level_en",
                "node",
                "node_zh",
                "node_en",
                "last_year",
                "cumulative",
                "annual",
                "rank",
            ]
        ],
        sources=made.sources,
        labels={
            "level": ("层级", "Level"),
            "node": ("名称", "Name"),
            "last_year": (f"{made.last_year} 年增长", f"Growth in {made.last_year}"),
            "cumulative": (f"{steps} 年累计增长", f"Growth over {steps} years"),
            "annual": ("年均增长", "Growth a year"),
            "rank": ("同级中的位次", "Rank within its level"),
        },
        decimals={"last_year": 1, "cumulative": 1, "annual": 1, "rank": 0},
        units=dict.fromkeys(("last_year", "cumulative", "annual"), "%"),
        notes=(
            f"累计增长自 {made.last_year - steps} 年起，共 {steps} 步（§13）。",
            f"Cumulative growth begins in {made.last_year - steps}: {steps} steps (§13).",
        ),
    )
    leaves = grown.summary.set_index("level").loc[len(LEVELS) - 1]
    facts.fact("capacity.grown.steps", steps, decimals=0)
    facts.fact("capacity.grown.rising", int(leaves["rising"]), decimals=0, sources=made.sources)
    facts.fact("capacity.grown.mean", leaves["mean"], decimals=1, unit="%", sources=made.sources)


def _levels(catalogue: Catalogue, made: Capacity) -> dict[str, int]:
    """Return the level of every node: the total, each pillar, and the indicators under it."""
    root, present = made.index.root, set(map(str, made.index.scores.indexes["node"]))
    levels = {root: 0}
    for pillar in catalogue.children(root):
        levels[pillar.code] = 1
        levels |= {leaf.code: 2 for leaf in catalogue.leaves(pillar.code)}
    return {code: level for code, level in levels.items() if code in present}
