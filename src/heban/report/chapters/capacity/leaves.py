"""The indicators of the index one by one: what entered for every place and year, and what it became."""

from __future__ import annotations

import pandas as pd

from heban.records.package import DataPackage
from heban.report.chapters.capacity.building import UNIT, Capacity
from heban.report.chapters.maker import labelled, named
from heban.report.facts import Facts

NAMES = {"indicator": ("指标", "Indicator"), "pillar": ("支柱", "Pillar"), "unit": ("单位", "Unit")}


def add_leaves(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Add what each indicator is, weighs and rests on, and its figures and scores through the years."""
    _add_catalogue(package, facts, made)
    _add_scores(package, facts, made)


def _add_catalogue(package: DataPackage, facts: Facts, made: Capacity) -> None:
    records = [
        _described(package, made, pillar.code, leaf.code)
        for pillar in package.catalogue.children(made.index.root)
        for leaf in package.catalogue.leaves(pillar.code)
        if leaf.code not in made.index.missing
    ]
    facts.table(
        "capacity.catalogue",
        pd.DataFrame(records),
        sources=made.sources,
        labels={
            **NAMES,
            "weight": ("在总指数中的权重", "Weight in the index"),
            "definition": ("定义", "Definition"),
            "origins": ("出自", "Rests on"),
        },
        decimals={"weight": 1},
        units={"weight": "%"},
    )


def _described(package: DataPackage, made: Capacity, pillar: str, code: str) -> dict[str, object]:
    above, leaf = package.catalogue[pillar], package.catalogue[code]
    return {
        "indicator": code,
        "indicator_zh": leaf.zh,
        "indicator_en": leaf.en,
        "pillar_zh": above.zh,
        "pillar_en": above.en,
        "unit_zh": leaf.unit,
        "unit_en": leaf.unit_in("en"),
        "weight": 100 * float(made.index.effective_weights.sel(node=code)),
        "definition_zh": leaf.definition_zh,
        "definition_en": leaf.definition_en or leaf.definition_zh,
        "origins": " ".join(made.panel.origins.get(code, ())),
    }


def _add_scores(package: DataPackage, facts: Facts, made: Capacity) -> None:
    catalogue = package.catalogue
    leaves = [str(code) for code in made.index.hierarchy.leaves if code not in made.index.missing]
    scores = made.index.scores.sel(node=leaves).rename("value").to_series()
    table = scores.rename_axis(index={"node": "indicator"}).reset_index()
    figures = made.panel.values.sel(indicator=leaves).rename("figure").to_series()
    table = table.merge(figures.reset_index(), "left", ["place", "year", "indicator"])
    table["indicator"] = pd.Categorical(table["indicator"], leaves)
    table = table[["indicator", "place", "year", "figure", "value"]].sort_values(
        ["indicator", "place", "year"]
    )
    table["indicator"] = table["indicator"].astype(object)
    names = {code: (catalogue[code].zh, catalogue[code].en) for code in leaves}
    facts.table(
        "capacity.indicator_scores",
        labelled(named(table, package.region, "place"), names, "indicator"),
        sources=made.sources,
        labels={**NAMES, "figure": ("原值", "Figure"), "value": ("得分", "Score")},
        decimals={"value": 1},
        units={"value": UNIT},
        notes=(
            "原值的单位见指标目录；没有原值而有得分的，其数是补齐的。",
            "The unit of a figure stands in the catalogue of indicators; where a score has no figure, the "
            "figure was bridged.",
        ),
    )
