"""Corridors: how much of all flow runs inside a named group of cities, beside what chance puts there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.measures.network.corridors import corridor_test, corridors
from heban.records.package import DataPackage
from heban.report.chapters.maker import SEED, labelled
from heban.report.chapters.transfer_cities.flows import Moved
from heban.report.facts import Facts

DRAWS = 199


def add_corridors(package: DataPackage, facts: Facts, made: Moved) -> None:
    """Add the share of every named group by year, and its ratio to networks with the same strengths."""
    groups = {group.code: list(group.members) for group in package.region.groups.values()}
    names = {group.code: (group.zh, group.en) for group in package.region.groups.values()}
    table = corridors(made.flows, groups) if groups else pd.DataFrame(columns=["group", "year"])
    table = table.reindex(columns=["group", "year", "internal_share", "outward_share", "ratio"])
    table = table.rename(columns={"internal_share": "share", "outward_share": "outward"})
    table[["share", "outward"]] *= 100
    facts.table(
        "transfer.cities.corridors",
        labelled(table, names, "group"),
        sources=made.sources,
        labels={
            "group": ("走廊", "Corridor"),
            "share": ("走廊内部占全部转移的比重", "Share of all transfers inside the corridor"),
            "outward": ("走廊对外占比", "Share between the corridor and the rest"),
            "ratio": ("与随机网络之比", "Ratio to chance"),
        },
        units={"share": "%", "outward": "%"},
        decimals={"share": 1, "outward": 1, "ratio": 2},
        notes=(
            "随机网络保留每个城市的输出与输入总量，不计距离；比值大于 1 说明内部联系多于各市体量所致。",
            "Chance keeps what every city gives and receives and knows nothing of distance; a ratio above 1 "
            "is more inside than the sizes of the cities bring.",
        ),
    )
    for code in groups:
        tested = corridor_test(
            made.last, {code: groups[code]}, np.random.default_rng(SEED), draws=DRAWS
        ).iloc[0]
        shares = table[table["group"] == code].sort_values("year")["share"]
        key = f"transfer.cities.corridor.{code}"
        facts.fact(f"{key}.name", names[code], sources=("places",))
        facts.fact(f"{key}.first", shares.iloc[0], decimals=1, unit="%", sources=made.sources)
        facts.fact(f"{key}.last", shares.iloc[-1], decimals=1, unit="%", sources=made.sources)
        facts.fact(f"{key}.ratio", tested["ratio"], decimals=2, sources=made.sources)
        facts.fact(f"{key}.p", tested["p"], decimals=3, sources=made.sources)
