"""The steps of the index: what entered for every indicator, what it became, and what is missing."""

from __future__ import annotations

import pandas as pd

from heban.records.package import DataPackage
from heban.report.chapters.capacity.building import Capacity
from heban.report.facts import Facts


def add_steps(package: DataPackage, facts: Facts, made: Capacity) -> None:
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
