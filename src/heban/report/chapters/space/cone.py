"""The cone: how much of all grants the first cities have, and how that changed."""

from __future__ import annotations

import pandas as pd

from heban.measures import concentration
from heban.measures.cone import concentration_change, rank_shares
from heban.report.chapters.maker import SEED, named, names_of
from heban.report.chapters.space.ground import UNIT, Ground
from heban.report.facts import Facts

SHOWN = 12  # cities of the cone that are drawn
RANKS = 15  # ranks of the line of sums: beyond them it is flat
TOPS = (1, 3, 5)
LABELS = {
    "span": ("时期", "Period"),
    "value": ("项目", "Number"),
    "cities": ("有项目的城市", "Cities with grants"),
    "gini": ("基尼系数", "Gini coefficient"),
    "top1": ("首位占比", "Share of the first"),
    **{f"top{top}": (f"前 {top} 市占比", f"Share of the first {top}") for top in TOPS[1:]},
}
HOW = (
    "首末两个时期基尼系数之差：对城市重抽样的 95% 区间不含 0，且互换检验 p 不大于 0.05，才说有变化",
    "a change of the Gini coefficient counts when its 95 % interval over draws of cities leaves out 0 and "
    "the p of swapped periods is at most 0.05",
)


def add_cone(facts: Facts, made: Ground) -> None:
    """Add the concentration of grants by period, the shares of the first cities, and their sum by rank."""
    table = _concentration(made)
    tops = [f"top{top}" for top in TOPS]
    facts.table(
        "space.concentration",
        table,
        sources=made.sources,
        labels=LABELS,
        units={"value": UNIT, **dict.fromkeys(tops, "%")},
        decimals={"value": 0, "cities": 0, "gini": 2, **dict.fromkeys(tops, 1)},
        notes=(
            f"基尼系数按全部 {len(made.last.totals)} 个城市计算，没有项目的城市为 0，不作小样本校正。",
            f"The Gini coefficient is over all {len(made.last.totals)} cities, 0 for those without a grant, "
            "and has no small-sample factor.",
        ),
    )
    for edge, at in (("first", 0), ("last", -1)):
        for column in ("gini", *tops):
            look = {"decimals": 2} if column == "gini" else {"decimals": 1, "unit": "%"}
            name = f"space.{column}.{edge}"
            facts.fact(name, table[column].iloc[at], sources=made.sources, **look)
    _shares(facts, made)
    facts.fact("space.cone.verdict", _verdict(made), sources=made.sources, how=HOW)


def _concentration(made: Ground) -> pd.DataFrame:
    """Return one row for each period: grants, cities with any, Gini coefficient, shares of the first."""
    records = [
        (
            period.span,
            float(period.totals.sum()),
            int((period.totals > 0).sum()),
            concentration.gini(period.totals),
            *(100 * concentration.top_share(period.totals, top) for top in TOPS),
        )
        for period in made.periods
    ]
    return pd.DataFrame(records, columns=["span", "value", "cities", "gini", *(f"top{top}" for top in TOPS)])


def _shares(facts: Facts, made: Ground) -> None:
    """Add the shares of the first cities in the first and the last period, and their sum by rank."""
    ranked = {period.span: rank_shares(period.totals) for period in made.periods}
    spans = {"first": made.periods[0].span, "last": made.last.span}
    first, last = (100 * ranked[span]["share"] for span in spans.values())
    cone = pd.DataFrame({"place": last.index[:SHOWN]})
    cone = cone.assign(first=first.reindex(cone["place"]).to_numpy(), last=last.iloc[:SHOWN].to_numpy())
    facts.table(
        "space.cone",
        named(cone, made.region, "place"),
        sources=made.sources,
        labels={edge: (span, span) for edge, span in spans.items()},
        units=dict.fromkeys(spans, "%"),
        decimals=dict.fromkeys(spans, 1),
    )
    lines = [
        (rank, span, 100 * value)
        for span, one in ranked.items()
        for rank, value in enumerate(one["cumulated"].head(RANKS), start=1)
    ]
    facts.table(
        "space.ranks",
        pd.DataFrame(lines, columns=["rank", "span", "value"]),
        sources=made.sources,
        labels={"span": ("时期", "Period"), "value": ("前几市合计占比", "Share of the first cities")},
        units={"value": "%"},
        decimals={"value": 1},
        notes=("横轴是城市的位次，1 为项目最多者。", "Ranks of cities run across, 1 for the most grants."),
    )
    facts.fact("space.cone.first", names_of(made.region, list(last.index[:3])), sources=made.sources)


def _verdict(made: Ground) -> tuple[str, str]:
    """Say whether grants became more concentrated from the first period to the last."""
    edges = made.periods[0], made.last
    amounts = pd.DataFrame({period.year: period.totals for period in edges})
    found = concentration_change(amounts, edges[0].year, edges[1].year, tops=TOPS, seed=SEED).loc["gini"]
    if not found["real"]:
        return "变化不大，偶然也会有", "no more of a change than chance would make"
    return ("更集中", "more concentrated") if found["change"] > 0 else ("较前分散", "less concentrated")
