"""How firm the order of the places is, and what it would take to change it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from heban.domain.indicator import Catalogue
from heban.measures import index
from heban.measures.index.rivals import rivals
from heban.measures.uncertainty import Uncertainty, acceptability_table, rank_table
from heban.records.package import DataPackage
from heban.report.chapters.capacity.building import Capacity
from heban.report.chapters.maker import labelled, name_of, named
from heban.report.facts import Facts


def add_ranks(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Add the share of the runs in which each place has each rank, and how often the first one is first."""
    region, runs = package.region, _of_members(made)
    shares = acceptability_table(runs, made.last_year)
    spread = rank_table(runs).xs(made.last_year, level="year")
    order = spread.sort_values(["nominal", "median"]).index
    table = (
        shares.loc[order]
        .rename_axis(index="place", columns="rank")
        .mul(100)
        .stack()
        .rename("value")
        .reset_index()
    )
    table = labelled(table, {rank: (f"第 {rank}", f"{rank}") for rank in shares.columns}, "rank")
    facts.table(
        "capacity.ranks",
        named(table, region, "place"),
        sources=made.sources,
        labels={"rank": ("位次", "Rank"), "value": ("占全部重算的比重", "Share of the recomputations")},
        decimals={"value": 0},
        units={"value": "%"},
    )
    facts.fact("capacity.runs", runs.draws, decimals=0)
    facts.fact("capacity.first.sure", 100 * shares.loc[order[0]].iloc[0], decimals=0, unit="%")
    facts.fact("capacity.members", len(spread), decimals=0)
    facts.fact("capacity.firm", int((spread["low"] == spread["high"]).sum()), decimals=0)


def add_rivals(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Add for every place but the first the one just ahead and the least change that draws level with it."""
    region, catalogue = package.region, package.catalogue
    panel = replace(made.panel, values=made.panel.values.sel(place=list(made.members)))
    alone = index.build(panel, made.index.spec)
    found = rivals(alone, made.last_year).indicators
    found = found[found["possible"].astype(bool)].assign(times=lambda rows: rows["needed"] / rows["now"])
    least = found.loc[found.groupby(level="place", sort=False)["times"].idxmin()].reset_index()
    last = alone.ranks.sel(node=alone.root, year=made.last_year).to_series()
    least = least.assign(rank=least["place"].map(last)).sort_values("rank", ignore_index=True)
    table = named(least[["rank", "place", "rival", "gap", "indicator", "now", "needed", "times"]], region,
                  "place", "rival")  # fmt: skip
    facts.table(
        "capacity.rivals",
        _with_indicator(table, catalogue),
        sources=made.sources,
        labels={
            "rank": ("位次", "Rank"),
            "rival": ("前一位", "Just ahead"),
            "gap": ("分差", "Gap"),
            "indicator": ("只改一个指标", "One indicator alone"),
            "now": ("现得分", "Its score"),
            "needed": ("须达到", "Score needed"),
            "times": ("倍数", "Times"),
        },
        decimals={"rank": 0, "gap": 1, "now": 1, "needed": 1, "times": 2},
        notes=(
            "其他一切不变，只提高一个指标、追平前一位所需的最小倍数；须以一个指标翻几番才能追平的，位次是稳的。",
            "The smallest multiple of one indicator, all else as it is, that draws level with the place "
            "ahead; an order that one indicator alone could only change by growing manifold is firm.",
        ),
    )
    closest = least.loc[least["times"].idxmin()] if len(least) else None
    facts.fact("capacity.closest", None if closest is None else name_of(region, closest["place"]))
    facts.fact("capacity.closest.rival", None if closest is None else name_of(region, closest["rival"]))
    one = None if closest is None else catalogue[closest["indicator"]]
    facts.fact("capacity.closest.indicator", one and (one.zh, one.en), sources=made.sources)
    facts.fact("capacity.closest.times", None if closest is None else closest["times"], decimals=2)


def _of_members(made: Capacity) -> Uncertainty:
    """Return the runs without the region's own total, which has no rank among its members."""
    members = list(made.members)
    scores, nominal = (array.sel(place=members) for array in (made.runs.scores, made.runs.nominal))
    return replace(made.runs, scores=scores, nominal=nominal, _ranks={})


def _with_indicator(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the table with the Chinese and the English name beside the column of indicator codes."""
    names = {one.code: (one.zh, one.en) for one in map(catalogue.__getitem__, table["indicator"])}
    return labelled(table, names, "indicator")
